package nodes

import (
	"context"
	"encoding/hex"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/kithgraph/kith/internal/access"
	"github.com/kithgraph/kith/internal/audience"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// success is the form of an answer that says that something was done.
const success = "struct{success: bool}"

// none says that a reference page names no permission as usual.
var none = []graph.Permission{}

// userOperations are the writes of a person, in the order of the v2.10 reference.
func userOperations() []schema.Operation {
	return append(ownOperations(), publishOperations()...)
}

func ownOperations() []schema.Operation {
	return []schema.Operation{
		{Method: "POST", Action: schema.Updating, Callers: schema.ByPerson | schema.ByApp, Usual: schema.Usual{Other: none}, Reread: true,
			Params: updateUserParams(), Returns: []string{success}, Do: updateUser, Mark: "[doc user v2.10]"},
		{Method: "DELETE", Action: schema.Deleting, Callers: schema.ByPerson | schema.ByApp, Usual: schema.Usual{Other: none}, Returns: []string{success}, Do: deleteUser, Mark: "[doc user v2.10]"},
		{Method: "DELETE", Edge: "businesses", Action: schema.Dissociate, Span: schema.Span{Since: graph.V(2, 10)}, Callers: schema.ByPerson, Need: needs(graph.BusinessManagement),
			Params:  []schema.Param{{Name: "business", Kind: schema.IDParam, Type: "numeric string or integer"}},
			Returns: []string{success}, Do: leaveBusiness, Mark: "[doc user v2.10; permission guess]"},
		{Method: "DELETE", Edge: "permissions", Key: "permission", Action: schema.Dissociate, Usual: schema.Usual{Other: none}, Callers: schema.ByPerson | schema.ByApp,
			Params: []schema.Param{{Name: "permission"}}, Returns: []string{success}, Do: revokePermission, Mark: "[doc user permissions]"},
		{Method: "DELETE", Edge: "scores", Action: schema.Deleting, Callers: schema.ByPerson | schema.ByApp, Need: needs(graph.PublishActions), Returns: []string{success}, Do: dropScore, Mark: "[doc games scores]"},
		{Method: "POST", Edge: "friends", Key: "friend", Action: schema.Updating, Reread: true, Callers: schema.ByPerson, Params: []schema.Param{{Name: "friend", Kind: schema.IDParam, Required: true}},
			Returns: []string{success}, Do: befriend, Mark: "[doc test users; seen KOALA]"},
	}
}

func updateUserParams() []schema.Param {
	return []schema.Param{
		{Name: "emoji_color_pref", Kind: schema.IntParam, Type: "int64"},
		{Name: "firstname", Blank: true},
		{Name: "label_cohort", Kind: schema.ObjectParam, Params: []schema.Param{{Name: "ref"}}},
		{Name: "lastname", Blank: true},
		{Name: "local_news_megaphone_dismiss_status", Kind: schema.EnumParam, Enum: []string{"YES", "NO"}},
		{Name: "local_news_subscription_status", Kind: schema.EnumParam, Enum: []string{"STATUS_ON", "STATUS_OFF"}},
		{Name: "name", Blank: true, TestUsers: true},
		{Name: "password", TestUsers: true},
	}
}

// updateUser changes a person. Name and password are for test users; their app
// may change them too. [doc user v2.10, test users]
func updateUser(ctx context.Context, c *schema.Call) (done schema.Answer, err error) {
	apps, err := testApps(ctx, c, c.Row.Person)
	if err != nil {
		return done, err
	}
	test := len(apps) > 0
	if c.Viewer.Kind == access.AppToken && !hasApp(apps, c.Viewer.App.ID) {
		return done, graph.ErrPermissions
	}
	p := c.Row.Person.Clone()
	for _, a := range c.Args {
		if !test && c.Op.Param(a.Name).TestUsers {
			return done, graph.ErrBadParam
		}
		if err := setUser(c, p, &a); err != nil {
			return done, err
		}
	}
	if string(p.Encode()) == string(c.Row.Person.Encode()) {
		return done, nil
	}
	p.Updated = c.Now.Unix()
	if c.Args.Find("password") != nil {
		// Whoever logged in with the old one is out. [seen for people; guess for test users]
		if err := access.Invalidate(ctx, c.Tx, p.ID, 0, access.PasswordChanged); err != nil {
			return done, err
		}
	}
	if err := audience.Retrace(ctx, c.Tx, c.Row.Person, p); err != nil {
		return done, err
	}
	if err := c.Changed(ctx, c, c.Row.Person, p); err != nil {
		return done, err
	}
	return done, c.Tx.Put(ctx, store.Object{ID: p.ID, Kind: store.KindPerson, Data: p.Encode()})
}

// setUser puts one parameter into the record.
func setUser(c *schema.Call, p *people.Person, a *schema.Arg) error {
	switch a.Name {
	case "emoji_color_pref":
		return set(p, people.EmojiColorPref, strconv.FormatInt(a.Int, 10))
	case "label_cohort":
		return set(p, people.LabelCohort, labelCohort(a))
	case "local_news_megaphone_dismiss_status":
		return set(p, people.LocalNewsMegaphoneDismissStatus, strconv.FormatBool(a.Text == "YES"))
	case "local_news_subscription_status":
		return set(p, people.LocalNewsSubscriptionStatus, a.Text)
	case "password":
		hash := c.Row.Env.Keys.Label("password", strconv.FormatUint(p.Seed, 16), a.Text)
		return set(p, people.Password, hex.EncodeToString(hash[:]))
	case "firstname":
		return rename(p, func() error { return set(p, people.FirstName, a.Text) }, a.Text)
	case "lastname":
		return rename(p, func() error { return set(p, people.LastName, a.Text) }, a.Text)
	case "name":
		return rename(p, func() error { return setWhole(p, a.Text) }, a.Text)
	}
	return nil
}

// labelCohort is what the reference knows of it: ref, which is a string, also where a
// number was sent.
func labelCohort(a *schema.Arg) string {
	ref := a.Args.Find("ref")
	if ref == nil {
		return "{}"
	}
	return string(append(graph.AppendString([]byte(`{"ref":`), ref.Text), '}'))
}

// set gives an attribute another value and keeps its audience.
func set(p *people.Person, a people.Attr, text string) error {
	if a.Check(text) != nil {
		return graph.ErrBadParam
	}
	p.Set(a, text, p.Audience(a))
	return nil
}

// rename changes a part of the name, and with it a full name that the record
// spells.
func rename(p *people.Person, change func() error, text string) error {
	if !validName(text) {
		return graph.ErrInvalidName
	}
	if err := change(); err != nil {
		return err
	}
	if _, spelled := p.Attr(people.Name); !spelled {
		return nil
	}
	whole := p.Text(people.FirstName) + " " + p.Text(people.MiddleName) + " " + p.Text(people.LastName)
	return set(p, people.Name, strings.Join(strings.Fields(whole), " "))
}

// setWhole takes a full name apart: first, middle and last name.
func setWhole(p *people.Person, text string) error {
	words := strings.Fields(text)
	last := len(words) - 1
	parts := [...]struct {
		attr people.Attr
		text string
	}{{people.FirstName, words[0]}, {people.MiddleName, ""}, {people.LastName, ""}}
	if last > 0 {
		parts[1].text, parts[2].text = strings.Join(words[1:last], " "), words[last]
	}
	for _, part := range parts {
		if part.text == "" {
			p.Clear(part.attr)
			continue
		}
		if err := set(p, part.attr, part.text); err != nil {
			return err
		}
	}
	return nil
}

// mostName bounds a name. [guess]
const mostName = 50

// validName reports whether a text can be somebody's name: letters and what
// stands between them. [doc user v2.10; rule guess]
func validName(s string) bool {
	letters := 0
	for _, r := range s {
		switch {
		case unicode.IsLetter(r):
			letters++
		case unicode.IsMark(r), r == ' ', r == '-', r == '\'', r == '’', r == '.', r == '·':
		default:
			return false
		}
	}
	return letters > 0 && utf8.RuneCountInString(s) <= mostName
}

// testApps are the apps of which a person is a test user; other people are of
// none.
func testApps(ctx context.Context, c *schema.Call, p *people.Person) ([]store.Record, error) {
	const most = 100
	return c.Tx.Range(ctx, store.Range{From: p.ID, Kind: store.EdgeOf("app.test_users"), All: true, Limit: most})
}

func hasApp(apps []store.Record, id store.ID) bool {
	for i := range apps {
		if apps[i].ID == id {
			return true
		}
	}
	return false
}
