package story_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kithgraph/kith/internal/story"
)

// A Graph of somebody else: no control plane, and only one path.
func foreign(t *testing.T, asked *[]string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*asked = append(*asked, r.URL.Path+r.Header.Get("Authorization"))
		if r.URL.Path != "/v25.0/me" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		_, _ = w.Write([]byte(`{"id":"7"}`))
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// A control plane that knows one Page, for who has its credential.
func apart(t *testing.T, asked *[]string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*asked = append(*asked, "control "+r.URL.Path)
		if r.Header.Get("Authorization") != "Bearer key" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = w.Write([]byte(`{"pages":{"bakery":{"id":"7","token":"EAAb"}}}`))
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// The control plane is asked for nothing that a story can do without, and only
// it gets the credential.
func TestSeedlessAsksForLittle(t *testing.T) {
	const me = "GET /v25.0/me  as token EAAb\n= 200\n{\"id\":\"{capture me}\"}\n\n"
	tests := []struct {
		name, head, run string
		control         bool
		admin           string
		want            string // how the line begins
		asked           []string
	}{
		{"a token", "", me + "keep other {me}\nGET /v25.0/me?x={other}\n= 200\n{\"id\":\"{me}\"}\n", false, "", "ok ", []string{"/v25.0/me", "/v25.0/me"}},
		{"nobody", "", "GET /v25.0/me\n= 200\n{\"id\":\"7\"}\n", false, "", "ok ", []string{"/v25.0/me"}},
		{"another answer", "", "GET /v25.0/me\n= 200\n{\"id\":\"8\"}\n", false, "", "FAIL ", []string{"/v25.0/me"}},
		{"a name", "", "GET /v25.0/me  as page bakery\n= 200\n{\"id\":\"7\"}\n", false, "", "FAIL ", []string{"/_/api/ids"}},
		{"a setting", "# settings: no_consent=33\n", me, false, "", "FAIL ", []string{"/_/api/version"}},
		{"a name, apart", "", "GET /v25.0/me  as page bakery\n= 200\n{\"id\":\"{id page bakery}\"}\n", true, "key", "ok ", []string{"control /_/api/ids", "/v25.0/me"}},
		{"a name for strangers", "", "GET /v25.0/me  as page bakery\n= 200\n{\"id\":\"7\"}\n", true, "", "FAIL ", []string{"control /_/api/ids"}},
		{"a setting, apart", "# settings: no_consent=33\n", me, true, "key", "skip ", []string{"control /_/api/version"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var asked []string
			to := story.Target{URL: foreign(t, &asked), Admin: tt.admin}
			if tt.control {
				to.Control = apart(t, &asked)
			}
			file := filepath.Join(t.TempDir(), "a.txtar")
			if err := os.WriteFile(file, []byte("# Why. [guess]\n"+tt.head+"-- run --\n"+tt.run), 0o600); err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			if _, err := story.RunURL(t.Context(), to, []string{file}, false, &out); err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(out.String(), tt.want) {
				t.Errorf("got %s, want %s", &out, tt.want)
			}
			if diff := cmp.Diff(tt.asked, asked); diff != "" {
				t.Errorf("asked for (-want +got)\n%s", diff)
			}
		})
	}
}

func TestGroups(t *testing.T) {
	dir := t.TempDir()
	for name, head := range map[string]string{
		"a": "# settings: no_consent=33", "b": "#", "c": "# settings: no_feature=3 no_consent=33",
		"d": "# settings: no_consent=33 no_feature=3", "e": "no story", "f": "# settings: no_consent=2018218",
	} {
		text := "# Why. [guess]\n" + head + "\n-- run --\nGET /v25.0/me\n= 200\n"
		if err := os.WriteFile(filepath.Join(dir, name+story.Ext), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	groups, err := story.Groups([]string{dir})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, g := range groups {
		for i, f := range g.Files {
			g.Files[i] = strings.TrimSuffix(filepath.Base(f), story.Ext)
		}
		got = append(got, strings.Join(g.Files, " ")+" "+g.Settings["no_consent"]+g.Settings["no_feature"])
	}
	if diff := cmp.Diff([]string{"b e ", "a 33", "c d 333", "f 2018218"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if _, err := story.Groups([]string{t.TempDir()}); err == nil {
		t.Error("a folder without stories is no error")
	}
}
