package bench

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
)

// A conn is the least HTTP/1.1 client that can tell a right answer from a
// wrong one: it writes requests as they are and reads answers that carry a
// Content-Length. It is cheap, so that the client takes little of the machine.
type conn struct {
	nc   net.Conn
	buf  []byte
	n    int
	body []byte
}

// bufSize is room for a whole answer: head and a profile.
const bufSize = 16 << 10

var errLong = errors.New("the answer does not fit the client's buffer")

func newConn(nc net.Conn) *conn { return &conn{nc: nc, buf: make([]byte, bufSize)} }

// exchange writes a request and reads its answer; the body is valid until the
// next one.
func (c *conn) exchange(request []byte) (status int, err error) {
	if _, err := c.nc.Write(request); err != nil {
		return 0, err
	}
	c.n, c.body = 0, nil
	head, err := c.head()
	if err != nil {
		return 0, err
	}
	status, length, err := readHead(c.buf[:head])
	if err != nil {
		return 0, err
	}
	for c.n < head+length {
		if err := c.more(); err != nil {
			return 0, err
		}
	}
	if c.n > head+length {
		return 0, fmt.Errorf("%d bytes after the answer", c.n-head-length)
	}
	c.body = c.buf[head:c.n]
	return status, nil
}

// head reads until the head is complete and returns its length.
func (c *conn) head() (int, error) {
	for {
		seen := c.n
		if err := c.more(); err != nil {
			return 0, err
		}
		if i := bytes.Index(c.buf[max(seen-3, 0):c.n], []byte("\r\n\r\n")); i >= 0 {
			return max(seen-3, 0) + i + 4, nil
		}
	}
}

func (c *conn) more() error {
	if c.n == len(c.buf) {
		return errLong
	}
	n, err := c.nc.Read(c.buf[c.n:])
	c.n += n
	if n > 0 {
		return nil
	}
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// readHead finds the status and the length of the body.
func readHead(head []byte) (status, length int, err error) {
	line, rest, _ := bytes.Cut(head, []byte("\r\n"))
	if !bytes.HasPrefix(line, []byte("HTTP/1.1 ")) || len(line) < 12 {
		return 0, 0, fmt.Errorf("status line %q", line)
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, 0, fmt.Errorf("status line %q", line)
	}
	if status == 304 {
		return status, 0, nil
	}
	const name = "Content-Length: "
	for len(rest) > 0 {
		line, rest, _ = bytes.Cut(rest, []byte("\r\n"))
		if len(line) > len(name) && bytes.EqualFold(line[:len(name)], []byte(name)) {
			length, err = strconv.Atoi(string(line[len(name):]))
			if err != nil || length < 0 {
				return 0, 0, fmt.Errorf("header %q", line)
			}
			return status, length, nil
		}
	}
	return 0, 0, fmt.Errorf("answer %d has no Content-Length", status)
}
