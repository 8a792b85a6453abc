-- +goose Up

-- One appointment, held or booked. Place and time stand in clear, because two
-- residents may not have the same; product, persons, name and code are sealed
-- under a key of the row's own. key is of the call that took the place,
-- last_key of the call that wrote the row last; both go with the link to the
-- resident at the erasure. What was cancelled keeps its place and time only.
CREATE TABLE booking (
    id          uuid PRIMARY KEY,
    resident_id uuid REFERENCES resident (id) ON DELETE SET NULL,
    location    text NOT NULL,
    starts_at   timestamptz NOT NULL,
    ends_at     timestamptz NOT NULL,
    state       text NOT NULL CHECK (state IN ('held', 'booked', 'cancelled')),
    hold_until  timestamptz,
    key         text UNIQUE,
    last_key    text,
    sequence    integer NOT NULL DEFAULT 0,
    code_hash   bytea,
    body        bytea,
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
    location   text NOT NULL,
    starts_at  timestamptz NOT NULL,
    number     integer NOT NULL,
    booking_id uuid NOT NULL REFERENCES booking (id) ON DELETE CASCADE,
    PRIMARY KEY (location, starts_at, number)
);
CREATE INDEX seat_booking ON seat (booking_id);

-- The keys of bookings, apart as those of residents are.
CREATE TABLE booking_key (
    booking_id  uuid PRIMARY KEY REFERENCES booking (id) ON DELETE CASCADE,
    wrapping_id text NOT NULL,
    wrapped     bytea NOT NULL
);

-- Wrong codes that were typed, for an hour.
CREATE TABLE booking_try (
    id          uuid PRIMARY KEY,
    resident_id uuid NOT NULL REFERENCES resident (id) ON DELETE CASCADE,
    at          timestamptz NOT NULL
);
CREATE INDEX booking_try_resident ON booking_try (resident_id);

-- +goose Down
DROP TABLE booking_try, booking_key, seat, booking;
