package world

import (
	"context"
	"fmt"
	"time"

	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/population"
	"github.com/kithgraph/kith/internal/store"
)

// Generate makes up n people, g000001 and so on after those that are there, of
// whom a share of rate has written to a Page. Each has an ID at that Page. The
// same world gets the same people from the same seed. progress may be nil.
func (b *Builder) Generate(ctx context.Context, n int, seed int64, page string, rate float64, progress func(n int)) error {
	if n < 0 || rate < 0 || rate > 1 {
		return bad("", "generate zero or more people with a rate from 0 to 1")
	}
	var at *place
	var first int64
	if err := b.opt.DB.View(ctx, func(r *store.Reader) (err error) {
		if at, err = findPlace(ctx, r, page, ""); err != nil {
			return err
		}
		first, err = freeNumber(ctx, r)
		return err
	}); err != nil {
		return err
	}
	if at == nil {
		return bad("name a page", "people are generated for a page")
	}
	if progress == nil {
		progress = func(int) {}
	}
	now := b.opt.Now()
	for done := 0; done < n; {
		size := min(importChunk, n-done)
		if err := b.opt.DB.ReserveIDs(ctx, 2*size); err != nil {
			return fmt.Errorf("generate: %w", err)
		}
		if err := b.opt.DB.Update(ctx, func(tx *store.Tx) error {
			return b.generateChunk(ctx, tx, at, first+int64(done), size, seed, rate, now)
		}); err != nil {
			return fmt.Errorf("generate: after %d people: %w", done, err)
		}
		done += size
		progress(done)
	}
	return nil
}

// freeNumber is the first number from which no handle is taken, found by
// doubling and halving, because generated people come without gaps.
func freeNumber(ctx context.Context, r *store.Reader) (int64, error) {
	taken := func(n int64) (bool, error) {
		id, err := r.Resolve(ctx, store.SpaceHandle, personKind+"/"+generatedHandle(n))
		return id != 0, err
	}
	low, high := int64(0), int64(1)
	for {
		is, err := taken(high)
		if err != nil {
			return 0, err
		}
		if !is {
			break
		}
		low, high = high, high*2
	}
	for high-low > 1 {
		mid := low + (high-low)/2
		is, err := taken(mid)
		if err != nil {
			return 0, err
		}
		if is {
			low = mid
		} else {
			high = mid
		}
	}
	return high, nil
}

func (b *Builder) generateChunk(ctx context.Context, tx *store.Tx, at *place, first int64, size int, seed int64, rate float64, now time.Time) error {
	var out rows
	graves, err := anyGraves(ctx, &tx.Reader)
	if err != nil {
		return err
	}
	homes := population.Homes()
	for i := range int64(size) {
		x := population.Mix(uint64(seed)<<32 ^ uint64(first+i))
		rec := generated(homes, generatedHandle(first+i), x)
		rec.ID, rec.Seed, rec.Updated = tx.NewID(), b.seed(rec.Handle), now.Unix()
		if graves {
			if err := b.rebirth(ctx, &tx.Reader, rec); err != nil {
				return err
			}
		}
		out.person(rec)
		out.claim(store.SpaceHandle, personKind+"/"+rec.Handle, rec.ID, func() Problem {
			return Problem{Text: "person " + rec.Handle + " exists already"}
		})
		out.scoped = append(out.scoped, scopedWant{space: at.space(), owner: at.id, ownerPublic: at.public, person: rec.ID, seed: rec.Seed})
		if y := population.Mix(x + 1); float64(y>>11)/(1<<53) < rate {
			b.greet(&out, tx, at, rec, now.Add(-time.Duration(y%(20*3600))*time.Second))
		}
	}
	return out.write(ctx, tx, b.opt.Keys)
}

// greet lets a new person write to the place.
func (b *Builder) greet(out *rows, tx *store.Tx, at *place, rec *people.Person, when time.Time) {
	in := consent.Input{Event: consent.Message, Apps: at.apps, At: when.UnixMicro()}
	contact, change := consent.Apply(consent.Contact{}, in, b.opt.Knobs)
	out.link(contactLink(at.id, rec.ID, &contact, in.At))
	objs, links := historyRows(tx, rec.ID, []*happening{happen(at.id, in, change, "")})
	out.objs, out.links = append(out.objs, objs...), append(out.links, links...)
}
