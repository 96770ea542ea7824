package world

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/kithgraph/kith/internal/audience"
	"github.com/kithgraph/kith/internal/store"
)

// An audienceLine is what was uploaded to a custom audience, or what an ad
// account knows of an EXTERN_ID; a long list takes several lines.
type audienceLine struct {
	Of string `json:"of"` // the audience, or the ad account
	// Account is where the numbers of the sessions are unique.
	Account  string        `json:"account,omitempty"`
	Rows     []audienceRow `json:"rows,omitempty"`
	Known    []audienceRow `json:"known,omitempty"`
	Sessions []sessionLine `json:"sessions,omitempty"`
}

// An audienceRow has pairs of a key and a hash, or a value of a key that is not
// hashed, and the apps and Pages whose IDs it has.
type audienceRow struct {
	Cells  [][2]string `json:"cells"`
	Scopes []string    `json:"scopes,omitempty"`
}

// A sessionLine is what became of the requests of a session; times are seconds.
type sessionLine struct {
	ID        int64 `json:"id"`
	Began     int64 `json:"began"`
	Ended     int64 `json:"ended,omitempty"`
	Estimated int64 `json:"estimated,omitempty"`
	audience.Source
	Batches []batchLine `json:"batches,omitempty"`
	Rest    []byte      `json:"rest,omitempty"`
}

type batchLine struct {
	Seq      int64  `json:"seq"`
	Sum      string `json:"sum"`
	Done     int64  `json:"done"`
	Received int64  `json:"received"`
	Invalid  int64  `json:"invalid,omitempty"`
	Whole    bool   `json:"whole,omitempty"`
}

// audiences writes what was uploaded to each audience, in the order of the
// things.
func (x *exporter) audiences(ctx context.Context) error {
	for _, id := range x.lists {
		out := audienceLine{Of: x.name(id)}
		if err := x.sessions(ctx, id, &out); err != nil {
			return err
		}
		if len(out.Sessions) > 0 {
			if err := x.enc.Encode(line{Audience: &out}); err != nil {
				return err
			}
		}
		for _, kind := range []store.Kind{store.AssocAudience, store.AssocExtern} {
			if err := x.audienceRows(ctx, id, kind); err != nil {
				return err
			}
		}
	}
	return nil
}

// audienceRows writes the rows of an audience, or what an account knows.
func (x *exporter) audienceRows(ctx context.Context, id store.ID, kind store.Kind) error {
	q := store.Range{From: id, Kind: kind, All: true, Limit: edgeItems}
	for {
		got, err := x.r.Range(ctx, q)
		if err != nil || len(got) == 0 {
			return err
		}
		out := audienceLine{Of: x.name(id)}
		for i := range got {
			t, ok := audience.Tell(got[i].Value)
			if !ok {
				continue
			}
			if row := x.audienceRow(&t); kind == store.AssocExtern {
				out.Known = append(out.Known, row)
			} else {
				out.Rows = append(out.Rows, row)
			}
		}
		if err := x.enc.Encode(line{Audience: &out}); err != nil {
			return err
		}
		if len(got) < edgeItems {
			return nil
		}
		q.After = &store.Pos{Time: got[len(got)-1].Time, To: got[len(got)-1].ID}
	}
}

func (x *exporter) audienceRow(t *audience.Told) audienceRow {
	out := audienceRow{Cells: t.Cells}
	for _, id := range t.Scopes {
		if name := x.name(id); name != "" {
			out.Scopes = append(out.Scopes, name)
		}
	}
	return out
}

// sessions adds the sessions of an audience.
func (x *exporter) sessions(ctx context.Context, id store.ID, out *audienceLine) error {
	var rs store.ReadSet
	links := rs.Range(store.Range{From: id, Kind: store.Edge("audience.sessions"), All: true, Limit: edgeItems})
	account := rs.Range(store.Range{From: id, Kind: store.EdgeOf("ad_account.customaudiences"), All: true, Limit: 1})
	if err := x.r.Load(ctx, &rs); err != nil {
		return err
	}
	var logs store.ReadSet
	for _, l := range rs.GotRange(links) {
		logs.Object(l.ID)
	}
	where := id
	if got := rs.GotRange(account); len(got) > 0 {
		where = got[0].ID
	}
	if err := x.r.Load(ctx, &logs); err != nil {
		return err
	}
	for i := range rs.GotRange(links) {
		l, ok := record[*audience.Log](logs.GotObject(i))
		if !ok {
			continue
		}
		s := sessionLine{ID: l.Session, Began: l.Began, Ended: l.Ended, Estimated: l.Estimated, Source: l.Source, Rest: rest(*l, (*audience.Log).Encode)}
		for _, b := range l.Batches {
			s.Batches = append(s.Batches, batchLine{b.Seq, strconv.FormatUint(b.Sum, 16), b.Done, b.Received, b.Invalid, b.Whole})
		}
		out.Account, out.Sessions = x.name(where), append(out.Sessions, s)
	}
	slices.SortFunc(out.Sessions, func(a, b sessionLine) int { return cmp.Compare(a.ID, b.ID) })
	return nil
}

// names are all nodes of the line.
func (l *audienceLine) names() []string {
	list := []string{l.Of}
	if l.Account != "" {
		list = append(list, l.Account)
	}
	for _, rows := range [][]audienceRow{l.Rows, l.Known} {
		for i := range rows {
			list = append(list, rows[i].Scopes...)
		}
	}
	return list
}

// check reports what is wrong with the line alone.
func (l *audienceLine) check() error {
	if !strings.HasPrefix(l.Of, thingKind+" ") || len(l.Sessions) > 0 && l.Account == "" {
		return errors.New("an audience is a thing, and names the account of its sessions")
	}
	for n, rows := range [][]audienceRow{l.Rows, l.Known} {
		for i := range rows {
			t := audience.Told{Cells: rows[i].Cells}
			if err := t.Check(n == 1); err != nil {
				return err
			}
		}
	}
	for i := range l.Sessions {
		if _, err := l.Sessions[i].log(); err != nil {
			return err
		}
	}
	return nil
}

// log is the session as a record.
func (s *sessionLine) log() (*audience.Log, error) {
	l, err := unrest(s.Rest, func(data []byte) (*audience.Log, error) { return audience.DecodeLog(0, data) })
	if err != nil {
		return nil, err
	}
	if s.ID < 1 || s.Began < 1 {
		return nil, errors.New("a session has a number and a beginning")
	}
	l.Session, l.Began, l.Ended, l.Estimated, l.Source = s.ID, s.Began, s.Ended, s.Estimated, s.Source
	for _, b := range s.Batches {
		sum, err := strconv.ParseUint(b.Sum, 16, 64)
		if err != nil {
			return nil, fmt.Errorf("sum %q of a batch is no hexadecimal number", b.Sum)
		}
		l.Batches = append(l.Batches, audience.Batch{Seq: b.Seq, Sum: sum, Done: b.Done, Received: b.Received, Invalid: b.Invalid, Whole: b.Whole})
	}
	return l, nil
}

// audience writes a line.
func (m *importing) audience(out *rows, tx *store.Tx, l *audienceLine, known nameIndex) error {
	of := known[l.Of]
	for n, list := range [][]audienceRow{l.Rows, l.Known} {
		for i := range list {
			t := audience.Told{Cells: list[i].Cells}
			for _, name := range list[i].Scopes {
				t.Scopes = append(t.Scopes, known[name])
			}
			a, err := t.Link(of, n == 1)
			if err != nil {
				return err
			}
			out.link(a)
		}
	}
	for i := range l.Sessions {
		log, err := l.Sessions[i].log()
		if err != nil {
			return err
		}
		log.ID, log.Audience = tx.NewID(), of
		key := audience.SessionKey(known[l.Account], log.Session)
		out.put(store.Object{ID: log.ID, Kind: store.KindUpload, Data: log.Encode()})
		out.claim(key.Space, key.Key, log.ID, func() Problem {
			return Problem{Text: "session " + strconv.FormatInt(log.Session, 10) + " exists already"}
		})
		out.link(store.Assoc{From: of, Kind: store.Edge("audience.sessions"), To: log.ID, Time: log.Began * 1e6})
	}
	return nil
}
