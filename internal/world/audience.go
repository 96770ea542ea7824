package world

import (
	"context"
	"encoding/json"
	"time"

	"github.com/kithgraph/kith/internal/audience"
	"github.com/kithgraph/kith/internal/store"
)

// An AudienceView is what was uploaded to a custom audience and whom it means.
type AudienceView struct {
	Handle string `json:"handle"`
	// Rows are all that were uploaded, Members the people meant by the rows of
	// this page, in the order of the rows.
	Rows    int64    `json:"rows"`
	Members []string `json:"members"`
	// Source is how the list came about, as the latest upload that added to it and
	// says so has it.
	Source   json.RawMessage `json:"data_source,omitempty"`
	Sessions []SessionView   `json:"sessions"`
	// Next is the number of the page that follows, absent on the last.
	Next int64 `json:"next,omitempty"`
}

// A SessionView is one session of uploads.
type SessionView struct {
	ID       int64      `json:"id"`
	Began    time.Time  `json:"began"`
	Ended    *time.Time `json:"ended,omitempty"` // when the last batch was done
	Received int64      `json:"received"`
	Invalid  int64      `json:"invalid"`
	Batches  []int64    `json:"batches"` // numbers of those that are whole, the first 1,000
	// Source is what the latest batch says that says how the list came about.
	Source *audience.Source `json:"data_source,omitempty"`
}

// viewBatches is how many requests of a session are looked at.
const viewBatches = 1000

// audienceRows is how many rows one page looks at.
const audienceRows = 500

// Audience finds the people whom a page of the rows of an audience means. It is
// for whoever runs the server: no client of the Graph is told.
func (b *Builder) Audience(ctx context.Context, handle string, after int64) (out *AudienceView, err error) {
	err = b.opt.DB.View(ctx, func(r *store.Reader) error {
		out = &AudienceView{Handle: handle, Members: []string{}, Sessions: []SessionView{}}
		t, err := findThing(ctx, r, handle)
		if err != nil {
			return err
		}
		if t.Type != "CustomAudience" {
			return bad("name a CustomAudience", "thing %q is a %s", handle, t.Type)
		}
		var rs store.ReadSet
		rows := rs.Count(store.Count{From: t.ID, Kind: store.AssocAudience})
		account := rs.Range(store.Range{From: t.ID, Kind: store.EdgeOf("ad_account.customaudiences"), All: true, Limit: 1})
		sessions := rs.Range(store.Range{From: t.ID, Kind: store.Edge("audience.sessions"), Limit: 100})
		if err := r.Load(ctx, &rs); err != nil {
			return err
		}
		out.Rows = rs.GotCount(rows)
		if part := t.Parts.Find("data_source"); part != nil {
			out.Source = json.RawMessage(part.Text)
		}
		where := t.ID
		if got := rs.GotRange(account); len(got) > 0 {
			where = got[0].ID
		}
		if err := out.sessions(ctx, r, rs.GotRange(sessions)); err != nil {
			return err
		}
		list, next, err := audience.Members(ctx, r, t.ID, where, store.ID(after), audienceRows)
		if err != nil {
			return err
		}
		for _, p := range list {
			out.Members = append(out.Members, p.Handle)
		}
		out.Next = int64(next)
		return nil
	})
	return out, err
}

func (v *AudienceView) sessions(ctx context.Context, r *store.Reader, links []store.Record) error {
	var rs store.ReadSet
	for i := range links {
		rs.Object(links[i].ID)
		rs.Range(store.Range{From: links[i].ID, Kind: store.AssocBatch, All: true, Limit: viewBatches})
	}
	if err := r.Load(ctx, &rs); err != nil {
		return err
	}
	for i := range links {
		l, ok := record[*audience.Log](rs.GotObject(i))
		if !ok {
			continue
		}
		s := SessionView{ID: l.Session, Began: time.Unix(l.Began, 0).UTC(), Batches: []int64{}}
		s.Received, s.Invalid = l.Received, l.Invalid
		if l.Ended != 0 {
			ended := time.Unix(l.Ended, 0).UTC()
			s.Ended = &ended
		}
		if l.Source.Given() {
			s.Source = &l.Source
		}
		for _, rec := range rs.GotRange(i) {
			if b, ok := record[*audience.Batch](&rec); ok && b.Whole {
				s.Batches = append(s.Batches, b.Seq)
			}
		}
		v.Sessions = append(v.Sessions, s)
	}
	return nil
}
