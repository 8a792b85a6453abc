package flow

import (
	"fmt"
	"path"
	"regexp"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/gemeentebode/bode/bot/text"
)

func (w *flowReader) notification(i int, f *notificationTOML) Notification {
	at := fmt.Sprintf("notifications.%d", i)
	if f.Name != "" && !plainName.MatchString(f.Name) {
		w.fault(at+".name", "bad-name", fmt.Sprintf("Een bericht kan niet %q heten. Gebruik kleine letters, cijfers en _.", f.Name),
			fmt.Sprintf("A notification cannot be called %q. Use small letters, digits and _.", f.Name))
	}
	w.schedule(at+".schedule", f.Schedule)
	out := Notification{
		Name: f.Name, Topic: f.Topic, Schedule: f.Schedule, Audience: f.Audience, Template: f.Template,
		Text: w.text(at+".text", w.name+".notification."+f.Name+".text", f.Text), UselessAfter: f.UselessAfter, SkipsHolidays: f.Holidays == "skip", Pace: f.Pace,
	}
	if f.Correction != "" {
		out.Correction = w.text(at+".correction", w.name+".notification."+f.Name+".correction", f.Correction)
	}
	out.QuietFrom, out.QuietTo = w.quiet(at+".quiet", f.Quiet)
	if f.Pace < 0 || f.Pace > 1000 {
		w.fault(at+".pace", "bad-pace", fmt.Sprintf("%v kan geen tempo zijn. Schrijf hoeveel berichten er per seconde mogen: 0,5 tot 1000.", f.Pace),
			fmt.Sprintf("%v cannot be a pace. Write how many messages a second there may be: 0.5 to 1000.", f.Pace))
	}
	if f.UselessAfter != "" && !dayTime(f.UselessAfter) {
		w.fault(at+".useless_after", "bad-time", fmt.Sprintf(`%q is geen tijd. Schrijf bijvoorbeeld "07:30".`, f.UselessAfter),
			fmt.Sprintf(`%q is no time. Write for instance "07:30".`, f.UselessAfter))
	}
	return out
}

func (w *flowReader) quiet(path, written string) (from, to string) {
	from, to, ok := strings.Cut(written, "-")
	if written != "" && (!ok || !dayTime(from) || !dayTime(to) || from == to) {
		w.fault(path, "bad-quiet", fmt.Sprintf(`%q zijn geen stille uren. Schrijf bijvoorbeeld "21:00-08:00".`, written),
			fmt.Sprintf(`%q are no quiet hours. Write for instance "21:00-08:00".`, written))
	}
	return from, to
}

func dayTime(s string) bool {
	minutes, ok := clock(s)
	return ok && minutes < 24*60
}

// schedule refuses what robfig/cron cannot read, what never comes, and the
// hour from 02:00 to 03:00: it is skipped when summer time begins and happens
// twice when it ends (Europe/Amsterdam).
func (w *flowReader) schedule(path, written string) {
	if written == "" {
		return
	}
	spec, err := parseSchedule(written)
	switch {
	case err != nil:
		w.fault(path, "bad-schedule", fmt.Sprintf(`%q is geen moment. Schrijf minuut, uur, dag, maand en weekdag: "0 19 * * *" is elke dag om 19.00 uur.`, written),
			fmt.Sprintf(`%q is no moment. Write minute, hour, day, month and weekday: "0 19 * * *" is every day at 19:00.`, written))
	case spec.Hour&(1<<2) != 0:
		w.fault(path, "schedule-clock-change", "Tussen 02:00 en 03:00 verspringt de klok twee keer per jaar. Kies een ander uur.",
			"Between 02:00 and 03:00 the clock changes twice a year. Choose another hour.")
	case spec.Next(time.Date(2026, 1, 1, 0, 0, 0, 0, w.zone)).IsZero():
		w.fault(path, "schedule-never", "Deze dag komt nooit voor.", "This day never comes.")
	}
}

// parseSchedule recovers because robfig/cron panics on some specs that hold a
// zone (v3.0.1); ours hold none.
func parseSchedule(written string) (spec *cron.SpecSchedule, err error) {
	defer func() {
		if recover() != nil {
			err = fmt.Errorf("schedule %q cannot be read", written)
		}
	}()
	if strings.Contains(written, "=") {
		return nil, fmt.Errorf("schedule %q has a zone of its own", written)
	}
	parsed, err := cron.ParseStandard(written)
	if err != nil {
		return nil, fmt.Errorf("schedule: %w", err)
	}
	spec, ok := parsed.(*cron.SpecSchedule)
	if !ok {
		return nil, fmt.Errorf("schedule %q is an interval", written)
	}
	return spec, nil
}

// noticeOrigin is the triple by which CAP 1.2 refers to a warning.
var noticeOrigin = regexp.MustCompile(`^[^ ,]+,[^ ,]+,[0-9]{4}-[0-9]{2}-[0-9]{2}T[^ ,]+$`)

// noticeName is what a notice can be called. A dot is in the names of jobs
// ("afval.herinnering") and of corrections: a notice is never taken for one.
var noticeName = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,99}$`)

var postcode4 = regexp.MustCompile(`^[1-9][0-9]{3}$`)

// notice reads a file of flows/notices.
func (l *loading) notice(file string, data []byte) {
	r := newReader(l, file, data)
	var f noticeTOML
	r.into(&f)
	name := strings.TrimSuffix(path.Base(file), ".toml")
	if !noticeName.MatchString(name) {
		l.whole(file, "bad-name", fmt.Sprintf("een bericht kan niet %q heten. Gebruik voor de naam van het bestand kleine letters, cijfers, - en _", name),
			fmt.Sprintf("a notice cannot be called %q. Use small letters, digits, - and _ for the name of the file", name))
	}
	for i, area := range f.Areas {
		if !postcode4.MatchString(area) {
			r.fault(fmt.Sprintf("areas.%d", i), "bad-area", fmt.Sprintf("%q is geen postcode van vier cijfers", area), fmt.Sprintf("%q is not a postcode of four digits", area))
		}
	}
	for i, origin := range f.Origin {
		if !noticeOrigin.MatchString(origin) {
			r.fault(fmt.Sprintf("origin.%d", i), "bad-origin", fmt.Sprintf("%q is geen herkomst zoals een feed die geeft: afzender,kenmerk,tijd", origin), fmt.Sprintf("%q is no origin as a feed gives it: sender,identifier,time", origin))
		}
	}
	r.https("source", f.Source) // often another organisation: KNMI, RIVM
	l.bundle.Notices = append(l.bundle.Notices, Notice{
		Name: name, Topic: f.Topic, Title: f.Title, Template: f.Template, Source: f.Source, Areas: f.Areas,
		From: f.ValidFrom.Time, Until: r.until(&f), Urgent: f.Urgency == "urgent", Text: r.noticeText(name, &f),
	})
	if topics := l.bundle.Shared.Topics; f.Topic != "" && topics[f.Topic] == nil && !l.broken[sharedFile] {
		meant := near(f.Topic, sortedKeys(topics))
		r.fault("topic", "unknown-topic", fmt.Sprintf("Het onderwerp %q bestaat niet in bode.toml.%s", f.Topic, meantDutch(meant)),
			fmt.Sprintf("There is no topic %q in bode.toml.%s", f.Topic, meantEnglish(meant)))
	}
}

// until is the instant at which a notice is over: the end of its last day.
func (r *reader) until(f *noticeTOML) time.Time {
	until := f.ValidUntil.Time
	if f.ValidUntil.wholeDay {
		until = until.AddDate(0, 0, 1)
	}
	if !until.IsZero() && !f.ValidFrom.IsZero() && !until.After(f.ValidFrom.Time) {
		r.fault("valid_until", "until-before-from", "dit bericht is al voorbij voordat het begint", "this notice is over before it begins")
	}
	return until
}

func (r *reader) noticeText(name string, f *noticeTOML) *text.Text {
	must := []string{dutch}
	if f.Urgency == "urgent" {
		must = append(must, "en")
	}
	return r.inline("text", "notice."+name, f.Text, must...)
}
