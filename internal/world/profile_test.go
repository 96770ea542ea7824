package world

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSetPersonChangesAllOrNothing(t *testing.T) {
	b := testBuilder(t, openMemory(t))
	mustLoad(t, b, bakery)
	ctx := context.Background()
	raw := func(pairs ...string) map[string]json.RawMessage {
		m := map[string]json.RawMessage{}
		for i := 0; i < len(pairs); i += 2 {
			m[pairs[i]] = json.RawMessage(pairs[i+1])
		}
		return m
	}
	if err := b.SetPerson(ctx, "ana", raw("locale", `"fr_FR"`, "last_name", "null", "account", `"phone_only"`, "timezone", "-3.5",
		"verified", "true", "interested_in", `["male"]`, "significant_other", `"ben"`, "region", `"eu"`, "picture", `"none"`)); err != nil {
		t.Fatal(err)
	}
	p, err := b.Person(ctx, "ana")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{"account": p.Account, "partner": p.Partner, "picture": p.Picture}
	for k, v := range p.Fields {
		got[k] = string(v)
	}
	want := map[string]string{"account": "phone_only", "partner": "ben", "picture": "none", "first_name": `"Ana"`, "locale": `"fr_FR"`,
		"timezone": `"-3.5"`, "verified": "true", "interested_in": `["male"]`, "instagram_username": `"ana"`}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("after SetPerson (-want +got):\n%s", d)
	}
	before := export(t, b)
	for in, want := range map[string]string{
		`{"locale":"de_DE","gendr":"male"}`: `unknown field "gendr" (did you mean "gender"?)`,
		`{"locale":"xx_XX"}`:                `locale "xx_XX" is no known locale, use a code such as en_US`,
		`{"verified":"true"}`:               `verified is no text`,
		`{"first_name":7}`:                  `first_name must be text`,
		`{"significant_other":"ana"}`:       `ana cannot be their own significant other`,
		`{"account":"robot"}`:               `unknown account "robot" (use one of facebook, phone_only, guest, review_bot, deactivated)`,
		`{"instagram":"yes"}`:               `instagram must be true or false`,
	} {
		var attrs map[string]json.RawMessage
		if err := json.Unmarshal([]byte(in), &attrs); err != nil {
			t.Fatal(err)
		}
		if err := b.SetPerson(ctx, "ana", attrs); err == nil || err.Error() != want {
			t.Errorf("SetPerson(%s)\n got %v\nwant %s", in, err, want)
		}
	}
	if export(t, b) != before {
		t.Error("a refused change changed the person")
	}
}

func TestSetAudienceSticksToTheField(t *testing.T) {
	b := testBuilder(t, openMemory(t))
	mustLoad(t, b, bakery)
	ctx := context.Background()
	if err := b.SetAudience(ctx, "ana", map[string]string{"last_name": "only_me", "profile_pic": "friends"}); err != nil {
		t.Fatal(err)
	}
	if err := b.SetPerson(ctx, "ana", map[string]json.RawMessage{"last_name": json.RawMessage(`"Leal"`)}); err != nil {
		t.Fatal(err)
	}
	p, err := b.Person(ctx, "ana")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(map[string]string{"last_name": "only_me", "profile_pic": "friends"}, p.Audience); d != "" {
		t.Errorf("audiences (-want +got):\n%s", d)
	}
}

func TestPicturesComeFromFiles(t *testing.T) {
	dir := t.TempDir()
	var buf bytes.Buffer
	if err := png.Encode(&buf, image.NewRGBA(image.Rect(0, 0, 3, 2))); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "ana.png"), buf.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = root.Close() }()
	b := testBuilder(t, openMemory(t))
	b.opt.Files = root.ReadFile
	mustLoad(t, b, "people: {ana: {picture: \"file:ana.png\"}}\n")
	p, err := b.Person(context.Background(), "ana")
	if err != nil || p.Picture != "stored" {
		t.Errorf("ana: %+v, %v", p, err)
	}
	w, err := Parse("w.yaml", []byte("people: {ben: {picture: \"file:../ben.png\"}}\n"), testCatalogue())
	if err != nil {
		t.Fatal(err)
	}
	var ps Problems
	if err := b.Load(context.Background(), w); !errors.As(err, &ps) || ps[0].Line != 1 || ps[0].Column != 25 {
		t.Errorf("a picture outside the folder: %v", err)
	}
	want := export(t, b)
	again := testBuilder(t, openMemory(t))
	if err := again.Import(context.Background(), bytes.NewReader([]byte(want)), nil); err != nil {
		t.Fatal(err)
	}
	if got := export(t, again); got != want {
		t.Errorf("a picture does not survive export and import:\n%s", cmp.Diff(want, got))
	}
}
