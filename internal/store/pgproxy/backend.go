package pgproxy

import (
	"bufio"
	"bytes"
)

// backend carries what the server says until one side ends.
func (s *session) backend(in *bufio.Reader) {
	out := bufio.NewWriterSize(s.client, 1<<16)
	var buf []byte
	for {
		frame, err := readMessage(in, buf)
		if err != nil {
			return
		}
		buf = frame
		text, ok := s.answer(frame)
		if !ok || !s.pass() {
			return
		}
		if !s.tell(out, text, in.Buffered() == 0) {
			return
		}
	}
}

// tell writes to the client, unless it has been cut off.
func (s *session) tell(out *bufio.Writer, text []byte, flush bool) bool {
	if s.orphaned() {
		return true
	}
	s.out.Lock()
	defer s.out.Unlock()
	if _, err := out.Write(text); err != nil {
		return s.orphaned()
	}
	if flush && out.Flush() != nil {
		return s.orphaned()
	}
	return true
}

// answer is what the client gets for a message of the server; false ends the
// session.
func (s *session) answer(frame []byte) ([]byte, bool) {
	typ, head := frame[0], s.owed.head()
	switch typ {
	case 'K':
		s.mu.Lock()
		s.key = string(body(frame))
		s.mu.Unlock()
		return frame, true
	case 'N', 'S', 'A', 'R': // not an answer to anything
		return frame, true
	case 'E':
		s.owed.fail()
		if head.code != "" {
			return errorMessage("ERROR", head.code), true
		}
		return frame, true
	}
	text, ok := frame, true
	switch {
	case head.swallow:
		text = nil
	case head.code != "" && typ == 'C':
		text = errorMessage("ERROR", head.code)
	case head.commit && typ == 'C' && bytes.HasPrefix(body(frame), []byte("COMMIT\x00")):
		text, ok = s.committed(frame)
	}
	if head.ends(typ) {
		s.owed.pop()
	}
	return text, ok
}

// committed asks the plan about a COMMIT that has succeeded.
func (s *session) committed(frame []byte) ([]byte, bool) {
	s.proxy.counts.commits.Add(1)
	f := s.ask(Committed, "")
	switch f.Do {
	case Error:
		return errorMessage("ERROR", f.Code), true
	case Warn:
		return append(waitGivenUp(), frame...), true
	}
	return frame, s.admit(f)
}
