package world

import (
	"fmt"
	"time"

	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
)

// generate makes up the people a world file asks for, g000001 and so on, and
// their first messages. The same seed makes the same people.
func generate(w *World) (made []*personDecl, events []*eventDecl) {
	for n := int64(1); n <= w.generate.people; n++ {
		x := mix(uint64(w.Seed)<<32 ^ uint64(n))
		d := &personDecl{ref: ref{name: generatedHandle(n)}}
		d.rec = generated(d.name, x)
		made = append(made, d)
		for i, c := range w.generate.contacts {
			y := mix(x + uint64(i) + 1)
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
func generated(handle string, x uint64) *people.Person {
	homes := homes()
	home := &homes[x%uint64(len(homes))]
	rec := &people.Person{Handle: handle, InstagramPicture: people.PictureNone}
	first, last := home.first[x>>8%uint64(len(home.first))], home.last[x>>16%uint64(len(home.last))]
	rec.Set(people.FirstName, first.name, graph.Public)
	rec.Set(people.LastName, last, graph.Public)
	rec.Set(people.Gender, first.gender, graph.Public)
	rec.Set(people.Locale, home.locale, graph.Public)
	rec.Set(people.Timezone, home.zone, graph.Public)
	rec.Set(people.Email, handle+"@people.example", graph.Public)
	return rec
}

// mix spreads a number over 64 bits: one step of SplitMix64.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

type home struct {
	locale, zone string
	first        []firstName
	last         []string
}

type firstName struct{ name, gender string }

// homes are where made-up people come from.
func homes() []home {
	f, m := "female", "male"
	return []home{
		{"en_US", "America/Chicago", []firstName{{"Nora", f}, {"Owen", m}, {"Tessa", f}, {"Miles", m}, {"June", f}}, []string{"Carver", "Whitlock", "Ames", "Doyle", "Harper"}},
		{"es_LA", "America/Bogota", []firstName{{"Lucía", f}, {"Mateo", m}, {"Paloma", f}, {"Tomás", m}, {"Inés", f}}, []string{"Rojas", "Quintero", "Salas", "Vega", "Pardo"}},
		{"ja_JP", "Asia/Tokyo", []firstName{{"葵", f}, {"蓮", m}, {"結衣", f}, {"大翔", m}, {"凛", f}}, []string{"森田", "小川", "中西", "原", "石井"}},
		{"hi_IN", "Asia/Kolkata", []firstName{{"Asha", f}, {"Rohan", m}, {"Meera", f}, {"Vikram", m}, {"Kavya", f}}, []string{"Menon", "Bhatt", "Saxena", "Rao", "Kapoor"}},
		{"pt_BR", "America/Sao_Paulo", []firstName{{"Beatriz", f}, {"Caio", m}, {"Lívia", f}, {"Rafael", m}, {"Clara", f}}, []string{"Moura", "Teixeira", "Prado", "Nunes", "Lacerda"}},
		{"fr_FR", "Europe/Paris", []firstName{{"Élise", f}, {"Hugo", m}, {"Manon", f}, {"Bastien", m}, {"Zoé", f}}, []string{"Garnier", "Perrot", "Lemaire", "Colin", "Dubreuil"}},
		{"ar_AR", "Africa/Cairo", []firstName{{"ليلى", f}, {"يوسف", m}, {"سلمى", f}, {"كريم", m}, {"هدى", f}}, []string{"حداد", "منصور", "سالم", "نصر", "عوض"}},
		{"de_DE", "Europe/Berlin", []firstName{{"Greta", f}, {"Jonas", m}, {"Lotte", f}, {"Emil", m}, {"Frieda", f}}, []string{"Brandt", "Vogel", "Kuhn", "Seidel", "Lorenz"}},
	}
}
