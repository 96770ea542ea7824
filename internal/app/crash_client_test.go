package app

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
)

// peopleOfClient is how many people one client writes about; nobody else does.
const peopleOfClient = 6

// A fact is something a client may look at, and what it may see.
type fact struct {
	kind string // of look
	may  []string
}

// A client does one write at a time, each of a random kind, to things of its
// own, so that it knows what must be there after a crash: for a write that was
// acknowledged its effect, for the one under way its effect or none.
type client struct {
	*victim
	n       int
	page    string // ID
	rng     *rand.Rand
	facts   map[string]*fact
	learned map[string]string // what an event makes of a state
	touched map[string]bool   // in this round
	acked   map[string]int    // by kind
	live    []string          // tokens that work
	full    bool              // the disk: a write may be refused
	born    int
	version int
}

func newClient(v *victim, n int, page string, seed uint64) *client {
	c := &client{victim: v, n: n, page: page, rng: rand.New(rand.NewPCG(seed, uint64(n+1))),
		facts: map[string]*fact{}, learned: map[string]string{}, acked: map[string]int{}}
	for i := range peopleOfClient {
		p := fmt.Sprintf("p%d_%d", n, i)
		c.facts["contact "+p] = &fact{"contact", []string{"NONE 0"}}
		c.facts["name "+p] = &fact{"name", []string{"v0 v0"}}
		c.facts["install "+p] = &fact{"install", []string{"no"}}
	}
	c.facts["review a"] = &fact{"review", []string{"advanced advanced"}}
	return c
}

// writers are the kinds of writes. Each returns whether it was acknowledged;
// an error is an answer that should not have come.
var writers = []func(*client) (kind string, ok bool, err error){
	(*client).event, (*client).event, (*client).rename, (*client).review, (*client).mint, (*client).invalidate,
	(*client).bear, (*client).install,
}

// write does one write. It reports false once the victim is gone, or for a
// write that was refused because the disk is full.
func (c *client) write() (ok bool, err error) {
	kind, ok, err := writers[c.rng.IntN(len(writers))](c)
	if ok {
		c.acked[kind]++
	}
	return ok, err
}

// try sends a write that makes a fact one of after; before the answer it may
// be as before or after, then only after.
func (c *client) try(name, kind string, after []string, method, path, body string) (reply string, ok bool, err error) {
	f := c.facts[name]
	if f == nil {
		f = &fact{kind: kind, may: []string{"gone"}}
		c.facts[name] = f
	}
	c.touched[name] = true
	f.may = append(slices.Clone(f.may), after...)
	status, reply, err := c.call(method, path, body)
	if err != nil {
		return "", false, nil //nolint // killed: either may be there
	}
	if status == 503 && c.full {
		return "", false, nil
	}
	if status != 200 {
		return "", false, fmt.Errorf("%s %s %s: %d %s", method, path, body, status, reply)
	}
	f.may = after
	return reply, true, nil
}

func (c *client) person() string { return fmt.Sprintf("p%d_%d", c.n, c.rng.IntN(peopleOfClient)) }

// event is a consent event. The state it leads to is learned from the answers,
// since the same event in the same state leads to the same state.
func (c *client) event() (string, bool, error) {
	p := c.person()
	name := "contact " + p
	state, count := split2(c.facts[name].may[0])
	event := []string{"message", "revoke", "block"}[c.rng.IntN(3)]
	if state == "BLOCKED" {
		event = "unblock"
	}
	var after []string
	for _, to := range []string{"NONE", "GRANTED", "REVOKED", "BLOCKED"} {
		if know := c.learned[state+event]; know == "" || know == to {
			after = append(after, fmt.Sprintf("%s %d", to, count+1))
		}
	}
	reply, ok, err := c.try(name, "contact", after, "POST", "/_/api/act",
		fmt.Sprintf(`{"person":%q,"page":"s%d","event":%q}`, p, c.n, event))
	if !ok {
		return "", false, err
	}
	var changed struct{ State map[string]string }
	if err := json.Unmarshal([]byte(reply), &changed); err != nil {
		return "", false, err
	}
	now := changed.State[fmt.Sprintf("a%d", c.n)]
	if know := c.learned[state+event]; know != "" && know != now && state != "BLOCKED" {
		return "", false, fmt.Errorf("%s after %s is %s, and it was %s before", event, state, now, know)
	}
	if state != "BLOCKED" { // what stood before a block stands again
		c.learned[state+event] = now
	}
	c.facts[name].may = []string{fmt.Sprintf("%s %d", now, count+1)}
	return event, true, nil
}

func split2(text string) (state string, count int) {
	_, _ = fmt.Sscanf(text, "%s %d", &state, &count)
	return state, count
}

// rename changes two fields of a person in one write.
func (c *client) rename() (string, bool, error) {
	p := c.person()
	c.version++
	v := fmt.Sprintf("v%d", c.version)
	_, ok, err := c.try("name "+p, "name", []string{v + " " + v}, "PUT", "/_/api/people/"+p,
		fmt.Sprintf(`{"first_name":%q,"last_name":%q}`, v, v))
	return "profile", ok, err
}

// review changes two permissions of the app in one write.
func (c *client) review() (string, bool, error) {
	level := []string{"standard", "advanced"}[c.rng.IntN(2)]
	_, ok, err := c.try("review a", "review", []string{level + " " + level}, "PUT", fmt.Sprintf("/_/api/apps/a%d/review", c.n),
		fmt.Sprintf(`{"pages_user_locale":%q,"pages_user_timezone":%q}`, level, level))
	return "review", ok, err
}

// mint makes a token. One whose answer never came is known to nobody.
func (c *client) mint() (string, bool, error) {
	status, reply, err := c.call("POST", "/_/api/tokens", fmt.Sprintf(`{"page":"s%d"}`, c.n))
	if err != nil {
		return "", false, nil //nolint // killed
	}
	if status == 503 && c.full {
		return "", false, nil
	}
	var got struct{ Token string }
	if err := json.Unmarshal([]byte(reply), &got); err != nil || status != 200 || got.Token == "" {
		return "", false, fmt.Errorf("mint: %d %s", status, reply)
	}
	c.facts["token "+got.Token] = &fact{"token", []string{"works"}}
	c.touched["token "+got.Token] = true
	c.live = append(c.live, got.Token)
	return "token", true, nil
}

func (c *client) invalidate() (string, bool, error) {
	if len(c.live) == 0 {
		return c.mint()
	}
	i := c.rng.IntN(len(c.live))
	token := c.live[i]
	c.live = slices.Delete(c.live, i, i+1)
	_, ok, err := c.try("token "+token, "token", []string{"dead"}, "POST", "/_/api/tokens/invalidate",
		fmt.Sprintf(`{"token":%q,"reason":"logged_out"}`, token))
	return "invalidation", ok, err
}

// bear imports a person with a contact or, half of the time, erases one.
func (c *client) bear() (string, bool, error) {
	if c.born > 0 && c.rng.IntN(2) == 0 {
		p := fmt.Sprintf("b%d_%d", c.n, c.born)
		if f := c.facts["born "+p]; len(f.may) == 1 && f.may[0] != "gone" {
			_, ok, err := c.try("born "+p, "born", []string{"gone"}, "POST", "/_/api/act", fmt.Sprintf(`{"person":%q,"event":"delete"}`, p))
			return "erasure", ok, err
		}
	}
	c.born++
	p := fmt.Sprintf("b%d_%d", c.n, c.born)
	_, ok, err := c.try("born "+p, "born", []string{"GRANTED 2"}, "POST", "/_/api/import", strings.NewReplacer("PERSON", p,
		"PAGE", fmt.Sprintf("s%d", c.n), "APP", fmt.Sprintf("a%d", c.n)).Replace(bornLine))
	return "import", ok, err
}

// bornLine is a person with a contact and its history, as an export has it.
const bornLine = `{"person":{"handle":"PERSON","fields":{"first_name":"Born"},"contacts":[{"page":"PAGE","time":1795640859762068,` +
	`"known":true,"thread":true,"seq":2,"origin":{"event":"message","at":1795640859762068,"seq":1},` +
	`"grants":[{"app":"APP","by":[{"editions":["2016","2018","2026"],"event":"message","at":1795640859762068,"seq":1}]}]}],` +
	`"history":[{"page":"PAGE","event":"message","at":1795640859762069,"seq":2},{"page":"PAGE","event":"message","at":1795640859762068,"seq":1}]}}` + "\n"

// install is a login or, where there was one, its end.
func (c *client) install() (string, bool, error) {
	p := c.person()
	name := "install " + p
	event, after := "install", "yes"
	if c.facts[name].may[0] == "yes" {
		event, after = "uninstall", "no"
	}
	_, ok, err := c.try(name, "install", []string{after}, "POST", "/_/api/act",
		fmt.Sprintf(`{"person":%q,"app":"a%d","event":%q}`, p, c.n, event))
	return event, ok, err
}

// check looks at facts; those that may have been two things are one from then.
func (c *client) check(all bool) (problems []string, looked int) {
	var names []string
	for name := range c.facts {
		if all || c.touched[name] {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	for _, name := range names {
		saw, err := c.look(name)
		f := c.facts[name]
		switch {
		case err != nil:
			problems = append(problems, fmt.Sprintf("client %d, %s: %v", c.n, name, err))
		case !slices.Contains(f.may, saw):
			problems = append(problems, fmt.Sprintf("client %d: %s is %q, it may be %q", c.n, name, saw, f.may))
		default:
			f.may = []string{saw}
		}
	}
	return problems, len(names)
}

// look asks the victim about a fact.
func (c *client) look(name string) (string, error) {
	kind, subject, _ := strings.Cut(name, " ")
	switch kind {
	case "token":
		return c.lookToken(subject)
	case "review":
		return c.lookReview()
	}
	status, text, err := c.call("GET", "/_/api/people/"+subject, "")
	if err != nil {
		return "", err
	}
	if status == 404 {
		return "gone", nil
	}
	if status != 200 {
		return "", fmt.Errorf("%d %s", status, text)
	}
	var v struct {
		Fields   map[string]json.RawMessage
		Apps     map[string]any
		Contacts []struct{ State map[string]string }
		History  []any
	}
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		return "", err
	}
	app := fmt.Sprintf("a%d", c.n)
	switch kind {
	case "name":
		return strings.ReplaceAll(string(v.Fields["first_name"])+" "+string(v.Fields["last_name"]), `"`, ""), nil
	case "install":
		if _, there := v.Apps[app]; there {
			return "yes", nil
		}
		return "no", nil
	}
	if len(v.Contacts) == 0 {
		return fmt.Sprintf("NONE %d", len(v.History)), nil
	}
	return fmt.Sprintf("%s %d", v.Contacts[0].State[app], len(v.History)), nil
}

func (c *client) lookToken(token string) (string, error) {
	status, text, err := c.call("GET", "/v25.0/"+c.page+"?fields=id&access_token="+token, "")
	switch {
	case err != nil:
		return "", err
	case status == 200:
		return "works", nil
	case strings.Contains(text, `"code":190`):
		return "dead", nil
	}
	return "", fmt.Errorf("%d %s", status, text)
}

// lookReview finds the app among the lines of an export.
func (c *client) lookReview() (string, error) {
	status, text, err := c.call("GET", "/_/api/export", "")
	if err != nil || status != 200 {
		return "", fmt.Errorf("export: %d %v", status, err)
	}
	for line := range strings.Lines(text) {
		var l struct {
			App struct {
				Handle string
				Review map[string]string
			}
		}
		if json.Unmarshal([]byte(line), &l) == nil && l.App.Handle == fmt.Sprintf("a%d", c.n) {
			return l.App.Review["pages_user_locale"] + " " + l.App.Review["pages_user_timezone"], nil
		}
	}
	return "", fmt.Errorf("the export has no app of client %d", c.n)
}
