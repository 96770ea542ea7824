package grammar

import "regexp"

// A Ban is what one of the engines lacks, or what would tie kith to one server.
type Ban struct {
	What    string
	Pattern *regexp.Regexp
}

// Bans are looked for outside of quoted text, in capitals or not.
func Bans() []Ban {
	ban := func(what, pattern string) Ban {
		return Ban{what, regexp.MustCompile(`(?i)` + pattern)}
	}
	return []Ban{
		ban("LISTEN or NOTIFY: lost behind poolers, absent in CockroachDB", `\b(UN)?LISTEN\b|\bNOTIFY\b`),
		ban("SERIAL, IDENTITY or a sequence: a hot row on a sharded engine", `\b(SMALL|BIG)?SERIAL[248]?\b|\bIDENTITY\b|\bSEQUENCE\b|\bnextval\b`),
		ban("a trigger, function or rule", `\b(TRIGGER|FUNCTION|PROCEDURE|RULE)\b|\bDO\s+\$`),
		ban("OFFSET: pages go by key", `\bOFFSET\b`),
		ban("the server's clock in what is written: Citus refuses volatile functions", `\bnow\s*\(|\bCURRENT_(TIMESTAMP|TIME|DATE)\b|\b(statement|transaction)_timestamp\b`),
		ban("an advisory lock", `advisory`),
		ban("a temporary or unlogged table", `\b(TEMP|TEMPORARY|UNLOGGED)\b`),
		ban("a foreign key", `\bREFERENCES\b|\bFOREIGN\s+KEY\b`),
		ban("a lock of rows: on Citus of one shard only", `\bFOR\s+(NO\s+KEY\s+)?(UPDATE|SHARE|KEY\s+SHARE)\b`),
		ban("LOCK TABLE", `\bLOCK\s+TABLE\b`),
		ban("a deferred constraint", `\bDEFERRABLE\b|\bDEFERRED\b`),
		ban("a recursive query", `\bRECURSIVE\b`),
		ban("an enumeration or other type", `\b(CREATE|ALTER)\s+(TYPE|DOMAIN)\b`),
		ban("an extension", `\bEXTENSION\b`),
		ban("JSON operators: data is opaque", `->>?|@>|\bJSONB?\b`),
		ban("a cursor", `\b(DECLARE|FETCH|CURSOR)\b`),
		ban("COPY", `^\s*COPY\b`),
		ban("a conflict without its key: Citus needs it named", `\bON\s+CONFLICT\s+DO\b|\bON\s+CONSTRAINT\b`),
		ban("a hidden column of PostgreSQL", `\b(xmin|xmax|ctid)\b`),
	}
}

// Denied says what of the list is in a statement, and nil if nothing is.
func Denied(text string) []string {
	text = regexp.MustCompile(`'[^']*'`).ReplaceAllString(text, "''")
	var found []string
	for _, b := range Bans() {
		if b.Pattern.MatchString(text) {
			found = append(found, b.What)
		}
	}
	return found
}
