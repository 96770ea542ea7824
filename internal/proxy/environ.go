package proxy

import (
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/kithgraph/kith/internal/graph"
)

// Place is what a command is told.
type Place struct {
	Proxy    *url.URL          // with the password for other hosts
	URL      string            // of the kith
	Tokens   map[string]string // of Pages, by their handles
	Files    *Files
	NodeHook bool // lead Node programs that ignore proxies
}

// here are the hosts that no proxy is asked for.
const here = "localhost,127.0.0.1,::1"

// Environ is the environment of the command: that of whoever calls, with the
// variables by which programs find the proxy and believe the CA. [doc curl,
// OpenSSL, Node, requests, Java, PHP]
func (p *Place) Environ(base []string) []string {
	env := vars(base)
	clear := *p.Proxy
	clear.User = nil
	proxy := p.Proxy.String()
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"} {
		env.set(name, proxy)
	}
	spared := sparing(get(base, "NO_PROXY") + "," + get(base, "no_proxy"))
	env.set("NO_PROXY", spared)
	env.set("no_proxy", spared)
	for _, name := range []string{"SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"} {
		env.set(name, p.Files.Bundle)
	}
	env.set("NODE_EXTRA_CA_CERTS", p.Files.Cert)
	env.set("NODE_USE_ENV_PROXY", "1")
	if p.NodeHook {
		env.add("NODE_OPTIONS", "--require "+nodeWord(p.Files.Hook))
	}
	env.add("JAVA_TOOL_OPTIONS", javaOptions(&clear, p.Files.Java))
	env.set("PHP_INI_SCAN_DIR", get(base, "PHP_INI_SCAN_DIR")+string(os.PathListSeparator)+p.Files.PHP)
	env.set("KITH_URL", p.URL)
	env.set("GRAPH_API_BASE_URL", p.URL)
	for handle, token := range p.Tokens {
		env.set("KITH_PAGE_TOKEN_"+shouted(handle), token)
	}
	return env
}

// javaOptions are those of a virtual machine. It cannot be given a password for
// the proxy, so it reaches the Graph through it and nothing else.
func javaOptions(proxy *url.URL, store string) string {
	var b strings.Builder
	for _, scheme := range []string{"http", "https"} {
		fmt.Fprintf(&b, "-D%s.proxyHost=%s -D%s.proxyPort=%s ", scheme, proxy.Hostname(), scheme, proxy.Port())
	}
	fmt.Fprintf(&b, "-Dhttp.nonProxyHosts=localhost|127.*|[::1] %s -Djavax.net.ssl.trustStoreType=JKS -Djavax.net.ssl.trustStorePassword=%s",
		javaWord("-Djavax.net.ssl.trustStore="+store), storePassword)
	return b.String()
}

// sparing is a NO_PROXY list with this machine and without what would take the
// Graph past the proxy, to the original.
func sparing(list string) string {
	kept := here
	for _, entry := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' }) {
		if !strings.Contains(","+kept+",", ","+entry+",") && !spares(entry) {
			kept += "," + entry
		}
	}
	return kept
}

// spares tells whether an entry of NO_PROXY is about a host of the Graph.
func spares(entry string) bool {
	name, _, _ := strings.Cut(strings.TrimLeft(hostOf(entry), "*."), ":")
	if name == "" {
		return strings.Contains(entry, "*")
	}
	for _, host := range graph.Hosts() {
		if host == name || strings.HasSuffix(host, "."+name) {
			return true
		}
	}
	return false
}

// shouted is a handle as a variable has it.
func shouted(handle string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z':
			return r - 'a' + 'A'
		case 'A' <= r && r <= 'Z', '0' <= r && r <= '9':
			return r
		}
		return '_'
	}, handle)
}

// nodeWord is a word of NODE_OPTIONS, which is split at blanks outside of quotes;
// within them a backslash makes the next letter plain, outside it is one. [doc Node,
// NODE_OPTIONS]
func nodeWord(word string) string {
	if !strings.ContainsAny(word, " \"") {
		return word
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(word) + `"`
}

// javaWord is a word of JAVA_TOOL_OPTIONS, which is split at blanks outside of
// quotes of either kind; nothing else is special. [doc JDK_JAVA_OPTIONS, JVMTI]
func javaWord(word string) string {
	switch {
	case !strings.ContainsAny(word, " \t\"'"):
		return word
	case strings.Contains(word, `"`):
		return "'" + word + "'"
	}
	return `"` + word + `"`
}

// vars are NAME=value lines.
type vars []string

func get(environ []string, name string) (value string) {
	for _, line := range environ {
		if n, v, _ := strings.Cut(line, "="); n == name {
			value = v
		}
	}
	return value
}

func (e *vars) set(name, value string) {
	kept := make(vars, 0, len(*e)+1)
	for _, line := range *e {
		if n, _, _ := strings.Cut(line, "="); n != name {
			kept = append(kept, line)
		}
	}
	*e = append(kept, name+"="+value)
}

// add puts a word behind those of the variable.
func (e *vars) add(name, word string) {
	e.set(name, strings.TrimSpace(get(*e, name)+" "+word))
}
