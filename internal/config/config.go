package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kithgraph/kith/internal/consent"
	"github.com/kithgraph/kith/internal/graph"
)

// Modes a server runs in.
const (
	Emulator = "emulator"
	Server   = "server"
)

// Config is every setting. A setting a.b_c is the flag --a-b-c, the variable
// KITH_A_B_C and, in the file, b_c below a. Tags:
//
//	key      its name
//	default  its value unless given; "-" where the mode or the machine decides
//	help     what it does, as --help prints it
//	secret   never printed, and never a flag: other users see command lines
//	path     names a file; in the settings file, relative to that file
type Config struct {
	Mode          string   `key:"mode" default:"emulator" help:"emulator (a world to play with) or server (no control over time and people)"`
	Listen        string   `key:"listen" default:"127.0.0.1:8080" help:"address of the Graph; port 0 takes a free one"`
	ControlListen string   `key:"control_listen" default:"127.0.0.1:8081" help:"address of the control plane in server mode"`
	TLSListen     string   `key:"tls_listen" help:"a further address for https, with certificates of the local CA, for clients that a hosts file leads here"`
	PublicURL     string   `key:"public_url" help:"where clients reach the Graph, for picture links (default the address listened on)"`
	Hosts         []string `key:"hosts" help:"further host names to answer to, separated by commas"`
	HTTP          string   `key:"http" default:"strict" help:"who reads plain HTTP/1.1: strict (a narrow loop for plain calls, net/http for everything else) or std (net/http alone)"`
	Insecure      bool     `key:"insecure_listen" default:"false" help:"allow addresses that other machines can reach"`

	Data    string `key:"data" default:"-" path:"yes" help:"data folder"`
	Store   DSN    `key:"store" help:"database shared by several servers, as postgres://user:password@host:5432/name (default a file in the data folder); on a command line others can read the password: KITH_STORE keeps it"`
	Memory  bool   `key:"memory" default:"false" help:"keep everything in memory and forget it at the end"`
	World   string `key:"world" path:"yes" help:"world file to load into an empty store (default the demo world in emulator mode)"`
	KeyFile string `key:"key_file" path:"yes" help:"file with the master key, 64 hexadecimal digits"`
	Key     string `key:"key" secret:"yes" help:"the master key itself, 64 hexadecimal digits"`

	AdminToken string `key:"admin_token" secret:"yes" help:"credential of the control plane in server mode"`
	URL        string `key:"url" help:"the server that client commands talk to"`

	JSON     bool   `key:"json" default:"false" help:"print JSON: banner, logs and answers"`
	LogLevel string `key:"log_level" default:"info" help:"debug, info, warn or error"`

	DefaultVersion graph.Version `key:"default_version" default:"v25.0" help:"Graph version of paths that name none"`
	Headers        string        `key:"headers" default:"-" help:"response headers: recorded (all that were recorded) or lean (those that mean something); default recorded in emulator mode, lean in server mode"`
	LoginPage      string        `key:"login_page" default:"-" help:"the login page and the other pages for people, on which whoever reaches them is anybody, without a password: on or off; default on in emulator mode, off in server mode"`
	TokenConflict  string        `key:"token_conflict" default:"refuse" help:"when parameter and header carry different tokens: refuse, or parameter"`
	TokenStatus    string        `key:"token_status" default:"400" help:"HTTP status of code 190, a token that does not work: 400, 401, or instagram for 401 on graph.instagram.com alone"`
	JournalSize    int           `key:"journal_size" default:"1000" help:"requests kept for kith why"`
	JournalSample  int           `key:"journal_sample" default:"-" help:"keep every n-th request, 0 for none (default 1 in emulator mode, 100 in server mode)"`
	DrainDelay     time.Duration `key:"drain_delay" default:"0s" help:"how long to go on answering after being told to stop, with readiness already refused"`
	CacheEntries   int           `key:"cache_entries" default:"131072" help:"records kept decoded in memory"`

	Lease time.Duration `key:"lease" default:"-" help:"on a shared database, how long a server may keep the settings of apps and Pages in memory; changing one takes that much longer; the same on all servers, 0s to read them each time (default 1s in server mode, 0s in emulator mode)"`
	Fence time.Duration `key:"fence" default:"-" help:"on a shared database, how long a server trusts a host after a write to it; starts and failovers take a little more than that; the same on all servers, 0s to trust always (default 2s in server mode, 0s in emulator mode)"`

	BlockWithdraws      bool        `key:"block_withdraws" default:"true" help:"a person who blocks a Page takes the profile back"`
	SendToMessenger2018 bool        `key:"send_to_messenger_2018" default:"true" help:"the Send to Messenger plugin grants the profile in the edition of 2018"`
	Versions            Versions    `key:"versions"`
	Pages               Pages       `key:"pages"`
	Profile             Profile     `key:"profile"`
	Sending             Sending     `key:"sending"`
	Pictures            Pictures    `key:"pictures"`
	Limits              Limits      `key:"limits"`
	Rates               Rates       `key:"rates"`
	Webhooks            Webhooks    `key:"webhooks"`
	Attachments         Attachments `key:"attachments"`

	// GraphURL is where links of the Graph begin, PublicURL unless set. It is no
	// setting: exec has it.
	GraphURL string

	origins map[string]Origin
	runtime string // folder of the run file of a server in memory
	env     environment
}

// Versions are how versions of the Graph are served.
type Versions struct {
	Policy string `key:"policy" default:"pinned" help:"pinned serves each version as its reference documents it; realistic also takes away, by the server's clock, what was taken away from everyone on a day"`
}

// Pages are what of a Page others may read.
type Pages struct {
	Public string `key:"public" default:"by_version" help:"who may read published Pages and what they published: by_version is user and app tokens up to v3.0, reviewed those and later apps with Page Public Content Access by a proof or app token, open the same in every version, closed only who has to do with the Page"`
}

// Profile are the answers to profile calls where the references leave room.
type Profile struct {
	NoConsent    string `key:"no_consent" default:"empty" help:"answer without consent: empty, 33 or 2018218"`
	NoFeature    string `key:"no_feature" default:"33" help:"answer to an app without the profile feature: 33, 3 or empty"`
	IGBlocked    string `key:"ig_blocked" default:"230" help:"answer to an Instagram account the person blocks: 230 or 33"`
	Development  string `key:"development" default:"33" help:"answer to an app in development about a person without a role: 33 or 2018247"`
	UnknownPSID  string `key:"unknown_psid" default:"33" help:"answer to a Page token about an ID it does not know: 33 or 2018001"`
	UnknownIGSID string `key:"unknown_igsid" default:"9010" help:"answer to a token of Instagram Login about an ID it does not know: 9010 or 33"`
	NoMessaging  string `key:"no_messaging" default:"open" help:"answer to a Page token without pages_messaging: open (it is not asked for) or 230"`
}

// Sending are the answers to messages where the references leave room.
type Sending struct {
	RecipientID string `key:"recipient_id" default:"by_edition" help:"recipient_id in the answer to a message by user_ref or phone_number: by_edition (until that of 2026), always or never"`
	PhoneFee    string `key:"phone_fee" default:"paid" help:"the fee for customer matching by phone_number, of all Pages: paid or due"`
}

// Attachments are how files are kept that are sent along with messages.
type Attachments struct {
	MaxSize  Size          `key:"max_size" default:"25000000" help:"largest file of a message, in bytes"`
	MaxImage Size          `key:"max_image" default:"8000000" help:"largest picture of a message that is named by its address"`
	Sendable int           `key:"sendable" default:"10000" help:"how many files a Page or account can have with an attachment_id that can be sent"`
	Lasts    time.Duration `key:"lasts" default:"2160h" help:"how long an attachment_id can be sent"`
	TTL      time.Duration `key:"ttl" default:"720h" help:"how long the address of a file works"`
	Fetch    string        `key:"fetch" default:"-" help:"files named by their address: targets (fetched where webhooks.targets allows it, else passed on by address), always (refused where it does not) or never (passed on); default targets in emulator mode, always in server mode"`
}

// Set changes one by its name, as stories call it.
func (a *Attachments) Set(name, value string) (err error) {
	switch name {
	case "max_size":
		a.MaxSize, err = ParseSize(value)
	case "max_image":
		a.MaxImage, err = ParseSize(value)
	case "sendable":
		if a.Sendable, err = strconv.Atoi(value); err == nil && a.Sendable < 1 {
			err = fmt.Errorf("%q is no number from 1 on", value)
		}
	case "fetch":
		if a.Fetch = value; !slices.Contains(fetches(), value) {
			err = fmt.Errorf("%q is none of %s", value, strings.Join(fetches(), ", "))
		}
	default:
		return fmt.Errorf("kith has no setting %q that a story may need", "attachments."+name)
	}
	if err != nil {
		return fmt.Errorf("attachments.%s: %w", name, err)
	}
	return nil
}

func fetches() []string { return []string{"targets", "always", "never"} }

// Pictures are how long picture URLs work, and what there is to see without a token.
type Pictures struct {
	TTL          time.Duration `key:"ttl" default:"720h" help:"how long a picture URL works"`
	Unknown      string        `key:"unknown" default:"error" help:"the picture of an ID that says nothing without a token: error or silhouette"`
	InstagramTTL time.Duration `key:"instagram_ttl" default:"72h" help:"how long a picture URL of Instagram works"`
}

// Webhooks are what apps are told of people who leave.
type Webhooks struct {
	Targets string        `key:"targets" default:"-" help:"where apps may be told: loopback (this machine), private (and the networks around it), public (the whole net, over https) or any of them; default loopback in emulator mode, public in server mode"`
	Timeout time.Duration `key:"timeout" default:"20s" help:"time for one delivery"`
	Lanes   int           `key:"lanes" default:"32" help:"destinations served at a time, and as many more of those that failed before"`
	Batch   int           `key:"batch" default:"1" help:"updates of one object that wait for an app and may go in one POST, at most 1000"`
	// MessageRequest has two recorded forms.
	MessageRequest string        `key:"message_request" default:"optin" help:"where it is told that a message request was accepted: optin (in it), beside (beside sender and recipient, without optin) or both"`
	Queue          int           `key:"queue" default:"10000" help:"deliveries that wait at one destination that does not answer, and behind one that fails; for one more the oldest is dropped"`
	Keep           time.Duration `key:"keep" default:"168h" help:"how long a delivery can be looked at when it is over"`
	// UnsubscribeAfter is an hour at the platform.
	UnsubscribeAfter time.Duration `key:"unsubscribe_after" default:"0s" help:"after how long of failures an app is taken off the Page or account that it does not hear of any more; 0 is never"`
}

// Limits bound one call and all connections.
type Limits struct {
	Target          Size `key:"target" default:"16KiB" help:"path and query of a call"`
	Headers         Size `key:"headers" default:"32KiB" help:"request line and headers of a call"`
	MaxBody         Size `key:"max_body" default:"1MiB" help:"largest body of a call, unpacked"`
	Batch           Size `key:"batch" default:"4MiB" help:"largest body of a batch"`
	Bodies          Size `key:"bodies" default:"256MiB" help:"large bodies that are held at a time, of all calls together"`
	Upload          Size `key:"upload" default:"25MiB" help:"largest multipart form of a call, files and all"`
	JSONDepth       int  `key:"json_depth" default:"32" help:"how deep JSON of a call may be nested"`
	MaxConns        int  `key:"max_conns" default:"8192" help:"open connections"`
	ConnsPerAddress int  `key:"address_conns" default:"512" help:"open connections of one client address, as far as it is another machine's"`
	Streams         int  `key:"streams" default:"100" help:"calls at a time on one connection of HTTP/2"`
	StreamWindow    Size `key:"stream_window" default:"64KiB" help:"bytes that a call over HTTP/2 may send ahead"`
	ConnWindow      Size `key:"connection_window" default:"1MiB" help:"bytes that a connection of HTTP/2 may send ahead"`

	Fields  int  `key:"fields" default:"500" help:"names in the fields of a call, at every level"`
	Depth   int  `key:"depth" default:"8" help:"levels of names in the fields of a call, at most 64"`
	Objects int  `key:"objects" default:"5000" help:"objects that the answer to a call is made of, a whole batch together"`
	Answer  Size `key:"answer" default:"4MiB" help:"bytes of the answer to a call, a whole batch together"`
	// Of an app: 2,000. [doc test users]
	TestUsers int `key:"test_users" default:"2000" help:"test users of one app"`

	HeaderTimeout time.Duration `key:"header_timeout" default:"5s" help:"time for the headers of a call"`
	ReadTimeout   time.Duration `key:"read_timeout" default:"30s" help:"time for a whole call to arrive"`
	WriteTimeout  time.Duration `key:"write_timeout" default:"60s" help:"time for an answer to be taken"`
	IdleTimeout   time.Duration `key:"idle_timeout" default:"120s" help:"time a connection may wait for another call"`
	// Of the answer of a call: what takes longer is given up by those who wait.
	HandlerTimeout time.Duration `key:"handler_timeout" default:"20s" help:"time for the answer of a call to be worked out"`
}

// Knobs are the settings that consent decides by.
func (c *Config) Knobs() (consent.Knobs, error) {
	k := consent.DefaultKnobs()
	k.BlockWithdraws, k.SendToMessenger2018 = c.BlockWithdraws, c.SendToMessenger2018
	for _, set := range [...]struct{ name, value string }{
		{"no_consent", c.Profile.NoConsent},
		{"no_feature", c.Profile.NoFeature},
		{"ig_blocked", c.Profile.IGBlocked},
		{"development", c.Profile.Development},
		{"unknown_psid", c.Profile.UnknownPSID},
		{"unknown_igsid", c.Profile.UnknownIGSID},
		{"no_messaging", c.Profile.NoMessaging},
	} {
		if err := k.Set(set.name, set.value); err != nil {
			return k, err
		}
	}
	return k, nil
}

// Choices are the settings about which the references leave room and whose
// value is not the default, by the names that stories use.
func (c *Config) Choices() map[string]string {
	chosen := map[string]string{}
	for _, s := range settings() {
		name := strings.TrimPrefix(s.key, "profile.")
		if s.key == "rates.enforce" && c.Rates.Enforce == "on" {
			chosen[name] = "on"
			continue
		}
		if s.key == "attachments.fetch" && !c.Given(s.key) {
			continue
		}
		switch name {
		case "rates.app", "rates.user", "rates.page", "rates.messenger", "rates.instagram", "rates.stream", "rates.conversations", "rates.sends", "rates.media_sends", "rates.private_replies", "rates.live_replies", "rates.access", "rates.objects", "rates.bytes", "rates.servers",
			"no_consent", "no_feature", "ig_blocked", "development", "unknown_psid", "unknown_igsid", "no_messaging",
			"block_withdraws", "send_to_messenger_2018", "token_conflict", "token_status", "versions.policy", "pages.public", "pictures.unknown", "limits.test_users", "sending.recipient_id", "sending.phone_fee", "webhooks.message_request",
			"attachments.max_size", "attachments.max_image", "attachments.sendable", "attachments.fetch":
			if value := s.text(s.in(c)); value != s.def {
				chosen[name] = value
			}
		}
	}
	return chosen
}

// IsServer reports whether the control plane is apart and the emulator's
// switches do not exist.
func (c *Config) IsServer() bool { return c.Mode == Server }
