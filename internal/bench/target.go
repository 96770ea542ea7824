package bench

import (
	"bytes"
	"context"
)

// script asks the server at addr about everybody here.
func (p *place) script(addr string) *script {
	return &script{crowd: p.crowd, host: addr, status: 200, prefix: `{"first_name":"`}
}

// forged is the same load with a token that looks right and is not.
func (s *script) forged() *script {
	c := *s
	token := []byte(s.crowd.Tokens[0])
	// Behind the ID of the app, which stays as it is.
	for i := 20; i < len(token); i++ {
		if token[i] >= 'a' && token[i] < 'z' {
			token[i]++
			break
		}
	}
	c.token, c.status, c.prefix = string(token), 400, `{"error":{"message":"Invalid OAuth access token`
	return &c
}

// answered is the same load against a server that gives one body to all.
func (s *script) answered(body []byte) *script {
	c := *s
	c.fixed, c.prefix = body, ""
	return &c
}

// target waits until a process answers the script and connects to it.
func (l *lab) target(ctx context.Context, name string, p *process, s *script) (*target, error) {
	if _, err := p.ready(s.request(nil, 0), s.status); err != nil {
		return nil, err
	}
	asks, hangUp, err := dial(ctx, p.addr, s)
	if err != nil {
		return nil, err
	}
	_, _, requests := l.sizes()
	l.conns = append(l.conns, hangUp)
	return &target{name: name, process: p, asks: asks, requests: requests}, nil
}

// targetH2 connects over HTTP/2, on which a client costs more and a round is
// shorter.
func (l *lab) targetH2(ctx context.Context, name string, p *process, addr string, s *script) *target {
	asks, hangUp := dialH2(ctx, addr, s)
	_, _, requests := l.sizes()
	l.conns = append(l.conns, hangUp)
	return &target{name: name, process: p, asks: asks, requests: requests / 2}
}

// bareTarget starts the bare handler with a body as kith answers it and
// connects to it.
func (l *lab) bareTarget(ctx context.Context, kith *target, s *script) (t *target, secure string, body []byte, err error) {
	if body, err = sampleBody(kith.process.addr, s); err != nil {
		return nil, "", nil, err
	}
	p, secure, err := l.bare(ctx, body)
	if err != nil {
		return nil, "", nil, err
	}
	t, err = l.target(ctx, "bare", p, s.answered(body))
	return t, secure, body, err
}

// sampleBody is the body of an answer of the usual length: the median of some.
func sampleBody(addr string, s *script) ([]byte, error) {
	var bodies [15][]byte
	for i := range bodies {
		nc, err := dialOnce(addr)
		if err != nil {
			return nil, err
		}
		c := newConn(nc)
		status, err := c.exchange(s.request(nil, uint64(i)))
		_ = nc.Close()
		if err == nil {
			err = s.check(uint64(i), status, c.body)
		}
		if err != nil {
			return nil, err
		}
		bodies[i] = bytes.Clone(c.body)
	}
	return middleLength(bodies[:]), nil
}
