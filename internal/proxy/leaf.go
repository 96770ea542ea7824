package proxy

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"
)

// A leaf is the certificate of one host.
type leaf struct {
	cert  *tls.Certificate
	renew time.Time // when another is made
}

// TLS is what a server of the hosts shows its clients: for each host a
// certificate of its own, made when it is first asked for. Who names none is
// taken to ask for this machine. Who names another is turned away.
func (ca *CA) TLS(protocols ...string) *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		NextProtos: protocols,
		Time:       ca.now,
		GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			return ca.Leaf(hello.ServerName)
		},
	}
}

// Leaf returns a certificate for one of Names; "" is localhost. That of
// localhost is good for the loopback addresses too.
func (ca *CA) Leaf(host string) (*tls.Certificate, error) {
	host = canonical(host)
	if host == "" {
		host = "localhost"
	}
	if !slices.Contains(Names(), host) {
		return nil, fmt.Errorf("%.100q is not a host of the Graph", host)
	}
	ca.mu.Lock()
	defer ca.mu.Unlock()
	now := ca.now()
	if l := ca.leaves[host]; l != nil && now.Before(l.renew) {
		return l.cert, nil
	}
	if now.After(ca.Cert.NotAfter) {
		return nil, fmt.Errorf("the local CA ran out on %s", ca.Cert.NotAfter.Format(time.DateOnly))
	}
	l, err := ca.sign(host, now)
	if err != nil {
		return nil, fmt.Errorf("make certificate of %s: %w", host, err)
	}
	ca.leaves[host] = l
	return l.cert, nil
}

func (ca *CA) sign(host string, now time.Time) (*leaf, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), ca.rand)
	if err != nil {
		return nil, err
	}
	serial, err := newSerial(ca.rand)
	if err != nil {
		return nil, err
	}
	end := now.Add(leafLife)
	if end.After(ca.Cert.NotAfter) {
		end = ca.Cert.NotAfter
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{Organization: []string{owner}, CommonName: host},
		NotBefore:    now.Add(-slack),
		NotAfter:     end,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:     []string{host},
	}
	if host == "localhost" {
		template.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	}
	der, err := x509.CreateCertificate(ca.rand, template, ca.Cert, key.Public(), ca.key)
	if err != nil {
		return nil, err
	}
	cert := &tls.Certificate{Certificate: [][]byte{der, ca.Cert.Raw}, PrivateKey: key}
	return &leaf{cert: cert, renew: now.Add(end.Sub(now) / 2)}, nil
}

// canonical is a host name as it is compared: in lower case, without the dot of
// the root.
func canonical(host string) string {
	return strings.TrimSuffix(strings.ToLower(host), ".")
}
