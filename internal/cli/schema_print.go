package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/kithgraph/kith/internal/control"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/schema"
)

func (r *Run) listNodes(cat *schema.Catalogue, v graph.Version) {
	var views []control.NodeView
	rows := [][]string{{"NODE", "FIELDS IN " + v.String(), "EDGES", "WRITES"}}
	for _, n := range cat.Nodes {
		view := control.Describe(cat, n, v)
		views = append(views, view)
		writes := 0
		for i := range view.Operations {
			if o := &view.Operations[i]; o.Method != "GET" && o.Root == n.Name {
				writes++
			}
		}
		rows = append(rows, []string{n.Name, fmt.Sprint(len(view.Fields)), fmt.Sprint(len(view.Edges)), fmt.Sprint(writes)})
	}
	if r.json {
		r.print(map[string]any{"nodes": views})
		return
	}
	r.table(rows)
}

// describe prints a node; in detail what was picked of it.
func (r *Run) describe(view *control.NodeView, detail bool) {
	if r.json {
		r.print(view)
		return
	}
	r.say("%s in %s", view.Name, view.Version)
	if len(view.Fields) > 0 {
		r.table(fieldRows(view.Fields))
	}
	if len(view.Edges) > 0 {
		r.say("")
		r.table(edgeRows(view.Edges))
	}
	if detail {
		for i := range view.Edges {
			r.edgeDetail(&view.Edges[i])
		}
		for i := range view.Operations {
			r.callDetail(&view.Operations[i])
		}
		return
	}
	if len(view.Operations) > 0 {
		r.say("")
		r.table(callRows(view.Operations))
	}
	for _, t := range view.Errors {
		rows := [][]string{{"ERROR", "WHEN " + strings.ToUpper(t.Name)}}
		for _, e := range t.Rows {
			text := e.Description
			if e.Unreachable {
				text += " (nothing brings it about here)"
			}
			rows = append(rows, []string{strconv.Itoa(e.Code), text})
		}
		r.say("")
		r.table(rows)
	}
}

func fieldRows(fields []control.FieldView) [][]string {
	rows := [][]string{{"FIELD", "KIND", "DEFAULT", "NEEDS", "BACKED BY"}}
	for _, f := range fields {
		def, name := "", f.Name
		if f.Default {
			def = "yes"
		}
		if f.Deprecated {
			name += " (deprecated)"
		}
		rows = append(rows, []string{name, f.Kind, def, strings.Join(f.Needs, " or "), f.Mark})
	}
	return rows
}

func edgeRows(edges []control.EdgeView) [][]string {
	rows := [][]string{{"EDGE", "TO", "PAGING", "NEEDS", "BACKED BY"}}
	for _, e := range edges {
		rows = append(rows, []string{e.Name, e.To, e.Paging, strings.Join(e.Needs, " or "), e.Mark})
	}
	return rows
}

func callRows(calls []control.OperationView) [][]string {
	rows := [][]string{{"CALL", "PARAMETERS", "NEEDS", "BACKED BY"}}
	for i := range calls {
		o := &calls[i]
		var params []string
		for j := range o.Params {
			params = append(params, o.Params[j].Name)
		}
		rows = append(rows, []string{o.Method + " " + o.Path, strings.Join(params, ", "), strings.Join(o.Needs, " or "), o.Mark})
	}
	return rows
}

func (r *Run) edgeDetail(e *control.EdgeView) {
	r.fact("visible to", e.Sees)
	r.fact("fields of an item", strings.Join(e.Default, ", "))
	r.fact("added by the edge", strings.Join(e.Adds, ", "))
	r.fact("kept for filters", strings.Join(e.Keeps, ", "))
	if e.Key != "" {
		r.fact("path goes on with", e.Key)
	}
	r.params(e.Params)
}

func (r *Run) callDetail(o *control.OperationView) {
	r.say("\n%s %s", o.Method, o.Path)
	r.fact("it is", o.Action+" of a "+o.Target)
	r.fact("tokens", strings.Join(o.Tokens, ", "))
	r.fact("needs", strings.Join(o.Needs, " or "))
	if u := o.Usual; u != nil {
		r.fact("usual of marketing apps", usual(u.Marketing))
		r.fact("usual of Page management apps", usual(u.PageManagement))
		r.fact("usual of other apps", usual(u.Other))
	}
	for _, form := range o.Returns {
		r.fact("answers", form)
	}
	if o.Reread {
		r.fact("with fields", "a read of what was written")
	}
	var codes []string
	for _, code := range o.Errors {
		codes = append(codes, strconv.Itoa(code))
	}
	r.fact("errors", strings.Join(codes, ", "))
	r.fact("backed by", o.Mark)
	r.params(o.Params)
}

func usual(names []string) string {
	switch {
	case names == nil:
		return "no data"
	case len(names) == 0:
		return "none"
	}
	return strings.Join(names, ", ")
}

func (r *Run) fact(name, value string) {
	if value != "" {
		r.say("  %-30s %s", name, value)
	}
}

func (r *Run) params(list []control.ParamView) {
	if len(list) > 0 {
		r.say("")
		r.table(paramRows([][]string{{"PARAMETER", "TYPE", "REQUIRED", "DEFAULT", ""}}, "", list))
	}
}

// paramRows appends parameters, members below the object they belong to.
func paramRows(rows [][]string, indent string, list []control.ParamView) [][]string {
	for i := range list {
		p := &list[i]
		required, notes := "", []string{}
		switch {
		case p.Required:
			required = "yes"
		case len(p.Unless) > 0:
			required = "or " + strings.Join(p.Unless, " or ")
		}
		if p.Deprecated {
			notes = append(notes, "deprecated")
		}
		if p.TestUsersOnly {
			notes = append(notes, "test users only")
		}
		if len(p.EnumMulti) > 0 {
			notes = append(notes, "one of "+strings.Join(p.EnumSingle, ", ")+"; or a list of "+strings.Join(p.EnumMulti, ", "))
		}
		rows = append(rows, []string{indent + p.Name, p.Type, required, string(p.Default), strings.Join(notes, "; ")})
		rows = paramRows(rows, indent+"  ", p.Params)
	}
	return rows
}
