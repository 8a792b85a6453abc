package cloudapi

import (
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// refusedEvery is how often the log tells of requests that are refused for the
// same reason: anybody can send as many as they like.
const refusedEvery = time.Second

// refusals counts what the log did not tell.
type refusals struct {
	mu   sync.Mutex
	told map[string]time.Time // by reason
	held map[string]int
}

// tell says whether to write a line now, and how many were held back before it.
func (r *refusals) tell(why string, now time.Time) (held int, yes bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now.Sub(r.told[why]).Abs() < refusedEvery {
		r.held[why]++
		return 0, false
	}
	if r.told == nil {
		r.told, r.held = map[string]time.Time{}, map[string]int{}
	}
	held = r.held[why]
	r.told[why], r.held[why] = now, 0
	return held, true
}

func (h *Webhook) refuse(w http.ResponseWriter, code int, why string) {
	if held, yes := h.refused.tell(why, h.Now()); yes {
		h.log(slog.LevelWarn, "webhook refused", "status", code, "why", why, "more", held)
	}
	http.Error(w, why, code)
}
