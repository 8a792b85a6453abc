package engine

import "github.com/gemeentebode/bode/bot/flow"

// Watch is told of each move that a conversation makes: the flow, the state it
// left, the event, and the state that the machine gave. A flow that begins is
// the event "start" from no state. An answer that was not understood is
// "invalid" from a state to itself. It is for counting what dialogues visit:
// nothing of a resident passes by, and no service has one.
type Watch func(flow, from, event, to string)

// Watched makes an engine that tells of its moves. Steps call watch from their
// own goroutine.
func (e *Engine) Watched(watch Watch) *Engine {
	watched := *e
	watched.watch = watch
	return &watched
}

// sees tells the watch, where there is one.
func (e *Engine) sees(flow, from, event, to string) {
	if e.watch != nil {
		e.watch(flow, from, event, to)
	}
}

// misunderstood tells the watch that a question stays, where the flow has no
// way of its own for that: the machine is not asked then.
func (t *turn) misunderstood(s *flow.State) {
	if s.Kind == flow.Ask && s.On["invalid"] == "" {
		t.sees(t.c.top().flow, s.Name, "invalid", s.Name)
	}
}
