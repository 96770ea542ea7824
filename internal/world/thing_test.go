package world

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/store"
)

func TestParseNamesEveryMistakeOfThings(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"unknown edge", "people: {ana: {albus: []}}\n", `w:1:16: unknown key "albus" in person ana (did you mean "albums"?)`},
		{"edge of another type", "people: {ana: {comments: []}}\n", `w:1:16: unknown key "comments" in person ana`},
		{"unknown field", "people: {ana: {albums: [{nmae: x}]}}\n", `w:1:26: unknown key "nmae" in item of albums (did you mean "name"?)`},
		{"wrong kind", "people: {ana: {albums: [{name: x, count: many}]}}\n", `w:1:42: count must be a number, not text`},
		{"no whole number", "people: {ana: {albums: [{count: 1.5}]}}\n", `w:1:33: count must be a whole number`},
		{"no truth", "people: {ana: {albums: [{can_upload: 1}]}}\n", `w:1:38: can_upload must be true or false, not a number`},
		{"no list", "people: {ana: {photos: [{images: {}}]}}\n", `w:1:34: images must be a list, not a mapping`},
		{"no time", "people: {ana: {albums: [{updated_time: noon}]}}\n", `w:1:40: updated_time "noon" is no time such as 2026-03-01T09:00:00Z, or -2h, +3d`},
		{"created_time", "people: {ana: {albums: [{created_time: x}]}}\n", `w:1:26: created_time follows from when it was made (write at)`},
		{"created_time of a like", "pages: {shop: {}}\npeople: {ana: {likes: [{to: shop, created_time: x}]}}\n", `w:2:35: created_time follows from when it was put there (write at)`},
		{"unknown page", "pages: {shop: {}}\npeople: {ana: {likes: [shpo]}}\n", `w:2:24: no page "shpo" in this world (did you mean "shop"?)`},
		{"unknown thing", "people: {ana: {events: [party]}}\n", `w:1:25: no thing of type Event "party" in this world`},
		{"thing of another type", "things: {party: {type: Event}}\npeople: {ana: {albums: [party]}}\n", `w:2:25: thing "party" is of type Event, not Album`},
		{"reference to another type", "people: {ana: {albums: [{cover_photo: beach, name: x}]}}\nthings: {beach: {type: Album}}\n", `w:1:39: thing "beach" is of type Album, not Photo`},
		{"reference of another kind", "pages: {shop: {}}\npeople: {ana: {albums: [{cover_photo: page shop}]}}\n", `w:2:39: cover_photo leads to a thing, not to a page`},
		{"page without its kind", "pages: {shop: {}}\npeople: {ana: {albums: [{from: shop}]}}\n", `w:2:32: "shop" is no person and no thing (write "page shop")`},
		{"person and thing", "people: {ana: {albums: [{from: ana}]}}\nthings: {ana: {type: Event}}\n", `w:1:32: "ana" names a person and a thing (write "person ana" or "thing ana")`},
		{"unknown kind", "people: {ana: {albums: [{from: pge shop}]}}\n", `w:1:32: from "pge shop": there is no kind "pge" (did you mean "page"?)`},
		{"list for one", "people: {ana: {albums: [{from: [ana]}]}}\n", `w:1:32: from refers to one node, not to a list`},
		{"item twice", "pages: {shop: {}}\npeople: {ana: {likes: [shop, {to: shop}]}}\n", `w:2:35: shop is on likes already, on line 2`},
		{"own item", "people: {ana: {family: [ana]}}\n", `w:1:25: person ana cannot be on their own family`},
		{"no list of items", "pages: {shop: {}}\npeople: {ana: {likes: shop}}\n", `w:2:23: likes must be a list, not text (write [shop])`},
		{"new page", "people: {ana: {likes: [{name: Shop}]}}\n", `w:1:24: item of likes leads to a page of this world (write to: HANDLE)`},
		{"extra of another edge", "people: {ben: {}, ana: {family: [{to: ben, rsvp_status: x}]}}\n", `w:1:44: unknown key "rsvp_status" in item of family (use one of at, relationship, to)`},
		{"no type", "things: {party: {name: x}}\n", `w:1:10: thing party has no type (write type: Event, or another node type)`},
		{"unknown type", "things: {party: {type: Evnt}}\n", `w:1:24: unknown type "Evnt" of a thing (did you mean "Event"?)`},
		{"type of a person", "things: {party: {type: User}}\n", `w:1:24: unknown type "User" of a thing`},
		{"unknown owner", "things: {party: {type: Event, owner: page shp}}\npages: {shop: {}}\n", `w:1:38: no page "shp" in this world (did you mean "shop"?)`},
		{"owned by a thing", "things: {a: {type: Event, owner: thing b}, b: {type: Event}}\n", `w:1:34: a thing belongs to a person, page, app or business, not to a thing`},
		{"handle twice", "people: {ana: {albums: [{handle: x}, {handle: x}]}}\n", `w:1:47: handle "x" is already there on line 1`},
		{"bad handle", "people: {ana: {albums: [{handle: X}]}}\n", `w:1:34: bad handle "X" (1 to 64 of a-z, 0-9, _ and -)`},
		{"ID twice", "pages: {shop: {id: \"77\"}}\npeople: {ana: {albums: [{id: \"77\"}]}}\n", `w:2:30: ID "77" is already used on line 1`},
		{"ID without its beginning", "people: {ana: {adaccounts: [{id: \"77\"}]}}\n", `w:1:34: "77" is no ID of AdAccount (act_1 to 19 digits, the first not 0)`},
		{"field twice", "pages: {shop: {mission: a, fields: {mission: b}}}\n", `w:1:46: mission is said twice`},
		{"unknown field of a page", "pages: {shop: {fields: {misson: b}}}\n", `w:1:25: unknown key "misson" in fields of shop (did you mean "mission"?)`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse("w", []byte(tt.in), testCatalogue())
			if err == nil || err.Error() != tt.want {
				t.Errorf("Parse(%q)\n got %v\nwant %s", tt.in, err, tt.want)
			}
		})
	}
}

// things is a world with things of all owners and references of all kinds.
const things = `
clock: 2017-09-01T09:00:00Z
businesses: {acme: {vertical: FOOD}}
apps: {demo: {description: An app}}
pages:
  shop: {mission: Bread, hours: {mon_1_open: "08:00"}, best_page: cafe, conversations: [{message_count: 2}]}
  cafe: {blocked: [ben]}
people:
  ana:
    friends: [ben]
    likes: [cafe, {to: shop, at: -3d}]
    family: [{to: ben, relationship: brother}]
    subscribedto: [ben]
    albums:
      - name: Summer
        handle: summer
        at: 2017-07-01T12:00:00Z
        cover_photo: summer/photos/1
        fields: {type: wall}
        photos: [{name: Beach, width: 720, likes: [ben]}, {name: Sea}]
        comments: [{message: Nice, owner: ben, from: ben}]
    events: [{to: party, rsvp_status: attending}]
  ben: {subscribers: [ana], adaccounts: [{id: act_77, business: acme}]}
things:
  party: {type: Event, name: Party, owner: page shop, updated_time: 2017-10-01T18:00:00Z, at: -1d}
  square: {type: Place, name: Square}
`

func TestLoadOfThings(t *testing.T) {
	ctx := context.Background()
	b := testBuilder(t, openMemory(t))
	mustLoad(t, b, things)
	ids := mustIDs(t, b)
	if got, want := len(ids.Things), 8; got != want {
		t.Errorf("%d things, want %d: %v", got, want, ids.Things)
	}
	if got := ids.Things["ben/adaccounts/1"]; got != "act_77" {
		t.Errorf("the ad account is %q", got)
	}
	if again := testBuilder(t, openMemory(t)); true {
		mustLoad(t, again, things)
		for h, id := range mustIDs(t, again).Things {
			if ids.Things[h] != id {
				t.Errorf("thing %s is %s, and %s when it is loaded again", h, ids.Things[h], id)
			}
		}
	}
	err := b.opt.DB.View(ctx, func(r *store.Reader) error {
		id := func(kind, handle string) store.ID {
			got, err := r.Resolve(ctx, store.SpaceHandle, kind+"/"+handle)
			if err != nil || got == 0 {
				t.Fatalf("%s %s: %d, %v", kind, handle, got, err)
			}
			return got
		}
		to := func(from store.ID, edge string) (list []store.ID) {
			recs, err := r.Range(ctx, store.Range{From: from, Kind: store.Edge(edge), Limit: 9})
			if err != nil {
				t.Fatal(err)
			}
			for _, rec := range recs {
				list = append(list, rec.ID)
			}
			return list
		}
		ana, ben := id("person", "ana"), id("person", "ben")
		shop, cafe, party := id("page", "shop"), id("page", "cafe"), id("thing", "party")
		summer, beach := id("thing", "summer"), id("thing", "summer/photos/1")
		for what, pair := range map[string][2][]store.ID{
			"the newest like first": {to(ana, "likes"), {cafe, shop}},
			"family":                {to(ana, "family"), {ben}},
			"said at both ends":     {to(ana, "subscribedto"), {ben}},
			"the album":             {to(ana, "albums"), {summer}},
			"photos as written":     {to(summer, "album.photos"), {beach, id("thing", "summer/photos/2")}},
			"a like of a photo":     {to(beach, "object.likes"), {ben}},
			"the event":             {to(ana, "events"), {party}},
			"the page":              {to(cafe, "page.blocked"), {ben}},
		} {
			if !slices.Equal(pair[0], pair[1]) {
				t.Errorf("%s: %v, want %v", what, pair[0], pair[1])
			}
		}
		album, err := get[*people.Thing](ctx, r, summer, "album")
		if err != nil {
			return err
		}
		if album.Owner != ana || album.Parts.JSON("type") != `"wall"` || !slices.Equal(album.Parts.Refs("cover_photo"), []store.ID{beach}) {
			t.Errorf("the album is %+v", album)
		}
		comment, err := get[*people.Thing](ctx, r, id("thing", "ben/on/comments/1"), "comment")
		if err != nil || comment.Owner != ben {
			t.Errorf("the comment is %+v, %v", comment, err)
		}
		event, err := get[*people.Thing](ctx, r, party, "event")
		if err != nil || event.Owner != shop || event.Parts.Int("updated_time") != 1506880800 || event.Created != 1504170000 {
			t.Errorf("the event is %+v, %v", event, err)
		}
		page, err := get[*people.Page](ctx, r, shop, "page")
		if err != nil || page.Parts.JSON("mission") != `"Bread"` || !slices.Equal(page.Parts.Refs("best_page"), []store.ID{cafe}) {
			t.Errorf("the page is %+v, %v", page, err)
		}
		own, err := r.Pair(ctx, shop, store.AssocOwn, party)
		if err != nil || own == nil {
			t.Errorf("the event is not the page's: %v", err)
		}
		rsvp, err := r.Pair(ctx, ana, store.Edge("events"), party)
		if item, ok := record[*people.Item](rsvp); err != nil || !ok || item.Parts.JSON("rsvp_status") != `"attending"` {
			t.Errorf("the answer to the event is %+v, %v", rsvp, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What belongs to a person goes with them, and what others have loses them.
func TestErasureTakesThingsAlong(t *testing.T) {
	ctx := context.Background()
	b := testBuilder(t, openMemory(t))
	b.opt.JobRows = 3
	mustLoad(t, b, things)
	if _, err := b.Link(ctx, "person", "ana", "feed", []byte(`{"message":"of ben","owner":"ben","from":"ana"}`)); err != nil {
		t.Fatal(err)
	}
	d, all := dossierOf(t, b, "ana")
	if len(d.Things) != 3 || len(d.RefersTo) != 1 || d.RefersTo[0] != "thing/ben/on/feed/1" {
		t.Errorf("ana has %d things and is referred to by %v", len(d.Things), d.RefersTo)
	}
	for _, want := range []string{"Summer", "Beach", "attending", "brother"} {
		if !strings.Contains(all, want) {
			t.Errorf("the export of ana says nothing of %q", want)
		}
	}
	id := personIDs(t, b)["ana"]
	act(t, b, Action{Person: "ana", Event: "erase"})
	if err := b.Work(ctx, nil); err != nil {
		t.Fatal(err)
	}
	checkNothingLeads(t, b, id)
	left := mustIDs(t, b).Things
	for _, gone := range []string{"summer", "summer/photos/1", "summer/photos/2", "ben/on/comments/1"} {
		if left[gone] != "" {
			t.Errorf("thing %s is still there", gone)
		}
	}
	for _, stays := range []string{"party", "square", "ben/adaccounts/1", "ben/on/feed/1", "page/shop/conversations/1"} {
		if left[stays] == "" {
			t.Errorf("thing %s is gone", stays)
		}
	}
	post, err := b.Thing(ctx, "ben/on/feed/1")
	if err != nil || post.Fields["from"] != nil || string(post.Fields["message"]) != `"of ben"` {
		t.Errorf("the post that named her is %+v, %v", post, err)
	}
}

// Things and edges go out in one order and come in as they were.
func TestThingsSurviveExportAndImport(t *testing.T) {
	ctx := context.Background()
	b := testBuilder(t, openMemory(t))
	mustLoad(t, b, things)
	var first, second bytes.Buffer
	if err := b.Export(ctx, &first); err != nil {
		t.Fatal(err)
	}
	again := testBuilder(t, openMemory(t))
	if err := again.Import(ctx, bytes.NewReader(first.Bytes()), nil); err != nil {
		t.Fatal(err)
	}
	if err := again.Export(ctx, &second); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first.String(), second.String()); diff != "" {
		t.Errorf("the second export differs: %s", diff)
	}
	for _, want := range []string{`"thing":`, `"edge":"album.photos"`, `"rsvp_status"`, `"ref":"page cafe"`, `"ref":"business acme"`} {
		if !strings.Contains(first.String(), want) {
			t.Errorf("the export has no %s:\n%s", want, first.String())
		}
	}
	x, y := mustIDs(t, b), mustIDs(t, again)
	if diff := cmp.Diff(x.Things, y.Things); diff != "" {
		t.Errorf("things have other IDs: %s", diff)
	}
}

// What the store has already has types, too.
func TestImportKnowsTypesOfTheStore(t *testing.T) {
	ctx := context.Background()
	b := testBuilder(t, openMemory(t))
	mustLoad(t, b, "people: {ben: {albums: [{id: \"7\", name: Summer}]}}\n")
	in := `{"person":{"handle":"ana"}}` + "\n" + `{"thing":{"id":"5","type":"Photo","parts":[{"name":"album","ref":"thing 7"}]}}` + "\n"
	if err := b.Import(ctx, strings.NewReader(in+`{"edge":{"of":"person ana","edge":"photos","items":[{"to":"thing 7","at":1}]}}`), nil); err == nil ||
		err.Error() != "line 3: refers to a thing of another type than the field or edge leads to" {
		t.Errorf("an album among photos: %v", err)
	}
	if err := b.Import(ctx, strings.NewReader(in+`{"edge":{"of":"person ana","edge":"albums","items":[{"to":"thing 7","at":1}]}}`), nil); err != nil {
		t.Errorf("an album of somebody else: %v", err)
	}
}

func TestImportRefusesThings(t *testing.T) {
	person := `{"person":{"handle":"ana"}}` + "\n"
	photo := `{"thing":{"id":"5","type":"Photo"}}` + "\n"
	tests := []struct{ in, want string }{
		{`{"thing":{"id":"5","type":"Phto"}}`, `line 1: unknown type "Phto" of a thing`},
		{`{"thing":{"id":"05","type":"Photo"}}`, `line 1: "05" is no ID of Photo`},
		{`{"thing":{"id":"5","type":"AdAccount"}}`, `line 1: "5" is no ID of AdAccount`},
		{`{"thing":{"id":"5","type":"Photo","handle":"A"}}`, `line 1: bad handle "A" of a thing`},
		{`{"thing":{"id":"5","type":"Photo","owner":"person ana"}}`, `line 1: a thing with an owner says since when, in at`},
		{`{"thing":{"id":"5","type":"Photo","owner":"person zoe","at":1}}`, `line 1: names somebody or something that is neither in the input nor in the store`},
		{`{"thing":{"id":"5","type":"Photo","owner":"page zoe","at":1}}`, `line 1: no page "zoe"`},
		{`{"thing":{"id":"5","type":"Photo","owner":"thing 5","at":1}}`, `line 1: a thing belongs to a person, page, app or business`},
		{`{"thing":{"id":"5","type":"Photo","parts":[{"name":"nme","value":"x"}]}}`, `line 1: unknown field "nme"`},
		{`{"thing":{"id":"5","type":"Photo","parts":[{"name":"name","value":7}]}}`, `line 1: name must be of kind string`},
		{`{"thing":{"id":"5","type":"Photo","parts":[{"name":"width","value":"7"}]}}`, `line 1: width must be of kind int`},
		{`{"thing":{"id":"5","type":"Photo","parts":[{"name":"album","value":"7"}]}}`, `line 1: album takes ref or refs`},
		{`{"thing":{"id":"5","type":"Photo","parts":[{"name":"album","ref":"thing 6"}]}}`, `line 1: names somebody or something that is neither in the input nor in the store`},
		{photo + photo, `line 2: has a handle, ID or token that is already on line 1`},
		{photo + person, `line 2: it comes too late: people, then things, then edges, then audiences, then files`},
		{person + photo + `{"edge":{"of":"person ana","edge":"photo","items":[]}}`, `line 3: unknown edge "photo"`},
		{person + photo + `{"edge":{"of":"ana","edge":"photos","items":[]}}`, `line 3: "ana" names nothing: write person, page, app, business, instagram or thing before the name`},
		{person + photo + `{"edge":{"of":"person ana","edge":"photos","items":[{"to":"thing 5"}]}}`, `line 3: thing 5 is on photos since when? at is missing`},
		{person + photo + `{"edge":{"of":"person ana","edge":"photos","items":[{"to":"thing 5","at":1},{"to":"thing 5","at":2}]}}`, `line 3: thing 5 is on photos twice`},
		{person + photo + `{"edge":{"of":"person ana","edge":"photos","items":[{"to":"thing 6","at":1}]}}`, `line 3: names somebody or something that is neither in the input nor in the store`},
		{person + photo + `{"edge":{"of":"person ana","edge":"photos","items":[{"to":"thing 5","at":1,"parts":[{"name":"x","value":1}]}]}}`, `line 3: unknown field "x"`},
		{person + photo + `{"edge":{"of":"person ana","edge":"photos","items":[{"to":"person ana","at":1}]}}`, `line 3: photos takes a thing, not "person ana"`},
		{person + photo + `{"edge":{"of":"person ana","edge":"album.photos","items":[{"to":"thing 5","at":1}]}}`, `line 3: person ana has no edge album.photos`},
		{person + photo + `{"edge":{"of":"person ana","edge":"albums","items":[{"to":"thing 5","at":1}]}}`, `line 3: refers to a thing of another type than the field or edge leads to`},
		{person + photo + `{"edge":{"of":"person ana","edge":"likes","items":[{"to":"thing 5","at":1}]}}`, `line 3: likes takes a page, not "thing 5"`},
		{person + `{"thing":{"id":"6","type":"Photo","parts":[{"name":"album","ref":"thing 5"}]}}` + "\n" + photo, `line 2: refers to a thing of another type than the field or edge leads to`},
		{person + `{"thing":{"id":"6","type":"Photo","parts":[{"name":"album","ref":"person ana"}]}}`, `line 2: album takes a thing, not "person ana"`},
		{person + photo + `{"thing":{"id":"6","type":"LegacyThread","parts":[{"name":"to","refs":["person ana","thing 5"]}]}}`, `line 3: to takes a person, not "thing 5"`},
		{`{"page":{"handle":"shop","id":"9","parts":[{"name":"parent_page","ref":"person ana"}]}}` + "\n" + person, `line 1: parent_page takes a page, not "person ana"`},
		{`{"page":{"handle":"shop","id":"9","parts":[{"name":"misson","value":"x"}]}}`, `line 1: unknown field "misson"`},
	}
	for _, tt := range tests {
		b := testBuilder(t, openMemory(t))
		err := b.Import(context.Background(), strings.NewReader(tt.in), nil)
		if err == nil || err.Error() != tt.want {
			t.Errorf("Import(%s)\n got %v\nwant %s", tt.in, err, tt.want)
		}
		if empty, err := b.Empty(context.Background()); err != nil || !empty {
			t.Errorf("Import(%s) left something: %v", tt.in, err)
		}
	}
}
