package wire

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/url"
	"slices"
	"strings"

	"github.com/kithgraph/kith/internal/graph"
)

// params are the parameters that every call knows, and for a call that may use
// them the rest, in the order they came; unknown ones are ignored. [seen]
type params struct {
	token, proof, proofTime, fields, method, id, ids string

	keep bool
	rest []graph.Param
	form dressing
	// parts are the fields and IDs that came one by one, in brackets. over says
	// that there were too many of either.
	parts []graph.Param
	over  bool
}

// mostParams bounds the rest: a form with more is refused. [own]
const mostParams = 20_000

// put keeps one of the rest.
func (p *params) put(q graph.Param) {
	p.form.note(q.Name, q.Value)
	to := &p.rest
	if strings.HasPrefix(q.Name, "fields[") || strings.HasPrefix(q.Name, "ids[") {
		to = &p.parts
	} else if !p.keep {
		return
	}
	if len(*to) == mostParams {
		p.over = true
		return
	}
	*to = append(*to, q)
}

// settle drops what was repeated: the last one counts, but for names with empty
// brackets, which are items of a list. [guess, PHP]
func (p *params) settle(depth int) error {
	if p.over {
		return graph.ErrTooMuchData
	}
	for i := range p.rest {
		if tooDeep(p.rest[i].Value, depth) {
			return graph.ErrBadParam.With(errDeep)
		}
	}
	p.join()
	if strings.HasPrefix(p.fields, "['") { // as the vendor's samples quote
		p.fields = string(graph.LooseJSON([]byte(p.fields)))
	}
	if len(p.rest) < 2 {
		return nil
	}
	kept := p.rest[:0]
	var met map[string]int // of a long list
	if len(p.rest) > 32 {
		met = make(map[string]int, len(p.rest))
	}
	for _, q := range p.rest {
		i, again := met[q.Name]
		if met == nil {
			i = slices.IndexFunc(kept, func(k graph.Param) bool { return k.Name == q.Name })
			again = i >= 0
		}
		if again && !strings.Contains(q.Name, "[]") {
			kept[i] = q
			continue
		}
		if met != nil {
			met[q.Name] = len(kept)
		}
		kept = append(kept, q)
	}
	p.rest = kept
	return nil
}

// find looks a kept parameter up.
func (p *params) find(name string) (graph.Param, bool) {
	for _, q := range p.rest {
		if q.Name == name {
			return q, true
		}
	}
	return graph.Given(p.rest, name)
}

// join makes lists of what came in parts, as http_build_query of PHP sends them,
// unless the list came whole as well. [guess]
func (p *params) join() {
	if p.parts == nil {
		return
	}
	for _, name := range [...]string{"fields", "ids"} {
		if q, ok := graph.Given(p.parts, name); ok && *p.of(name) == "" {
			*p.of(name) = q.Value
		}
	}
	p.parts = nil
}

// decodePath takes the target apart and decodes the path, once. Longer ones than
// most come from batches only.
func (x *exchange) decodePath(most int) (path, query string, err error) {
	target := x.in.Target
	x.call.Method = x.in.Method
	if len(target) > most {
		return "", "", graph.ErrTooLarge
	}
	path, query, _ = strings.Cut(target, "?")
	query, _, _ = strings.Cut(query, "#")
	if strings.IndexByte(path, '%') < 0 {
		return path, query, nil
	}
	if path, err = url.PathUnescape(path); err != nil {
		return "", "", graph.ErrBadParam
	}
	return path, query, nil
}

// decodeQuery reads the query, and unpacks the body if it counts.
func (x *exchange) decodeQuery(query string, s *Sizes) error {
	x.param.readForm(query)
	if err := x.param.form.check(); err != nil || !x.bodied() {
		return err
	}
	if busy, ok := errors.AsType[*graph.Error](x.in.BodyErr); ok {
		return busy
	}
	if x.in.BodyErr != nil {
		return graph.ErrTooLarge.With(x.in.BodyErr)
	}
	return x.unpackBody(s.Body)
}

// bodied reports whether a body counts: on POST and DELETE only, a GET's is
// ignored. [seen idx:66617941834]
func (x *exchange) bodied() bool { return x.in.Method == "POST" || x.in.Method == "DELETE" }

// decodeBody reads the body and settles the method.
func (x *exchange) decodeBody(s *Sizes) error {
	in, p := x.in, &x.param
	if x.bodied() {
		err := p.readBody(in, s)
		if err := cmp.Or(err, p.form.check()); err != nil {
			return err
		}
	}
	if p.method == "" || in.Method != "GET" && in.Method != "POST" {
		return nil
	}
	switch m := strings.ToUpper(p.method); m {
	case "GET", "POST", "DELETE":
		x.call.Method = m
		return nil
	}
	return graph.ErrParamKind.Args("method", "one of {GET, POST, DELETE}")
}

// unpackBody takes the compression off a body, up to most bytes.
func (x *exchange) unpackBody(most int) error {
	if len(x.in.Body) == 0 {
		return nil
	}
	switch coding := x.in.Header("Content-Encoding"); {
	case coding == "" || strings.EqualFold(coding, "identity"):
		return nil
	case strings.EqualFold(coding, "gzip"):
		plain, err := unpack(x.in.Body, most, x.in.Hold)
		if err != nil {
			return err
		}
		packed := *x.in
		packed.Body = plain
		x.in = &packed
		return nil
	}
	return graph.ErrBadParam // [own]
}

// A bodyKind is how a body is read.
type bodyKind int

const (
	ignored bodyKind = iota
	formBody
	jsonBody
	multipartBody
)

func kindOf(contentType string) bodyKind {
	kind, _, _ := strings.Cut(contentType, ";")
	switch strings.ToLower(strings.TrimSpace(kind)) {
	case "application/x-www-form-urlencoded", "":
		return formBody
	case "application/json":
		return jsonBody
	case "multipart/form-data":
		return multipartBody
	}
	return ignored
}

func (p *params) readBody(in *graph.In, s *Sizes) error {
	most := s.Batch
	var err error
	switch kindOf(in.ContentType) {
	case formBody:
		p.readForm(string(in.Body))
	case jsonBody:
		err = p.readJSON(in.Body, s.Depth)
	case multipartBody:
		most = s.Upload
		err = p.readMultipart(in, s)
	}
	if len(in.Body) > most {
		return graph.ErrTooLarge
	}
	if _, batch := p.find("batch"); most == s.Batch && len(in.Body) > s.Body && !batch {
		return graph.ErrTooLarge
	}
	return err
}

// unpack reads a body as the Android SDK packs it, up to most bytes, into memory that it
// asks for: little may become much. [code ANDROID]
func unpack(body []byte, most int, hold func(bytes int) error) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, graph.ErrBadParam.With(err)
	}
	text := make([]byte, 0, 512)
	for {
		if len(text) == cap(text) {
			room := min(2*cap(text), most+1)
			if hold != nil {
				if err := hold(room); err != nil {
					return nil, err
				}
			}
			text = append(make([]byte, 0, room), text...)
		}
		n, err := r.Read(text[len(text):cap(text)])
		text = text[:len(text)+n]
		switch {
		case len(text) > most:
			return nil, graph.ErrTooLarge
		case errors.Is(err, io.EOF):
			return text, nil
		case err != nil:
			return nil, graph.ErrBadParam.With(err)
		}
	}
}

// maxParts bounds a multipart form; parts this core does not know are skipped.
const maxParts = 64

// readMultipart reads a multipart form. A part is a file if it has a file name;
// one without is a text, whatever its type. [code PYSDK; seen facebook-node-sdk#112]
func (p *params) readMultipart(in *graph.In, s *Sizes) error {
	_, attrs, err := mime.ParseMediaType(in.ContentType)
	if err != nil || attrs["boundary"] == "" {
		return graph.ErrBadParam.With(err)
	}
	r := multipart.NewReader(bytes.NewReader(in.Body), attrs["boundary"])
	for range maxParts {
		part, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return graph.ErrBadParam.With(err)
		}
		if part.FormName() == "" {
			continue
		}
		text, err := io.ReadAll(part)
		if err != nil {
			return graph.ErrBadParam.With(err)
		}
		if file := part.FileName(); file != "" {
			p.put(graph.Param{Name: part.FormName(), File: &graph.File{Name: file, Type: part.Header.Get("Content-Type"), Data: text}})
			continue
		}
		if err := s.checkText(part.FormName(), len(text)); err != nil {
			return err
		}
		if dst := p.of(part.FormName()); dst != nil {
			*dst = string(text)
		} else {
			p.put(graph.Param{Name: part.FormName(), Value: string(text)})
		}
	}
	return graph.ErrTooMuchData
}

// readForm reads a query or a form without a map. Of a repeated parameter the
// last one counts. [guess, PHP]
func (p *params) readForm(s string) {
	for s != "" {
		var pair string
		pair, s, _ = strings.Cut(s, "&")
		key, val, _ := strings.Cut(pair, "=")
		if dst := p.of(plain(key)); dst != nil {
			*dst = plain(val)
		} else if key != "" {
			p.put(graph.Param{Name: plain(key), Value: plain(val)})
		}
	}
}

// parameterNames are the names of params, in the order errors name them.
var parameterNames = [...]string{"access_token", "appsecret_proof", "appsecret_time", "fields", "method", "id", "ids"}

func (p *params) of(key string) *string {
	switch key {
	case "access_token":
		return &p.token
	case "appsecret_proof":
		return &p.proof
	case "appsecret_time":
		return &p.proofTime
	case "fields":
		return &p.fields
	case "method":
		return &p.method
	case "id":
		return &p.id
	case "ids":
		return &p.ids
	}
	return nil
}

// plain decodes a part of a form; one that is not well formed stays as it is.
func plain(s string) string {
	if strings.IndexByte(s, '%') < 0 && strings.IndexByte(s, '+') < 0 {
		return s
	}
	if u, err := url.QueryUnescape(s); err == nil {
		return u
	}
	return s
}

// readJSON reads the parameters of a JSON body: an object whose values are
// strings, or a list of strings for fields. [code BIZJS]
func (p *params) readJSON(body []byte, depth int) error {
	if body = bytes.TrimSpace(body); len(body) == 0 || string(body) == "null" {
		return nil
	}
	given, err := readMembers(body, depth)
	if err != nil {
		return err
	}
	for _, key := range parameterNames {
		raw, ok := given[key]
		if !ok || string(raw) == "null" {
			continue
		}
		dst := p.of(key)
		var s string
		if json.Unmarshal(raw, &s) == nil {
			*dst = s
			continue
		}
		var list []string
		switch {
		case (key == "fields" || key == "ids") && raw[0] == '[':
			*dst = string(raw)
		case key == "id" && raw[0] >= '0' && raw[0] <= '9': // a number, digit by digit
			*dst = string(raw)
		case json.Unmarshal(raw, &list) == nil && len(list) == 1: // a list of one [guess]
			*dst = list[0]
		default:
			return graph.ErrParamKind.Args(key, "a string")
		}
	}
	for _, key := range slices.Sorted(maps.Keys(given)) {
		raw := given[key]
		if p.of(key) != nil || string(raw) == "null" {
			continue
		}
		var s string
		if json.Unmarshal(raw, &s) == nil {
			p.put(graph.Param{Name: key, Value: s})
			continue
		}
		p.put(graph.Param{Name: key, Value: string(raw), JSON: true})
	}
	return nil
}

// readMembers takes a JSON body apart. Of a repeated member the last one counts.
func readMembers(body []byte, depth int) (map[string]json.RawMessage, error) {
	given := map[string]json.RawMessage{}
	read := func(name, value []byte) {
		if len(given) <= mostParams {
			given[unquote(name)] = value
		}
	}
	loose, err := members(body, depth, func(_, _ []byte) {})
	if err == nil && loose {
		body = graph.LooseJSON(body)
		_, err = members(body, depth, read)
	} else if err == nil {
		_, err = members(body, depth, read)
	}
	switch {
	case err != nil:
		return nil, graph.ErrBadParam.With(err)
	case !json.Valid(body):
		return nil, graph.ErrBadParam
	case len(given) > mostParams:
		return nil, graph.ErrTooMuchData
	}
	return given, nil
}

// split takes a path apart: a known version, the node and whatever follows. A
// version that is not known is a node. [seen idx:70865456440]
func split(path string) (v graph.Version, node, rest string) {
	first, after := segment(path)
	if known, ok := graph.ParseVersion(first); ok {
		v = known
		first, after = segment(after)
	}
	return v, first, tidy(after)
}

// tidy takes off what slashes there are at the end, and those that repeat.
func tidy(path string) string {
	for strings.Contains(path, "//") {
		path = strings.ReplaceAll(path, "//", "/")
	}
	return strings.TrimSuffix(path, "/")
}

// segment takes the first part off a path; repeated slashes count as one.
func segment(path string) (first, rest string) {
	path = strings.TrimLeft(path, "/")
	if i := strings.IndexByte(path, '/'); i >= 0 {
		return path[:i], path[i:]
	}
	return path, ""
}
