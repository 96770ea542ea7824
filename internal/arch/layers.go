package arch

import (
	"fmt"
	"slices"
)

// Module is the path of this module.
const Module = "github.com/kithgraph/kith"

// A place is where a package stands. It may import what stands lower, or just
// what only names, if that is set.
type place struct {
	layer int
	only  []string
}

// layers is the table: every package of the module by its folder. Siblings,
// packages of one layer, never import each other.
func layers() map[string]place {
	table := map[string]place{
		"internal/arch":             {layer: 0, only: []string{}},
		"internal/store/driver":     {layer: 1},
		"internal/store/sqltext":    {layer: 1, only: []string{}},
		"internal/store":            {layer: 2},
		"internal/store/drivertest": {layer: 2, only: []string{"internal/store/driver"}},
		"internal/store/audit":      {layer: 2, only: []string{"internal/store/driver"}},
		"internal/store/trial":      {layer: 2, only: []string{"internal/store/driver"}},
		"internal/store/transfer":   {layer: 2, only: []string{"internal/store/driver"}},
		"internal/store/memory":     {layer: 2, only: []string{"internal/store/driver"}},
		"internal/store/sqlite":     {layer: 2, only: []string{"internal/store/driver", "internal/store/sqltext"}},
		"internal/store/postgres":   {layer: 2, only: []string{"internal/store/driver", "internal/store/sqltext"}},
		"internal/store/pgtest":     {layer: 2, only: []string{}},
		"internal/store/pgproxy":    {layer: 2, only: []string{}},
		"internal/tools/grammar":    {layer: 0, only: []string{}}, // a module of its own
		"kithtest":                  {layer: 11},
		"stories":                   {layer: 12}, // tests and story files only
		"deploy":                    {layer: 12}, // tests and files to run kith with
		"internal/failover":         {layer: 12}, // tests only
		"cmd/kith":                  {layer: 12, only: []string{"internal/cli"}},

		"internal/bench/cmd/kithbench": {layer: 11},
	}
	for layer, names := range [][]string{
		0:  {"graph"},
		1:  {"fields", "journal", "clock", "fault", "jsonpath", "markup"},
		3:  {"people"},
		4:  {"access", "consent", "picture", "webhook"},
		5:  {"scopedid", "limits", "attachment"},
		6:  {"schema", "messaging", "audience"},
		7:  {"nodes", "engine", "population", "login", "plugin"},
		8:  {"world"},
		9:  {"wire", "port", "control", "console", "proxy", "config"},
		10: {"app", "story", "bench"},
		11: {"cli"},
	} {
		for _, name := range names {
			table["internal/"+name] = place{layer: layer}
		}
	}
	return table
}

// Imports goes strictly downward. Tests are free: they may stand on a backend
// or a sibling to see how the two meet.
func Imports(f *File) []Problem {
	table := layers()
	from, known := table[f.Package]
	if !known {
		return f.problem(1, "package %s has no layer: add it to the table in internal/arch/layers.go", f.Package)
	}
	if f.Test {
		return nil
	}
	var ps []Problem
	for _, im := range f.Imports {
		name, own := im.own()
		if !own {
			continue
		}
		to, known := table[name]
		switch {
		case !known:
			ps = append(ps, f.problem(im.Line, "imports %s, which has no layer: add it to the table in internal/arch/layers.go", name)...)
		case from.only != nil && !slices.Contains(from.only, name):
			ps = append(ps, f.problem(im.Line, "%s imports %s; of this module it may import only %s", f.Package, name, list(from.only))...)
		case from.only == nil && to.layer >= from.layer:
			ps = append(ps, f.problem(im.Line, "%s (layer %d) imports %s (layer %d): only downward", f.Package, from.layer, name, to.layer)...)
		}
	}
	return ps
}

func list(names []string) string {
	if len(names) == 0 {
		return "nothing"
	}
	return fmt.Sprint(names)
}
