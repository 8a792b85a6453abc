-- +goose Up

-- A topic may be subscribed to several times, each about something of its own
-- (two addresses). about_hash is a keyed hash of resident, topic and that.
ALTER TABLE subscription DROP CONSTRAINT subscription_resident_id_topic_key;
ALTER TABLE subscription ADD COLUMN about_hash bytea NOT NULL DEFAULT '';
ALTER TABLE subscription ADD CONSTRAINT subscription_once UNIQUE (resident_id, topic, about_hash);

-- What an import brought without evidence of consent. Nothing is sent for it:
-- the resident is asked in the next chat they begin.
CREATE TABLE pending (
    id          uuid PRIMARY KEY,
    resident_id uuid NOT NULL REFERENCES resident (id) ON DELETE CASCADE,
    topic       text NOT NULL,
    language    text NOT NULL,
    postcode4   text,
    bag_hash    bytea,
    about       bytea,
    about_hash  bytea NOT NULL,
    reference   bytea,
    brought_at  timestamptz NOT NULL,
    UNIQUE (resident_id, topic, about_hash)
);
CREATE INDEX pending_brought ON pending (brought_at);

-- subscription is a random id that leads to nothing once the resident is erased;
-- the reference of an import or a colleague is sealed with the resident's key.
ALTER TABLE consent DROP CONSTRAINT consent_source_check;
ALTER TABLE consent ADD CONSTRAINT consent_source_check CHECK (source IN
    ('chat', 'stop', 'erase', 'preference', 'opted_out', 'import', 'colleague', 'command'));
ALTER TABLE consent ADD COLUMN subscription uuid;
ALTER TABLE consent ADD COLUMN reference bytea;
ALTER TABLE consent ADD COLUMN evidence_at timestamptz; -- of an import: when the consent was given, by its own evidence

-- Who looked at a resident's data, and why. Lines are added, never changed;
-- they go only when they are older than installation.audit_until, which the
-- purge sets.
ALTER TABLE installation ADD COLUMN audit_until timestamptz;
CREATE TABLE audit (
    id        uuid PRIMARY KEY,
    at        timestamptz NOT NULL,
    actor     text NOT NULL,
    action    text NOT NULL,
    reason    text NOT NULL,
    pseudonym uuid,
    number    integer NOT NULL DEFAULT 0
);
CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_pseudonym ON audit (pseudonym) WHERE pseudonym IS NOT NULL;
-- +goose StatementBegin
CREATE FUNCTION audit_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.at < (SELECT audit_until FROM installation) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'the audit trail is append-only';
END $$;
-- +goose StatementEnd
CREATE TRIGGER audit_stands BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_stands();
CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_stands();

-- A conversation that is kept for a legal reason until a date: its texts as
-- they were when it was placed, sealed under a key of the hold's own. It
-- survives an erasure; the link to the resident goes.
CREATE TABLE legal_hold (
    id          uuid PRIMARY KEY,
    resident_id uuid REFERENCES resident (id) ON DELETE SET NULL,
    placed_at   timestamptz NOT NULL,
    placed_by   text NOT NULL,
    until       timestamptz NOT NULL,
    reason      bytea NOT NULL
);
CREATE INDEX legal_hold_resident ON legal_hold (resident_id) WHERE resident_id IS NOT NULL;
CREATE TABLE hold_key (
    hold_id     uuid PRIMARY KEY REFERENCES legal_hold (id) ON DELETE CASCADE,
    wrapping_id text NOT NULL,
    wrapped     bytea NOT NULL
);
CREATE TABLE held_text (
    id      uuid PRIMARY KEY,
    hold_id uuid NOT NULL REFERENCES legal_hold (id) ON DELETE CASCADE,
    at      timestamptz NOT NULL,
    ours    boolean NOT NULL,
    body    bytea NOT NULL
);
CREATE INDEX held_text_hold ON held_text (hold_id, at, id);

-- The destruction log: what kind, how many, when, on which ground.
CREATE TABLE destruction (
    id     uuid PRIMARY KEY,
    at     timestamptz NOT NULL,
    kind   text NOT NULL,
    number bigint NOT NULL,
    ground text NOT NULL
);
CREATE INDEX destruction_at ON destruction (at);

-- One-time links to a resident's own data, by a keyed hash of what the link holds.
CREATE TABLE export_link (
    hash        bytea PRIMARY KEY,
    resident_id uuid NOT NULL REFERENCES resident (id) ON DELETE CASCADE,
    language    text NOT NULL,
    expires_at  timestamptz NOT NULL
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
DROP INDEX IF EXISTS intent_at, outbox_farewell, suppression_stamped, suppression_lifted, booking_try_at, request_try_at, consent_withdrawn, receipt_erased;
DROP TABLE export_link, destruction, held_text, hold_key, legal_hold, audit, pending;
DROP FUNCTION audit_stands();
ALTER TABLE installation DROP COLUMN audit_until;
DELETE FROM consent WHERE source IN ('erase', 'import', 'colleague', 'command');
ALTER TABLE consent DROP COLUMN subscription, DROP COLUMN reference, DROP COLUMN evidence_at, DROP CONSTRAINT consent_source_check;
ALTER TABLE consent ADD CONSTRAINT consent_source_check CHECK (source IN ('chat', 'stop', 'preference', 'opted_out'));
DELETE FROM subscription s USING subscription o WHERE o.resident_id = s.resident_id AND o.topic = s.topic AND o.id > s.id;
ALTER TABLE subscription DROP CONSTRAINT subscription_once, DROP COLUMN about_hash;
ALTER TABLE subscription ADD CONSTRAINT subscription_resident_id_topic_key UNIQUE (resident_id, topic);
