package stories_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/story"
)

// A surface is where a consent event happens.
type surface string

const (
	messenger surface = "Messenger"
	instagram surface = "Instagram"
)

func surfaces() []surface { return []surface{messenger, instagram} }

// happening is the row of an event on a surface.
func (on surface) happening(e consent.Event) string {
	return "event " + e.String() + " on " + string(on)
}

// A teller follows what happens to whom in one story.
type teller struct {
	seed    seedFile
	met     map[string][]surface // person: where there is a contact
	waiting []string             // rows that nothing has read after
	read    []string
}

// A seedFile is what the events of a world file are in.
type seedFile struct {
	Pages, Instagram map[string]any
	People           map[string]struct{ Contacts map[string]any }
	Events           []struct{ Person, Page, Instagram, Event string }
}

// happenings lists the events that a story applies, by its world or by act, and
// reads afterwards.
func happenings(s *story.Story) []string {
	t := &teller{met: map[string][]surface{}}
	if yaml.Unmarshal(s.Seed, &t.seed) == nil {
		t.world()
	}
	for _, step := range s.Steps {
		switch {
		case step.Call == nil && step.Verb[0] == "act":
			t.act(step.Verb[1], step.Verb[2:])
		case step.Call != nil && step.Call.Method == "GET":
			t.read, t.waiting = append(t.read, t.waiting...), nil
		}
	}
	slices.Sort(t.read)
	return slices.Compact(t.read)
}

func (t *teller) world() {
	for _, e := range t.seed.Events {
		t.happened(e.Person, t.where(e.Page+e.Instagram), e.Event)
	}
	for person, p := range t.seed.People {
		for place, v := range p.Contacts {
			list, ok := v.([]any)
			if !ok {
				list = []any{v}
			}
			for _, v := range list {
				if m, ok := v.(map[string]any); ok {
					v = m["via"]
				}
				name, _ := v.(string)
				t.happened(person, t.where(place), name)
			}
		}
	}
}

// act reads "act PERSON [on PLACE] EVENT [page=PLACE ...]". What names no place
// happens wherever the person has a contact.
func (t *teller) act(person string, words []string) {
	on := t.met[person]
	if words[0] == "on" {
		on, words = t.where(words[1]), words[2:]
	}
	for _, w := range words[1:] {
		if key, place, _ := strings.Cut(w, "="); key == "page" || key == "instagram" {
			on = t.where(place)
		}
	}
	t.happened(person, on, words[0])
}

// where says what kind of place a handle is.
func (t *teller) where(place string) (on []surface) {
	if _, page := t.seed.Pages[place]; page {
		on = append(on, messenger)
	}
	if _, account := t.seed.Instagram[place]; account {
		on = append(on, instagram)
	}
	return on
}

func (t *teller) happened(person string, on []surface, name string) {
	e, err := consent.ParseEvent(name)
	if err != nil {
		return // it is no consent event: an install, say
	}
	for _, at := range on {
		t.waiting = append(t.waiting, at.happening(e))
		if !slices.Contains(t.met[person], at) {
			t.met[person] = append(slices.Clip(t.met[person]), at)
		}
	}
}

func TestHappenings(t *testing.T) {
	const head = `# A message of a revoke. [guess]
-- seed.yaml --
pages:     {bakery: {instagram: bakery_ig}}
instagram: {bakery_ig: {}}
people:
  ana: {first_name: Comment, contacts: {bakery: [message, {via: block}]}}
  max: {instagram: true}
events: [{person: max, instagram: bakery_ig, event: story_reply}]
-- run --
`
	const get = "GET /v25.0/me\n= 400 any\n\n"
	const seeded = "block on Messenger, message on Messenger, story_reply on Instagram"
	tests := []struct{ run, want string }{
		{"POST /v25.0/me\n= 400 any\n", ""},
		{get, seeded},
		{get + "act ana on bakery unblock\n", seeded},
		{get + "act ana on bakery unblock\n" + get, seeded + ", unblock on Messenger"},
		{"act ana on bakery message text=\"revoke it\"\n" + get, seeded},
		{"act ana install app=app\n" + get, seeded},
		{"act ana erase\n" + get, "block on Messenger, erase on Messenger, message on Messenger, story_reply on Instagram"},
		{"act max on bakery echo\nact max erase\n" + get,
			"block on Messenger, echo on Messenger, erase on Instagram, erase on Messenger, message on Messenger, story_reply on Instagram"},
		{"act max follow instagram=bakery_ig\n" + get, "block on Messenger, follow on Instagram, message on Messenger, story_reply on Instagram"},
	}
	for _, tt := range tests {
		s, err := story.Parse("a.txtar", []byte(head+tt.run))
		if err != nil {
			t.Fatal(err)
		}
		got := strings.ReplaceAll(strings.Join(happenings(s), ", "), "event ", "")
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", tt.run, diff)
		}
	}
}
