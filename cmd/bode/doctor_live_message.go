package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi"
)

const testMessage = "message to the tester"

// codeWindow is the platform's for a person who did not write within 24 hours.
const codeWindow = 131047

// errWindow says that only an approved template may go now.
var errWindow = errors.New("24-hour window is closed")

// message sends one fixed text to a tester, and looks at what becomes of it.
// It goes past the outbox on purpose: that is for residents, and a tester who
// asks for this at the command line has no row there. heard tells whether the
// running service can be asked for the status.
func (o *outside) message(ctx context.Context, heard bool) {
	if !heard {
		o.say(note(testMessage, "not sent: its status could not be heard of", "mend first what is wrong above"))
		return
	}
	text := bot.Reply{Text: bot.Hide("Dit is een testbericht van " + o.c.Municipality.Name + ". U hoeft niets te doen.")}
	found, err := o.trial(ctx, text)
	if errors.Is(err, errWindow) {
		fmt.Fprintln(o.progress, "the tester did not write within 24 hours: a template is tried")
		o.byTemplate(ctx)
		return
	}
	o.outcome(testMessage, found, err)
}

// byTemplate sends the first usable template with its own examples.
func (o *outside) byTemplate(ctx context.Context) {
	const write = "let the tester write something to the number first, then give this command again"
	all, err := o.matchedTemplates(ctx)
	for _, m := range all {
		if err != nil || m.ours == nil || !m.usable() {
			continue
		}
		reply := bot.Reply{Template: &bot.Template{Name: m.name, Language: m.language}}
		for _, sample := range m.ours.Sample {
			reply.Template.Parameters = append(reply.Template.Parameters, bot.Hide(sample))
		}
		found, err := o.trial(ctx, reply)
		o.outcome(testMessage+", by template "+m.name+" with its examples", found, err)
		return
	}
	o.say(wrong(testMessage, "the tester did not write within 24 hours, and no template is approved", write))
}

func (o *outside) outcome(what, found string, err error) {
	var failure *bot.SendError
	switch {
	case err == nil:
		o.say(good(what, found))
	case errors.Is(err, errWindow):
		o.say(wrong(what, "the platform takes nothing outside the 24 hours", "let the tester write something to the number first, then give this command again"))
	case !errors.As(err, &failure):
		o.say(wrong(what, err.Error(), "see that the tester's phone is on; if it got the message, the status does not come back: look at the subscription and the address above"))
	case failure.Class == bot.SendRecipient, failure.Class == bot.SendOptedOut:
		o.say(wrong(what, failure.Cause, "see that the number is right, has WhatsApp and did not block yours; then choose another tester"))
	default:
		o.say(o.unanswered(what, err))
	}
}

// trial sends and waits for the status, and tells how long that took.
func (o *outside) trial(ctx context.Context, reply bot.Reply) (found string, err error) {
	probe := probeID(o.key)
	began := time.Now()
	to := bot.Contact{Channel: cloudapi.Channel, Account: o.api.PhoneNumberID, External: bot.Hide(o.flags.tester()), Phone: bot.Hide(o.flags.tester())}
	if _, err := o.client.Send(ctx, bot.Send{ID: probe, To: to, Reply: reply}); err != nil {
		return "", window(err)
	}
	fmt.Fprintln(o.progress, "the platform took the test message; waiting for its status")
	state, err := o.status(ctx, probe, began)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s after %v", state, time.Since(began).Round(100*time.Millisecond)), nil
}

func window(err error) error {
	var failure *bot.SendError
	if errors.As(err, &failure) && failure.Class == bot.SendWindow {
		return errWindow
	}
	return err
}

// status asks the running service, through the public address, until the
// message was delivered or failed. Several processes share the statuses, so
// that one which knows nothing is no answer.
func (o *outside) status(ctx context.Context, probe bot.ID, began time.Time) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, o.flags.Within)
	defer cancel()
	every := o.flags.every
	if every <= 0 {
		every = time.Second
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	client, last := o.httpClient(0, 0), ""
	for {
		answer, _, err := o.echo(ctx, client, probe, 0)
		if err == nil && answer.State != "" && answer.State != last {
			last = answer.State
			fmt.Fprintf(o.progress, "%s after %v\n", last, time.Since(began).Round(100*time.Millisecond))
		}
		switch {
		case answer.State == string(bot.StatusDelivered) || answer.State == string(bot.StatusRead):
			return answer.State, nil
		case answer.State == string(bot.StatusFailed) && answer.Code == codeWindow:
			return "", errWindow
		case answer.State == string(bot.StatusFailed):
			return "", cloudapi.Classify(answer.Code)
		}
		select {
		case <-ctx.Done():
			return "", late(last, o.flags.Within)
		case <-tick.C:
		}
	}
}

func late(last string, limit time.Duration) error {
	if last == "" {
		return fmt.Errorf("no status came within %v", limit)
	}
	return fmt.Errorf("it is %s, but not delivered within %v", last, limit)
}
