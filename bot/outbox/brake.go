package outbox

import (
	"sync"
	"time"

	"github.com/gemeentebode/bode/bot"
)

const (
	// brakeAfter failures in a row say that it is the platform and not a message.
	brakeAfter = 3
	// brakeMost is the longest time between two tries of a platform that is away:
	// so much later than it does it is known to answer again.
	brakeMost = 8 * time.Second
	// askedMost bounds how long a platform may ask us to wait.
	askedMost = 5 * time.Minute
)

// brake holds sends back while the platform is away, throttles or answers
// nonsense: one is tried at a time, ever further apart. Without it each waiting
// message would be tried for itself, and a platform in trouble hammered.
type brake struct {
	mu       sync.Mutex
	failures int // in a row
	until    time.Time
	trying   bool   // one is on its way
	cause    string // "": it is off
}

// room is how many of limit may be claimed now.
func (b *brake) room(now time.Time, limit int) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.cause == "":
		return limit
	case b.trying || now.Before(b.until):
		return 0
	}
	return min(1, limit)
}

// try says that the one that had room is on its way, over that it ended.
func (b *brake) try() { b.set(true) }

func (b *brake) over() { b.set(false) }

func (b *brake) set(trying bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.trying = trying
}

// failed notes that the platform did not do its part. It tells whether
// sending slows down from now on. What was on its way at that time, and fails
// too, does not count again.
func (b *brake) failed(now time.Time, failure bot.SendError) (slows bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if now.Before(b.until) {
		return false
	}
	b.failures++
	wait := min(failure.After, askedMost)
	if b.failures >= brakeAfter {
		wait = max(wait, min(time.Second<<min(b.failures-brakeAfter, 8), brakeMost))
	}
	if wait <= 0 {
		return false
	}
	slows = b.cause == ""
	b.until, b.cause = now.Add(wait), failure.Cause
	if b.cause == "" {
		b.cause = "no answer"
	}
	return slows
}

// worked notes that the platform answered as it should, also when it refused
// the message. It tells whether that ends a time of slow sending.
func (b *brake) worked() (ends bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	ends = b.cause != ""
	b.failures, b.until, b.cause = 0, time.Time{}, ""
	return ends
}

// Slowed says why messages wait for the platform; "" when they do not.
func (o *Outbox) Slowed() string {
	o.brake.mu.Lock()
	defer o.brake.mu.Unlock()
	return o.brake.cause
}

// platform notes whether the platform did its part, and says when that changes.
func (o *Outbox) platform(failure *bot.SendError) {
	if failure != nil && (failure.Class == bot.SendRetry || failure.Class == bot.SendUnknown) {
		if o.brake.failed(o.Clock(), *failure) {
			o.Count("platform", "slowed")
			o.Log.Error("the platform does not answer as it should: messages wait, one is tried at a time until it does", "cause", failure.Cause, "code", failure.Code)
		}
		return
	}
	if o.brake.worked() {
		o.Count("platform", "back")
		o.Log.Info("the platform answers again: what waits is sent")
		o.Wake()
	}
}
