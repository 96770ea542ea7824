package app

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/schema"
)

// wrongValues are texts that are no value of a kind; of texts and files everything is
// one, and an empty text is none.
func wrongValues(p *schema.Param) []string {
	switch p.Kind {
	case schema.IntParam:
		return []string{"many", "1.5", "1e400", `{"a":1}`}
	case schema.CountParam:
		return []string{"-1", "many"}
	case schema.FloatParam:
		return []string{"much"}
	case schema.BoolParam:
		return []string{"perhaps", "2"}
	case schema.IDParam:
		return []string{"abc", "-5", "1.5", `{"id":1}`}
	case schema.URLParam:
		return []string{"nowhere", "javascript:alert(1)", "file:///etc/passwd"}
	case schema.TimeParam:
		return []string{"someday", "2026-13-01"}
	case schema.EnumParam:
		return []string{"BOGUS", strings.ToLower(p.Enum[0]) + "x"}
	case schema.ListParam:
		return []string{`{"a":1}`, `[{"a":[]`, "[" + strings.Repeat(`"1",`, 10_001) + `"1"]`}
	case schema.ObjectParam:
		return []string{"[1]", "7", "{", `"text"`}
	}
	return nil
}

// hasCode reports whether an answer is one of the Graph's errors with such a code.
func hasCode(a answer, codes ...int) bool {
	var e struct{ Error struct{ Code int } }
	return a.status >= 400 && json.Unmarshal([]byte(a.body), &e) == nil && slices.Contains(codes, e.Error.Code)
}

// Every declared parameter of every write with values of the wrong type, and every
// required one left out: an error about parameters, and nothing changed. What no
// parameter is called changes nothing about a call.
func TestWrongAndMissingParameters(t *testing.T) {
	l := openLab(t, Settings{}, readTestdata(t, "writes.yaml"))
	l.receiver = answering(t)
	tried := 0
	all := writings()
	for _, n := range l.Schema.Nodes {
		for i := range n.Operations {
			op := &n.Operations[i]
			w, ok := all[fmt.Sprintf("%s %s %s", n.Name, op.Method, op.Edge)]
			if !ok {
				continue // the matrix of writes says so
			}
			if err := l.Reset(l.ctx(), nil); err != nil {
				t.Fatal(err)
			}
			l.learn(t)
			l.prepare(t, w)
			who, _, _ := strings.Cut(w.allowed, ",")
			good, err := url.ParseQuery(l.fillIn(w.params))
			if err != nil {
				t.Fatal(err)
			}
			before := l.state(t)
			try := func(what string, params url.Values) {
				tried++
				a := l.writeIn(w.version(), op.Method, w.on, op.Edge, params.Encode(), l.writers()[who])
				if !hasCode(a, 100, 110, 195) || l.state(t) != before {
					t.Errorf("%s %s /%s with %s: %s, changed %v", n.Name, op.Method, op.Edge, what, a, l.state(t) != before)
				}
			}
			for j := range op.Params {
				p := &op.Params[j]
				if p.Required {
					bad := with(good, p.Name, "")
					bad.Del(p.Name)
					try("no "+p.Name, bad)
				}
				for _, value := range wrongValues(p) {
					try(p.Name+"="+value[:min(len(value), 40)], with(good, p.Name, value))
				}
			}
			unknown := with(good, "nobody_knows_this", "[{")
			if a := l.writeIn(w.version(), op.Method, w.on, op.Edge, unknown.Encode(), l.writers()[who]); a.status != 200 {
				t.Errorf("%s %s /%s with a parameter that nobody knows: %s", n.Name, op.Method, op.Edge, a)
			}
		}
	}
	if t.Logf("%d calls", tried); tried < 100 {
		t.Errorf("%d calls, want at least 100", tried)
	}
}

func with(params url.Values, name, value string) url.Values {
	c := url.Values{}
	for k, v := range params {
		c[k] = v
	}
	c.Set(name, value)
	return c
}

// Bad uploads: rows that are wrong are counted and not kept, requests that are wrong
// are refused, and a number that stands for something else is taken for nothing. Only
// the good row of each changes the store.
func TestBadUploads(t *testing.T) {
	l := openLab(t, Settings{}, readTestdata(t, "writes.yaml"))
	hash := strings.Repeat("0a", 32)
	upload := func(method, payload, session string) answer {
		v := url.Values{"payload": {payload}}
		if session != "" {
			v.Set("session", session)
		}
		return l.write(method, "8200000000000011", "users", v.Encode(), l.writers()["ana"])
	}
	long := `{"schema":"EMAIL_SHA256","data":[` + strings.Repeat(`"`+hash+`",`, 10_000) + `"` + hash + `"]}`
	before := l.state(t)
	for _, tt := range []struct{ name, payload, session, want string }{
		{"a row too wide", `{"schema":["EMAIL","FN"],"data":[["` + hash + `","` + hash + `","x"]]}`, "", `"num_invalid_entries":1`},
		{"a row too narrow", `{"schema":["EMAIL","FN"],"data":[["` + hash + `"]]}`, "", `"num_invalid_entries":1`},
		{"a row that is no list", `{"schema":["EMAIL","FN"],"data":["` + hash + `"]}`, "", `"num_invalid_entries":1`},
		{"a hash too short", `{"schema":"EMAIL_SHA256","data":["` + hash[1:] + `"]}`, "", `"num_invalid_entries":1`},
		{"a hash of other letters", `{"schema":"EMAIL_SHA256","data":["` + strings.Repeat("zz", 32) + `"]}`, "", `"num_invalid_entries":1`},
		{"an e-mail where a hash is due", `{"schema":"EMAIL_SHA256","data":["ana@people.example"]}`, "", `"num_invalid_entries":1`},
		{"too many rows", long, "", `"code":100`},
		{"no rows", `{"schema":"EMAIL_SHA256"}`, "", `"code":100`},
		{"no schema", `{"data":["` + hash + `"]}`, "", `"code":100`},
		{"an unknown schema", `{"schema":"SHOE_SIZE","data":["` + hash + `"]}`, "", `"code":100`},
		{"a column twice", `{"schema":["EMAIL","EMAIL"],"data":[["` + hash + `","` + hash + `"]]}`, "", `"code":100`},
		{"IDs of nobody's app", `{"schema":"UID","data":["1"]}`, "", `"code":100`},
		{"a payload that is a list", `["` + hash + `"]`, "", `"code":100`},
		{"a session without a number", `{"schema":"EMAIL_SHA256","data":["` + hash + `"]}`, `{"session_id":5}`, `"code":100`},
		{"a batch before the first", `{"schema":"EMAIL_SHA256","data":["` + hash + `"]}`, `{"session_id":5,"batch_seq":0}`, `"code":100`},
		{"a session that is a number", `{"schema":"EMAIL_SHA256","data":["` + hash + `"]}`, `5`, `"code":100`},
	} {
		for _, method := range []string{"POST", "DELETE"} {
			if a := upload(method, tt.payload, tt.session); !strings.Contains(a.body, tt.want) || l.state(t) != before {
				t.Errorf("%s %s: %.300s, changed %v", method, tt.name, a, l.state(t) != before)
			}
		}
	}
	row := `{"schema":"EMAIL_SHA256","data":["` + hash + `"]}`
	if a := upload("POST", row, `{"session_id":5,"batch_seq":1}`); a.status != 200 {
		t.Fatal(a)
	}
	before = l.state(t)
	other := `{"schema":"EMAIL_SHA256","data":["` + strings.Repeat("0b", 32) + `"]}`
	for name, a := range map[string]answer{
		"another payload under the number of a batch": upload("POST", other, `{"session_id":5,"batch_seq":1}`),
		"another method under it":                     upload("DELETE", row, `{"session_id":5,"batch_seq":1}`),
	} {
		if !hasCode(a, 100) {
			t.Errorf("%s: %s", name, a)
		}
	}
	if l.state(t) != before {
		t.Error("a clash changed something")
	}
}

// Cursors that were changed, cut, or made for somebody or something else are refused,
// and reading changes nothing.
func TestTamperedCursors(t *testing.T) {
	l := openLab(t, Settings{}, crowdYAML(30))
	token := url.QueryEscape(l.ids.People["me"].Tokens["game"])
	p, _ := l.page(t, "/v2.10/me/friends?limit=5&access_token="+token)
	after, before := p.Paging.Cursors.After, l.state(t)
	flipped := func(i int) string {
		c := byte('A')
		if after[i] == c {
			c = 'B'
		}
		return after[:i] + string(c) + after[i+1:]
	}
	bad := []string{after[1:], after[:len(after)-1], after + "A", strings.ToLower(after), after + after, "MTAx", "0", "_"}
	for i := range after[:len(after)-2] { // it ends with ZD, which says nothing
		bad = append(bad, flipped(i))
	}
	for _, cursor := range bad {
		for _, name := range []string{"after", "before"} {
			target := "/v2.10/me/friends?limit=5&" + name + "=" + url.QueryEscape(cursor) + "&access_token=" + token
			if _, status := l.page(t, target); status != 400 {
				t.Errorf("%s=%s: %d", name, cursor, status)
			}
		}
	}
	for _, edge := range []string{"likes", "taggable_friends"} {
		if _, status := l.page(t, "/v2.10/me/"+edge+"?after="+url.QueryEscape(after)+"&access_token="+token); status != 400 {
			t.Errorf("the cursor of friends on %s: %d", edge, status)
		}
	}
	if l.state(t) != before {
		t.Error("reading changed something")
	}
}
