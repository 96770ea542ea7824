package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"

	"github.com/kithgraph/kith/internal/graph"
)

// home is an environment with a home, as every user has one.
func home(more ...string) []string { return append([]string{"HOME=/home/ana"}, more...) }

func flags(t *testing.T, args ...string) *pflag.FlagSet {
	t.Helper()
	fs := pflag.NewFlagSet("kith", pflag.ContinueOnError)
	Flags(fs)
	if err := fs.Parse(args); err != nil {
		t.Fatal(err)
	}
	return fs
}

func writeFile(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "kith.yaml")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestDefaults(t *testing.T) {
	c, err := Load(Sources{Environ: home()})
	if err != nil {
		t.Fatal(err)
	}
	if c.Mode != Emulator || c.Listen != "127.0.0.1:8080" || c.Data != "/home/ana/.local/share/kith" || c.JournalSample != 1 ||
		c.DefaultVersion != graph.V(25, 0) || c.Pictures.TTL != 720*time.Hour || c.Limits.MaxBody != 1<<20 || !c.BlockWithdraws {
		t.Errorf("unexpected defaults: %+v", c)
	}
	for _, s := range c.Show() {
		if s.Origin != Default || s.Help == "" {
			t.Errorf("%s: origin %q, help %q", s.Key, s.Origin, s.Help)
		}
	}
	c, err = Load(Sources{Environ: home("KITH_MODE=server", "XDG_DATA_HOME=/data")})
	if err != nil {
		t.Fatal(err)
	}
	if c.JournalSample != 100 || c.Data != "/data/kith" {
		t.Errorf("server mode: sample %d, data %q", c.JournalSample, c.Data)
	}
}

func TestLaterSourcesWin(t *testing.T) {
	file := writeFile(t, "listen: 127.0.0.1:1\nhosts: [a.test, b.test]\nworld: seeds/w.yaml\npictures:\n  ttl: 1d12h\nprofile: {no_consent: 33}\njournal_size: 7\n")
	c, err := Load(Sources{
		File:    file,
		Environ: home("KITH_JOURNAL_SIZE=8", "KITH_PICTURES_INSTAGRAM_TTL=2d", "KITH_MEMORY=true"),
		Flags:   flags(t, "--journal-size", "9", "--default-version=v2.10", "--hosts", "c.test,d.test"),
	})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][2]string{}
	for _, s := range c.Show() {
		if s.Origin != Default {
			got[s.Key] = [2]string{s.Value, string(s.Origin)}
		}
	}
	fromFile := "file " + file
	want := map[string][2]string{
		"listen":                 {"127.0.0.1:1", fromFile},
		"world":                  {filepath.Join(filepath.Dir(file), "seeds/w.yaml"), fromFile},
		"pictures.ttl":           {"36h", fromFile},
		"profile.no_consent":     {"33", fromFile},
		"pictures.instagram_ttl": {"48h", "env KITH_PICTURES_INSTAGRAM_TTL"},
		"memory":                 {"true", "env KITH_MEMORY"},
		"journal_size":           {"9", "flag --journal-size"},
		"default_version":        {"v2.10", "flag --default-version"},
		"hosts":                  {"c.test,d.test", "flag --hosts"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestProblems(t *testing.T) {
	tests := []struct {
		name, file string
		env, flags []string
		want       []string
	}{
		{name: "unknown key", file: "lisen: x\n", want: []string{`kith.yaml:1:1: unknown key "lisen" (did you mean "listen"?)`}},
		{name: "unknown nested key", file: "limits:\n  max_boddy: 1MiB\n", want: []string{`kith.yaml:2:3: unknown key "limits.max_boddy" (did you mean "limits.max_body"?)`}},
		{name: "section as a value", file: "limits: 3\n", want: []string{`kith.yaml:1:1: limits holds settings of its own`}},
		{name: "value as a section", file: "listen: {a: b}\n", want: []string{`listen wants a single value`}},
		{name: "twice", file: "memory: true\nmemory: false\n", want: []string{`kith.yaml:2:1:`}},
		{name: "no mapping", file: "- a\n", want: []string{"kith.yaml:1:1: a settings file holds keys and values"}},
		{name: "not YAML", file: "a: [\n", want: []string{"kith.yaml:1:4:"}},
		{name: "unknown variable", env: []string{"KITH_LISTN=x"}, want: []string{`env KITH_LISTN: unknown variable (did you mean "KITH_LISTEN"?)`}},
		{name: "bad bool", env: []string{"KITH_MEMORY=maybe"}, want: []string{`env KITH_MEMORY: memory: "maybe" is neither true nor false`}},
		{name: "bad size at its place", file: "limits:\n  max_body: lots\n", want: []string{`kith.yaml:2:3: limits.max_body: "lots" is not a size`}},
		{name: "bad duration", flags: []string{"--pictures-ttl=soon"}, want: []string{`flag --pictures-ttl: pictures.ttl: "soon" is not a duration`}},
		{name: "a byte less than a window has", flags: []string{"--limits-connection-window=65535"}, want: []string{`limits.connection_window: 65535 is less than every connection of HTTP/2 begins with`, "64KiB is the least"}},
		{name: "bad number", flags: []string{"--journal-size=-1"}, want: []string{`"-1" is not a number`}},
		{name: "bad version", flags: []string{"--default-version=v1.0"}, want: []string{`"v1.0" is not a Graph version from v2.0 to v26.0`}},
		{name: "bad mode", flags: []string{"--mode=sever"}, want: []string{`flag --mode: mode: "sever" is none of emulator, server (did you mean "server"?)`}},
		{name: "bad knob", flags: []string{"--profile-no-consent=230"}, want: []string{`"230" is none of empty, 33, 2018218`}},
		{name: "bad address", flags: []string{"--listen=8080"}, want: []string{`"8080" is not an address`}},
		{name: "open to others", flags: []string{"--listen=:8080"}, want: []string{`other machines can reach :8080`, "--insecure-listen"}},
		{name: "open by name", flags: []string{"--listen=kith.test:80"}, want: []string{"other machines can reach"}},
		{name: "open control", env: []string{"KITH_MODE=server"}, flags: []string{"--control-listen=0.0.0.0:8081"}, want: []string{"control_listen: other machines can reach"}},
		{name: "one listener", env: []string{"KITH_MODE=server"}, flags: []string{"--control-listen=127.0.0.1:8080"}, want: []string{"a listener of its own"}},
		{name: "bad public URL", flags: []string{"--public-url=kith.test"}, want: []string{`"kith.test" is not a URL`}},
		{name: "memory and data", flags: []string{"--memory", "--data=d"}, want: []string{"exclude each other"}},
		{name: "short admin credential", env: []string{"KITH_ADMIN_TOKEN=short"}, want: []string{"at least 16 characters"}},
		{name: "key is hidden", env: []string{"KITH_KEY=canary"}, want: []string{"key: a master key is 64 hexadecimal digits"}},
		{name: "all at once", file: "a: 1\nb: 2\n", env: []string{"KITH_MEMORY=x"}, want: []string{`"a"`, `"b"`, `"x"`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			src := Sources{Environ: home(tt.env...), Flags: flags(t, tt.flags...)}
			if tt.file != "" {
				src.File = writeFile(t, tt.file)
			}
			c, err := Load(src)
			if err == nil {
				t.Fatalf("loaded %+v", c)
			}
			for _, w := range tt.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("got %v\nwant %s", err, w)
				}
			}
			if strings.Contains(err.Error(), "canary") {
				t.Error("a secret is in the error")
			}
		})
	}
}

func TestOtherListenersAreAllowedWhenAsked(t *testing.T) {
	if _, err := Load(Sources{Environ: home(), Flags: flags(t, "--listen=0.0.0.0:80", "--insecure-listen")}); err != nil {
		t.Error(err)
	}
	for _, host := range []string{"[::1]:80", "localhost:0", "127.9.9.9:1"} {
		if _, err := Load(Sources{Environ: home("KITH_LISTEN=" + host)}); err != nil {
			t.Errorf("%s: %v", host, err)
		}
	}
}

func TestKubernetesVariablesAreNotOurs(t *testing.T) {
	env := home("KITH_SERVICE_HOST=10.0.0.1", "KITH_SERVICE_PORT_HTTP=80", "KITH_PORT=tcp://10.0.0.1:80", "KITH_PORT_80_TCP_ADDR=10.0.0.1")
	if _, err := Load(Sources{Environ: env}); err != nil {
		t.Error(err)
	}
}

func TestFileMustExistWhenNamed(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "none.yaml")
	for _, src := range []Sources{{File: missing, Environ: home()}, {Environ: home("KITH_CONFIG=" + missing)}} {
		if _, err := Load(src); err == nil || !strings.Contains(err.Error(), "none.yaml") {
			t.Errorf("got %v", err)
		}
	}
}

func TestSecretsAreMasked(t *testing.T) {
	key := strings.Repeat("ab", 32)
	c, err := Load(Sources{Environ: home("KITH_ADMIN_TOKEN=0123456789abcdef", "KITH_KEY="+key)})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range c.Show() {
		if strings.Contains(s.Value, "0123456789abcdef") || strings.Contains(s.Value, key) {
			t.Errorf("%s shows %s", s.Key, s.Value)
		}
	}
	fs := flags(t)
	if fs.Lookup("admin-token") != nil || fs.Lookup("key") != nil {
		t.Error("a secret is a flag")
	}
}

func TestChoices(t *testing.T) {
	c, err := Load(Sources{Environ: home("KITH_PROFILE_NO_CONSENT=33", "KITH_PROFILE_NO_FEATURE=33", "KITH_PROFILE_DEVELOPMENT=2018247", "KITH_TOKEN_CONFLICT=parameter")})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"no_consent": "33", "development": "2018247", "token_conflict": "parameter"}, c.Choices()); diff != "" {
		t.Error(diff)
	}
}
