package bot

import "time"

// Bubble is one message as it stands on a phone's screen: the resident's own
// (Mine), or ours. Only the simulator has screens; on WhatsApp the resident's
// phone does.
type Bubble struct {
	ID      string
	At      time.Time
	Mine    bool
	Message Message // Mine
	Reply   Reply   // ours
	Read    bool    // Mine: we have read it
}
