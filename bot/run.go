package bot

import "time"

// RunKind says what a run comes from.
type RunKind string

// The closed list; the schema holds the same one.
const (
	RunJob        RunKind = "job"        // a moment of a notification's schedule
	RunNotice     RunKind = "notice"     // an approved notice
	RunCorrection RunKind = "correction" // to those who got a message that no longer holds
	RunFallback   RunKind = "fallback"   // by another channel, to those whom a run could not reach
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
	Corrects ID     // RunCorrection: the run whose receivers hear it; RunFallback: the one that did not reach them
}

// Subscriber is a resident with a standing consent for a topic, and what each
// of their subscriptions to it is about. It never leaves the process.
type Subscriber struct {
	Resident  ID
	Language  string // of the newest subscription
	About     []Value
	Postcode4 []string
}

// Subscribed tells whether a consent for the topic stands.
func (s Subscriber) Subscribed() bool { return len(s.Postcode4) > 0 }

// Outgoing is what a claimed notification is rendered from. A fallback says
// what the run that it stands in for says: Run is that one, and To how the
// resident stands to its topic.
type Outgoing struct {
	Run        Run
	To         Subscriber
	WindowOpen bool    // free text may be sent, as always by a fallback; else the template
	Template   string  // the language in which the template is approved: theirs, else Dutch
	Approved   string  // the template's words as the platform has them; "": not known
	Ends       []Value // set when it is worded: what the subscriptions are about that have had their use with it
}

// Selection is the right to select for a run, of one process for a while, and
// how far the selection came.
type Selection struct {
	Run   Run
	Token ID
	Lease time.Duration // from each page on
	After ID            // residents up to here were looked at
}

// Tally is what became of a run, in numbers. Each message counts once, by what
// was last heard of it.
type Tally struct {
	LookedAt  int            `json:"looked_at"` // subscribers, when residents were selected
	Selected  int            `json:"selected"`  // those with something to hear
	Waiting   int            `json:"waiting,omitempty"`
	OnWay     int            `json:"on_way,omitempty"` // claimed, the end is not known yet
	Sent      int            `json:"sent,omitempty"`   // and nothing heard since
	Delivered int            `json:"delivered,omitempty"`
	Read      int            `json:"read,omitempty"`
	Failed    map[string]int `json:"failed,omitempty"`    // by class
	LeftOut   map[string]int `json:"left_out,omitempty"`  // by reason: nothing, stale, withdrawn, late, unknown
	Withdrawn int            `json:"withdrawn,omitempty"` // ended their consent before their turn came
	OptedOut  int            `json:"opted_out,omitempty"` // ended it within a day after
	Erased    int            `json:"erased,omitempty"`    // said STOP later on, and left no row
	LastClaim time.Time      `json:"last_claim,omitzero"`
}

// Told is how many got it, as far as the platform says.
func (t Tally) Told() int { return t.Sent + t.Delivered + t.Read }

// Refused is how many could not be reached.
func (t Tally) Refused() int { return total(t.Failed) }

// Begun is how many were claimed, whatever became of it.
func (t Tally) Begun() int { return t.Told() + t.Refused() + t.OnWay + total(t.LeftOut) }

func total(counts map[string]int) (n int) {
	for _, count := range counts {
		n += count
	}
	return n
}

// Report is what is kept of a run, for longer than the rows of its messages.
type Report struct {
	Tally
	// What a colleague saw when it stopped and let pass by resuming: the tally
	// of that moment, and the templates that were not in order.
	Passed    *Tally    `json:"passed,omitempty"`
	Templates []string  `json:"templates,omitempty"`
	Opened    bool      `json:"opened,omitempty"` // the first ones went well
	Looked    time.Time `json:"looked,omitzero"`  // RunCorrection, RunFallback: when it was last looked who is to hear it
}

// Verdict is what a look at a run concludes.
type Verdict struct {
	State  RunState
	Reason string
	Room   *int // how many more may be claimed, below 0: all; nil: as it is
	Report Report
	Next   time.Time // when to look again
}

// Watched is a run that one process looks at: how it goes, and what was kept of it.
type Watched struct {
	Run    Run
	Token  ID
	Now    Tally
	Report Report
}

// Receiver is somebody who got a run's message and still stands subscribed, as
// they did then: who, and what they were told, where that is known.
type Receiver struct {
	Subscriber
	Told Private
}

// TemplateStatus is what the platform last said of a message template.
type TemplateStatus struct {
	Name, Language string
	Status         string // APPROVED, PENDING, REJECTED, PAUSED, DISABLED and what comes next; or one of ours
	Category       string // UTILITY; anything else is not used
	Body           string // the text as the platform has it, with {{1}}; "" where that is not known
}

// What a template must be to be used, and what we ourselves say of one.
const (
	TemplateApproved = "APPROVED"
	TemplateUtility  = "UTILITY"
	TemplateDiffers  = "DIFFERS" // approved, with other words than the live flows have: it would say the wrong thing
	TemplateGone     = "GONE"    // the platform no longer has it
)

// Usable tells whether the template may be sent.
func (t TemplateStatus) Usable() bool {
	return t.Status == TemplateApproved && t.Category == TemplateUtility
}
