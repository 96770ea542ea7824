package arch

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const root = "../.."

// walk calls f for every regular file of the module below 2 MiB, fixtures
// included.
func walk(t *testing.T, f func(name string, data []byte)) {
	t.Helper()
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.Name() == ".git" && !d.IsDir() {
			return nil // a second working tree
		}
		if d.IsDir() {
			if d.Name() == ".git" || d.Name() == "node_modules" {
				return fs.SkipDir
			}
			return nil
		}
		if info, err := d.Info(); err != nil || !info.Mode().IsRegular() || info.Size() > 2<<20 {
			return err
		}
		data, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, p)
		f(filepath.ToSlash(name), data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// goFiles parses the Go files of the module.
func goFiles(t *testing.T) []*File {
	t.Helper()
	var files []*File
	walk(t, func(name string, data []byte) {
		if !strings.HasSuffix(name, ".go") || slices.Contains(strings.Split(name, "/"), "testdata") {
			return
		}
		f, err := Parse(name, data)
		if err != nil {
			t.Error(err)
			return
		}
		files = append(files, f)
	})
	if len(files) == 0 {
		t.Fatal("no Go files found")
	}
	return files
}

func report(t *testing.T, ps []Problem) {
	t.Helper()
	for _, p := range ps {
		t.Error(p)
	}
}

func TestGoFiles(t *testing.T) {
	for _, f := range goFiles(t) {
		for _, rule := range Rules() {
			report(t, rule(f))
		}
	}
}

func TestNoFileNamesAMachine(t *testing.T) {
	walk(t, func(name string, data []byte) { report(t, MachinePaths(name, data)) })
}

func TestEveryDependencyIsInTheDesign(t *testing.T) {
	design, err := os.ReadFile(filepath.Join(root, "docs", "design.md"))
	if err != nil {
		t.Fatal(err)
	}
	gomod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	report(t, Unlisted(Direct(gomod, goFiles(t)), design))
}
