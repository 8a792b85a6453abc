-- +goose Up

-- The service is closed while this row stands and until has not passed: one
-- fixed answer to everybody. An empty text is that of the flows.
CREATE TABLE closing (
    one       integer PRIMARY KEY CHECK (one = 1),
    dutch     text NOT NULL,
    english   text NOT NULL,
    closed_by text NOT NULL,
    closed_at timestamptz NOT NULL,
    until     timestamptz
);

-- Who heard when that the service is closed: not at every message.
CREATE TABLE told_closed (
    resident_id uuid PRIMARY KEY REFERENCES resident (id) ON DELETE CASCADE,
    at          timestamptz NOT NULL
);

-- When a backup was last written whole, for whoever is to be warned when none was.
ALTER TABLE installation ADD COLUMN backed_up_at timestamptz;

-- What the metrics count stays cheap to count, however much was sent.
CREATE INDEX outbox_ended_badly ON outbox (state) WHERE state IN ('failed', 'aside');
CREATE INDEX inbox_aside ON inbox (accepted_at) WHERE state = 'aside';

-- +goose Down
ALTER TABLE installation DROP COLUMN backed_up_at;
DROP INDEX inbox_aside, outbox_ended_badly;
DROP TABLE told_closed, closing;
