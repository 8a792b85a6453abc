-- +goose Up

-- One sending of one notification; account, job and scheduled moment name it,
-- so that one process of many begins it. Quiet hours and usefulness stand here
-- as instants. after is how far the selection came, room how many may still be
-- claimed (NULL: all). Of the selected, withdrawn ended their consent before
-- their turn came, erased said STOP later on and left no row; opted_out ended
-- their consent within a day of getting it.
CREATE TABLE run (
    id            uuid PRIMARY KEY,
    account       text NOT NULL,
    kind          text NOT NULL CHECK (kind IN ('job', 'notice', 'correction', 'fallback')),
    job           text NOT NULL,
    due_at        timestamptz NOT NULL,
    since         timestamptz,
    topic         text NOT NULL,
    bundle        text NOT NULL,
    template      text NOT NULL,
    areas         text NOT NULL,
    not_before    timestamptz NOT NULL,
    useless_after timestamptz NOT NULL,
    quiet_from    timestamptz,
    quiet_until   timestamptz,
    urgent        boolean NOT NULL,
    room          bigint,
    state         text NOT NULL CHECK (state IN ('selecting', 'sending', 'paused', 'stopped', 'done')),
    reason        text NOT NULL DEFAULT '',
    corrects      uuid REFERENCES run (id),
    token         uuid,
    lease_until   timestamptz,
    after         uuid,
    looked_at     bigint NOT NULL DEFAULT 0,
    selected      bigint NOT NULL DEFAULT 0,
    withdrawn     bigint NOT NULL DEFAULT 0,
    opted_out     bigint NOT NULL DEFAULT 0,
    erased        bigint NOT NULL DEFAULT 0,
    report        text NOT NULL DEFAULT '',
    created_at    timestamptz NOT NULL,
    done_at       timestamptz,
    UNIQUE (account, job, due_at),
    CONSTRAINT quiet_whole CHECK ((quiet_from IS NULL) = (quiet_until IS NULL)),
    CONSTRAINT corrects_something CHECK ((kind IN ('correction', 'fallback')) = (corrects IS NOT NULL))
);
CREATE INDEX run_open ON run (account, state) WHERE state <> 'done';

-- Every notification belongs to a run, and each resident gets a run's message
-- at most once.
ALTER TABLE outbox ADD COLUMN run_id uuid REFERENCES run (id);
ALTER TABLE outbox ADD CONSTRAINT topic_has_a_run CHECK ((reason = 'topic') = (run_id IS NOT NULL));
CREATE UNIQUE INDEX outbox_once_a_run ON outbox (run_id, resident_id) WHERE run_id IS NOT NULL;
CREATE INDEX outbox_run ON outbox (run_id, n) WHERE state = 'waiting' AND run_id IS NOT NULL;
CREATE INDEX subscription_topic ON subscription (topic, resident_id);

-- One switch for all notifications of an account; answers go on.
ALTER TABLE pace ADD COLUMN topics_stopped_at timestamptz;
ALTER TABLE pace ADD COLUMN topics_reason text;

-- How many people an account began a conversation with, per hour: the
-- messaging limit of the portfolio is over 24 hours.
CREATE TABLE reach (
    account text NOT NULL,
    hour    bigint NOT NULL,
    number  bigint NOT NULL,
    PRIMARY KEY (account, hour)
);

-- What the platform last said of each template; only an approved one of the
-- category utility is used.
CREATE TABLE template (
    account  text NOT NULL,
    name     text NOT NULL,
    language text NOT NULL,
    status   text NOT NULL,
    category text NOT NULL,
    body     text NOT NULL DEFAULT '', -- as the platform has it; '': not known
    seen_at  timestamptz NOT NULL,
    PRIMARY KEY (account, name, language)
);

-- A notice on its way out: who wrote it, who rehearsed it and what came of
-- that, and the second person who approved it. content is a hash of what is
-- said. written_by names everybody who had a hand in the words, each between
-- commas (",anna,bert,"): none of them approves or sends.
CREATE TABLE push (
    id           uuid PRIMARY KEY,
    notice       text NOT NULL,
    content      text NOT NULL,
    written_by   text NOT NULL,
    rehearsed_by text NOT NULL,
    rehearsed_at timestamptz NOT NULL,
    rehearsal    text NOT NULL,
    approved_by  text,
    approved_at  timestamptz,
    sent_by      text,
    run_id       uuid REFERENCES run (id),
    withdrawn_by text,
    withdrawn_at timestamptz,
    UNIQUE (notice, content),
    CONSTRAINT written_by_somebody CHECK (written_by LIKE ',%,'),
    CONSTRAINT second_person CHECK (approved_by IS NULL OR (approved_by <> '' AND strpos(written_by, ',' || approved_by || ',') = 0)),
    CONSTRAINT sent_by_another CHECK (sent_by IS NULL OR (sent_by <> '' AND strpos(written_by, ',' || sent_by || ',') = 0)),
    CONSTRAINT sent_after_approval CHECK ((run_id IS NULL) = (sent_by IS NULL) AND (run_id IS NULL OR approved_by IS NOT NULL))
);

-- A subscription that had its use with one message ("remind me on...") ends
-- when that is sent.
ALTER TABLE consent DROP CONSTRAINT consent_source_check;
ALTER TABLE consent ADD CONSTRAINT consent_source_check CHECK (source IN
    ('chat', 'stop', 'erase', 'preference', 'opted_out', 'import', 'colleague', 'command', 'done'));

-- The ledger's lines are added, never changed; the purge destroys them at their time.
-- +goose StatementBegin
CREATE FUNCTION consent_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a line of the consent ledger is never changed';
END $$;
-- +goose StatementEnd
CREATE TRIGGER consent_stands BEFORE UPDATE ON consent FOR EACH ROW EXECUTE FUNCTION consent_stands();

-- +goose Down
DROP TRIGGER consent_stands ON consent;
DROP FUNCTION consent_stands();
DELETE FROM consent WHERE source = 'done';
ALTER TABLE consent DROP CONSTRAINT consent_source_check;
ALTER TABLE consent ADD CONSTRAINT consent_source_check CHECK (source IN
    ('chat', 'stop', 'erase', 'preference', 'opted_out', 'import', 'colleague', 'command'));
DROP TABLE push, template, reach;
ALTER TABLE pace DROP COLUMN topics_stopped_at, DROP COLUMN topics_reason;
DROP INDEX subscription_topic;
DELETE FROM outbox WHERE reason = 'topic';
ALTER TABLE outbox DROP CONSTRAINT topic_has_a_run, DROP COLUMN run_id;
DROP TABLE run;
