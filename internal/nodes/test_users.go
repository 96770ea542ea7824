package nodes

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"github.com/kithgraph/kith/internal/audience"
	"strconv"
	"strings"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
)

// testUsersEdge are the test users of an app, with what is needed to be one of
// them. [doc app accounts; seen KOALA]
func testUsersEdge(name string) schema.Edge {
	mark := "[doc app accounts; seen KOALA]"
	return schema.Edge{Name: name, To: "User", Assoc: store.Edge("app.test_users"), Among: schema.AmongKnown,
		Sight: schema.SeenByWorkplace, Refusal: graph.ErrNeedsAppToken, Default: "id,login_url,access_token", Mark: mark,
		Extra: []schema.Field{
			{Name: "access_token", Kind: schema.String, From: testToken, Mark: mark},
			{Name: "login_url", Kind: schema.String, From: loginURL, Mark: mark},
		}}
}

// appOperations are the writes of an app.
func appOperations() []schema.Operation {
	const edge, mark = "accounts/test-users", "[doc app accounts; seen KOALA]"
	return []schema.Operation{
		{Method: "POST", Edge: edge, Action: schema.Creating, Usual: schema.Usual{Other: none}, Callers: schema.ByApp, Params: []schema.Param{
			{Name: "installed", Kind: schema.BoolParam, Default: "true"},
			{Name: "locale"},
			{Name: "minor", Kind: schema.BoolParam},
			{Name: "name"},
			{Name: "owner_access_token"},
			{Name: "permissions", Kind: schema.ListParam, Of: &schema.Param{}},
			{Name: "uid", Kind: schema.IDParam, Type: "int"},
		}, Returns: []string{"TestUser"}, Do: makeTestUser, Mark: mark},
		{Method: "DELETE", Edge: edge, Action: schema.Dissociate, Usual: schema.Usual{Other: none}, Callers: schema.ByApp,
			Params:  []schema.Param{{Name: "uid", Kind: schema.IDParam, Type: "int", Required: true}},
			Returns: []string{success}, Do: dropTestUser, Mark: mark},
	}
}

// makeTestUser makes a person for tests, or takes one of another app in.
func makeTestUser(ctx context.Context, c *schema.Call) (done schema.Answer, err error) {
	granted := graph.PermissionSet(graph.PublicProfile)
	if list := c.Args.Find("permissions"); list != nil {
		for _, e := range list.List {
			p, ok := graph.ParsePermission(e.Text)
			if !ok {
				return done, graph.ErrBadParam
			}
			granted = granted.With(p)
		}
	}
	t := &testUser{c: c}
	if t.others, err = testUsersOf(ctx, c); err != nil {
		return done, err
	}
	if t.others >= c.Row.Env.TestUsers {
		return done, graph.ErrManyTestUsers
	}
	if c.Args.Find("uid") != nil {
		err = t.share(ctx)
	} else {
		err = t.make(ctx)
	}
	if err != nil {
		return done, err
	}
	if err := t.join(ctx, granted); err != nil {
		return done, err
	}
	return schema.Answer{Body: t.answer()}, nil
}

// A testUser is one on the way.
type testUser struct {
	c                             *schema.Call
	person                        *people.Person
	id, token, email, plain, path string
	others                        int // that the app has
}

// testUsersOf counts the test users of the app, no further than it may have.
func testUsersOf(ctx context.Context, c *schema.Call) (int, error) {
	list, err := c.Tx.Range(ctx, store.Range{From: c.ID, Kind: store.Edge("app.test_users"), All: true, Limit: c.Row.Env.TestUsers})
	return len(list), err
}

// make makes a new one. Names are drawn, and everybody is born on the same day
// [seen]; the years are a guess.
func (t *testUser) make(ctx context.Context) error {
	c, n := t.c, t.others+1
	draw := c.Row.Env.Keys.Label("test user", c.Row.App.PublicID, strconv.Itoa(n), strconv.FormatInt(c.Micros(), 10))
	p := &people.Person{}
	name := c.Args.Text("name")
	if name == "" {
		first, last := [...]string{"Betty", "Carol", "Dave", "Helen", "James", "Karen", "Linda", "Mike"}, [...]string{"Adeagbo", "Bharambe", "Chengwitz", "Greenestein", "Liangman", "Moiduson", "Romanwitz", "Smithberg"}
		name = first[draw[0]%8] + " " + last[draw[1]%8]
	}
	if !validName(name) {
		return graph.ErrInvalidName
	}
	if err := setWhole(p, name); err != nil {
		return err
	}
	locale, year := "en_US", 1980
	if said := c.Args.Text("locale"); said != "" {
		locale = said
	}
	if c.Args.Bool("minor", false) {
		year = c.Now.Year() - 15
	}
	t.plain = strconv.Itoa(1_000_000_000 + int(draw[2])<<16 + int(draw[3])<<8 + int(draw[4]))
	t.email = strings.ToLower(hex.EncodeToString(draw[5:10])) + "@tfbnw.net"
	for _, v := range []struct {
		attr people.Attr
		text string
	}{{people.Locale, locale}, {people.Birthday, "08/08/" + strconv.Itoa(year)}, {people.Email, t.email}} {
		if err := set(p, v.attr, v.text); err != nil {
			return err
		}
	}
	p.Set(people.Password, hex.EncodeToString(draw[10:]), graph.OnlyMe) // until there is a seed
	p.Updated = c.Now.Unix()
	if err := c.Newcomer(ctx, c, p, "test_"+c.Row.App.Handle+"_", n); err != nil {
		return err
	}
	if err := setUser(c, p, &schema.Arg{Name: "password", Text: t.plain}); err != nil {
		return err
	}
	t.person = p
	if err := audience.Retrace(ctx, c.Tx, nil, p); err != nil {
		return err
	}
	return c.Tx.Put(ctx, store.Object{ID: p.ID, Kind: store.KindPerson, Data: p.Encode()})
}

// share takes a test user of another app in, for whoever has that app's token.
// [doc app accounts]
func (t *testUser) share(ctx context.Context) error {
	c := t.c
	id, secret, ok := strings.Cut(c.Args.Text("owner_access_token"), "|")
	if !ok {
		return graph.ErrNeedsParam.Args("owner_access_token")
	}
	owner, err := c.Tx.Resolve(ctx, store.SpaceNode, id)
	if err != nil {
		return err
	}
	rec, err := c.Tx.Get(ctx, owner)
	if err != nil || rec == nil {
		return orBad(err)
	}
	app, ok := rec.Value.(*people.App)
	if !ok || app.Secret == "" || subtle.ConstantTimeCompare([]byte(app.Secret), []byte(secret)) != 1 {
		return graph.ErrBadParam
	}
	who, err := c.Tx.Resolve(ctx, store.SpaceASID, scopedid.Key(0, app.ID, c.Args.Text("uid")).Key)
	if err != nil {
		return err
	}
	if t.person, err = personAt(ctx, c, who); err != nil || t.person == nil {
		return orBad(err)
	}
	apps, err := testApps(ctx, c, t.person)
	if err != nil || !hasApp(apps, app.ID) {
		return orBad(err)
	}
	t.email, _ = strconv.Unquote(`"` + t.person.Text(people.Email) + `"`)
	return nil
}

func orBad(err error) error {
	if err != nil {
		return err
	}
	return graph.ErrBadParam
}

// join makes the person a test user of the app, who uses it unless told otherwise.
// The token is kept sealed, so that the app can ask for it again.
func (t *testUser) join(ctx context.Context, granted graph.Permissions) (err error) {
	c := t.c
	if t.id, err = asidOf(ctx, c, t.person); err != nil {
		return err
	}
	item := people.Item{}
	if c.Args.Bool("installed", true) {
		if t.token, err = c.Act(ctx, c, schema.Deed{Event: "install", Person: t.person, App: c.Row.App, Permissions: granted}); err != nil {
			return err
		}
		sealed, err := json.Marshal(base64.StdEncoding.EncodeToString(c.Row.Env.Keys.Seal(c.Row.App.PublicID, t.token)))
		if err != nil {
			return err
		}
		item.Parts = people.Parts{{Name: "token", Text: string(sealed)}}
	}
	return c.Tx.Link(ctx,
		store.Assoc{From: c.ID, Kind: store.Edge("app.test_users"), To: t.person.ID, Time: c.Micros(), Data: item.Encode()},
		store.Assoc{From: c.ID, Kind: store.AssocRole, To: t.person.ID, Time: c.Micros(), Data: people.EncodeSmall(int64(graph.RoleTester))})
}

// answer is what the app is told, once. [seen KOALA]
func (t *testUser) answer() []byte {
	b := append([]byte(`{"id":"`), t.id...)
	b = append(b, '"')
	for _, m := range [...][2]string{{"access_token", t.token}, {"login_url", loginPage + t.id + "/"}, {"email", t.email}, {"password", t.plain}} {
		if m[1] == "" {
			continue
		}
		b = append(append(append(b, `,"`...), m[0]...), `":`...)
		b = graph.AppendString(b, m[1])
	}
	return append(b, '}')
}

// dropTestUser takes a test user out of the app; the person stays.
func dropTestUser(ctx context.Context, c *schema.Call) (done schema.Answer, err error) {
	p, err := somebody(ctx, c, c.Args.Text("uid"))
	if err != nil || p == nil {
		return done, orBad(err)
	}
	if err := leave(ctx, c, store.Pair{From: c.ID, Kind: store.Edge("app.test_users"), To: p.ID}); err != nil {
		return done, err
	}
	if err := c.Tx.Unlink(ctx, store.Pair{From: c.ID, Kind: store.AssocRole, To: p.ID}); err != nil {
		return done, err
	}
	_, err = c.Act(ctx, c, schema.Deed{Event: "uninstall", Person: p, App: c.Row.App})
	return done, err
}

// loginPage is where somebody logs in as a test user. [seen KOALA]
const loginPage = "https://developers.facebook.com/checkpoint/test-user-login/"

func loginURL(b []byte, r *schema.Row) []byte { return graph.AppendString(b, loginPage+r.ID+"/") }

// testToken is the token that was made with the test user, while they use the app.
func testToken(b []byte, r *schema.Row) []byte {
	if r.Item == nil || r.Install == nil {
		return b
	}
	p := r.Item.Parts.Find("token")
	if p == nil {
		return b
	}
	var text string
	if json.Unmarshal([]byte(p.Text), &text) != nil {
		return b
	}
	sealed, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return b
	}
	token, err := r.Env.Keys.Open(r.Viewer.App.PublicID, sealed)
	if err != nil {
		return b
	}
	return graph.AppendString(b, token)
}
