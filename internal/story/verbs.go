package story

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A verb changes the world through the control plane.
type verb struct {
	usage       string
	least, most int // arguments; most < 0: any number
	run         func(r *runner, ctx context.Context, args []string) error
}

const many = -1

// verbFor finds a verb by name.
func verbFor(name string) (verb, bool) {
	switch name {
	case "act":
		return verb{"act PERSON [on PLACE] EVENT [key=value ...]", 2, many, act}, true
	case "advance":
		return verb{"advance 3d", 1, 1, advance}, true
	case "at":
		return verb{"at 2021-01-15T00:00:00Z", 1, 1, at}, true
	case "review":
		return verb{"review APP PERMISSION=LEVEL ...", 2, many, put("apps", "review", text)}, true
	case "mode":
		return verb{"mode APP development|live", 2, 2, mode}, true
	case "app":
		return verb{"app APP SETTING=VALUE ...", 2, many, put("apps", "", setting)}, true
	case "page":
		return verb{"page PAGE SETTING=VALUE ...", 2, many, put("pages", "", setting)}, true
	case "instagram":
		return verb{"instagram ACCOUNT SETTING=VALUE ...", 2, many, put("instagram", "", setting)}, true
	case "forget_calls":
		return verb{"forget_calls [kind=KIND] [of=ID]", 0, 2, forgetCalls}, true
	case "roles":
		return verb{"roles APP PERSON=ROLE ...", 2, many, put("apps", "roles", text)}, true
	case "info":
		return verb{"info PAGE FIELD=STATE ...", 2, many, put("pages", "info_about_people", text)}, true
	case "tasks":
		return verb{"tasks PAGE PERSON=TASK,TASK ...", 2, many, put("pages", "tasks", list)}, true
	case "audience":
		return verb{"audience PERSON FIELD=AUDIENCE ...", 2, many, put("people", "audience", text)}, true
	case "person":
		return verb{"person PERSON ATTRIBUTE=JSON ...", 2, many, put("people", "", raw)}, true
	case "link":
		return verb{"link [page|app|business|instagram|thing] HANDLE EDGE ITEM [key=value ...]", 3, many, link}, true
	case "unlink":
		return verb{"unlink [page|app|business|instagram|thing] HANDLE EDGE ITEM", 3, 4, unlink}, true
	case "remove":
		return verb{"remove THING", 1, 1, remove}, true
	case "mint":
		return verb{"mint NAME page|user|instagram HANDLE [key=value ...]", 3, many, mint}, true
	case "code":
		return verb{"code NAME person|instagram HANDLE APP redirect_uri=URI [key=value ...]", 5, many, code}, true
	case "device":
		return verb{"device USER_CODE PERSON|nobody [key=value ...]", 2, many, device}, true
	case "keep":
		return verb{"keep NAME TEXT", 2, 2, keep}, true
	case "expire":
		return verb{"expire TOKEN", 1, 3, expire}, true
	case "invalidate":
		return verb{"invalidate TOKEN REASON", 2, 4, invalidate}, true
	case "fault":
		return verb{"fault ERROR [times=N] [id=ID] [args=A,B]", 1, 4, planFault}, true
	case "receiver":
		return verb{"receiver NAME [status=N] [body=TEXT] [echo=PARAMETER] [hold=true]", 1, 5, receive}, true
	case "deliveries":
		return verb{"deliveries STATE=N ... [tries=N]", 1, many, deliveries}, true
	case "restart":
		return verb{"restart", 0, 0, restart}, true
	}
	return verb{}, false
}

// checkVerb says what is wrong with a line, so far as the file alone tells.
func checkVerb(words []string) string {
	v, ok := verbFor(words[0])
	if !ok {
		return fmt.Sprintf("%q is no verb and no method", words[0])
	}
	if n := len(words) - 1; n < v.least || v.most >= 0 && n > v.most {
		return "it takes " + v.usage
	}
	return ""
}

// A form makes the value of a pair as the control plane wants it.
type form func(value string) any

func text(v string) any { return v }

func list(v string) any {
	if v == "" {
		return []string{}
	}
	return strings.Split(v, ",")
}

// raw takes JSON as it is, and anything else as a string.
func raw(v string) any {
	if json.Valid([]byte(v)) {
		return json.RawMessage(v)
	}
	return v
}

// setting is true, false, a list in JSON or a string.
func setting(v string) any {
	if strings.HasPrefix(v, "[") && json.Valid([]byte(v)) {
		return json.RawMessage(v)
	}
	if b, err := strconv.ParseBool(v); err == nil && len(v) > 1 {
		return b
	}
	return v
}

// put is a verb "NAME HANDLE key=value ..." that is one PUT.
func put(kind, part string, f form) func(*runner, context.Context, []string) error {
	return func(r *runner, ctx context.Context, args []string) error {
		body, err := pairs(args[1:], f)
		if err != nil {
			return err
		}
		path := kind + "/" + url.PathEscape(args[0])
		if part != "" {
			path += "/" + part
		}
		return r.w.control(ctx, http.MethodPut, path, body, nil)
	}
}

func pairs(args []string, f form) (map[string]any, error) {
	m := map[string]any{}
	for _, a := range args {
		key, val, ok := strings.Cut(a, "=")
		if !ok || key == "" {
			return nil, fmt.Errorf("%q: it takes KEY=VALUE", a)
		}
		m[key] = f(val)
	}
	return m, nil
}

// act sends an event: "act ana on bakery message text=hi", "act ana erase".
func act(r *runner, ctx context.Context, args []string) error {
	body := map[string]any{"person": args[0]}
	rest := args[1:]
	if rest[0] == "on" {
		if len(rest) < 3 {
			return fmt.Errorf("act PERSON on PLACE EVENT: the event is missing")
		}
		a, err := r.names(ctx)
		if err != nil {
			return err
		}
		place := "page"
		if _, page := a.Pages[rest[1]]; !page {
			if _, ig := a.Instagram[rest[1]]; ig {
				place = "instagram"
			}
		}
		body[place] = rest[1]
		rest = rest[2:]
	}
	body["event"] = rest[0]
	more, err := pairs(rest[1:], func(v string) any { return v })
	if err != nil {
		return err
	}
	for key, val := range more {
		body[key] = actValue(key, val.(string))
	}
	var done struct {
		URL string `json:"url"`
	}
	if err := r.w.control(ctx, http.MethodPost, "act", body, &done); err != nil || done.URL == "" {
		return err
	}
	opened, err := url.Parse(done.URL)
	if err != nil {
		return err
	}
	r.vars["opened"], r.vars["redirect_uri"] = done.URL, opened.Query().Get("redirect_uri")
	r.vars["account_linking_token"] = opened.Query().Get("account_linking_token")
	return nil
}

// actValue gives the members of an act their JSON types.
func actValue(key, v string) any {
	switch key {
	case "permissions":
		return list(v)
	case "attach":
		return []string{v}
	case "attachments", "files":
		return raw(v)
	case "audience", "ads_context_data":
		m, _ := pairs(strings.Split(v, ","), text)
		return m
	case "one_time":
		return v == "true"
	case "seq":
		if n, err := strconv.ParseInt(v, 10, 64); err == nil {
			return n
		}
	}
	if s, err := strconv.Unquote(v); err == nil {
		return s
	}
	return v
}

func advance(r *runner, ctx context.Context, args []string) error {
	return r.w.control(ctx, http.MethodPut, "clock", map[string]string{"advance": args[0]}, nil)
}

func at(r *runner, ctx context.Context, args []string) error {
	t, err := time.Parse(time.RFC3339, args[0])
	if err != nil {
		return fmt.Errorf("%q is no time: write 2021-01-15T00:00:00Z", args[0])
	}
	return r.w.freeze(ctx, t)
}

func mode(r *runner, ctx context.Context, args []string) error {
	return r.w.control(ctx, http.MethodPut, "apps/"+url.PathEscape(args[0])+"/mode", map[string]string{"mode": args[1]}, nil)
}

// keep remembers a text, such as an ID that will soon be nobody's.
func keep(r *runner, _ context.Context, args []string) error {
	r.vars[args[0]] = args[1]
	return nil
}

// mint makes a token and keeps it: "mint narrow page bakery person=max".
func mint(r *runner, ctx context.Context, args []string) error {
	t, err := r.mint(ctx, args[1], args[2], args[3:])
	r.vars[args[0]] = t
	return err
}

// code lets an app in and keeps the code of the login: "code c person ana demo
// redirect_uri=http://localhost/".
func code(r *runner, ctx context.Context, args []string) error {
	body, err := pairs(args[4:], text)
	if err != nil {
		return err
	}
	body[args[1]], body["app"] = args[2], args[3]
	for _, key := range []string{"permissions", "declined"} {
		if v, ok := body[key].(string); ok {
			body[key] = list(v)
		}
	}
	var a struct{ Code string }
	err = r.w.control(ctx, http.MethodPost, "codes", body, &a)
	r.vars[args[0]] = a.Code
	return err
}

// device types the code that a device shows, for a person, or turns it down.
func device(r *runner, ctx context.Context, args []string) error {
	body, err := pairs(args[2:], text)
	if err != nil {
		return err
	}
	if body["user_code"] = args[0]; args[1] == "nobody" {
		body["decline"] = true
	} else {
		body["person"] = args[1]
	}
	for _, key := range []string{"permissions", "declined"} {
		if v, ok := body[key].(string); ok {
			body[key] = list(v)
		}
	}
	return r.w.control(ctx, http.MethodPost, "codes", body, nil)
}

func (r *runner) mint(ctx context.Context, kind, handle string, args []string) (string, error) {
	body := map[string]any{kind: handle}
	for _, a := range args {
		key, val, ok := strings.Cut(a, "=")
		switch {
		case !ok:
			return "", fmt.Errorf("%q: it takes KEY=VALUE", a)
		case key == "permissions":
			body[key] = list(val)
		case key == "expires_in":
			body[key] = raw(val)
		default:
			body[key] = val
		}
	}
	var a struct{ Token string }
	err := r.w.control(ctx, http.MethodPost, "tokens", body, &a)
	if err == nil && a.Token == "" {
		err = fmt.Errorf("no token was made for %s %s", kind, handle)
	}
	return a.Token, err
}

// tokenArg reads "page bakery", "user ana demo" or a placeholder.
func (r *runner) tokenArg(ctx context.Context, args []string) (string, error) {
	if len(args) > 1 && slices.Contains(kinds[:], args[0]) {
		return r.token(ctx, viewerOf(args))
	}
	if len(args) > 1 {
		return "", fmt.Errorf("%q is no token: write page H, user P [APP], instagram H or a placeholder", strings.Join(args, " "))
	}
	return args[0], nil
}

func expire(r *runner, ctx context.Context, args []string) error {
	t, err := r.tokenArg(ctx, args)
	if err != nil {
		return err
	}
	return r.w.control(ctx, http.MethodPost, "tokens/expire", map[string]string{"token": t}, nil)
}

func invalidate(r *runner, ctx context.Context, args []string) error {
	last := len(args) - 1
	t, err := r.tokenArg(ctx, args[:last])
	if err != nil {
		return err
	}
	return r.w.control(ctx, http.MethodPost, "tokens/invalidate", map[string]string{"token": t, "reason": args[last]}, nil)
}

func restart(r *runner, ctx context.Context, _ []string) error {
	if r.w.Restart == nil {
		return nil
	}
	return r.w.Restart(ctx)
}

// planFault makes the next calls fail: "fault unavailable times=2".
func planFault(r *runner, ctx context.Context, args []string) error {
	body, err := pairs(args[1:], text)
	if err != nil {
		return err
	}
	body["error"] = args[0]
	if n, ok := body["times"].(string); ok {
		body["times"] = raw(n)
	}
	if a, ok := body["args"].(string); ok {
		body["args"] = list(a)
	}
	return r.w.control(ctx, http.MethodPost, "faults", body, nil)
}

// forgetCalls has the rate limits begin anew: "forget_calls kind=messenger".
func forgetCalls(r *runner, ctx context.Context, args []string) error {
	which, err := pairs(args, text)
	if err != nil {
		return err
	}
	q := url.Values{}
	for key, val := range which {
		q.Set(key, val.(string))
	}
	return r.w.control(ctx, http.MethodDelete, "limits?"+q.Encode(), nil, nil)
}
