package pgproxy

import (
	"bufio"

	"github.com/jackc/pgx/v5/pgproto3"
)

// nowhere is a portal that no client opens.
const nowhere = "pgproxy has no such portal"

// frontend carries what the client says until one side ends.
func (s *session) frontend(in *bufio.Reader, out *bufio.Writer) {
	var buf []byte
	for {
		frame, err := readMessage(in, buf)
		if err != nil {
			return
		}
		buf = frame
		if !s.pass() || !s.forward(frame, out) {
			return
		}
		if in.Buffered() == 0 || frame[0] == 'S' || frame[0] == 'Q' {
			if out.Flush() != nil {
				return
			}
		}
	}
}

// forward passes one message on, or what the plan makes of it; false ends the
// session.
func (s *session) forward(frame []byte, out *bufio.Writer) bool {
	typ := frame[0]
	if s.skip && typ != 'S' && typ != 'X' {
		return true
	}
	at, sql := s.understand(frame)
	if at != Connect {
		f := s.ask(at, sql)
		switch f.Do {
		case Late:
			s.late(frame, f, out)
			return false
		case Error:
			return s.plant(typ, at, f.Code, out)
		}
		if !s.admit(f) {
			return false
		}
	}
	switch typ {
	case 'P', 'B', 'D', 'E', 'C', 'S', 'Q':
		s.owed.push(reply{to: typ, commit: at == Commit})
	}
	_, err := out.Write(frame)
	return err == nil
}

// understand keeps track of statements and counts. It returns Connect for a
// message that is no point of interest.
func (s *session) understand(frame []byte) (Point, string) {
	c := &s.proxy.counts
	switch frame[0] {
	case 'P':
		var m pgproto3.Parse
		if m.Decode(body(frame)) == nil {
			c.prepares.Add(1)
			s.scripts[m.Name] = m.Query
			return Prepare, m.Query
		}
	case 'B':
		var m pgproto3.Bind
		if m.Decode(body(frame)) == nil {
			s.portals[m.DestinationPortal] = s.scripts[m.PreparedStatement]
		}
	case 'E':
		var m pgproto3.Execute
		if m.Decode(body(frame)) == nil {
			c.statements.Add(1)
			return runs(s.portals[m.Portal]), s.portals[m.Portal]
		}
	case 'Q':
		var m pgproto3.Query
		if m.Decode(body(frame)) == nil {
			c.queries.Add(1)
			c.statements.Add(1)
			return runs(m.String), m.String
		}
	case 'S':
		c.syncs.Add(1)
		s.skip = false
	}
	return Connect, ""
}

func runs(sql string) Point {
	if commits(sql) {
		return Commit
	}
	return Statement
}

// plant makes the server fail where the client asked for something, and has the
// client told code instead of the server's reason. A COMMIT that fails leaves no
// transaction behind, so it becomes a ROLLBACK.
func (s *session) plant(typ byte, at Point, code string, out *bufio.Writer) bool {
	var ms []byte
	switch {
	case typ == 'Q' && at == Commit:
		s.owed.push(reply{to: 'Q', code: code})
		ms = encode(&pgproto3.Query{String: "ROLLBACK"})
	case typ == 'Q':
		s.owed.push(reply{to: 'Q', code: code})
		ms = encode(&pgproto3.Query{String: "fail by plan"})
	case typ == 'P':
		s.owed.push(reply{to: 'P', code: code})
		ms = encode(&pgproto3.Parse{Query: "fail by plan"})
	case at == Commit:
		s.owed.push(reply{to: 'P', swallow: true})
		s.owed.push(reply{to: 'B', swallow: true})
		s.owed.push(reply{to: 'E', code: code})
		ms = encode(&pgproto3.Parse{Query: "ROLLBACK"}, &pgproto3.Bind{}, &pgproto3.Execute{})
	default:
		s.owed.push(reply{to: 'E', code: code})
		ms = encode(&pgproto3.Execute{Portal: nowhere})
	}
	s.skip = typ != 'Q'
	_, err := out.Write(ms)
	return err == nil
}

// late cuts the client off and brings the server its COMMIT afterwards.
func (s *session) late(frame []byte, f Fault, out *bufio.Writer) {
	s.leave()
	_ = s.client.Close()
	if out.Flush() != nil || !s.wait(max(f.For, 1)) || !s.pass() {
		s.close()
		return
	}
	s.owed.push(reply{to: frame[0], commit: true})
	_, _ = out.Write(frame)
	if frame[0] != 'Q' {
		s.owed.push(reply{to: 'S'})
		_, _ = out.Write(encode(&pgproto3.Sync{}))
	}
	_, _ = out.Write(encode(&pgproto3.Terminate{}))
	_ = out.Flush()
}
