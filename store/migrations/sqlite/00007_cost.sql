-- +goose Up

-- Postgres leaves room in its pages here; SQLite has none to leave.
SELECT 1;

-- +goose Down
SELECT 1;
