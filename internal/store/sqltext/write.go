package sqltext

// Versions never fall: a write that would lower one makes it NULL, which the
// column refuses, and with it the transaction.
const (
	Put = `INSERT INTO objects (id, kind, version, data) VALUES ($1, $2, $3, $4)
	ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, data = excluded.data,
	version = CASE WHEN objects.version <= excluded.version THEN excluded.version END`
	Delete = `DELETE FROM objects WHERE id = $1`
	Bind   = `INSERT INTO keys (space, key, id) VALUES ($1, $2, $3) ON CONFLICT (space, key) DO NOTHING`
	Unbind = `DELETE FROM keys WHERE space = $1 AND key = $2`
)

// Associations, one row at a time, where the caller learns of each statement
// whether it found a row.
const (
	Insert = `INSERT INTO assocs (from_id, kind, to_id, inv_t, version, data) VALUES ($1, $2, $3, $4, $5, $6)
	ON CONFLICT (from_id, kind, to_id) DO NOTHING`
	Relink        = `UPDATE assocs SET inv_t = $4, version = $5, data = $6 WHERE from_id = $1 AND kind = $2 AND to_id = $3`
	RelinkInverse = `UPDATE assocs SET inv_t = $4, version = $5 WHERE from_id = $1 AND kind = $2 AND to_id = $3`
	Unlink        = `DELETE FROM assocs WHERE from_id = $1 AND kind = $2 AND to_id = $3`
	AddCount      = `INSERT INTO counts (from_id, kind, slot, n) VALUES ($1, $2, $3, $4)
	ON CONFLICT (from_id, kind, slot) DO UPDATE SET n = counts.n + excluded.n`
)

// Associations, where statements are sent ahead and nothing is learnt between
// them: the row and, of a Counted kind, its count in one statement. Every part
// of a statement sees what was there before it.
const (
	Link = `INSERT INTO assocs (from_id, kind, to_id, inv_t, version, data) VALUES ($1, $2, $3, $4, $5, $6)
	ON CONFLICT (from_id, kind, to_id) DO UPDATE SET inv_t = excluded.inv_t, data = excluded.data,
	version = CASE WHEN assocs.version <= excluded.version THEN excluded.version END`
	LinkInverse = `INSERT INTO assocs (from_id, kind, to_id, inv_t, version, data) VALUES ($1, $2, $3, $4, $5, $6)
	ON CONFLICT (from_id, kind, to_id) DO UPDATE SET inv_t = excluded.inv_t,
	version = CASE WHEN assocs.version <= excluded.version THEN excluded.version END`

	LinkCounted = countNew + Link + `
	RETURNING to_id)` + countOne
	LinkInverseCounted = countNew + LinkInverse + `
	RETURNING to_id)` + countOne
	UnlinkCounted = `WITH gone AS (DELETE FROM assocs WHERE from_id = $1 AND kind = $2 AND to_id = $3 RETURNING to_id)
	INSERT INTO counts (from_id, kind, slot, n) SELECT $1, $2, $4, -1 FROM gone
	ON CONFLICT (from_id, kind, slot) DO UPDATE SET n = counts.n + excluded.n`

	countNew = `WITH there AS (SELECT to_id FROM assocs WHERE from_id = $1 AND kind = $2 AND to_id = $3), done AS (`
	countOne = `
	INSERT INTO counts (from_id, kind, slot, n) SELECT $1, $2, $7, 1 FROM done
	WHERE NOT EXISTS (SELECT to_id FROM there)
	ON CONFLICT (from_id, kind, slot) DO UPDATE SET n = counts.n + excluded.n`
)

// What a purge needs.
const (
	Starts = `SELECT kind, to_id FROM assocs WHERE from_id = $1 AND (kind, to_id) > ($2, $3)
	ORDER BY kind, to_id LIMIT $4`
	PurgeCounts = `DELETE FROM counts WHERE from_id = $1`
	PurgeKeys   = `DELETE FROM keys WHERE id = $1 AND space > 0`
)

// Operations lie in space 0. A transaction writes its own, as plain insert: if
// somebody has settled it by then, it cannot commit. Settle writes in any case,
// so that its commit proves that whatever it found is durable, too.
const (
	Operation = `INSERT INTO keys (space, key, id) VALUES (0, $1, $2)`
	Settle    = `INSERT INTO keys (space, key, id) VALUES (0, $1, $2)
	ON CONFLICT (space, key) DO UPDATE SET id = keys.id RETURNING id`
	// At most $3 rows of a bucket range.
	TrimOperations = `DELETE FROM keys WHERE space = 0 AND key IN (
	SELECT key FROM keys WHERE space = 0 AND id >= $1 AND id < $2 ORDER BY id, key LIMIT $3)`
)

func writes() []Statement {
	return []Statement{
		{"Put", Put}, {"Delete", Delete}, {"Bind", Bind}, {"Unbind", Unbind},
		{"Insert", Insert}, {"Relink", Relink}, {"RelinkInverse", RelinkInverse}, {"Unlink", Unlink}, {"AddCount", AddCount},
		{"Link", Link}, {"LinkInverse", LinkInverse}, {"LinkCounted", LinkCounted}, {"LinkInverseCounted", LinkInverseCounted},
		{"UnlinkCounted", UnlinkCounted},
		{"Starts", Starts}, {"PurgeCounts", PurgeCounts}, {"PurgeKeys", PurgeKeys},
		{"Operation", Operation}, {"Settle", Settle}, {"TrimOperations", TrimOperations},
	}
}
