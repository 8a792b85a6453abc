// Package storetest gives tests a real store: on SQLite always, and on a
// throw-away Postgres wherever its binaries are found. It never touches a
// database that it did not make.
package storetest
