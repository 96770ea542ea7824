package engine

import (
	"bytes"
	"strings"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/schema"
)

// withMetadata adds metadata to a node that was written: last, but for the ID. [seen
// KOALA mock]
func withMetadata(b []byte, s *state) []byte {
	end := `"id":"` + s.row.ID + `"}`
	if !bytes.HasSuffix(b, []byte(end)) {
		end = "}"
	}
	if b = b[:len(b)-len(end)]; b[len(b)-1] != '{' && b[len(b)-1] != ',' {
		b = append(b, ',')
	}
	b = appendMetadata(b, s.plan, &s.row)
	if len(end) > 1 {
		b = append(b, ',')
	}
	return append(b, end...)
}

// appendMetadata writes what a node is declared to be: fields, type, and the URLs
// of its edges. [seen RESTFB metadata-user.json; current pages show fields alone]
func appendMetadata(b []byte, p *plan, row *schema.Row) []byte {
	b = append(b, `"metadata":{"fields":[`...)
	start := len(b)
	for i := range p.node.Fields {
		f := &p.node.Fields[i]
		if !f.Has(p.ver) || f.Deprecated != 0 && p.ver >= f.Deprecated {
			continue
		}
		if len(b) > start {
			b = append(b, ',')
		}
		b = graph.AppendString(append(b, `{"name":`...), f.Name)
		if f.About != "" {
			b = graph.AppendString(append(b, `,"description":`...), f.About)
		}
		b = append(graph.AppendString(append(b, `,"type":`...), typeName(f)), '}')
	}
	b = append(b, `],"type":`...)
	b = graph.AppendString(b, strings.ToLower(p.node.Wire))
	b = append(b, `,"connections":{`...)
	start = len(b)
	for i := range p.node.Edges {
		e := &p.node.Edges[i]
		if !e.Has(p.ver) || row.Env.Left(e.Gone, row.When()) {
			continue
		}
		if len(b) > start {
			b = append(b, ',')
		}
		b = append(graph.AppendString(b, e.Name), ':')
		b = graph.AppendString(b, row.Env.GraphBase+"/"+p.ver.String()+"/"+row.ID+"/"+e.Name)
	}
	return append(b, "}}"...)
}

// typeName is the type of a field as metadata names it: in small letters, and
// without what the reference says of its sort. [seen RESTFB]
func typeName(f *schema.Field) string {
	if f.Type == "" {
		return f.Kind.String()
	}
	return strings.ToLower(strings.NewReplacer("value ", "", "node ", "").Replace(f.Type))
}
