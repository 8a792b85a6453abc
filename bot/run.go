package bot

import "time"

// RunKind says what a run comes from.
type RunKind string

// The closed list; the schema holds the same one.
const (
	RunJob        RunKind = "job"        // a moment of a notification's schedule
	RunNotice     RunKind = "notice"     // an approved notice
	RunCorrection RunKind = "correction" // to those who got a message that no longer holds
)

// RunState is how far a run is.
type RunState string

// The closed list; the schema holds the same one. Rows are claimed while Sending.
const (
	RunSelecting RunState = "selecting" // residents are being chosen
	RunSending   RunState = "sending"
	RunPaused    RunState = "paused"  // by a colleague; goes on when resumed
	RunStopped   RunState = "stopped" // by itself: errors, quality, opt-outs; a colleague decides
	RunDone      RunState = "done"    // nothing waits any more, or it is useless by now
)

// Run is one sending of one notification. All instants are written down when
// it begins; what is said is rendered when each message is claimed.
type Run struct {
	ID      ID
	Account string
	Kind    RunKind
	Job     string    // "afval.herinnering", "2026-07-hitte"; with Account and Due it names the run
	Due     time.Time // the scheduled moment
	Since   time.Time // the scheduled moment before it; zero: there was none
	Topic   string
	Bundle  string // hash of the bundle that it was rehearsed and is rendered with

	Template   string   // "": nothing goes outside the 24-hour window
	Areas      []string // four digits of a postcode; empty: every subscriber
	NotBefore  time.Time
	Useless    time.Time // from here on it is not sent
	QuietFrom  time.Time // quiet hours between NotBefore and Useless; both zero: none
	QuietUntil time.Time
	Urgent     bool // goes before other runs
	Room       int  // how many may still be claimed: the first ones are watched before the rest goes; below 0: all

	State    RunState
	Reason   string // why paused or stopped
	Corrects ID     // RunCorrection: the run whose receivers hear it
}

// Subscriber is a resident with a standing consent for a topic, and what each
// of their subscriptions to it is about. It never leaves the process.
type Subscriber struct {
	Resident  ID
	Language  string // of the newest subscription
	About     []Value
	Postcode4 []string
}

// Outgoing is what a claimed notification is rendered from.
type Outgoing struct {
	Run        Run
	To         Subscriber
	WindowOpen bool // free text may be sent; else the template
}

// TemplateStatus is what the platform last said of a message template.
type TemplateStatus struct {
	Name, Language string
	Status         string // APPROVED, PENDING, REJECTED, PAUSED, DISABLED and what comes next
	Category       string // UTILITY; anything else is not used
}
