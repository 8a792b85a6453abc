package notify

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// Notice is an editor's notice as it would be pushed.
type Notice struct {
	Name     string `json:"-"` // of its file
	Topic    string
	Title    string
	Template string
	Source   string
	From     time.Time
	Until    time.Time // exclusive
	Areas    []string  // four digits of a postcode; empty: every subscriber
	Urgent   bool
	Night    string            // why it may not come in quiet hours though it is urgent; "": it may
	Words    map[string]string // by language, as the editor wrote them
	Fixed    map[string]string // by language, the words of the template around them
}

// Content is a hash of what is said, to whom and until when: with anything
// else than its name changed, it is to be rehearsed and approved anew.
func (n Notice) Content() string {
	data, err := json.Marshal(n)
	if err != nil {
		panic(err) // strings and instants only
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// PassesQuiet tells whether it is sent in quiet hours too.
func (n Notice) PassesQuiet() bool { return n.Urgent && n.Night == "" }

// Run gives the run that pushes it from now on.
func (n Notice) Run(account, bundle string, now time.Time, quiet Quiet) bot.Run {
	now = now.UTC().Truncate(time.Microsecond) // as precise as both databases are
	run := bot.Run{Account: account, Kind: bot.RunNotice, Job: n.Name, Due: now, Topic: n.Topic, Bundle: bundle, Template: n.Template,
		Areas: n.Areas, NotBefore: now, Useless: n.Until.UTC(), Urgent: n.Urgent}
	if n.From.After(now) {
		run.NotBefore = n.From.UTC()
	}
	if !n.PassesQuiet() {
		quiet.hold(&run)
	}
	return run
}

// correctedFor is how long a withdrawn notice is corrected at most: those who
// were on their way are found in the first minutes, the rest is for a
// messaging limit that spreads it over days.
const correctedFor = 7 * 24 * time.Hour

// correctionOf gives the run that tells those who got a notice that it no longer holds.
func correctionOf(of bot.Run, now time.Time, quiet Quiet) bot.Run {
	run := of
	run.Kind, run.Corrects, run.Job, run.Room, run.NotBefore = bot.RunCorrection, of.ID, CorrectionOf(of.Job), -1, now.UTC()
	run.Template = of.Template + CorrectionTemplate
	if last := now.Add(correctedFor); last.Before(run.Useless) {
		run.Useless = last.UTC()
	}
	through := of.Urgent && of.QuietFrom.IsZero() && of.NotBefore.Equal(of.Due) // what came at night is taken back at night
	run.QuietFrom, run.QuietUntil = time.Time{}, time.Time{}
	if !through {
		quiet.hold(&run)
	}
	return run
}

// Quiet are hours in which no notice is sent, every day, in the local time of
// Europe/Amsterdam. The zero value: there are none.
type Quiet struct{ timing Timing }

// ReadQuiet reads quiet hours ("21:00", "08:00"); both empty: none.
func ReadQuiet(from, until string) (Quiet, error) {
	if from == "" && until == "" {
		return Quiet{}, nil
	}
	t, err := ReadTiming("0 12 * * *", from, until, "00:00")
	return Quiet{t}, err
}

// Next gives the quiet hours that an instant is in, else the next ones; both
// zero when there are none.
func (q Quiet) Next(at time.Time) (from, until time.Time) {
	if q.timing.amsterdam == nil {
		return from, until
	}
	for _, s := range q.timing.quietAround(at) {
		if s.until.After(at) {
			return s.from, s.until
		}
	}
	return from, until
}

// hold keeps a run out of the quiet hours. From the first of them on it stays
// quiet until Nights lets the next day in: a process that was away for days
// then sends nothing in a night that it did not know of.
func (q Quiet) hold(run *bot.Run) {
	from, until := q.Next(run.NotBefore)
	if from.IsZero() {
		return
	}
	if !from.After(run.NotBefore) {
		run.NotBefore = until
		from, _ = q.Next(until)
	}
	if from.Before(run.Useless) {
		run.QuietFrom, run.QuietUntil = from, run.Useless
	}
}
