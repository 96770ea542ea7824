package config

import (
	"errors"
	"strings"
)

// A DSN is the URL of a database. It prints without its password.
type DSN string

// errDSN does not repeat the text: it may hold a password anywhere.
var errDSN = errors.New("not a database URL such as postgres://user:password@host:5432/kith")

// ParseDSN reads the URL of a PostgreSQL database, or of one that speaks its
// wire.
func ParseDSN(text string) (DSN, error) {
	if scheme, rest, ok := strings.Cut(text, "://"); !ok || rest == "" || scheme != "postgres" && scheme != "postgresql" {
		return "", errDSN
	}
	return DSN(text), nil
}

// String leaves out the password, and of the parameters all but those that
// are known to hold none.
func (d DSN) String() string {
	scheme, rest, ok := strings.Cut(string(d), "://")
	if !ok {
		return ""
	}
	user := ""
	if at := strings.LastIndex(rest, "@"); at >= 0 {
		user, _, _ = strings.Cut(rest[:at], ":")
		user, rest = user+"@", rest[at+1:]
	}
	place, query, _ := strings.Cut(rest, "?")
	var shown []string
	for part := range strings.SplitSeq(query, "&") {
		switch name, _, _ := strings.Cut(part, "="); name {
		case "search_path", "sslmode", "target_session_attrs", "default_query_exec_mode", "pool_max_conns", "connect_timeout", "application_name":
			shown = append(shown, part)
		}
	}
	if len(shown) > 0 {
		place += "?" + strings.Join(shown, "&")
	}
	return scheme + "://" + user + place
}
