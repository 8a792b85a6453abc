-- +goose Up

-- A topic may be subscribed to several times, each about something of its own
-- (two addresses). about_hash is a keyed hash of resident, topic and that.
CREATE TABLE subscription_new (
    id          TEXT PRIMARY KEY,
    resident_id TEXT NOT NULL REFERENCES resident (id) ON DELETE CASCADE,
    topic       TEXT NOT NULL,
    given_at    INTEGER NOT NULL,
    language    TEXT NOT NULL,
    postcode4   TEXT,
    bag_hash    BLOB,
    about       BLOB,
    paused_at   INTEGER,
    about_hash  BLOB NOT NULL DEFAULT x'',
    UNIQUE (resident_id, topic, about_hash)
);
INSERT INTO subscription_new (id, resident_id, topic, given_at, language, postcode4, bag_hash, about, paused_at)
    SELECT id, resident_id, topic, given_at, language, postcode4, bag_hash, about, paused_at FROM subscription;
DROP TABLE subscription;
ALTER TABLE subscription_new RENAME TO subscription;

-- What an import brought without evidence of consent. Nothing is sent for it:
-- the resident is asked in the next chat they begin.
CREATE TABLE pending (
    id          TEXT PRIMARY KEY,
    resident_id TEXT NOT NULL REFERENCES resident (id) ON DELETE CASCADE,
    topic       TEXT NOT NULL,
    language    TEXT NOT NULL,
    postcode4   TEXT,
    bag_hash    BLOB,
    about       BLOB,
    about_hash  BLOB NOT NULL,
    reference   BLOB,
    brought_at  INTEGER NOT NULL,
    UNIQUE (resident_id, topic, about_hash)
);
CREATE INDEX pending_brought ON pending (brought_at);

-- The ledger: lines are added, never changed. subscription is a random id that
-- leads to nothing once the resident is erased; the reference of an import or
-- a colleague is sealed with the resident's key.
CREATE TABLE consent_new (
    id           TEXT PRIMARY KEY,
    pseudonym    TEXT NOT NULL,
    topic        TEXT NOT NULL,
    given        INTEGER NOT NULL,
    source       TEXT NOT NULL CHECK (source IN
                 ('chat', 'stop', 'erase', 'preference', 'opted_out', 'import', 'colleague', 'command')),
    wording      TEXT NOT NULL,
    language     TEXT NOT NULL,
    version      TEXT NOT NULL,
    at           INTEGER NOT NULL,
    message_id   TEXT,
    subscription TEXT,
    reference    BLOB,
    evidence_at  INTEGER -- of an import: when the consent was given, by its own evidence
);
INSERT INTO consent_new (id, pseudonym, topic, given, source, wording, language, version, at, message_id)
    SELECT id, pseudonym, topic, given, source, wording, language, version, at, message_id FROM consent;
DROP TABLE consent;
ALTER TABLE consent_new RENAME TO consent;
CREATE INDEX consent_pseudonym ON consent (pseudonym);

-- Who looked at a resident's data, and why. Lines are added, never changed;
-- they go only when they are older than installation.audit_until, which the
-- purge sets.
ALTER TABLE installation ADD COLUMN audit_until INTEGER;
CREATE TABLE audit (
    id        TEXT PRIMARY KEY,
    at        INTEGER NOT NULL,
    actor     TEXT NOT NULL,
    action    TEXT NOT NULL,
    reason    TEXT NOT NULL,
    pseudonym TEXT,
    number    INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_pseudonym ON audit (pseudonym) WHERE pseudonym IS NOT NULL;
-- +goose StatementBegin
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit -- REPLACE deletes without the trigger below
WHEN EXISTS (SELECT 1 FROM audit a WHERE a.id = NEW.id) BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_stands BEFORE DELETE ON audit
WHEN OLD.at >= COALESCE((SELECT audit_until FROM installation), OLD.at) BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only');
END;
-- +goose StatementEnd

-- A conversation that is kept for a legal reason until a date: its texts as
-- they were when it was placed, sealed under a key of the hold's own. It
-- survives an erasure; the link to the resident goes.
CREATE TABLE legal_hold (
    id          TEXT PRIMARY KEY,
    resident_id TEXT REFERENCES resident (id) ON DELETE SET NULL,
    placed_at   INTEGER NOT NULL,
    placed_by   TEXT NOT NULL,
    until       INTEGER NOT NULL,
    reason      BLOB NOT NULL
);
CREATE INDEX legal_hold_resident ON legal_hold (resident_id) WHERE resident_id IS NOT NULL;
CREATE TABLE hold_key (
    hold_id     TEXT PRIMARY KEY REFERENCES legal_hold (id) ON DELETE CASCADE,
    wrapping_id TEXT NOT NULL,
    wrapped     BLOB NOT NULL
);
CREATE TABLE held_text (
    id      TEXT PRIMARY KEY,
    hold_id TEXT NOT NULL REFERENCES legal_hold (id) ON DELETE CASCADE,
    at      INTEGER NOT NULL,
    ours    INTEGER NOT NULL,
    body    BLOB NOT NULL
);
CREATE INDEX held_text_hold ON held_text (hold_id, at, id);

-- The destruction log: what kind, how many, when, on which ground.
CREATE TABLE destruction (
    id     TEXT PRIMARY KEY,
    at     INTEGER NOT NULL,
    kind   TEXT NOT NULL,
    number INTEGER NOT NULL,
    ground TEXT NOT NULL
);
CREATE INDEX destruction_at ON destruction (at);

-- One-time links to a resident's own data, by a keyed hash of what the link holds.
CREATE TABLE export_link (
    hash        BLOB PRIMARY KEY,
    resident_id TEXT NOT NULL REFERENCES resident (id) ON DELETE CASCADE,
    language    TEXT NOT NULL,
    expires_at  INTEGER NOT NULL
);
CREATE INDEX export_link_resident ON export_link (resident_id);
CREATE INDEX export_link_expires ON export_link (expires_at);

-- What the purge looks for, each by an index of its own (store/purge_kinds.go).
CREATE INDEX intent_at ON intent (at);
CREATE INDEX outbox_farewell ON outbox (useless_after) WHERE reason = 'farewell';
CREATE INDEX suppression_stamped ON suppression (drop_before) WHERE drop_before IS NOT NULL;
CREATE INDEX suppression_lifted ON suppression (mark_hash) WHERE day IS NULL;
CREATE INDEX booking_try_at ON booking_try (at);
CREATE INDEX request_try_at ON request_try (at);
CREATE INDEX consent_withdrawn ON consent (at) WHERE NOT given;
CREATE INDEX receipt_erased ON receipt (erased_at);
CREATE INDEX legal_hold_until ON legal_hold (until);

-- +goose Down
DROP INDEX IF EXISTS intent_at;
DROP INDEX IF EXISTS outbox_farewell;
DROP INDEX IF EXISTS suppression_stamped;
DROP INDEX IF EXISTS suppression_lifted;
DROP INDEX IF EXISTS booking_try_at;
DROP INDEX IF EXISTS request_try_at;
DROP INDEX IF EXISTS consent_withdrawn;
DROP INDEX IF EXISTS receipt_erased;
DROP TABLE export_link;
DROP TABLE destruction;
DROP TABLE held_text;
DROP TABLE hold_key;
DROP TABLE legal_hold;
DROP TABLE audit;
ALTER TABLE installation DROP COLUMN audit_until;
DROP TABLE pending;
CREATE TABLE consent_old (
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
INSERT INTO consent_old SELECT id, pseudonym, topic, given, source, wording, language, version, at, message_id
    FROM consent WHERE source IN ('chat', 'stop', 'preference', 'opted_out');
DROP TABLE consent;
ALTER TABLE consent_old RENAME TO consent;
CREATE INDEX consent_pseudonym ON consent (pseudonym);
CREATE TABLE subscription_old (
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
INSERT OR IGNORE INTO subscription_old SELECT id, resident_id, topic, given_at, language, postcode4, bag_hash, about, paused_at FROM subscription;
DROP TABLE subscription;
ALTER TABLE subscription_old RENAME TO subscription;
