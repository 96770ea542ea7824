package nodes

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/zeebo/xxh3"

	"github.com/kithgraph/kith/internal/audience"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/people"
	"github.com/kithgraph/kith/internal/schema"
	"github.com/kithgraph/kith/internal/store"
)

// audienceOperations add people to a custom audience and take them off. [doc user v2.10]
func audienceOperations() []schema.Operation {
	manage, usual := needs(graph.AdsManagement), schema.Usual{Marketing: []graph.Permission{graph.AdsManagement}}
	returns := []string{"struct{audience_id: numeric string, session_id: numeric string, num_received: int32, num_invalid_entries: int32, invalid_entry_samples: map{string: string}}"}
	return []schema.Operation{
		{Method: "POST", Edge: "users", Target: "User", Action: schema.Updating, Usual: usual, Reread: true, Callers: schema.ByPerson | schema.ByApp, Need: manage, Refusal: graph.ErrAdsManagement,
			Params: audienceParams(), Returns: returns, Do: addUsers, Mark: "[doc user v2.10]"},
		{Method: "DELETE", Edge: "users", Target: "User", Action: schema.Dissociate, Usual: usual, Callers: schema.ByPerson | schema.ByApp, Need: manage, Refusal: graph.ErrAdsManagement,
			Params: audienceParams(), Returns: returns, Do: removeUsers, Mark: "[doc user v2.10]"},
	}
}

func audienceParams() []schema.Param {
	id := schema.Param{Name: "id", Kind: schema.IDParam, Type: "int"}
	return []schema.Param{
		{Name: "namespace"},
		{Name: "payload", Kind: schema.ObjectParam, Type: "Object", Params: []schema.Param{
			{Name: "schema", Kind: schema.AnyParam, Type: "string", Names: audience.SingleNames(), Lists: audience.ListNames()},
			{Name: "is_raw", Kind: schema.BoolParam, Type: "boolean", Default: "false"},
			{Name: "data", Kind: schema.AnyParam, Type: "list<JSON array>"},
			{Name: "app_ids", Kind: schema.ListParam, Type: "list<int>", Of: &id},
			{Name: "page_ids", Kind: schema.ListParam, Type: "list<Page ID>", Of: &id},
			{Name: "data_source", Kind: schema.ObjectParam, Type: "Object", Params: []schema.Param{
				{Name: "type", Kind: schema.EnumParam, Enum: audience.Types()},
				{Name: "sub_type", Kind: schema.EnumParam, Enum: audience.SubTypes()},
			}},
		}},
		{Name: "session", Kind: schema.ObjectParam, Type: "Object", Params: []schema.Param{
			{Name: "session_id", Kind: schema.IntParam, Type: "int64"},
			{Name: "estimated_num_total", Kind: schema.IntParam, Type: "int64"},
			{Name: "batch_seq", Kind: schema.IntParam, Type: "int64"},
			{Name: "last_batch_flag", Kind: schema.BoolParam, Type: "boolean"},
		}},
	}
}

func addUsers(ctx context.Context, c *schema.Call) (schema.Answer, error) {
	return upload(ctx, c, false)
}
func removeUsers(ctx context.Context, c *schema.Call) (schema.Answer, error) {
	return upload(ctx, c, true)
}

// upload does one part of a request. What it answers depends on the request and
// on nothing else: not on who is here. [doc user v2.10]
func upload(ctx context.Context, c *schema.Call, remove bool) (a schema.Answer, err error) {
	if c.Row.Thing == nil {
		return a, graph.ErrBadParam
	}
	u, err := uploadOf(c, remove)
	if err != nil {
		return a, uploadError(err)
	}
	if u.Scopes, err = scopesOf(ctx, c, u.Payload); err != nil {
		return a, err
	}
	if u.Account, err = accountOf(ctx, c); err != nil {
		return a, err
	}
	done, err := u.Step(ctx, c.Tx, c.Part)
	if err != nil {
		return a, uploadError(err)
	}
	a.More = !done
	a.Body = appendUpload(c.Row.ID, u)
	if done && !remove && !u.Known {
		err = sourced(ctx, c, &u.Payload.Source)
	}
	return a, err
}

// sourced keeps how the people who were added came about: the audience says so of
// itself. [doc user v2.10, data_source; that the latest counts guess]
func sourced(ctx context.Context, c *schema.Call, s *audience.Source) error {
	text, err := json.Marshal(s)
	if err != nil || !s.Given() {
		return err
	}
	if old := c.Row.Thing.Parts.Find("data_source"); old != nil && old.Text == string(text) {
		return nil
	}
	t := *c.Row.Thing
	t.Parts = t.Parts.Set(people.Part{Name: "data_source", Text: string(text)})
	return c.Tx.Put(ctx, store.Object{ID: t.ID, Kind: store.KindThing, Data: t.Encode()})
}

// uploadOf reads the request, once for all its parts.
func uploadOf(c *schema.Call, remove bool) (*audience.Upload, error) {
	if u, ok := (*c.Memo).(*audience.Upload); ok {
		clone := *u
		return &clone, nil
	}
	text := c.Args.Text("payload")
	if text == "" {
		return nil, &audience.Wrong{Param: "payload", Want: "given"}
	}
	p, err := audience.Parse([]byte(text), c.Args.Text("namespace"))
	if err != nil {
		return nil, err
	}
	session, err := audience.ParseSession([]byte(c.Args.Text("session")))
	if err != nil {
		return nil, err
	}
	u := &audience.Upload{Audience: c.ID, Remove: remove, Payload: p, Session: session, Sum: sumOf(remove, c.Args.Text("namespace"), text), Now: c.Now.Unix()}
	*c.Memo = u
	clone := *u
	return &clone, nil
}

// sumOf stands for all that makes a batch what it is.
func sumOf(remove bool, namespace, payload string) uint64 {
	h := xxh3.New()
	fmt.Fprintf(h, "%t %q ", remove, namespace)
	_, _ = h.WriteString(payload) // it never fails
	return h.Sum64()
}

func uploadError(err error) error {
	if w, ok := errors.AsType[*audience.Wrong](err); ok {
		return graph.ErrParamKind.Args(w.Param, w.Want)
	}
	if clash, ok := errors.AsType[*audience.Clash](err); ok {
		return graph.ErrParamKind.Args(clash.Param, "a number that was not used for something else")
	}
	return err
}

// scopesOf are the apps and Pages whose IDs of people were sent: an app must be
// the caller's or of its business, a Page connected to the app. [doc user v2.10; guess]
func scopesOf(ctx context.Context, c *schema.Call, p *audience.Payload) (list []store.ID, err error) {
	var rs store.ReadSet
	ids := slices.Concat(p.AppIDs, p.PageIDs)
	if len(ids) == 0 {
		return nil, nil
	}
	for _, id := range ids {
		rs.Key(store.SpaceNode, id)
	}
	if err := c.Tx.Load(ctx, &rs); err != nil {
		return nil, err
	}
	for i := range ids {
		list = append(list, rs.GotID(i))
	}
	rs.Reset()
	for _, id := range list {
		rs.Object(id)
	}
	if err := c.Tx.Load(ctx, &rs); err != nil {
		return nil, err
	}
	mine := c.Viewer.App
	for i := range list {
		ok := false
		if rec := rs.GotObject(i); rec != nil {
			switch v := rec.Value.(type) {
			case *people.App:
				ok = v.ID == mine.ID || mine.Business != 0 && v.Business == mine.Business
			case *people.Page:
				ok = slices.Contains(v.Apps, mine.ID)
			}
		}
		if !ok {
			return nil, graph.ErrPermissions
		}
	}
	return list, nil
}

// accountOf is the ad account of an audience, or the audience itself where it
// hangs on none.
func accountOf(ctx context.Context, c *schema.Call) (store.ID, error) {
	list, err := c.Tx.Range(ctx, store.Range{From: c.ID, Kind: store.EdgeOf("ad_account.customaudiences"), All: true, Limit: 1})
	if err != nil || len(list) == 0 {
		return c.ID, err
	}
	return list[0].ID, nil
}

// appendUpload writes the answer, its members in the order of the reference.
func appendUpload(id string, u *audience.Upload) []byte {
	b := append([]byte(`{"audience_id":"`), id...)
	b = append(b, `","session_id":"`...)
	if u.Session != nil {
		b = strconv.AppendInt(b, u.Session.ID, 10)
	} else {
		b = strconv.AppendUint(b, u.Sum>>1|1, 10) // every upload has one [seen; ours is a number of the payload]
	}
	b = append(b, `","num_received":`...)
	b = strconv.AppendInt(b, int64(u.Payload.Received), 10)
	b = append(b, `,"num_invalid_entries":`...)
	b = strconv.AppendInt(b, int64(u.Payload.Invalid), 10)
	b = append(b, `,"invalid_entry_samples":{`...)
	for i, s := range u.Payload.Samples {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(graph.AppendString(b, s.Entry), ':')
		b = graph.AppendString(b, s.Why)
	}
	return append(b, '}', '}')
}

// roughly is how many rows an audience has, in two digits, and never fewer than
// 1,000: the removal of one person must not show. [doc custom audience; bounds guess]
func roughly(b []byte, r *schema.Row) []byte {
	n := max(r.Count, 1000)
	scale := int64(1)
	for n/scale >= 100 {
		scale *= 10
	}
	return strconv.AppendInt(b, n/scale*scale, 10)
}

// uploadSessions are the sessions in which rows came. All values are texts. How many
// people matched is not said: an answer must not depend on who exists. [spec v3.3;
// stages and progress guess]
func uploadSessions(b []byte, r *schema.Row) []byte {
	for i, v := range r.Listed {
		log, ok := v.(*audience.Log)
		if !ok {
			continue
		}
		if i > 0 {
			b = append(b, ',')
		}
		stage, progress := "uploading", int64(0)
		switch {
		case log.Ended != 0:
			stage, progress = "finished", 100
		case log.Estimated > 0:
			progress = min(100*log.Received/log.Estimated, 100)
		}
		b = append(b, '{')
		if log.Ended != 0 {
			b = append(b, `"end_time":`...)
			b = append(people.AppendTime(b, time.Unix(log.Ended, 0)), ',')
		}
		for _, m := range [...]struct {
			name string
			n    int64
		}{{"num_invalid_entries", log.Invalid}, {"num_received", log.Received}, {"progress", progress}, {"session_id", log.Session}} {
			b = append(append(append(b, '"'), m.name...), `":"`...)
			b = append(strconv.AppendInt(b, m.n, 10), `",`...)
		}
		b = append(b, `"stage":"`...)
		b = append(append(b, stage...), `","start_time":`...)
		b = append(people.AppendTime(b, time.Unix(log.Began, 0)), '}')
	}
	return b
}
