-- +goose Up

-- The same tables as in migrations/postgres. Instants are microseconds since 1970-01-01 UTC.

-- Which key file this database was written with (keyed hashes of a constant),
-- and when its freed space was last cleaned.
CREATE TABLE installation (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    keys BLOB NOT NULL,
    cleaned_at INTEGER
);

-- The flows that are live: the newest publication that was not withdrawn.
CREATE TABLE bundle (
    hash    TEXT PRIMARY KEY,
    content BLOB NOT NULL
);
CREATE TABLE publication (
    n            INTEGER PRIMARY KEY AUTOINCREMENT,
    hash         TEXT NOT NULL REFERENCES bundle (hash),
    at           INTEGER NOT NULL,
    published_by TEXT NOT NULL,
    withdrawn_at INTEGER
);

-- One person on one channel towards one of our accounts. seq is the last
-- accepted message, handled the last finished one; due says when the next
-- turn may be claimed, NULL while nothing is open.
CREATE TABLE resident (
    id            TEXT PRIMARY KEY,
    channel       TEXT NOT NULL,
    account       TEXT NOT NULL,
    external_hash BLOB,
    phone_hash    BLOB,
    external      BLOB NOT NULL,
    phone         BLOB,
    conversation  BLOB,
    pseudonym     BLOB NOT NULL,
    seq           INTEGER NOT NULL DEFAULT 0,
    handled       INTEGER NOT NULL DEFAULT 0,
    due           INTEGER,
    token         TEXT,
    window_until  INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    closed_at     INTEGER,
    CONSTRAINT handled_was_accepted CHECK (handled <= seq),
    CONSTRAINT closed_is_detached CHECK (closed_at IS NULL OR (external_hash IS NULL AND phone_hash IS NULL AND due IS NULL AND token IS NULL))
);
CREATE UNIQUE INDEX resident_external ON resident (external_hash) WHERE external_hash IS NOT NULL;
CREATE INDEX resident_phone ON resident (phone_hash) WHERE phone_hash IS NOT NULL;
CREATE INDEX resident_due ON resident (due) WHERE due IS NOT NULL;
CREATE INDEX resident_closed ON resident (closed_at) WHERE closed_at IS NOT NULL;

-- Residents' data keys, in a table of their own so that a backup can keep them apart.
CREATE TABLE resident_key (
    resident_id TEXT PRIMARY KEY REFERENCES resident (id) ON DELETE CASCADE,
    wrapping_id TEXT NOT NULL,
    wrapped     BLOB NOT NULL
);

-- Who said STOP, by a keyed hash. day (since 1970-01-01, UTC) is when, NULL
-- once an explicit yes lifted it; what is stamped before drop_before is dropped.
CREATE TABLE suppression (
    mark_hash   BLOB PRIMARY KEY,
    day         INTEGER,
    drop_before INTEGER
);

-- Message ids that were seen, by a keyed hash and a day (since 1970-01-01, UTC).
CREATE TABLE dedupe (
    hash BLOB PRIMARY KEY,
    day  INTEGER NOT NULL
);
CREATE INDEX dedupe_day ON dedupe (day);

CREATE TABLE inbox (
    id            TEXT PRIMARY KEY,
    resident_id   TEXT NOT NULL REFERENCES resident (id) ON DELETE CASCADE,
    seq           INTEGER NOT NULL,
    accepted_at   INTEGER NOT NULL,
    sent_at       INTEGER NOT NULL,
    body          BLOB,
    platform_hash BLOB NOT NULL,
    tries         INTEGER NOT NULL DEFAULT 0,
    state         TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'aside')),
    UNIQUE (resident_id, seq)
);

-- What goes out. There is no other way out, and each row has exactly one
-- reason, with the columns of that reason and no other.
CREATE TABLE outbox (
    n             INTEGER PRIMARY KEY AUTOINCREMENT,
    id            TEXT NOT NULL UNIQUE,
    resident_id   TEXT REFERENCES resident (id) ON DELETE CASCADE,
    channel       TEXT NOT NULL,
    account       TEXT NOT NULL,
    reason        TEXT NOT NULL,
    rank          INTEGER NOT NULL,
    message_id    TEXT,
    colleague     TEXT,
    topic         TEXT,
    template      INTEGER NOT NULL DEFAULT 0,
    body          BLOB,
    address       BLOB,
    state         TEXT NOT NULL DEFAULT 'waiting'
                  CHECK (state IN ('waiting', 'claimed', 'sent', 'delivered', 'read', 'failed', 'aside')),
    token         TEXT,
    claimed_at    INTEGER,
    lease_until   INTEGER,
    tries         INTEGER NOT NULL DEFAULT 0,
    repeats       INTEGER NOT NULL DEFAULT 0,
    not_before    INTEGER NOT NULL,
    useless_after INTEGER,
    created_at    INTEGER NOT NULL,
    platform_hash BLOB,
    error_class   TEXT,
    error_code    INTEGER,
    CONSTRAINT one_reason CHECK (
        (reason = 'farewell' AND rank = 0 AND resident_id IS NULL     AND message_id IS NULL     AND colleague IS NULL     AND topic IS NULL AND useless_after IS NOT NULL) OR
        (reason = 'answer'   AND rank = 1 AND resident_id IS NOT NULL AND message_id IS NOT NULL AND colleague IS NULL     AND topic IS NULL     AND address IS NULL) OR
        (reason = 'desk'     AND rank = 2 AND resident_id IS NOT NULL AND message_id IS NULL     AND colleague IS NOT NULL AND topic IS NULL     AND address IS NULL) OR
        (reason = 'topic'    AND rank = 3 AND resident_id IS NOT NULL AND message_id IS NULL     AND colleague IS NULL     AND topic IS NOT NULL AND address IS NULL)),
    CONSTRAINT claimed_by_someone CHECK (state <> 'claimed' OR (token IS NOT NULL AND claimed_at IS NOT NULL AND lease_until IS NOT NULL)),
    CONSTRAINT farewell_once CHECK (reason <> 'farewell' OR (tries <= 1 AND repeats = 0))
);
CREATE UNIQUE INDEX outbox_answer ON outbox (message_id) WHERE reason = 'answer';
CREATE INDEX outbox_resident ON outbox (resident_id);
CREATE INDEX outbox_open ON outbox (resident_id, n) WHERE state IN ('waiting', 'claimed');
CREATE INDEX outbox_waiting ON outbox (account, rank, not_before, n) WHERE state = 'waiting';
CREATE INDEX outbox_claimed ON outbox (lease_until) WHERE state = 'claimed';
CREATE INDEX outbox_platform ON outbox (platform_hash) WHERE platform_hash IS NOT NULL;

-- One row per account, from which every process takes its send slots.
CREATE TABLE pace (
    account     TEXT PRIMARY KEY,
    next_slot   INTEGER NOT NULL,
    stopped_at  INTEGER,
    stop_reason TEXT
);
-- The newest claim of which a status arrived; apart from pace, so that statuses do not hold up claims.
CREATE TABLE heard (
    account    TEXT PRIMARY KEY,
    claimed_to INTEGER NOT NULL
);

CREATE TABLE subscription (
    id          TEXT PRIMARY KEY,
    resident_id TEXT NOT NULL REFERENCES resident (id) ON DELETE CASCADE,
    topic       TEXT NOT NULL,
    given_at    INTEGER NOT NULL,
    language    TEXT NOT NULL,
    postcode4   TEXT,
    bag_hash    BLOB,
    about       BLOB,
    paused_at   INTEGER,
    UNIQUE (resident_id, topic)
);

-- The ledger: lines are added, never changed. The pseudonym is random and stands sealed with the resident.
CREATE TABLE consent (
    id         TEXT PRIMARY KEY,
    pseudonym  TEXT NOT NULL,
    topic      TEXT NOT NULL,
    given      INTEGER NOT NULL,
    source     TEXT NOT NULL CHECK (source IN ('chat', 'stop', 'preference', 'opted_out')),
    wording    TEXT NOT NULL,
    language   TEXT NOT NULL,
    version    TEXT NOT NULL,
    at         INTEGER NOT NULL,
    message_id TEXT
);
CREATE INDEX consent_pseudonym ON consent (pseudonym);

-- What the receipt of an erasure leads to.
CREATE TABLE receipt (
    hash      BLOB PRIMARY KEY,
    pseudonym TEXT NOT NULL,
    erased_at INTEGER NOT NULL
);

CREATE TABLE intent (
    key         TEXT PRIMARY KEY,
    id          TEXT NOT NULL,
    resident_id TEXT NOT NULL REFERENCES resident (id) ON DELETE CASCADE,
    message_id  TEXT NOT NULL,
    operation   TEXT NOT NULL,
    body        BLOB,
    at          INTEGER NOT NULL
);
CREATE INDEX intent_resident ON intent (resident_id);

-- +goose Down
DROP TABLE intent;
DROP TABLE receipt;
DROP TABLE consent;
DROP TABLE subscription;
DROP TABLE heard;
DROP TABLE pace;
DROP TABLE outbox;
DROP TABLE inbox;
DROP TABLE dedupe;
DROP TABLE suppression;
DROP TABLE resident_key;
DROP TABLE resident;
DROP TABLE publication;
DROP TABLE bundle;
DROP TABLE installation;
