package wire

import (
	"bytes"
	"context"

	"github.com/kithgraph/kith/internal/graph"
)

// largeBody is from what size on a body is read only for who has a good token: it
// costs more to read than to look for the token in it.
const largeBody = 16 << 10

// early refuses a call with a large body by its token, as it would be refused
// later, before anything of the body is read but that. The token endpoints need no
// token and take no large body. [own]
func (c *Core) early(ctx context.Context, x *exchange, fixed bool) error {
	if len(x.in.Body) < largeBody || x.outer != nil || !x.bodied() {
		return nil
	}
	if fixed {
		return graph.ErrTooLarge
	}
	kind := kindOf(x.in.ContentType)
	if kind == ignored {
		return nil
	}
	if err := c.opt.Sizes.checkLarge(kind, x.in.Body); err != nil {
		return err
	}
	keep := x.param.token
	token, found, err := tokenIn(kind, x.in.Body, c.opt.Sizes.Depth)
	switch {
	case err != nil:
		return graph.ErrBadParam.With(err)
	case found == there:
		x.param.token = token
	case found == perhaps:
		return nil
	}
	if err = c.credentials(x); err == nil {
		bill := x.call.Bill
		x.call.Bill = nil
		err = c.opt.Engine.Admit(ctx, &x.call)
		x.call.Bill = bill
	}
	x.param.token = keep
	return err
}

// checkLarge bounds a body by its kind.
func (s *Sizes) checkLarge(kind bodyKind, body []byte) error {
	most := s.Batch
	if kind == multipartBody {
		most = s.Upload
	}
	if len(body) > most {
		return graph.ErrTooLarge
	}
	return nil
}

// A finding says whether a body has a token; perhaps means that it is to be read.
type finding int

const (
	absent finding = iota
	there
	perhaps
)

// tokenIn finds the access token in a body without reading the rest. In a multipart
// form what looks like one may be part of a file.
func tokenIn(kind bodyKind, body []byte, depth int) (token string, found finding, err error) {
	if !bytes.Contains(body, []byte("access_token")) && (kind != jsonBody || bytes.IndexByte(body, '\\') < 0) {
		return "", absent, nil
	}
	switch kind {
	case formBody:
		token, found = tokenInForm(body)
		return token, found, nil
	case jsonBody:
		return tokenInJSON(body, depth)
	}
	return "", perhaps, nil
}

// tokenInJSON finds the last one of a JSON object; the error is of a body that is none.
func tokenInJSON(body []byte, depth int) (token string, found finding, err error) {
	_, err = members(body, depth, func(name, value []byte) {
		switch {
		case string(name[1:len(name)-1]) != "access_token" || string(value) == "null":
		case len(value) > 1 && quoted(value[0]) && bytes.IndexByte(value, '\\') < 0:
			token, found = string(value[1:len(value)-1]), there
		default:
			found = perhaps
		}
	})
	return token, found, err
}

// tokenInForm finds the last one of a form.
func tokenInForm(body []byte) (string, finding) {
	name := []byte("access_token=")
	for end := len(body); ; {
		i := bytes.LastIndex(body[:end], name)
		if i < 0 {
			return "", absent
		}
		if i == 0 || body[i-1] == '&' {
			value, _, _ := bytes.Cut(body[i+len(name):], []byte("&"))
			return plain(string(value)), there
		}
		end = i
	}
}
