package fakegraph

import (
	"sort"
	"sync"
	"time"
)

// Clock is a clock that stands still until it is moved, for tests: give its
// Now and After to a Config.
type Clock struct {
	mu    sync.Mutex
	now   time.Time
	calls []call
}

type call struct {
	at time.Time
	f  func()
}

// NewClock makes a clock that stands at now.
func NewClock(now time.Time) *Clock { return &Clock{now: now} }

// Now is where the clock stands.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// After has f called by the Advance that reaches now+d.
func (c *Clock) After(d time.Duration, f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls = append(c.calls, call{c.now.Add(d), f})
}

// Advance moves the clock, and calls what is due in order, each at its own
// moment and one after another.
func (c *Clock) Advance(d time.Duration) {
	end := c.Now().Add(d)
	for {
		next, due := c.next(end)
		if !due {
			return
		}
		next.f()
	}
}

// next takes the earliest call up to end and sets the clock to it, or to end.
func (c *Clock) next(end time.Time) (call, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	sort.SliceStable(c.calls, func(i, j int) bool { return c.calls[i].at.Before(c.calls[j].at) })
	if len(c.calls) == 0 || c.calls[0].at.After(end) {
		c.now = end
		return call{}, false
	}
	first := c.calls[0]
	c.calls = c.calls[1:]
	if first.at.After(c.now) {
		c.now = first.at
	}
	return first, true
}
