-- +goose Up

-- What residents handed in for colleagues. It survives an erasure: the link to
-- the resident goes, and what is in it is sealed under a key of its own.
CREATE TABLE request (
    id          TEXT PRIMARY KEY,
    resident_id TEXT REFERENCES resident (id) ON DELETE SET NULL,
    key_hash    BLOB NOT NULL UNIQUE,
    code_hash   BLOB NOT NULL UNIQUE,
    body        BLOB NOT NULL,
    at          INTEGER NOT NULL,
    handled_at  INTEGER
);
CREATE INDEX request_resident ON request (resident_id) WHERE resident_id IS NOT NULL;
CREATE INDEX request_open ON request (at, id) WHERE handled_at IS NULL;
CREATE INDEX request_handled ON request (handled_at, id) WHERE handled_at IS NOT NULL;

-- In a table of their own, so that a backup can keep them apart.
CREATE TABLE request_key (
    request_id  TEXT PRIMARY KEY REFERENCES request (id) ON DELETE CASCADE,
    wrapping_id TEXT NOT NULL,
    wrapped     BLOB NOT NULL
);

-- Wrong codes of the last hour.
CREATE TABLE request_try (
    resident_id TEXT NOT NULL REFERENCES resident (id) ON DELETE CASCADE,
    at          INTEGER NOT NULL
);
CREATE INDEX request_try_resident ON request_try (resident_id, at);

-- +goose Down
DROP TABLE request_try;
DROP TABLE request_key;
DROP TABLE request;
