package grammar

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/cockroachdb/cockroachdb-parser/pkg/sql/parser"
)

// catalogue reads the file that a test of sqltext keeps equal to what kith
// sends.
func catalogue(t *testing.T) map[string][]string {
	t.Helper()
	data, err := os.ReadFile("../../store/sqltext/testdata/statements.sql")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	for _, part := range strings.Split(string(data), ";\n\n") {
		name, text, ok := strings.Cut(strings.TrimPrefix(part, "-- "), "\n")
		if ok {
			all[name] = append(all[name], text)
		}
	}
	return all
}

// check is the gate: one statement, read by the parser, free of the list.
func check(text string) []string {
	found := Denied(text)
	parsed, err := parser.Parse(text)
	switch {
	case err != nil:
		found = append(found, "does not parse: "+err.Error())
	case len(parsed) != 1:
		found = append(found, "is not one statement")
	}
	return found
}

// exempt are statements that one ban does not concern, with the reason.
func exempt() map[string]string {
	return map[string]string{
		"Clock": "reads the server's clock to compare it, and writes nothing",
	}
}

func TestEveryStatementIsCommon(t *testing.T) {
	n := 0
	for name, texts := range catalogue(t) {
		for _, text := range texts {
			n++
			if found := check(text); len(found) > 0 && exempt()[name] == "" {
				t.Errorf("%s: %s\n%s", name, strings.Join(found, "; "), text)
			}
			if _, err := parser.Parse(text); err != nil {
				t.Errorf("%s does not parse: %v\n%s", name, err, text)
			}
		}
	}
	if n < 45 {
		t.Errorf("only %d statements in the catalogue: the file was cut", n)
	}
	t.Logf("%d statements", n)
}

// Nothing but the catalogue goes to the server: the store builds no SQL of its
// own except to name a schema and to tune a session.
func TestNoStatementBesideTheCatalogue(t *testing.T) {
	const dir = "../../store/postgres"
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	verb := regexp.MustCompile("[\"`](SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|BEGIN|WITH|SET|SHOW|LOCK|TRUNCATE|COPY) [^\"`]*")
	known := []string{"CREATE SCHEMA IF NOT EXISTS ", "DROP SCHEMA IF EXISTS ", "SET enable_seqscan = off; SET enable_bitmapscan = off; SET plan_cache_mode = force_generic_plan; SET jit = off"}
	looked := 0
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		looked++
		text, err := os.ReadFile(dir + "/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
	next:
		for _, found := range verb.FindAllString(string(text), -1) {
			for _, k := range known {
				if found[1:] == k {
					continue next
				}
			}
			t.Errorf("%s has a statement of its own: %s", f.Name(), found)
		}
	}
	if looked < 5 {
		t.Errorf("looked at %d files only", looked)
	}
}

// The gate finds what it is there for.
func TestPlantedStatementsFail(t *testing.T) {
	for _, text := range []string{
		"LISTEN kith",
		"CREATE TABLE t (id BIGSERIAL PRIMARY KEY)",
		"CREATE TABLE t (id BIGINT GENERATED ALWAYS AS IDENTITY)",
		"CREATE TABLE t (id BIGINT REFERENCES objects (id))",
		"CREATE TEMP TABLE t (id BIGINT)",
		"CREATE TRIGGER t BEFORE INSERT ON objects FOR EACH ROW EXECUTE FUNCTION f()",
		"SELECT id FROM objects ORDER BY id LIMIT $1 OFFSET $2",
		"INSERT INTO objects (id, version) VALUES ($1, now())",
		"SELECT pg_advisory_xact_lock($1)",
		"SELECT id FROM objects WHERE id = $1 FOR UPDATE",
		"INSERT INTO keys (space, key, id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
		"SELECT data ->> 'name' FROM objects",
		"INSERT INTO objects (id) VALUES ($1) RETURNING (xmax = 0)",
		"SELECT id FROM objects WHERE",
		"SELECT 1; SELECT 2",
		"SELEC id FROM objects",
		"MERGE INTO objects USING keys ON true WHEN MATCHED THEN DO NOTHING",
	} {
		if len(check(text)) == 0 {
			t.Errorf("the gate lets this through: %s", text)
		}
	}
	for _, text := range []string{"SELECT id FROM objects WHERE id = $1", "SELECT 'OFFSET' FROM keys"} {
		if found := check(text); len(found) > 0 {
			t.Errorf("the gate stops %s: %v", text, found)
		}
	}
}
