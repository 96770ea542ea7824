package app

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/store"
)

// rows counts the rows of each table.
func (l *lab) rows(t *testing.T) (n [4]int) {
	t.Helper()
	err := l.DB.View(context.Background(), func(r *store.Reader) error {
		n = [4]int{}
		for i, table := range []store.Table{store.Objects, store.Assocs, store.Keys, store.Counts} {
			if err := r.Scan(context.Background(), table, func(*store.Row) bool { n[i]++; return true }); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// T-PRV-06, T-PRV-07: neither answer, count nor work of an upload depends on whether
// anybody of the list is here, and taking somebody off shows as little.
func TestUploadsDoNotTellWhoIsHere(t *testing.T) {
	const people = 600 // more than one transaction writes
	var world strings.Builder
	world.WriteString("people:\n  ann: {first_name: Ann, apps: {app: [public_profile, ads_read, ads_management]}, adaccounts: [{handle: account, customaudiences: [{handle: here}, {handle: nowhere}]}]}\n")
	var here, nowhere []string
	rows := map[string][]string{} // by columns, and by names with places
	for i := range people {
		fmt.Fprintf(&world, "  p%d: {first_name: P, last_name: Ho, email: p%d@example.com, location: {name: Home, location: {zip: %q}}, apps: {app: [public_profile]}}\n", i, i, fmt.Sprint(10000+i))
		for who, last := range map[string]string{"here": "ho", "nowhere": "he"} {
			name, zip := sha256.Sum256([]byte(last)), sha256.Sum256(fmt.Append(nil, 10000+i))
			both := sha256.Sum256(fmt.Appendf(nil, "%s_p_%d", last, 10000+i))
			rows[who] = append(rows[who], fmt.Sprintf(`["%x","%x","%x","%x"]`, name, sha256.Sum256([]byte("p")), zip, both))
		}
		here = append(here, fmt.Sprintf(`"%x"`, sha256.Sum256(fmt.Appendf(nil, "p%d@example.com", i))))
		nowhere = append(nowhere, fmt.Sprintf(`"%x"`, sha256.Sum256(fmt.Appendf(nil, "q%d@example.com", i))))
	}
	l := openLab(t, Settings{}, "apps: {app: {}}\n"+world.String())
	as := "access_token=" + url.QueryEscape(l.ids.People["ann"].Tokens["app"])
	ids := map[string]string{}
	for _, n := range l.things(t) {
		_, handle, _ := strings.Cut(n.what, " ")
		ids[handle] = n.id
	}
	type seen struct {
		answer, count string
		grew          [4]int
	}
	schema := `"EMAIL_SHA256"`
	send := func(list, method string, session int, hashes []string) (s seen) {
		t.Helper()
		before := l.rows(t)
		form := url.Values{"payload": {`{"schema":` + schema + `,"data":[` + strings.Join(hashes, ",") + `]}`},
			"session": {fmt.Sprintf(`{"session_id":%d,"batch_seq":1,"last_batch_flag":true}`, session)}}
		id := ids[list]
		a := l.put(question{method: method, target: "/v2.10/" + id + "/users?" + as, kind: "application/x-www-form-urlencoded", body: form.Encode()})
		if a.status != 200 {
			t.Fatalf("%s of %s: %s", method, list, a)
		}
		body := strings.ReplaceAll(a.body, id, "ID")
		s.answer = strings.ReplaceAll(body, fmt.Sprintf(`"session_id":"%d"`, session), `"session_id":"N"`)
		s.count = strings.ReplaceAll(l.put(question{target: "/v2.10/" + id + "?fields=approximate_count&" + as}).body, id, "ID")
		for i, n := range l.rows(t) {
			s.grew[i] = n - before[i]
		}
		return s
	}
	known, unknown := send("here", "POST", 10, here), send("nowhere", "POST", 20, nowhere)
	if known != unknown {
		t.Errorf("people who are here: %+v\npeople who are not: %+v", known, unknown)
	}
	if known.grew[1] < people {
		t.Errorf("%v rows were added for %d people", known.grew, people)
	}
	if !strings.Contains(known.count, "approximate_count") {
		t.Errorf("no count: %s", known.count)
	}
	known, unknown = send("here", "DELETE", 11, here[:1]), send("nowhere", "DELETE", 21, nowhere[:1])
	if known != unknown {
		t.Errorf("one who is here taken off: %+v\none who is not: %+v", known, unknown)
	}
	schema = `["LN","FN","ZIP","LN_FN_ZIP"]`
	known, unknown = send("here", "POST", 12, rows["here"]), send("nowhere", "POST", 22, rows["nowhere"])
	if known != unknown || known.grew[1] < people {
		t.Errorf("names and places of who is here: %+v\nof who is not: %+v", known, unknown)
	}
	for list, want := range map[string]int{"here": people, "nowhere": 0} {
		members := 0
		for after := int64(0); ; {
			v, err := l.World.Audience(l.ctx(), list, after)
			if err != nil {
				t.Fatal(err)
			}
			members += len(v.Members)
			if after = v.Next; after == 0 {
				break
			}
		}
		if list == "here" {
			want += people - 1 // by e-mail
		}
		if members != want {
			t.Errorf("%s: %d rows mean somebody, want %d", list, members, want)
		}
	}
}
