package sqltext

import (
	"regexp"
	"strings"
)

// A rule turns PostgreSQL text into what SQLite reads.
type rule struct {
	find    *regexp.Regexp
	replace string
}

// rules are all that differs in the statements of the catalogue. [seen]
func rules() []rule {
	return []rule{
		// A list comes in as JSON.
		{regexp.MustCompile(`= ANY\(\$(\d+)\)`), `IN (SELECT value FROM json_each(?$1))`},
		// SQLite looks at the value of a bare parameter there while it plans, and so
		// plans anew at every use. [seen]
		{regexp.MustCompile(`\bLIMIT \$`), `LIMIT +$$`},
		{regexp.MustCompile(`\$(\d+)`), `?$1`},
		// A migration is one transaction there, so no column is added twice.
		{regexp.MustCompile(`\bADD COLUMN IF NOT EXISTS\b`), `ADD COLUMN`},
		{regexp.MustCompile(`\s*\bINCLUDE \([^)]*\)`), ``},
		// Only INTEGER PRIMARY KEY is the key of the table itself.
		{regexp.MustCompile(`\bBIGINT\b`), `INTEGER`},
		{regexp.MustCompile(`\bBYTEA\b`), `BLOB`},
	}
}

// SQLite translates one statement of the catalogue. A table with a composite
// key is stored by it; types are checked.
func SQLite(text string) string {
	for _, r := range rules() {
		text = r.find.ReplaceAllString(text, r.replace)
	}
	switch {
	case !strings.HasPrefix(text, "CREATE TABLE"):
		return text
	case strings.Contains(text, "PRIMARY KEY ("):
		return text + " WITHOUT ROWID, STRICT"
	}
	return text + " STRICT"
}

// In names the tables of a statement with their schema; none leaves the text
// as it is. A schema in the text, not in the session, holds through a pooler
// that lends a session for one transaction only.
func In(schema, text string) string {
	if schema == "" {
		return text
	}
	table := regexp.MustCompile(`\b(FROM|INTO|UPDATE|JOIN|ON|IF NOT EXISTS|ALTER TABLE) (objects|assocs|counts|keys|kith_schema)\b`)
	return table.ReplaceAllString(text, "${1} "+strings.ReplaceAll(Quote(schema), "$", "$$")+".${2}")
}

// Quote makes a name of any text.
func Quote(name string) string {
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}
