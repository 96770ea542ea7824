package sqlite

import "github.com/kithgraph/kith/internal/store/sqltext"

// The statements, translated once per process. Each connection prepares one at
// its first use and keeps it.
var (
	sqlGetObject = sqltext.SQLite(sqltext.GetObject)
	sqlGetKey    = sqltext.SQLite(sqltext.GetKey)
	sqlGetPair   = sqltext.SQLite(sqltext.GetPair)
	sqlGetCount  = sqltext.SQLite(sqltext.GetCount)
	sqlGetOwned  = sqltext.SQLite(sqltext.GetOwned)

	sqlNewest     = sqltext.SQLite(sqltext.Newest)
	sqlOldest     = sqltext.SQLite(sqltext.Oldest)
	sqlAll        = sqltext.SQLite(sqltext.All)
	sqlAllReverse = sqltext.SQLite(sqltext.AllReverse)

	sqlScanObjects = sqltext.SQLite(sqltext.ScanObjects)
	sqlScanAssocs  = sqltext.SQLite(sqltext.ScanAssocs)
	sqlScanKeys    = sqltext.SQLite(sqltext.ScanKeys)
	sqlScanCounts  = sqltext.SQLite(sqltext.ScanCounts)

	sqlPut    = sqltext.SQLite(sqltext.Put)
	sqlDelete = sqltext.SQLite(sqltext.Delete)
	sqlBind   = sqltext.SQLite(sqltext.Bind)
	sqlUnbind = sqltext.SQLite(sqltext.Unbind)

	sqlLink          = sqltext.SQLite(sqltext.Insert)
	sqlRelink        = sqltext.SQLite(sqltext.Relink)
	sqlRelinkInverse = sqltext.SQLite(sqltext.RelinkInverse)
	sqlUpsert        = sqltext.SQLite(sqltext.Link)
	sqlUpsertInverse = sqltext.SQLite(sqltext.LinkInverse)
	sqlUnlink        = sqltext.SQLite(sqltext.Unlink)
	sqlCount         = sqltext.SQLite(sqltext.AddCount)

	sqlStarts      = sqltext.SQLite(sqltext.Starts)
	sqlPurgeCounts = sqltext.SQLite(sqltext.PurgeCounts)
	sqlPurgeKeys   = sqltext.SQLite(sqltext.PurgeKeys)
)

// What only a file needs. Row 0 of objects is the version sequence.
const (
	sqlGetPage = `SELECT data FROM sqlite_dbpage WHERE pgno = ?1`
	sqlPutPage = `UPDATE sqlite_dbpage SET data = ?1 WHERE pgno = ?2`

	sqlGetVersion = `SELECT version FROM objects WHERE id = 0`
	sqlSetVersion = `INSERT INTO objects (id, kind, version, data) VALUES (0, 0, ?1, x'')
		ON CONFLICT (id) DO UPDATE SET version = excluded.version`

	// A row that keeps its time keeps its place in the index: sqlRelink would take it
	// out and put it back, which dirties a page. The plus keeps the index out of it.
	sqlRewrite = `UPDATE assocs SET version = ?5, data = ?6
		WHERE from_id = ?1 AND kind = ?2 AND to_id = ?3 AND +inv_t IS ?4`

	sqlBegin      = `BEGIN`
	sqlBeginWrite = `BEGIN IMMEDIATE`
	sqlCommit     = `COMMIT`
	sqlRollback   = `ROLLBACK`
	sqlSave       = `SAVEPOINT turn`
	sqlUndo       = `ROLLBACK TO turn`
	sqlRelease    = `RELEASE turn`
)
