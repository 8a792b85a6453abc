-- +goose Up

-- Which key file this database was written with (keyed hashes of a constant),
-- and when its freed space was last cleaned.
CREATE TABLE installation (
    one  integer PRIMARY KEY CHECK (one = 1),
    keys bytea NOT NULL,
    cleaned_at timestamptz
);

-- The flows that are live: the newest publication that was not withdrawn.
CREATE TABLE bundle (
    hash    text PRIMARY KEY,
    content bytea NOT NULL
);
CREATE TABLE publication (
    n            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hash         text NOT NULL REFERENCES bundle (hash),
    at           timestamptz NOT NULL,
    published_by text NOT NULL,
    withdrawn_at timestamptz
);

-- One person on one channel towards one of our accounts. seq is the last
-- accepted message, handled the last finished one; due says when the next
-- turn may be claimed, NULL while nothing is open.
CREATE TABLE resident (
    id            uuid PRIMARY KEY,
    channel       text NOT NULL,
    account       text NOT NULL,
    external_hash bytea,
    phone_hash    bytea,
    external      bytea NOT NULL,
    phone         bytea,
    conversation  bytea,
    pseudonym     bytea NOT NULL,
    seq           bigint NOT NULL DEFAULT 0,
    handled       bigint NOT NULL DEFAULT 0,
    due           timestamptz,
    token         uuid,
    window_until  timestamptz NOT NULL,
    created_at    timestamptz NOT NULL,
    closed_at     timestamptz,
    CONSTRAINT handled_was_accepted CHECK (handled <= seq),
    CONSTRAINT closed_is_detached CHECK (closed_at IS NULL OR (external_hash IS NULL AND phone_hash IS NULL AND due IS NULL AND token IS NULL))
);
CREATE UNIQUE INDEX resident_external ON resident (external_hash) WHERE external_hash IS NOT NULL;
CREATE INDEX resident_phone ON resident (phone_hash) WHERE phone_hash IS NOT NULL;
CREATE INDEX resident_due ON resident (due) WHERE due IS NOT NULL;
CREATE INDEX resident_closed ON resident (closed_at) WHERE closed_at IS NOT NULL;

-- Residents' data keys, in a table of their own so that a backup can keep them apart.
CREATE TABLE resident_key (
    resident_id uuid PRIMARY KEY REFERENCES resident (id) ON DELETE CASCADE,
    wrapping_id text NOT NULL,
    wrapped     bytea NOT NULL
);

-- Who said STOP, by a keyed hash. day (since 1970-01-01, UTC) is when, NULL
-- once an explicit yes lifted it; what is stamped before drop_before is dropped.
CREATE TABLE suppression (
    mark_hash   bytea PRIMARY KEY,
    day         integer,
    drop_before timestamptz
);

-- Message ids that were seen, by a keyed hash and a day (since 1970-01-01, UTC).
CREATE TABLE dedupe (
    hash bytea PRIMARY KEY,
    day  integer NOT NULL
);
CREATE INDEX dedupe_day ON dedupe (day);

CREATE TABLE inbox (
    id            uuid PRIMARY KEY,
    resident_id   uuid NOT NULL REFERENCES resident (id) ON DELETE CASCADE,
    seq           bigint NOT NULL,
    accepted_at   timestamptz NOT NULL,
    sent_at       timestamptz NOT NULL,
    body          bytea,
    platform_hash bytea NOT NULL,
    tries         integer NOT NULL DEFAULT 0,
    state         text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'aside')),
    UNIQUE (resident_id, seq)
);

-- What goes out. There is no other way out, and each row has exactly one
-- reason, with the columns of that reason and no other.
CREATE TABLE outbox (
    n             bigint GENERATED ALWAYS AS IDENTITY,
    id            uuid PRIMARY KEY,
    resident_id   uuid REFERENCES resident (id) ON DELETE CASCADE,
    channel       text NOT NULL,
    account       text NOT NULL,
    reason        text NOT NULL,
    rank          smallint NOT NULL,
    message_id    uuid,
    colleague     text,
    topic         text,
    template      boolean NOT NULL DEFAULT false,
    body          bytea,
    address       bytea,
    state         text NOT NULL DEFAULT 'waiting'
                  CHECK (state IN ('waiting', 'claimed', 'sent', 'delivered', 'read', 'failed', 'aside')),
    token         uuid,
    claimed_at    timestamptz,
    lease_until   timestamptz,
    tries         integer NOT NULL DEFAULT 0,
    repeats       integer NOT NULL DEFAULT 0,
    not_before    timestamptz NOT NULL,
    useless_after timestamptz,
    created_at    timestamptz NOT NULL,
    platform_hash bytea,
    error_class   text,
    error_code    integer,
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
    account     text PRIMARY KEY,
    next_slot   timestamptz NOT NULL,
    stopped_at  timestamptz,
    stop_reason text
);
-- The newest claim of which a status arrived; apart from pace, so that statuses do not hold up claims.
CREATE TABLE heard (
    account    text PRIMARY KEY,
    claimed_to timestamptz NOT NULL
);

CREATE TABLE subscription (
    id          uuid PRIMARY KEY,
    resident_id uuid NOT NULL REFERENCES resident (id) ON DELETE CASCADE,
    topic       text NOT NULL,
    given_at    timestamptz NOT NULL,
    language    text NOT NULL,
    postcode4   text,
    bag_hash    bytea,
    about       bytea,
    paused_at   timestamptz,
    UNIQUE (resident_id, topic)
);

-- The ledger: lines are added, never changed. The pseudonym is random and stands sealed with the resident.
CREATE TABLE consent (
    id         uuid PRIMARY KEY,
    pseudonym  uuid NOT NULL,
    topic      text NOT NULL,
    given      boolean NOT NULL,
    source     text NOT NULL CHECK (source IN ('chat', 'stop', 'preference', 'opted_out')),
    wording    text NOT NULL,
    language   text NOT NULL,
    version    text NOT NULL,
    at         timestamptz NOT NULL,
    message_id uuid
);
CREATE INDEX consent_pseudonym ON consent (pseudonym);

-- What the receipt of an erasure leads to.
CREATE TABLE receipt (
    hash      bytea PRIMARY KEY,
    pseudonym uuid NOT NULL,
    erased_at timestamptz NOT NULL
);

CREATE TABLE intent (
    key         text PRIMARY KEY,
    id          uuid NOT NULL,
    resident_id uuid NOT NULL REFERENCES resident (id) ON DELETE CASCADE,
    message_id  uuid NOT NULL,
    operation   text NOT NULL,
    body        bytea,
    at          timestamptz NOT NULL
);
CREATE INDEX intent_resident ON intent (resident_id);

-- +goose Down
DROP TABLE intent, receipt, consent, subscription, heard, pace, outbox, inbox, dedupe, suppression, resident_key, resident, publication, bundle, installation;
