package arch

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"strconv"
	"strings"
)

// A Problem is one broken rule.
type Problem struct {
	Path string
	Line int
	Text string
}

func (p Problem) String() string { return fmt.Sprintf("%s:%d: %s", p.Path, p.Line, p.Text) }

// A File is one Go file of the module. Path and Package are relative to its
// root, with slashes.
type File struct {
	Path    string
	Package string // the folder
	Test    bool
	Lines   int
	Imports []Import

	syntax *ast.File
	set    *token.FileSet
}

// An Import is one line of an import declaration. Name is how the file refers
// to it, "." and "_" included.
type Import struct {
	Path string
	Name string
	Line int
}

// own returns the folder of a package of this module.
func (im Import) own() (string, bool) {
	if im.Path == Module {
		return ".", true
	}
	return strings.CutPrefix(im.Path, Module+"/")
}

// Parse reads one Go file.
func Parse(name string, src []byte) (*File, error) {
	f := &File{
		Path:    name,
		Package: path.Dir(name),
		Test:    strings.HasSuffix(name, "_test.go"),
		Lines:   bytes.Count(src, []byte("\n")),
		set:     token.NewFileSet(),
	}
	var err error
	if f.syntax, err = parser.ParseFile(f.set, name, src, 0); err != nil {
		return nil, err
	}
	for _, s := range f.syntax.Imports {
		p, err := strconv.Unquote(s.Path.Value)
		if err != nil {
			return nil, fmt.Errorf("%s: import %s: %w", name, s.Path.Value, err)
		}
		im := Import{Path: p, Name: lastWord(p), Line: f.line(s)}
		if s.Name != nil {
			im.Name = s.Name.Name
		}
		f.Imports = append(f.Imports, im)
	}
	return f, nil
}

// lastWord guesses the name of a package from its path, past a version.
func lastWord(p string) string {
	dir, last := path.Split(p)
	if len(last) > 1 && last[0] == 'v' && strings.Trim(last[1:], "0123456789") == "" && dir != "" {
		return path.Base(dir)
	}
	return last
}

func (f *File) line(n ast.Node) int { return f.set.Position(n.Pos()).Line }

func (f *File) problem(line int, format string, args ...any) []Problem {
	return []Problem{{f.Path, line, fmt.Sprintf(format, args...)}}
}

// uses finds mentions of names of a package, called or not. To import all of
// its names at once counts as one.
func (f *File) uses(pkg string, names ...string) []Problem {
	var ps []Problem
	for _, im := range f.Imports {
		if im.Path != pkg {
			continue
		}
		if im.Name == "." {
			ps = append(ps, f.problem(im.Line, "imports all names of %s", pkg)...)
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			x, ok := sel.X.(*ast.Ident)
			if !ok || x.Name != im.Name || x.Obj != nil { // Obj: a variable of that name
				return true
			}
			for _, name := range names {
				if sel.Sel.Name == name {
					ps = append(ps, f.problem(f.line(sel), "uses %s.%s", pkg, name)...)
				}
			}
			return true
		})
	}
	return ps
}

// imports finds imports of a package or, when it ends with a slash, of all
// packages below it.
func (f *File) imports(pkgs ...string) []Problem {
	var ps []Problem
	for _, im := range f.Imports {
		for _, pkg := range pkgs {
			if im.Path == pkg || strings.HasSuffix(pkg, "/") && strings.HasPrefix(im.Path, pkg) {
				ps = append(ps, f.problem(im.Line, "imports %s", im.Path)...)
			}
		}
	}
	return ps
}
