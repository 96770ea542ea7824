package engine

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/kithgraph/kith/internal/fields"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/schema"
)

// Bounds of parameters. [own]
const (
	mostText = 64 << 10
	mostList = 1000
)

// general are parameters that every call may carry, whatever it writes.
var general = []string{"locale", "date_format", "metadata", "pretty", "format", "sdk", "suppress_http_code", "transport", "callback", "debug", "summary", "limit"}

// decodeArgs reads the declared parameters of a write. Unknown ones are
// ignored [seen]; one that names a field of the node which cannot be written is
// refused. [guess]
func decodeArgs(n *schema.Node, op *schema.Operation, c *Call) (schema.Args, error) {
	params := c.Params
	if c.Key != "" {
		params = append(slices.Clip(params), graph.Param{Name: op.Key, Value: c.Key})
	}
	var args schema.Args
	for i := range op.Params {
		p := &op.Params[i]
		if p.Kind == schema.FileParam {
			if f := sent(params, p.Name); f != nil {
				args = append(args, schema.Arg{Name: p.Name, File: f})
			}
			continue
		}
		in, ok := graph.Given(params, p.Name)
		if p.Name == "fields" && c.Fields != "" { // what a call names for a read is the operation's then
			in, ok = graph.Param{Name: p.Name, Value: c.Fields}, true
		}
		switch {
		case ok, p.Blank && in.Name != "":
		case p.Required, len(p.Unless) > 0 && !replaced(op, p, params):
			return nil, graph.ErrNeedsParam.Args(p.Name)
		case p.Default == "":
			continue
		default:
			in.Value = p.Default
		}
		if p.Kind < schema.ListParam && (in.JSON || p.Kind != schema.TextParam) { // a text of a form may begin with a bracket
			in = single(in)
		}
		a, err := decodeArg(p, in)
		if err != nil {
			return nil, err
		}
		args = append(args, a)
	}
	if op.Edge == "" && op.Method == "POST" {
		for _, p := range params {
			if op.Param(p.Name) == nil && n.Field(p.Name) != nil && !slices.Contains(general, p.Name) {
				return nil, graph.ErrBadParam
			}
		}
	}
	return args, nil
}

// sent finds a file: of that name, or the first one, because SDKs send pictures
// and films under other names too. [code ANDROID, iOS]
func sent(params []graph.Param, name string) (f *graph.File) {
	for i := range params {
		switch p := &params[i]; {
		case p.File == nil:
		case p.Name == name:
			return p.File
		case f == nil:
			f = p.File
		}
	}
	return f
}

// replaced reports whether a parameter was given that stands in for p.
func replaced(op *schema.Operation, p *schema.Param, params []graph.Param) bool {
	for i := range op.Params {
		other := &op.Params[i]
		if other.For != p.Name && !slices.Contains(p.Unless, other.Name) {
			continue
		}
		if _, ok := graph.Given(params, other.Name); ok {
			return true
		}
	}
	return false
}

func decodeArg(p *schema.Param, in graph.Param) (schema.Arg, error) {
	a := schema.Arg{Name: p.Name, Text: in.Value}
	if !utf8.ValidString(in.Value) || strings.ContainsRune(in.Value, 0) {
		return a, graph.ErrBadParam
	}
	switch p.Kind {
	case schema.ListParam:
		return decodeList(p, in)
	case schema.ObjectParam:
		return decodeObject(p, in)
	case schema.AnyParam:
		if !in.JSON && json.Valid([]byte(in.Value)) {
			return a, nil
		}
		if !in.JSON {
			text, err := json.Marshal(in.Value)
			a.Text = string(text)
			return a, err
		}
		return a, nil
	}
	if len(in.Value) > mostText || in.JSON && in.Value != "" && strings.ContainsAny(in.Value[:1], "[{") {
		return a, wrong(p)
	}
	return decodePlain(p, a)
}

// decodePlain reads what is no list and no object.
func decodePlain(p *schema.Param, a schema.Arg) (schema.Arg, error) {
	var err error
	switch p.Kind {
	case schema.IntParam:
		a.Int, err = strconv.ParseInt(a.Text, 10, 64)
	case schema.CountParam:
		n, ok := fields.Count(a.Text, math.MaxInt32)
		if a.Int = int64(n); !ok {
			return a, wrong(p)
		}
	case schema.FloatParam:
		if a.Float, err = strconv.ParseFloat(a.Text, 64); err == nil && (math.IsNaN(a.Float) || math.IsInf(a.Float, 0)) {
			return a, wrong(p)
		}
	case schema.TimeParam:
		a.Int, err = parseTime(a.Text)
	case schema.BoolParam:
		switch a.Text {
		case "true", "1":
			a.Int = 1
		case "false", "0":
		default:
			return a, wrong(p)
		}
	case schema.IDParam:
		if !graph.ValidID(a.Text) {
			return a, wrong(p)
		}
	case schema.URLParam:
		if !strings.HasPrefix(a.Text, "http://") && !strings.HasPrefix(a.Text, "https://") || strings.ContainsAny(a.Text, " \t\r\n") {
			return a, wrong(p)
		}
	case schema.EnumParam:
		word, ok := spelled(p, a.Text)
		if !ok {
			return a, wrong(p)
		}
		a.Text = word
	}
	if err != nil {
		return a, wrong(p)
	}
	return a, nil
}

// spelled is a value of an enumeration as it is declared.
func spelled(p *schema.Param, text string) (string, bool) {
	if slices.Contains(p.Enum, text) || slices.Contains(p.Also, text) {
		return text, true
	}
	for _, word := range p.Enum {
		if p.AnyCase && strings.EqualFold(word, text) {
			return word, true
		}
	}
	return "", false
}

// decodeList reads a JSON array, or several plain values with commas between,
// or one. [seen KOALA]
func decodeList(p *schema.Param, in graph.Param) (schema.Arg, error) {
	a := schema.Arg{Name: p.Name, Text: in.Value}
	var parts []json.RawMessage
	switch {
	case strings.HasPrefix(in.Value, "["):
		if _, ok := readLoose(in.Value, &parts); !ok {
			return a, wrong(p)
		}
	case strings.HasPrefix(in.Value, "{"):
		return a, wrong(p)
	default:
		for _, text := range strings.Split(in.Value, ",") {
			if p.Of.Kind == schema.EnumParam {
				text = strings.TrimSpace(text) // [seen C1: webhook fields]
			}
			quoted, _ := json.Marshal(text)
			parts = append(parts, quoted)
		}
	}
	most := p.Most
	if most == 0 {
		most = mostList
	}
	if len(parts) > most {
		return a, graph.ErrParamKind.Args(p.Name, "an array of at most "+strconv.Itoa(most)+" elements.")
	}
	for i, raw := range parts {
		of := *p.Of
		of.Name = p.Name + "[" + strconv.Itoa(i) + "]"
		e, err := decodeArg(&of, param(of.Name, raw))
		if err != nil {
			return a, err
		}
		a.List = append(a.List, e)
	}
	return a, nil
}

// readLoose reads JSON, also in single quotes, and returns it in double ones.
func readLoose(text string, dst any) (string, bool) {
	if json.Unmarshal([]byte(text), dst) == nil {
		return text, true
	}
	loose := graph.LooseJSON([]byte(text))
	return string(loose), json.Unmarshal(loose, dst) == nil
}

// single takes the only element of a list for it: some clients send one where a
// value is wanted. [guess]
func single(in graph.Param) graph.Param {
	var list []json.RawMessage
	if !strings.HasPrefix(in.Value, "[") || json.Unmarshal([]byte(in.Value), &list) != nil || len(list) != 1 {
		return in
	}
	return param(in.Name, list[0])
}

// param is a JSON value as if it had been sent by itself.
func param(name string, raw json.RawMessage) graph.Param {
	var text string
	if len(raw) > 0 && raw[0] == '"' && json.Unmarshal(raw, &text) == nil {
		return graph.Param{Name: name, Value: text}
	}
	return graph.Param{Name: name, Value: string(raw), JSON: true}
}

func decodeObject(p *schema.Param, in graph.Param) (schema.Arg, error) {
	a := schema.Arg{Name: p.Name}
	var members map[string]json.RawMessage
	value, ok := readLoose(in.Value, &members)
	if !ok || members == nil {
		return a, wrong(p)
	}
	var text bytes.Buffer
	if json.Compact(&text, []byte(value)) != nil {
		return a, wrong(p)
	}
	a.Text = text.String()
	for i := range p.Params {
		m := p.Params[i]
		raw, ok := members[m.Name]
		switch {
		case ok && string(raw) != "null":
		case m.Required:
			return a, graph.ErrNeedsParam.Args(p.Name + "[" + m.Name + "]")
		case m.Default == "":
			continue
		default:
			raw = json.RawMessage(m.Default)
		}
		m.Name = p.Name + "[" + m.Name + "]"
		v, err := decodeArg(&m, param(m.Name, raw))
		if err != nil {
			return a, err
		}
		v.Name = p.Params[i].Name
		a.Args = append(a.Args, v)
	}
	return a, nil
}

// parseTime reads a moment, in whole seconds. What no year of four digits has is
// none.
func parseTime(text string) (int64, error) {
	const first, last = -62_135_596_800, 253_402_300_799 // of the years 1 and 9999
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		if n < first || n > last {
			return 0, strconv.ErrRange
		}
		return n, nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05-0700", "2006-01-02"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.Unix(), nil
		}
	}
	return 0, strconv.ErrSyntax
}

// wrong says what a parameter must be. [seen idx:375574089; most forms guess]
func wrong(p *schema.Param) *graph.Error {
	if p.To == "User" {
		return graph.ErrInvalidUser
	}
	must := "a string."
	switch p.Kind {
	case schema.CountParam:
		must = "a whole number"
	case schema.IntParam:
		must = "an integer."
	case schema.FloatParam:
		must = "a number."
	case schema.BoolParam:
		must = "a boolean."
	case schema.IDParam:
		must = `a valid ID string (e.g., "123")`
	case schema.URLParam:
		must = "a valid URL."
	case schema.TimeParam:
		must = "a valid time."
	case schema.EnumParam:
		must = "one of {" + strings.Join(p.Values(), ", ") + "}"
	case schema.ListParam:
		must = "an array."
	case schema.ObjectParam:
		must = "an object."
	}
	return graph.ErrParamKind.Args(p.Name, must)
}
