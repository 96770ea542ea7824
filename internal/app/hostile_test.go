package app

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
)

const hostileWorld = `
pages: {bakery: {}}
apps: {app: {}}
people:
  ana: {first_name: Ana, last_name: Lima, apps: {app: {granted: [public_profile, publish_actions, user_posts, user_friends]}}, friends: [bob], contacts: {bakery: message}}
  bob: {first_name: Bob, apps: {app: [public_profile]}}
`

// A blow is a call that no honest client makes.
type blow struct {
	name     string
	question question
}

// blows are T-EXP-02, T-EXP-05, T-EXP-09, T-EXP-12, T-EXP-13 and T-LIM-06 to
// T-LIM-12, as a client with a good token sends them.
func blows(token, id string) []blow {
	as := "access_token=" + url.QueryEscape(token)
	rep := strings.Repeat
	var all []blow
	get := func(name, target string) { all = append(all, blow{name, question{target: target}}) }
	post := func(name, kind, body string) {
		all = append(all, blow{name, question{method: "POST", target: "/v2.10/me?" + as, kind: kind, body: body}})
	}
	form := func(name, body string) { post(name, "application/x-www-form-urlencoded", body) }
	object := func(name, body string) { post(name, "application/json", body) }

	form("a batch of a million", "batch=["+rep("{},", 1_000_000)+"{}]")
	form("a batch of half a million numbers", "batch=["+rep("0,", 500_000)+"0]")
	for _, s := range []string{"{", "(", ",", "[", "a{", "a.b(", `"`, "\\", "a,", "friends{", "picture.width("} {
		get("fields of many "+s, "/v2.10/me?"+as+"&fields="+url.QueryEscape(rep(s, 16000/(3*len(s)))))
	}
	get("all parameters of form", "/v2.10/me?"+as+"&metadata=1&debug=all&pretty=1&format=xml&date_format=U&locale=xx&fields=*")
	for _, s := range []string{"0", "-1", "+1", "01", "1e3", "9223372036854775807", "9223372036854775808", "18446744073709551616", rep("9", 40), "1.0", "%201", "1%00", "%EF%BC%91", "_", "1_", "_1", "1_1_1", "act_", "t_", "m_%00"} {
		get("ID "+s, "/v2.10/"+s+"?"+as)
		get("ids "+s, "/v2.10/?ids="+s+"&"+as)
		get("id "+s, "/v2.10/?id="+s+"&"+as)
	}
	for _, s := range []string{"/v2.10/../control", "/%2e%2e%2f_/api/people", "/%252e%252e/", "/v2.10/me;a=b", "/v2.10/me.", "/v2.10x/me", "/v999.0/me", "//_/api/people", "/v2.10//_/api/reset", "/v2.10/me/%2f%2f", "/\\_\\api", "/v2.10/me%00", "/v2.10/%ff", "/v2.10/me/friends/../../app", "/?#", "?", "/%", "/v2.10/me/friends/" + rep("a/", 2000)} {
		get("path "+s, s+"?"+as)
	}
	for _, s := range []string{"-1", "1e400", "abc", "99999999999999999999", "-9223372036854775808", "%D9%A3", "10000-00-00", "1000000-01-01", "NaN"} {
		get("limit "+s, "/v2.10/me/friends?"+as+"&limit="+s)
		get("since "+s, "/v2.10/me/feed?"+as+"&since="+s+"&until="+s)
		get("offset "+s, "/v2.10/me/friends?"+as+"&offset="+s)
		get("cursors "+s, "/v2.10/me/friends?"+as+"&after="+s+"&before="+s+"&__paging_token="+s)
	}

	object("a deep list", rep("[", 100_000))
	object("a deep object", rep(`{"a":`, 100_000)+"1"+rep("}", 100_000))
	object("a deep value", `{"label_cohort":`+rep("[", 50_000)+rep("]", 50_000)+"}")
	var many strings.Builder
	for i := range 60_000 {
		fmt.Fprintf(&many, `"k%d":1,`, i)
	}
	object("many members", "{"+many.String()+`"z":1}`)
	object("not a number", `{"emoji_color_pref":NaN}`)
	object("infinite", `{"emoji_color_pref":1e400}`)
	object("half a character", `{"firstname":"\ud800"}`)
	object("a mark in front", "\xef\xbb\xbf{}x")
	object("rubbish behind", `{"firstname":"Eve"} {"firstname":"Eve"}`)
	object("many single quotes", rep("'", 100_000))
	object("many escapes", `{"firstname":"`+rep(`\`, 100_001)+`"}`)
	for _, s := range []string{"-9223372036854775809", "9223372036854775808", "1.5", "0x1", "'x'", ""} {
		object("number "+s, `{"emoji_color_pref":`+s+"}")
	}
	form("many parameters", rep("a=b&", 50_000))
	form("many brackets", "label_cohort"+rep("[a]", 50_000)+"=1")
	form("a bracket that is open", "emoji_color_pref[a=1&emoji_color_pref]=2&emoji_color_pref[]]=3")
	form("halves of escapes", "firstname=%&%=%zz&%f&=&==&&")
	form("a list of lists", "batch="+rep("[", 50_000))
	for _, s := range []string{"[[]]", "[null]", "[1]", `["me"]`, "{}", "null", "[{}]", `[{"relative_url":1}]`, `[{"name":"a","depends_on":"a"}]`, `[{"relative_url":"http://169.254.169.254/"}]`,
		`[{"relative_url":"//host/me"}]`, `[{"relative_url":"\\\\host"}]`, `[{"relative_url":"../_/api/people"}]`, `[{"method":"POST","relative_url":"?batch=[]"}]`,
		`[{"method":"POST","relative_url":"","body":"batch=[]"}]`, `[{"method":"TRACE","relative_url":"me"}]`, `[{"headers":["` + rep(":", 10000) + `"],"relative_url":"me"}]`,
		`[{"name":"a","relative_url":"me"},{"relative_url":"{result=a:` + rep("..*", 5000) + `}"}]`, `[{"attached_files":"` + rep(",", 10000) + `"}]`} {
		all = append(all, blow{"batch " + s[:min(len(s), 60)], question{method: "POST", target: "/v2.10/", kind: "application/x-www-form-urlencoded", body: as + "&batch=" + url.QueryEscape(s)}})
	}
	const parts = "multipart/form-data; boundary=x"
	post("a form of parts without an end", parts, "--x\r\nContent-Disposition: form-data; name=\"firstname\"\r\n\r\nEve")
	post("a form of many parts", parts, rep("--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n", 10_000)+"--x--\r\n")
	post("parts without a boundary", "multipart/form-data", "--x\r\n\r\n--x--")
	post("a long boundary", "multipart/form-data; boundary="+rep("x", 10_000), "--x")
	post("parts in parts", parts, "--x\r\nContent-Type: multipart/mixed; boundary=y\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n--y\r\n\r\n--y--\r\n--x--\r\n")
	post("a long name of a file", parts, "--x\r\nContent-Disposition: form-data; name=\"a\"; filename=\""+rep("x", 64<<10)+"\"\r\n\r\nb\r\n--x--\r\n")
	post("lines that are long", parts, "--x\r\nA: "+rep("x", 900_000)+"\r\n\r\nb\r\n--x--\r\n")
	post("a type that is none", "text/;;", "firstname=Eve")
	all = append(all, blow{"packed twice", question{method: "POST", target: "/v2.10/me?" + as, body: "x", header: map[string]string{"Content-Encoding": "gzip,gzip"}}})
	for _, s := range []string{"alert(1)//", "<script>", rep("a", 10_000), "a b", "\u2028", "", "a.b[0]"} {
		get("callback "+s[:min(len(s), 20)], "/v2.10/"+id+"?"+as+"&callback="+url.QueryEscape(s))
	}
	return all
}

// No blow brings the server down, changes anything, or is answered by something
// that is no answer of the Graph; and the good are served after it as before.
func TestBlowsDoNothing(t *testing.T) {
	l := openLab(t, Settings{}, hostileWorld)
	token, id := l.ids.People["ana"].Tokens["app"], l.ids.People["ana"].ASIDs["app"]
	before := l.state(t)
	good := question{target: "/v2.10/me?fields=first_name&access_token=" + url.QueryEscape(token)}
	want := l.put(good).body
	for _, b := range blows(token, id) {
		a := l.put(b.question)
		text := strings.TrimSuffix(strings.TrimPrefix(a.body, "/**/ a.b[0]("), ");")
		if a.status < 200 || a.status > 599 || a.status == 500 && !strings.Contains(text, "reduce the amount of data") || !json.Valid([]byte(text)) && a.body != "" {
			t.Errorf("%s: %d %.300s", b.name, a.status, a.body)
		}
		if now := l.state(t); now != before {
			t.Errorf("%s changed something: %d %.300s", b.name, a.status, a.body)
			before = now
		}
		if len(a.body) > 4<<20 {
			t.Errorf("%s is answered by %d bytes", b.name, len(a.body))
		}
	}
	if got := l.put(good).body; got != want {
		t.Errorf("afterwards a good call gets %s, before %s", got, want)
	}
}
