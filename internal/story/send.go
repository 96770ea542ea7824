package story

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"
)

// A sent is a call with every placeholder filled in.
type sent struct {
	host, target, body string
	header             []Pair
}

// fill puts values in place of the placeholders of a call.
func (r *runner) fill(ctx context.Context, c *Call) (*sent, error) {
	find := r.find(ctx)
	target, err := expand(c.Target, find)
	if err != nil {
		return nil, err
	}
	s := &sent{host: c.Host, target: target}
	if s.body, err = expand(c.Body, find); err != nil {
		return nil, err
	}
	for _, h := range c.Header {
		v, err := expand(h.Value, find)
		if err != nil {
			return nil, err
		}
		s.header = append(s.header, Pair{h.Name, v})
	}
	if _, rest, whole := strings.Cut(s.target, "://"); whole && !strings.HasPrefix(s.target, "/") {
		host, path, _ := strings.Cut(rest, "/")
		if s.target = "/" + path; s.host == "" {
			s.host = host
		}
	}
	return s, nil
}

// sign puts token and proof where the call wants them.
func (r *runner) sign(ctx context.Context, c *Call, s *sent) error {
	token, err := r.token(ctx, c.As)
	if err != nil {
		return err
	}
	var members []Pair
	if token != "" {
		switch c.Via {
		case "bearer":
			s.header = append(s.header, Pair{"Authorization", "Bearer " + token})
		case "oauth":
			s.header = append(s.header, Pair{"Authorization", "OAuth " + token})
		default:
			members = append(members, Pair{"access_token", token})
		}
	}
	if c.Proof {
		proof, err := r.proof(ctx, c.As)
		if err != nil {
			return err
		}
		members = append(members, Pair{"appsecret_proof", proof})
	}
	return s.add(c.Via, members)
}

// add puts parameters into the query, a form or a JSON object.
func (s *sent) add(via string, members []Pair) error {
	for _, m := range members {
		pair := m.Name + "=" + url.QueryEscape(m.Value)
		switch via {
		case "form":
			s.body = join(s.body, "&", pair)
		case "json":
			member, err := json.Marshal(m.Value)
			if err != nil {
				return err
			}
			inner := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(s.body), "{"), "}")
			s.body = "{" + join(inner, ",", `"`+m.Name+`":`+string(member)) + "}"
		default:
			sep := "?"
			if strings.Contains(s.target, "?") {
				sep = "&"
			}
			s.target += sep + pair
		}
	}
	if via == "form" || via == "json" {
		kind := map[string]string{"form": "application/x-www-form-urlencoded", "json": "application/json"}[via]
		for _, h := range s.header {
			if strings.EqualFold(h.Name, "Content-Type") {
				return nil
			}
		}
		s.header = append(s.header, Pair{"Content-Type", kind})
	}
	return nil
}

func join(a, sep, b string) string {
	if strings.TrimSpace(a) == "" {
		return b
	}
	return a + sep + b
}
