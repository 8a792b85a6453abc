package inbox

import (
	"context"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// Store keeps what was accepted and hands out turns. Every method is one
// transaction; 40001 and 40P01 are retried inside.
type Store interface {
	// Glance gives the turns of messages as they would be if these were kept now: at most
	// one a resident, of known residents for whom nothing is open, and of plain messages
	// that were not seen before. Nobody holds them. What is left out goes by ReceiveTurns.
	Glance(ctx context.Context, now time.Time, messages []bot.Message) ([]bot.Claim, error)

	// KeepAnswered keeps messages with what Glance's claims came to, in one statement: those
	// of residents for whom nothing changed since. It tells which; the others may be kept by
	// ReceiveTurns, as all may after an error.
	KeepAnswered(ctx context.Context, now time.Time, turns []bot.Finish) (kept []bool, err error)

	// ReceiveTurns keeps a whole delivery, rows in key order: messages are deduplicated on a
	// keyed hash, numbered per resident in the order of (Sent, position); a message with
	// Stop withdraws, deletes what waits and closes its resident; KindRevoked erases our
	// copy, KindEdited replaces it, KindNumberChange rebinds through a known previous id,
	// KindPreference withdraws. A message stamped before its sender's erasure is dropped.
	// Turns of residents for whom nothing else is open may begin in the same transaction,
	// as many as take says; none is as right, and ClaimTurns has them.
	ReceiveTurns(ctx context.Context, now time.Time, messages []bot.Message, take bot.Take) (bot.Received, error)

	// ClaimTurns takes up to limit residents with open messages, each with their oldest
	// message, until now+lease; Tries is counted in the same statement.
	ClaimTurns(ctx context.Context, now time.Time, lease time.Duration, limit int) ([]bot.Claim, error)

	// StartCall commits the intent to make a writing call, before it is made. An intent
	// that already stands (same key) is not an error: the call is repeated under its key.
	StartCall(ctx context.Context, now time.Time, claim bot.Claim, call bot.Call) error

	// FinishTurns ends turns of different residents in one transaction (group commit).
	// A turn whose token is gone is left out and has bot.ErrTokenGone at its index; on any
	// other error of the group the turns are run one by one.
	FinishTurns(ctx context.Context, now time.Time, turns []bot.Finish) []bot.Finished

	// RetryTurn gives a turn back, to be claimed again from at.
	RetryTurn(ctx context.Context, now time.Time, claim bot.Claim, at time.Time) error

	// SetAside ends a turn whose message cannot be handled: the message is marked, the
	// conversation stays as it was, the reply (if any) goes out.
	SetAside(ctx context.Context, now time.Time, claim bot.Claim, reply *bot.Reply) error
}
