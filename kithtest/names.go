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
