package app

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/world"
)

const advertisers = `
apps: {adverts: {id: "1200000000000099"}}
people:
  ana:
    apps: {adverts: [public_profile, ads_management, ads_read]}
    adaccounts: [{name: Ads, handle: ads, customaudiences: [{name: List, handle: list, id: "4700000000000001"}]}]
  ben: {email: ben@people.example, apps: {adverts: [public_profile]}}
  cleo: {email: cleo@people.example}
`

// What was uploaded is in an export: the rows, what the account knows of numbers,
// and the sessions. Where it is imported the same people are meant, and a batch
// that comes again is known.
func TestAudiencesAreExported(t *testing.T) {
	l := openLab(t, Settings{}, advertisers)
	token, ben := l.ids.People["ana"].Tokens["adverts"], l.ids.People["ben"].ASIDs["adverts"]
	send := func(l *lab, token, payload, session string) answer {
		return l.put(question{method: "POST", target: withToken("/v2.10/4700000000000001/users", token), kind: "application/x-www-form-urlencoded",
			body: "payload=" + payload + "&session=" + session})
	}
	batch := `{"schema":["EXTERN_ID","EMAIL"],"is_raw":true,"data":[["7","cleo@people.example"],["8","nobody@elsewhere.example"]],"data_source":{"type":"FILE_IMPORTED","sub_type":"EXTERNAL_IDS_MIX"}}`
	for _, s := range []struct{ payload, session string }{
		{batch, `{"session_id":5,"batch_seq":1,"estimated_num_total":4}`},
		{fmt.Sprintf(`{"schema":"UID","app_ids":["1200000000000099"],"data":[%q]}`, ben), `{"session_id":5,"batch_seq":2,"last_batch_flag":true}`},
		{`{"schema":["EXTERN_ID"],"data":[["7"]]}`, ""},
		{`{"schema":["LN_FN_ZIP"],"data":[["` + strings.Repeat("ab", 32) + `"]]}`, ""},
	} {
		if a := send(l, token, s.payload, s.session); a.status != 200 || !strings.Contains(a.body, `"num_invalid_entries":0`) {
			t.Fatalf("%s: %s", s.payload, a)
		}
	}
	var first, second bytes.Buffer
	if err := l.World.Export(l.ctx(), &first); err != nil {
		t.Fatal(err)
	}
	other := emptyLab(t, Settings{})
	if err := other.World.Import(other.ctx(), bytes.NewReader(first.Bytes()), nil); err != nil {
		t.Fatal(err)
	}
	if err := other.World.Export(other.ctx(), &second); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Fatalf("exported again\n%s\nbefore\n%s", second.Bytes(), first.Bytes())
	}
	token, err := other.World.MintToken(other.ctx(), world.TokenSpec{User: "ana", App: "adverts"})
	if err != nil {
		t.Fatal(err)
	}
	before := other.state(t)
	if a := send(other, token, batch, `{"session_id":5,"batch_seq":1}`); a.status != 200 || other.state(t) != before {
		t.Errorf("the batch again: %s", a)
	}
	if a := send(other, token, `{"schema":["EXTERN_ID"],"data":[["9"]]}`, `{"session_id":5,"batch_seq":1}`); a.status != 400 {
		t.Errorf("another batch with its number: %s", a)
	}
	for name, l := range map[string]*lab{"here": l, "where it was imported": other} {
		v, err := l.World.Audience(l.ctx(), "list", 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(v.Rows, strings.Count(fmt.Sprint(v.Members), "cleo"), strings.Count(fmt.Sprint(v.Members), "ben"), len(v.Sessions), v.Sessions[0].Batches); got != "5 2 1 1 [1 2]" {
			t.Errorf("%s: %s in %+v", name, got, v)
		}
		if got := fmt.Sprint(string(v.Source), v.Sessions[0].Source); got != `{"type":"FILE_IMPORTED","sub_type":"EXTERNAL_IDS_MIX"}&{FILE_IMPORTED EXTERNAL_IDS_MIX}` {
			t.Errorf("%s: it came about by %s", name, got)
		}
	}
}

// Lines that say something else about an audience are refused as a whole.
func TestImportRefusesAudiences(t *testing.T) {
	head := `{"business":{"handle":"acme","id":"8100000000000001"}}` + "\n" +
		`{"thing":{"id":"4700000000000001","type":"CustomAudience"}}` + "\n"
	hash := strings.Repeat("0a", 32)
	for text, want := range map[string]string{
		`{"audience":{"of":"thing 4700000000000001","rows":[{"cells":[["EMAIL","` + hash + `"]]}]}}`:                                              "",
		`{"audience":{"of":"thing 4700000000000001","rows":[{"cells":[["EMAIL","ana@people.example"]]}]}}`:                                        "line 3: EMAIL is not a SHA-256 hash",
		`{"audience":{"of":"thing 4700000000000001","rows":[{"cells":[["SHOE","` + hash + `"]]}]}}`:                                               `line 3: unknown key "SHOE"`,
		`{"audience":{"of":"thing 4700000000000001","rows":[{"cells":[]}]}}`:                                                                      "line 3: an audience row says nothing",
		`{"audience":{"of":"thing 4700000000000001","known":[{"cells":[["EMAIL","` + hash + `"]]}]}}`:                                             "line 3: what an account knows has an EXTERN_ID",
		`{"audience":{"of":"business acme","rows":[]}}`:                                                                                           "line 3: an audience is a thing",
		`{"audience":{"of":"thing 4700000000000002"}}`:                                                                                            "line 3: names somebody or something",
		`{"audience":{"of":"thing 4700000000000001","rows":[{"cells":[["UID","5"]],"scopes":["app none"]}]}}`:                                     `line 3: no app "none"`,
		`{"audience":{"of":"thing 4700000000000001","sessions":[{"id":5,"began":1}]}}`:                                                            "line 3: an audience is a thing",
		`{"audience":{"of":"thing 4700000000000001","account":"thing 4700000000000001","sessions":[{"id":5,"began":1,"batches":[{"sum":"x"}]}]}}`: `line 3: sum "x"`,
		`{"audience":{"of":"thing 4700000000000001","account":"thing 4700000000000001","sessions":[{"id":5,"began":1},{"id":5,"began":1}]}}`:      "already on line 3",
		`{"audience":{"of":"thing 4700000000000001","account":"thing 4700000000000001","sessions":[{"id":5,"began":1,"batches":[{"sum":"1"}]}]}}`: "line 3: a batch has number 0",
		`{"audience":{"of":"thing 4700000000000001","account":"thing 4700000000000001","more":[{"session":5,"batches":[{"seq":1,"sum":"1"}]}]}}`:  "line 3: more requests of session 5",
	} {
		l := emptyLab(t, Settings{})
		before := l.state(t)
		err := l.World.Import(l.ctx(), strings.NewReader(head+text+"\n"), nil)
		if want == "" {
			if err != nil {
				t.Errorf("%s: %v", text, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), want) || l.state(t) != before {
			t.Errorf("%s\n got %v\nwant %s", text, err, want)
		}
	}
}
