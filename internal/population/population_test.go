package population

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

func newPopulation(t *testing.T, plan Plan) *Population {
	t.Helper()
	p, err := New(plan)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// crowd is a population with all its lives.
func crowd(t *testing.T, n int) (*Population, []*Life) {
	t.Helper()
	p := newPopulation(t, Plan{People: n, Seed: 3, Rate: 0.8})
	lives := make([]*Life, n)
	for i := range lives {
		lives[i] = p.Life(i)
	}
	return p, lives
}

func TestPlansAreChecked(t *testing.T) {
	for _, tt := range []struct {
		plan Plan
		want string
	}{
		{Plan{People: 1}, ""},
		{Plan{People: 0}, "people must be from 1"},
		{Plan{People: 1, Rate: 1.1}, "from 0 to 1"},
		{Plan{People: 1, Locales: []string{"fr_FR", "xx_XX"}}, "en_US"},
	} {
		_, err := New(tt.plan)
		if got := fmt.Sprint(err); tt.want == "" && err != nil || !strings.Contains(got, tt.want) {
			t.Errorf("%+v: got %s, want %q", tt.plan, got, tt.want)
		}
	}
}

// Every value passes the check that world files pass, and nobody shares what is
// one person's own.
func TestProfilesAreValid(t *testing.T) {
	_, lives := crowd(t, 2000)
	own := map[string]int{}
	locales := map[string]bool{}
	for i, l := range lives {
		for _, a := range people.Attrs() {
			v, has := l.Record.Attr(a)
			if !has || a.Type() == people.Presence {
				continue
			}
			if err := a.Check(v.Text); err != nil {
				t.Fatalf("person %d: %v in %s", i, err, v.Text)
			}
		}
		locales[l.Record.Text(people.Locale)] = true
		for _, a := range []people.Attr{people.Email, people.Phone} {
			if v := l.Record.Text(a); own[v] != 0 || v == "" {
				t.Fatalf("people %d and %d share %s %q", own[v]-1, i, a, v)
			} else {
				own[v] = i + 1
			}
		}
	}
	if len(locales) < 10 {
		t.Errorf("2,000 people come from %d locales", len(locales))
	}
}

// Where the family comes first the record says so, or leaves it to the letters of
// the name, which are then all of the script and have no other name between.
func TestTheFamilyComesFirstWhereItDoes(t *testing.T) {
	eastern := []*unicode.RangeTable{unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana}
	for _, tt := range []struct {
		locale, format string
		eastern        bool
	}{{"hu_HU", "{last} {first}", false}, {"ja_JP", "", true}, {"ko_KR", "", true}, {"zh_TW", "", true}, {"en_US", "", false}} {
		p, middle := newPopulation(t, Plan{People: 200, Rate: 1, Locales: []string{tt.locale}}), 0
		for i := range 200 {
			rec := p.Life(i).Record
			if got := rec.Text(people.NameFormat); got != tt.format {
				t.Fatalf("%s: person %d has the order %q, want %q", tt.locale, i, got, tt.format)
			}
			name := rec.Text(people.FirstName) + rec.Text(people.LastName)
			if other := strings.ContainsFunc(name, func(r rune) bool { return !unicode.In(r, eastern...) }); other == tt.eastern {
				t.Fatalf("%s: person %d is called %s", tt.locale, i, name)
			}
			if rec.Text(people.MiddleName) != "" {
				middle++
			}
		}
		if tt.eastern != (middle == 0) {
			t.Errorf("%s: %d of 200 have a middle name", tt.locale, middle)
		}
	}
}

// A middle name is one that people with such a first name have. In Vietnam it stands between the
// family's name and the own one.
func TestMiddleNames(t *testing.T) {
	for _, home := range Homes() {
		p := newPopulation(t, Plan{People: 200, Rate: 1, Locales: []string{home.Locale}})
		for i := range 200 {
			rec := p.Life(i).Record
			middle, format := rec.Text(people.MiddleName), rec.Text(people.NameFormat)
			first, gender := rec.Text(people.FirstName), rec.Text(people.Gender)
			if middle != "" && (gender == "male" && !slices.Contains(home.male, middle) || gender == "female" && !slices.Contains(home.female, middle)) {
				t.Fatalf("%s: %s is %s and has the middle name %s", home.Locale, first, gender, middle)
			}
			want := map[bool]string{true: "{last} {middle} {first}", false: "{last} {first}"}[middle != ""]
			if home.Locale == "vi_VN" && format != want {
				t.Fatalf("the order of a name with the middle %q is %q", middle, format)
			}
		}
	}
}

// A person is the same in a larger population, as far as it does not cut their
// household off.
func TestPeopleDoNotDependOnHowManyThereAre(t *testing.T) {
	small, large := newPopulation(t, Plan{People: 1024, Rate: 1}), newPopulation(t, Plan{People: 5000, Rate: 1})
	other := newPopulation(t, Plan{People: 1024, Rate: 1, Seed: 1})
	differ := 0
	for i := range 1024 {
		a := small.Life(i)
		if b := large.Life(i); !reflect.DeepEqual(a, b) {
			t.Fatalf("person %d\n got %+v\nwant %+v", i, b, a)
		}
		if reflect.DeepEqual(a, other.Life(i)) {
			t.Fatalf("person %d is the same from another seed", i)
		}
		if a.Record.Text(people.FirstName) != other.Life(i).Record.Text(people.FirstName) {
			differ++
		}
	}
	if differ < 700 {
		t.Errorf("%d of 1,024 have another name from another seed", differ)
	}
}

func TestFriendsAreManyForFewAndNear(t *testing.T) {
	p, lives := crowd(t, 4000)
	degree, all, near := make([]int, len(lives)), 0, 0
	for i, l := range lives {
		seen := map[int]bool{}
		for _, f := range l.Friends {
			if f.Person < 0 || f.Person >= i || seen[f.Person] {
				t.Fatalf("person %d has the friend %d", i, f.Person)
			}
			seen[f.Person] = true
			degree[i]++
			degree[f.Person]++
			all++
			if p.townOf(i).n == p.townOf(f.Person).n {
				near++
			}
		}
	}
	slices.Sort(degree)
	mean, median, top := float64(2*all)/float64(len(lives)), degree[len(degree)/2], degree[len(degree)*99/100]
	if mean < 18 || mean > 34 || float64(top) < 3*mean || float64(median) > mean || degree[len(degree)-1] > 5000 {
		t.Errorf("friends: mean %.1f, median %d, one of a hundred has more than %d, at most %d", mean, median, top, degree[len(degree)-1])
	}
	if share := float64(near) / float64(all); share < 0.5 || share > 0.95 {
		t.Errorf("%.2f of all friendships are within a town", share)
	}
}

// Couples say each other, and families what they are to each other.
func TestFamiliesAgree(t *testing.T) {
	_, lives := crowd(t, 2000)
	inverse := map[string][]string{"son": {"mother", "father", "parent"}, "daughter": {"mother", "father", "parent"}, "child": {"mother", "father", "parent"},
		"mother": {"son", "daughter", "child"}, "father": {"son", "daughter", "child"}, "parent": {"son", "daughter", "child"},
		"brother": {"brother", "sister", "sibling"}, "sister": {"brother", "sister", "sibling"}, "sibling": {"brother", "sister", "sibling"},
		"husband": {"wife", "husband", "partner"}, "wife": {"husband", "wife", "partner"}, "partner": {"partner", "husband", "wife"}}
	kin := map[[2]int64]string{}
	couples := 0
	for i, l := range lives {
		if l.Partner >= 0 {
			couples++
			o := lives[l.Partner]
			if o.Partner != i || o.Record.Text(people.RelationshipStatus) != l.Record.Text(people.RelationshipStatus) {
				t.Errorf("%d says %d, who says %d", i, l.Partner, o.Partner)
			}
		}
		for _, e := range l.Edges {
			for _, it := range e.Items {
				if e.Name == "family" {
					kin[[2]int64{int64(i), it.To.N}] = strings.Trim(it.Parts[0].Text, `"`)
				}
			}
		}
	}
	for pair, what := range kin {
		if back := kin[[2]int64{pair[1], pair[0]}]; !slices.Contains(inverse[what], back) {
			t.Errorf("%d is the %s of %d, who is the %q of theirs", pair[1], what, pair[0], back)
		}
		if a, b := age(t, lives[pair[0]]), age(t, lives[pair[1]]); (what == "mother" || what == "father") && b-a < 18 {
			t.Errorf("the %s of %d, aged %d, is %d", what, pair[0], a, b)
		}
	}
	if couples < 500 || len(kin) < 1500 {
		t.Errorf("%d people in couples, %d relatives", couples, len(kin))
	}
}

func age(t *testing.T, l *Life) int {
	t.Helper()
	n, ok := l.Record.Age(Epoch())
	if !ok {
		t.Fatalf("person %d has no age", l.Person)
	}
	return n
}

// Nobody wrote anything, made a friend or liked a Page before they were 13, nor commented what
// a friend wrote before they were friends.
func TestLivesBeginAtThirteen(t *testing.T) {
	_, lives := crowd(t, 2000)
	grown := make([]int64, len(lives))
	for i, l := range lives {
		born, err := time.Parse("01/02/2006", l.Record.Text(people.Birthday))
		if err != nil {
			t.Fatal(err)
		}
		grown[i] = born.AddDate(13, 0, -2).Unix()
	}
	young := 0
	for i, l := range lives {
		if grown[i] > Epoch().AddDate(-2, 0, 0).Unix() {
			young++
		}
		for _, n := range l.Nodes {
			if n.Owner.Kind == Person && n.Created < grown[n.Owner.N] {
				t.Errorf("person %d made a %s at %s, before they were 13", n.Owner.N, n.Type, time.Unix(n.Created, 0).UTC())
			}
		}
		for _, f := range l.Friends {
			if f.At/1e6 < max(grown[i], grown[f.Person]) {
				t.Errorf("%d and %d became friends before both were 13", i, f.Person)
			}
		}
		for _, e := range l.Edges {
			for _, it := range e.Items {
				if e.Of == (Ref{Person, int64(i)}) && e.Name != "family" && it.At/1e6 < grown[i] {
					t.Errorf("%s of person %d at %s, before they were 13", e.Name, i, time.UnixMicro(it.At).UTC())
				}
			}
		}
	}
	if young < 20 {
		t.Errorf("%d people of 13 and 14", young)
	}
}

// Nobody left school before 18, works as a child, or has done what is to come.
func TestStudiesFitTheAge(t *testing.T) {
	p, lives := crowd(t, 2000)
	names := map[string]string{}
	for n := range p.Pages() {
		names[p.PageID(n)] = p.Page(n).Name
	}
	worked, studied := 0, 0
	for _, l := range lives {
		n, born := age(t, l), 0
		fmt.Sscanf(l.Record.Text(people.Birthday)[6:], "%d", &born)
		if n < 13 {
			t.Errorf("person %d is %d", l.Person, n)
		}
		var schools []struct {
			Type   string
			School struct{ ID, Name string }
			Year   struct{ Name string }
		}
		var jobs []struct {
			Start    string `json:"start_date"`
			End      string `json:"end_date"`
			Employer struct{ ID, Name string }
		}
		decode(t, l.Record.Text(people.Education), &schools)
		decode(t, l.Record.Text(people.Work), &jobs)
		for _, s := range schools {
			studied++
			if names[s.School.ID] != s.School.Name {
				t.Errorf("school %q is the Page %q", s.School.Name, names[s.School.ID])
			}
			if s.Type == "College" && n < 19 || s.Year.Name != "" && (s.Year.Name < fmt.Sprint(born+18) || s.Year.Name > "2026") {
				t.Errorf("person %d, born %d: %+v", l.Person, born, s)
			}
		}
		for _, j := range jobs {
			worked++
			if names[j.Employer.ID] != j.Employer.Name || j.Start < fmt.Sprint(born+18) || j.Start > "2026-01-01" || j.End != "" && (j.End <= j.Start || j.End > "2026-01-01") {
				t.Errorf("person %d, born %d: %+v", l.Person, born, j)
			}
		}
	}
	if worked < 1000 || studied < 2000 {
		t.Errorf("%d jobs, %d schools", worked, studied)
	}
}

func decode(t *testing.T, text string, v any) {
	t.Helper()
	if text == "" {
		return
	}
	if err := json.Unmarshal([]byte(text), v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
}

// Among 300 people every kind of thing and every state of a contact occurs.
func TestFewHaveEverything(t *testing.T) {
	p, lives := crowd(t, 300)
	edges, things := map[string]int{}, map[string]int{}
	states, details := map[consent.State]int{}, map[string]int{}
	now := p.Clock().UnixMicro()
	declined := 0
	for _, l := range lives {
		for _, n := range l.Nodes {
			things[n.Type]++
			if n.Created > p.now || n.Created < p.now-20*366*86_400 {
				t.Errorf("%s was made %s", n.Type, time.Unix(n.Created, 0))
			}
		}
		for _, e := range l.Edges {
			edges[e.Name] += len(e.Items)
			for _, it := range e.Items {
				if it.At < 1 || it.At > now {
					t.Errorf("%s since %s", e.Name, time.UnixMicro(it.At))
				}
			}
		}
		for _, in := range l.Installs {
			if !in.Declined.Empty() {
				declined++
			}
			if in.Granted.Intersects(in.Declined) {
				t.Errorf("person %d granted what they declined", l.Person)
			}
		}
		for _, c := range l.Contacts {
			contact := consent.Contact{}
			for _, a := range c.Acts {
				after, change := consent.Apply(contact, consent.Input{Event: a.Event, Instagram: c.Place.Kind == Instagram, Apps: []store.ID{1}, At: a.At}, consent.DefaultKnobs())
				if change.Result != consent.Applied || a.At > now {
					t.Errorf("%s at %v", a.Event, c.Place)
				}
				contact = after
			}
			for _, ed := range []consent.Edition{consent.E2016, consent.E2018, consent.E2026} {
				v := consent.Decide(&contact, 1, people.Facebook, ed, consent.DefaultKnobs(), now)
				states[v.State]++
				details[fmt.Sprint(v.Detail, v.Window)]++
			}
		}
	}
	for _, s := range []consent.State{consent.None, consent.Granted, consent.Revoked, consent.Blocked, consent.Erased} {
		if states[s] == 0 {
			t.Errorf("no contact is %s", s)
		}
	}
	if len(details) < 9 || declined == 0 {
		t.Errorf("reasons: %v; %d declined something", details, declined)
	}
	for _, name := range []string{"likes", "family", "albums", "album.photos", "photos", "feed", "object.likes", "object.comments", "events", "groups", "admined_groups",
		"businesses", "adaccounts", "ad_account.customaudiences", "music", "movies", "books", "television", "games", "friendlists", "videos"} {
		if edges[name] == 0 {
			t.Errorf("nothing on %s", name)
		}
	}
	for _, name := range []string{"Album", "Photo", "Post", "Comment", "Event", "Group", "AdAccount", "CustomAudience", "Video", "BusinessUser"} {
		if things[name] == 0 {
			t.Errorf("no %s", name)
		}
	}
}

func BenchmarkLife(b *testing.B) {
	for _, profile := range []bool{true, false} {
		p, err := New(Plan{People: 1_000_000, Rate: 1, Profile: profile})
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("profile=%t", profile), func(b *testing.B) {
			b.ReportAllocs()
			for i := range b.N {
				p.Life(i * 7919 % 1_000_000)
			}
		})
	}
}
