package wire

import (
	"context"

	"github.com/kithgraph/kith/internal/engine"
	"github.com/kithgraph/kith/internal/journal"
	"github.com/kithgraph/kith/internal/login"
)

// A service is what answers a fixed path: no node, whatever the version.
type service func(ctx context.Context, c *login.Call, b []byte) ([]byte, error)

// fixed finds the service of a path, nil where the path is a node's.
func (c *Core) fixed(node, rest string) service {
	if c.opt.Desk == nil {
		return nil
	}
	switch node {
	case "debug_token":
		if rest == "" {
			return c.opt.Desk.Debug
		}
	case "oauth":
		switch edge, beyond := segment(rest); {
		case beyond != "" && beyond != "/":
		case edge == "access_token":
			return c.opt.Desk.Token
		}
	}
	return nil
}

// desk has a service answer. Its answers carry no tag. [seen idx:5577965350]
func (c *Core) desk(ctx context.Context, x *exchange, serve service, b []byte) ([]byte, error) {
	if x.glance != nil { // it reads, and writes, for itself
		return b, engine.ErrWrite
	}
	call := &x.call
	if err := c.opt.Faults.Next(call.ID); err != nil {
		call.Ladder.Fail(journal.Fault, 0, err.Name())
		return b, err
	}
	if err := c.credentials(x); err != nil {
		return b, err
	}
	lc := &login.Call{Cred: call.Cred, Version: call.Version, Served: call.Served, Now: call.Now, Param: func(name string) string {
		p, _ := x.param.find(name)
		return p.Value
	}}
	b, err := serve(ctx, lc, b)
	call.Served, call.App = lc.Served, lc.App
	if err != nil {
		call.Ladder.Fail(journal.Token, 0, "")
		return b, err
	}
	call.Ladder.Pass(journal.Token, "")
	x.untagged = true
	if lc.Form {
		x.kind = "text/plain; charset=UTF-8"
	}
	return b, nil
}
