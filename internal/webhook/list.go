package webhook

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

// A View is a delivery as people see it.
type View struct {
	ID    string `json:"id"`
	App   string `json:"app"` // handle
	What  string `json:"what"`
	State string `json:"state"`
	// Payload is what the signed_request says.
	Payload json.RawMessage `json:"payload"`
	Made    time.Time       `json:"made"`
	Tries   int64           `json:"tries"`
	Tried   time.Time       `json:"tried,omitzero"`
	// Next is when it is tried again, or is its turn at the earliest.
	Next   time.Time `json:"next,omitzero"`
	URL    string    `json:"url"`
	Status int       `json:"status,omitempty"`
	Error  string    `json:"error,omitempty"`
	// Post is the name under which the latest try went, with others.
	Post string `json:"post,omitempty"`
	// StatusURL and ConfirmationCode are what the app answered to a data deletion
	// request.
	StatusURL        string `json:"status_url,omitempty"`
	ConfirmationCode string `json:"confirmation_code,omitempty"`
}

// A Query asks for deliveries, newest first.
type Query struct {
	// App is one app; zero means all.
	App store.ID
	// State is one state; zero means all.
	State State
	// Limit must be positive.
	Limit int
}

// ErrNoDelivery: the name leads to none, or to one that is not kept any more.
var ErrNoDelivery = errors.New("no such delivery is kept")

// ErrWaits: a delivery that waits is not put into the queue again.
var ErrWaits = errors.New("the delivery waits for its turn already")

// ErrEmptied: a delivery about somebody who is gone says nothing any more.
var ErrEmptied = errors.New("the delivery was about somebody who is gone: nothing is left of it")

// found is a delivery with where it is.
type found struct {
	app, number store.ID
	time        int64
	d           *Delivery
}

// List lists deliveries.
func (o *Outbox) List(ctx context.Context, q Query) ([]View, error) {
	var views []View
	err := o.opt.DB.View(ctx, func(r *store.Reader) error {
		apps := []store.ID{q.App}
		if q.App == 0 {
			var err error
			if apps, err = toldApps(ctx, r); err != nil {
				return err
			}
		}
		var all []found
		for _, app := range apps {
			list, err := ofApp(ctx, r, app, q)
			if err != nil {
				return err
			}
			all = append(all, list...)
		}
		slices.SortStableFunc(all, func(a, b found) int { return cmp.Compare(b.time, a.time) })
		var err error
		views, err = o.views(ctx, r, all[:min(len(all), q.Limit)])
		return err
	})
	return views, err
}

// toldApps are the apps that were ever told of something.
func toldApps(ctx context.Context, r *store.Reader) (apps []store.ID, err error) {
	const most = 10_000
	var rs store.ReadSet
	for n := range store.ID(buckets) {
		rs.Range(store.Range{From: firstBucket + n, Kind: store.AssocWaiting, All: true, Limit: most})
	}
	if err := r.Load(ctx, &rs); err != nil {
		return nil, err
	}
	var lanes store.ReadSet
	all := 0
	for n := range buckets {
		for _, rec := range rs.GotRange(n) {
			lanes.Object(rec.ID)
			all++
		}
	}
	if err := r.Load(ctx, &lanes); err != nil {
		return nil, err
	}
	for i := range all {
		if l, ok := value[*lane](lanes.GotObject(i)); ok {
			apps = append(apps, l.app)
		}
	}
	slices.Sort(apps)
	return slices.Compact(apps), nil
}

// looked is how many deliveries of an app are looked at for those of one state.
const looked = 20_000

// ofApp lists the latest deliveries of an app.
func ofApp(ctx context.Context, r *store.Reader, app store.ID, q Query) (list []found, err error) {
	const page = 500
	at := store.Range{From: app, Kind: store.AssocDelivery, Limit: page}
	for seen := 0; seen < looked && len(list) < q.Limit; seen += page {
		recs, err := r.Range(ctx, at)
		if err != nil {
			return nil, err
		}
		for i := range recs {
			d, ok := recs[i].Value.(*Delivery)
			if ok && (q.State == 0 || d.State == q.State) && len(list) < q.Limit {
				list = append(list, found{app, recs[i].ID, recs[i].Time, d})
			}
		}
		if len(recs) < page {
			break
		}
		last := &recs[len(recs)-1]
		at.After = &store.Pos{Time: last.Time, To: last.ID}
	}
	return list, nil
}

// views puts deliveries into words.
func (o *Outbox) views(ctx context.Context, r *store.Reader, list []found) ([]View, error) {
	var rs store.ReadSet
	for i := range list {
		rs.Object(list[i].app)
		rs.Object(list[i].d.Lane)
	}
	if err := r.Load(ctx, &rs); err != nil {
		return nil, err
	}
	views := make([]View, len(list))
	for i := range list {
		app, _ := value[*people.App](rs.GotObject(2 * i))
		l, _ := value[*lane](rs.GotObject(2*i + 1))
		views[i] = o.view(&list[i], app, l)
	}
	return views, nil
}

func (o *Outbox) view(f *found, app *people.App, l *lane) View {
	d := f.d
	v := View{
		ID: o.opt.Names.of(f.app, f.number), What: d.What.String(), State: d.State.String(), Payload: d.Payload, Made: moment(d.Made),
		Tries: d.Tries, Tried: moment(d.Tried), URL: d.URL, Status: d.Status, Error: d.Error, Post: d.Post, StatusURL: d.AnswerURL, ConfirmationCode: d.AnswerCode,
	}
	if d.Off != 0 && v.Error != "" {
		v.Error += takenOff
	}
	if app != nil {
		v.App = app.Handle
	}
	if d.State != Waiting {
		return v
	}
	if app != nil {
		v.URL = d.What.address(app)
	}
	if l != nil {
		v.Next = moment(l.due)
	}
	return v
}

func moment(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}

// One returns a delivery by its name.
func (o *Outbox) One(ctx context.Context, name string) (*View, error) {
	var views []View
	err := o.opt.DB.View(ctx, func(r *store.Reader) error {
		f, err := o.find(ctx, r, name)
		if err == nil {
			views, err = o.views(ctx, r, []found{f})
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return &views[0], nil
}

func (o *Outbox) find(ctx context.Context, r *store.Reader, name string) (f found, err error) {
	app, number, ok := o.opt.Names.parse(name)
	if !ok {
		return f, ErrNoDelivery
	}
	rec, err := r.Pair(ctx, app, store.AssocDelivery, number)
	if err != nil {
		return f, err
	}
	d, ok := value[*Delivery](rec)
	if !ok {
		return f, ErrNoDelivery
	}
	return found{app, number, rec.Time, d}, nil
}

// Again puts a delivery that is over into its lane again, behind those that wait
// there, and lets it and the siding of its thread try at once. The receiver sees the same name
// and the same bytes.
func (o *Outbox) Again(ctx context.Context, name string) (*View, error) {
	var ids []store.ID
	err := o.opt.DB.Update(ctx, func(tx *store.Tx) error {
		ids = nil
		f, err := o.find(ctx, &tx.Reader, name)
		switch {
		case err != nil:
			return err
		case f.d.State == Waiting:
			return ErrWaits
		case len(f.d.Payload) == 0:
			return ErrEmptied
		}
		l, err := findLane(ctx, tx, f.app, f.d.What)
		if err != nil {
			return err
		}
		now := o.opt.Now().UnixMicro()
		c := *f.d
		c.State, c.Queued, c.First, c.Lane = Waiting, now, 0, l.id
		if err := tx.Link(ctx, c.link(f.app, f.number, f.time),
			store.Assoc{From: l.id, Kind: store.AssocQueued, To: f.number, Time: store.TimeVersion}); err != nil {
			return err
		}
		ids = append(ids, l.id)
		if err := l.hurry(ctx, tx, now); err != nil {
			return err
		}
		side, err := laneOf(ctx, &tx.Reader, sidingKey(f.app, f.d.What, f.d.thread(f.number)))
		if err != nil || side == nil {
			return err
		}
		ids = append(ids, side.id)
		return side.hurry(ctx, tx, now)
	})
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		o.Wake(id)
	}
	return o.One(ctx, name)
}

// hurry makes it the lane's turn.
func (l *lane) hurry(ctx context.Context, tx *store.Tx, now int64) error {
	if l.state == idle {
		l.state = waiting
	}
	l.due = now
	return l.put(ctx, tx)
}
