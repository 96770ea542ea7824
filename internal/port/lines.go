package port

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"strings"
)

// On a plain HTTP/1 connection the header lines of the core go out as one piece,
// laid in behind the status line when net/http writes the answer. Through its
// map each line would be stored, cloned, sorted and copied: for the dozen lines
// of an answer more work than finding out what to say.

// connKey is where the context of a request has its plain connection.
type connKey struct{}

func withConn(ctx context.Context, c net.Conn) context.Context {
	if plain, ok := c.(*conn); ok {
		return context.WithValue(ctx, connKey{}, plain)
	}
	return ctx
}

// plainConn returns the connection of a plain HTTP/1 request, nil for others.
func plainConn(r *http.Request) *conn {
	if r.ProtoMajor != 1 {
		return nil
	}
	c, _ := r.Context().Value(connKey{}).(*conn)
	return c
}

// lay makes lines of pairs, for the next answer on c.
func (c *conn) lay(pairs []HeaderPair) { c.lines = appendLines(c.lines[:0], pairs) }

// appendLines makes lines of pairs. Line breaks in a value become blanks, as
// net/http has it.
func appendLines(b []byte, pairs []HeaderPair) []byte {
	from := len(b)
	for i := range pairs {
		p := &pairs[i]
		b = append(b, p.Name...)
		b = append(b, ':', ' ')
		b = append(b, p.Value...)
		b = append(b, '\r', '\n')
	}
	if lines := b[from:]; bytes.Count(lines, []byte{'\r'}) == len(pairs) && bytes.Count(lines, []byte{'\n'}) == len(pairs) {
		return b
	}
	blank := strings.NewReplacer("\r", " ", "\n", " ")
	b = b[:from]
	for _, p := range pairs {
		b = append(append(b, p.Name...), ": "...)
		b = append(append(b, blank.Replace(p.Value)...), "\r\n"...)
	}
	return b
}

// Write writes p, with the lines of the answer that begins in it. Answers are
// written one after the other, each from the goroutine that laid its lines.
func (c *conn) Write(p []byte) (int, error) {
	if len(c.lines) == 0 {
		return c.Conn.Write(p)
	}
	end := bytes.Index(p, []byte("\r\n"))
	if end < 0 || !bytes.HasPrefix(p, []byte("HTTP/1.")) || bytes.HasPrefix(p[len("HTTP/1.1 "):], []byte("100")) {
		return c.Conn.Write(p)
	}
	end += 2
	whole := append(c.whole[:0], p[:end]...)
	whole = append(whole, c.lines...)
	whole = append(whole, p[end:]...)
	laid := len(c.lines)
	c.whole, c.lines = modest(whole), c.lines[:0]
	n, err := c.Conn.Write(whole)
	if n > end {
		n = max(n-laid, end)
	}
	return n, err
}
