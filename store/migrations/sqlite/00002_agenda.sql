-- +goose Up

-- The same tables as in migrations/postgres. Instants are microseconds since 1970-01-01 UTC.

-- One appointment, held or booked. Place and time stand in clear, because two
-- residents may not have the same; product, persons, name and code are sealed
-- under a key of the row's own. key is of the call that took the place,
-- last_key of the call that wrote the row last; both go with the link to the
-- resident at the erasure. What was cancelled keeps its place and time only.
CREATE TABLE booking (
    id          TEXT PRIMARY KEY,
    resident_id TEXT REFERENCES resident (id) ON DELETE SET NULL,
    location    TEXT NOT NULL,
    starts_at   INTEGER NOT NULL,
    ends_at     INTEGER NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('held', 'booked', 'cancelled')),
    hold_until  INTEGER,
    key         TEXT UNIQUE,
    last_key    TEXT,
    sequence    INTEGER NOT NULL DEFAULT 0,
    code_hash   BLOB,
    body        BLOB,
    CONSTRAINT held_until_a_moment CHECK ((state = 'held') = (hold_until IS NOT NULL)),
    CONSTRAINT booked_has_a_code CHECK ((state = 'booked') = (code_hash IS NOT NULL)),
    CONSTRAINT cancelled_is_empty CHECK ((state = 'cancelled') = (body IS NULL))
);
CREATE UNIQUE INDEX booking_code ON booking (code_hash) WHERE code_hash IS NOT NULL;
CREATE INDEX booking_starts ON booking (starts_at);
CREATE INDEX booking_resident ON booking (resident_id) WHERE resident_id IS NOT NULL;
CREATE INDEX booking_held ON booking (hold_until) WHERE state = 'held';

-- What a booking takes of its location: units of five minutes of one seat. No
-- two bookings can have the same one, whatever goes wrong elsewhere.
CREATE TABLE seat (
    location   TEXT NOT NULL,
    starts_at  INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    booking_id TEXT NOT NULL REFERENCES booking (id) ON DELETE CASCADE,
    PRIMARY KEY (location, starts_at, number)
);
CREATE INDEX seat_booking ON seat (booking_id);

-- The keys of bookings, apart as those of residents are.
CREATE TABLE booking_key (
    booking_id  TEXT PRIMARY KEY REFERENCES booking (id) ON DELETE CASCADE,
    wrapping_id TEXT NOT NULL,
    wrapped     BLOB NOT NULL
);

-- Wrong codes that were typed, for an hour.
CREATE TABLE booking_try (
    id          TEXT PRIMARY KEY,
    resident_id TEXT NOT NULL REFERENCES resident (id) ON DELETE CASCADE,
    at          INTEGER NOT NULL
);
CREATE INDEX booking_try_resident ON booking_try (resident_id);

-- +goose Down
DROP TABLE booking_try;
DROP TABLE booking_key;
DROP TABLE seat;
DROP TABLE booking;
