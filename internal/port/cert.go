package port

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"math/big"
	"net"
	"sync"
	"time"
)

// tlsConfig is what TLS clients are served, nil to turn them away.
func tlsConfig(o *Options) *tls.Config {
	cfg := o.TLS.Clone()
	if cfg == nil {
		if o.Now == nil || o.Rand == nil {
			return nil
		}
		cfg = &tls.Config{GetCertificate: lazyCertificate(o)}
	}
	if cfg.NextProtos == nil {
		cfg.NextProtos = []string{"h2", "http/1.1"}
	}
	cfg.MinVersion = max(cfg.MinVersion, tls.VersionTLS12)
	return cfg
}

// lazyCertificate makes one certificate when the first client asks and keeps it
// in memory. A failure is told to every client.
func lazyCertificate(o *Options) func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	names := append([]string{"localhost", "127.0.0.1", "::1"}, o.Hosts...)
	once := sync.OnceValues(func() (*tls.Certificate, error) {
		return selfSigned(names, o.Now(), o.Rand)
	})
	return func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return once() }
}

// selfSigned makes a certificate for names and addresses that is good for a
// year from now. Where the build insists on the system's own randomness for
// keys, as Go does unless told otherwise, rand gives the serial number only.
func selfSigned(names []string, now time.Time, rand io.Reader) (*tls.Certificate, error) {
	var serial [16]byte
	if _, err := io.ReadFull(rand, serial[:]); err != nil {
		return nil, fmt.Errorf("make certificate: %w", err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand)
	if err != nil {
		return nil, fmt.Errorf("make certificate: %w", err)
	}
	serial[0] = serial[0]&0x7f | 0x40 // positive, 16 bytes
	template := &x509.Certificate{
		SerialNumber: new(big.Int).SetBytes(serial[:]),
		Subject:      pkix.Name{CommonName: "kith (self-signed)"},
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.AddDate(1, 0, 0),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else if name != "" {
			template.DNSNames = append(template.DNSNames, name)
		}
	}
	der, err := x509.CreateCertificate(rand, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("make certificate: %w", err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}
