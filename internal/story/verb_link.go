package story

import (
	"context"
	"net/http"
	"net/url"
)

// edgePath is the path of an edge and what follows it: "ana likes cafe",
// "page bakery blocked ben".
func edgePath(args []string) (path string, rest []string) {
	plural := "people"
	for kind, name := range map[string]string{"person": "people", "page": "pages", "app": "apps", "business": "businesses", "instagram": "instagram", "thing": "things"} {
		if args[0] == kind && len(args) > 3 {
			plural = name
			args = args[1:]
			break
		}
	}
	return plural + "/" + url.PathEscape(args[0]) + "/edges/" + url.PathEscape(args[1]), args[2:]
}

// link puts something on an edge: "link ana likes cafe at=2017-03-01T10:00:00Z".
func link(r *runner, ctx context.Context, args []string) error {
	path, rest := edgePath(args)
	body, err := pairs(rest[1:], raw)
	if err != nil {
		return err
	}
	body["to"] = rest[0]
	return r.w.control(ctx, http.MethodPost, path, body, nil)
}

// unlink takes it off again.
func unlink(r *runner, ctx context.Context, args []string) error {
	path, rest := edgePath(args)
	return r.w.control(ctx, http.MethodDelete, path+"?to="+url.QueryEscape(rest[0]), nil, nil)
}

// remove deletes a thing: "remove ana/albums/1".
func remove(r *runner, ctx context.Context, args []string) error {
	return r.w.control(ctx, http.MethodDelete, "things/"+url.PathEscape(args[0]), nil, nil)
}
