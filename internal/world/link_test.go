package world

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
)

func TestLinkAndUnlink(t *testing.T) {
	ctx := context.Background()
	b := testBuilder(t, openMemory(t))
	mustLoad(t, b, things)
	do := func(kind, handle, edge, item string) *Linked {
		t.Helper()
		done, err := b.Link(ctx, kind, handle, edge, json.RawMessage(item))
		if err != nil {
			t.Fatalf("Link(%s %s %s %s): %v", kind, handle, edge, item, err)
		}
		return done
	}
	do("person", "ben", "likes", `{"to":"cafe","at":"2017-08-01T00:00:00Z"}`)
	do("person", "ben", "events", `{"to":"party","rsvp_status":"declined"}`)
	do("person", "ben", "friends", `{"to":"ana"}`)
	do("page", "shop", "blocked", `{"to":"ana"}`)
	album := do("person", "ben", "albums", `{"name":"New","cover_photo":"summer/photos/1","from":"ben","photos":[{"name":"One"}]}`)
	if album.To != "thing/ben/albums/1" || album.ID == "" {
		t.Errorf("the album is %+v", album)
	}
	if again := do("person", "ben", "albums", `{"name":"Newer"}`); again.To != "thing/ben/albums/2" {
		t.Errorf("the next album is %+v", again)
	}
	comment := do("thing", "summer", "comments", `{"message":"Fine"}`)
	v, err := b.Thing(ctx, comment.ID)
	if err != nil || v.Handle != "summer/comments/1" || v.Owner != "person/ana" || string(v.Fields["message"]) != `"Fine"` {
		t.Errorf("the comment is %+v, %v", v, err)
	}
	v, err = b.Thing(ctx, "ben/albums/1")
	if err != nil || string(v.Fields["cover_photo"]) != `"thing/summer/photos/1"` || v.Edges["photos"][0].To != "thing/ben/albums/1/photos/1" {
		t.Errorf("the album is %+v, %v", v, err)
	}
	ben, err := b.Person(ctx, "ben")
	if err != nil {
		t.Fatal(err)
	}
	if e := ben.Edges["events"]; len(e) != 1 || e[0].To != "thing/party" || e[0].Type != "Event" || string(e[0].Fields["rsvp_status"]) != `"declined"` {
		t.Errorf("ben's events are %+v", e)
	}
	if l := ben.Edges["likes"]; len(l) != 1 || l[0].To != "page/cafe" || l[0].At.Year() != 2017 {
		t.Errorf("ben's likes are %+v", l)
	}
	if len(ben.Things) != 5 { // a comment, an ad account, two albums and a photo
		t.Errorf("ben has %+v", ben.Things)
	}
	if _, err := b.Unlink(ctx, "person", "ben", "events", "party"); err != nil {
		t.Fatal(err)
	}
	if ben, err = b.Person(ctx, "ben"); err != nil || len(ben.Edges["events"]) != 0 {
		t.Errorf("ben's events are %+v, %v", ben.Edges["events"], err)
	}
	if _, err := b.Thing(ctx, "party"); err != nil {
		t.Errorf("the event that ben left is gone: %v", err)
	}
}

func TestLinkNamesEveryMistake(t *testing.T) {
	ctx := context.Background()
	b := testBuilder(t, openMemory(t))
	mustLoad(t, b, things)
	tests := []struct{ kind, handle, edge, item, want string }{
		{"person", "anna", "likes", `{"to":"cafe"}`, `no person "anna" in this world (did you mean "ana"?)`},
		{"person", "ana", "like", `{"to":"cafe"}`, `User has no edge "like" that is filled item by item (did you mean "likes"?)`},
		{"person", "ana", "accounts", `{"to":"cafe"}`, `User has no edge "accounts" that is filled item by item (did you mean "adaccounts"?)`},
		{"person", "ana", "likes", `{"to":"coffee"}`, `line 1:7: no page "coffee" in this world`},
		{"person", "ana", "likes", `{"to":"cafe","rsvp":1}`, `line 1:14: unknown key "rsvp" in item of likes (use one of at, created_time, to)`},
		{"person", "ana", "events", `{"to":"square"}`, `line 1:7: thing "square" is of type Place, not Event`},
		{"person", "ana", "albums", `{"count":"x"}`, `line 1:10: count must be a number, not text`},
		{"thing", "summer", "photos", `[]`, ``},
	}
	for _, tt := range tests {
		_, err := b.Link(ctx, tt.kind, tt.handle, tt.edge, json.RawMessage(tt.item))
		if err == nil || tt.want != "" && err.Error() != tt.want {
			t.Errorf("Link(%s %s %s %s)\n got %v\nwant %s", tt.kind, tt.handle, tt.edge, tt.item, err, tt.want)
		}
	}
	_, err := b.Unlink(ctx, "person", "ben", "likes", "shop")
	if err == nil || !strings.Contains(err.Error(), "is not on likes of ben") {
		t.Errorf("Unlink of what is not there: %v", err)
	}
}
