package wire

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/zeebo/xxh3"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/journal"
)

// maxIDs is how many IDs one call has at most. [seen]
const maxIDs = 50

// idsEnd is the version from which on the root takes no ids. [seen restfb#1692]
var idsEnd = graph.V(26, 0)

// many answers ?ids=a,b: an object with a member for each of them. A path may
// name an edge of theirs. [seen MOCKFB, KOALA mock]
func (c *Core) many(ctx context.Context, x *exchange, rest string, b []byte) ([]byte, error) {
	call := &x.call
	if edge := call.ID + rest; edge != "" && c.opt.Engine.HasEdge(edge) {
		call.Edge, call.ID = edge, ""
	}
	ids, err := readIDs(x.param.ids)
	switch {
	case err != nil:
	case call.ID != "":
		err = graph.ErrIDAndIDs.Args(call.ID)
	case call.Served >= idsEnd && call.Edge == "":
		err = graph.ErrNoIDs
	}
	if err != nil {
		return b, c.afterToken(ctx, x, err)
	}
	if err := c.opt.Faults.Next(ids...); err != nil {
		call.Ladder.Fail(journal.Fault, 0, err.Name())
		return b, err
	}
	if err := c.credentials(x); err != nil {
		return b, err
	}
	call.Fields, call.Params = x.param.fields, x.param.rest
	return c.readMany(ctx, x, ids, b)
}

// readMany reads on the state of the batch, if x is part of one.
func (c *Core) readMany(ctx context.Context, x *exchange, ids []string, b []byte) ([]byte, error) {
	if x.glance != nil {
		return x.glance.ReadMany(ctx, &x.call, ids, b)
	}
	return c.opt.Engine.ReadMany(ctx, &x.call, ids, b)
}

// afterToken is what a call answers that names nobody: first that its token is
// none, if it has one that is. [guess, as tokens are checked before nodes]
func (c *Core) afterToken(ctx context.Context, x *exchange, err error) error {
	if bad := c.credentials(x); bad != nil {
		return bad
	}
	if x.call.Cred.Text() == "" {
		x.call.Ladder.Fail(journal.Route, 0, "")
		return err
	}
	x.call.Asides = nil // what is asked beside it is not worked out
	if _, bad := c.readMany(ctx, x, nil, nil); bad != nil {
		return bad
	}
	x.call.Ladder.Fail(journal.Route, 0, "")
	return err
}

// readIDs reads a list with commas and blanks, or a JSON array. Who is named
// twice is answered once.
func readIDs(text string) ([]string, error) {
	var ids []string
	if strings.HasPrefix(text, "[") {
		if n := strings.Count(text, ",") + 1; n > 10*maxIDs { // not worth reading
			return nil, graph.ErrManyIDs.Args(strconv.Itoa(n))
		}
		var list []label
		if err := json.Unmarshal(graph.LooseJSON([]byte(text)), &list); err != nil {
			return nil, graph.ErrBadParam.With(err)
		}
		for _, id := range list {
			ids = append(ids, string(id))
		}
	} else {
		if n := strings.Count(text, ",") + 1; n > maxIDs {
			return nil, graph.ErrManyIDs.Args(strconv.Itoa(n))
		}
		ids = strings.Split(text, ",")
	}
	if len(ids) > maxIDs {
		return nil, graph.ErrManyIDs.Args(strconv.Itoa(len(ids)))
	}
	once := ids[:0]
	var met [8]uint64 // by hash: who is not met here is new
	for _, id := range ids {
		if id = strings.TrimSpace(id); id == "" {
			return nil, graph.ErrEmptyID
		}
		h := xxh3.HashString(id)
		word, bit := &met[h%8], uint64(1)<<(h>>58)
		if *word&bit == 0 || !slices.Contains(once, id) {
			once = append(once, id)
		}
		*word |= bit
	}
	if len(once) == 0 {
		return nil, graph.ErrEmptyID
	}
	return once, nil
}
