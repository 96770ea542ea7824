package world

import (
	"fmt"
	"time"

	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/population"
)

// generate makes up the people a world file asks for, g000001 and so on, and
// their first messages. The same seed makes the same people.
func generate(w *World) (made []*personDecl, events []*eventDecl) {
	homes := population.Homes()
	for n := int64(1); n <= w.generate.people; n++ {
		x := population.Mix(uint64(w.Seed)<<32 ^ uint64(n))
		d := &personDecl{ref: ref{name: generatedHandle(n)}}
		d.rec = generated(homes, d.name, x)
		made = append(made, d)
		for i, c := range w.generate.contacts {
			y := population.Mix(x + uint64(i) + 1)
			if float64(y>>11)/(1<<53) >= c.rate {
				continue
			}
			events = append(events, &eventDecl{ref: d.ref, person: d.ref, place: c.page, kind: pagePlace, event: consent.Message,
				at: moment{offset: -time.Duration(y%(72*3600)) * time.Second, set: true}, text: "hello"})
		}
	}
	return made, events
}

func generatedHandle(n int64) string { return fmt.Sprintf("g%06d", n) }

// generated makes up one person from a number.
func generated(homes []population.Home, handle string, x uint64) *people.Person {
	home := &homes[x%uint64(len(homes))]
	rec := &people.Person{Handle: handle, InstagramPicture: people.PictureNone}
	gender, first := "female", home.Female
	if x>>40&1 == 1 {
		gender, first = "male", home.Male
	}
	rec.Set(people.FirstName, first[x>>8%uint64(len(first))], graph.Public)
	rec.Set(people.LastName, home.Last[x>>16%uint64(len(home.Last))], graph.Public)
	rec.Set(people.Gender, gender, graph.Public)
	rec.Set(people.Locale, home.Locale, graph.Public)
	rec.Set(people.Timezone, home.Zone, graph.Public)
	rec.Set(people.Email, handle+"@people.example", graph.Public)
	year, month, day := 1945+x>>24%60, 1+x>>32%12, 1+x>>44%28
	rec.Set(people.Birthday, fmt.Sprintf("%02d/%02d/%04d", month, day, year), graph.Public)
	return rec
}
