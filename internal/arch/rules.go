package arch

import (
	"go/ast"
	"go/token"
	"slices"
)

// MaxLines is where a file is too long.
const MaxLines = 800

// Rules are all rules that look at one Go file.
func Rules() []func(*File) []Problem {
	return []func(*File) []Problem{Imports, HTTP, Clock, Randomness, SQL, Init, Environment, Nested, Length, Templates, Secrets}
}

// because says where a thing belongs, behind what was found.
func because(ps []Problem, text string) []Problem {
	for i := range ps {
		ps[i].Text += ": " + text
	}
	return ps
}

// HTTP is met at the edge: the core takes and gives plain values.
func HTTP(f *File) []Problem {
	edge := []string{"internal/port", "internal/control", "internal/console", "internal/proxy", "internal/cli",
		"internal/story", "internal/bench", "internal/webhook", "kithtest"}
	if f.Test || slices.Contains(edge, f.Package) {
		return nil
	}
	return because(f.imports("net/http", "net/http/"), "net/http is for port, control, console, proxy, cli, story, bench, kithtest and webhook")
}

// Templates of the library call methods by name, so that the linker must keep
// every exported method: six megabytes. A test may use them.
func Templates(f *File) []Problem {
	if f.Test {
		return nil
	}
	ps := f.imports("text/template", "html/template")
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if ok && slices.Contains([]string{"SetUsageTemplate", "SetHelpTemplate", "SetVersionTemplate"}, sel.Sel.Name) {
			ps = append(ps, f.problem(f.line(sel), "uses %s", sel.Sel.Name)...)
		}
		return true
	})
	return because(ps, "a template keeps every exported method in the program")
}

// Secrets are compared in a time that does not depend on what they have in common.
func Secrets(f *File) []Problem {
	if f.Test {
		return nil
	}
	var ps []Problem
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		eq, ok := n.(*ast.BinaryExpr)
		if !ok || eq.Op != token.EQL && eq.Op != token.NEQ {
			return true
		}
		for _, pair := range [...][2]ast.Expr{{eq.X, eq.Y}, {eq.Y, eq.X}} {
			sel, ok := pair[0].(*ast.SelectorExpr)
			_, literal := pair[1].(*ast.BasicLit) // whether there is one at all
			if ok && !literal && slices.Contains([]string{"Secret", "Sealed", "Proof"}, sel.Sel.Name) {
				ps = append(ps, f.problem(f.line(eq), "compares %s", sel.Sel.Name)...)
				return true
			}
		}
		return true
	})
	return because(ps, "secrets are compared by crypto/subtle")
}

// mayTell is true where time and chance may be had directly.
func mayTell(f *File) bool {
	return f.Test || f.Package == "internal/app" || f.Package == "internal/bench"
}

// Clock readings come in as parameters.
func Clock(f *File) []Problem {
	if mayTell(f) {
		return nil
	}
	return because(f.uses("time", "Now", "Since", "Until"), "the clock is a parameter, read in app only")
}

// Randomness comes in as a parameter.
func Randomness(f *File) []Problem {
	if mayTell(f) {
		return nil
	}
	return because(f.imports("math/rand", "math/rand/", "crypto/rand"), "randomness is a parameter, taken in app only")
}

// SQL drivers are known to their backend only, in tests too.
func SQL(f *File) []Problem {
	var ps []Problem
	if f.Package != "internal/store/sqlite" {
		ps = append(ps, because(f.imports("zombiezen.com/", "modernc.org/"), "SQLite is for store/sqlite")...)
	}
	wire := []string{"internal/store/postgres", "internal/store/pgtest", "internal/store/pgproxy"}
	if !slices.Contains(wire, f.Package) {
		ps = append(ps, because(f.imports("github.com/jackc/"), "pgx is for store/postgres and what tests it")...)
	}
	return append(ps, because(f.imports("database/sql", "database/sql/"), "the backends speak to their drivers directly")...)
}

// Init functions run before anybody can pass them anything.
func Init(f *File) []Problem {
	var ps []Problem
	for _, d := range f.syntax.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
			ps = append(ps, f.problem(f.line(fn), "has an init function: construct in app")...)
		}
	}
	return ps
}

// Environment variables are settings, and those have one home.
func Environment(f *File) []Problem {
	if f.Test || f.Package == "internal/config" {
		return nil
	}
	ps := f.uses("os", "Getenv", "LookupEnv", "Environ", "ExpandEnv")
	ps = append(ps, f.uses("syscall", "Getenv", "Environ")...)
	return because(ps, "the environment is read in config only")
}

// Length keeps files short enough to be read.
func Length(f *File) []Problem {
	if f.Lines <= MaxLines {
		return nil
	}
	return f.problem(MaxLines+1, "has %d lines, more than %d: split it", f.Lines, MaxLines)
}
