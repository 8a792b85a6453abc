// Package store keeps everything that lasts, in SQLite or in Postgres. Each
// public method is one transaction, and no transaction leaves the package.
// What says something about a resident is sealed before it is written and
// opened after it is read, so that no statement, index or error ever holds a
// name, number or text. SQL never asks the time (DatabaseNow is the one
// exception): every method is told it.
//
// Two rules keep STOP immediate. Whatever inserts into outbox first locks the
// row of its resident; and whatever withdraws a consent, under that same
// lock, deletes the rows that wait on it. So a claim either commits before
// the withdrawal or finds no row.
//
// Locks are taken in one order everywhere: dedupe by hash, then contacts
// (advisory, Postgres), then residents by id, then days of the agenda (advisory,
// Postgres), then outbox rows and bookings by id.
package store
