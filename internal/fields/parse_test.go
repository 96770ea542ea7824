package fields

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// reprint is the canonical form, or the error.
func reprint(text string) string {
	sel, err := Parse(text, Limits{})
	if err != nil {
		return "error: " + err.Error()
	}
	return sel.String()
}

func TestReprint(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", ""},
		{" \t\r\n", ""},
		{"[]", ""},
		{"name", "name"},
		{"first_name, last_name ,profile_pic", "first_name,last_name,profile_pic"},
		{"first_name,friends.limit(2){name}", "first_name,friends.limit(2){name}"},
		{"posts.limit(5){message,privacy{value}}", "posts.limit(5){message,privacy{value}}"},
		{
			"albums.limit(5){name,photos.limit(2).after(MTAx){name,picture,tags.limit(2)}},posts.limit(5)",
			"albums.limit(5){name,photos.limit(2).after(MTAx){name,picture,tags.limit(2)}},posts.limit(5)",
		},
		{" albums . limit ( 5 ) { name , id } ", "albums.limit(5){name,id}"},
		{"albums.fields(name,photos.fields(id))", "albums{name,photos{id}}"},
		{`attachments.fields(["type"]).limit(2)`, "attachments.limit(2){type}"},
		{"a.limit(1).fields(b.limit(2)).after(x)", "a.limit(1).after(x){b.limit(2)}"},
		{"picture.width(100).height(100).as(picture_small)", "picture.width(100).height(100).as(picture_small)"},
		{"picture,picture.as(p)", "picture,picture.as(p)"},
		{"a{id},b{id},id", "a{id},b{id},id"},
		{"a.limit()", "a.limit()"},
		{`insights.metric(["a","b"]).filter({"x":[")",{"y":"\"}"}]})`, `insights.metric(["a","b"]).filter({"x":[")",{"y":"\"}"}]})`},
		{"a.since(f(x(1),2))", "a.since(f(x(1),2))"},
		{"a.q(['it)'])", "a.q(['it)'])"},
		{"a.q(it's)", "a.q(it's)"},
		{`["name","picture"]`, "name,picture"},
		{`["name,picture"]`, "name,picture"},
		{` [ "name" , "albums{name,id}" ] `, "name,albums{name,id}"},
		{`["a.q([\"x\"])","\u0062"]`, `a.q(["x"]),b`},
	}
	for _, tt := range tests {
		got := reprint(tt.in)
		if got != tt.want {
			t.Errorf("Parse(%q)\n got %s\nwant %s", tt.in, got, tt.want)
		}
		if again := reprint(got); again != got {
			t.Errorf("Parse(%q) is no fixed point\n got %s\nwant %s", got, again, got)
		}
	}
}

func TestErrors(t *testing.T) {
	tests := []struct{ in, want string }{
		{"name,,id", "error: empty field name at 5"},
		{"name,", "error: empty field name at 5"},
		{",name", "error: empty field name at 0"},
		{"a{}", "error: empty field name at 2"},
		{"a{b,}", "error: empty field name at 4"},
		{"a.fields()", "error: empty field name at 9"},
		{"a.fields([])", "error: empty field name at 11"},
		{`["name",""]`, "error: empty field name at 9"},
		{"id,id", "error: Field id specified more than once. This is only possible before version 2.1 at 5"},
		{"picture,picture.width(5){url}", "error: Field picture specified more than once. This is only possible before version 2.1 at 15"},
		{"a{id,id}", "error: Field id specified more than once. This is only possible before version 2.1 at 7"},
		{"name,id.as(name)", "error: Field name specified more than once. This is only possible before version 2.1 at 7"},
		{`["id","name,id"]`, "error: Field id specified more than once. This is only possible before version 2.1 at 14"},
		{"albums{name}.limit(5)", `error: Expected end of string instead of ".". at 12`},
		{"name id", `error: Expected end of string instead of "i". at 5`},
		{"näme", `error: Expected end of string instead of "ä". at 1`},
		{"na\xffme", "error: Expected end of string instead of \"\uFFFD\". at 2"},
		{"a}", `error: Expected end of string instead of "}". at 1`},
		{"a\x00", "error: Expected end of string instead of \"\x00\". at 1"},
		{"a{b", `error: Expected "}" instead of end of string. at 3`},
		{"a{b)", `error: Expected "}" instead of ")". at 3`},
		{"a{b}{c}", `error: Expected end of string instead of "{". at 4`},
		{"a.fields(b){c}", `error: Expected end of string instead of "{". at 11`},
		{"a.fields(b).fields(c)", `error: Expected end of string instead of ".". at 11`},
		{"*", `error: Expected field name instead of "*". at 0`},
		{"{a}", `error: Expected field name instead of "{". at 0`},
		{"a.", "error: Expected modifier name instead of end of string. at 2"},
		{"a.limit", `error: Expected "(" instead of end of string. at 7`},
		{"a.limit(5", `error: Expected ")" instead of end of string. at 9`},
		{"a.q([)", `error: Expected "]" instead of ")". at 5`},
		{`a.q("x)`, `error: Expected ")" instead of end of string. at 7`},
		{`a.q("x\`, `error: Expected ")" instead of end of string. at 7`},
		{"a.as(b c)", `error: Expected field name instead of " ". at 6`},
		{"a.as()", `error: Expected field name instead of ")". at 5`},
		{"[name]", `error: Expected string instead of "n". at 1`},
		{`["a" "b"]`, `error: Expected "]" instead of """. at 5`},
		{`["a"]x`, `error: Expected end of string instead of "x". at 5`},
		{`["a`, `error: Expected """ instead of end of string. at 3`},
		{`["\x"]`, `error: Expected string instead of """. at 1`},
		{`["a{"]`, "error: empty field name at 4"},
		{"a" + strings.Repeat(".b(1)", 17), "error: Too many fields at 81"},
		{"a.q(" + strings.Repeat("[", 65), "error: Fields nested too deep at 68"},
	}
	for _, tt := range tests {
		if got := reprint(tt.in); got != tt.want {
			t.Errorf("Parse(%q)\n got %s\nwant %s", tt.in, got, tt.want)
		}
	}
}

// TestRecorded builds the wire texts that exist as recordings.
// [seen idx:835053682, idx:29111991446]
func TestRecorded(t *testing.T) {
	tests := []struct {
		in, want string
		kind     Kind
	}{
		{
			"third_party_id?access_token=x",
			`Syntax error "Expected end of string instead of "?"." at character 14: third_party_id?access_token=x`,
			Syntax,
		},
		{
			"id,name,picture,picture",
			`Syntax error "Field picture specified more than once. This is only possible before version 2.1" at character 23: id,name,picture,picture`,
			Duplicate,
		},
	}
	for _, tt := range tests {
		_, err := Parse(tt.in, Limits{})
		if err == nil {
			t.Fatalf("Parse(%q) succeeded", tt.in)
		}
		got := fmt.Sprintf("Syntax error \"%s\" at character %d: %s", err.Msg, err.Pos, err.Text)
		if got != tt.want || err.Kind != tt.kind {
			t.Errorf("Parse(%q)\n got %s (kind %d)\nwant %s (kind %d)", tt.in, got, err.Kind, tt.want, tt.kind)
		}
	}
}

func TestItems(t *testing.T) {
	got, err := Parse(" id, picture.width(9).as(small).width(5){ url }", Limits{})
	if err != nil {
		t.Fatal(err)
	}
	want := &Selection{Items: []Item{
		{Name: "id", Pos: 1},
		{
			Name: "picture", Pos: 5,
			Args: []Arg{{"width", "9"}, {"as", "small"}, {"width", "5"}},
			Sub:  &Selection{Items: []Item{{Name: "url", Pos: 42}}},
		},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("selection (-want +got)\n%s", diff)
	}
	pic := &got.Items[1]
	if w, ok := pic.Arg("width"); w != "5" || !ok {
		t.Errorf("Arg(width) = %q, %v, want the last", w, ok)
	}
	if pic.Key() != "small" || got.Items[0].Key() != "id" {
		t.Errorf("keys %q and %q, want small and id", pic.Key(), got.Items[0].Key())
	}
}
