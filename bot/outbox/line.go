package outbox

import (
	"slices"
	"sync"
	"time"
)

// line gives each slot that this process holds to the most urgent send that is
// ready when the slot comes: an answer that is claimed now begins in the next
// slot, though notifications took all slots before its own.
type line struct {
	mu             sync.Mutex
	urgent, topics []chan time.Time // who waits, in the order in which they came
}

// wait brings a slot into the line and waits for one, for at most so long; ok is
// false when none came. Who is in it again, for the slot that it got was missed,
// goes before the others: it has waited already. A slot that is missed when it
// is brought is nobody else's either.
func (l *line) wait(now, slot time.Time, most time.Duration, urgent, again bool) (got time.Time, ok bool) {
	ahead := slot.Sub(now)
	if ahead < -lateBy {
		return slot, true
	}
	mine := make(chan time.Time, 1)
	l.enter(mine, urgent, again)
	time.AfterFunc(ahead, func() { l.give(slot) })
	over := time.NewTimer(most)
	defer over.Stop()
	select {
	case got = <-mine:
		return got, true
	case <-over.C:
		return l.leave(mine, urgent)
	}
}

func (l *line) of(urgent bool) *[]chan time.Time {
	if urgent {
		return &l.urgent
	}
	return &l.topics
}

func (l *line) enter(mine chan time.Time, urgent, again bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	in := l.of(urgent)
	if again {
		*in = slices.Insert(*in, 0, mine)
	} else {
		*in = append(*in, mine)
	}
}

// leave goes without a slot, unless one was given meanwhile.
func (l *line) leave(mine chan time.Time, urgent bool) (got time.Time, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	in := l.of(urgent)
	at := slices.Index(*in, mine)
	if at < 0 {
		return <-mine, true
	}
	*in = slices.Delete(*in, at, at+1)
	return got, false
}

// give gives a slot to who is next. When nobody waits, for who would have left, it is lost.
func (l *line) give(slot time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	from := l.of(len(l.urgent) > 0)
	if len(*from) == 0 {
		return
	}
	(*from)[0] <- slot
	*from = (*from)[1:]
}
