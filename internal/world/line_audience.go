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
	// More are further requests of a session of an earlier line.
	More []moreLine `json:"more,omitempty"`
}

type moreLine struct {
	Session int64       `json:"session"`
	Batches []batchLine `json:"batches"`
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
	Received  int64 `json:"received,omitempty"`
	Invalid   int64 `json:"invalid,omitempty"`
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
	Rest     []byte `json:"rest,omitempty"`
}

// audiences writes what was uploaded to each audience, in the order of the
// things.
func (x *exporter) audiences(ctx context.Context) error {
	for _, id := range x.lists {
		if err := x.sessions(ctx, id); err != nil {
			return err
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

// sessions writes the sessions of an audience by their numbers, a line each, and
// further lines where one has many requests.
func (x *exporter) sessions(ctx context.Context, id store.ID) error {
	account, err := x.r.Range(ctx, store.Range{From: id, Kind: store.EdgeOf("ad_account.customaudiences"), All: true, Limit: 1})
	if err != nil {
		return err
	}
	where := id
	if len(account) > 0 {
		where = account[0].ID
	}
	var logs []*audience.Log
	err = eachLink(ctx, x.r, id, store.Edge("audience.sessions"), func(rec *store.Record) error {
		got, err := x.r.Get(ctx, rec.ID)
		if l, ok := record[*audience.Log](got); ok {
			logs = append(logs, l)
		}
		return err
	})
	if err != nil {
		return err
	}
	slices.SortFunc(logs, func(a, b *audience.Log) int { return cmp.Compare(a.Session, b.Session) })
	for _, l := range logs {
		if err := x.session(ctx, x.name(id), x.name(where), l); err != nil {
			return err
		}
	}
	return nil
}

// session writes one, with its requests.
func (x *exporter) session(ctx context.Context, of, account string, l *audience.Log) error {
	q := store.Range{From: l.ID, Kind: store.AssocBatch, All: true, Limit: edgeItems}
	for first := true; ; first = false {
		got, err := x.r.Range(ctx, q)
		if err != nil || len(got) == 0 && !first {
			return err
		}
		var batches []batchLine
		for i := range got {
			if b, ok := record[*audience.Batch](&got[i]); ok {
				batches = append(batches, batchLine{b.Seq, strconv.FormatUint(b.Sum, 16), b.Done, b.Received, b.Invalid, b.Whole, rest(*b, (*audience.Batch).Encode)})
			}
		}
		out := audienceLine{Of: of, Account: account}
		if first {
			out.Sessions = []sessionLine{{ID: l.Session, Began: l.Began, Ended: l.Ended, Estimated: l.Estimated, Received: l.Received, Invalid: l.Invalid, Source: l.Source,
				Batches: batches, Rest: rest(*l, (*audience.Log).Encode)}}
		} else {
			out.More = []moreLine{{l.Session, batches}}
		}
		if err := x.enc.Encode(line{Audience: &out}); err != nil {
			return err
		}
		if len(got) < edgeItems {
			return nil
		}
		q.After = &store.Pos{To: got[len(got)-1].ID}
	}
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
	if !strings.HasPrefix(l.Of, thingKind+" ") || len(l.Sessions)+len(l.More) > 0 && l.Account == "" {
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
		if _, err := batchesOf(l.Sessions[i].Batches); err != nil {
			return err
		}
	}
	for i := range l.More {
		if _, err := batchesOf(l.More[i].Batches); err != nil {
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
	l.Session, l.Began, l.Ended, l.Estimated, l.Received, l.Invalid, l.Source = s.ID, s.Began, s.Ended, s.Estimated, s.Received, s.Invalid, s.Source
	return l, nil
}

// batchesOf are requests as records.
func batchesOf(lines []batchLine) (list []*audience.Batch, err error) {
	for i := range lines {
		l := &lines[i]
		b, err := unrest(l.Rest, audience.DecodeBatch)
		if err != nil {
			return nil, err
		}
		if b.Sum, err = strconv.ParseUint(l.Sum, 16, 64); err != nil {
			return nil, fmt.Errorf("sum %q of a batch is no hexadecimal number", l.Sum)
		}
		if l.Seq < 1 {
			return nil, fmt.Errorf("a batch has number %d, the first is 1", l.Seq)
		}
		b.Seq, b.Done, b.Received, b.Invalid, b.Whole = l.Seq, l.Done, l.Received, l.Invalid, l.Whole
		list = append(list, b)
	}
	return list, nil
}

// audience writes a line.
func (m *importing) audience(ctx context.Context, out *rows, tx *store.Tx, l *audienceLine, known nameIndex) error {
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
		known[sessionName(l.Account, log.Session)] = log.ID
		if err := linkBatches(out, log.ID, l.Sessions[i].Batches); err != nil {
			return err
		}
		out.put(store.Object{ID: log.ID, Kind: store.KindUpload, Data: log.Encode()})
		out.claim(key.Space, key.Key, log.ID, func() Problem {
			return Problem{Text: "session " + strconv.FormatInt(log.Session, 10) + " exists already"}
		})
		out.link(store.Assoc{From: of, Kind: store.Edge("audience.sessions"), To: log.ID, Time: log.Began * 1e6})
	}
	for i := range l.More {
		if err := m.more(ctx, out, tx, l.Account, &l.More[i], known); err != nil {
			return err
		}
	}
	return nil
}

// more adds requests to a session of an earlier line.
func (m *importing) more(ctx context.Context, out *rows, tx *store.Tx, account string, l *moreLine, known nameIndex) error {
	log := known[sessionName(account, l.Session)]
	if log == 0 {
		key := audience.SessionKey(known[account], l.Session)
		var err error
		if log, err = tx.Resolve(ctx, key.Space, key.Key); err != nil {
			return err
		}
	}
	return linkBatches(out, log, l.Batches)
}

func linkBatches(out *rows, log store.ID, lines []batchLine) error {
	list, err := batchesOf(lines)
	for _, b := range list {
		out.link(b.Link(log))
	}
	return err
}

func sessionName(account string, n int64) string {
	return "session " + account + " " + strconv.FormatInt(n, 10)
}
