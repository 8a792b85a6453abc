package notify

import (
	"context"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// Store keeps runs and the rows of those who hear them. Every method is one
// transaction, so that of several processes one does each thing.
type Store interface {
	// BeginRun writes a run down; began is false when it stands already.
	BeginRun(ctx context.Context, now time.Time, r bot.Run) (run bot.Run, began bool, err error)
	LastRun(ctx context.Context, account, job string) (run bot.Run, found bool, err error)
	Run(ctx context.Context, id bot.ID) (run bot.Run, found bool, err error)
	Runs(ctx context.Context, account string, all bool, limit int) ([]bot.Run, error)
	SetRun(ctx context.Context, now time.Time, id bot.ID, to bot.RunState, reason string, from ...bot.RunState) (moved bool, err error)

	// HoldRun takes the selection of a run; Enqueue and EnqueueAll note each
	// page of it, and give bot.ErrTokenGone when it is another's or is paused.
	HoldRun(ctx context.Context, now time.Time, account string, lease time.Duration) (held bot.Selection, found bool, err error)
	Subscribers(ctx context.Context, run bot.Run, after bot.ID, limit int) (list []bot.Subscriber, next bot.ID, err error)
	Enqueue(ctx context.Context, now time.Time, held *bot.Selection, residents []bot.ID, looked int, next bot.ID) (added int, err error)
	EnqueueAll(ctx context.Context, now time.Time, held *bot.Selection, chunk int) (added int, done bool, err error)

	// EndPast ends subscriptions whose message never comes any more.
	EndPast(ctx context.Context, now time.Time, run bot.Run, to bot.Subscriber, about []bot.Value) error

	// Receivers are those who got a run's message and still stand subscribed as they did then.
	Receivers(ctx context.Context, run bot.Run, after bot.ID, limit int) (list []bot.Receiver, next bot.ID, err error)
	Receiver(ctx context.Context, run bot.Run, resident bot.ID) (r bot.Receiver, found bool, err error)

	// Unreached are those whom the run that a fallback stands in for could not
	// reach, who agreed to both topics and have no row of the fallback yet.
	Unreached(ctx context.Context, fallback bot.Run, after bot.ID, limit int) (residents []bot.ID, next bot.ID, err error)

	// WatchRun takes a run to look at how it goes; Conclude notes what follows
	// from it, unless it was moved meanwhile.
	WatchRun(ctx context.Context, now time.Time, account string, lease time.Duration) (held bot.Watched, found bool, err error)
	Conclude(ctx context.Context, now time.Time, held bot.Watched, v bot.Verdict) (kept bool, err error)

	Templates(ctx context.Context, account string) ([]bot.TemplateStatus, error)
	StopTopics(ctx context.Context, now time.Time, account, reason string) error
	TopicsStopped(ctx context.Context, account string) (since time.Time, reason string, err error)
	SendingStopped(ctx context.Context, account string) (reason string, stopped bool, err error)
}

// Job is a notification of a flow.
type Job struct {
	Name      string // "afval.herinnering"
	Topic     string
	Audience  string
	Template  string
	Timing    Timing
	Pace      float64 // most messages a second; 0: as fast as the account may
	Once      bool    // a subscription ends with its message
	Corrected bool    // there are words for when what was told no longer holds
}

// Bundles gives what the editors wrote.
type Bundles interface {
	Live(ctx context.Context) (Bundle, error)
	// At gives the one that was live at an instant; nil when none was, or it
	// cannot be read any more.
	At(ctx context.Context, at time.Time) (Bundle, error)
	Bundle(ctx context.Context, hash string) (Bundle, error)
}

// Bundle is one version of it.
type Bundle interface {
	Hash() string
	Jobs() []Job
	Languages() []string
	// Approved tells whether a template's words, as the platform has them, are
	// those of this bundle: its parameters fit no others.
	Approved(template, language, words string) bool
	// Language gives the language in which a run's text is there: the wanted
	// one, else Dutch.
	Language(run bot.Run, wanted string) string
	// Word gives a run's message: as free text, or by its template with Text as
	// the resident reads it. It says the same at any hour.
	Word(run bot.Run, language string, values map[string]bot.Value, free bool) (bot.Reply, error)
}

// job finds a notification, also that of a correction.
func job(b Bundle, name string) (Job, bool) {
	for _, one := range b.Jobs() {
		if one.Name == name || one.Name+corrected == name {
			return one, true
		}
	}
	return Job{}, false
}
