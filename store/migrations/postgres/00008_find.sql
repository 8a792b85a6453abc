-- +goose Up

-- What a lost turn booked is found by the call that booked it, and the ledger
-- of a topic (its numbers in a report, whether anybody ever decided about it)
-- without reading that of all topics.
CREATE INDEX booking_last_key ON booking (last_key) WHERE last_key IS NOT NULL;
CREATE INDEX consent_topic ON consent (topic, at);

-- +goose Down
DROP INDEX consent_topic;
DROP INDEX booking_last_key;
