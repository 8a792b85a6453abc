package outbox

import (
	"context"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// Store hands out what may be sent and keeps what became of it. Every method
// is one transaction.
type Store interface {
	// ClaimSends takes up to limit waiting messages of an account, at most one per
	// resident, in each resident's order, answers before notifications. In the same
	// statement: the resident is not closed, a topic row has a standing consent, the
	// 24-hour window is open (or a template is approved), its run is sending and not in
	// quiet hours, it is still useful, and the account's pace row has a slot (Send.At)
	// within horizon. Send.Notify is what a topic row is rendered from.
	ClaimSends(ctx context.Context, now time.Time, account string, limit int, pace Pace) ([]bot.Send, error)

	// Slots gives so many slots of an account's pace, after those that are given away.
	Slots(ctx context.Context, now time.Time, account string, number int, perSecond float64) ([]time.Time, error)

	// LeaveOut ends a claimed notification that is not sent after all, with the reason in one word.
	LeaveOut(ctx context.Context, send bot.Send, reason string) error

	// MarkAllSent notes the platform's ids as keyed hashes, in one transaction (group
	// commit), with an error for each at its index; on an error of the group they are
	// noted one by one.
	MarkAllSent(ctx context.Context, now time.Time, sent []bot.Sent) []error

	// MarkFailed notes how a send failed: with again set the row waits until then,
	// SendUnknown leaves it to Reconcile, otherwise it is closed with the class;
	// SendOptedOut also withdraws.
	MarkFailed(ctx context.Context, now time.Time, send bot.Send, failure bot.SendError, again time.Time) error

	// Statuses applies reports, forward only, also to rows whose send we do not know the
	// end of, and fills in what each is of. It returns how many matched nothing; those
	// create nobody.
	Statuses(ctx context.Context, now time.Time, statuses []bot.Status) (unmatched int, err error)

	// Reconcile looks at claimed rows whose lease ran out: one that is still useful, and
	// has waited for wait while statuses of later sends arrived and none of its own, goes
	// out once more; one that can no longer be useful, or was already repeated, is set
	// aside. A farewell is never repeated.
	Reconcile(ctx context.Context, now time.Time, wait time.Duration) (again, aside int, err error)

	// StopSending keeps the account from claiming until ResumeSending; the reason is for the operator.
	StopSending(ctx context.Context, now time.Time, account, reason string) error
}

// Pace is how fast an account may send.
type Pace = bot.Pace
