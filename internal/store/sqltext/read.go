package sqltext

// Point look-ups of one row. Those by several columns are asked for one by one,
// also on a wire, where a batch of them is one round trip: with a list for the
// last column and no statistics PostgreSQL walks everything below the others,
// a whole Page. [seen]
const (
	GetObject = `SELECT kind, version, data FROM objects WHERE id = $1`
	GetKey    = `SELECT id FROM keys WHERE space = $1 AND key = $2`
	GetPair   = `SELECT inv_t, version, data FROM assocs WHERE from_id = $1 AND kind = $2 AND to_id = $3`
	GetCount  = `SELECT CAST(COALESCE(SUM(n), 0) AS BIGINT) FROM counts WHERE from_id = $1 AND kind = $2`
	GetOwned  = `SELECT key FROM keys WHERE id = $1 AND space = $2 ORDER BY key`
)

// Look-ups by a list, which is the first column of a key.
const (
	GetObjects = `SELECT id, kind, version, data FROM objects WHERE id = ANY($1)`
	GetCounts  = `SELECT from_id, CAST(SUM(n) AS BIGINT) FROM counts WHERE kind = $1 AND from_id = ANY($2) GROUP BY from_id`
)

// Runs of associations: by time, newest or oldest first, or all by to_id. The
// bounds are exclusive, by row value, so that they are a search in the index.
const (
	Newest = `SELECT to_id, inv_t, version, data FROM assocs
	WHERE from_id = $1 AND kind = $2 AND inv_t IS NOT NULL
	AND (inv_t, to_id) > ($3, $4) AND (inv_t, to_id) < ($5, $6)
	ORDER BY inv_t, to_id LIMIT $7`
	Oldest = `SELECT to_id, inv_t, version, data FROM assocs
	WHERE from_id = $1 AND kind = $2 AND inv_t IS NOT NULL
	AND (inv_t, to_id) > ($3, $4) AND (inv_t, to_id) < ($5, $6)
	ORDER BY inv_t DESC, to_id DESC LIMIT $7`
	All = `SELECT to_id, inv_t, version, data FROM assocs
	WHERE from_id = $1 AND kind = $2 AND to_id > $3 AND to_id < $4
	ORDER BY to_id LIMIT $5`
	AllReverse = `SELECT to_id, inv_t, version, data FROM assocs
	WHERE from_id = $1 AND kind = $2 AND to_id > $3 AND to_id < $4
	ORDER BY to_id DESC LIMIT $5`
)

// Walks of whole tables, page by page. Object 0 and space 0 are no content.
const (
	ScanObjects = `SELECT id, kind, version, data FROM objects WHERE id > $1 AND id <> 0 ORDER BY id LIMIT $2`
	ScanAssocs  = `SELECT from_id, kind, to_id, inv_t, version, data FROM assocs
	WHERE (from_id, kind, to_id) > ($1, $2, $3) ORDER BY from_id, kind, to_id LIMIT $4`
	ScanKeys = `SELECT space, key, id FROM keys
	WHERE (space, key) > ($1, $2) AND space > 0 ORDER BY space, key LIMIT $3`
	ScanCounts = `SELECT from_id, kind, slot, n FROM counts
	WHERE (from_id, kind, slot) > ($1, $2, $3) AND n <> 0 ORDER BY from_id, kind, slot LIMIT $4`
)

func reads() []Statement {
	return []Statement{
		{"GetObject", GetObject}, {"GetKey", GetKey}, {"GetPair", GetPair}, {"GetCount", GetCount}, {"GetOwned", GetOwned},
		{"GetObjects", GetObjects}, {"GetCounts", GetCounts},
		{"Newest", Newest}, {"Oldest", Oldest}, {"All", All}, {"AllReverse", AllReverse},
		{"ScanObjects", ScanObjects}, {"ScanAssocs", ScanAssocs}, {"ScanKeys", ScanKeys}, {"ScanCounts", ScanCounts},
	}
}
