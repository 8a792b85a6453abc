package outbox

import (
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

// wait brings a slot into the line and waits for one, which it gives. There
// are as many slots as sends, so nobody waits longer than the last of them.
func (l *line) wait(now, slot time.Time, urgent bool) time.Time {
	mine := make(chan time.Time, 1)
	l.mu.Lock()
	if urgent {
		l.urgent = append(l.urgent, mine)
	} else {
		l.topics = append(l.topics, mine)
	}
	l.mu.Unlock()
	if ahead := slot.Sub(now); ahead > 0 {
		time.AfterFunc(ahead, func() { l.give(slot) })
	} else {
		l.give(slot)
	}
	return <-mine
}

func (l *line) give(slot time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	from := &l.topics
	if len(l.urgent) > 0 {
		from = &l.urgent
	}
	(*from)[0] <- slot
	*from = (*from)[1:]
}
