package sqlite

// The statements. Each connection prepares one at its first use and keeps it.
const (
	sqlGetObject = `SELECT kind, version, data FROM objects WHERE id = ?1`
	sqlGetKey    = `SELECT id FROM keys WHERE space = ?1 AND key = ?2`
	sqlGetPair   = `SELECT inv_t, version, data FROM assocs WHERE from_id = ?1 AND kind = ?2 AND to_id = ?3`
	sqlGetCount  = `SELECT coalesce(sum(n), 0) FROM counts WHERE from_id = ?1 AND kind = ?2`
	sqlGetOwned  = `SELECT key FROM keys WHERE id = ?1 AND space = ?2 ORDER BY key`

	sqlNewest = `SELECT to_id, inv_t, version, data FROM assocs
		WHERE from_id = ?1 AND kind = ?2 AND inv_t IS NOT NULL
		AND (inv_t, to_id) > (?3, ?4) AND (inv_t, to_id) < (?5, ?6)
		ORDER BY inv_t, to_id LIMIT ?7`
	sqlOldest = `SELECT to_id, inv_t, version, data FROM assocs
		WHERE from_id = ?1 AND kind = ?2 AND inv_t IS NOT NULL
		AND (inv_t, to_id) > (?3, ?4) AND (inv_t, to_id) < (?5, ?6)
		ORDER BY inv_t DESC, to_id DESC LIMIT ?7`
	sqlAll = `SELECT to_id, inv_t, version, data FROM assocs
		WHERE from_id = ?1 AND kind = ?2 AND to_id > ?3 AND to_id < ?4
		ORDER BY to_id LIMIT ?5`
	sqlAllReverse = `SELECT to_id, inv_t, version, data FROM assocs
		WHERE from_id = ?1 AND kind = ?2 AND to_id > ?3 AND to_id < ?4
		ORDER BY to_id DESC LIMIT ?5`

	// Row 0 is the version sequence, no object.
	sqlScanObjects = `SELECT id, kind, version, data FROM objects WHERE id <> 0 ORDER BY id`
	sqlScanAssocs  = `SELECT from_id, kind, to_id, inv_t, version, data FROM assocs ORDER BY from_id, kind, to_id`
	sqlScanKeys    = `SELECT space, key, id FROM keys ORDER BY space, key`
	sqlScanCounts  = `SELECT from_id, kind, slot, n FROM counts WHERE n <> 0 ORDER BY from_id, kind, slot`

	sqlPut = `INSERT INTO objects (id, kind, version, data) VALUES (?1, ?2, ?3, ?4)
		ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, version = excluded.version, data = excluded.data`
	sqlDelete = `DELETE FROM objects WHERE id = ?1`
	sqlBind   = `INSERT INTO keys (space, key, id) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING`
	sqlUnbind = `DELETE FROM keys WHERE space = ?1 AND key = ?2`

	sqlLink = `INSERT INTO assocs (from_id, kind, to_id, inv_t, version, data) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
		ON CONFLICT DO NOTHING`
	sqlRelink = `UPDATE assocs SET inv_t = ?4, version = ?5, data = ?6
		WHERE from_id = ?1 AND kind = ?2 AND to_id = ?3`
	sqlRelinkInverse = `UPDATE assocs SET inv_t = ?4, version = ?5
		WHERE from_id = ?1 AND kind = ?2 AND to_id = ?3`
	sqlUnlink = `DELETE FROM assocs WHERE from_id = ?1 AND kind = ?2 AND to_id = ?3`
	sqlCount  = `INSERT INTO counts (from_id, kind, slot, n) VALUES (?1, ?2, ?3, ?4)
		ON CONFLICT (from_id, kind, slot) DO UPDATE SET n = n + excluded.n`

	sqlStarts      = `SELECT kind, to_id FROM assocs WHERE from_id = ?1 ORDER BY kind, to_id LIMIT ?2`
	sqlPurgeCounts = `DELETE FROM counts WHERE from_id = ?1`
	sqlPurgeKeys   = `DELETE FROM keys WHERE id = ?1`

	sqlGetVersion = `SELECT version FROM objects WHERE id = 0`
	sqlSetVersion = `INSERT INTO objects (id, kind, version, data) VALUES (0, 0, ?1, x'')
		ON CONFLICT (id) DO UPDATE SET version = excluded.version`

	sqlBegin      = `BEGIN`
	sqlBeginWrite = `BEGIN IMMEDIATE`
	sqlCommit     = `COMMIT`
	sqlRollback   = `ROLLBACK`
	sqlSave       = `SAVEPOINT turn`
	sqlUndo       = `ROLLBACK TO turn`
	sqlRelease    = `RELEASE turn`
)
