package audience

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
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
		people.Birthday: "07/04/1990", people.Gender: "female", people.AdvertiserID: "AB-12"}
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
		{"device", "MOBILE_ADVERTISER_ID", false, "ab-12", true},
		{"an e-mail as phone", []string{"PHONE"}, false, []string{hexOf("ana@example.com")}, false},
		{"name and birthday", []string{"LN", "FN", "DOBY", "DOBM", "DOBD"}, true, []string{"olima", "ana", "1990", "7", "4"}, true},
		{"another day", []string{"LN", "FN", "DOBY", "DOBM", "DOBD"}, true, []string{"olima", "ana", "1990", "7", "5"}, false},
		{"the name alone", []string{"LN", "FN"}, true, []string{"olima", "ana"}, false},
		{"e-mail of a man", []string{"EMAIL", "GEN"}, true, []string{"ana@example.com", "m"}, false},
		{"e-mail and what is not known", []string{"EMAIL", "ZIP"}, true, []string{"ana@example.com", "94025"}, true},
		{"e-mail and combined keys", []string{"EMAIL_SHA256", "LN_FN_GEN"}, false, []string{hexOf("ana@example.com"), hexOf("olima_ana_f")}, true},
		{"e-mail and those of another", []string{"EMAIL_SHA256", "LN_FN_GEN"}, false, []string{hexOf("ana@example.com"), hexOf("olima_eva_f")}, false},
		{"e-mail and a place that is not known", []string{"EMAIL", "LN_FN_ZIP"}, false, []string{hexOf("ana@example.com"), hexOf("olima_eva_94025")}, true},
		{"combined keys alone", "LN_FN_DOBY", false, hexOf("olima_ana_1990"), false},
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
	if received, invalid := log.Sum(); received != 1210 || invalid != 0 || log.Ended == 0 || len(log.Batches) != 2 {
		t.Errorf("the session has %d and %d, %+v", received, invalid, log)
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
	if l := sessionOf(t, db); l.Batches[0].Done != 500 || l.Batches[0].Whole || l.Ended != 0 {
		t.Errorf("after one step: %+v", l)
	}
	if steps, err := run(t, db, u); err != nil || steps != 2 {
		t.Errorf("the rest took %d transactions, %v", steps, err)
	}
	if l := sessionOf(t, db); l.Batches[0].Done != 1100 || !l.Batches[0].Whole || l.Ended == 0 {
		t.Errorf("at the end: %+v", l)
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
