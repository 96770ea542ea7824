package app

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/world"
)

// A sieve finds internal ids of people in whatever the server says.
type sieve struct {
	marks map[string]string // what an id may look like, and which it is
	seen  map[string]bool   // strings that were looked at already
	plain *strings.Replacer // from the alphabet of tokens to base64
}

func newSieve(ids map[store.ID]bool) *sieve {
	s := &sieve{marks: map[string]string{}, seen: map[string]bool{}, plain: strings.NewReplacer("ZA", "Z", "ZB", "+", "ZC", "/", "ZD", "")}
	for id := range ids {
		n := strconv.FormatInt(int64(id), 10)
		big, little := binary.BigEndian.AppendUint64(nil, uint64(id)), binary.LittleEndian.AppendUint64(nil, uint64(id))
		for _, mark := range []string{n, strconv.FormatInt(int64(id), 16), strconv.FormatInt(int64(id), 36), string(big), string(little)} {
			s.marks[mark] = n
		}
	}
	return s
}

// find looks at text and at everything it may be decoded to.
func (s *sieve) find(text string, depth int) (id string) {
	if len(text) < 6 || s.seen[text] {
		return ""
	}
	s.seen[text] = true
	for mark, id := range s.marks {
		if strings.Contains(text, mark) {
			return id
		}
	}
	if depth == 0 {
		return ""
	}
	for _, part := range s.decoded(text) {
		if id := s.find(part, depth-1); id != "" {
			return id
		}
	}
	return ""
}

// decoded is every reading of a text: JSON, URL, base64 of both alphabets,
// hex, and the alphabet of tokens.
func (s *sieve) decoded(text string) (parts []string) {
	var v any
	if json.Unmarshal([]byte(text), &v) == nil {
		parts = append(parts, leaves(v)...)
	}
	if u, err := url.Parse(text); err == nil && u.RawQuery != "" {
		parts = append(parts, strings.FieldsFunc(u.Path, func(r rune) bool { return strings.ContainsRune("/_.-", r) })...)
		for k, vs := range u.Query() {
			parts = append(append(parts, k), vs...)
		}
	}
	if p, err := url.QueryUnescape(text); err == nil && p != text {
		parts = append(parts, p)
	}
	bare := strings.Trim(text, `"=`)
	for _, enc := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for _, form := range []string{bare, s.plain.Replace(bare)} {
			if raw, err := enc.DecodeString(form); err == nil {
				parts = append(parts, string(raw))
			}
		}
	}
	if raw, err := hex.DecodeString(bare); err == nil {
		parts = append(parts, string(raw))
	}
	return parts
}

// leaves lists the keys and values of a JSON value.
func leaves(v any) (all []string) {
	switch v := v.(type) {
	case string:
		all = append(all, v)
	case map[string]any:
		for k, m := range v {
			all = append(append(all, k), leaves(m)...)
		}
	case []any:
		for _, m := range v {
			all = append(all, leaves(m)...)
		}
	}
	return all
}

func TestSieveSeesThroughEncodings(t *testing.T) {
	const id = store.ID(1<<50 + 4711)
	raw := binary.BigEndian.AppendUint64([]byte("x"), uint64(id))
	n := strconv.FormatInt(int64(id), 10)
	for _, text := range []string{
		n, `{"a":["b` + n + `"]}`, "/x?y=%31" + n[1:], base64.StdEncoding.EncodeToString([]byte(`{"id":"` + n + `"}`)),
		"https://h/p?hash=" + base64.RawURLEncoding.EncodeToString(raw), hex.EncodeToString(raw), strconv.FormatInt(int64(id), 36),
	} {
		if newSieve(map[store.ID]bool{id: true}).find(text, 4) == "" {
			t.Errorf("%q hides the id", text)
		}
	}
}

// wideLab is a lab whose internal ids are so large that none occurs by chance.
func wideLab(t *testing.T, yaml string) (*lab, *sieve) {
	t.Helper()
	l := emptyLab(t, Settings{})
	for _, n := range []int{1 << 50, 1 << 51} { // the second takes what begins behind the first
		if err := l.DB.ReserveIDs(l.ctx(), n); err != nil {
			t.Fatal(err)
		}
	}
	l.load(t, yaml)
	people := map[store.ID]bool{}
	err := l.DB.View(l.ctx(), func(r *store.Reader) error {
		return r.Scan(l.ctx(), store.Objects, func(row *store.Row) bool {
			if row.Object.Kind == store.KindPerson {
				people[row.Object.ID] = true
			}
			return true
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	for id := range people {
		if id < 1<<50 {
			t.Fatalf("internal id %d is too small for this test", id)
		}
	}
	return l, newSieve(people)
}

var turns = []string{"", "v2.0", "v2.5", "v2.6", "v2.8", "v2.10", "v3.0", "v3.1", "v8.0", "v9.0", "v25.0", "v26.0"}

// fieldLists are all fields of every node type that a version has, at once; in
// versions that changed most each field alone, too.
func (l *lab) fieldLists(version string) (lists []string) {
	alone := slices.Contains([]string{"v2.6", "v2.10", "v25.0"}, version)
	for _, n := range l.Schema.Nodes {
		var all []string
		for i := range n.Fields {
			f, v := &n.Fields[i], parseVersion(version)
			if f.Has(v) && (f.Deprecated == 0 || v < f.Deprecated) {
				all = append(all, f.Name)
			}
			if alone {
				lists = append(lists, f.Name)
			}
		}
		lists = append(lists, strings.Join(all, ","))
	}
	slices.Sort(lists)
	return append(slices.Compact(lists), "", "nonsense", "id{")
}

// T-ISO-06: no answer of any kind holds the internal id of anybody.
func TestNoAnswerHoldsAnInternalID(t *testing.T) {
	for _, w := range []struct{ name, yaml string }{{"matrix", matrixYAML(t)}, {"demo", string(world.Demo())}} {
		t.Run(w.name, func(t *testing.T) {
			l, s := wideLab(t, w.yaml)
			for _, c := range l.crawlers() {
				l.crawl(t, s, c)
			}
			t.Logf("%d different strings", len(s.seen))
		})
	}
}

// crawlers are all tokens there are.
func (l *lab) crawlers() (all []caller) {
	for h, p := range l.ids.Pages {
		all = append(all, caller{name: "page " + h, token: p.Token})
	}
	for h, a := range l.ids.Apps {
		all = append(all, caller{name: "app " + h, token: a.Token})
	}
	for h, i := range l.ids.Instagram {
		all = append(all, caller{name: "instagram " + h, token: i.Token})
	}
	for h, p := range l.ids.People {
		for app, token := range p.Tokens {
			all = append(all, caller{name: "user " + h + " of " + app, token: token})
		}
	}
	return append(all, caller{name: "none"}, caller{name: "forged", token: "EAAforged"})
}

// crawl asks for everything with one token: all fields of what it may read,
// one question for the rest.
func (l *lab) crawl(t *testing.T, s *sieve, c caller) {
	t.Helper()
	calls := 0
	look := func(what string, a answer) {
		texts := []string{a.body}
		for _, h := range a.header {
			// The ids of a call are a sequence: some of them tell of all.
			if calls++; calls < 10_000 || !strings.HasPrefix(strings.ToLower(h.Name), "x-fb-") {
				texts = append(texts, h.Value)
			}
		}
		for _, text := range texts {
			if id := s.find(text, 4); id != "" {
				t.Fatalf("%s: %s shows the internal id %s\n%s", c.name, what, id, a)
			}
		}
	}
	fetched := map[string]bool{}
	ids := append(l.everyID(), named{"me", "", "me"}, named{"app", "", "app"}, named{"nobody", "", nobody})
	for _, n := range ids {
		readable := l.read("v25.0", n.id, "id", c.token).status == 200
		for _, version := range turns {
			lists := []string{"id,name,profile_pic"}
			if readable {
				lists = l.fieldLists(version)
			}
			for _, fields := range lists {
				a := l.read(version, n.id, fields, c.token)
				look(n.what+" "+version+" "+fields, a)
				link := pictureLink(a.body)
				if link == "" || fetched[link] {
					continue
				}
				fetched[link] = true
				p := l.get(link, "")
				look("picture of "+n.what, answer{p.status, p.header, ""})
				if !strings.HasPrefix(p.body, "\xff\xd8") {
					t.Fatalf("%s: %s is no picture: %d", c.name, link, p.status)
				}
			}
		}
	}
}

// pictureLink is the path of the picture URL in a body, empty for none.
func pictureLink(body string) string {
	var m map[string]any
	if json.Unmarshal([]byte(body), &m) != nil {
		return ""
	}
	text, _ := m["profile_pic"].(string)
	return strings.TrimPrefix(text, "https://graph.example")
}
