package world

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestParseNamesEveryMistake(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"unknown key", "people:\n  alice:\n    timezon: 1\n", `world.yaml:3:5: unknown key "timezon" in person alice (did you mean "timezone"?)`},
		{"unknown section", "peeple: {}\n", `world.yaml:1:1: unknown key "peeple" in the world (did you mean "people"?)`},
		{"key twice", "people:\n  ana: {}\n  ana: {}\n", `world.yaml:3:3: key "ana" is already there on line 2`},
		{"bad handle", "people: {Ana: {}}\n", `world.yaml:1:10: bad handle "Ana" in people (1 to 64 of a-z, 0-9, _ and -)`},
		{"not a mapping", "people: [ana]\n", `world.yaml:1:9: people must be a mapping from handles, not a list`},
		{"number for text", "people: {ana: {first_name: 7}}\n", `world.yaml:1:28: first_name must be text, not a number (write "7")`},
		{"text for a truth", "people: {ana: {verified: \"yes\"}}\n", `world.yaml:1:26: verified must be true or false, not text`},
		{"unknown locale", "people: {ana: {locale: fr_FF}}\n", `world.yaml:1:24: locale "fr_FF" is no known locale, use a code such as en_US (did you mean "fr_FR"?)`},
		{"bad birthday", "people: {ana: {birthday: 31/12/1990}}\n", `world.yaml:1:26: birthday must be MM/DD/YYYY, MM/DD or YYYY`},
		{"bad zone", "people: {ana: {timezone: Europe/Pariss}}\n", `world.yaml:1:26: timezone must be a zone such as Europe/Paris or hours from -24 to 24`},
		{"object for a list", "people: {ana: {work: {}}}\n", `world.yaml:1:22: work must be a list, not a mapping`},
		{"no JSON number", "people: {ana: {age_range: {min: 0x15}}}\n", `world.yaml:1:33: 0x15 in age_range is no JSON number`},
		{"unknown audience", "people: {ana: {first_name: A, audience: {first_name: freinds}}}\n", `world.yaml:1:54: unknown audience "freinds" (did you mean "friends"?)`},
		{"audience of nothing", "people: {ana: {audience: {email: only_me}}}\n", `world.yaml:1:27: person ana has no email`},
		{"unknown account", "people: {ana: {account: phone}}\n", `world.yaml:1:25: unknown account "phone" (use one of facebook, phone_only, guest, review_bot, deactivated)`},
		{"unknown picture", "people: {ana: {picture: nome}}\n", `world.yaml:1:25: unknown picture "nome" (did you mean "none"?)`},
		{"dangling friend", "people: {ana: {friends: [bem]}, ben: {}}\n", `world.yaml:1:26: no person "bem" in this world (did you mean "ben"?)`},
		{"own friend", "people: {ana: {friends: [ana]}}\n", `world.yaml:1:26: person ana cannot be that to themselves`},
		{"dangling app", "apps: {demo: {}}\npages: {shop: {app: dmo}}\n", `world.yaml:2:21: no app "dmo" in this world (did you mean "demo"?)`},
		{"app in charge elsewhere", "apps: {a: {}, b: {}}\npages: {shop: {app: a, default_app: b}}\n", `world.yaml:2:37: app "b" is not connected to page shop (add it to apps)`},
		{"dangling owner", "pages: {shop: {owner: olga}}\n", `world.yaml:1:23: no person "olga" in this world`},
		{"dangling place", "pages: {shop: {}}\npeople: {ana: {contacts: {shp: message}}}\n", `world.yaml:2:27: no page or instagram account "shp" in this world (did you mean "shop"?)`},
		{"unknown event", "pages: {shop: {}}\npeople: {ana: {contacts: {shop: mesage}}}\n", `world.yaml:2:33: unknown event "mesage" (did you mean "message"?)`},
		{"foreign event", "pages: {shop: {}}\npeople: {ana: {contacts: {shop: comment}}}\n", `world.yaml:2:33: event "comment" does not happen on Messenger (use an instagram account)`},
		{"no account there", "instagram: {ig: {}}\npeople: {ana: {contacts: {ig: message}}}\n", `world.yaml:2:10: person ana has no Instagram account (write instagram: true)`},
		{"event nowhere", "people: {ana: {}}\nevents: [{person: ana, event: message}]\n", `world.yaml:2:10: an event needs a page or an instagram account`},
		{"event of nobody", "pages: {shop: {}}\nevents: [{page: shop, event: message}]\n", `world.yaml:2:10: an event needs person`},
		{"bad time", "pages: {shop: {}}\npeople: {ana: {}}\nevents: [{page: shop, person: ana, event: message, at: 2h}]\n", `world.yaml:3:56: at "2h" is no time such as 2026-03-01T09:00:00Z, or -2h, +3d`},
		{"bad offset", "pages: {shop: {}}\npeople: {ana: {}}\nevents: [{page: shop, person: ana, event: message, at: -2x}]\n", `world.yaml:3:56: at "2x" is no duration such as 90m, 2h30m or 3d`},
		{"ID as number", "pages: {shop: {id: 12}}\n", `world.yaml:1:20: id must be text, not a number (write "12")`},
		{"bad ID", "pages: {shop: {id: \"012\"}}\n", `world.yaml:1:20: id "012" is no ID (1 to 19 digits, the first not 0)`},
		{"ID twice", "pages: {shop: {id: \"12\"}, cafe: {id: \"12\"}}\n", `world.yaml:1:38: ID "12" is already used on line 1`},
		{"scoped ID twice", "pages: {shop: {}}\npeople:\n  ana: {ids: {shop: \"7\"}}\n  ben: {ids: {shop: \"7\"}}\n", `world.yaml:4:21: ID "7" is already used on line 3`},
		{"token twice", "pages: {shop: {token: EAAx}, cafe: {token: EAAx}}\n", `world.yaml:1:44: token "EAAx" is already used on line 1`},
		{"token without text", "pages: {shop: {}}\ntokens: [{page: shop}]\n", `world.yaml:2:10: a token needs its text`},
		{"token of two", "pages: {shop: {}}\npeople: {ana: {}}\ntokens: [{token: EAAx, page: shop, user: ana}]\n", `world.yaml:3:10: a token is for one of page, user and instagram`},
		{"unknown permission", "apps: {demo: {}}\npeople: {ana: {apps: {demo: [emial]}}}\n", `world.yaml:2:30: unknown permission "emial" (did you mean "email"?)`},
		{"unknown task", "pages: {shop: {tasks: {ana: [MODERAT]}}}\npeople: {ana: {}}\n", `world.yaml:1:30: unknown task "MODERAT" (did you mean "MODERATE"?)`},
		{"unknown in review", "apps: {demo: {review: {pages_user_local: none}}}\n", `world.yaml:1:24: unknown permission or feature "pages_user_local" in review (did you mean "pages_user_locale"?)`},
		{"unknown level", "apps: {demo: {review_default: advance}}\n", `world.yaml:1:31: unknown level "advance" (did you mean "advanced"?)`},
		{"unknown edition", "apps: {demo: {profile_edition: 2017}}\n", `world.yaml:1:32: unknown profile_edition "2017" (use one of auto, 2016, 2018, 2026)`},
		{"unknown version", "apps: {demo: {default_version: v2.99}}\n", `world.yaml:1:32: unknown version "v2.99" (v2.0 to v26.0)`},
		{"unknown info field", "pages: {shop: {info_about_people: [local]}}\n", `world.yaml:1:36: unknown field of info_about_people "local" (did you mean "locale"?)`},
		{"account linked twice", "pages: {a: {instagram: ig}, b: {instagram: ig}}\ninstagram: {ig: {}}\n", `world.yaml:1:44: instagram account "ig" is linked already on line 1`},
		{"ambiguous place", "pages: {shop: {}}\ninstagram: {shop: {}}\npeople: {ana: {contacts: {shop: message}}}\n", `world.yaml:3:27: "shop" names several things here (give them different handles)`},
		{"anchor", "people: {ana: &a {}}\n", `world.yaml:1:15: anchors, aliases and tags are not used in world files`},
		{"two documents", "world: a\n---\nworld: b\n", `world.yaml:3:1: a second document: one file holds one world`},
		{"broken YAML", "people: {ana: [}\n", `world.yaml:1:`},
		{"UTF-16", "\xff\xfep\x00", `world.yaml: not UTF-8 text`},
		{"too deep", "people: " + strings.Repeat("[", 2000), `world.yaml:1:1: nested too deeply`},
		{"too many", "generate: {people: 1000000}\n", `world.yaml:1:20: generate at most 100000 people in a world file`},
		{"bad rate", "pages: {shop: {}}\ngenerate: {people: 1, contacts: {shop: 2}}\n", `world.yaml:2:40: rate must be a number from 0 to 1`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse("world.yaml", []byte(tt.in), testCatalogue())
			if err == nil || err.Error() != tt.want && (tt.name != "broken YAML" || !strings.HasPrefix(err.Error(), tt.want)) {
				t.Errorf("Parse(%q)\n got %v\nwant %s", tt.in, err, tt.want)
			}
		})
	}
}

func TestParseReportsAllProblemsInOrder(t *testing.T) {
	_, err := Parse("w.yaml", []byte("people:\n  ana: {frist_name: A, age: 3}\npages:\n  shop: {owner: zoe}\nwrld: x\n"), testCatalogue())
	var ps Problems
	if !errors.As(err, &ps) || len(ps) != 4 {
		t.Fatalf("Parse gave %v, want four problems", err)
	}
	for i := 1; i < len(ps); i++ {
		if ps[i].Line < ps[i-1].Line {
			t.Errorf("problems out of order:\n%v", ps)
		}
	}
}

func TestParseMoment(t *testing.T) {
	now := begin
	tests := []struct {
		in   string
		want time.Time
	}{
		{"-2h", now.Add(-2 * time.Hour)},
		{"+60d", now.Add(60 * 24 * time.Hour)},
		{"-1w2d3h", now.Add(-(9*24 + 3) * time.Hour)},
		{"2020-12-16T00:00:00+01:00", time.Date(2020, 12, 15, 23, 0, 0, 0, time.UTC)},
	}
	for _, tt := range tests {
		m, err := parseMoment(tt.in)
		if err != nil || !m.in(now).Equal(tt.want) {
			t.Errorf("parseMoment(%q) = %v, %v, want %v", tt.in, m.in(now), err, tt.want)
		}
	}
	for _, in := range []string{"", "-", "+", "--2h", "-+2h", "-2", "now", "-99999999999h", "-70000d", "-d", "1969-01-01T00:00:00Z"} {
		if m, err := parseMoment(in); err == nil {
			t.Errorf("parseMoment(%q) = %v, want an error", in, m)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(demo)
	f.Add("pages: {bakery: {}}\npeople: {ana: {first_name: Ana}}\nevents: [{page: bakery, person: ana, event: web_plugin}]\n")
	f.Add("a: &x [1]\nb: *x\n<<: {c: !!str 5}\n")
	f.Add("? [a]\n: |\n  x\n- - - -\n")
	f.Fuzz(func(t *testing.T, in string) {
		w, err := Parse("w.yaml", []byte(in), testCatalogue())
		if (w == nil) == (err == nil) {
			t.Errorf("Parse(%q) = %v, %v", in, w, err)
		}
	})
}
