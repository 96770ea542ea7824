package bench

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
)

// h2Conns is how many connections carry the clients' streams.
const h2Conns = 8

// dialH2 opens the connections of a load over HTTP/2 and TLS. The certificate
// is self-signed, on loopback, and not what is measured.
func dialH2(ctx context.Context, addr string, s *script) (asks []ask, hangUp func()) {
	transports := make([]*http.Transport, h2Conns)
	var protocols http.Protocols
	protocols.SetHTTP2(true)
	for i := range transports {
		transports[i] = &http.Transport{Protocols: &protocols, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	}
	for i := range clients {
		t := transports[i%h2Conns]
		var path, body []byte
		asks = append(asks, func(n uint64) error {
			path = s.path(path[:0], n)
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+addr+string(path), nil)
			if err != nil {
				return err
			}
			res, err := t.RoundTrip(req)
			if err != nil {
				return err
			}
			defer res.Body.Close()
			if res.ProtoMajor != 2 {
				return fmt.Errorf("%s answers with %s", addr, res.Proto)
			}
			body, err = readInto(body[:0], res.Body)
			if err != nil {
				return err
			}
			return s.check(n, res.StatusCode, body)
		})
	}
	return asks, func() {
		for _, t := range transports {
			t.CloseIdleConnections()
		}
	}
}

// readInto reads all of r behind b, whose memory it uses first.
func readInto(b []byte, r io.Reader) ([]byte, error) {
	for {
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if err == io.EOF {
			return b, nil
		}
		if err != nil {
			return b, err
		}
	}
}
