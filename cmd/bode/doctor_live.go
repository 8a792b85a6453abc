package main

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi"
)

// liveFlags are those of bode doctor --live.
type liveFlags struct {
	Live    bool          `help:"Also ask the platform, and come in through the public address as it does."`
	Fix     bool          `help:"With --live: subscribe to the account's webhooks when that is missing."`
	Message string        `help:"With --live: send a test message to this tester and see it delivered." placeholder:"+31…"`
	Within  time.Duration `help:"How long a test message may take." default:"60s"`

	roots *x509.CertPool // of the public address; nil: the system's
	every time.Duration  // between two looks for a status; 0: a second
}

func (f *liveFlags) live() bool { return f.Live || f.Fix || f.Message != "" }

// checkFlags keeps a test message from going to anybody but a tester.
func (f *liveFlags) checkFlags(c *config) error {
	if f.Message == "" || slices.Contains(c.Service.Testers, f.tester()) {
		return nil
	}
	return failure{exitUse, errors.New("--message: this number does not stand under [service] testers; only a tester gets a test message")}
}

// tester is the number of --message as [service] testers has it.
func (f *liveFlags) tester() string {
	return strings.TrimPrefix(strings.NewReplacer(" ", "", "-", "").Replace(f.Message), "+")
}

// outside looks at an installation from without.
type outside struct {
	flags    liveFlags
	c        *config
	api      cloudapi.Config
	client   *cloudapi.Client
	key      []byte // that the running service proves itself with
	report   *report
	progress io.Writer
}

// examineLive asks the platform, then comes in as it does.
func (d *doctorCmd) examineLive(ctx context.Context, c *config, r *report, std streams) {
	api, err := c.cloudAPI()
	keys, keyErr := c.keyring()
	if err != nil || keyErr != nil {
		r.say(note("the platform and the public address", "not looked at", "mend first what is wrong above, then give the command again"))
		return
	}
	o := &outside{flags: d.liveFlags, c: c, api: api, client: cloudapi.NewClient(api), key: echoKey(keys), report: r, progress: std.err}
	defer o.client.Close()
	if o.platform(ctx) {
		o.templates(ctx)
	}
	heard := o.publicAddress(ctx)
	if d.Message != "" {
		o.message(ctx, heard)
	}
}

func (o *outside) say(l ...remark) { o.report.say(l...) }

// provider tells that a Solution Provider's servers stand between us and the
// platform, and answer for it.
func (o *outside) provider() bool {
	return o.api.ByKey() || !o.api.Own() && !ownMachine(o.api.BaseURL)
}

// whom names who knows about account and token.
func (o *outside) whom() string {
	if o.c.Programme.Provider != "" {
		return o.c.Programme.Provider
	}
	return "your provider"
}

// unanswered is the line of a question that failed.
func (o *outside) unanswered(what string, err error) remark {
	var failure *bot.SendError
	switch {
	case o.provider() && cloudapi.NotOffered(err):
		return note(what, "not told by this provider", "ask "+o.whom()+", or look on its pages")
	case !errors.As(err, &failure):
		return wrong(what, err.Error(), "try again in a few minutes")
	case failure.Class == bot.SendStop && missesPermission(failure.Code):
		return wrong(what, failure.Cause, "ask "+o.whom()+" for a token with "+cloudapi.ScopeMessaging+" and "+cloudapi.ScopeManagement+", and put it in [channel.cloudapi] token_file")
	case failure.Class == bot.SendStop && failure.Code == 100:
		return wrong(what, "the platform has no such number or account for this token", "compare phone_number_id and waba_id with the provider's letter")
	case failure.Class == bot.SendStop:
		return wrong(what, failure.Cause, "ask "+o.whom()+" for a valid token, put it in [channel.cloudapi] token_file and start bode serve again; compare base_url and version with the letter too")
	case failure.Class == bot.SendRetry && failure.Code != 0, failure.Class == bot.SendUnknown:
		return wrong(what, failure.Cause, "try again in a few minutes; if it stays, ask "+o.whom())
	case failure.Class == bot.SendRetry:
		return wrong(what, failure.Cause, "ask your network colleague: this machine must reach "+hostOf(o.api.BaseURL)+" over https, past any web filter (or set HTTPS_PROXY); compare base_url and version with the provider's letter")
	}
	return wrong(what, fmt.Sprintf("%s (code %d)", failure.Cause, failure.Code), "ask "+o.whom()+" what this code means")
}

// missesPermission are the platform's codes for a token that may not do this.
func missesPermission(code int) bool {
	return code == 3 || code == 10 || code == 131005 || code >= 200 && code <= 299
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return "another address"
	}
	return u.Host
}

func ownMachine(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() == "localhost" || err == nil && ip.IsLoopback()
}
