package sqltext

import "fmt"

// A Migration brings the schema to its number: one statement per step, each
// of which may be run again with the same outcome. A server of the number before
// may work on the tables meanwhile, and must not notice. Migrations are only ever
// appended.
type Migration struct {
	Number int64
	Steps  []string
}

// Migrations are numbered 1, 2, 3...
func Migrations() []Migration {
	return []Migration{
		{1, []string{createObjects, createAssocs, createAssocsByTime, createCounts, createKeys, createKeysByID}},
		{2, findASIDs()},
	}
}

// SchemaNumber is the number that migrations lead to; nil are those of this program.
func SchemaNumber(ms []Migration) int64 {
	ms = Or(ms)
	return ms[len(ms)-1].Number
}

// Or returns ms, or the migrations of this program for nil.
func Or(ms []Migration) []Migration {
	if ms == nil {
		return Migrations()
	}
	return ms
}

// Tables are the names that must be ours.
func Tables() []string {
	return []string{"objects", "assocs", "counts", "keys"}
}

const (
	createObjects = `CREATE TABLE IF NOT EXISTS objects (
	id      BIGINT PRIMARY KEY,
	kind    BIGINT NOT NULL,
	version BIGINT NOT NULL,
	data    BYTEA NOT NULL
)`
	createAssocs = `CREATE TABLE IF NOT EXISTS assocs (
	from_id BIGINT NOT NULL,
	kind    BIGINT NOT NULL,
	to_id   BIGINT NOT NULL,
	inv_t   BIGINT,
	version BIGINT NOT NULL,
	data    BYTEA NOT NULL,
	PRIMARY KEY (from_id, kind, to_id)
)`
	createAssocsByTime = `CREATE INDEX IF NOT EXISTS assocs_by_time ON assocs (from_id, kind, inv_t, to_id) WHERE inv_t IS NOT NULL`

	createCounts = `CREATE TABLE IF NOT EXISTS counts (
	from_id BIGINT NOT NULL,
	kind    BIGINT NOT NULL,
	slot    BIGINT NOT NULL,
	n       BIGINT NOT NULL,
	PRIMARY KEY (from_id, kind, slot)
)`
	createKeys = `CREATE TABLE IF NOT EXISTS keys (
	space BIGINT NOT NULL,
	key   BYTEA NOT NULL,
	id    BIGINT NOT NULL,
	PRIMARY KEY (space, key)
)`
	createKeysByID = `CREATE INDEX IF NOT EXISTS keys_by_id ON keys (id, space, key)`
)

// findASIDs gives every app-scoped ID the key by which it is found without its app: what
// stands behind the eight bytes of the app's own. A third of them each, by the first
// digit, so that no statement takes long on a large table.
func findASIDs() (steps []string) {
	for _, digits := range []string{"13", "46", "79"} {
		steps = append(steps, fmt.Sprintf(`INSERT INTO keys (space, key, id) SELECT 15, substr(key, 9), id FROM keys
	WHERE space = 4 AND substr(key, 9, 1) BETWEEN CAST('%c' AS BYTEA) AND CAST('%c' AS BYTEA) ON CONFLICT (space, key) DO NOTHING`, digits[0], digits[1]))
	}
	return steps
}

// The schema's number, in a table of its own where the file has no place for
// it. HaveTables names those of our tables that are there, and this one.
const (
	CreateSchema = `CREATE TABLE IF NOT EXISTS kith_schema (number BIGINT PRIMARY KEY)`
	GetSchema    = `SELECT number FROM kith_schema ORDER BY number DESC LIMIT 1`
	SetSchema    = `INSERT INTO kith_schema (number) VALUES ($1) ON CONFLICT (number) DO NOTHING`
	HaveTables   = `SELECT c.relname FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
	WHERE n.nspname = $1 AND c.relname IN ('objects', 'assocs', 'counts', 'keys', 'kith_schema')`
	HaveNamespace = `SELECT 1 FROM pg_catalog.pg_namespace AS n WHERE n.nspname = $1`
)

// Clock is the server's clock in microseconds, for the readiness probe only:
// no record holds it.
const Clock = `SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)`

// Durability reads the settings that decide whether what is acknowledged stays,
// where a server has them.
const Durability = `SELECT s.name, s.setting FROM pg_catalog.pg_settings AS s
	WHERE s.name IN ('synchronous_commit', 'synchronous_standby_names', 'fsync')
	UNION ALL SELECT 'version', version()`

// Transactions.
const (
	BeginRead  = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY`
	BeginWrite = `BEGIN ISOLATION LEVEL SERIALIZABLE`
	// BeginPulse is for heartbeats: a row of the node's own that nobody looks at, so
	// that all it takes is that the host commits, and nothing that others read is a
	// reason to refuse it.
	BeginPulse = `BEGIN ISOLATION LEVEL READ COMMITTED`
	// StandStill bounds how long the transaction may stand still between two statements.
	StandStill = `SELECT set_config('idle_in_transaction_session_timeout', $1, true)`
	Commit     = `COMMIT`
	Rollback   = `ROLLBACK`
)

// Catalogue lists every statement with its name, definitions included.
func Catalogue() []Statement {
	all := append(reads(), writes()...)
	for _, m := range Migrations() {
		for _, step := range m.Steps {
			all = append(all, Statement{"Migration", step})
		}
	}
	return append(all,
		Statement{"CreateSchema", CreateSchema}, Statement{"GetSchema", GetSchema}, Statement{"SetSchema", SetSchema},
		Statement{"HaveTables", HaveTables}, Statement{"HaveNamespace", HaveNamespace}, Statement{"Clock", Clock}, Statement{"Durability", Durability},
		Statement{"BeginRead", BeginRead}, Statement{"BeginWrite", BeginWrite}, Statement{"BeginPulse", BeginPulse}, Statement{"StandStill", StandStill},
		Statement{"Commit", Commit}, Statement{"Rollback", Rollback})
}
