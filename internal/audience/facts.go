package audience

import (
	"strings"

	"github.com/kithgraph/kith/internal/people"
)

// Marks are the values that mark one person together, where they come in columns
// of their own; further columns narrow what they find. Name and day of birth do,
// and so does a name with where somebody lives. [guess; name with ZIP doc user v2.10,
// the others seen in clients as combined keys]
var marks = [][]Key{
	{LastName, FirstName, BirthYear, BirthMonth, BirthDay},
	{LastName, FirstName, Zip},
	{LastName, FirstName, City},
	{LastName, FirstName, State, BirthYear},
	{LastName, FirstInitial, Zip},
	{LastName, FirstInitial, City},
	{LastName, FirstInitial, State, BirthYear, BirthMonth, BirthDay},
}

// Combinations are the combined keys by which people are found: one hash has no
// order but its own, so that each takes a trace. An upload of others is refused. [doc user v2.10 for LN_FN_ZIP; the others
// seen in clients]
var combinations = []string{
	keysOf(LastName, FirstName, Zip),
	keysOf(LastName, FirstName, City, State),
	keysOf(LastName, FirstName, Zip, BirthYear),
	keysOf(LastName, FirstName, City, State, BirthYear),
	keysOf(LastName, FirstName, State, BirthYear),
	keysOf(LastName, FirstInitial, Zip),
	keysOf(LastName, FirstInitial, City, State),
}

// Combinations are the names of the combined keys by which people are found.
func Combinations() (names []string) {
	for _, keys := range combinations {
		names = append(names, column{Key: Combined, of: keys}.String())
	}
	return names
}

// keysOf spells keys as Cell.Of does.
func keysOf(keys ...Key) string {
	var b strings.Builder
	for _, k := range keys {
		b.WriteByte(byte(k))
	}
	return b.String()
}

// Facts are what an advertiser could know of a person, as cells.
type facts struct{ cells [keyCount]Cell }

// factsOf reads a person's record.
func factsOf(p *people.Person) *facts {
	f := &facts{}
	for k, value := range valuesOf(p) {
		f.set(Key(k), value)
	}
	return f
}

func (f *facts) set(k Key, value string) {
	if value == "" {
		return
	}
	if text, ok := k.normal(value); ok {
		f.cells[k] = Cell{Key: k, Hash: hashAll(text), Text: text}
	}
}

// known is the person's own value of a key, nil where there is none.
func (f *facts) known(k Key) *Cell {
	if c := &f.cells[k]; c.Key != NoKey {
		return c
	}
	return nil
}

// combined is the person's own value of combined keys, nil unless all are known.
func (f *facts) combined(keys string) *Cell {
	texts := make([]string, len(keys))
	for i := range keys {
		c := f.known(Key(keys[i]))
		if c == nil {
			return nil
		}
		texts[i] = c.Text
	}
	return &Cell{Key: Combined, Hash: hashAll(texts...), Of: keys}
}

// valuesOf is what an advertiser could know of a person, empty for what they
// could not.
func valuesOf(p *people.Person) (v [keyCount]string) {
	v[Email], v[Phone], v[DeviceID] = p.Text(people.Email), p.Text(people.Phone), p.Text(people.AdvertiserID)
	v[LastName], v[FirstName], v[FirstInitial] = p.Text(people.LastName), p.Text(people.FirstName), p.Text(people.FirstName)
	v[Gender] = p.Text(people.Gender)
	if day := strings.Split(p.Text(people.Birthday), "/"); len(day) == 3 {
		v[BirthMonth], v[BirthDay], v[BirthYear] = day[0], day[1], day[2]
	}
	home := p.Text(people.Location)
	if home == "" {
		home = p.Text(people.Hometown)
	}
	if home != "" {
		a := addressOf(home)
		v[City], v[State], v[Zip], v[Country] = string(a.City), string(a.State), string(a.Zip), string(a.Country)
	}
	return v
}
