package proxy

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/kithgraph/kith/internal/graph"
)

//go:embed hook.cjs
var hook string

// Files are what a command reads to believe the CA and to find the proxy. None of
// them holds a secret.
type Files struct {
	Cert   string // the CA alone
	Bundle string // all that the machine trusts, and the CA
	Java   string // the same, as Java has it
	PHP    string // folder with settings of PHP
	Hook   string // for Node
}

// systemBundles are where systems keep what they trust. [doc crypto/x509]
func systemBundles() []string {
	return []string{
		"/etc/ssl/certs/ca-certificates.crt",
		"/etc/pki/tls/certs/ca-bundle.crt",
		"/etc/ssl/ca-bundle.pem",
		"/etc/pki/tls/cacert.pem",
		"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
		"/etc/ssl/cert.pem",
	}
}

// WriteFiles writes them into a folder, for a proxy on a port of this machine.
// What the environment trusts beside the system stays trusted.
func WriteFiles(dir string, ca *CA, environ []string, port int, offline bool) (*Files, error) {
	f := &Files{
		Cert: filepath.Join(dir, "ca.pem"), Bundle: filepath.Join(dir, "bundle.pem"), Java: filepath.Join(dir, "trust.jks"),
		PHP: filepath.Join(dir, "php"), Hook: filepath.Join(dir, "hook.cjs"),
	}
	known, err := json.Marshal(map[string]any{"hosts": graph.Hosts(), "metas": metaDomains(), "offline": offline, "port": port})
	if err != nil {
		return nil, err
	}
	bundle := ca.bundle(environ)
	if err := os.Mkdir(f.PHP, 0o700); err != nil {
		return nil, fmt.Errorf("write files for the command: %w", err)
	}
	ini := fmt.Sprintf("curl.cainfo=%q\nopenssl.cafile=%q\n", f.Bundle, f.Bundle)
	for _, file := range []struct {
		path string
		text []byte
	}{
		{f.Cert, joined(readable(get(environ, "NODE_EXTRA_CA_CERTS")), ca.PEM())},
		{f.Bundle, bundle},
		{f.Java, keystore(bundle, ca.now())},
		{filepath.Join(f.PHP, "kith.ini"), []byte(ini)},
		{f.Hook, bytes.Replace([]byte(hook), []byte("= KITH;"), append(append([]byte("= "), known...), ';'), 1)},
	} {
		if err := os.WriteFile(file.path, file.text, 0o600); err != nil {
			return nil, fmt.Errorf("write files for the command: %w", err)
		}
	}
	return f, nil
}

// bundle is all that the system and the environment trust, and the CA.
func (ca *CA) bundle(environ []string) []byte {
	var all [][]byte
	if own := readable(get(environ, "SSL_CERT_FILE")); own != nil {
		all = append(all, own)
	} else {
		for _, path := range systemBundles() {
			if text := readable(path); text != nil {
				all = append(all, text)
				break
			}
		}
	}
	for _, name := range []string{"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"} {
		if text := readable(get(environ, name)); text != nil {
			all = append(all, text)
		}
	}
	return joined(append(all, ca.PEM())...)
}

func readable(path string) []byte {
	if path == "" {
		return nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	return text
}

// joined puts texts below each other, each on lines of its own.
func joined(texts ...[]byte) (all []byte) {
	for _, text := range texts {
		if len(text) > 0 {
			all = append(append(all, bytes.TrimRight(text, "\n")...), '\n')
		}
	}
	return all
}
