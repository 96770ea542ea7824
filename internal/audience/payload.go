// Package audience reads lists of people that advertisers upload, keeps them as
// hashes, and finds who of the people here is on them. It refuses to know HTTP
// and who may upload.
package audience

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"
)

// MaxRows is the most that one request may bring. [doc user v2.10]
const MaxRows = 10_000

// maxSamples is how many bad entries an answer quotes. [guess]
const maxSamples = 10

// A Cell is one value of a row: a hash, or the text of a key that is compared as
// it is.
type Cell struct {
	Key  Key
	Hash Hash
	Text string
	// Of are the keys of a combined one, a byte each.
	Of string
}

// A Row is one person as the advertiser knows them. Rows with the same cells
// have the same ID.
type Row struct {
	ID    uint64
	Cells []Cell
}

// A Payload is what a request brought.
type Payload struct {
	Keys []column
	// Multi says that the schema is a list.
	Multi             bool
	Rows              []Row
	Received, Invalid int
	// Samples are bad entries and what is wrong with each, the first ones.
	Samples         []Sample
	AppIDs, PageIDs []string
	Source          Source

	namespace string
}

// A Sample is a bad entry.
type Sample struct{ Entry, Why string }

// A Wrong is what is wrong with a whole request: the parameter and what it must
// be.
type Wrong struct{ Param, Want string }

// Error says it.
func (w *Wrong) Error() string { return fmt.Sprintf("param %s must be %s", w.Param, w.Want) }

func wrong(param, want string, args ...any) *Wrong { return &Wrong{param, fmt.Sprintf(want, args...)} }

// wire is the payload as JSON.
type wire struct {
	Schema     json.RawMessage   `json:"schema"`
	IsRaw      json.RawMessage   `json:"is_raw"`
	Data       []json.RawMessage `json:"data"`
	AppIDs     []json.RawMessage `json:"app_ids"`
	PageIDs    []json.RawMessage `json:"page_ids"`
	DataSource Source            `json:"data_source"`
}

// Parse reads the payload parameter. A row that is wrong counts as invalid and
// spoils nothing else; received is all of them.
// Values of EXTERN_ID count within the namespace.
func Parse(text []byte, namespace string) (*Payload, error) {
	var w wire
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&w); err != nil {
		return nil, wrong("payload", "an object with schema and data")
	}
	if w.Data == nil {
		return nil, wrong("data", "given") // nothing to do is no upload [guess]
	}
	if len(w.Data) > MaxRows {
		return nil, wrong("data", "a list of at most %d entries", MaxRows)
	}
	if len(namespace) > maxValue {
		return nil, wrong("namespace", "at most %d bytes", maxValue)
	}
	p := &Payload{namespace: namespace, Received: len(w.Data), Source: w.DataSource}
	if err := p.schema(w.Schema); err != nil {
		return nil, err
	}
	raw, err := flag(w.IsRaw)
	if err != nil {
		return nil, err
	}
	if raw && slices.ContainsFunc(p.Keys, func(c column) bool { return c.Key == Combined }) {
		return nil, wrong("is_raw", "false where keys are combined") // [doc user v2.10]
	}
	if p.AppIDs, err = ids("app_ids", w.AppIDs); err != nil {
		return nil, err
	}
	if p.PageIDs, err = ids("page_ids", w.PageIDs); err != nil {
		return nil, err
	}
	if err := p.sources(); err != nil {
		return nil, err
	}
	for _, entry := range w.Data {
		p.entry(entry, raw)
	}
	return p, nil
}

// schema reads one name, or a list of names.
func (p *Payload) schema(text json.RawMessage) error {
	var one string
	var many []string
	switch {
	case len(text) == 0:
		return wrong("schema", "given")
	case json.Unmarshal(text, &one) == nil:
		k, ok := parseSingle(one)
		if !ok || !k.offered() {
			return wrong("schema", "one of UID, EMAIL_SHA256, PHONE_SHA256, MOBILE_ADVERTISER_ID or a list of keys")
		}
		p.Keys = []column{k}
		return nil
	case json.Unmarshal(text, &many) != nil || len(many) == 0:
		return wrong("schema", "a name or a list of names")
	}
	p.Multi = true
	for _, name := range many {
		k, ok := parseColumn(name)
		if !ok || !k.offered() || slices.Contains(p.Keys, k) {
			return wrong("schema", "a list of different keys; %q is none", name)
		}
		p.Keys = append(p.Keys, k)
	}
	return nil
}

// offered reports whether people can be found by a column. Combined keys are seven; a
// hash over others would find nobody, so it is refused. [seven seen in clients, the
// refusal guess]
func (c column) offered() bool { return c.Key != Combined || slices.Contains(combinations, c.of) }

func flag(text json.RawMessage) (bool, error) {
	switch s := string(bytes.Trim(text, `"`)); s {
	case "", "null", "false", "0":
		return false, nil
	case "true", "1":
		return true, nil
	}
	return false, wrong("is_raw", "true or false")
}

func ids(name string, list []json.RawMessage) ([]string, error) {
	const most = 100
	var out []string
	for _, text := range list {
		s := string(bytes.Trim(text, `"`))
		if n, err := strconv.ParseUint(s, 10, 63); err != nil || n == 0 || len(list) > most {
			return nil, wrong(name, "a list of at most %d IDs", most)
		}
		out = append(out, s)
	}
	return out, nil
}

// sources checks how the list came about, and that the IDs of a list of IDs say
// whose they are. [doc user v2.10]
func (p *Payload) sources() error {
	if p.Keys[0].Key == UID && len(p.AppIDs) == 0 && len(p.PageIDs) == 0 {
		return wrong("app_ids", "given with IDs of people, or page_ids")
	}
	if p.Source.Type != "" && !slices.Contains(types, p.Source.Type) {
		return wrong("type", "a type of data source")
	}
	if p.Source.SubType != "" && !slices.Contains(subTypes, p.Source.SubType) {
		return wrong("sub_type", "a subtype of data source")
	}
	return nil
}

// entry reads one entry of data.
func (p *Payload) entry(text json.RawMessage, raw bool) {
	values := []json.RawMessage{text}
	if p.Multi {
		values = nil // not to be read into text itself
		if json.Unmarshal(text, &values) != nil || len(values) != len(p.Keys) {
			p.bad(text, fmt.Sprintf("an entry must have %d values", len(p.Keys)))
			return
		}
	} else if bytes.HasPrefix(text, []byte{'['}) {
		// A list of one where a value is expected. [seen in clients]
		values = nil
		if json.Unmarshal(text, &values) != nil || len(values) != 1 {
			p.bad(text, "an entry must have 1 value")
			return
		}
	}
	row := Row{Cells: make([]Cell, 0, len(values))}
	for i, v := range values {
		s, ok := textOf(v)
		switch {
		case !ok:
			p.bad(text, p.Keys[i].String()+" must be a string")
			return
		case s == "":
			continue // not known
		}
		c, why := cell(p.Keys[i], s, raw)
		if why != "" {
			p.bad(text, why)
			return
		}
		if c.Key == ExternID {
			c.Text = p.namespace + "\x00" + c.Text
		}
		row.Cells = append(row.Cells, c)
	}
	if len(row.Cells) == 0 {
		p.bad(text, "an entry must have a value")
		return
	}
	row.ID = row.id()
	p.Rows = append(p.Rows, row)
}

// textOf is a string or a number as text; null is not known.
func textOf(v json.RawMessage) (string, bool) {
	var s string
	if json.Unmarshal(v, &s) == nil {
		return s, true
	}
	if len(v) > 0 && (v[0] == '-' || v[0] >= '0' && v[0] <= '9') {
		return string(v), true
	}
	return "", string(v) == "null"
}

// cell reads a value. What looks like a hash is one; anything else is hashed
// where the request says that its values are raw, and wrong otherwise.
func cell(k column, s string, raw bool) (Cell, string) {
	if k.plain() {
		text, ok := k.normal(s)
		if k.Key == UID && !allDigits(text) || !ok {
			return Cell{}, k.String() + " is not valid"
		}
		return Cell{Key: k.Key, Text: text}, ""
	}
	if h, ok := parseHash(s); ok {
		return Cell{Key: k.Key, Hash: h, Of: k.of}, ""
	}
	if !raw {
		return Cell{}, k.String() + " is not a SHA-256 hash"
	}
	h, ok := k.HashOf(s)
	if !ok {
		return Cell{}, k.String() + " is not valid"
	}
	return Cell{Key: k.Key, Hash: h}, ""
}

func (p *Payload) bad(entry json.RawMessage, why string) {
	p.Invalid++
	if len(p.Samples) == maxSamples {
		return
	}
	text := string(entry)
	var s string
	if json.Unmarshal(entry, &s) == nil {
		text = s
	}
	text = quoted(text)
	same := func(s Sample) bool { return s.Entry == text } // they are keys of a map
	if !slices.ContainsFunc(p.Samples, same) {
		p.Samples = append(p.Samples, Sample{text, why})
	}
}

// quoted is so much of an entry as an answer shows.
func quoted(s string) string {
	const most = 100
	if len(s) <= most {
		return s
	}
	end := most
	for !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end]
}

// id is 63 bits of a hash over the cells, never zero.
func (r *Row) id() uint64 {
	h := sha256.New()
	for i := range r.Cells {
		c := &r.Cells[i]
		h.Write([]byte{byte(c.Key), byte(len(c.Text) >> 8), byte(len(c.Text))})
		h.Write([]byte(c.Text))
		h.Write(c.Hash[:])
		if c.Of != "" {
			h.Write([]byte(c.Of))
		}
	}
	return binary.BigEndian.Uint64(h.Sum(nil))>>1 | 1
}
