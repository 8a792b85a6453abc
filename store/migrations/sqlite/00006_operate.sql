-- +goose Up

-- The same tables as in migrations/postgres. Instants are microseconds since 1970-01-01 UTC.

-- The service is closed while this row stands and until has not passed: one
-- fixed answer to everybody. An empty text is that of the flows.
CREATE TABLE closing (
    one       INTEGER PRIMARY KEY CHECK (one = 1),
    dutch     TEXT NOT NULL,
    english   TEXT NOT NULL,
    closed_by TEXT NOT NULL,
    closed_at INTEGER NOT NULL,
    until     INTEGER
);

-- Who heard when that the service is closed: not at every message.
CREATE TABLE told_closed (
    resident_id TEXT PRIMARY KEY REFERENCES resident (id) ON DELETE CASCADE,
    at          INTEGER NOT NULL
);

-- When a backup was last written whole, for whoever is to be warned when none was.
ALTER TABLE installation ADD COLUMN backed_up_at INTEGER;

-- What the metrics count stays cheap to count, however much was sent.
CREATE INDEX outbox_ended_badly ON outbox (state) WHERE state IN ('failed', 'aside');
CREATE INDEX inbox_aside ON inbox (accepted_at) WHERE state = 'aside';

-- +goose Down
ALTER TABLE installation DROP COLUMN backed_up_at;
DROP INDEX inbox_aside;
DROP INDEX outbox_ended_badly;
DROP TABLE told_closed;
DROP TABLE closing;
