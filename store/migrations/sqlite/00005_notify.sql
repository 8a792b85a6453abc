-- +goose Up

-- One sending of one notification; account, job and scheduled moment name it,
-- so that one process of many begins it. Quiet hours and usefulness stand here
-- as instants. after is how far the selection came, room how many may still be
-- claimed (NULL: all). Of the selected, withdrawn ended their consent before
-- their turn came, erased said STOP later on and left no row; opted_out ended
-- their consent within a day of getting it.
CREATE TABLE run (
    id            TEXT PRIMARY KEY,
    account       TEXT NOT NULL,
    kind          TEXT NOT NULL CHECK (kind IN ('job', 'notice', 'correction', 'fallback')),
    job           TEXT NOT NULL,
    due_at        INTEGER NOT NULL,
    since         INTEGER,
    topic         TEXT NOT NULL,
    bundle        TEXT NOT NULL,
    template      TEXT NOT NULL,
    areas         TEXT NOT NULL,
    not_before    INTEGER NOT NULL,
    useless_after INTEGER NOT NULL,
    quiet_from    INTEGER,
    quiet_until   INTEGER,
    urgent        INTEGER NOT NULL,
    room          INTEGER,
    state         TEXT NOT NULL CHECK (state IN ('selecting', 'sending', 'paused', 'stopped', 'done')),
    reason        TEXT NOT NULL DEFAULT '',
    corrects      TEXT REFERENCES run (id),
    token         TEXT,
    lease_until   INTEGER,
    after         TEXT,
    looked_at     INTEGER NOT NULL DEFAULT 0,
    selected      INTEGER NOT NULL DEFAULT 0,
    withdrawn     INTEGER NOT NULL DEFAULT 0,
    opted_out     INTEGER NOT NULL DEFAULT 0,
    erased        INTEGER NOT NULL DEFAULT 0,
    report        TEXT NOT NULL DEFAULT '',
    created_at    INTEGER NOT NULL,
    done_at       INTEGER,
    UNIQUE (account, job, due_at),
    CONSTRAINT quiet_whole CHECK ((quiet_from IS NULL) = (quiet_until IS NULL)),
    CONSTRAINT corrects_something CHECK ((kind IN ('correction', 'fallback')) = (corrects IS NOT NULL))
);
CREATE INDEX run_open ON run (account, state) WHERE state <> 'done';

-- Every notification belongs to a run, and each resident gets a run's message
-- at most once.
ALTER TABLE outbox ADD COLUMN run_id TEXT REFERENCES run (id)
    CONSTRAINT topic_has_a_run CHECK ((reason = 'topic') = (run_id IS NOT NULL));
CREATE UNIQUE INDEX outbox_once_a_run ON outbox (run_id, resident_id) WHERE run_id IS NOT NULL;
CREATE INDEX outbox_run ON outbox (run_id, n) WHERE state = 'waiting' AND run_id IS NOT NULL;
CREATE INDEX subscription_topic ON subscription (topic, resident_id);

-- One switch for all notifications of an account; answers go on.
ALTER TABLE pace ADD COLUMN topics_stopped_at INTEGER;
ALTER TABLE pace ADD COLUMN topics_reason TEXT;

-- How many people an account began a conversation with, per hour: the
-- messaging limit of the portfolio is over 24 hours.
CREATE TABLE reach (
    account TEXT NOT NULL,
    hour    INTEGER NOT NULL,
    number  INTEGER NOT NULL,
    PRIMARY KEY (account, hour)
);

-- What the platform last said of each template; only an approved one of the
-- category utility is used.
CREATE TABLE template (
    account  TEXT NOT NULL,
    name     TEXT NOT NULL,
    language TEXT NOT NULL,
    status   TEXT NOT NULL,
    category TEXT NOT NULL,
    body     TEXT NOT NULL DEFAULT '', -- as the platform has it; '': not known
    seen_at  INTEGER NOT NULL,
    PRIMARY KEY (account, name, language)
);

-- A notice on its way out: who wrote it, who rehearsed it and what came of
-- that, and the second person who approved it. content is a hash of what is
-- said. written_by names everybody who had a hand in the words, each between
-- commas (",anna,bert,"): none of them approves or sends.
CREATE TABLE push (
    id           TEXT PRIMARY KEY,
    notice       TEXT NOT NULL,
    content      TEXT NOT NULL,
    written_by   TEXT NOT NULL,
    rehearsed_by TEXT NOT NULL,
    rehearsed_at INTEGER NOT NULL,
    rehearsal    TEXT NOT NULL,
    approved_by  TEXT,
    approved_at  INTEGER,
    sent_by      TEXT,
    run_id       TEXT REFERENCES run (id),
    withdrawn_by TEXT,
    withdrawn_at INTEGER,
    UNIQUE (notice, content),
    CONSTRAINT written_by_somebody CHECK (written_by LIKE ',%,'),
    CONSTRAINT second_person CHECK (approved_by IS NULL OR (approved_by <> '' AND instr(written_by, ',' || approved_by || ',') = 0)),
    CONSTRAINT sent_by_another CHECK (sent_by IS NULL OR (sent_by <> '' AND instr(written_by, ',' || sent_by || ',') = 0)),
    CONSTRAINT sent_after_approval CHECK ((run_id IS NULL) = (sent_by IS NULL) AND (run_id IS NULL OR approved_by IS NOT NULL))
);

-- A subscription that had its use with one message ("remind me on...") ends
-- when that is sent.
CREATE TABLE consent_new (
    id           TEXT PRIMARY KEY,
    pseudonym    TEXT NOT NULL,
    topic        TEXT NOT NULL,
    given        INTEGER NOT NULL,
    source       TEXT NOT NULL CHECK (source IN
                 ('chat', 'stop', 'erase', 'preference', 'opted_out', 'import', 'colleague', 'command', 'done')),
    wording      TEXT NOT NULL,
    language     TEXT NOT NULL,
    version      TEXT NOT NULL,
    at           INTEGER NOT NULL,
    message_id   TEXT,
    subscription TEXT,
    reference    BLOB,
    evidence_at  INTEGER -- of an import: when the consent was given, by its own evidence
);
INSERT INTO consent_new (id, pseudonym, topic, given, source, wording, language, version, at, message_id, subscription, reference, evidence_at)
    SELECT id, pseudonym, topic, given, source, wording, language, version, at, message_id, subscription, reference, evidence_at FROM consent;
DROP TABLE consent;
ALTER TABLE consent_new RENAME TO consent;
CREATE INDEX consent_pseudonym ON consent (pseudonym);
CREATE INDEX consent_withdrawn ON consent (at) WHERE NOT given;

-- The ledger's lines are added, never changed; the purge destroys them at their time.
-- +goose StatementBegin
CREATE TRIGGER consent_stands BEFORE UPDATE ON consent BEGIN
    SELECT RAISE(ABORT, 'a line of the consent ledger is never changed');
END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER consent_stands;
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
INSERT INTO consent_new (id, pseudonym, topic, given, source, wording, language, version, at, message_id, subscription, reference, evidence_at)
    SELECT id, pseudonym, topic, given, source, wording, language, version, at, message_id, subscription, reference, evidence_at FROM consent WHERE source <> 'done';
DROP TABLE consent;
ALTER TABLE consent_new RENAME TO consent;
CREATE INDEX consent_pseudonym ON consent (pseudonym);
CREATE INDEX consent_withdrawn ON consent (at) WHERE NOT given;
DROP TABLE push;
DROP TABLE template;
DROP TABLE reach;
ALTER TABLE pace DROP COLUMN topics_stopped_at;
ALTER TABLE pace DROP COLUMN topics_reason;
DROP INDEX subscription_topic;
DROP INDEX outbox_run;
DROP INDEX outbox_once_a_run;
DELETE FROM outbox WHERE reason = 'topic';
ALTER TABLE outbox DROP COLUMN run_id;
DROP TABLE run;
