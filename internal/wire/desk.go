package wire

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/kithgraph/kith/internal/engine"
	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/journal"
	"github.com/kithgraph/kith/internal/login"
	"github.com/kithgraph/kith/internal/people"
)

// A service is what answers a fixed path: no node, whatever the version.
type service func(ctx context.Context, c *login.Call, b []byte) ([]byte, error)

// fixed finds the service of a path, nil where the path is a node's. Instagram
// has its own, and a host that is nobody's has them all.
func (c *Core) fixed(node, rest, host string) service {
	if c.opt.Desk == nil {
		return nil
	}
	switch node {
	case "debug_token", "access_token", "refresh_access_token":
		if rest != "" {
			return nil
		}
	case "oauth":
		switch edge, beyond := segment(rest); {
		case strings.Trim(beyond, "/") != "" || instagramHost(host):
		case edge == "access_token":
			return c.opt.Desk.Token
		case edge == "client_code":
			return c.opt.Desk.ClientCode
		}
		return nil
	case "device":
		switch edge, beyond := segment(rest); {
		case strings.Trim(beyond, "/") != "" || instagramHost(host):
		case edge == "login":
			return c.opt.Desk.Device
		case edge == "login_status":
			return c.opt.Desk.DeviceStatus
		}
		return nil
	default:
		return nil
	}
	switch instagram := instagramHost(host); {
	case node == "debug_token" && !instagram:
		return c.opt.Desk.Debug
	case node == "access_token" && !graphHost(host):
		return c.opt.Desk.InstagramLong
	case node == "refresh_access_token" && !graphHost(host):
		return c.opt.Desk.InstagramRefresh
	}
	return nil
}

func placeOf(host string) login.Place {
	switch {
	case hostIs(host, "api.instagram.com"), instagramHost(host):
		return login.Instagram
	case graphHost(host), hostIs(host, "www.facebook.com"):
		return login.Facebook
	}
	return login.Anywhere
}

// appendInstagramError writes an error as api.instagram.com does, with blanks and
// without a full stop. [seen restfb; seen instagram-basic-display-php#14]
func appendInstagramError(b []byte, env *graph.Envelope) []byte {
	b = append(b, `{"error_type": "OAuthException", "code": 400, "error_message": `...)
	b = graph.AppendString(b, strings.TrimSuffix(env.Message, "."))
	return append(b, '}')
}

// single is a parameter that is no list: of a list of one its item. [guess]
func single(p graph.Param) string {
	text := strings.TrimSpace(p.Value)
	if !strings.HasPrefix(text, "[") {
		return p.Value
	}
	var list []label
	if json.Unmarshal(graph.LooseJSON([]byte(text)), &list) == nil && len(list) == 1 {
		return string(list[0])
	}
	return p.Value
}

// desk has a service answer. Its answers carry no tag. [seen idx:5577965350]
func (c *Core) desk(ctx context.Context, x *exchange, serve service, rest string, b []byte) ([]byte, error) {
	if x.glance != nil { // it reads, and writes, for itself
		return b, engine.ErrWrite
	}
	call := &x.call
	x.flat = hostIs(x.in.Host, "api.instagram.com")
	if err := c.opt.Faults.Next(call.ID, call.ID+rest); err != nil {
		call.Ladder.Fail(journal.Fault, 0, err.Name())
		return b, err
	}
	if call.Method != "GET" && call.Method != "POST" {
		call.Ladder.Fail(journal.Route, 0, "")
		return b, graph.ErrUnsupportedMethod.Args(strings.ToLower(call.Method))
	}
	if err := c.credentials(x); err != nil {
		return b, err
	}
	lc := &login.Call{Place: placeOf(x.in.Host), Cred: call.Cred, Method: call.Method, Served: call.Served, Now: call.Now, Serve: func(app *people.App) graph.Version {
		c.opt.Engine.ServeApp(call, app)
		return call.Served
	}, Param: func(name string) string {
		p, _ := x.param.find(name)
		return single(p)
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
