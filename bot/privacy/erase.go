package privacy

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// sweepEvery is how soon after STOP the erasure follows when a send was still
// on its way; the send's own time limit comes on top.
const sweepEvery = time.Second

// ErasureStore closes what STOP began. The door closed the resident in the
// transaction that accepted STOP; from then on nothing new is claimed.
type ErasureStore interface {
	// Closed gives residents who said STOP and of whom nothing claimed is on its way any more.
	Closed(ctx context.Context, now time.Time, limit int) ([]bot.Closed, error)
	// Erase destroys, in one transaction, all that is kept of a closed resident (contact
	// data, texts, answers, subscriptions, key), and leaves one farewell to be tried once.
	// The receipt's keyed hash is the only way from a person to their consent ledger.
	Erase(ctx context.Context, now time.Time, resident bot.ID, farewell *bot.Reply, receipt string) error
}

// Eraser carries out STOP (AVG article 17; promise 4 of the design).
type Eraser struct {
	Store ErasureStore
	// Farewell words the receipt in the resident's language. It is the last
	// thing that is read of the conversation.
	Farewell func(closed bot.Closed, receipt string) bot.Reply
	Clock    func() time.Time
	Log      *slog.Logger
	Count    func(event, detail string)
	Erased   func() // a farewell may be waiting
}

// Run erases until ctx ends.
func (e *Eraser) Run(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		if _, err := e.Sweep(ctx); err != nil && ctx.Err() == nil {
			e.Log.Error("erasure after STOP is tried again", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Sweep erases everyone who is ready for it and tells how many. Whoever
// cannot be erased holds up nobody behind them.
func (e *Eraser) Sweep(ctx context.Context) (int, error) {
	closed, err := e.Store.Closed(ctx, e.Clock(), 100)
	if err != nil {
		return 0, fmt.Errorf("residents to erase: %w", err)
	}
	erased := 0
	var failed []error
	for _, c := range closed {
		if err := e.erase(ctx, c); err != nil {
			failed = append(failed, fmt.Errorf("erase: %w", err))
			continue
		}
		erased++
	}
	return erased, errors.Join(failed...)
}

func (e *Eraser) erase(ctx context.Context, c bot.Closed) error {
	receipt := newReceipt()
	now := e.Clock()
	var farewell *bot.Reply
	if c.WindowUntil.After(now) {
		reply := e.Farewell(c, receipt)
		farewell = &reply
	}
	if err := e.Store.Erase(ctx, now, c.Resident, farewell, receipt); err != nil {
		return err
	}
	e.Count("erased", "")
	e.Erased()
	return nil
}

// newReceipt is a code of letters and digits with 50 random bits: enough that
// nobody guesses one, and no eight or nine digits that look like a BSN.
func newReceipt() string {
	var b [10]byte
	rand.Read(b[:])
	code := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b[:])
	return code[0:5] + "-" + code[5:10]
}
