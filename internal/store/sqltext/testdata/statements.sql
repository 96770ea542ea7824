-- GetObject
SELECT kind, version, data FROM objects WHERE id = $1;

-- GetKey
SELECT id FROM keys WHERE space = $1 AND key = $2;

-- GetPair
SELECT inv_t, version, data FROM assocs WHERE from_id = $1 AND kind = $2 AND to_id = $3;

-- GetCount
SELECT CAST(COALESCE(SUM(n), 0) AS BIGINT) FROM counts WHERE from_id = $1 AND kind = $2;

-- GetOwned
SELECT key FROM keys WHERE id = $1 AND space = $2 ORDER BY key;

-- GetObjects
SELECT id, kind, version, data FROM objects WHERE id = ANY($1);

-- GetCounts
SELECT from_id, CAST(SUM(n) AS BIGINT) FROM counts WHERE kind = $1 AND from_id = ANY($2) GROUP BY from_id;

-- Newest
SELECT to_id, inv_t, version, data FROM assocs
	WHERE from_id = $1 AND kind = $2 AND inv_t IS NOT NULL
	AND (inv_t, to_id) > ($3, $4) AND (inv_t, to_id) < ($5, $6)
	ORDER BY inv_t, to_id LIMIT $7;

-- Oldest
SELECT to_id, inv_t, version, data FROM assocs
	WHERE from_id = $1 AND kind = $2 AND inv_t IS NOT NULL
	AND (inv_t, to_id) > ($3, $4) AND (inv_t, to_id) < ($5, $6)
	ORDER BY inv_t DESC, to_id DESC LIMIT $7;

-- All
SELECT to_id, inv_t, version, data FROM assocs
	WHERE from_id = $1 AND kind = $2 AND to_id > $3 AND to_id < $4
	ORDER BY to_id LIMIT $5;

-- AllReverse
SELECT to_id, inv_t, version, data FROM assocs
	WHERE from_id = $1 AND kind = $2 AND to_id > $3 AND to_id < $4
	ORDER BY to_id DESC LIMIT $5;

-- ScanObjects
SELECT id, kind, version, data FROM objects WHERE id > $1 AND id <> 0 ORDER BY id LIMIT $2;

-- ScanAssocs
SELECT from_id, kind, to_id, inv_t, version, data FROM assocs
	WHERE (from_id, kind, to_id) > ($1, $2, $3) ORDER BY from_id, kind, to_id LIMIT $4;

-- ScanKeys
SELECT space, key, id FROM keys
	WHERE (space, key) > ($1, $2) AND space > 0 ORDER BY space, key LIMIT $3;

-- ScanCounts
SELECT from_id, kind, slot, n FROM counts
	WHERE (from_id, kind, slot) > ($1, $2, $3) AND n <> 0 ORDER BY from_id, kind, slot LIMIT $4;

-- Put
INSERT INTO objects (id, kind, version, data) VALUES ($1, $2, $3, $4)
	ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, data = excluded.data,
	version = CASE WHEN objects.version <= excluded.version THEN excluded.version END;

-- Delete
DELETE FROM objects WHERE id = $1;

-- Bind
INSERT INTO keys (space, key, id) VALUES ($1, $2, $3) ON CONFLICT (space, key) DO NOTHING;

-- Unbind
DELETE FROM keys WHERE space = $1 AND key = $2;

-- Insert
INSERT INTO assocs (from_id, kind, to_id, inv_t, version, data) VALUES ($1, $2, $3, $4, $5, $6)
	ON CONFLICT (from_id, kind, to_id) DO NOTHING;

-- Relink
UPDATE assocs SET inv_t = $4, version = $5, data = $6 WHERE from_id = $1 AND kind = $2 AND to_id = $3;

-- RelinkInverse
UPDATE assocs SET inv_t = $4, version = $5 WHERE from_id = $1 AND kind = $2 AND to_id = $3;

-- Unlink
DELETE FROM assocs WHERE from_id = $1 AND kind = $2 AND to_id = $3;

-- AddCount
INSERT INTO counts (from_id, kind, slot, n) VALUES ($1, $2, $3, $4)
	ON CONFLICT (from_id, kind, slot) DO UPDATE SET n = counts.n + excluded.n;

-- Link
INSERT INTO assocs (from_id, kind, to_id, inv_t, version, data) VALUES ($1, $2, $3, $4, $5, $6)
	ON CONFLICT (from_id, kind, to_id) DO UPDATE SET inv_t = excluded.inv_t, data = excluded.data,
	version = CASE WHEN assocs.version <= excluded.version THEN excluded.version END;

-- LinkInverse
INSERT INTO assocs (from_id, kind, to_id, inv_t, version, data) VALUES ($1, $2, $3, $4, $5, $6)
	ON CONFLICT (from_id, kind, to_id) DO UPDATE SET inv_t = excluded.inv_t,
	version = CASE WHEN assocs.version <= excluded.version THEN excluded.version END;

-- LinkCounted
WITH there AS (SELECT to_id FROM assocs WHERE from_id = $1 AND kind = $2 AND to_id = $3), done AS (INSERT INTO assocs (from_id, kind, to_id, inv_t, version, data) VALUES ($1, $2, $3, $4, $5, $6)
	ON CONFLICT (from_id, kind, to_id) DO UPDATE SET inv_t = excluded.inv_t, data = excluded.data,
	version = CASE WHEN assocs.version <= excluded.version THEN excluded.version END
	RETURNING to_id)
	INSERT INTO counts (from_id, kind, slot, n) SELECT $1, $2, $7, 1 FROM done
	WHERE NOT EXISTS (SELECT to_id FROM there)
	ON CONFLICT (from_id, kind, slot) DO UPDATE SET n = counts.n + excluded.n;

-- LinkInverseCounted
WITH there AS (SELECT to_id FROM assocs WHERE from_id = $1 AND kind = $2 AND to_id = $3), done AS (INSERT INTO assocs (from_id, kind, to_id, inv_t, version, data) VALUES ($1, $2, $3, $4, $5, $6)
	ON CONFLICT (from_id, kind, to_id) DO UPDATE SET inv_t = excluded.inv_t,
	version = CASE WHEN assocs.version <= excluded.version THEN excluded.version END
	RETURNING to_id)
	INSERT INTO counts (from_id, kind, slot, n) SELECT $1, $2, $7, 1 FROM done
	WHERE NOT EXISTS (SELECT to_id FROM there)
	ON CONFLICT (from_id, kind, slot) DO UPDATE SET n = counts.n + excluded.n;

-- UnlinkCounted
WITH gone AS (DELETE FROM assocs WHERE from_id = $1 AND kind = $2 AND to_id = $3 RETURNING to_id)
	INSERT INTO counts (from_id, kind, slot, n) SELECT $1, $2, $4, -1 FROM gone
	ON CONFLICT (from_id, kind, slot) DO UPDATE SET n = counts.n + excluded.n;

-- Starts
SELECT kind, to_id FROM assocs WHERE from_id = $1 AND (kind, to_id) > ($2, $3)
	ORDER BY kind, to_id LIMIT $4;

-- PurgeCounts
DELETE FROM counts WHERE from_id = $1;

-- PurgeKeys
DELETE FROM keys WHERE id = $1 AND space > 0;

-- Operation
INSERT INTO keys (space, key, id) VALUES (0, $1, $2);

-- Settle
INSERT INTO keys (space, key, id) VALUES (0, $1, $2)
	ON CONFLICT (space, key) DO UPDATE SET id = keys.id RETURNING id;

-- TrimOperations
DELETE FROM keys WHERE space = 0 AND key IN (
	SELECT key FROM keys WHERE space = 0 AND id >= $1 AND id < $2 ORDER BY id, key LIMIT $3);

-- Migration
CREATE TABLE IF NOT EXISTS objects (
	id      BIGINT PRIMARY KEY,
	kind    BIGINT NOT NULL,
	version BIGINT NOT NULL,
	data    BYTEA NOT NULL
);

-- Migration
CREATE TABLE IF NOT EXISTS assocs (
	from_id BIGINT NOT NULL,
	kind    BIGINT NOT NULL,
	to_id   BIGINT NOT NULL,
	inv_t   BIGINT,
	version BIGINT NOT NULL,
	data    BYTEA NOT NULL,
	PRIMARY KEY (from_id, kind, to_id)
);

-- Migration
CREATE INDEX IF NOT EXISTS assocs_by_time ON assocs (from_id, kind, inv_t, to_id) WHERE inv_t IS NOT NULL;

-- Migration
CREATE TABLE IF NOT EXISTS counts (
	from_id BIGINT NOT NULL,
	kind    BIGINT NOT NULL,
	slot    BIGINT NOT NULL,
	n       BIGINT NOT NULL,
	PRIMARY KEY (from_id, kind, slot)
);

-- Migration
CREATE TABLE IF NOT EXISTS keys (
	space BIGINT NOT NULL,
	key   BYTEA NOT NULL,
	id    BIGINT NOT NULL,
	PRIMARY KEY (space, key)
);

-- Migration
CREATE INDEX IF NOT EXISTS keys_by_id ON keys (id, space, key);

-- Migration
INSERT INTO keys (space, key, id) SELECT 15, substr(key, 9), id FROM keys
	WHERE space = 4 AND substr(key, 9, 1) BETWEEN CAST('1' AS BYTEA) AND CAST('3' AS BYTEA) ON CONFLICT (space, key) DO NOTHING;

-- Migration
INSERT INTO keys (space, key, id) SELECT 15, substr(key, 9), id FROM keys
	WHERE space = 4 AND substr(key, 9, 1) BETWEEN CAST('4' AS BYTEA) AND CAST('6' AS BYTEA) ON CONFLICT (space, key) DO NOTHING;

-- Migration
INSERT INTO keys (space, key, id) SELECT 15, substr(key, 9), id FROM keys
	WHERE space = 4 AND substr(key, 9, 1) BETWEEN CAST('7' AS BYTEA) AND CAST('9' AS BYTEA) ON CONFLICT (space, key) DO NOTHING;

-- CreateSchema
CREATE TABLE IF NOT EXISTS kith_schema (number BIGINT PRIMARY KEY);

-- GetSchema
SELECT number FROM kith_schema ORDER BY number DESC LIMIT 1;

-- SetSchema
INSERT INTO kith_schema (number) VALUES ($1) ON CONFLICT (number) DO NOTHING;

-- HaveTables
SELECT c.relname FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
	WHERE n.nspname = $1 AND c.relname IN ('objects', 'assocs', 'counts', 'keys', 'kith_schema');

-- HaveNamespace
SELECT 1 FROM pg_catalog.pg_namespace AS n WHERE n.nspname = $1;

-- Clock
SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT);

-- Durability
SELECT s.name, s.setting FROM pg_catalog.pg_settings AS s
	WHERE s.name IN ('synchronous_commit', 'synchronous_standby_names', 'fsync')
	UNION ALL SELECT 'version', version();

-- BeginRead
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- BeginWrite
BEGIN ISOLATION LEVEL SERIALIZABLE;

-- BeginPulse
BEGIN ISOLATION LEVEL READ COMMITTED;

-- StandStill
SELECT set_config('idle_in_transaction_session_timeout', $1, true);

-- Commit
COMMIT;

-- Rollback
ROLLBACK;

