package arch

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// own is an import line for a package of this module.
func own(folder string) string { return fmt.Sprintf("import _ %q\n", Module+"/"+folder) }

// Every rule is shown something it refuses and something it lets pass; no other
// rule may speak up.
func TestRules(t *testing.T) {
	const (
		now  = "import \"time\"\nvar clock = time.Now\n"
		env  = "import \"os\"\nfunc f() string { return os.Getenv(\"HOME\") }\n"
		http = "import _ \"net/http\"\n"
	)
	tests := []struct{ name, path, src, want string }{
		{"downward", "internal/wire/a.go", own("internal/graph"), ""},
		{"upward", "internal/graph/a.go", own("internal/wire"), "internal/graph (layer 0) imports internal/wire (layer 9): only downward"},
		{"sideways", "internal/nodes/a.go", own("internal/engine"), "internal/nodes (layer 7) imports internal/engine (layer 7): only downward"},
		{"sideways in a test", "internal/nodes/a_test.go", own("internal/engine"), ""},
		{"store on its contract", "internal/store/a.go", own("internal/store/driver"), ""},
		{"store on a backend", "internal/store/a.go", own("internal/store/memory"), "only downward"},
		{"store tested on a backend", "internal/store/a_test.go", own("internal/store/memory"), ""},
		{"backend on its contract", "internal/store/sqlite/a.go", own("internal/store/driver"), ""},
		{"backend on store", "internal/store/sqlite/a.go", own("internal/store"), "may import only [internal/store/driver internal/store/sqltext]"},
		{"backend on a low layer", "internal/store/memory/a.go", own("internal/graph"), "may import only [internal/store/driver]"},
		{"app on a backend", "internal/app/a.go", own("internal/store/memory"), ""},
		{"app on story", "internal/app/a.go", own("internal/story"), "only downward"},
		{"kithtest on app", "kithtest/a.go", own("internal/app"), ""},
		{"kithtest on cli", "kithtest/a.go", own("internal/cli"), "only downward"},
		{"main on cli", "cmd/kith/a.go", own("internal/cli"), ""},
		{"main on app", "cmd/kith/a.go", own("internal/app"), "may import only [internal/cli]"},
		{"arch on graph", "internal/arch/a.go", own("internal/graph"), "may import only nothing"},
		{"secret compared", "internal/access/a.go", "type a struct{ Secret string }\nfunc f(x a, s string) bool { return x.Secret == s }\n", "compares Secret: secrets are compared by crypto/subtle"},
		{"secret compared from behind", "internal/access/a.go", "type a struct{ Secret string }\nfunc f(x a, s string) bool { return s != x.Secret }\n", "compares Secret"},
		{"whether there is a secret", "internal/access/a.go", "type a struct{ Secret string }\nfunc f(x a) bool { return x.Secret == \"\" }\n", ""},
		{"unknown package", "internal/util/a.go", "", "package internal/util has no layer: add it to the table"},
		{"unknown package in a test", "internal/util/a_test.go", "", "add it to the table"},
		{"import of an unknown package", "internal/app/a.go", own("internal/util"), "imports internal/util, which has no layer"},
		{"import of the root", "internal/app/a.go", fmt.Sprintf("import _ %q\n", Module), "imports ., which has no layer"},
		{"a name that begins alike", "internal/graph/a.go", fmt.Sprintf("import _ %q\n", Module+"x/y"), ""},

		{"http at the edge", "internal/port/a.go", http, ""},
		{"http as a client", "internal/webhook/a.go", http, ""},
		{"http in the core", "internal/wire/a.go", http, "imports net/http: net/http is for"},
		{"part of http in the core", "internal/engine/a.go", "import _ \"net/http/httptrace\"\n", "imports net/http/httptrace"},
		{"http in a test", "internal/wire/a_test.go", http, ""},
		{"only net in the core", "internal/wire/a.go", "import _ \"net/url\"\n", ""},

		{"clock in app", "internal/app/a.go", now, ""},
		{"clock in bench", "internal/bench/a.go", now, ""},
		{"clock in a test", "internal/wire/a_test.go", now, ""},
		{"clock elsewhere", "internal/wire/a.go", now, "uses time.Now: the clock is a parameter"},
		{"since", "internal/cli/a.go", "import \"time\"\nvar d = time.Since(time.Time{})\n", "uses time.Since"},
		{"until", "kithtest/a.go", "import \"time\"\nvar d = time.Until(time.Time{})\n", "uses time.Until"},
		{"a View", "internal/world/a.go", "var _ = db.View(ctx, func(r R) error { return r.Get() })\n", ""},
		{"a View inside a View", "internal/world/a.go", "var _ = db.View(ctx, func(r R) error { return db.View(ctx, func(R) error { return nil }) })\n", "begins View inside View"},
		{"an Update inside a View", "internal/world/a.go", "var _ = db.View(ctx, func(r R) error { if x { db.Update(ctx, func(R) error { return nil }) }; return nil })\n", ""},
		{"an Update inside an Update", "internal/world/a.go", "var _ = db.Update(ctx, func(r R) error { return db.Update(ctx, func(R) error { return nil }) })\n", "begins Update inside Update"},

		{"under another name", "internal/wire/a.go", "import t \"time\"\nvar n = t.Now()\n", "uses time.Now"},
		{"all names of time", "internal/wire/a.go", "import . \"time\"\nvar n = Now()\n", "imports all names of time"},
		{"a variable called time", "internal/wire/a.go", "import _ \"time\"\nfunc f(time interface{ Now() int }) int { return time.Now() }\n", ""},
		{"durations", "internal/wire/a.go", "import \"time\"\nconst d = time.Second\n", ""},

		{"chance in app", "internal/app/a.go", "import _ \"crypto/rand\"\n", ""},
		{"chance elsewhere", "internal/access/a.go", "import _ \"crypto/rand\"\n", "imports crypto/rand: randomness is a parameter"},
		{"pseudo-random", "internal/world/a.go", "import _ \"math/rand\"\n", "imports math/rand"},
		{"pseudo-random, second edition", "internal/world/a.go", "import _ \"math/rand/v2\"\n", "imports math/rand/v2"},

		{"sqlite in its backend", "internal/store/sqlite/a.go", "import _ \"zombiezen.com/go/sqlite\"\n", ""},
		{"sqlite elsewhere", "internal/app/a.go", "import _ \"zombiezen.com/go/sqlite\"\n", "SQLite is for store/sqlite"},
		{"sqlite of modernc in a test", "internal/app/a_test.go", "import _ \"modernc.org/sqlite\"\n", "SQLite is for store/sqlite"},
		{"pgx in its backend", "internal/store/postgres/a.go", "import _ \"github.com/jackc/pgx/v5\"\n", ""},
		{"pgx elsewhere", "internal/store/a.go", "import _ \"github.com/jackc/pgx/v5\"\n", "pgx is for store/postgres"},
		{"database/sql", "internal/store/sqlite/a.go", "import _ \"database/sql\"\n", "speak to their drivers directly"},

		{"init", "internal/app/a.go", "func init() {}\n", "has an init function"},
		{"init in a test", "internal/app/a_test.go", "func init() {}\n", "has an init function"},
		{"method called init", "internal/app/a.go", "type t int\nfunc (t) init() {}\n", ""},

		{"environment in config", "internal/config/a.go", env, ""},
		{"environment elsewhere", "internal/cli/a.go", env, "uses os.Getenv: the environment is read in config only"},
		{"looked up", "internal/app/a.go", "import \"os\"\nvar _, _ = os.LookupEnv(\"A\")\n", "uses os.LookupEnv"},
		{"through syscall", "internal/app/a.go", "import \"syscall\"\nvar _, _ = syscall.Getenv(\"A\")\n", "uses syscall.Getenv"},
		{"other use of os", "internal/app/a.go", "import \"os\"\nvar _ = os.Args\n", ""},

		{"templates", "internal/cli/a.go", "import _ \"text/template\"\n", "imports text/template: a template keeps"},
		{"templates of cobra", "internal/cli/a.go", "var _ = c.SetVersionTemplate\n", "uses SetVersionTemplate: a template keeps"},
		{"templates in a test", "internal/cli/a_test.go", "import _ \"text/template\"\n", ""},

		{"as long as allowed", "internal/app/a.go", strings.Repeat("\n", MaxLines-1), ""},
		{"too long", "internal/app/a.go", strings.Repeat("\n", MaxLines), "has 801 lines, more than 800"},
	}
	for _, tt := range tests {
		f, err := Parse(tt.path, []byte("package p\n"+tt.src))
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		var got []Problem
		for _, rule := range Rules() {
			got = append(got, rule(f)...)
		}
		if tt.want == "" && len(got) > 0 || tt.want != "" && (len(got) != 1 || !strings.Contains(got[0].Text, tt.want)) {
			t.Errorf("%s\n got %v\nwant %q", tt.name, got, tt.want)
		}
	}
}

func TestProblemSaysWhere(t *testing.T) {
	f, err := Parse("internal/graph/a.go", []byte("package p\n\n\nimport _ \"net/http\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	ps := HTTP(f)
	if len(ps) != 1 || !strings.HasPrefix(ps[0].String(), "internal/graph/a.go:4: imports net/http") {
		t.Errorf("got %v", ps)
	}
}

func TestMachinePaths(t *testing.T) {
	const w, r = "/wo" + "rk/", "/ro" + "ot/" // in parts, so that this file passes
	tests := []struct {
		text string
		want []int // lines
	}{
		{"see " + w + "main\n", []int{1}},
		{"\n\ncd " + r + "go", []int{3}},
		{w + "a\n\"" + r + "b\"", []int{1, 2}},
		{"file://" + r + "x", []int{1}},
		{"https://example.com" + w + "x", nil},
		{"/me" + w + "x {id}" + w + " ../.." + r, nil},
		{"work/ root/ /workshop/ /rooted/", nil},
		{"\x00 " + w, nil},
	}
	for _, tt := range tests {
		var got []int
		for _, p := range MachinePaths("a.md", []byte(tt.text)) {
			got = append(got, p.Line)
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%q: (-want +got)\n%s", tt.text, d)
		}
	}
}

func TestDependencies(t *testing.T) {
	gomod := []byte(`module example.com/m

go 1.26

require example.com/single v1.0.0

require (
	example.com/direct v1.0.0
	example.com/used/v2 v2.0.0 // indirect
	example.com/nest v1.0.0 // indirect
	example.com/nest/inner v1.0.0 // indirect
	example.com/unused v1.0.0 // indirect
)

replace example.com/direct => ../direct
`)
	f, err := Parse("internal/app/a_test.go", []byte(`package p
import _ "example.com/used/v2/sub"
import _ "example.com/nest/inner"
import _ "example.com/unusedx"
`))
	if err != nil {
		t.Fatal(err)
	}
	direct := Direct(gomod, []*File{f})
	want := []string{"example.com/single", "example.com/direct", "example.com/used/v2", "example.com/nest/inner"}
	if d := cmp.Diff(want, direct); d != "" {
		t.Errorf("Direct: (-want +got)\n%s", d)
	}

	design := "| `example.com/single` | why |\n* example.com/direct: why.\nexample.com/used/v22, x.example.com/used/v2, example.com/nest/inner/more"
	var got []string
	for _, p := range Unlisted(direct, []byte(design)) {
		got = append(got, strings.Fields(p.Text)[6])
	}
	if d := cmp.Diff([]string{"example.com/used/v2", "example.com/nest/inner"}, got); d != "" {
		t.Errorf("Unlisted: (-want +got)\n%s", d)
	}
}
