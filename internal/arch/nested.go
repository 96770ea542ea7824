package arch

import "go/ast"

// opens reports whether a call begins a transaction with a function literal.
func opens(n ast.Node) (*ast.FuncLit, string) {
	call, ok := n.(*ast.CallExpr)
	if !ok || len(call.Args) == 0 {
		return nil, ""
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return nil, ""
	}
	f, ok := call.Args[len(call.Args)-1].(*ast.FuncLit)
	switch sel.Sel.Name {
	case "View", "Update", "Snapshot", "Again":
		if ok {
			return f, sel.Sel.Name
		}
	}
	return nil, ""
}

// Nested transactions of a sort wait for each other's connections. Only those
// that stand inside each other in the text are seen.
func Nested(f *File) []Problem {
	if f.Test {
		return nil
	}
	var ps []Problem
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		outer, name := opens(n)
		if outer == nil {
			return true
		}
		ast.Inspect(outer.Body, func(n ast.Node) bool {
			if inner, what := opens(n); inner != nil && (what == "Update") == (name == "Update") {
				ps = append(ps, f.problem(f.line(n), "begins %s inside %s: they can take each other's connections", what, name)...)
			}
			return true
		})
		return false
	})
	return ps
}
