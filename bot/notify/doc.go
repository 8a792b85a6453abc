// Package notify decides who hears what, when: jobs by their schedule, notices
// that were approved, corrections of what no longer holds. It writes runs and
// the rows of the residents who hear them; it never sends, and it never says
// who may hear: the statement that claims a row does (bot/outbox).
package notify
