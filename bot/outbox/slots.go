package outbox

import (
	"context"
	"slices"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// late gives back a send that can no longer begin in time after its claim, also
// one whose time was over in the line: answers go first for as long as they come,
// and while a notification is claimed its resident gets no answer. A
// farewell, which needs no consent and is never claimed again, always may.
func (o *Outbox) late(ctx context.Context, s bot.Send, over bool) bool {
	late := (over || o.Clock().Sub(s.Claimed) > beginWithin) && s.Reason != bot.ReasonFarewell
	if late {
		o.failed(ctx, s, bot.SendError{Class: bot.SendRetry, Cause: "not begun in time"}, o.Clock())
	}
	return late
}

// inTime waits for a slot, the one that this send brought or an earlier one,
// and for a new one where it was missed: a process that was held up does not
// send at once what it should have sent before. It asks less each time, or a
// machine that cannot keep up would do nothing else. False when it was given back.
func (o *Outbox) inTime(ctx context.Context, s *bot.Send) bool {
	for most := lateBy; ; most *= 2 {
		now := o.Clock()
		left := beginWithin - max(0, now.Sub(s.Claimed)) // a clock that was set back gives no time
		if s.Reason == bot.ReasonFarewell {
			left = beginWithin
		}
		got, ok := o.line.wait(now, s.At, left, s.Reason != bot.ReasonTopic, most > lateBy)
		if o.late(ctx, *s, !ok) {
			return false
		}
		if s.At = got; !ok || o.Clock().Sub(s.At) <= most { // a farewell goes without
			return true
		}
		slot := make(chan time.Time, 1)
		o.missed <- slot
		s.At = <-slot
	}
}

// giveSlots gives all sends that are late together their slots in one statement.
func (o *Outbox) giveSlots(ctx context.Context) {
	for first := range o.missed {
		late := []chan<- time.Time{first}
		for len(o.missed) > 0 { // there is no other reader
			late = append(late, <-o.missed)
		}
		slots, err := o.Store.Slots(ctx, o.Clock().Add(lateBy), o.Account, len(late), o.rate())
		if err != nil {
			o.Log.Error("new slots for sends that are late", "error", err)
			slots = slices.Repeat([]time.Time{o.Clock()}, len(late)) // they were late; that much is over the pace
		}
		for i, slot := range late {
			slot <- slots[i]
		}
	}
}

// rate is how many slots a second has; see lateBy.
func (o *Outbox) rate() float64 { return o.PerSecond / (1 + 2*lateBy.Seconds()) }

// leadMost bounds what is made of a claim that took long: the next one may not.
const leadMost = 20 * time.Millisecond

// took learns from a claim. Its slots begin when it is likely to be over. After
// one that took long and found next to no notifications, they are not asked for
// for a while: it went past all that may not go now, as when the messaging
// limit is used up, and meanwhile no answer was claimed. One alone may be a database
// that was away for a moment; each one more in a row makes the rest longer.
func (o *Outbox) took(begun time.Time, pace Pace, sends []bot.Send) {
	took, topics := time.Since(begun), 0
	o.lead = (3*o.lead + min(took, leadMost)) / 4
	for _, s := range sends {
		if s.Reason == bot.ReasonTopic {
			topics++
		}
	}
	most := min(pace.Topics, int(pace.PerSecond*pace.TopicHorizon.Seconds())+1)
	switch vain := took > slowClaim && topics*8 < most; {
	case pace.Topics > 0 && vain:
		o.topicsRest = time.Now().Add(min(restFor*took, restFirst<<min(o.vain, 6)))
		o.vain++
	case pace.Topics > 0:
		o.vain = 0
	}
}
