package nodes

import (
	"context"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

const markPersonas = "[doc personas]"

// mostPersonaName is how long the name of a persona may be. [doc personas]
const mostPersonaName = 50

// Persona is a name and a picture under which a Page writes.
func Persona() *schema.Node {
	return writable([]schema.Operation{{Method: "DELETE", Action: schema.Deleting, Callers: schema.ByPage, PageNeed: needs(graph.PagesMessaging), Refusal: graph.ErrNoMessaging,
		Returns: []string{success}, Do: deleteThing, Mark: markPersonas}},
		thing("Persona", nil, []schema.Field{
			{Name: "name", Kind: schema.String, Default: always(), Plain: true, From: schema.Part("name"), Mark: markPersonas},
			{Name: "profile_picture_url", Kind: schema.URL, Default: always(), Plain: true, From: schema.Part("profile_picture_url"), Mark: markPersonas},
			{Name: "id", Kind: schema.IDString, Default: always(), From: schema.PublicID, Mark: markPersonas},
		}))
}

// personasEdge are the personas of a Page. [doc personas]
func personasEdge() schema.Edge {
	return schema.Edge{Name: "personas", To: "Persona", Assoc: store.Edge("page.personas"), Need: needs(graph.PagesMessaging), Refusal: graph.ErrNoMessaging, Mark: markPersonas}
}

func personaOperations() []schema.Operation {
	return []schema.Operation{{Method: "POST", Edge: "personas", Action: schema.Creating, Usual: schema.Usual{Other: none}, Callers: schema.ByPage,
		PageNeed: needs(graph.PagesMessaging), Refusal: graph.ErrNoMessaging, Task: graph.TaskMessaging, Tasked: true,
		Params: []schema.Param{must(text("name")), must(web("profile_picture_url"))}, Returns: []string{"struct{id: string}"}, Do: makePersona, Mark: markPersonas}}
}

func makePersona(ctx context.Context, c *schema.Call) (done schema.Answer, err error) {
	name, err := label(c.Args, "name", mostPersonaName)
	if err != nil {
		return done, err
	}
	n, err := ordinal(ctx, c, store.Edge("page.personas"))
	if err != nil {
		return done, err
	}
	done.Created, err = create(ctx, c, making{node: "Persona", owner: c.ID, edge: store.Edge("page.personas"), on: c.ID, seed: c.Row.Page.PublicID + " " + n,
		parts: people.Parts{{Name: "name", Text: quoted(name)}, {Name: "profile_picture_url", Text: quoted(c.Args.Text("profile_picture_url"))}}})
	return done, err
}

// personaOf looks for the persona that a message is under: it is the Page's, and accounts
// have none. [doc personas; the error guess]
func personaOf(ctx context.Context, c *schema.Call, instagram bool) error {
	name := c.Args.Text("persona_id")
	if name == "" {
		return nil
	}
	id, err := c.Tx.Resolve(ctx, store.SpaceNode, name)
	if err != nil {
		return err
	}
	rec, err := c.Tx.Get(ctx, id)
	if err != nil {
		return err
	}
	if t := thingIn(rec); t == nil || t.Type != "Persona" || t.Owner != c.ID || instagram {
		return graph.ErrNoPersona
	}
	return nil
}

// label is a name of at least one and at most so many characters.
func label(args schema.Args, param string, most int) (string, error) {
	name := args.Text(param)
	switch {
	case strings.TrimSpace(name) == "":
		return "", graph.ErrNeedsParam.Args(param)
	case utf8.RuneCountInString(name) > most:
		return "", graph.ErrParamLength.Args(param, strconv.Itoa(most))
	}
	return name, nil
}

// mostOfPage is how many personas or labels a Page has at most. [own]
const mostOfPage = 1000

// ordinal tells apart what a Page makes at one moment; it refuses one too many.
func ordinal(ctx context.Context, c *schema.Call, edge store.Kind) (string, error) {
	list, err := c.Tx.Range(ctx, store.Range{From: c.ID, Kind: edge, All: true, Limit: mostOfPage})
	if err == nil && len(list) >= mostOfPage {
		err = graph.ErrBadParam
	}
	return strconv.Itoa(len(list)), err
}

func quoted(s string) string { return string(graph.AppendString(nil, s)) }
