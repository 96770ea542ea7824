package kithtest_test

import (
	"encoding/json"
	"net/http"
	"os/exec"
	"testing"
	"time"

	"github.com/kithgraph/kith/kithtest"
)

// greet is the bot under test: it greets a person by name, if it may know it.
func greet(c *http.Client, psid, token string) (string, error) {
	resp, err := c.Get("https://graph.facebook.com/v25.0/" + psid + "?fields=first_name&access_token=" + token)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	var profile struct {
		FirstName string `json:"first_name"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&profile); err != nil {
		return "", err
	}
	if profile.FirstName == "" {
		return "Hello!", nil
	}
	return "Hello " + profile.FirstName + "!", nil
}

func Example() {
	var t *testing.T // of func TestGreeting(t *testing.T)

	kith := kithtest.New(t, kithtest.Options{World: []byte(`
pages:  {shop: {}}
people: {ana: {first_name: Ana, contacts: {shop: conversation_ad}}}
`)})
	shop := kith.Page("shop")
	if got, err := greet(kith.Client(), shop.PSID("ana"), shop.Token); err != nil || got != "Hello!" {
		t.Errorf("before she wrote: %s, %v", got, err)
	}
	kith.Act("ana", "shop", "message")
	if got, err := greet(kith.Client(), shop.PSID("ana"), shop.Token); err != nil || got != "Hello Ana!" {
		t.Errorf("after she wrote: %s, %v", got, err)
	}
}

// The URL of a picture works for 30 days of the world's time.
func ExampleClock() {
	var t *testing.T // of the test

	kith := kithtest.New(t, kithtest.Options{})
	kith.Clock().Advance(30 * 24 * time.Hour)
}

// A bot that takes a base URL, or runs in a process of its own, is led to a
// real port.
func ExampleServer_URL() {
	var t *testing.T // of the test

	kith := kithtest.New(t, kithtest.Options{})
	bot := exec.Command("node", "bot.js")
	bot.Env = append(bot.Environ(), "GRAPH_URL="+kith.URL(), "PAGE_TOKEN="+kith.Page("shop").Token)
	if out, err := bot.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
