package control

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/kithgraph/kith/internal/world"
)

var errType = bad("Send application/json, or a world as application/yaml or application/x-ndjson where one is taken.",
	"The Content-Type of the body is not one this path takes.")

// load adds a world to what is there: YAML as people write it, or JSON Lines as
// export gives it. ?name= is what problems call the file.
func (p *plane) load(w http.ResponseWriter, r *http.Request) {
	patient(w)
	kind := mediaType(r)
	if kind != yamlType && kind != linesType {
		p.fail(w, errType)
		return
	}
	data, err := io.ReadAll(r.Body)
	switch {
	case err != nil:
		err = unread(err)
	case kind == yamlType:
		err = p.loadYAML(r, data)
	default:
		err = named(p.World.Import(r.Context(), bytes.NewReader(data), nil), r)
	}
	p.done(w, err)
}

func (p *plane) loadYAML(r *http.Request, data []byte) error {
	parsed, err := world.Parse(fileName(r), data, p.Schema)
	if err != nil {
		return err
	}
	return p.World.Load(r.Context(), parsed)
}

// named adds the name of the file to problems that have none.
func named(err error, r *http.Request) error {
	ps, ok := errors.AsType[world.Problems](err)
	if !ok {
		return err
	}
	ps = slices.Clone(ps)
	for i := range ps {
		ps[i].File = cmp.Or(ps[i].File, fileName(r))
	}
	return ps
}

// fileName is what the caller calls the file, for the places of problems.
func fileName(r *http.Request) string {
	if name := r.URL.Query().Get("name"); name != "" && len(name) <= 200 {
		return name
	}
	return "world.yaml"
}

// unread tells a body that is too large from one that broke off.
func unread(err error) error {
	if tooLarge := notJSON(err); tooLarge == err {
		return err
	}
	return bad("", "The body broke off.")
}

// reset goes back to the world the server began with, or to the one in the
// body: YAML, or {"world":"..."}.
func (p *plane) reset(w http.ResponseWriter, r *http.Request) {
	patient(w)
	to, err := p.replacement(r)
	if err == nil {
		err = p.Reset(r.Context(), to)
	}
	p.done(w, err)
}

func (p *plane) replacement(r *http.Request) (*world.World, error) {
	if r.ContentLength == 0 {
		return nil, nil
	}
	var text string
	switch mediaType(r) {
	case yamlType:
		data, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, unread(err)
		}
		text = string(data)
	case jsonType:
		var body struct {
			World string `json:"world"`
		}
		if err := read(r, &body); err != nil {
			return nil, err
		}
		text = body.World
	default:
		return nil, errType
	}
	if text == "" {
		return nil, nil
	}
	return world.Parse(fileName(r), []byte(text), p.Schema)
}

// export writes the world as JSON Lines. Once it has begun an error can only
// break the answer off, so that nobody takes half a world for a whole one.
func (p *plane) export(w http.ResponseWriter, r *http.Request) {
	patient(w)
	w.Header().Set("Content-Type", linesType)
	if r.Method == http.MethodHead {
		return
	}
	out := &counter{w: w}
	if err := p.World.Export(r.Context(), out); err != nil {
		if out.n == 0 {
			p.fail(w, err)
			return
		}
		p.Log.Error("export broke off", "err", err)
		panic(http.ErrAbortHandler) // net/http's way to end a connection without ending the answer
	}
}

type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err
}

// patient lets a large body take its time, both ways.
func patient(w http.ResponseWriter) {
	c := http.NewResponseController(w)
	_ = c.SetReadDeadline(time.Time{})
	_ = c.SetWriteDeadline(time.Time{})
}
