package app

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kithgraph/kith/internal/graph"
)

// permissionTable is testdata/permissions.json: who may see which field, read
// off the reference pages and not off the declarations.
type permissionTable struct {
	User, MessengerUser []permissionRow
	InstagramUser       struct {
		PageToken      []string `json:"page_token"`
		InstagramToken []string `json:"instagram_token"`
		Fields         []permissionRow
	}
}

// A permissionRow is one field. Needs are permissions of which one is enough;
// others take over in v3.0. NeedsV31 is asked from v3.1 on.
type permissionRow struct {
	Name       string
	Needs      []string
	NeedsV3    []string `json:"needs_v3"`
	NeedsV31   string   `json:"needs_v3_1"`
	Since      string
	Until      string
	Deprecated string
	Sight      string
}

func readPermissionTable(tb testing.TB) (table permissionTable) {
	tb.Helper()
	data, err := os.ReadFile("testdata/permissions.json")
	if err == nil {
		err = json.Unmarshal(data, &table)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return table
}

// number makes versions comparable: v2.10 is 2010.
func number(version string) int {
	major, minor, _ := strings.Cut(strings.TrimPrefix(version, "v"), ".")
	a, _ := strconv.Atoi(major)
	b, _ := strconv.Atoi(minor)
	return a*1000 + b
}

// missing says why a version has no such field: gone or deprecated; empty if it has.
func (r *permissionRow) missing(version string) string {
	v := number(version)
	switch {
	case r.Deprecated != "" && v >= number(r.Deprecated):
		return "deprecated"
	case v < number(r.Since), r.Until != "" && v >= number(r.Until):
		return "gone"
	}
	return ""
}

// asks lists the permissions of which one is enough in a version.
func (r *permissionRow) asks(version string) []string {
	v := number(version)
	switch {
	case r.NeedsV31 != "" && v >= 3001:
		return []string{r.NeedsV31}
	case r.NeedsV3 != nil && v >= 3000:
		return r.NeedsV3
	}
	return r.Needs
}

// wants is the answer to a call for one field: the field, "nothing" or the
// code of an error.
func (r *permissionRow) wants(version string, holds func(string) bool) string {
	switch r.missing(version) {
	case "deprecated":
		return "12"
	case "gone":
		return "100"
	}
	need := r.asks(version)
	if len(need) == 0 || slices.ContainsFunc(need, holds) {
		return r.Name
	}
	if r.NeedsV31 != "" {
		return "100/2018247" // the whole call fails on a MessengerUser
	}
	return "nothing"
}

// got names an answer to a call for one field in the same words.
func got(a answer, field string) string {
	if code, sub := a.code(); a.status != 200 && sub != 0 {
		return fmt.Sprintf("%d/%d", code, sub)
	} else if a.status != 200 {
		return strconv.Itoa(code)
	}
	if _, ok := a.members()[field]; ok {
		return field
	}
	return "nothing"
}

// A grantSet is a set of permissions with the tokens that carry it.
type grantSet struct {
	name              string
	holds             map[string]bool
	user, page, login string
}

// grantSets are the sets of size 0, 1, all but one and all, over everything
// that any field asks for and some permissions that none does.
func (table *permissionTable) grantSets() (sets []grantSet, yaml string) {
	asked := map[string]bool{"ads_read": true, "manage_pages": true, "read_stream": true}
	for _, r := range append(slices.Clone(table.User), table.MessengerUser...) {
		for _, p := range append(append(slices.Clone(r.Needs), r.NeedsV3...), r.NeedsV31) {
			asked[p] = p != ""
		}
	}
	for _, p := range append(slices.Clone(table.InstagramUser.PageToken), table.InstagramUser.InstagramToken...) {
		asked[p] = true
	}
	maps.DeleteFunc(asked, func(_ string, keep bool) bool { return !keep })
	all := map[string]bool{}
	for _, p := range graph.PermissionNames() {
		all[p] = true
	}
	sets = append(sets, grantSet{name: "none", holds: map[string]bool{}}, grantSet{name: "all", holds: all})
	for _, p := range slices.Sorted(maps.Keys(asked)) {
		but := maps.Clone(all)
		delete(but, p)
		sets = append(sets, grantSet{name: "only " + p, holds: map[string]bool{p: true}}, grantSet{name: "all but " + p, holds: but})
	}
	for i := range sets {
		s := &sets[i]
		s.user, s.page, s.login = fmt.Sprintf("EAAuser%d", i), fmt.Sprintf("EAApage%d", i), fmt.Sprintf("IGAAlogin%d", i)
		list := strings.Join(slices.Sorted(maps.Keys(s.holds)), ", ")
		yaml += fmt.Sprintf("  - {token: %s, user: alice, app: demo, permissions: [%s]}\n", s.user, list)
		yaml += fmt.Sprintf("  - {token: %s, page: shop, permissions: [%s]}\n", s.page, list)
		yaml += fmt.Sprintf("  - {token: %s, instagram: shop_ig, permissions: [%s]}\n", s.login, list)
	}
	return sets, yaml
}

// T-PRM-01: each field alone, with every set, in every version.
func TestPermissionTable(t *testing.T) {
	table := readPermissionTable(t)
	sets, yaml := table.grantSets()
	l := openLab(t, Settings{}, matrixYAML(t)+yaml)
	rows, wrong := 0, 0
	check := func(what, version, id, token, field, want string) {
		rows++
		a := l.read(version, id, field, token)
		if g := got(a, field); g != want {
			if wrong++; wrong < 30 {
				t.Errorf("%s, %s in %s: %s, want %s\n%s", what, field, version, g, want, a)
			}
		}
	}
	asid, psid, igsid := l.ids.People["alice"].ASIDs["demo"], l.ids.Pages["shop"].PSIDs["alice"], l.ids.Instagram["shop_ig"].IGSIDs["alice"]
	for _, s := range sets {
		holds := func(p string) bool { return s.holds[p] }
		for _, v := range graph.Versions() {
			version := v.String()
			for _, r := range table.User {
				check("User with "+s.name, version, asid, s.user, r.Name, r.wants(version, holds))
			}
			for _, r := range table.MessengerUser {
				check("MessengerUser with "+s.name, version, psid, s.page, r.Name, r.wants(version, holds))
			}
			for _, r := range table.InstagramUser.Fields {
				check("InstagramUser with "+s.name, version, igsid, s.page, r.Name, needsAll(r.Name, table.InstagramUser.PageToken, holds))
				check("Instagram Login with "+s.name, version, igsid, s.login, r.Name, needsAll(r.Name, table.InstagramUser.InstagramToken, holds))
			}
		}
	}
	if t.Logf("%d rows, %d wrong", rows, wrong); rows < 5000 {
		t.Errorf("%d rows, want more than 5000", rows)
	}
}

// The table and the declarations have the same fields.
func TestPermissionTableIsComplete(t *testing.T) {
	table, l := readPermissionTable(t), emptyLab(t, Settings{})
	for node, rows := range map[string][]permissionRow{
		"User": table.User, "MessengerUser": table.MessengerUser, "InstagramUser": table.InstagramUser.Fields,
	} {
		var want, got []string
		for _, r := range rows {
			want = append(want, r.Name)
		}
		for _, f := range l.Schema.Node(node).Fields {
			got = append(got, f.Name)
		}
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-reference +declared)\n%s", node, diff)
		}
	}
}

// needsAll is for nodes that ask for all of a list before anything else.
func needsAll(field string, list []string, holds func(string) bool) string {
	for _, p := range list {
		if !holds(p) {
			return "10"
		}
	}
	return field
}
