package kithtest

import "github.com/kithgraph/kith/internal/world"

// A Page of the world, by its handle.
type Page struct {
	ID    string
	Token string // of the Page's first app, with every permission
	s     *Server
	name  string
}

// An App of the world.
type App struct{ ID, Secret, Token, ClientToken string }

// An Instagram account of the world.
type Instagram struct {
	ID    string
	Token string // of Instagram Login
	s     *Server
	name  string
}

// A Person of the world.
type Person struct {
	s    *Server
	name string
}

func (s *Server) ids() *world.IDs {
	s.t.Helper()
	s.mu.RLock()
	defer s.mu.RUnlock()
	ids, err := s.graph.World.IDs(s.context())
	if err != nil {
		s.t.Fatalf("kithtest: %v", err)
	}
	return ids
}

// pick finds an entry by name, or ends the test.
func pick[V any](s *Server, m map[string]V, what, name string) V {
	s.t.Helper()
	v, ok := m[name]
	if !ok {
		s.t.Fatalf("kithtest: the world has no %s %q", what, name)
	}
	return v
}

// Page finds a Page by its handle.
func (s *Server) Page(handle string) *Page {
	s.t.Helper()
	p := pick(s, s.ids().Pages, "page", handle)
	return &Page{ID: p.ID, Token: p.Token, s: s, name: handle}
}

// PSID is the ID by which the Page knows a person. People get one at their
// first event with the Page.
func (p *Page) PSID(person string) string {
	p.s.t.Helper()
	page := pick(p.s, p.s.ids().Pages, "page", p.name)
	return pick(p.s, page.PSIDs, "contact of page "+p.name+" with", person)
}

// App finds an app by its handle.
func (s *Server) App(handle string) *App {
	s.t.Helper()
	a := pick(s, s.ids().Apps, "app", handle)
	return &App{ID: a.ID, Secret: a.Secret, Token: a.Token, ClientToken: a.ClientToken}
}

// Instagram finds an Instagram account by its handle.
func (s *Server) Instagram(handle string) *Instagram {
	s.t.Helper()
	i := pick(s, s.ids().Instagram, "instagram account", handle)
	return &Instagram{ID: i.ID, Token: i.Token, s: s, name: handle}
}

// IGSID is the ID by which the account knows a person.
func (i *Instagram) IGSID(person string) string {
	i.s.t.Helper()
	account := pick(i.s, i.s.ids().Instagram, "instagram account", i.name)
	return pick(i.s, account.IGSIDs, "contact of instagram account "+i.name+" with", person)
}

// Person finds a person by handle.
func (s *Server) Person(handle string) *Person {
	s.t.Helper()
	pick(s, s.ids().People, "person", handle)
	return &Person{s: s, name: handle}
}

// ASID is the ID by which an app knows the person, who has to have installed it.
func (p *Person) ASID(app string) string {
	p.s.t.Helper()
	return pick(p.s, pick(p.s, p.s.ids().People, "person", p.name).ASIDs, "install by "+p.name+" of app", app)
}

// Token is the person's token for an app they installed.
func (p *Person) Token(app string) string {
	p.s.t.Helper()
	return pick(p.s, pick(p.s, p.s.ids().People, "person", p.name).Tokens, "install by "+p.name+" of app", app)
}

// Act lets a person do something with a Page or Instagram account: "message",
// "revoke", "block" and the other events of a world file. Without a place it is
// something they do everywhere: "erase".
func (s *Server) Act(person, place, event string) {
	s.t.Helper()
	s.Do(Action{Person: person, Place: place, Event: event})
}

// An Action is what a person does, with all that comes with it. Place is the handle of
// a Page or an Instagram account, empty for what they do everywhere.
type Action struct {
	Person, Place string
	// Event is an event of a world file, or read, deliver, react, unreact, edit or
	// unsend, which are about a conversation.
	Event string
	// Text is what they write. Mid is the ID of the message, or which one they read, react
	// to, edit or unsend.
	Text, Mid string
	// Attach is what they send along: "image=https://...", "location=52.52,13.40".
	Attach []string
	// Payload and Title are those of a button, Ref that of a link or plugin.
	Payload, Title, Ref string
	// ReplyTo is the mid of the message that they answer.
	ReplyTo string
	// Reaction or Emoji is how they react; neither means love.
	Reaction, Emoji string
	// App is which app it is about, empty for the first of the place, or for all.
	App string
}

// Done is what became of an Action.
type Done struct {
	ID           string // how the Page, account or app knows the person
	Mid          string // the message that it was, or was about
	Conversation string
	Token        string // of an install
}

// Do lets a person do something, and tells what became of it.
func (s *Server) Do(a Action) Done {
	s.t.Helper()
	act := world.Action{Person: a.Person, Event: a.Event, Text: a.Text, Mid: a.Mid, Attach: a.Attach, Payload: a.Payload, Title: a.Title,
		Ref: a.Ref, ReplyTo: a.ReplyTo, Reaction: a.Reaction, Emoji: a.Emoji, App: a.App}
	if a.Place != "" {
		ids := s.ids()
		if _, page := ids.Pages[a.Place]; page {
			act.Page = a.Place
		} else {
			pick(s, ids.Instagram, "page or instagram account", a.Place)
			act.Instagram = a.Place
		}
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	c, err := s.graph.World.Act(s.context(), act)
	if err != nil {
		s.t.Fatalf("kithtest: %s on %s %s: %v", a.Person, a.Place, a.Event, err)
	}
	return Done{ID: c.ScopedID, Mid: c.Mid, Conversation: c.Conversation, Token: c.Token}
}
