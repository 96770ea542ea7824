package world

import (
	"context"
	"time"

	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// editionNames lists a set of editions.
func editionNames(set consent.Editions) []string {
	var list []string
	for e := consent.E2016; e <= consent.Instagram; e++ {
		if set.Has(e) {
			list = append(list, e.String())
		}
	}
	return list
}

// namesOf maps the IDs of the apps in the lists to their handles.
func namesOf(ctx context.Context, r *store.Reader, lists ...[]consent.Access) (map[store.ID]string, error) {
	var rs store.ReadSet
	n := 0
	for _, list := range lists {
		for _, a := range list {
			rs.Object(a.App)
			n++
		}
	}
	names := make(map[store.ID]string, n)
	if n == 0 {
		return names, nil
	}
	if err := r.Load(ctx, &rs); err != nil {
		return nil, err
	}
	for i := range n {
		if app, ok := record[*people.App](rs.GotObject(i)); ok {
			names[app.ID] = app.Handle
		}
	}
	return names, nil
}

// maxListed bounds how many of one kind a listing names.
const maxListed = 10_000

func accesses(names map[store.ID]string, list []consent.Access) []AppAccess {
	var out []AppAccess
	for _, a := range list {
		out = append(out, AppAccess{App: names[a.App], Editions: editionNames(a.Editions)})
	}
	return out
}

// standing is where a contact stands for each app of a place, under the edition
// that the app's unversioned calls have.
func (b *Builder) standing(ctx context.Context, r *store.Reader, at *place, p *people.Person, c *consent.Contact, now time.Time) (map[string]string, error) {
	var rs store.ReadSet
	for _, id := range at.apps {
		rs.Object(id)
	}
	if err := r.Load(ctx, &rs); err != nil {
		return nil, err
	}
	state := map[string]string{}
	for i := range at.apps {
		app, ok := record[*people.App](rs.GotObject(i))
		if !ok {
			continue
		}
		v := consent.Decide(c, app.ID, p.Account, b.edition(app, at.instagram), b.opt.Knobs, now.UnixMicro())
		state[app.Handle] = v.State.String()
	}
	return state, nil
}

func (b *Builder) edition(app *people.App, instagram bool) consent.Edition {
	if instagram {
		return consent.Instagram
	}
	v := app.DefaultVersion
	if v == 0 {
		v = b.opt.DefaultVersion
	}
	return schema.EditionOf(v, app.Edition)
}
