package main

import (
	"log/slog"
	"regexp"
	"strings"
	"time"

	"github.com/gemeentebode/bode/store"
)

// shortestWait is the least that may be waited for news of a send: below it,
// a send is repeated while its status is still on the way.
const shortestWait = time.Second

var (
	// A path that is nothing but itself: in others the mux reads methods and wildcards.
	plainPath  = regexp.MustCompile(`^[A-Za-z0-9/._~-]*$`)
	phoneShape = regexp.MustCompile(`^[0-9]{5,15}$`)
)

// mostDays is the longest that anything may be kept: a hundred years.
const mostDays = 36525

// checkRetention finds periods that would destroy everything at once, or never anything.
func (c *config) checkRetention(say func(bad bool, format string, args ...any)) {
	usual := store.DefaultRetention().Kinds()
	for i, kind := range c.Retention.Kinds() {
		say(kind.Configurable() && (kind.Days < 1 || kind.Days > mostDays),
			"%s is %d: choose the number of days, from 1 to %d; %d is usual", kind.Set, kind.Days, mostDays, usual[i].Days)
	}
	say(c.Retention.Contacts < c.Retention.Texts, "[retention] contacts is %d: choose at least %d, as long as texts are kept, because texts go with the contact",
		c.Retention.Contacts, c.Retention.Texts)
}

// checkQuiet finds the mistakes that would not stop the start: they would be
// noticed only by what residents hear, or by who can reach us.
func (c *config) checkQuiet(say func(bad bool, format string, args ...any)) {
	say(!(c.Service.PerSecond >= 1 && c.Service.PerSecond <= 1000), // so that not-a-number is refused too
		"[service] per_second is %v: choose 80, or what the platform raised the number to (at most 1000)", c.Service.PerSecond)
	wait, err := time.ParseDuration(c.Service.UnknownWait)
	say(err != nil || wait < shortestWait, "[service] unknown_wait %q is not a duration such as 10m", c.Service.UnknownWait)
	c.checkNotify(say)
	for i, tester := range c.Service.Testers {
		say(!phoneShape.MatchString(tester), "[service] testers, number %d: write digits with the country code and no plus, such as 31600000000", i+1)
	}
	say(c.Listen.Public == "", "[listen] public is empty: it would listen everywhere, on any port")
	say(c.Listen.Internal == "", "[listen] internal is empty: it would listen everywhere, on any port")
	say(c.Listen.Public == c.Listen.Internal && !strings.HasSuffix(c.Listen.Public, ":0"),
		"[listen] public and internal are both %s: give each a port of its own", c.Listen.Public)
	hook := c.Channel.CloudAPI.Webhook
	say(!plainPath.MatchString(hook.Path), "[channel.cloudapi.webhook] path %q: use letters, digits, / . _ ~ and - only", hook.Path)
	say(hook.SecretFile != "" && hook.PathSecretFile != "",
		"[channel.cloudapi.webhook] both secret_file and path_secret_file are set: leave path_secret_file empty when the provider signs")
	say(!checkExportURL(c.Privacy.ExportURL), "[privacy] export_url %q: write https://, your own name and a path, such as https://www.voorbeeldstad.example/mijn-gegevens", c.Privacy.ExportURL)
	say(strings.HasPrefix("/"+strings.Trim(hook.Path, "/")+"/", c.exportPath()+"/"), "[privacy] export_url has the path of the webhook, %s: give it one of its own", hook.Path)
	var level slog.Level
	say(level.UnmarshalText([]byte(c.Log.Level)) != nil, "[log] level %q: choose debug, info, warn or error", c.Log.Level)
}
