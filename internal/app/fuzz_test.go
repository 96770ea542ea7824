package app

import (
	"encoding/json"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/world"
)

// A tape is fuzz input read as choices.
type tape []byte

func (p *tape) next() int {
	if len(*p) == 0 {
		return 0
	}
	b := (*p)[0]
	*p = (*p)[1:]
	return int(b)
}

// text takes a short run of bytes as they are.
func (p *tape) text() string {
	n := min(p.next()%48, len(*p))
	s := string((*p)[:n])
	*p = (*p)[n:]
	return s
}

// either takes one of a list, or now and then raw text.
func (p *tape) either(list []string) string {
	n := p.next()
	if n%4 == 0 {
		return p.text()
	}
	return list[n/4%len(list)]
}

// A script turns tapes into calls on one world.
type script struct {
	*lab
	ids, tokens, fields, versions []string
}

func newScript(tb testing.TB) *script {
	s := &script{lab: openLab(tb, Settings{}, string(world.Demo()))}
	s.ids = []string{"me", "app", nobody, "0", "alice", ""}
	for _, n := range s.everyID() {
		s.ids = append(s.ids, n.id)
	}
	for _, c := range s.crawlers() {
		s.tokens = append(s.tokens, c.token)
	}
	slices.Sort(s.tokens)
	for _, n := range s.Schema.Nodes {
		for i := range n.Fields {
			s.fields = append(s.fields, n.Fields[i].Name)
		}
	}
	s.fields = append(s.fields, "", "id,name,profile_pic", "cover{source}", "education{school{name}}", "friends.limit(2){name}", "name.as(x)")
	for _, v := range graph.Versions() {
		s.versions = append(s.versions, v.String())
	}
	return s
}

func (s *script) question(p *tape) question {
	q := question{method: p.either([]string{"GET", "GET", "GET", "POST", "DELETE", "PUT", "OPTIONS", "HEAD"}), header: map[string]string{}}
	id, token := p.either(s.ids), p.either(s.tokens)
	form := url.Values{"fields": {p.either(s.fields)}}
	switch p.next() % 4 {
	case 0:
		q.header["Authorization"] = "Bearer " + token
	case 1:
		q.header["Authorization"] = p.text()
		fallthrough
	default:
		form.Set("access_token", token)
	}
	path := "/" + p.either(s.versions) + "/" + id
	switch p.next() % 8 {
	case 0:
		path = p.text()
	case 1:
		path += "/" + p.text()
	case 2:
		path = "/platform/profilepic/?" + p.text()
	case 3:
		form.Set("method", p.text())
	case 4:
		form.Set("appsecret_proof", p.text())
	}
	q.target = path + "?" + form.Encode()
	switch p.next() % 6 {
	case 0:
		q.target, q.body, q.kind = path, form.Encode(), "application/x-www-form-urlencoded"
	case 1:
		q.body, q.kind = p.text(), p.either([]string{"application/json", "multipart/form-data; boundary=x", "text/plain"})
	case 2:
		q.target += "&" + p.text()
	case 3:
		q.header["If-None-Match"] = p.text()
		q.host = p.either([]string{"graph.instagram.com", "graph.facebook.com:443"})
	}
	return q
}

// sound reports what is wrong with an answer, whatever was asked.
func sound(q question, a answer) string {
	picture := picturePath(q.target)
	switch {
	case a.status < 200 || a.status > 599:
		return "no status"
	case a.status >= 500 && !(a.is(1, 0) && strings.Contains(a.body, "Please reduce")): // the one documented 500
		return "a failure of the server"
	case !picture && q.method != "OPTIONS" && a.status != 304 && !json.Valid([]byte(a.body)):
		return "no JSON"
	}
	seen := map[string]bool{}
	for _, h := range a.header {
		if strings.ContainsAny(h.Value, "\r\n\x00") || seen[strings.ToLower(h.Name)] {
			return "header " + h.Name
		}
		seen[strings.ToLower(h.Name)] = true
	}
	return ""
}

// TestRandomCalls plays tapes of noise, which the fuzzer would take long to
// come to.
func TestRandomCalls(t *testing.T) {
	s, seed := newScript(t), uint64(time.Now().UnixNano())
	before := s.state(t)
	rng := rand.New(rand.NewPCG(seed, 21))
	statuses := map[int]int{}
	for range 20_000 {
		p := make(tape, 160)
		for i := range p {
			p[i] = byte(rng.Uint32())
		}
		q := s.question(&p)
		a := s.put(q)
		statuses[a.status]++
		if wrong := sound(q, a); wrong != "" {
			t.Fatalf("seed %d: %s\n%q\n%s", seed, wrong, q, a)
		}
	}
	if s.state(t) != before {
		t.Errorf("seed %d: the store changed", seed)
	}
	t.Logf("statuses %v", statuses)
}

// FuzzServe makes up to 20 calls on the demo world: no failure of the server,
// valid JSON always, and the store as it was (F-21).
func FuzzServe(f *testing.F) {
	for _, seed := range []string{"", "\x05\x09\x11\x21\x02\x31", "\x00\x07GET / X\x04\x00\x20{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{", strings.Repeat("\x05\x1d\x0d\xff\x02\x15\x07\x05", 20),
		"\x0d\x11\x15\x41\x03\x55\x07\x00", "\x05\x00\x10%00%ff%zz\xff\xfe\x05\x05\x00", "\x05\x01\x02\x00\x18id,name,first_name(\x00\"\\\n){\x03"} {
		f.Add([]byte(seed))
	}
	s := newScript(f)
	before, commits := s.state(f), s.DB.Seq()
	f.Fuzz(func(t *testing.T, data []byte) {
		p := tape(data)
		for range 20 {
			q := s.question(&p)
			a := s.put(q)
			if wrong := sound(q, a); wrong != "" {
				t.Fatalf("%s\n%q\n%s", wrong, q, a)
			}
			if len(p) == 0 {
				break
			}
		}
		if s.DB.Seq() != commits {
			t.Fatal("something was written")
		}
		if len(data)%64 == 1 && s.state(t) != before {
			t.Fatal("the store changed")
		}
	})
}
