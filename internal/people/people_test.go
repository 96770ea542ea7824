package people

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/store"
)

var update = flag.Bool("update", false, "write testdata again")

// Attribute numbers are in every database: lines of the golden file stay.
func TestAttrNumbers(t *testing.T) {
	var b strings.Builder
	for _, a := range Attrs() {
		fmt.Fprintf(&b, "%d %s\n", a, a)
	}
	if *update {
		if err := os.WriteFile("testdata/attrs.txt", []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/attrs.txt")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(b.String(), string(want)) {
		t.Errorf("attribute numbers changed; they may only be appended\n%s", cmp.Diff(string(want), b.String()))
	}
	if attrCount > 64 {
		t.Errorf("%d attributes do not fit the presence word", attrCount)
	}
}

func TestPersonRoundTrip(t *testing.T) {
	p := &Person{Seed: 1<<63 + 5, Handle: "ana", Account: PhoneOnly, Shape: ShapeNameID, Europe: true, Instagram: true, Updated: 77}
	p.Set(LastName, "Lima", graph.Friends)
	p.Set(FirstName, "Ána/", graph.Public)
	p.Set(Education, `[ {"type":"College"} ]`, graph.OnlyMe)
	p.rest = []store.Field{{Tag: 9999, Val: []byte("from tomorrow")}}
	got, err := DecodePerson(7, 3, p.Encode())
	if err != nil {
		t.Fatal(err)
	}
	if got.ID != 7 || got.Version != 3 || got.Seed != p.Seed || got.Handle != "ana" || got.Account != PhoneOnly || !got.Europe || !got.Instagram {
		t.Errorf("got %+v", got)
	}
	if s := got.JSON(FirstName); s != `"\u00c1na\/"` {
		t.Errorf("first_name = %s", s)
	}
	if s := got.JSON(Education); s != `[{"type":"College"}]` {
		t.Errorf("education = %s", s)
	}
	if got.Audience(LastName) != graph.Friends || got.Audience(Email) != graph.Public {
		t.Error("audiences lost")
	}
	if string(got.Encode()) != string(p.Encode()) {
		t.Error("a rewrite changed the record, or dropped a field of a newer kith")
	}
	got.Clear(LastName)
	if _, ok := got.Attr(LastName); ok || got.Text(FirstName) != "Ána/" {
		t.Error("Clear took the wrong attribute away")
	}
}

func TestBirthdayByAudience(t *testing.T) {
	tests := []struct {
		birthday  string
		day, year graph.Audience
		reach     graph.Audience
		want      string
	}{
		{"10/15/1980", graph.Public, graph.Public, graph.Public, `"10\/15\/1980"`},
		{"10/15/1980", graph.Public, graph.OnlyMe, graph.Public, `"10\/15"`},
		{"10/15/1980", graph.OnlyMe, graph.Public, graph.Public, `"1980"`},
		{"10/15/1980", graph.OnlyMe, graph.OnlyMe, graph.Friends, ``},
		{"10/15/1980", graph.Friends, graph.OnlyMe, graph.Friends, `"10\/15"`},
		{"10/15/1980", graph.OnlyMe, graph.OnlyMe, graph.OnlyMe, `"10\/15\/1980"`},
		{"02/29", graph.Public, graph.Public, graph.Public, `"02\/29"`},
		{"1980", graph.Public, graph.Public, graph.Public, `"1980"`},
	}
	for _, tt := range tests {
		p := &Person{}
		p.Set(Birthday, tt.birthday, tt.day)
		p.Set(BirthdayYear, "", tt.year)
		if got := string(p.AppendBirthday(nil, tt.reach)); got != tt.want {
			t.Errorf("%s, day %v, year %v, seen by %v\n got %s\nwant %s", tt.birthday, tt.day, tt.year, tt.reach, got, tt.want)
		}
	}
}

func TestTimezoneFollowsTheClock(t *testing.T) {
	winter, summer := time.Date(2026, 1, 15, 0, 0, 0, 0, time.UTC), time.Date(2026, 7, 15, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		zone string
		at   time.Time
		want string
	}{
		{"Europe/Paris", winter, "1"}, {"Europe/Paris", summer, "2"}, {"Asia/Kolkata", winter, "5.5"},
		{"-7", summer, "-7"}, {"5.75", winter, "5.75"}, {"America/Los_Angeles", winter, "-8"},
	}
	for _, tt := range tests {
		p := &Person{}
		p.Set(Timezone, tt.zone, graph.Public)
		if got := string(p.AppendTimezone(nil, tt.at)); got != tt.want {
			t.Errorf("%s at %s: got %s, want %s", tt.zone, tt.at.Format(time.DateOnly), got, tt.want)
		}
	}
}

func TestAge(t *testing.T) {
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	for birthday, want := range map[string]int{"03/01/2008": 18, "03/02/2008": 17, "12/31/1999": 26} {
		p := &Person{}
		p.Set(Birthday, birthday, graph.Public)
		if got, ok := p.Age(now); !ok || got != want {
			t.Errorf("born %s: got %d, %v, want %d", birthday, got, ok, want)
		}
	}
	p := &Person{}
	p.Set(Birthday, "03/01", graph.Public)
	if _, ok := p.Age(now); ok {
		t.Error("an age without a year")
	}
}

func TestCheck(t *testing.T) {
	good := map[Attr][]string{
		Timezone: {"5.5", "-24", "Asia/Tokyo"}, Birthday: {"02/29/2000", "02/29", "1999"}, Gender: {"male", "neutral"},
		Locale: {"en_PI", "ar_AR"}, Education: {`[]`, `[{"a":1}]`}, Cover: {`{}`}, MeetingFor: {`["x"]`},
		TestGroup: {"0", "4294967295"}, Verified: {"true"}, FirstName: {"", "Ünï"},
		SharedLoginUpgradeRequiredBy: {"2018-01-31T12:00:00Z"},
	}
	bad := map[Attr][]string{
		Timezone: {"24.1", "NaN", "Mars/Olympus", "", "Local"}, Birthday: {"02/29/2001", "13/01/2000", "2/3/2000", "19990"},
		Gender: {"Male", ""}, Locale: {"en-US", "xx_XX"}, Education: {`{}`, `[1]`, `null`, `[`}, Cover: {`[]`, `1`},
		MeetingFor: {`[1]`, `"x"`}, TestGroup: {"-1", "1.5", "4294967296"}, Verified: {"yes", "1"},
		FirstName: {"\xff", "a\x00b", strings.Repeat("x", maxText+1)}, BirthdayYear: {"1999"},
		SharedLoginUpgradeRequiredBy: {"yesterday"},
	}
	for a, texts := range good {
		for _, s := range texts {
			if err := a.Check(s); err != nil {
				t.Errorf("%s %q: %v", a, s, err)
			}
		}
	}
	for a, texts := range bad {
		for _, s := range texts {
			if a.Check(s) == nil {
				t.Errorf("%s accepts %.40q", a, s)
			}
		}
	}
}

func TestSmallRecords(t *testing.T) {
	app := &App{PublicID: "10", Handle: "demo", Secret: "s", Type: graph.AppDesktop, Mode: graph.ModeDevelopment, RequireProof: true,
		DefaultVersion: graph.V(2, 10), Edition: 2018, Business: 4, Deleted: true, Category: "c", Link: "l", Namespace: "n"}
	app.SetLevel(graph.PagesUserLocale, graph.LevelStandard)
	app.SetLevel(graph.PagesUserGender, graph.LevelAdvanced)
	app.Features[graph.BusinessAssetUserProfileAccess] = graph.LevelStandard
	plainly := func(_, secret string) []byte { return []byte(secret) }
	gotApp, err := DecodeApp(app.ID, app.Encode(plainly))
	if err == nil {
		gotApp.Secret, gotApp.Sealed = string(gotApp.Sealed), nil
	}
	if err != nil || cmp.Diff(app, gotApp, cmp.AllowUnexported(App{})) != "" {
		t.Errorf("app: %v\n%s", err, cmp.Diff(app, gotApp, cmp.AllowUnexported(App{})))
	}
	if gotApp.Level(graph.PagesUserLocale) != graph.LevelStandard || gotApp.Level(graph.PagesUserGender) != graph.LevelAdvanced || gotApp.Level(graph.Email) != graph.LevelNone {
		t.Error("levels lost")
	}
	page := &Page{PublicID: "11", Handle: "shop", Name: "Shop", Apps: []store.ID{3, 2}, Business: 9, Instagram: 8, Instant: true, Europe: true, Fans: 5, Verified: true,
		Username: "u", Category: "c", About: "a", Website: "w", Phone: "p", Link: "l", Info: [InfoCount]graph.InfoState{graph.Approved, graph.Rejected}}
	gotPage, err := DecodePage(0, page.Encode())
	if err != nil || cmp.Diff(page, gotPage, cmp.AllowUnexported(Page{})) != "" {
		t.Errorf("page: %v\n%s", err, cmp.Diff(page, gotPage, cmp.AllowUnexported(Page{})))
	}
	ig := &Instagram{PublicID: "1784", Handle: "h", Username: "u", Name: "n", Page: 3, Apps: []store.ID{1}}
	if got, err := DecodeInstagram(0, ig.Encode()); err != nil || cmp.Diff(ig, got, cmp.AllowUnexported(Instagram{})) != "" {
		t.Errorf("instagram: %v, %+v", err, got)
	}
	biz := &Business{PublicID: "1", Handle: "b", Name: "B"}
	if got, err := DecodeBusiness(0, biz.Encode()); err != nil || cmp.Diff(biz, got, cmp.AllowUnexported(Business{})) != "" {
		t.Errorf("business: %v, %+v", err, got)
	}
	in := &Install{Granted: graph.PermissionSet(graph.Email, graph.PublicProfile), Type: "x"}
	if got, err := DecodeInstall(in.Encode()); err != nil || cmp.Diff(in, got, cmp.AllowUnexported(Install{})) != "" {
		t.Errorf("install: %v, %+v", err, got)
	}
}

func FuzzDecodePerson(f *testing.F) {
	p := &Person{Handle: "ana"}
	p.Set(Birthday, "10/15/1980", graph.Public)
	f.Add(p.Encode())
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := DecodePerson(1, 1, data)
		if err != nil {
			return
		}
		_ = p.AppendBirthday(nil, graph.Public)
		_ = p.AppendTimezone(nil, time.Unix(0, 0))
		if _, err := DecodePerson(1, 1, p.Encode()); err != nil {
			t.Errorf("a decoded person does not encode: %v", err)
		}
	})
}
