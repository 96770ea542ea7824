package port

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// inBubble serves with the default limits and a clock that jumps, with the loop
// or without it, and gives f a function that connects.
func inBubble(t *testing.T, strict bool, f func(dial func() net.Conn)) {
	synctest.Test(t, func(t *testing.T) {
		serve := func(in *In, out *Out) {
			out.Status = 200
			out.Body = fmt.Appendf(out.Body, "body %d err %v", len(in.Body), in.BodyErr != nil)
		}
		opt := Options{Now: time.Now, Handler: Adapt(t.Context(), Bodies{}, func(_ context.Context, in *In, out *Out) { serve(in, out) })}
		if strict {
			opt.Plain = serve
		}
		s, l := New(opt), newShelf()
		served := make(chan error, 1)
		go func() { served <- s.Serve(l) }()
		f(func() net.Conn {
			here, there := net.Pipe()
			l.conns <- there
			return here
		})
		if err := s.Shutdown(context.Background()); err != nil {
			t.Errorf("Shutdown: %v", err)
		}
		if err := <-served; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
}

// A drip is a text that is sent after a pause.
type drip struct {
	after time.Duration
	text  string
}

// dripping is a text that comes byte by byte.
func dripping(text string, every time.Duration) (ds []drip) {
	for _, c := range text {
		ds = append(ds, drip{every, string(c)})
	}
	return ds
}

func TestClientsThatTakeTooLongAreCut(t *testing.T) {
	const second = time.Second
	post := "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n"
	tests := []struct {
		name     string
		drips    []drip
		answers  int
		from, to time.Duration // when the connection ends, since it began
	}{
		{"silent", nil, 0, 5 * second, 5 * second},
		{"one byte", []drip{{0, "G"}}, 0, 5 * second, 5 * second},
		{"head byte by byte", dripping(getRequest, 2*second), 0, 5 * second, 7 * second},
		{"head in time", dripping(getRequest, 100*time.Millisecond), 1, 120 * second, 145 * second},
		{"idle after an answer", []drip{{0, getRequest}}, 1, 120 * second, 135 * second},
		{"half a head after an answer", []drip{{0, getRequest}, {10 * second, "GET / "}}, 1, 15 * second, 15 * second},
		{"two calls with a pause", []drip{{0, getRequest}, {100 * second, getRequest}}, 2, 220 * second, 235 * second},
		{"body that stops", []drip{{0, post + "abc"}}, 1, 30 * second, 31 * second},
		{"body byte by byte", append([]drip{{0, post}}, dripping("abcdefghij", 4*second)...), 1, 30 * second, 31 * second},
		{"body in time", append([]drip{{0, post}}, dripping("abcdefghij", 2*second)...), 1, 120 * second, 155 * second},
	}
	for _, tt := range tests {
		for _, strict := range []bool{true, false} {
			inBubble(t, strict, func(dial func() net.Conn) {
				began := time.Now()
				c := dial()
				sent := make(chan struct{})
				go func() {
					defer close(sent)
					for _, d := range tt.drips {
						time.Sleep(d.after)
						if _, err := io.WriteString(c, d.text); err != nil {
							break
						}
					}
				}()
				got, _ := io.ReadAll(c)
				took := time.Since(began)
				c.Close()
				<-sent
				if n := strings.Count(string(got), "200 OK"); n != tt.answers || took < tt.from || took > tt.to {
					t.Errorf("%s, loop %v: %d answers, cut after %v; want %d, %v to %v\n%s", tt.name, strict, n, took, tt.answers, tt.from, tt.to, got)
				}
			})
		}
	}
}

func TestClientThatDoesNotReadIsCut(t *testing.T) {
	for _, strict := range []bool{true, false} {
		inBubble(t, strict, func(dial func() net.Conn) {
			began := time.Now()
			c := dial()
			io.WriteString(c, getRequest)
			// The pipe has no room: nothing is taken from it, until it is closed.
			_, err := io.WriteString(c, getRequest)
			if took := time.Since(began); err == nil || took < 50*time.Second || took > 61*time.Second {
				t.Errorf("loop %v: %v after %v, want the end after about 60s", strict, err, took)
			}
			c.Close()
		})
	}
}

// A crowd of clients that send one byte each two seconds is cut, and meanwhile
// others are served.
func TestSlowCrowdHoldsNobodyUp(t *testing.T) {
	inBubble(t, true, func(dial func() net.Conn) {
		var cut atomic.Int64
		const crowd = 500
		for range crowd {
			c := dial()
			go func() {
				for _, d := range dripping(getRequest, 2*time.Second) {
					if _, err := io.WriteString(c, d.text); err != nil {
						cut.Add(1)
						break
					}
					time.Sleep(d.after)
				}
				c.Close()
			}()
		}
		good := dial()
		r := bufio.NewReader(good)
		for range 10 {
			time.Sleep(time.Second)
			io.WriteString(good, getRequest)
			if resp, err := http.ReadResponse(r, nil); err != nil {
				t.Fatal(err)
			} else if _, err := io.Copy(io.Discard, resp.Body); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		if cut.Load() != crowd {
			t.Errorf("%d of %d slow clients were cut after 10s", cut.Load(), crowd)
		}
		good.Close()
	})
}
