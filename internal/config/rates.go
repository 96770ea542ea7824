package config

import (
	"fmt"
	"strings"

	"github.com/kithgraph/kith/internal/limits"
)

// Rates are the rate limits: how many calls are taken, by the documented formulas.
// People who use an app, and those who have to do with a Page, are counted, unless
// the app or the Page says how many they are.
type Rates struct {
	Enforce        string `key:"enforce" default:"-" help:"rate limits: on (calls are counted, told of in headers and refused when they are too many) or off; default off in emulator mode, on in server mode"`
	App            int    `key:"app" default:"200" help:"calls of an app in an hour, for each person who uses it"`
	User           int    `key:"user" default:"3600" help:"calls for one person in an hour"`
	Page           int    `key:"page" default:"4800" help:"calls about a Page in a day, for each person who has to do with it"`
	Messenger      int    `key:"messenger" default:"200" help:"calls about people of Messenger in a day, for each contact of the Page"`
	Instagram      int    `key:"instagram" default:"4800" help:"calls about an Instagram account in a day, for each contact of it"`
	Stream         int    `key:"stream" default:"600" help:"reads of one person's feed and home in ten minutes"`
	Conversations  int    `key:"conversations" default:"2" help:"calls about the conversations of a Page or an Instagram account in a second"`
	Sends          int    `key:"sends" default:"100" help:"messages of a Page or an Instagram account in a second"`
	MediaSends     int    `key:"media_sends" default:"10" help:"messages with sound or films of a Page or an Instagram account in a second"`
	PrivateReplies int    `key:"private_replies" default:"750" help:"private replies of a Page or an Instagram account in an hour"`
	LiveReplies    int    `key:"live_replies" default:"100" help:"private replies of a Page or an Instagram account in a second"`
	Access         string `key:"access" default:"standard" help:"tier of access to the Marketing API: standard or advanced"`
	Objects        int    `key:"objects" default:"25" help:"objects that a call may be made of on average: total_cputime"`
	Bytes          Size   `key:"bytes" default:"16KiB" help:"bytes that a call may answer on average: total_time"`
	Servers        int    `key:"servers" default:"1" help:"servers that share the calls evenly, as each counts those it answers itself"`
}

// DefaultRates are those of an emulator.
func DefaultRates() Rates {
	c := Config{Rates: Rates{Enforce: "off"}}
	for _, s := range settings() {
		if strings.HasPrefix(s.key, "rates.") && s.def != unset {
			_ = s.set(s.in(&c), s.def) // a test reads all defaults
		}
	}
	return c.Rates
}

// Rules are the rate limits, nil where calls are not counted.
func (r *Rates) Rules() *limits.Rules {
	if r.Enforce != "on" {
		return nil
	}
	return &limits.Rules{
		App: r.App, User: r.User, Page: r.Page, Messenger: r.Messenger, Instagram: r.Instagram, Stream: r.Stream,
		Conversations: r.Conversations, Sends: r.Sends, MediaSends: r.MediaSends, PrivateReplies: r.PrivateReplies, LiveReplies: r.LiveReplies,
		Tier: r.Access + "_access", Objects: r.Objects, Bytes: int(r.Bytes), Servers: r.Servers,
	}
}

// Set changes one of them by its name.
func (r *Rates) Set(name, value string) error {
	list := settings()
	s := find(list, (*setting).name, "rates."+name)
	if s == nil {
		return fmt.Errorf("there is no setting rates.%s", name)
	}
	c := Config{Rates: *r}
	if err := s.set(s.in(&c), value); err != nil {
		return fmt.Errorf("rates.%s: %w", name, err)
	}
	*r = c.Rates
	return r.check()
}

func (r *Rates) check() error {
	if r.Enforce != "on" && r.Enforce != "off" {
		return fmt.Errorf("rates.enforce is on or off, not %q", r.Enforce)
	}
	if r.Access != "standard" && r.Access != "advanced" {
		return fmt.Errorf("rates.access is standard or advanced, not %q", r.Access)
	}
	return nil
}
