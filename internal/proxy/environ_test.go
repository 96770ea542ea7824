package proxy

import (
	"bytes"
	"encoding/pem"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/graph"
)

func TestEnviron(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a folder")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	theirs := newTestCA(t)
	system, extra := filepath.Join(dir, "system.pem"), filepath.Join(dir, "extra.pem")
	write(t, system, theirs.PEM(), 0o600)
	write(t, extra, newTestCA(t).PEM(), 0o600)
	base := []string{"PATH=/bin", "HTTPS_PROXY=http://office:3128", "NO_PROXY=*,intra.example", "no_proxy=.facebook.com, intra.example", "SSL_CERT_FILE=" + system,
		"REQUESTS_CA_BUNDLE=" + extra, "CURL_CA_BUNDLE=" + dir, "NODE_EXTRA_CA_CERTS=" + extra, "NODE_OPTIONS=--trace-warnings", "KITH_URL=http://old", "A=b=c", "A=d"}
	ca := newTestCA(t)
	files, err := WriteFiles(dir, ca, base, 4321, true)
	if err != nil {
		t.Fatal(err)
	}
	place := &Place{Proxy: &url.URL{Scheme: "http", User: url.UserPassword(User, "pass"), Host: "127.0.0.1:4321"}, URL: "http://127.0.0.1:5", Files: files,
		NodeHook: true, Tokens: map[string]string{"corner shop-1": "EAA"}}
	env := place.Environ(base)
	for name, want := range map[string]string{
		"PATH": "/bin", "A": "d",
		"HTTPS_PROXY": "http://kith:pass@127.0.0.1:4321", "https_proxy": "http://kith:pass@127.0.0.1:4321",
		"HTTP_PROXY": "http://kith:pass@127.0.0.1:4321", "http_proxy": "http://kith:pass@127.0.0.1:4321",
		"NO_PROXY": "localhost,127.0.0.1,::1,intra.example", "no_proxy": "localhost,127.0.0.1,::1,intra.example",
		"SSL_CERT_FILE": files.Bundle, "REQUESTS_CA_BUNDLE": files.Bundle, "CURL_CA_BUNDLE": files.Bundle, "NODE_EXTRA_CA_CERTS": files.Cert,
		"NODE_USE_ENV_PROXY": "1", "NODE_OPTIONS": `--trace-warnings --require "` + files.Hook + `"`,
		"PHP_INI_SCAN_DIR": ":" + files.PHP, "KITH_URL": "http://127.0.0.1:5", "GRAPH_API_BASE_URL": "http://127.0.0.1:5", "KITH_PAGE_TOKEN_CORNER_SHOP_1": "EAA",
	} {
		if got := get(env, name); got != want {
			t.Errorf("%s\n got %s\nwant %s", name, got, want)
		}
		if n := strings.Count("\n"+strings.Join(env, "\n"), "\n"+name+"="); n != 1 && name != "A" {
			t.Errorf("%s is there %d times", name, n)
		}
	}
	if java := get(env, "JAVA_TOOL_OPTIONS"); strings.Contains(java, "pass@") || !strings.Contains(java, `"-Djavax.net.ssl.trustStore=`+files.Java+`"`) {
		t.Errorf("JAVA_TOOL_OPTIONS: %s", java)
	}
	if n := len(certsIn(t, files.Bundle)); n != 3 {
		t.Errorf("the bundle has %d certificates", n)
	}
	if n := len(certsIn(t, files.Cert)); n != 2 {
		t.Errorf("NODE_EXTRA_CA_CERTS has %d certificates", n)
	}
}

// Words keep what they are where a path has blanks, backslashes and quotes.
func TestWordsOfOptions(t *testing.T) {
	for _, tt := range []struct{ word, node, java string }{
		{"/tmp/a/hook.cjs", "/tmp/a/hook.cjs", "/tmp/a/hook.cjs"},
		{"/tmp/a b/hook.cjs", `"/tmp/a b/hook.cjs"`, `"/tmp/a b/hook.cjs"`},
		{`C:\Temp\hook.cjs`, `C:\Temp\hook.cjs`, `C:\Temp\hook.cjs`},
		{`C:\Users\Ana Lima\hook.cjs`, `"C:\\Users\\Ana Lima\\hook.cjs"`, `"C:\Users\Ana Lima\hook.cjs"`},
		{`/tmp/"a" b`, `"/tmp/\"a\" b"`, `'/tmp/"a" b'`},
		{`/tmp/ana's`, `/tmp/ana's`, `"/tmp/ana's"`},
	} {
		if got := nodeWord(tt.word); got != tt.node {
			t.Errorf("nodeWord(%s)\n got %s\nwant %s", tt.word, got, tt.node)
		}
		if got := javaWord(tt.word); got != tt.java {
			t.Errorf("javaWord(%s)\n got %s\nwant %s", tt.word, got, tt.java)
		}
	}
}

func certsIn(t *testing.T, path string) (certs [][]byte) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil || bytes.Contains(text, []byte("PRIVATE")) {
		t.Fatalf("%s: %v", path, err)
	}
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		certs = append(certs, block.Bytes)
	}
	return certs
}

func TestSparing(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", here},
		{"*", here},
		{"facebook.com,.facebook.com,*.facebook.com,graph.facebook.com,graph.facebook.com:443,GRAPH.Facebook.com.", here},
		{".com,com,instagram.com", here},
		{"intra.example 10.0.0.0/8,,localhost,example.com", here + ",intra.example,10.0.0.0/8,example.com"},
		{"ook.com,notfacebook.com", here + ",ook.com,notfacebook.com"},
	}
	for _, tt := range tests {
		if got := sparing(tt.in); got != tt.want {
			t.Errorf("sparing(%q)\n got %s\nwant %s", tt.in, got, tt.want)
		}
	}
}

// FuzzSparing holds that no list takes the Graph past the proxy, as clients read
// such lists: by whole names and by what a name ends with.
func FuzzSparing(f *testing.F) {
	for _, seed := range []string{"*", "facebook.com", "*.com:443", "[::1]:1,.", "..facebook.com", "*facebook.com", ".*.com"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, list string) {
		for entry := range strings.SplitSeq(sparing(list), ",") {
			name := strings.TrimLeft(strings.ToLower(entry), "*.")
			if name, _, _ = strings.Cut(name, ":"); name == "" && strings.Contains(entry, "*") {
				t.Errorf("%q keeps %q", list, entry)
			}
			for _, host := range graph.Hosts() {
				if name != "" && (host == name || strings.HasSuffix(host, "."+name)) {
					t.Errorf("%q keeps %q", list, entry)
				}
			}
		}
	})
}

// TestKeystore has Java read what was written for it.
func TestKeystore(t *testing.T) {
	keytool, err := exec.LookPath("keytool")
	if err != nil {
		t.Skip("no Java here")
	}
	a, b := newTestCA(t), newTestCA(t)
	path := filepath.Join(t.TempDir(), "trust.jks")
	damaged := pemOf("CERTIFICATE", []byte("x"))
	write(t, path, keystore(joined(a.PEM(), damaged, b.PEM()), time.Now()), 0o600)
	out, err := exec.Command(keytool, "-list", "-rfc", "-keystore", path, "-storetype", "JKS", "-storepass", storePassword).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	listed := bytes.ReplaceAll(out, []byte("\r"), nil)
	for _, ca := range []*CA{a, b} {
		if !bytes.Contains(listed, bytes.TrimSpace(ca.PEM())) {
			t.Errorf("a certificate is missing in\n%s", listed)
		}
	}
}
