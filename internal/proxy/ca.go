package proxy

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/kithgraph/kith/internal/graph"
)

const (
	// caLife is how long a CA is good for. [own]
	caLife = 90 * 24 * time.Hour
	// caSpare is what must be left of it when it is taken into use, so that it
	// does not run out under a program.
	caSpare = 7 * 24 * time.Hour
	// leafLife is how long a certificate of a host is good for.
	leafLife = 3 * 24 * time.Hour
	// slack is how far clocks of one machine's programs may be apart.
	slack = time.Hour
	// owner is in the subject of every certificate made here.
	owner = "kith"
)

// A CA is a certificate with its key that vouches for the hosts of the Graph, for
// localhost and for the addresses of this machine. Its name constraints are
// critical: no verifier takes it for another name, whoever has the key. It is
// safe for concurrent use.
type CA struct {
	Cert *x509.Certificate

	key  *ecdsa.PrivateKey
	now  func() time.Time
	rand io.Reader

	mu     sync.Mutex
	leaves map[string]*leaf
}

// Names are the hosts that a CA vouches for.
func Names() []string { return append(graph.Hosts(), "localhost") }

// Addresses are those a CA vouches for.
func Addresses() []*net.IPNet {
	return []*net.IPNet{
		{IP: net.IPv4(127, 0, 0, 0).To4(), Mask: net.CIDRMask(8, 32)},
		{IP: net.IPv6loopback, Mask: net.CIDRMask(128, 128)},
	}
}

// NewCA makes a CA that nobody trusts yet.
func NewCA(now func() time.Time, rand io.Reader) (*CA, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand)
	if err != nil {
		return nil, fmt.Errorf("make CA: %w", err)
	}
	serial, err := newSerial(rand)
	if err != nil {
		return nil, fmt.Errorf("make CA: %w", err)
	}
	at := now()
	template := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{Organization: []string{owner}, CommonName: "kith local CA " + serial.Text(16)[:8]},
		NotBefore:             at.Add(-slack),
		NotAfter:              at.Add(caLife),
		IsCA:                  true,
		BasicConstraintsValid: true,
		MaxPathLenZero:        true, // it signs no other CA
		KeyUsage:              x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},

		PermittedDNSDomainsCritical: true,
		PermittedDNSDomains:         Names(),
		PermittedIPRanges:           Addresses(),
	}
	der, err := x509.CreateCertificate(rand, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("make CA: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("make CA: %w", err)
	}
	return newCA(cert, key, now, rand), nil
}

func newCA(cert *x509.Certificate, key *ecdsa.PrivateKey, now func() time.Time, rand io.Reader) *CA {
	return &CA{Cert: cert, key: key, now: now, rand: rand, leaves: map[string]*leaf{}}
}

// newSerial is a positive number of 16 bytes.
func newSerial(rand io.Reader) (*big.Int, error) {
	var b [16]byte
	if _, err := io.ReadFull(rand, b[:]); err != nil {
		return nil, err
	}
	b[0] = b[0]&0x7f | 0x40
	return new(big.Int).SetBytes(b[:]), nil
}

// PEM is the certificate for those who are to trust it. It holds no secret.
func (ca *CA) PEM() []byte { return certPEM(ca.Cert) }

func certPEM(cert *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw})
}

// Fingerprint tells CAs apart: SHA-256 of the certificate, in hexadecimal digits.
func (ca *CA) Fingerprint() string {
	sum := sha256.Sum256(ca.Cert.Raw)
	return hex.EncodeToString(sum[:])
}

// Expired reports whether the CA ran out.
func (ca *CA) Expired() bool { return ca.now().After(ca.Cert.NotAfter) }

// Stale reports whether OpenCA would make another in its place.
func (ca *CA) Stale() bool { return stale(ca.Cert, ca.now()) != "" }

// marshal is the CA with its key.
func (ca *CA) marshal() ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(ca.key)
	if err != nil {
		return nil, err
	}
	return append(ca.PEM(), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})...), nil
}

// parseCA reads what marshal wrote, and refuses everything else: also a CA that
// would be taken for hosts other than its own.
func parseCA(text []byte) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	first, rest := pem.Decode(text)
	second, rest := pem.Decode(rest)
	if first == nil || second == nil || first.Type != "CERTIFICATE" || second.Type != "PRIVATE KEY" || strings.TrimSpace(string(rest)) != "" {
		return nil, nil, errors.New("it is not a certificate and a key")
	}
	cert, err := x509.ParseCertificate(first.Bytes)
	if err != nil {
		return nil, nil, err
	}
	parsed, err := x509.ParsePKCS8PrivateKey(second.Bytes)
	if err != nil {
		return nil, nil, err
	}
	key, ok := parsed.(*ecdsa.PrivateKey)
	switch {
	case !ok || !key.PublicKey.Equal(cert.PublicKey):
		return nil, nil, errors.New("the key is not that of the certificate")
	case cert.CheckSignatureFrom(cert) != nil:
		return nil, nil, errors.New("the certificate is not a CA")
	case !slices.Equal(cert.Subject.Organization, []string{owner}) || !cert.PermittedDNSDomainsCritical ||
		len(cert.PermittedDNSDomains) == 0 || len(cert.PermittedIPRanges) == 0:
		return nil, nil, errors.New("the certificate is not one that kith made")
	}
	return cert, key, nil
}

// stale says why a CA is not to be used any more, "" if it is.
func stale(cert *x509.Certificate, now time.Time) string {
	switch {
	case now.After(cert.NotAfter):
		return "it ran out on " + cert.NotAfter.Format(time.DateOnly)
	case now.Add(caSpare).After(cert.NotAfter):
		return "it runs out on " + cert.NotAfter.Format(time.DateOnly)
	case now.Before(cert.NotBefore):
		return "it is good only from " + cert.NotBefore.Format(time.DateOnly) + " on"
	case !sameNames(cert):
		return "it was made for other hosts"
	}
	return ""
}

func sameNames(cert *x509.Certificate) bool {
	ips := func(list []*net.IPNet) (text []string) {
		for _, n := range list {
			text = append(text, n.String())
		}
		return text
	}
	return slices.Equal(cert.PermittedDNSDomains, Names()) && slices.Equal(ips(cert.PermittedIPRanges), ips(Addresses()))
}
