package bench

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"strconv"
	"time"
)

// Bare serves body, and nothing but it and its type, to every request with
// net/http until ctx ends: plain at addr, over TLS with HTTP/2 at secure. It is
// what every ratio of this package is to.
func Bare(ctx context.Context, addr, secure string, body []byte) error {
	length := []string{strconv.Itoa(len(body))}
	kind := []string{"application/json; charset=UTF-8"}
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h["Content-Type"], h["Content-Length"] = kind, length
		_, _ = w.Write(body) // a client that left is no failure
	})
	certificate, err := selfSigned()
	if err != nil {
		return fmt.Errorf("make certificate: %w", err)
	}
	plain, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	tlsListener, err := net.Listen("tcp", secure)
	if err != nil {
		_ = plain.Close()
		return err
	}
	// No timeouts: they cost time, and nobody but us connects.
	srv := &http.Server{Handler: handler, TLSConfig: &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}}
	ended := make(chan error, 2)
	go func() { ended <- srv.Serve(plain) }()
	go func() { ended <- srv.ServeTLS(tlsListener, "", "") }()
	select {
	case err = <-ended:
	case <-ctx.Done():
		err = srv.Close()
		<-ended
	}
	_ = srv.Close()
	<-ended
	return err
}

func selfSigned() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(1, 0, 0),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}
