//go:build unix

package app

import (
	"bytes"
	"debug/elf"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const zonesWorld = `
clock: 2026-03-08T09:59:59Z
apps: {app: {}}
pages: {shop: {app: app}}
people:
  eve: {first_name: Eve, timezone: America/New_York, locale: en_US, birthday: "02/29/1988", apps: [app], contacts: {shop: message}}
  ida: {first_name: Ida, timezone: Pacific/Apia, locale: en_US, apps: [app], contacts: {shop: message}}
tokens:
  - {token: EAAexpired, user: eve, app: app, expires: 2026-03-08T09:30:00Z}
`

// zoned starts the command as an emulator in a surrounding of its own and returns
// all that it says about times; nothing where that surrounding cannot be had.
func zoned(t *testing.T, root string, env ...string) string {
	t.Helper()
	binary, world := kithBinary(t), filepath.Join(t.TempDir(), "world.yaml")
	if root != "" {
		binary, world = "/kith", "/world.yaml"
	}
	if err := os.WriteFile(filepath.Join(root, world), []byte(zonesWorld), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, "serve", "--memory", "--json", "--world", world, "--listen", "127.0.0.1:0")
	cmd.Env = append([]string{"HOME=/"}, env...)
	if cmd.Dir = "/"; root != "" {
		cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: root}
	}
	var noise bytes.Buffer
	cmd.Stderr = &noise
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if root != "" && errors.Is(err, fs.ErrPermission) {
		t.Logf("SKIPPED in part: no right to another root: %v", err)
		return ""
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Wait() }()
	defer func() { _ = cmd.Process.Kill() }()
	var at address
	if err := json.NewDecoder(out).Decode(&at); err != nil {
		t.Fatalf("no banner: %v: %s", err, noise.String())
	}
	return times(t, at.URL)
}

// times asks for everything that has to do with zones.
func times(t *testing.T, base string) string {
	t.Helper()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	ask := func(method, path, body string) string {
		req, err := http.NewRequest(method, base+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		data, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	var said strings.Builder
	for _, moment := range []string{"2026-03-08T06:59:59Z", "2026-03-08T09:59:59Z", "2026-03-08T10:00:01Z", "2026-07-01T00:00:00Z"} { // around the night of the clocks
		ask("PUT", "/_/api/clock", fmt.Sprintf(`{"mode":"frozen","now":%q}`, moment))
		var ids worldIDs
		if err := json.Unmarshal([]byte(ask("GET", "/_/api/ids", "")), &ids); err != nil {
			t.Fatal(err)
		}
		shop := ids.Pages["shop"]
		paths := []string{"/v25.0/me?fields=id&access_token=EAAexpired", "/_/api/clock"}
		for _, who := range []string{"eve", "ida"} {
			token := url.QueryEscape(ids.People[who].Tokens["app"])
			paths = append(paths, "/v25.0/"+shop.PSIDs[who]+"?fields=first_name,timezone&access_token="+shop.Token,
				"/v2.10/me?fields=timezone,updated_time&access_token="+token, "/_/api/people/"+who)
		}
		for _, path := range paths {
			fmt.Fprintf(&said, "%s %s\n", path, ask("GET", path, ""))
		}
	}
	return said.String()
}

// T-CLK-02: what a server says does not depend on the time zone of its process,
// nor on whether its machine knows any.
func TestZoneOfTheProcess(t *testing.T) {
	want := zoned(t, "", "TZ=UTC")
	for _, text := range []string{"Sunday, 08-Mar-26 01:30:00 PST", "03:00:01 PDT", `"timezone":-4`, `"timezone":-5`, `"timezone":13`, `"birthday":"02/29/1988"`} {
		if !strings.Contains(want, text) {
			t.Errorf("%s is not in\n%s", text, want)
		}
	}
	for _, tt := range []struct {
		name  string
		empty bool // the machine has no file but the command
		env   []string
	}{
		{"Apia", false, []string{"TZ=Pacific/Apia"}},
		{"a zone that is none", false, []string{"TZ=Middle/Earth", "ZONEINFO=/nowhere"}},
		{"Apia without a database of zones", true, []string{"TZ=Pacific/Apia"}},
	} {
		root := ""
		if tt.empty {
			if root = emptyMachine(t); root == "" {
				continue
			}
		}
		got := zoned(t, root, tt.env...)
		if diff := cmp.Diff(want, got); diff != "" && (got != "" || !tt.empty) {
			t.Errorf("%s (-in UTC +there)\n%s", tt.name, diff)
		}
	}
}

// emptyMachine is a folder with nothing but the command; empty where that cannot
// be a root.
func emptyMachine(t *testing.T) string {
	t.Helper()
	f, err := elf.Open(kithBinary(t))
	if err != nil || os.Getuid() != 0 {
		t.Logf("SKIPPED in part: a machine without a database of time zones takes root, on Linux: %v", err)
		return ""
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			t.Log("SKIPPED in part: the command needs libraries (CGO_ENABLED=0 builds it without)")
			return ""
		}
	}
	dir := t.TempDir()
	data, err := os.ReadFile(kithBinary(t))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "kith"), data, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
