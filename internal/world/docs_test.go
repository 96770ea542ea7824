package world

import (
	"go/ast"
	goparser "go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// docs/world-files.md has every key that this package reads by name, and its worlds
// are worlds.
func TestWorldFilesAreDocumented(t *testing.T) {
	data, err := os.ReadFile("../../docs/world-files.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(data)
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(page, -1)
	if len(blocks) < 3 {
		t.Errorf("only %d worlds", len(blocks))
	}
	for _, b := range blocks {
		mustLoad(t, testBuilder(t, openMemory(t)), b[1])
	}
	said := map[string]bool{}
	for _, m := range regexp.MustCompile("[a-z_]+").FindAllString(page, -1) {
		said[m] = true
	}
	n := 0
	for key := range keysRead(t) {
		if n++; !said[key] {
			t.Errorf("docs/world-files.md does not name %s", key)
		}
	}
	if n < 80 {
		t.Errorf("only %d keys were found", n)
	}
}

// keysRead are the literal keys of every fields{...} in the source.
func keysRead(t *testing.T) map[string]bool {
	t.Helper()
	keys := map[string]bool{}
	add := func(e ast.Expr) {
		if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if key, err := strconv.Unquote(lit.Value); err == nil {
				keys[key] = true
			}
		}
	}
	files, err := filepath.Glob("parse*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := goparser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CompositeLit:
				if id, ok := n.Type.(*ast.Ident); ok && id.Name == "fields" {
					for _, e := range n.Elts {
						if kv, ok := e.(*ast.KeyValueExpr); ok {
							add(kv.Key)
						}
					}
				}
			case *ast.AssignStmt:
				if at, ok := n.Lhs[0].(*ast.IndexExpr); ok {
					if id, ok := at.X.(*ast.Ident); ok && id.Name == "known" {
						add(at.Index)
					}
				}
			}
			return true
		})
	}
	return keys
}
