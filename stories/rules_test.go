package stories_test

import (
	"bufio"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/nodes"
)

// TestRulesHaveStories reads the indexes: what they name is there, and every field,
// edge and error of the User page is in one, every row of the protocol in the other.
func TestRulesHaveStories(t *testing.T) {
	checkRules(t, "documents/user/rules.txt", statedOnTheUserPage(t))
	checkRules(t, "documents/protocol/rules.txt", rowsOfTheProtocol())
}

// checkRules reads one index.
func checkRules(t *testing.T, index string, wanted []string) {
	t.Helper()
	f, err := os.Open(index)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	listed := map[string]bool{}
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		parts := strings.Split(line, " | ")
		if len(parts) != 4 || strings.TrimSpace(parts[3]) == "" {
			t.Errorf("%s:%d: want kind | about | rule | stories", index, n)
			continue
		}
		key := parts[0] + " " + parts[1]
		if listed[key] {
			t.Errorf("%s:%d: %s is there twice", index, n, key)
		}
		listed[key] = true
		for _, name := range strings.Fields(parts[3]) {
			if why := upheld(name, parts[0], parts[1]); why != "" {
				t.Errorf("%s:%d: %s: %s", index, n, name, why)
			}
		}
	}
	for _, want := range wanted {
		if !listed[want] {
			t.Errorf("%s has no %s", index, want)
		}
	}
}

// rowsOfTheProtocol are the numbered errors, and how many rows the other kinds have.
func rowsOfTheProtocol() (list []string) {
	for _, of := range []struct {
		kind, letter string
		most         int
	}{{"token", "T", 21}, {"login", "O", 6}, {"request", "R", 20}, {"policy", "Q", 6}, {"message", "M", 16}, {"envelope", "E", 6}, {"status", "S", 6},
		{"batch", "B", 19}, {"paging", "C", 27}, {"kind", "K", 53}, {"header", "H", 20}, {"rate", "L", 11}, {"bad", "X", 27}} {
		for n := 1; n <= of.most; n++ {
			list = append(list, of.kind+" "+of.letter+strconv.Itoa(n))
		}
	}
	return append(list, "token T2b", "request R2b")
}

// upheld says why a rule is not held by what the index names.
func upheld(name, of, about string) string {
	kind, rest, ok := strings.Cut(name, ":")
	if !ok {
		text, err := os.ReadFile(filepath.FromSlash(name) + ".txtar")
		switch {
		case err != nil:
			return "there is no such story"
		case !strings.Contains(string(text), "\n= "):
			return "it asks nothing"
		case of == "error" && !strings.Contains(string(text), `"code":`+about+","):
			return "it has no error " + about
		}
		return ""
	}
	switch kind {
	case "docs":
		text, err := os.ReadFile(filepath.Join("..", "docs", rest))
		if err != nil || !strings.Contains(string(text), about) {
			return "it says nothing of " + about
		}
		return ""
	case "test":
		files, _ := filepath.Glob(filepath.Join("..", filepath.FromSlash(path.Dir(rest)), "*_test.go"))
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err == nil && strings.Contains(string(text), "func "+path.Base(rest)+"(") {
				return ""
			}
		}
	}
	return "there is no such test"
}

// statedOnTheUserPage are the fields and edges of v2.10 and the codes of the
// error tables.
func statedOnTheUserPage(t *testing.T) (list []string) {
	t.Helper()
	cat, err := nodes.Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	user, v := cat.Node("User"), graph.V(2, 10)
	for i := range user.Fields {
		if f := &user.Fields[i]; f.Has(v) {
			list = append(list, "field "+f.Name)
		}
	}
	for i := range user.Edges {
		if e := &user.Edges[i]; e.Has(v) {
			list = append(list, "edge "+e.Name)
		}
	}
	for _, code := range []string{"100", "110", "195", "200", "210", "240", "278", "289", "294", "368", "452", "1157", "2903", "2904", "3001"} {
		list = append(list, "error "+code)
	}
	return list
}
