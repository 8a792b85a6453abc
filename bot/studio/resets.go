package studio

import "sync"

// resets tells its watchers that the clock was set, and whether it still is.
// A slow watcher misses signals, never the last one. The zero value is ready.
type resets struct {
	mu       sync.Mutex
	watchers map[chan struct{}]bool
	count    int
	isSet    bool
}

func (s *resets) watch() (changed <-chan struct{}, stop func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.watchers == nil {
		s.watchers = map[chan struct{}]bool{}
	}
	c := make(chan struct{}, 1)
	s.watchers[c] = true
	return c, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.watchers, c)
	}
}

func (s *resets) set(to bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.isSet = to
	s.count++
	for c := range s.watchers {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

// now gives whether the clock is set, and how often that changed.
func (s *resets) now() (isSet bool, count int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.isSet, s.count
}
