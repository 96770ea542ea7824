package nodes

import (
	"context"
	"strconv"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/scopedid"
	"github.com/kithgraph/kith/internal/store"
	"github.com/kithgraph/kith/internal/store/driver"
)

// groupOperations are the writes of a group of ad accounts.
func groupOperations() []schema.Operation {
	return []schema.Operation{{Method: "DELETE", Edge: "users", Target: "User", Action: schema.Dissociate, Callers: schema.ByPerson, Need: needs(graph.AdsManagement), Refusal: graph.ErrAdsManagement,
		Params: []schema.Param{{Name: "redownload", Kind: schema.BoolParam, Type: "boolean", Default: "false"}, {Name: "uid", Kind: schema.IDParam, Type: "int", Required: true}},
		Returns: []string{success, "struct{success: bool, account_group: struct{account_group_id: id, name: string, status: unsigned int32, " +
			"users: list<struct{uid: id, permissions: list<unsigned int32>, role: integer}>, " +
			"accounts: list<struct{account_id: string, account_group_id: id, status: unsigned int32, name: string}>}}"},
		Do: leaveGroup, Mark: "[doc user v2.10; permission guess]"}}
}

// leaveGroup takes a person out of a group of ad accounts, and the group off
// their own list of groups. [doc user v2.10; their list guess]
func leaveGroup(ctx context.Context, c *schema.Call) (done schema.Answer, err error) {
	p, err := somebody(ctx, c, c.Args.Text("uid"))
	if err != nil || p == nil {
		return done, orBad(err)
	}
	if err := forDesktop(c, p); err != nil {
		return done, err
	}
	if err := leave(ctx, c, store.Pair{From: c.ID, Kind: store.Edge("ad_account_group.users"), To: p.ID}); err != nil {
		return done, err
	}
	if err := c.Tx.Unlink(ctx, store.Pair{From: p.ID, Kind: store.Edge("adaccountgroups"), To: c.ID}); err != nil {
		return done, err
	}
	if !c.Args.Bool("redownload", false) {
		return done, nil
	}
	b, err := appendGroup(ctx, []byte(`{"success":true,"account_group":`), c)
	return schema.Answer{Body: append(b, '}')}, err
}

// mostOfGroup bounds users and accounts of a group in one answer. [own]
const mostOfGroup = 500

// appendGroup writes the whole group as it is now, in the order of the reference.
func appendGroup(ctx context.Context, b []byte, c *schema.Call) ([]byte, error) {
	var rs store.ReadSet
	users := rs.Range(store.Range{From: c.ID, Kind: store.Edge("ad_account_group.users"), Limit: mostOfGroup})
	accounts := rs.Range(store.Range{From: c.ID, Kind: store.Edge("ad_account_group.adaccounts"), Limit: mostOfGroup})
	if err := c.Tx.Load(ctx, &rs); err != nil {
		return b, err
	}
	id, row := c.Row.ID, c.Row
	if said := row.Parts.JSON("account_group_id"); said != "" {
		id = said[1 : len(said)-1]
	}
	b = append(append(append(b, `{"account_group_id":"`...), id...), '"')
	b = appendMember(b, "name", row.Parts.JSON("name"))
	b = appendMember(b, "status", row.Parts.JSON("status"))
	us, as := rs.GotRange(users), rs.GotRange(accounts)
	b, err := appendMembers(ctx, append(b, `,"users":[`...), c, us)
	if err != nil {
		return b, err
	}
	if b, err = appendAccounts(ctx, append(b, `],"accounts":[`...), c, as, id); err != nil {
		return b, err
	}
	return append(b, "]}"...), nil
}

func appendMember(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	b = append(append(append(b, `,"`...), name...), `":`...)
	return append(b, value...)
}

// appendMembers writes the people whom the app knows.
func appendMembers(ctx context.Context, b []byte, c *schema.Call, list []store.Record) ([]byte, error) {
	var rs store.ReadSet
	for i := range list {
		rs.Owned(driver.Owned{ID: list[i].ID, Space: store.SpaceASID})
	}
	if err := c.Tx.Load(ctx, &rs); err != nil {
		return b, err
	}
	start := len(b)
	for i := range list {
		uid := ""
		for _, k := range rs.GotOwned(i) {
			if digits, ok := scopedid.Digits(k, c.Viewer.App.ID); ok {
				uid = digits
			}
		}
		if uid == "" {
			continue
		}
		if len(b) > start {
			b = append(b, ',')
		}
		b = append(append(append(b, `{"uid":"`...), uid...), '"')
		if item, ok := list[i].Value.(*people.Item); ok {
			b = appendMember(b, "permissions", item.Parts.JSON("permissions"))
			b = appendMember(b, "role", item.Parts.JSON("role"))
		}
		b = append(b, '}')
	}
	return b, nil
}

func appendAccounts(ctx context.Context, b []byte, c *schema.Call, list []store.Record, group string) ([]byte, error) {
	var rs store.ReadSet
	for i := range list {
		rs.Object(list[i].ID)
	}
	if err := c.Tx.Load(ctx, &rs); err != nil {
		return b, err
	}
	start := len(b)
	for i := range list {
		t := thingIn(rs.GotObject(i))
		if t == nil {
			continue
		}
		if len(b) > start {
			b = append(b, ',')
		}
		r := schema.Row{ID: t.PublicID}
		b = append(b, `{"account_id":`...)
		b = accountNumber(b, &r)
		b = append(append(append(b, `,"account_group_id":"`...), group...), '"')
		b = appendMember(b, "status", strconv.FormatInt(t.Parts.Int("account_status"), 10))
		b = appendMember(b, "name", t.Parts.JSON("name"))
		b = append(b, '}')
	}
	return b, nil
}
