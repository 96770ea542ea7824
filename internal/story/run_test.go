package story_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kithgraph/kith/internal/story"
	"github.com/kithgraph/kith/kithtest"
)

const seed = `# Why. [guess]
-- seed.yaml --
apps:   {app: {business: corner}, till: {}}
businesses: {corner: {}}
pages:  {bakery: {apps: [app, till], instagram: bakery_ig}}
instagram: {bakery_ig: {}}
people:
  ana: {first_name: Ana, last_name: Lima, email: ana@example.org, apps: {app: [public_profile, email]}, instagram: true, contacts: {bakery: message, bakery_ig: message}}
  max: {first_name: Max}
-- run --
`

// in starts a server and the way to it.
func in(t *testing.T, opt kithtest.Options) *story.World {
	t.Helper()
	if opt.World == nil {
		opt.World = []byte("world: to be replaced\n")
	}
	kith := kithtest.New(t, opt)
	return &story.World{
		URL: "http://localhost", Client: kith.Client(), Settings: opt.Knobs,
		Restart: func(context.Context) error { kith.Restart(); return nil },
	}
}

func run(t *testing.T, w *story.World, text string) []*story.Result {
	t.Helper()
	s, err := story.Parse("a.txtar", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return story.Run(t.Context(), w, s)
}

// Everything the format has, in stories that go as written.
func TestRun(t *testing.T) {
	tests := []struct{ name, run string }{
		{"viewers", `
GET /v25.0/{psid ana bakery}?fields=first_name  as page bakery
= 200
{"first_name":"Ana","id":"{psid ana bakery}"}

GET /v25.0/{psid ana bakery}?fields=first_name  as page bakery of till
= 200
{"first_name":"Ana","id":"{psid ana bakery}"}

GET /v25.0/{id app app}  as app app
= 200
{"name":"App","id":"{id app app}"}

GET /v25.0/me?fields=email  as user ana
= 200
{"email":"ana\u0040example.org","id":"{asid ana app}"}

GET /v25.0/me?fields=name  as user ana of app
= 200
{"name":"Ana Lima","id":"{asid ana app}"}

GET /v25.0/{igsid ana bakery_ig}?fields=username  as instagram bakery_ig host graph.instagram.com
= 200
{"username":"ana","id":"{igsid ana bakery_ig}"}

GET /v25.0/{psid ana bakery}?fields=id  as token {token page bakery}
= 200
{"id":"{psid ana bakery}"}

GET /v25.0/me  as nobody
= 400
{"error":{"message":"An active access token must be used to query information about the current user.","type":"OAuthException","code":2500,"fbtrace_id":"{trace}"}}
`},
		{"ways of the token", `
app app require_proof=true
GET /v25.0/{psid ana bakery}?fields=id  as page bakery
= 400 any

GET /v25.0/{psid ana bakery}?fields=id  as page bakery with proof
= 200
{"id":"{psid ana bakery}"}

GET /v25.0/{psid ana bakery}?fields=id&appsecret_proof={proof page bakery}  as page bakery via bearer
= 200
{"id":"{psid ana bakery}"}

GET /v25.0/{psid ana bakery}?fields=id  as page bakery with proof via oauth
= 200
{"id":"{psid ana bakery}"}

POST /v25.0/{psid ana bakery}  as page bakery with proof via form
body: method=get&fields=id
= 200
{"id":"{psid ana bakery}"}

POST /v25.0/{psid ana bakery}  as page bakery with proof via json
` + "```" + `
{"method": "GET",
 "fields": "id"}
` + "```" + `
= 200
{"id":"{psid ana bakery}"}

GET /v25.0/{psid ana bakery}?fields=id&access_token={token page bakery}&appsecret_proof={proof page bakery app}  as nobody
= 200
{"id":"{psid ana bakery}"}
`},
		{"headers and captures", `
GET /v25.0/{psid ana bakery}?fields=profile_pic  as page bakery
= 200
< ETag: {capture tag}
< Facebook-API-Version: v25.0
< !WWW-Authenticate
{"profile_pic":"{capture pic}","id":"{psid ana bakery}"}

GET /v25.0/{psid ana bakery}?fields=profile_pic  as page bakery
if-none-match: {tag}
= 304

GET {pic}
= 200 any

HEAD /v25.0/{psid ana bakery}?fields=id  as page bakery
= 200
`},
		{"time", `
GET /v25.0/{psid ana bakery}?fields=profile_pic  as page bakery
= 200
{"profile_pic":"{any}&ext={now+2592000}&hash={any}","id":"{psid ana bakery}"}

advance 30d
at 2030-01-01T00:00:00Z
GET /v25.0/{psid ana bakery}?fields=profile_pic  as page bakery
= 200
{"profile_pic":"{any}&ext=1896048000&hash={any}","id":"{psid ana bakery}"}
`},
		{"changes", `
review app pages_user_locale=none
info bakery gender=rejected
person ana last_name="Costa" timezone=2
audience ana first_name=only_me
roles app max=administrator
tasks bakery max=MODERATE,MESSAGING
GET /v25.0/{psid ana bakery}?fields=first_name,last_name,timezone  as page bakery
= 200
{"last_name":"Costa","timezone":2,"id":"{psid ana bakery}"}

GET /v25.0/{psid ana bakery}?fields=locale  as page bakery
= 400 any

GET /v25.0/{psid ana bakery}?fields=gender  as page bakery
= 400 any

mode app development
GET /v25.0/{psid ana bakery}?fields=id  as page bakery
= 400 any
`},
		{"people act", `
act max on bakery get_started text="good day"
act max install app=till permissions=public_profile,email
GET /v25.0/me?fields=first_name  as user max of till
= 200
{"first_name":"Max","id":"{asid max till}"}

keep old {psid max bakery}
act max erase
GET /v25.0/{old}  as page bakery
= 400 any
`},
		{"tokens", `
mint narrow page bakery permissions=pages_show_list person=max
GET /v25.0/{psid ana bakery}?fields=id  as token {narrow}
= 200
{"id":"{psid ana bakery}"}

expire {narrow}
GET /v25.0/{psid ana bakery}?fields=id  as token {narrow}
= 400 any

invalidate user ana app logged_out
GET /v25.0/me  as user ana
= 400
{"error":{"message":"Error validating access token: The session is invalid because the user logged out.","type":"OAuthException","code":190,"error_subcode":467,"fbtrace_id":"{trace}"}}
`},
		{"long texts", `
GET /v25.0/me?access_token={repeat 4000 EAA}
= 400
{"error":{"message":"Invalid OAuth access token - Cannot parse access token","type":"OAuthException","code":190,"fbtrace_id":"{trace}"}}
`},
		{"a restart", `
restart
GET /v25.0/{psid ana bakery}?fields=id  as page bakery
= 200
{"id":"{psid ana bakery}"}
`},
	}
	for _, sqlite := range []bool{false, true} {
		for _, tt := range tests {
			name := tt.name + map[bool]string{true: " on SQLite"}[sqlite]
			t.Run(name, func(t *testing.T) {
				for _, r := range run(t, in(t, kithtest.Options{SQLite: sqlite}), seed+tt.run) {
					if r.Failed() {
						t.Errorf("\n%s", r)
					}
				}
			})
		}
	}
}

func TestRunVersions(t *testing.T) {
	text := strings.Replace(seed, "# Why. [guess]", "# Why. [guess]\n# versions: v2.8 v3.1", 1) +
		"GET /{version}/{psid ana bakery}?fields=name  as page bakery\n= 200\n{\"name\":\"Ana Lima\",\"id\":\"{psid ana bakery}\"}\n"
	results := run(t, in(t, kithtest.Options{}), text)
	var got []string
	for _, r := range results {
		got = append(got, r.Version+map[bool]string{true: " fails", false: " goes"}[r.Failed()])
	}
	if diff := cmp.Diff([]string{"v2.8 fails", "v3.1 goes"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestRunFails(t *testing.T) {
	tests := []struct{ name, run, want string }{
		{"status and body", "GET /v25.0/{psid ana bakery}?fields=first_name  as page bakery\n= 404\n{\"first_name\":\"Ann\",\"id\":\"{any}\"}\n",
			"status: want 404, got 200\nwant {\"first_name\":\"Ann\",\"id\":\"{any}\"}\n got {\"first_name\":\"Ana\",\"id\":\""},
		{"the ladder", "GET /v25.0/{psid ana bakery}?fields=name  as page bakery\n= 200\n{}\n", "why: ✓ token: The access token is genuine."},
		{"header", "GET /v25.0/me  as nobody\n= 400 any\n< ETag: x\n< !WWW-Authenticate\n", "ETag: want x\n      got \nWWW-Authenticate: want none, got [\"OAuth"},
		{"no such name", "GET /v25.0/{psid bob bakery}\n= 200 any\n", "{psid bob bakery}: nothing in this world has it"},
		{"no such token", "GET /v25.0/me  as page cellar\n= 200 any\n", `nothing in this world has a token of page "cellar"`},
		{"no such page", "act ana on cellar message\nGET /x\n= 200\n", "a.txtar:11: act: POST /_/api/act: 404"},
		{"too long", "GET /{repeat 99999999999 x}\n= 200 any\n", "up to 8388608 bytes"},
		{"no JSON", "GET {pic}\n= 200\n", "pic"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := run(t, in(t, kithtest.Options{}), seed+tt.run)[0]
			if len(r.Failures) != 1 || !strings.Contains(r.String(), tt.want) {
				t.Errorf("got %d failures\n%s\nwant one with\n%s", len(r.Failures), r, tt.want)
			}
		})
	}
	bad := strings.Replace(seed, "first_name: Max", "frist_name: Max", 1) + "restart\n"
	if r := run(t, in(t, kithtest.Options{}), bad)[0]; !strings.Contains(r.String(), "frist_name") {
		t.Errorf("a world with a mistake runs, or without a word of it:\n%s", r)
	}
}

func TestSettings(t *testing.T) {
	text := strings.Replace(seed, "# Why. [guess]", "# Why. [guess]\n# settings: no_consent=33", 1) +
		"act max on bakery customer_matching\nGET /v25.0/{psid max bakery}  as page bakery\n= 400 any\n"
	if r := run(t, in(t, kithtest.Options{}), text)[0]; r.Skipped != "it needs a server with no_consent=33" {
		t.Errorf("without the knob: skipped %q, %s", r.Skipped, r)
	}
	knobs := map[string]string{"no_consent": "33"}
	if r := run(t, in(t, kithtest.Options{Knobs: knobs}), text)[0]; r.Skipped != "" || r.Failed() {
		t.Errorf("with the knob: skipped %q, %s", r.Skipped, r)
	}
}

const stale = `GET /v25.0/{psid ana bakery}?fields=first_name,last_name,profile_pic,locale  as page bakery
= 404 text
< Facebook-API-Version: v1.0
nonsense

# kept
GET /v25.0/{psid ana bakery}?fields=profile_pic,id  as page bakery
= 200
{"profile_pic":"{capture pic}"}

GET {pic}
= 200 any

GET /v25.0/me?fields=nothing  as user ana
= 200
`

const fresh = `GET /v25.0/{psid ana bakery}?fields=first_name,last_name,profile_pic,locale  as page bakery
= 200 text
< Facebook-API-Version: v25.0
{"first_name":"Ana","last_name":"Lima","profile_pic":"{url}","id":"{psid ana bakery}"}

# kept
GET /v25.0/{psid ana bakery}?fields=profile_pic,id  as page bakery
= 200
{"profile_pic":"{capture pic}","id":"{psid ana bakery}"}
`

func TestUpdate(t *testing.T) {
	in := in(t, kithtest.Options{})
	text := strings.Replace(seed+stale, "= 404 text", "= 404", 1)
	s, err := story.Parse("a.txtar", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	got := string(story.Update(s, story.Run(t.Context(), in, s)))
	want := seed + strings.Replace(fresh, "= 200 text", "= 200", 1)
	if !strings.HasPrefix(got, want) {
		t.Errorf("after an update (-want +got)\n%s", cmp.Diff(want, got))
	}
	if !strings.Contains(got, "(nothing) on node type (User)") || !strings.Contains(got, `"fbtrace_id":"{trace}"`) {
		t.Errorf("the error is not told:\n%s", got)
	}
}

// What was updated goes as written from then on.
func TestRunURL(t *testing.T) {
	kith := kithtest.New(t, kithtest.Options{World: []byte("world: to be replaced\n")})
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	good := "GET /v25.0/{psid ana bakery}?fields=id  as page bakery\n= 200\n{\"id\":\"{psid ana bakery}\"}\n"
	write("a_good.txtar", seed+good)
	write("b_stale.txtar", seed+strings.Replace(good, `{"id"`, `{"no"`, 1))
	write("c_knob.txtar", strings.Replace(seed, "[guess]", "[guess]\n# settings: no_consent=33", 1)+good)
	write("notes.md", "no story")

	for _, step := range []struct {
		update bool
		failed int
		want   string
	}{
		{false, 1, "ok   a_good.txtar FAIL b_stale.txtar skip c_knob.txtar: it needs a server with no_consent=33"},
		{true, 0, "ok   a_good.txtar new  b_stale.txtar skip c_knob.txtar: it needs a server with no_consent=33"},
		{false, 0, "ok   a_good.txtar ok   b_stale.txtar skip c_knob.txtar: it needs a server with no_consent=33"},
	} {
		var out bytes.Buffer
		failed, err := story.RunURL(t.Context(), story.Target{URL: kith.URL()}, []string{dir}, step.update, &out)
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for line := range strings.Lines(out.String()) {
			if line[0] != ' ' {
				lines = append(lines, strings.ReplaceAll(strings.TrimSpace(line), dir+string(filepath.Separator), ""))
			}
		}
		if got := strings.Join(lines, " "); got != step.want || failed != step.failed {
			t.Errorf("update %v\n got %d failed, %s\nwant %d failed, %s\n%s", step.update, failed, got, step.failed, step.want, &out)
		}
	}
	for _, no := range []struct{ url, file string }{
		{kith.URL(), filepath.Join(dir, "none")}, {"http://127.0.0.1:1", dir}, {"here", dir},
	} {
		if _, err := story.RunURL(t.Context(), story.Target{URL: no.url}, []string{no.file}, false, &bytes.Buffer{}); err == nil {
			t.Errorf("%s against %s is no error", no.file, no.url)
		}
	}
}
