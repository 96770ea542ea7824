package bench

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// clients is how many connections a load has.
const clients = 64

// A sample is one round of one target.
type sample struct {
	cpu        float64 // microseconds of the server's processor for each request
	throughput float64 // requests a second
	p50, p99   float64 // microseconds
}

// ask makes one request and checks its answer; a client has one of its own.
type ask func(n uint64) error

// drive has every client ask until total requests were made, from number first
// on, and says how that went. The first wrong answer ends it.
func drive(ctx context.Context, asks []ask, first uint64, total int) (sample, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Uint64
	var wait sync.WaitGroup
	histograms := make([]*hdrhistogram.Histogram, len(asks))
	begin := time.Now()
	for i, a := range asks {
		h := hdrhistogram.New(1, int64(10*time.Second), 2)
		histograms[i] = h
		wait.Go(func() {
			for ctx.Err() == nil {
				n := next.Add(1) - 1
				if n >= uint64(total) {
					return
				}
				t := time.Now()
				if err := a(first + n); err != nil {
					cancel(err)
					return
				}
				_ = h.RecordValue(int64(time.Since(t))) // beyond ten seconds nothing is told apart
			}
		})
	}
	wait.Wait()
	took := time.Since(begin)
	if err := context.Cause(ctx); err != nil {
		return sample{}, err
	}
	for _, h := range histograms[1:] {
		histograms[0].Merge(h)
	}
	micros := func(q float64) float64 { return float64(histograms[0].ValueAtQuantile(q)) / 1e3 }
	return sample{throughput: float64(total) / took.Seconds(), p50: micros(50), p99: micros(99)}, nil
}

// dial opens the connections of a load over HTTP/1.1. Each asks once, because
// servers do not wait long for the first request of a connection.
func dial(ctx context.Context, addr string, s *script) (asks []ask, hangUp func(), err error) {
	var open []net.Conn
	hangUp = func() {
		for _, nc := range open {
			_ = nc.Close()
		}
	}
	var d net.Dialer
	for i := range clients {
		nc, err := d.DialContext(ctx, "tcp", addr)
		if err != nil {
			hangUp()
			return nil, nil, err
		}
		open = append(open, nc)
		a := s.over(newConn(nc))
		if err := a(uint64(i)); err != nil {
			hangUp()
			return nil, nil, err
		}
		asks = append(asks, a)
	}
	return asks, hangUp, nil
}

// over asks over one connection.
func (s *script) over(c *conn) ask {
	var request []byte
	return func(n uint64) error {
		request = s.request(request[:0], n)
		status, err := c.exchange(request)
		if err != nil {
			return err
		}
		return s.check(n, status, c.body)
	}
}
