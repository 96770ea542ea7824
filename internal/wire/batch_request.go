package wire

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strings"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/jsonpath"
)

// request is an operation as a call of its own. It goes nowhere but to the Graph:
// what stands in front of a path is part of the path.
func (op *operation) request(outer *graph.In) *graph.In {
	in := &graph.In{Method: op.Method, Target: op.URL, Host: outer.Host, TLS: outer.TLS, Remote: outer.Remote, Hold: outer.Hold}
	if in.Method == "PUT" { // like POST, inside a batch [doc batch-requests]
		in.Method = "POST"
	}
	if !strings.HasPrefix(in.Target, "/") {
		in.Target = "/" + in.Target
	}
	in.Header = noHeader
	if len(op.Headers) > 0 {
		in.Header = op.header
		in.ContentType = in.Header("Content-Type")
	}
	switch body := op.Body; {
	case len(body) == 0 || body[0] == 'n':
	case body[0] == '"':
		in.Body = []byte(unquote(body))
	default:
		in.Body, in.ContentType = body, "application/json"
	}
	return in
}

func noHeader(string) string { return "" }

// header is In.Header of an operation.
func (op *operation) header(name string) string {
	for _, h := range op.Headers {
		if strings.EqualFold(h.name, name) {
			return h.value
		}
	}
	return ""
}

// needed are the names of the operations that this one depends on: said, or
// referred to.
func (op *operation) needed() []label {
	var names []label
	if op.After != "" {
		names = append(names, op.After)
	}
	for _, text := range []string{plain(op.URL), op.form()} {
		for {
			name, _, rest, ok := cutReference(text)
			if !ok {
				break
			}
			names = append(names, label(name))
			text = rest
		}
	}
	return names
}

// form is the body, decoded.
func (op *operation) form() string {
	if len(op.Body) == 0 || op.Body[0] != '"' {
		return string(op.Body)
	}
	return plain(unquote(op.Body))
}

const referenceMark = "{result="

// cutReference finds the first {result=name:path} and what is behind it.
func cutReference(text string) (name, path, rest string, ok bool) {
	_, text, ok = strings.Cut(text, referenceMark)
	if !ok {
		return "", "", "", false
	}
	inside, rest, ok := strings.Cut(text, "}")
	name, path, colon := strings.Cut(inside, ":")
	return name, path, rest, ok && colon
}

// resolve puts values in the place of the references of an operation. They are
// data: no value can add a parameter or a part of a path.
func (bt *batch) resolve(op *operation, in *graph.In) error {
	if len(op.needs) == 0 {
		return nil
	}
	path, query, asks := strings.Cut(in.Target, "?")
	parts := strings.Split(path, "/")
	for i := range parts {
		text, err := url.PathUnescape(parts[i])
		if err != nil || !strings.Contains(text, referenceMark) {
			continue
		}
		if text, err = bt.fill(text); err != nil {
			return err
		}
		parts[i] = url.PathEscape(text)
	}
	in.Target = strings.Join(parts, "/")
	if asks {
		form, err := bt.fillForm(query)
		if err != nil {
			return err
		}
		in.Target += "?" + form
	}
	kind, _, _ := strings.Cut(in.ContentType, ";")
	switch strings.ToLower(strings.TrimSpace(kind)) {
	case "", "application/x-www-form-urlencoded":
		form, err := bt.fillForm(string(in.Body))
		in.Body = []byte(form)
		return err
	case "application/json":
		text, err := bt.fillJSON(in.Body)
		in.Body = text
		return err
	}
	return nil
}

// fillJSON fills the texts of a JSON body; their members keep their names.
func (bt *batch) fillJSON(body []byte) ([]byte, error) {
	if !bytes.Contains(body, []byte(referenceMark)) {
		return body, nil
	}
	read := json.NewDecoder(bytes.NewReader(graph.LooseJSON(body)))
	read.UseNumber()
	var v any
	if err := read.Decode(&v); err != nil {
		return nil, graph.ErrBadParam.With(err)
	}
	v, err := bt.fillValue(v)
	if err != nil {
		return nil, err
	}
	return json.Marshal(v)
}

func (bt *batch) fillValue(v any) (any, error) {
	var err error
	switch x := v.(type) {
	case string:
		if strings.Contains(x, referenceMark) {
			return bt.fill(x)
		}
	case []any:
		for i := range x {
			if x[i], err = bt.fillValue(x[i]); err != nil {
				return nil, err
			}
		}
	case map[string]any:
		for name := range x {
			if x[name], err = bt.fillValue(x[name]); err != nil {
				return nil, err
			}
		}
	}
	return v, nil
}

func (bt *batch) fillForm(form string) (string, error) {
	pairs := strings.Split(form, "&")
	for i, pair := range pairs {
		key, val, _ := strings.Cut(pair, "=")
		text := plain(val)
		if !strings.Contains(text, referenceMark) {
			continue
		}
		text, err := bt.fill(text)
		if err != nil {
			return "", err
		}
		pairs[i] = key + "=" + url.QueryEscape(text)
	}
	return strings.Join(pairs, "&"), nil
}

// fill replaces every reference of a text by what it finds, joined by commas.
// What comes out is not looked at again.
func (bt *batch) fill(text string) (string, error) {
	var b strings.Builder
	for {
		before, _, _ := strings.Cut(text, referenceMark)
		name, path, rest, ok := cutReference(text)
		if !ok {
			b.WriteString(text)
			return b.String(), nil
		}
		b.WriteString(before)
		found, err := bt.find(label(name), path)
		if err != nil {
			return "", err
		}
		b.WriteString(found)
		if text = rest; b.Len() > bt.most {
			return "", graph.ErrTooMuchData
		}
	}
}

// find looks a path up in the body of the latest operation of a name.
func (bt *batch) find(name label, path string) (string, error) {
	p, err := jsonpath.Parse(path)
	if err != nil {
		return "", graph.ErrBadParam.With(err)
	}
	for i := bt.next - 1; i >= 0; i-- {
		if bt.ops[i].Name != name {
			continue
		}
		found, err := p.Find(bt.bodies[i])
		if err != nil {
			return "", graph.ErrTooMuchData.With(err)
		}
		return strings.Join(found, ","), nil
	}
	return "", graph.ErrBadParam
}
