package plugin_test

import (
	"fmt"
	"strings"
	"testing"
)

// A grant in a webview opens what it names and nothing else, a no nothing; what stands
// is not asked for again. [doc webview permissions]
func TestGrantsInAWebview(t *testing.T) {
	b := opened(t)
	call := b.webview("ana", "https://shop.example/x")
	steps := []struct {
		call, permission, want string
		granted                bool
	}{
		{"permissions", "", "map[permissions:[]]", false},
		{"ask", "user_profile", "map[ask:may it see your public profile?]", false},
		{"decline", "user_profile", "map[isGranted:false permissions:[]]", false},
		{"grant", "user_messaging", "map[isGranted:true permissions:[user_messaging]]", false},
		{"ask", "user_messaging", "map[isGranted:true permissions:[user_messaging]]", false},
		{"grant", "user_profile", "map[isGranted:true permissions:[user_profile user_messaging]]", true},
		{"ask", "user_profile", "map[isGranted:true permissions:[user_profile user_messaging]]", true},
		{"decline", "user_profile", "map[isGranted:false permissions:[user_profile user_messaging]]", true},
		{"permissions", "", "map[permissions:[user_profile user_messaging]]", true},
	}
	for i, s := range steps {
		b.at = talkURL
		if got := fmt.Sprint(call("call", s.call, "permission", s.permission)); got != s.want {
			t.Errorf("%d: %s %s\n got %s\nwant %s", i, s.call, s.permission, got, s.want)
		}
		if got := b.granted("ana"); got != s.granted {
			t.Errorf("%d: after %s %s the profile is open: %v", i, s.call, s.permission, got)
		}
	}
	b.kith.Act("ana", "", "erase")
	b.at = talkURL
	if got := call("call", "context", "app_id", "1234567890123456"); got["code"] != 2018154.0 {
		t.Errorf("of somebody who is erased: %v", got)
	}
}

// Coming by a link grants nothing before Get Started; on Instagram a message does.
func TestLinks(t *testing.T) {
	b := opened(t)
	b.open("https://m.me/cornerbakery?ref=poster")
	b.send(b.values("who", "ben"))
	if at := b.at; b.granted("ben") {
		t.Error("opening the link shows the profile")
	} else {
		b.open(at)
	}
	b.send(b.values("who", "ben"))
	b.send(b.values("do", "press", "button", b.button("Get Started")))
	if strings.Contains(b.page, ">Get Started</button>") || !b.granted("ben") {
		t.Errorf("after Get Started:\n%s", b.page)
	}

	for _, at := range []string{"https://ig.me/m/bakery_ig?ref=poster", "http://localhost/ig.me/m/17841400000000001"} {
		b.open(at)
		b.send(b.values("who", "ben"))
		if b.status != 400 || !strings.Contains(b.page, "no Instagram account") {
			t.Errorf("%s without an Instagram account: status %d:\n%s", at, b.status, b.page)
		}
	}
	b.open("https://ig.me/m/bakery_ig?ref=poster")
	b.send(b.values("who", "ana"))
	b.send(b.values("do", "say", "text", "Hello"))
	if !strings.Contains(b.page, "</b> Hello") {
		t.Errorf("after a message:\n%s", b.page)
	}
	b.open("https://ig.me/m/bakery_ig?ref=flyer")
	if b.send(b.values("who", "ana")); b.status != 200 {
		t.Errorf("back by a link: status %d:\n%s", b.status, b.page)
	}
}

// A ticked box that was sent makes nobody known; guests are people without a profile.
func TestCheckboxesAndGuests(t *testing.T) {
	b := opened(t)
	const site = "?page_id=" + page + "&origin=https%3A%2F%2Fshop.example"
	box := "https://www.facebook.com/plugins/messenger_checkbox.php" + site + "&app_id=1234567890123456&user_ref=u1"
	session := b.session("ana")
	if got := b.sent(box, session, "do", "confirm", "ref", "<b>"); got["error"] == nil {
		t.Errorf("a ref with markup: %v", got)
	}
	if got := b.sent(box, session, "do", "confirm", "ref", "order"); got["ok"] != true || b.granted("ana") {
		t.Errorf("confirmed: %v", got)
	}

	chat := "https://www.facebook.com/plugins/customerchat.php" + site
	if got := b.sent(chat+"&guest_chat_mode=disabled", "", "do", "guest"); got["error"] == nil {
		t.Errorf("where guests are not wanted: %v", got)
	}
	got := b.sent(chat, "", "do", "guest")
	guest, _ := got["session"].(string)
	if got["name"] != "Guest" || guest == "" {
		t.Fatalf("a guest: %v", got)
	}
	got = b.sent(chat, guest, "do", "say", "text", "</ul>Hello")
	if fmt.Sprint(got["log"]) != "[map[mine:true text:Get Started] map[mine:true text:</ul>Hello]]" {
		t.Errorf("the conversation: %v", got)
	}
	if b.granted("guest_1") {
		t.Error("the profile of a guest is open")
	}
	for _, do := range []string{"", "fly", "opt_in", "confirm"} {
		if got := b.sent(chat, guest, "do", do); got["error"] == nil {
			t.Errorf("%q: %v", do, got)
		}
	}
	if got := b.sent(chat, guest, "do", "say", "text", " \xff"); got["error"] == nil {
		t.Errorf("a text that is none: %v", got)
	}
}
