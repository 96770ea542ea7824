package bench

import (
	"net"
	"strings"
	"testing"
	"time"
)

// answer is a connection whose server sends text in pieces of n bytes,
// whatever it is asked.
func answer(t *testing.T, text string, n int) *conn {
	t.Helper()
	client, server := net.Pipe()
	t.Cleanup(func() { _ = client.Close() })
	go func() {
		defer server.Close()
		_, _ = server.Read(make([]byte, 64))
		for text != "" {
			piece := text[:min(n, len(text))]
			text = text[len(piece):]
			if _, err := server.Write([]byte(piece)); err != nil {
				return
			}
		}
	}()
	_ = client.SetDeadline(time.Now().Add(patience))
	return newConn(client)
}

func TestExchange(t *testing.T) {
	const ok = "HTTP/1.1 200 OK\r\nDate: now\r\ncontent-length: 5\r\n\r\n"
	tests := []struct{ text, want string }{
		{ok + "12345", "200 12345"},
		{"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", "400 "},
		{"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n", "304 "},
		{ok + "123456", "error: 1 bytes after the answer"},
		{ok + "1234", "error: unexpected EOF"},
		{"HTTP/1.1 200 OK\r\n\r\n", "error: answer 200 has no Content-Length"},
		{"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", `error: status line "HTTP/1.0 200 OK"`},
		{"HTTP/1.1 2x0 OK\r\nContent-Length: 0\r\n\r\n", `error: status line "HTTP/1.1 2x0 OK"`},
		{"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", `error: header "Content-Length: -1"`},
		{"HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", bufSize), "error: " + errLong.Error()},
	}
	for _, tt := range tests {
		for _, n := range []int{1, 7, len(tt.text)} {
			if n == 1 && tt.want == "error: 1 bytes after the answer" {
				continue // what comes later is the next answer's trouble
			}
			c := answer(t, tt.text, n)
			status, err := c.exchange([]byte("ask"))
			got := quantity(float64(status), "") + " " + string(c.body)
			if err != nil {
				got = "error: " + err.Error()
			}
			if got != tt.want {
				t.Errorf("in pieces of %d: %.60q\n got %s\nwant %s", n, tt.text, got, tt.want)
			}
		}
	}
}

func FuzzReadHead(f *testing.F) {
	f.Add([]byte("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n"))
	f.Add([]byte("HTTP/1.1 \r\nContent-Length: \r\n"))
	f.Fuzz(func(t *testing.T, head []byte) {
		if status, length, err := readHead(head); err == nil && (length < 0 || status < -99 || status > 999) {
			t.Errorf("readHead(%q) = %d, %d", head, status, length)
		}
	})
}
