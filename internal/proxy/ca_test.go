package proxy

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func newTestCA(t *testing.T) *CA {
	t.Helper()
	ca, err := NewCA(time.Now, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return ca
}

// forge signs with the key of the CA what the CA itself would refuse to sign.
func forge(t *testing.T, ca *CA, change func(*x509.Certificate)) *x509.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{Organization: []string{owner}},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	change(c)
	der, err := x509.CreateCertificate(rand.Reader, c, ca.Cert, key.Public(), ca.key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

// hostCases are certificates signed with the key of the CA and what a client
// asks of them: Go's verifier and openssl's are to agree.
var hostCases = []struct {
	name string
	make func(*x509.Certificate)
	host string
	good bool
}{
	{"a host of the Graph", func(c *x509.Certificate) { c.DNSNames = []string{"graph.facebook.com"} }, "graph.facebook.com", true},
	{"localhost", func(c *x509.Certificate) { c.DNSNames = []string{"localhost"} }, "localhost", true},
	{"an address of this machine", func(c *x509.Certificate) { c.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1)} }, "127.0.0.1", true},
	{"another host", func(c *x509.Certificate) { c.DNSNames = []string{"example.com"} }, "example.com", false},
	{"another host beside one of the Graph", func(c *x509.Certificate) { c.DNSNames = []string{"graph.facebook.com", "example.com"} }, "graph.facebook.com", false},
	{"the domain above", func(c *x509.Certificate) { c.DNSNames = []string{"facebook.com"} }, "facebook.com", false},
	{"any host of the domain", func(c *x509.Certificate) { c.DNSNames = []string{"*.facebook.com"} }, "graph.facebook.com", false},
	{"a name that ends alike", func(c *x509.Certificate) { c.DNSNames = []string{"notgraph.facebook.com"} }, "notgraph.facebook.com", false},
	{"an address of another machine", func(c *x509.Certificate) { c.IPAddresses = []net.IP{net.IPv4(192, 0, 2, 1)} }, "192.0.2.1", false},
}

func TestConstraints(t *testing.T) {
	ca := newTestCA(t)
	roots := x509.NewCertPool()
	roots.AddCert(ca.Cert)
	for _, tt := range hostCases {
		cert := forge(t, ca, tt.make)
		_, err := cert.Verify(x509.VerifyOptions{Roots: roots, DNSName: tt.host})
		if (err == nil) != tt.good {
			t.Errorf("%s: Go says %v of %s", tt.name, err, tt.host)
		}
	}
	client := forge(t, ca, func(c *x509.Certificate) {
		c.DNSNames, c.ExtKeyUsage = []string{"graph.facebook.com"}, []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning}
	})
	if _, err := client.Verify(x509.VerifyOptions{Roots: roots, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning}}); err == nil {
		t.Error("the CA vouches for programs")
	}
}

// TestConstraintsOpenSSL asks the other verifier that most programs have.
func TestConstraintsOpenSSL(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("no openssl here")
	}
	ca, dir := newTestCA(t), t.TempDir()
	root, leaf := filepath.Join(dir, "ca.pem"), filepath.Join(dir, "leaf.pem")
	write(t, root, ca.PEM(), 0o600)
	for _, tt := range hostCases {
		write(t, leaf, certPEM(forge(t, ca, tt.make)), 0o600)
		what := "-verify_hostname"
		if net.ParseIP(tt.host) != nil {
			what = "-verify_ip"
		}
		out, err := exec.Command(openssl, "verify", "-no-CApath", "-CAfile", root, "-purpose", "sslserver", what, tt.host, leaf).CombinedOutput()
		if (err == nil) != tt.good {
			t.Errorf("%s: openssl says of %s: %v\n%s", tt.name, tt.host, err, out)
		}
		if !tt.good && !strings.Contains(string(out), "permitted subtree violation") {
			t.Errorf("%s: openssl has another reason: %s", tt.name, out)
		}
	}
}

// An intermediate CA would be free of nothing, and yet it is not to be had.
func TestNoCABelow(t *testing.T) {
	ca := newTestCA(t)
	sub := &CA{}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(8), Subject: pkix.Name{CommonName: "below"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, ca.Cert, key.Public(), ca.key)
	if err != nil {
		t.Fatal(err)
	}
	if sub.Cert, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	sub.key = key
	cert := forge(t, sub, func(c *x509.Certificate) { c.DNSNames = []string{"graph.facebook.com"} })
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	roots.AddCert(ca.Cert)
	between.AddCert(sub.Cert)
	if _, err := cert.Verify(x509.VerifyOptions{Roots: roots, Intermediates: between}); err == nil {
		t.Error("the CA vouches for another CA")
	}
}

func TestLeaf(t *testing.T) {
	now := time.Now()
	ca, err := NewCA(func() time.Time { return now }, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(ca.Cert)
	verify := func(ask, host string) error {
		leaf, err := ca.Leaf(ask)
		if err != nil {
			return err
		}
		cert, err := x509.ParseCertificate(leaf.Certificate[0])
		if err != nil {
			return err
		}
		_, err = cert.Verify(x509.VerifyOptions{Roots: roots, DNSName: host, CurrentTime: now})
		return err
	}
	for _, tt := range []struct{ ask, host string }{
		{"graph.facebook.com", "graph.facebook.com"}, {"Graph.Facebook.COM.", "graph.facebook.com"}, {"", "localhost"}, {"", "127.0.0.1"}, {"", "::1"},
	} {
		if err := verify(tt.ask, tt.host); err != nil {
			t.Errorf("Leaf(%q) for %s: %v", tt.ask, tt.host, err)
		}
	}
	for _, host := range []string{"example.com", "facebook.com", "graph.facebook.com.example.com", "xgraph.facebook.com", "127.0.0.1", "*"} {
		if _, err := ca.Leaf(host); err == nil {
			t.Errorf("Leaf(%q) is signed", host)
		}
	}
	first, _ := ca.Leaf("graph.facebook.com")
	if again, _ := ca.Leaf("graph.facebook.com"); again != first {
		t.Error("a certificate is made for every client")
	}
	now = now.Add(leafLife)
	if err := verify("graph.facebook.com", "graph.facebook.com"); err != nil {
		t.Errorf("when the first ran out: %v", err)
	}
	now = ca.Cert.NotAfter.Add(-time.Minute)
	if err := verify("graph.facebook.com", "graph.facebook.com"); err != nil {
		t.Errorf("in the last minute of the CA: %v", err)
	}
	now = ca.Cert.NotAfter.Add(caLife)
	if _, err := ca.Leaf("m.facebook.com"); err == nil || !strings.Contains(err.Error(), "ran out") {
		t.Errorf("after the CA ran out: %v", err)
	}
}

func write(t *testing.T, path string, text []byte, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, text, mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

func pemOf(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}
