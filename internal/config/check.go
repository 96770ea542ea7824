package config

import (
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kithgraph/kith/internal/messaging"
	"github.com/kithgraph/kith/internal/webhook"
)

// Spans of a shared database.
const (
	defaultLease = time.Second
	defaultFence = 2 * time.Second
	// minFence leaves room for a few heartbeats over a slow network.
	minFence = 200 * time.Millisecond
	maxSpan  = time.Minute
	// leastConnWindow is what RFC 9113 has a connection begin with; net/http takes no less.
	leastConnWindow Size = 64 << 10
)

// check finds what no single value shows.
func (c *Config) check() Problems {
	var ps Problems
	say := func(key, text, remedy string) {
		ps = append(ps, Problem{Key: key, Origin: c.told(key), Text: key + ": " + text, Remedy: remedy})
	}
	oneOf := func(key, value string, allowed ...string) {
		if !slices.Contains(allowed, value) {
			remedy := meant(value, allowed)
			say(key, fmt.Sprintf("%q is none of %s", value, strings.Join(allowed, ", ")), remedy)
		}
	}
	oneOf("mode", c.Mode, Emulator, Server)
	oneOf("token_status", c.TokenStatus, "400", "401", "instagram")
	oneOf("token_conflict", c.TokenConflict, "refuse", "parameter")
	oneOf("versions.policy", c.Versions.Policy, "pinned", "realistic")
	oneOf("pages.public", c.Pages.Public, "by_version", "reviewed", "open", "closed")
	oneOf("pictures.unknown", c.Pictures.Unknown, "error", "silhouette")
	oneOf("webhooks.message_request", c.Webhooks.MessageRequest, messaging.RequestForms()...)
	oneOf("sending.recipient_id", c.Sending.RecipientID, "by_edition", "always", "never")
	oneOf("sending.phone_fee", c.Sending.PhoneFee, "paid", "due")
	oneOf("attachments.fetch", c.Attachments.Fetch, fetches()...)
	oneOf("webhooks.targets", c.Webhooks.Targets, webhook.TargetNames()...)
	oneOf("login_page", c.LoginPage, "on", "off")
	oneOf("headers", c.Headers, "recorded", "lean")
	oneOf("rates.enforce", c.Rates.Enforce, "on", "off")
	oneOf("rates.access", c.Rates.Access, "standard", "advanced")
	oneOf("http", c.HTTP, "strict", "std")
	oneOf("log_level", c.LogLevel, "debug", "info", "warn", "error")
	oneOf("profile.no_consent", c.Profile.NoConsent, "empty", "33", "2018218")
	oneOf("profile.no_feature", c.Profile.NoFeature, "33", "3", "empty")
	oneOf("profile.ig_blocked", c.Profile.IGBlocked, "230", "33")
	oneOf("profile.development", c.Profile.Development, "33", "2018247")
	oneOf("profile.unknown_psid", c.Profile.UnknownPSID, "33", "2018001")
	oneOf("profile.unknown_igsid", c.Profile.UnknownIGSID, "9010", "33")
	oneOf("profile.no_messaging", c.Profile.NoMessaging, "open", "230")

	c.checkListen(say)
	for _, u := range []struct{ key, value string }{{"public_url", c.PublicURL}, {"url", c.URL}} {
		if err := checkURL(u.value); err != nil {
			say(u.key, err.Error(), "")
		}
	}
	for _, n := range []struct {
		key   string
		value int
	}{{"journal_size", c.JournalSize}, {"limits.max_conns", c.Limits.MaxConns}, {"limits.address_conns", c.Limits.ConnsPerAddress},
		{"limits.streams", c.Limits.Streams}, {"limits.json_depth", c.Limits.JSONDepth}, {"limits.target", int(c.Limits.Target)}, {"limits.headers", int(c.Limits.Headers)},
		{"limits.batch", int(c.Limits.Batch)}, {"limits.upload", int(c.Limits.Upload)}, {"limits.stream_window", int(c.Limits.StreamWindow)},
		{"limits.connection_window", int(c.Limits.ConnWindow)}, {"limits.test_users", c.Limits.TestUsers}, {"cache_entries", c.CacheEntries},
		{"limits.fields", c.Limits.Fields}, {"limits.depth", c.Limits.Depth}, {"limits.objects", c.Limits.Objects}, {"limits.answer", int(c.Limits.Answer)},
		{"rates.app", c.Rates.App}, {"rates.user", c.Rates.User}, {"rates.page", c.Rates.Page}, {"rates.messenger", c.Rates.Messenger}, {"rates.instagram", c.Rates.Instagram},
		{"rates.conversations", c.Rates.Conversations}, {"rates.sends", c.Rates.Sends}, {"rates.media_sends", c.Rates.MediaSends},
		{"rates.private_replies", c.Rates.PrivateReplies}, {"rates.live_replies", c.Rates.LiveReplies},
		{"rates.stream", c.Rates.Stream}, {"rates.objects", c.Rates.Objects}, {"rates.servers", c.Rates.Servers},
		{"attachments.max_size", int(c.Attachments.MaxSize)}, {"attachments.max_image", int(c.Attachments.MaxImage)}, {"attachments.sendable", c.Attachments.Sendable},
		{"webhooks.lanes", c.Webhooks.Lanes}, {"webhooks.queue", c.Webhooks.Queue}, {"webhooks.batch", c.Webhooks.Batch}} {
		if n.value == 0 {
			say(n.key, "0 is too few", "")
		}
	}
	for key, value := range map[string]time.Duration{"webhooks.timeout": c.Webhooks.Timeout, "webhooks.keep": c.Webhooks.Keep, "pictures.ttl": c.Pictures.TTL, "pictures.instagram_ttl": c.Pictures.InstagramTTL,
		"limits.header_timeout": c.Limits.HeaderTimeout, "limits.read_timeout": c.Limits.ReadTimeout, "limits.write_timeout": c.Limits.WriteTimeout, "limits.idle_timeout": c.Limits.IdleTimeout,
		"limits.handler_timeout": c.Limits.HandlerTimeout, "attachments.ttl": c.Attachments.TTL, "attachments.lasts": c.Attachments.Lasts} {
		if value == 0 {
			say(key, "0s is too short", "")
		}
	}
	if w := c.Limits.ConnWindow; w != 0 && w < leastConnWindow {
		say("limits.connection_window", fmt.Sprintf("%v is less than every connection of HTTP/2 begins with", w), fmt.Sprintf("%v is the least", leastConnWindow))
	}
	if c.Webhooks.Batch > webhook.MostJoined {
		say("webhooks.batch", fmt.Sprintf("%d is too many", c.Webhooks.Batch), fmt.Sprintf("%d is the most", webhook.MostJoined))
	}
	if c.Lease > maxSpan {
		say("lease", fmt.Sprintf("%v is too long: nobody waits that long for a change", c.Lease), fmt.Sprintf("%v is the most", maxSpan))
	}
	if c.Fence != 0 && (c.Fence < minFence || c.Fence > maxSpan) {
		say("fence", fmt.Sprintf("%v is not between %v and %v", c.Fence, minFence, maxSpan), "0s turns it off")
	}
	if c.Data == "" && !c.Memory {
		say("data", "no folder to keep the data in", "name one with --data, or use --memory")
	}
	if c.Memory && c.Given("data") && strings.HasPrefix(c.told("data"), "flag") && strings.HasPrefix(c.told("memory"), "flag") {
		say("memory", "--memory and --data exclude each other", "give one of them")
	}
	if c.Memory && c.Store != "" {
		say("store", "memory and store exclude each other", "give one of them")
	}
	c.checkSecrets(say)
	return ps
}

// told is the origin of a value that somebody gave.
func (c *Config) told(key string) string {
	if !c.Given(key) {
		return ""
	}
	return string(c.Origin(key))
}

func (c *Config) checkListen(say func(key, text, remedy string)) {
	addresses := []struct{ key, value string }{{"listen", c.Listen}}
	if c.IsServer() {
		addresses = append(addresses, struct{ key, value string }{"control_listen", c.ControlListen})
	}
	for _, a := range addresses {
		host, port, err := net.SplitHostPort(a.value)
		if n, nerr := strconv.ParseUint(port, 10, 16); err != nil || nerr != nil || n > 65535 {
			say(a.key, fmt.Sprintf("%q is not an address such as 127.0.0.1:8080", a.value), "")
			continue
		}
		if !loopback(host) && !c.Insecure {
			say(a.key, fmt.Sprintf("other machines can reach %s, and tokens would cross the network in clear", a.value),
				"listen on 127.0.0.1 behind a TLS proxy, or add --insecure-listen")
		}
	}
	if host, port, err := net.SplitHostPort(c.TLSListen); c.TLSListen != "" {
		if n, nerr := strconv.ParseUint(port, 10, 16); err != nil || nerr != nil || n > 65535 {
			say("tls_listen", fmt.Sprintf("%q is not an address such as 127.0.0.1:443", c.TLSListen), "")
		} else if !loopback(host) && !c.Insecure {
			say("tls_listen", fmt.Sprintf("other machines can reach %s, and the local CA is for this one", c.TLSListen), "listen on 127.0.0.1, or add --insecure-listen")
		}
	}
	if c.IsServer() && c.Listen == c.ControlListen && !strings.HasSuffix(c.Listen, ":0") {
		say("control_listen", "the control plane has a listener of its own in server mode", "choose another port")
	}
}

// loopback reports whether only this machine reaches a host. A name other than
// localhost may lead anywhere.
func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}

func checkURL(text string) error {
	if text == "" {
		return nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return fmt.Errorf("%q is not a URL such as http://127.0.0.1:8080", text)
	}
	return nil
}

// Level is the log level as slog has it.
func (c *Config) Level() slog.Level {
	switch c.LogLevel {
	case "debug":
		return slog.LevelDebug
	case "warn":
		return slog.LevelWarn
	case "error":
		return slog.LevelError
	}
	return slog.LevelInfo
}
