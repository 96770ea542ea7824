package app

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/kithgraph/kith/internal/graph"
	"github.com/kithgraph/kith/internal/schema"
)

// A writing is one declared operation with what it needs to succeed: whose ID it
// is called on, its parameters, who may call it, and what was done before.
type writing struct {
	on, params, allowed, before string
	old                         bool // it ended before v2.10
	tells                       bool // it changes nothing but what others are told
}

// version is one that has the operation.
func (w *writing) version() string {
	if w.old {
		return "v2.3"
	}
	return "v2.10"
}

// oneRow is an upload of one person to an audience.
const oneRow = `payload={"schema":["EMAIL"],"is_raw":true,"data":[["ben@people.example"]]}`

// writings has every operation of the declared Graph, by node, method and edge;
// behind a colon stands who else it may belong to. Words in braces are IDs.
func writings() map[string]writing {
	all := map[string]writing{
		"User POST ":                  {on: "ana", params: "firstname=Anna", allowed: "ana,weak"},
		"User DELETE ":                {on: "tess", allowed: "tess,app a"},
		"User DELETE businesses":      {on: "ana", params: "business=8100000000000001", allowed: "ana"},
		"User DELETE permissions":     {on: "ana", params: "permission=email", allowed: "ana,weak,app a"},
		"User DELETE scores":          {on: "ana", allowed: "ana,app a"},
		"User POST friends":           {on: "tess", params: "friend={ted}", allowed: "tess"},
		"User POST feed":              {on: "ana", params: "message=Hello", allowed: "ana"},
		"User POST photos":            {on: "ana", params: "url=https://example.com/a.jpg", allowed: "ana"},
		"User POST videos":            {on: "ana", params: "file_url=https://example.com/a.mp4", allowed: "ana"},
		"User POST albums":            {on: "ana", params: "name=Sea", allowed: "ana"},
		"User POST live_videos":       {on: "ana", params: "title=Now", allowed: "ana"},
		"User POST events":            {on: "ana", params: "name=Party&start_time=2026-04-01", allowed: "ana"},
		"User POST favorite_requests": {on: "ana", params: "api_version=v2.10&http_method=GET", allowed: "ana,weak"},
		"User POST notifications":     {on: "ana", params: "template=Hi", allowed: "app a"},
		"User POST apprequests":       {on: "ana", params: "message=Hi", allowed: "app a"},
		"User POST achievements":      {on: "ana", params: "achievement=https://example.com/1", allowed: "ana,app a"},
		"User POST scores":            {on: "ana", params: "score=5", allowed: "ana,app a"},

		"Page POST leadgen_whitelisted_users":   {on: "page pa", params: "user_id={ana}", allowed: "page pa"},
		"Page DELETE leadgen_whitelisted_users": {on: "page pa", params: "user_id={amy}", allowed: "page pa"},
		"Page POST blocked":                     {on: "page pa", params: "user={ana}", allowed: "page pa"},
		"Page DELETE blocked":                   {on: "page pa", params: "user={ana}", allowed: "page pa", before: "page pa POST blocked?user={ana}"},

		"Page POST subscribed_apps":              {on: "page pa", params: "subscribed_fields=feed", allowed: "page pa"},
		"Page DELETE subscribed_apps":            {on: "page pa", allowed: "page pa", before: "page pa POST subscribed_apps?subscribed_fields=feed"},
		"IGUser POST subscribed_apps":            {on: "instagram ia", params: "subscribed_fields=comments", allowed: "page pa,instagram ia"},
		"IGUser DELETE subscribed_apps":          {on: "instagram ia", allowed: "page pa,instagram ia", before: "page pa POST subscribed_apps?subscribed_fields=comments"},
		"Application POST subscriptions":         {on: "app a", params: "object=page&callback_url={receiver}&verify_token=v&fields=feed", allowed: "app a"},
		"Application DELETE subscriptions":       {on: "app a", allowed: "app a", before: "app a POST subscriptions?object=page&callback_url={receiver}&verify_token=v&fields=feed"},
		"Application POST accounts/test-users":   {on: "app a", params: "name=New+One", allowed: "app a"},
		"Application DELETE accounts/test-users": {on: "app a", params: "uid={tess}", allowed: "app a"},
		"AdAccountGroup DELETE users":            {on: "8200000000000001", params: "uid={amy}", allowed: "ana"},
		"Page POST personas":                     {on: "page pa", params: "name=Ann&profile_picture_url=https://example.com/a.jpg", allowed: "page pa"},
		"Persona DELETE ":                        {on: "8200000000000021", allowed: "page pa"},
		"Page POST custom_labels":                {on: "page pa", params: "name=New", allowed: "page pa"},
		"PageLabel POST label":                   {on: "8200000000000022", params: "user={amy}", allowed: "page pa"},
		"PageLabel POST users":                   {on: "8200000000000022", params: "user_ids={amy}", allowed: "page pa"},
		"PageLabel DELETE users":                 {on: "8200000000000022", params: "user_ids={amy}", allowed: "page pa", before: "page pa POST users?user_ids={amy}"},
		"PageLabel DELETE label":                 {on: "8200000000000022", params: "user={amy}", allowed: "page pa", before: "page pa POST label?user={amy}"},
		"PageLabel DELETE ":                      {on: "8200000000000022", allowed: "page pa"},
		"Page POST messages":                     {on: "page pa", params: `recipient={"id":"{psid amy}"}&message={"text":"Hi"}`, allowed: "page pa"},
		"IGUser POST messages":                   {on: "instagram ia", params: `recipient={"id":"{igsid amy}"}&message={"text":"Hi"}`, allowed: "page pa,instagram ia"},
		"Page POST message_attachments":          {on: "page pa", params: `message={"attachment":{"type":"image","payload":{"url":"https://example.com/a.jpg","is_reusable":true}}}`, allowed: "page pa"},
		"IGUser POST message_attachments":        {on: "instagram ia", params: `message={"attachment":{"type":"image","payload":{"url":"https://example.com/a.jpg","is_reusable":true}}}`, allowed: "page pa,instagram ia"},
		"Page POST pass_thread_control":          {on: "page pa", params: `recipient={"id":"{psid amy}"}&target_app_id=263902037430900`, allowed: "page pa"},
		"Page POST take_thread_control":          {on: "page pa", params: `recipient={"id":"{psid amy}"}`, allowed: "page pa"},
		"Page POST request_thread_control":       {on: "page pa", params: `recipient={"id":"{psid amy}"}`, allowed: "page pa", tells: true},
		"Page POST release_thread_control":       {on: "page pa", params: `recipient={"id":"{psid amy}"}`, allowed: "page pa", before: `page pa POST take_thread_control?recipient={"id":"{psid amy}"}`},
		"Page POST extend_thread_control":        {on: "page pa", params: `recipient={"id":"{psid amy}"}&duration=604800`, allowed: "page pa", before: `page pa POST take_thread_control?recipient={"id":"{psid amy}"}`},
		"IGUser POST pass_thread_control":        {on: "instagram ia", params: `recipient={"id":"{igsid amy}"}&target_app_id=1217981644879628`, allowed: "page pa,instagram ia"},
		"IGUser POST take_thread_control":        {on: "instagram ia", params: `recipient={"id":"{igsid amy}"}`, allowed: "page pa,instagram ia"},
		"IGUser POST request_thread_control":     {on: "instagram ia", params: `recipient={"id":"{igsid amy}"}`, allowed: "page pa,instagram ia", tells: true},
		"IGUser POST release_thread_control":     {on: "instagram ia", params: `recipient={"id":"{igsid amy}"}`, allowed: "page pa,instagram ia", before: `instagram ia POST take_thread_control?recipient={"id":"{igsid amy}"}`},
		"IGUser POST extend_thread_control":      {on: "instagram ia", params: `recipient={"id":"{igsid amy}"}&duration=604800`, allowed: "page pa,instagram ia", before: `instagram ia POST take_thread_control?recipient={"id":"{igsid amy}"}`},
		"Page POST unlink_accounts":              {on: "page pa", params: "psid={psid amy}", allowed: "page pa", tells: true},
		"Page POST custom_user_settings":         {on: "page pa", params: `psid={psid amy}&persistent_menu=[{"locale":"default","call_to_actions":[{"type":"postback","title":"T","payload":"P"}]}]`, allowed: "page pa"},
		"Page DELETE custom_user_settings":       {on: "page pa", params: `psid={psid amy}&params=["persistent_menu"]`, allowed: "page pa", before: `page pa POST custom_user_settings?psid={psid amy}&persistent_menu=[{"locale":"default","call_to_actions":[{"type":"postback","title":"T","payload":"P"}]}]`},
		"Page POST nlp_configs":                  {on: "page pa", params: "nlp_enabled=true", allowed: "page pa"},
		"Page POST moderate_conversations":       {on: "page pa", params: `user_ids=["{psid amy}"]&actions=["move_to_spam"]`, allowed: "page pa"},
		"Page POST messenger_profile":            {on: "page pa", params: `get_started={"payload":"GO"}`, allowed: "page pa"},
		"Page DELETE messenger_profile":          {on: "page pa", params: "fields=get_started", allowed: "page pa", before: `page pa POST messenger_profile?get_started={"payload":"GO"}`},
		"Page POST thread_settings":              {on: "page pa", params: `setting_type=greeting&greeting={"text":"Hi"}`, allowed: "page pa"},
		"Page DELETE thread_settings":            {on: "page pa", params: "setting_type=greeting", allowed: "page pa", before: `page pa POST thread_settings?setting_type=greeting&greeting={"text":"Hi"}`},
		"IGUser POST messenger_profile":          {on: "instagram ia", params: `ice_breakers=[{"question":"Q","payload":"P"}]`, allowed: "page pa,instagram ia"},
		"IGUser DELETE messenger_profile":        {on: "instagram ia", params: "fields=ice_breakers", allowed: "page pa,instagram ia", before: `page pa POST messenger_profile?ice_breakers=[{"question":"Q","payload":"P"}]`},

		"CustomAudience POST users":                  {on: "8200000000000011", params: oneRow, allowed: "ana,app a"},
		"CustomAudience DELETE users":                {on: "8200000000000011", params: oneRow, allowed: "ana,app a", before: "ana POST users?" + oneRow},
		"CustomAudience POST users: of a business":   {on: "8200000000000012", params: oneRow, allowed: "ana"},
		"CustomAudience DELETE users: of a business": {on: "8200000000000012", params: oneRow, allowed: "ana", before: "ana POST users?" + oneRow},

		"Album POST photos":       {on: "8200000000000007", params: "url=https://example.com/a.jpg", allowed: "ana"},
		"Album DELETE ":           {on: "8200000000000007", allowed: "ana"},
		"Achievement DELETE ":     {on: "8200000000000008", allowed: "ana"},
		"AppRequest DELETE ":      {on: "8200000000000009", allowed: "ana,weak,app a"},
		"FavoriteRequest DELETE ": {on: "8200000000000010", allowed: "ana,weak"},
	}
	for node, id := range map[string]string{"Post": "{ana}_8200000000000002", "Comment": "8200000000000003", "Photo": "8200000000000004",
		"Video": "8200000000000005", "LiveVideo": "8200000000000006", "Album": "8200000000000007", "Event": "8200000000000013"} {
		all[node+" POST likes"] = writing{on: id, allowed: "ana", old: node == "Event"}
		all[node+" DELETE likes"] = writing{on: id, allowed: "ana", before: "ana POST likes", old: node == "Event"}
		if node != "Comment" {
			all[node+" POST comments"] = writing{on: id, params: "message=So", allowed: "ana"}
		}
		if node != "Album" {
			all[node+" DELETE "] = writing{on: id, allowed: "ana"}
		}
	}
	return all
}

// writers are tokens of every kind, of the owner and of others.
func (l *lab) writers() map[string]string {
	user := func(who, app string) string { return l.ids.People[who].Tokens[app] }
	return map[string]string{
		"ana": user("ana", "a"), "amy": user("amy", "a"), "bea": user("bea", "b"), "tess": user("tess", "a"), "ted": user("ted", "a"),
		"weak": "EAAweak", "clerk": "EAAclerk", "sister": "EAAsister", "expired": "EAAexpired", "forged": "EAAforged", "none": "",
		"app a": l.ids.Apps["a"].Token, "app b": l.ids.Apps["b"].Token, "page pa": l.ids.Pages["pa"].Token, "page pb": l.ids.Pages["pb"].Token, "instagram ia": l.ids.Instagram["ia"].Token,
	}
}

// named puts the IDs into a target or parameters.
func (l *lab) fillIn(s string) string {
	for who, p := range l.ids.People {
		if s == who {
			s = p.ASIDs["a"]
		}
		s = strings.ReplaceAll(s, "{"+who+"}", p.ASIDs["a"])
	}
	switch s {
	case "page pa":
		return l.ids.Pages["pa"].ID
	case "app a":
		return l.ids.Apps["a"].ID
	case "instagram ia":
		return l.ids.Instagram["ia"].ID
	}
	for who, id := range l.ids.Pages["pa"].PSIDs {
		s = strings.ReplaceAll(s, "{psid "+who+"}", id)
	}
	for who, id := range l.ids.Instagram["ia"].IGSIDs {
		s = strings.ReplaceAll(s, "{igsid "+who+"}", id)
	}
	return strings.ReplaceAll(s, "{receiver}", l.receiver)
}

// write calls an operation; id is the node as it is written.
func (l *lab) write(method, id, edge, params, token string) answer {
	return l.writeIn("v2.10", method, id, edge, params, token)
}

func (l *lab) writeIn(version, method, id, edge, params, token string) answer {
	path := "/" + version + "/" + l.fillIn(id)
	if edge != "" {
		path += "/" + edge
	}
	return l.put(question{method: method, target: withToken(path, token), kind: "application/x-www-form-urlencoded", body: l.fillIn(params)})
}

// prepare does what comes before a writing, such as "ana POST likes".
func (l *lab) prepare(t *testing.T, w writing) {
	t.Helper()
	if w.before == "" {
		return
	}
	i := strings.Index(w.before, " POST ")
	edge, params, _ := strings.Cut(w.before[i+len(" POST "):], "?")
	if a := l.writeIn(w.version(), "POST", w.on, edge, params, l.writers()[w.before[:i]]); a.status != 200 {
		t.Fatalf("%s: %s", w.before, a)
	}
}

// T-ISO-10 and T-ISO-11: every declared write with every kind of token. Those
// that may call it change something; all others are refused and change nothing.
func TestEveryWriteWithEveryToken(t *testing.T) {
	yaml := readTestdata(t, "writes.yaml")
	l := openLab(t, Settings{}, yaml)
	l.receiver = answering(t)
	if err := l.DB.ReserveIDs(l.ctx(), 100); err != nil {
		t.Fatal(err)
	}
	all, calls := writings(), 0
	for _, n := range l.Schema.Nodes {
		for i := range n.Operations {
			op := &n.Operations[i]
			name := fmt.Sprintf("%s %s %s", n.Name, op.Method, op.Edge)
			if _, ok := all[name]; !ok {
				t.Errorf("%s is not in the matrix", name)
			}
			for key, w := range all {
				if of, _, _ := strings.Cut(key, ":"); of != name {
					continue
				}
				delete(all, key)
				t.Run(key, func(t *testing.T) { calls += l.tryWrite(t, op, w) })
			}
		}
	}
	for name := range all {
		t.Errorf("%s is in the matrix and is not declared", name)
	}
	if t.Logf("%d calls", calls); calls < 500 {
		t.Errorf("%d calls, want at least 500", calls)
	}
}

func (l *lab) tryWrite(t *testing.T, op *schema.Operation, w writing) (calls int) {
	if err := l.Reset(l.ctx(), nil); err != nil {
		t.Fatal(err)
	}
	l.learn(t)
	l.prepare(t, w)
	allowed, before := strings.Split(w.allowed, ","), l.state(t)
	for who, token := range l.writers() {
		calls++
		may := slices.Contains(allowed, who)
		a := l.writeIn(w.version(), op.Method, w.on, op.Edge, w.params, token)
		after := l.state(t)
		if (a.status == 200) != may || (after != before) != (may && !w.tells) {
			t.Errorf("%s as %s: %s, changed %v, want %v", w.on, who, a, after != before, may)
		}
		if after == before {
			continue
		}
		if err := l.Reset(l.ctx(), nil); err != nil {
			t.Fatal(err)
		}
		l.prepare(t, w)
		before = l.state(t)
	}
	return calls + l.tryForeign(t, op, w, before)
}

// answering is where challenges are answered as they should be.
func answering(t *testing.T) string {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.URL.Query().Get("hub.challenge"))
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

// tryForeign asks for an ID that was never given with each token: the answer is
// that of a foreign one, and nothing changes.
func (l *lab) tryForeign(t *testing.T, op *schema.Operation, w writing, before string) (calls int) {
	for _, who := range []string{"bea", "app b", "page pb", "clerk"} {
		calls += 2
		token, id := l.writers()[who], l.fillIn(w.on)
		unknown := nobody
		if strings.Contains(id, "_") {
			unknown = nobody + "_" + nobody
		}
		got := same(l.writeIn(w.version(), op.Method, id, op.Edge, w.params, token), id)
		want := same(l.writeIn(w.version(), op.Method, unknown, op.Edge, w.params, token), unknown)
		if got != want {
			t.Errorf("%s as %s\n got %s\nwant %s", w.on, who, got, want)
		}
	}
	if l.state(t) != before {
		t.Errorf("%s: a foreign token changed something", w.on)
	}
	return calls
}

// IDs of people are taken for apps and Pages of the caller alone: those of others
// are refused, and nothing is written.
func TestAudienceRowsOfOthersPlaces(t *testing.T) {
	l := openLab(t, Settings{}, readTestdata(t, "writes.yaml"))
	before := l.state(t)
	for scopes, may := range map[string]bool{
		`"app_ids":["` + l.ids.Apps["b"].ID + `"]`:                                             false,
		`"app_ids":["` + l.ids.Apps["a"].ID + `","` + l.ids.Apps["b"].ID + `"]`:                false,
		`"page_ids":["` + l.ids.Pages["pb"].ID + `"]`:                                          false,
		`"page_ids":["` + nobody + `"]`:                                                        false,
		`"app_ids":["8200000000000011"]`:                                                       false,
		`"page_ids":["8100000000000002"]`:                                                      false,
		`"app_ids":["` + l.ids.Apps["a"].ID + `"],"page_ids":["` + l.ids.Pages["pa"].ID + `"]`: true,
	} {
		body := `payload={"schema":"UID",` + scopes + `,"data":["` + l.ids.People["bea"].ASIDs["b"] + `"]}`
		a := l.write("POST", "8200000000000011", "users", body, l.writers()["ana"])
		if (a.status == 200) != may || (l.state(t) != before) != may {
			t.Errorf("%s: %s, changed %v", scopes, a, l.state(t) != before)
		}
		if may {
			if err := l.Reset(l.ctx(), nil); err != nil {
				t.Fatal(err)
			}
			before = l.state(t)
		}
	}
}

// T-PRM-06: what no parameter of the update names does not change, whatever a
// call says.
func TestUpdateWritesWhatItNames(t *testing.T) {
	l := openLab(t, Settings{}, readTestdata(t, "writes.yaml"))
	before, n := l.state(t), l.Schema.Node("User")
	op := n.Operation("POST", "", false, graph.V(2, 10))
	for i := range n.Fields {
		name := n.Fields[i].Name
		if op.Param(name) != nil {
			continue
		}
		a := l.write("POST", "ana", "", url.Values{name: {"true"}}.Encode(), l.writers()["ana"])
		if l.state(t) != before {
			t.Fatalf("%s=true changed something: %s", name, a)
		}
	}
	for _, name := range []string{"consent", "permissions", "granted", "account", "handle", "restricted", "open_graph_test_user", "nonsense"} {
		if a := l.write("POST", "ana", "", name+"=true", l.writers()["ana"]); l.state(t) != before {
			t.Errorf("%s=true changed something: %s", name, a)
		}
	}
	if a := l.write("POST", "ana", "", "firstname=Anna", l.writers()["ana"]); a.status != 200 || l.state(t) == before {
		t.Errorf("firstname=Anna: %s, and nothing changed", a)
	}
}

func readTestdata(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
