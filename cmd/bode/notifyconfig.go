package main

import (
	"strings"

	"github.com/gemeentebode/bode/bot/notify"
)

func (c *config) defaultNotify() {
	l := notify.DefaultLimits()
	c.Notify.First, c.Notify.FirstPercent, c.Notify.FirstMost = l.First, 100*l.FirstPart, l.FirstMost
	c.Notify.FailedPercent, c.Notify.OptedOutPercent = 100*l.Failed, 100*l.OptedOut
	c.Notify.Quiet, c.Notify.Prices.Currency = "21:00-08:00", "EUR"
}

// quiet are the hours in which no notice is sent.
func (c *config) quiet() (notify.Quiet, error) {
	from, until, _ := strings.Cut(c.Notify.Quiet, "-")
	return notify.ReadQuiet(from, until)
}

// limits are when a notification stops by itself.
func (c *config) limits() notify.Limits {
	l := notify.DefaultLimits()
	l.First, l.FirstPart, l.FirstMost = c.Notify.First, c.Notify.FirstPercent/100, c.Notify.FirstMost
	l.Failed, l.OptedOut = c.Notify.FailedPercent/100, c.Notify.OptedOutPercent/100
	return l
}

func (c *config) checkNotify(say func(bad bool, format string, args ...any)) {
	say(c.Service.MessagingLimit < 0, "[service] messaging_limit is %d: choose what the platform gave you, such as 250, or 0 for no limit", c.Service.MessagingLimit)
	_, err := c.quiet()
	say(err != nil, "[notify] quiet %q: write the hours in which no notice is sent as \"21:00-08:00\", or \"\" for none", c.Notify.Quiet)
	c.Notify.Prices.check(say)
	say(c.Notify.First < 1, "[notify] first is %d: choose 1 or more; 20 is usual", c.Notify.First)
	say(c.Notify.FirstMost < c.Notify.First, "[notify] first_most is %d: choose at least %d, as many as first", c.Notify.FirstMost, c.Notify.First)
	for _, part := range []struct {
		key   string
		value float64
	}{{"first_percent", c.Notify.FirstPercent}, {"failed_percent", c.Notify.FailedPercent}, {"opted_out_percent", c.Notify.OptedOutPercent}} {
		say(!(part.value >= 0 && part.value <= 100), "[notify] %s is %v: choose a part of a hundred, from 0 to 100", part.key, part.value)
	}
}
