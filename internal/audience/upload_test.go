package audience

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/memory"
)

const here = store.ID(900) // the audience

func openDB(t *testing.T) *store.DB {
	t.Helper()
	decode := people.Decoders()
	for k, d := range Decoders() {
		decode[k] = d
	}
	db := store.Open(memory.Open(store.Registry()), store.Options{Decode: decode})
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func put(t *testing.T, db *store.DB, id store.ID, attrs map[people.Attr]string) {
	t.Helper()
	p := &people.Person{ID: id}
	for a, text := range attrs {
		p.Set(a, text, graph.OnlyMe)
	}
	if err := db.Update(t.Context(), func(tx *store.Tx) error {
		if err := tx.Put(t.Context(), store.Object{ID: id, Kind: store.KindPerson, Data: p.Encode()}); err != nil {
			return err
		}
		return tx.Link(t.Context(), Traces(p)...)
	}); err != nil {
		t.Fatal(err)
	}
}

func payload(t *testing.T, schema any, raw bool, data ...any) *Payload {
	t.Helper()
	text, err := json.Marshal(map[string]any{"schema": schema, "is_raw": raw, "data": data, "app_ids": []int{5}})
	if err != nil {
		t.Fatal(err)
	}
	p, err := Parse(text, "crm")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func run(t *testing.T, db *store.DB, u Upload) (steps int, err error) {
	t.Helper()
	u.Audience, u.Account, u.Now = here, 901, 1500000000
	for done := false; !done && err == nil; steps++ {
		err = db.Update(t.Context(), func(tx *store.Tx) (err error) {
			done, err = u.Step(t.Context(), tx, steps)
			return err
		})
	}
	return steps, err
}

func members(t *testing.T, db *store.DB) (ids []store.ID, reads int) {
	t.Helper()
	err := db.View(t.Context(), func(r *store.Reader) error {
		list, _, err := Members(t.Context(), r, here, 901, 0, 1000)
		for _, p := range list {
			ids = append(ids, p.ID)
		}
		reads, _ = r.Points()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids, reads
}

func TestWhoIsMeant(t *testing.T) {
	ana := map[people.Attr]string{people.FirstName: "Ana", people.LastName: "O'Lima", people.Email: "Ana@Example.com", people.Phone: "+1 650 561 0000",
		people.Birthday: "07/04/1990", people.Gender: "female", people.AdvertiserID: "38400000-8CF0-11BD-B23E-10B96E40000D",
		people.Location: `{"id":"301","name":"Saint Paul, Minnesota","location":{"zip":55101}}`}
	tests := []struct {
		name   string
		schema any
		raw    bool
		row    any
		meant  bool
	}{
		{"e-mail", "EMAIL_SHA256", false, hexOf("ana@example.com"), true},
		{"raw e-mail", "EMAIL_SHA256", true, " ANA@example.com", true},
		{"another e-mail", "EMAIL_SHA256", true, "ben@example.com", false},
		{"phone", "PHONE_SHA256", true, "0016505610000", true},
		{"device", "MOBILE_ADVERTISER_ID", false, "38400000-8cf0-11bd-b23e-10b96e40000d", true},
		{"device without dashes", "MOBILE_ADVERTISER_ID", false, "384000008cf011bdb23e10b96e40000d", true},
		{"hash of a device", "MOBILE_ADVERTISER_ID", false, hexOf("38400000-8cf0-11bd-b23e-10b96e40000d"), true},
		{"hash of another", "MOBILE_ADVERTISER_ID", false, hexOf("38400000-8cf0-11bd-b23e-10b96e40000e"), false},
		{"an e-mail as phone", []string{"PHONE"}, false, []string{hexOf("ana@example.com")}, false},
		{"name and birthday", []string{"LN", "FN", "DOBY", "DOBM", "DOBD"}, true, []string{"olima", "ana", "1990", "7", "4"}, true},
		{"another day", []string{"LN", "FN", "DOBY", "DOBM", "DOBD"}, true, []string{"olima", "ana", "1990", "7", "5"}, false},
		{"the name alone", []string{"LN", "FN"}, true, []string{"olima", "ana"}, false},
		{"e-mail of a man", []string{"EMAIL", "GEN"}, true, []string{"ana@example.com", "m"}, false},
		{"e-mail and another place", []string{"EMAIL", "ZIP"}, true, []string{"ana@example.com", "94025"}, false},
		{"e-mail and combined keys", []string{"EMAIL_SHA256", "LN_FN_ZIP"}, false, []string{hexOf("ana@example.com"), hexOf("olima_ana_55101")}, true},
		{"name and ZIP", []string{"LN", "FN", "ZIP"}, true, []string{"olima", "ana", "55101"}, true},
		{"name and ZIP as hashes", []string{"ZIP", "FN", "LN"}, false, []string{hexOf("55101"), hexOf("ana"), hexOf("olima")}, true},
		{"name and another ZIP", []string{"LN", "FN", "ZIP"}, true, []string{"olima", "ana", "55102"}, false},
		{"name and city", []string{"LN", "FN", "CT"}, true, []string{"olima", "ana", "Saint Paul"}, true},
		{"name and city of another state", []string{"LN", "FN", "CT", "ST"}, true, []string{"olima", "ana", "Saint Paul", "TX"}, false},
		{"name, state and year", []string{"LN", "FN", "ST", "DOBY"}, true, []string{"olima", "ana", "MN", "1990"}, true},
		{"name and state", []string{"LN", "FN", "ST", "COUNTRY"}, true, []string{"olima", "ana", "MN", "us"}, false},
		{"initial and ZIP", []string{"LN", "FI", "ZIP", "COUNTRY"}, true, []string{"olima", "A", "55101", "US"}, true},
		{"another initial", []string{"LN", "FI", "ZIP"}, true, []string{"olima", "B", "55101"}, false},
		{"initial and city in another country", []string{"LN", "FI", "CT", "COUNTRY"}, true, []string{"olima", "a", "Saint Paul", "CA"}, false},
		{"initial, state and day", []string{"LN", "FI", "ST", "DOBY", "DOBM", "DOBD"}, true, []string{"olima", "a", "mn", "1990", "07", "04"}, true},
		{"the place alone", []string{"CT", "ST", "ZIP", "COUNTRY", "GEN"}, true, []string{"Saint Paul", "MN", "55101", "US", "f"}, false},
		{"combined name and ZIP", "LN_FN_ZIP", false, hexOf("olima_ana_55101"), true},
		{"combined name and another ZIP", "LN_FN_ZIP", false, hexOf("olima_ana_55102"), false},
		{"the hash of other combined keys", "LN_FI_ZIP", false, hexOf("olima_ana_55101"), false},
		{"combined city and state", []string{"LN_FN_CT_ST_SHA256", "PHONE"}, false, []string{hexOf("olima_ana_saintpaul_mn"), hexOf("17")}, true},
		{"combined keys of one and the gender of another", []string{"LN_FN_ZIP", "GEN"}, false, []string{hexOf("olima_ana_55101"), hexOf("m")}, false},
		{"e-mail and combined keys of another", []string{"EMAIL", "LN_FN_ZIP"}, false, []string{hexOf("ana@example.com"), hexOf("olima_eva_55101")}, false},
		{"another e-mail and her name", []string{"EMAIL", "LN", "FN", "ZIP"}, true, []string{"eva@example.com", "olima", "ana", "55101"}, true},
		{"ID", "UID", false, "1234567890123456", true},
		{"ID of nobody", "UID", false, "1234567890123457", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			db := openDB(t)
			put(t, db, 7, ana)
			put(t, db, 8, map[people.Attr]string{people.FirstName: "Ben"})
			if err := db.Update(t.Context(), func(tx *store.Tx) error {
				_, err := tx.Bind(t.Context(), store.Binding{Key: scopedid.Key(store.SpaceASID, 5, "1234567890123456"), ID: 7})
				return err
			}); err != nil {
				t.Fatal(err)
			}
			if _, err := run(t, db, Upload{Payload: payload(t, tt.schema, tt.raw, tt.row), Scopes: []store.ID{5}}); err != nil {
				t.Fatal(err)
			}
			got, reads := members(t, db)
			if want := map[bool]int{true: 1}[tt.meant]; len(got) != want || reads > 4 {
				t.Errorf("%v in %d Reads, want %d in 4 at most", got, reads, want)
			}
			if _, err := run(t, db, Upload{Remove: true, Payload: payload(t, tt.schema, tt.raw, tt.row)}); err != nil {
				t.Fatal(err)
			}
			if got, _ := members(t, db); len(got) != 0 {
				t.Errorf("after removal: %v", got)
			}
		})
	}
}

// An EXTERN_ID that came with something else means the same person from then on,
// within its namespace and ad account.
func TestExternIDs(t *testing.T) {
	db := openDB(t)
	put(t, db, 7, map[people.Attr]string{people.Email: "ana@example.com"})
	if _, err := run(t, db, Upload{Payload: payload(t, []string{"EXTERN_ID"}, true, []string{"c-17"})}); err != nil {
		t.Fatal(err)
	}
	if got, _ := members(t, db); len(got) != 0 {
		t.Errorf("before anything is known: %v", got)
	}
	if _, err := run(t, db, Upload{Payload: payload(t, []string{"EXTERN_ID", "EMAIL"}, true, []string{"c-17", "ana@example.com"}, []string{"c-18", ""})}); err != nil {
		t.Fatal(err)
	}
	if got, _ := members(t, db); fmt.Sprint(got) != "[7 7]" {
		t.Errorf("members %v, want 7 by both rows", got)
	}
}

// What is not known of a person narrows nothing.
func TestUnknownValuesDoNotNarrow(t *testing.T) {
	db := openDB(t)
	put(t, db, 7, map[people.Attr]string{people.Email: "ana@example.com"})
	row := payload(t, []string{"EMAIL", "ZIP", "LN", "LN_FN_ZIP"}, false, []string{hexOf("ana@example.com"), hexOf("94025"), hexOf("lima"), hexOf("lima_ana_94025")})
	if _, err := run(t, db, Upload{Payload: row}); err != nil {
		t.Fatal(err)
	}
	if got, _ := members(t, db); fmt.Sprint(got) != "[7]" {
		t.Errorf("members %v, want 7", got)
	}
}

// Every combination by which people are found finds somebody of whom all is known.
func TestEveryCombinationFinds(t *testing.T) {
	db := openDB(t)
	put(t, db, 7, map[people.Attr]string{people.FirstName: "Ana", people.LastName: "Lima", people.Birthday: "07/04/1990",
		people.Hometown: `{"name":"Porto","location":{"state":"Norte","zip":"4000-001","country":"Portugal"}}`})
	value := map[string]string{"LN": "lima", "FN": "ana", "FI": "a", "CT": "porto", "ST": "norte", "ZIP": "4000-001", "DOBY": "1990"}
	for _, name := range Combinations() {
		var texts []string
		for _, key := range strings.Split(name, "_") {
			texts = append(texts, value[key])
		}
		row := payload(t, name, false, hexOf(strings.Join(texts, "_")))
		if _, err := run(t, db, Upload{Payload: row}); err != nil {
			t.Fatal(err)
		}
		if got, _ := members(t, db); fmt.Sprint(got) != "[7]" {
			t.Errorf("%s finds %v, want 7", name, got)
		}
		if _, err := run(t, db, Upload{Remove: true, Payload: row}); err != nil {
			t.Fatal(err)
		}
	}
}

// Traces follow what changes.
func TestRetrace(t *testing.T) {
	db := openDB(t)
	ctx := t.Context()
	p := &people.Person{ID: 7}
	write := func(old *people.Person) {
		t.Helper()
		if err := db.Update(ctx, func(tx *store.Tx) error {
			if err := Retrace(ctx, tx, old, p); err != nil {
				return err
			}
			return tx.Put(ctx, store.Object{ID: 7, Kind: store.KindPerson, Data: p.Encode()})
		}); err != nil {
			t.Fatal(err)
		}
	}
	held := func() (n int) {
		t.Helper()
		if err := db.View(ctx, func(r *store.Reader) error {
			list, err := r.Range(ctx, store.Range{From: 7, Kind: store.AssocTraceOf, All: true, Limit: 100})
			n = len(list)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return n
	}
	steps := []struct {
		attr people.Attr
		text string // empty: taken away
		want int
	}{
		{people.FirstName, "Ana", 0}, {people.LastName, "Lima", 0}, {people.Email, "ana@example.com", 1}, {people.Email, "eva@example.com", 1},
		{people.Hometown, `{"name":"Porto, Portugal"}`, 3}, // name or initial, with the city
		{people.Location, `{"name":"Reno, Nevada"}`, 5},    // combined with the state
		{people.Location, `{"name":"Reno, Nevada","location":{"zip":"89501"}}`, 9},
		{people.Birthday, "07/04/1990", 15}, {people.Birthday, "1990", 9}, {people.LastName, "", 1},
	}
	for _, s := range steps {
		old := p
		if p = old.Clone(); s.text == "" {
			p.Clear(s.attr)
		} else {
			p.Set(s.attr, s.text, graph.Public)
		}
		if write(old); held() != s.want {
			t.Errorf("%s %q: %d traces, want %d", s.attr, s.text, held(), s.want)
		}
	}
}

// Erasing a person takes their traces along.
func TestTracesGoWithThePerson(t *testing.T) {
	db := openDB(t)
	put(t, db, 7, map[people.Attr]string{people.Email: "ana@example.com"})
	u := Upload{Payload: payload(t, "EMAIL_SHA256", true, "ana@example.com")}
	if _, err := run(t, db, u); err != nil {
		t.Fatal(err)
	}
	if err := db.Update(t.Context(), func(tx *store.Tx) error { return tx.Purge(t.Context(), 7) }); err != nil {
		t.Fatal(err)
	}
	put(t, db, 9, map[people.Attr]string{people.Email: "ana@example.com"})
	if got, _ := members(t, db); fmt.Sprint(got) != "[9]" {
		t.Errorf("members %v, want 9 alone", got)
	}
}

func batch(seq int64, last bool) *Session { return &Session{ID: 42, Seq: seq, Last: last} }

// T-DUR-10: batches that come twice, in any order or not at all.
func TestSessions(t *testing.T) {
	db := openDB(t)
	rows := func(from, n int) *Payload {
		var data []any
		for i := range n {
			data = append(data, hexOf(fmt.Sprint(from+i)))
		}
		return payload(t, "EMAIL_SHA256", false, data...)
	}
	steps, err := run(t, db, Upload{Payload: rows(0, 1200), Session: batch(2, false), Sum: 2})
	if err != nil || steps != 3 {
		t.Fatalf("1,200 rows took %d transactions, %v", steps, err)
	}
	if steps, err = run(t, db, Upload{Payload: rows(0, 1200), Session: batch(2, false), Sum: 2}); err != nil || steps != 1 {
		t.Errorf("the same batch again took %d transactions, %v", steps, err)
	}
	var clash *Clash
	if _, err = run(t, db, Upload{Payload: rows(5, 5), Session: batch(2, false), Sum: 3}); !errors.As(err, &clash) || clash.Param != "batch_seq" {
		t.Errorf("another payload under the same number: %v", err)
	}
	if _, err = run(t, db, Upload{Payload: rows(5000, 10), Session: batch(1, true), Sum: 4}); err != nil {
		t.Fatal(err)
	}
	log := sessionOf(t, db)
	if b := batchesOf(t, db, log); log.Received != 1210 || log.Invalid != 0 || log.Ended == 0 || len(b) != 2 || b[0].Seq != 1 || b[1].Seq != 2 {
		t.Errorf("the session is %+v, its requests %+v", log, b)
	}
	err = db.Update(t.Context(), func(tx *store.Tx) error {
		u := Upload{Audience: here + 5, Account: 901, Payload: rows(1, 1), Session: batch(3, false)}
		_, err := u.Step(t.Context(), tx, 0)
		return err
	})
	if !errors.As(err, &clash) || clash.Param != "session_id" {
		t.Errorf("the session of another audience: %v", err)
	}
}

// An upload that stops in the middle goes on where it was.
func TestSessionsGoOn(t *testing.T) {
	db := openDB(t)
	var data []any
	for i := range 1100 {
		data = append(data, hexOf(fmt.Sprint(i)))
	}
	u := Upload{Audience: here, Account: 901, Payload: payload(t, "EMAIL_SHA256", false, data...), Session: batch(1, true), Sum: 1}
	if err := db.Update(t.Context(), func(tx *store.Tx) error { _, err := u.Step(t.Context(), tx, 0); return err }); err != nil {
		t.Fatal(err)
	}
	l := sessionOf(t, db)
	if b := batchesOf(t, db, l); b[0].Done != 500 || b[0].Whole || l.Received != 0 || l.Ended != 0 {
		t.Errorf("after one step: %+v, %+v", l, b)
	}
	if steps, err := run(t, db, u); err != nil || steps != 2 {
		t.Errorf("the rest took %d transactions, %v", steps, err)
	}
	l = sessionOf(t, db)
	if b := batchesOf(t, db, l); b[0].Done != 1100 || !b[0].Whole || l.Received != 1100 || l.Ended == 0 {
		t.Errorf("at the end: %+v, %+v", l, b)
	}
	var n int64
	if err := db.View(t.Context(), func(r *store.Reader) error {
		var rs store.ReadSet
		rs.Count(store.Count{From: here, Kind: store.AssocAudience})
		err := r.Load(context.Background(), &rs)
		n = rs.GotCount(0)
		return err
	}); err != nil || n != 1100 {
		t.Errorf("%d rows, %v", n, err)
	}
}

// A session does not grow with its requests, nor does what one of them reads and writes.
func TestSessionsStaySmall(t *testing.T) {
	db := openDB(t)
	size := func() int { return len(sessionOf(t, db).Encode()) }
	for seq := int64(1); seq <= 300; seq++ {
		if _, err := run(t, db, Upload{Payload: payload(t, "EMAIL_SHA256", false, hexOf(fmt.Sprint(seq))), Session: batch(seq, false), Sum: uint64(seq)}); err != nil {
			t.Fatal(err)
		}
		if got := size(); got > 64 {
			t.Fatalf("after %d requests the session takes %d bytes", seq, got)
		}
	}
	l := sessionOf(t, db)
	b := batchesOf(t, db, l)
	if len(b) != 300 || l.Received != 300 {
		t.Errorf("%d requests, %d entries, want 300 of both", len(b), l.Received)
	}
	for i := range b {
		if b[i].Seq != int64(i+1) || b[i].Sum != uint64(i+1) {
			t.Fatalf("request %d is %+v", i+1, b[i])
		}
	}
	var clash *Clash
	if _, err := run(t, db, Upload{Payload: payload(t, "EMAIL_SHA256", false, hexOf("x")), Session: batch(7, false), Sum: 99}); !errors.As(err, &clash) {
		t.Errorf("another payload under number 7: %v", err)
	}
}

// batchesOf are the requests of a session by their numbers.
func batchesOf(t *testing.T, db *store.DB, l *Log) (list []*Batch) {
	t.Helper()
	if err := db.View(t.Context(), func(r *store.Reader) error {
		got, err := r.Range(t.Context(), store.Range{From: l.ID, Kind: store.AssocBatch, All: true, Limit: 1000})
		for i := range got {
			list = append(list, got[i].Value.(*Batch))
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return list
}

func sessionOf(t *testing.T, db *store.DB) (l *Log) {
	t.Helper()
	if err := db.View(t.Context(), func(r *store.Reader) error {
		key := sessionKey(901, 42)
		id, err := r.Resolve(t.Context(), key.Space, key.Key)
		if err != nil {
			return err
		}
		rec, err := r.Get(t.Context(), id)
		l = rec.Value.(*Log)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return l
}
