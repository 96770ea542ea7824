// Package deploy has the files to run kith with: a systemd unit, a Dockerfile, a
// Helm chart and a Patroni member. Its tests read them as their readers would.
package deploy

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/template"

	"github.com/goccy/go-yaml"

	"github.com/kithgraph/kith/internal/config"
)

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// parse reads YAML documents strictly: a key that is there twice is an error.
func parse(t *testing.T, name, text string) (docs []map[string]any) {
	t.Helper()
	dec := yaml.NewDecoder(strings.NewReader(text), yaml.Strict())
	for {
		var doc map[string]any
		err := dec.Decode(&doc)
		if err == io.EOF {
			return docs
		}
		if err != nil {
			t.Fatalf("%s:\n%s\n%v", name, text, err)
		}
		docs = append(docs, doc)
	}
}

// at walks into a document; a number is an index.
func at(doc any, path ...any) any {
	for _, p := range path {
		switch p := p.(type) {
		case string:
			m, _ := doc.(map[string]any)
			doc = m[p]
		case int:
			l, _ := doc.([]any)
			if p >= len(l) {
				return nil
			}
			doc = l[p]
		}
	}
	return doc
}

// checkVariables fails on a KITH_ variable that kith would refuse.
func checkVariables(t *testing.T, where, text string) {
	t.Helper()
	found := regexp.MustCompile(`KITH_[A-Z0-9_]+[A-Z0-9]`).FindAllString(text, -1)
	if len(found) == 0 {
		t.Errorf("%s names no variable of kith", where)
	}
	for _, name := range found {
		if name == "KITH_NAME" {
			continue // stands for any
		}
		_, err := config.Load(config.Sources{Environ: []string{name + "=x"}})
		if err != nil && strings.Contains(err.Error(), "unknown variable") {
			t.Errorf("%s: kith has no variable %s", where, name)
		}
	}
}

func TestSystemdUnit(t *testing.T) {
	unit := read(t, "systemd/kith.service")
	checkVariables(t, "the unit", unit)
	tool, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("SKIPPED: no systemd-analyze here (apt-get install systemd)")
	}
	// The verifier wants the program to be there.
	path := filepath.Join(t.TempDir(), "kith.service")
	if err := os.WriteFile(path, []byte(strings.Replace(unit, "/usr/local/bin/kith", "/bin/true", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(tool, "verify", "--man=no", path).CombinedOutput()
	if err != nil || strings.Contains(string(out), "kith.service:") {
		t.Errorf("systemd-analyze verify: %v\n%s", err, out)
	}
}

func TestDockerfile(t *testing.T) {
	known := []string{"FROM", "WORKDIR", "COPY", "RUN", "USER", "VOLUME", "ENV", "EXPOSE", "ENTRYPOINT", "CMD"}
	text := read(t, "Dockerfile")
	checkVariables(t, "the Dockerfile", text)
	var seen []string
	for n, line := range strings.Split(strings.ReplaceAll(text, "\\\n", ""), "\n") {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		word, rest, _ := strings.Cut(line, " ")
		if !slices.Contains(known, word) || strings.TrimSpace(rest) == "" {
			t.Errorf("instruction %d: %q", n, line)
		}
		if word == "ENTRYPOINT" || word == "CMD" {
			var argv []string
			if err := json.Unmarshal([]byte(rest), &argv); err != nil {
				t.Errorf("%s is no list: %v", word, err)
			}
		}
		seen = append(seen, word)
	}
	if seen[0] != "FROM" || !slices.Contains(seen, "USER") {
		t.Error("the image has no base, or runs as root")
	}
	version := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(read(t, "../go.mod"))[1]
	if !strings.Contains(text, "golang:"+version+" ") {
		t.Errorf("the Dockerfile does not build with Go %s", version)
	}
}

// render fills a template in as helm does, as far as this chart needs it.
func render(t *testing.T, name string) string {
	t.Helper()
	tmpl, err := template.New(name).Option("missingkey=error").Funcs(template.FuncMap{"toJson": func(v any) (string, error) {
		b, err := json.Marshal(v)
		return string(b), err
	}}).Parse(read(t, name))
	if err != nil {
		t.Fatal(err)
	}
	values := parse(t, "values.yaml", read(t, "helm/values.yaml"))[0]
	var out bytes.Buffer
	if err := tmpl.Execute(&out, map[string]any{"Values": values, "Release": map[string]any{"Name": "kith"}}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestHelmChart(t *testing.T) {
	for _, key := range []string{"apiVersion", "name", "version", "appVersion"} {
		if at(parse(t, "Chart.yaml", read(t, "helm/Chart.yaml"))[0], key) == nil {
			t.Errorf("Chart.yaml has no %s", key)
		}
	}
	text := render(t, "helm/templates/deployment.yaml")
	checkVariables(t, "the deployment", strings.ReplaceAll(text, "KITH_...", ""))
	d := parse(t, "deployment", text)[0]
	pod := at(d, "spec", "template")
	box := at(pod, "spec", "containers", 0)
	if at(d, "spec", "selector", "matchLabels", "app") != at(pod, "metadata", "labels", "app") {
		t.Error("the deployment does not select its pods")
	}
	if at(pod, "spec", "enableServiceLinks") != false || at(box, "resources", "limits", "memory") != "512Mi" {
		t.Errorf("the pod:\n%s", text)
	}
	s := parse(t, "service", render(t, "helm/templates/service.yaml"))[0]
	if at(s, "spec", "selector", "app") != at(pod, "metadata", "labels", "app") || at(s, "spec", "ports", 0, "targetPort") != at(box, "ports", 0, "name") {
		t.Error("the service does not lead to the pods")
	}
	// What the environment of the pod says is what kith takes.
	env := []string{"KITH_MODE=server", "HOME=/"}
	for i := 0; at(box, "env", i) != nil; i++ {
		name, _ := at(box, "env", i, "name").(string)
		value, plain := at(box, "env", i, "value").(string)
		switch {
		case name == "KITH_STORE":
			value = "postgres://kith@db1,db2/kith"
		case !plain:
			value = strings.Repeat("0123456789abcdef", 4)
		}
		env = append(env, name+"="+value)
	}
	if _, err := config.Load(config.Sources{Environ: env}); err != nil {
		t.Errorf("kith refuses the environment of the pod: %v", err)
	}
}

func TestPatroniMember(t *testing.T) {
	d := parse(t, "patroni.yml", read(t, "patroni/patroni.yml"))[0]
	for _, want := range []struct {
		value any
		path  []any
	}{
		{true, []any{"bootstrap", "dcs", "synchronous_mode"}},
		{true, []any{"bootstrap", "dcs", "synchronous_mode_strict"}},
		{"on", []any{"bootstrap", "dcs", "postgresql", "parameters", "synchronous_commit"}},
		{"required", []any{"watchdog", "mode"}},
	} {
		if got := at(d, want.path...); got != want.value {
			t.Errorf("%v is %v, want %v", want.path, got, want.value)
		}
	}
	patroni, err := exec.LookPath("patroni")
	if err != nil {
		t.Skip("SKIPPED: no Patroni here to read it (apt-get install patroni)")
	}
	if out, err := exec.Command(patroni, "--validate-config", "patroni/patroni.yml").CombinedOutput(); err != nil {
		t.Errorf("patroni --validate-config: %v\n%s", err, out)
	}
}
