package app

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// An outcome is one entry of the answer to a batch.
type outcome struct {
	Code int
	Body string
}

func (l *lab) batch(t *testing.T, token string, ops ...string) (out []*outcome) {
	t.Helper()
	form := url.Values{"access_token": {token}, "include_headers": {"false"}, "batch": {"[" + strings.Join(ops, ",") + "]"}}
	a := l.put(question{method: "POST", target: "/v2.10/", body: form.Encode()})
	if err := json.Unmarshal([]byte(a.body), &out); err != nil || a.status != 200 || len(out) != len(ops) {
		t.Fatalf("%d, %v: %s", a.status, err, a.body)
	}
	return out
}

// T-EXP-10: what an answer is made of is counted for the whole call, not for each
// operation.
func TestBatchHasOneBudget(t *testing.T) {
	l := openLab(t, Settings{}, crowdYAML(200))
	token := l.ids.People["me"].Tokens["game"]
	const op = `{"relative_url":"me?fields=friends.limit(200){id}"}`
	if out := l.batch(t, token, op); out[0].Code != 200 {
		t.Fatalf("alone: %+v", out[0])
	}
	out := l.batch(t, token, strings.Split(strings.TrimSuffix(strings.Repeat(op+"\n", 50), "\n"), "\n")...)
	good := 0
	for good < len(out) && out[good].Code == 200 {
		good++
	}
	if good == 0 || good == len(out) {
		t.Fatalf("%d of %d operations are answered", good, len(out))
	}
	for i, o := range out[good:] {
		if o.Code != 500 || !strings.Contains(o.Body, "reduce the amount of data") {
			t.Errorf("operation %d: %+v", good+i, o)
		}
	}
}

// Reads of a batch that follow each other come from one state, whatever is
// written meanwhile.
func TestBatchReadsOneState(t *testing.T) {
	l := openLab(t, Settings{}, "apps: {game: {}}\npeople: {ana: {first_name: A, apps: [game]}}")
	token := l.ids.People["ana"].Tokens["game"]
	stop := make(chan struct{})
	var writer sync.WaitGroup
	writer.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			name := strings.Repeat("b", 1+i%40)
			if a := l.put(question{method: "POST", target: "/v2.10/me?firstname=" + name + "&access_token=" + url.QueryEscape(token)}); a.status != 200 {
				t.Errorf("%+v", a)
				return
			}
		}
	})
	const op = `{"relative_url":"me?fields=first_name"}`
	ops := strings.Split(strings.TrimSuffix(strings.Repeat(op+"\n", 50), "\n"), "\n")
	seen := map[string]bool{}
	for range 300 {
		out := l.batch(t, token, ops...)
		for i, o := range out {
			if o.Code != 200 || o.Body != out[0].Body {
				t.Fatalf("operation %d: %+v, operation 0: %+v", i, o, out[0])
			}
		}
		seen[out[0].Body] = true
	}
	close(stop)
	writer.Wait()
	if len(seen) < 2 {
		t.Error("nothing was written meanwhile")
	}
}

// T-PRM-07: what an operation takes away is gone for the next one.
func TestBatchSeesItsOwnWithdrawal(t *testing.T) {
	l := openLab(t, Settings{}, "apps: {game: {}}\npeople: {ana: {first_name: A, email: ana@example.org, apps: {game: [public_profile, email]}}}")
	read := `{"relative_url":"me?fields=email"}`
	out := l.batch(t, l.ids.People["ana"].Tokens["game"], read, `{"method":"DELETE","relative_url":"me/permissions/email"}`, read)
	if !strings.Contains(out[0].Body, "ana") || out[1].Code != 200 || out[2].Code != 200 || strings.Contains(out[2].Body, "ana") {
		t.Error(fmt.Sprint(out[0], out[1], out[2]))
	}
}

// F-05, F-06: whatever stands in a batch, it is refused as a whole or answers one
// entry for each operation, and every body is JSON.
func FuzzBatch(f *testing.F) {
	l := openLab(f, Settings{}, "apps: {game: {}}\npeople: {ana: {first_name: 'A&b=c', apps: [game]}}")
	token := l.ids.People["ana"].Tokens["game"]
	for _, text := range []string{
		`[{"relative_url":"me"}]`,
		`[{"name":"a","relative_url":"me"},{"relative_url":"{result=a:$.id}?fields={result=a:$..*}"}]`,
		`[{"name":1,"relative_url":"me","omit_response_on_success":false},{"depends_on":1,"method":"POST","relative_url":"me","body":"firstname={result=1:$.first_name}"}]`,
		`[{"relative_url":"%7Bresult=a:$%7D","headers":["a: b",{"name":"If-None-Match","value":"x"}],"body":{"a":1}}]`,
		`[null,{}]`, `{}`, `[`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		form := url.Values{"access_token": {token}, "batch": {text}}
		a := l.put(question{method: "POST", target: "/", body: form.Encode()})
		var ops []json.RawMessage
		var out []*outcome
		switch read := json.Unmarshal([]byte(text), &ops); {
		case a.status == 200:
			if err := json.Unmarshal([]byte(a.body), &out); err != nil || read != nil || len(out) != len(ops) {
				t.Fatalf("%v, %d entries for %d operations: %s", err, len(out), len(ops), a.body)
			}
		case a.status != 400 && a.status != 413:
			t.Fatalf("%d %s", a.status, a.body)
		}
		for _, o := range out {
			if o != nil && o.Code != 302 && o.Code != 304 && !json.Valid([]byte(o.Body)) {
				t.Fatalf("a body that is no JSON: %+v", o)
			}
		}
	})
}
