CREATE TABLE objects (
	id      INTEGER PRIMARY KEY,
	kind    INTEGER NOT NULL,
	version INTEGER NOT NULL,
	data    BLOB NOT NULL
) STRICT;

CREATE TABLE assocs (
	from_id INTEGER NOT NULL,
	kind    INTEGER NOT NULL,
	to_id   INTEGER NOT NULL,
	inv_t   INTEGER,
	version INTEGER NOT NULL,
	data    BLOB NOT NULL,
	PRIMARY KEY (from_id, kind, to_id)
) WITHOUT ROWID, STRICT;

CREATE INDEX assocs_by_time ON assocs (from_id, kind, inv_t, to_id) WHERE inv_t IS NOT NULL;

CREATE TABLE counts (
	from_id INTEGER NOT NULL,
	kind    INTEGER NOT NULL,
	slot    INTEGER NOT NULL,
	n       INTEGER NOT NULL,
	PRIMARY KEY (from_id, kind, slot)
) WITHOUT ROWID, STRICT;

CREATE TABLE keys (
	space INTEGER NOT NULL,
	key   BLOB NOT NULL,
	id    INTEGER NOT NULL,
	PRIMARY KEY (space, key)
) WITHOUT ROWID, STRICT;

CREATE INDEX keys_by_id ON keys (id, space, key);
