package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi"
)

const (
	// expirySoon is how long before a certificate or token ends somebody should
	// know: a provider takes days.
	expirySoon = 21 * 24 * time.Hour
	// mostAhead is by how much the platform's clock may differ: with more, the
	// 24-hour window ends at another moment there than here.
	mostAhead = 5 * time.Second
)

// platform asks about number and account; false: the platform does not let us in.
func (o *outside) platform(ctx context.Context) bool {
	o.clock(ctx)
	number, err := o.client.Number(ctx)
	if err != nil {
		o.say(o.unanswered("access to the platform", err),
			note("token, number, account, subscription, profile, templates", "not looked at", "get access first"))
		return false
	}
	o.say(good("access to the platform", hostOf(o.api.BaseURL)))
	o.token(ctx)
	o.number(number)
	o.limits(number)
	if o.api.WABAID == "" {
		o.say(wrong("account", "[channel.cloudapi] waba_id is empty", "the provider's letter names it; without it templates and the subscription cannot be looked at"))
	} else {
		o.account(ctx)
		o.subscription(ctx)
	}
	o.destination(number)
	o.storage(ctx)
	o.profile(ctx)
	return true
}

func (o *outside) clock(ctx context.Context) {
	ahead, give, err := o.client.Clock(ctx, time.Now)
	switch {
	case err != nil:
		o.say(note("clock beside the platform's", "the platform did not tell its time", "see the next line"))
	case ahead.Abs() > mostAhead+give:
		o.say(wrong("clock beside the platform's", fmt.Sprintf("differs by about %v", ahead.Abs().Round(time.Second)), "set this machine's clock (NTP), and the database's"))
	default:
		o.say(good("clock beside the platform's", ""))
	}
}

// token tells whether it holds, until when, and what it may do.
func (o *outside) token(ctx context.Context) {
	if o.api.ByKey() { // a key does not belong in the address of a question
		o.say(note("token", "not told by this provider: an API key cannot be asked about", "ask "+o.whom()+" until when it holds"))
		return
	}
	t, err := o.client.Token(ctx)
	if err != nil {
		o.say(o.unanswered("token", err))
		return
	}
	o.say(o.expiry(t))
	var missing []string
	for _, scope := range []string{cloudapi.ScopeMessaging, cloudapi.ScopeManagement} {
		if !slices.Contains(t.Scopes, scope) {
			missing = append(missing, scope)
		}
	}
	if len(missing) > 0 {
		o.say(wrong("what the token may do", "it lacks "+strings.Join(missing, " and "), "ask "+o.whom()+" for a token that has it"))
		return
	}
	o.say(good("what the token may do", "send messages, manage the account"))
}

func (o *outside) expiry(t cloudapi.Token) remark {
	renew := "ask " + o.whom() + " for a token of a system user that does not expire, and put it in [channel.cloudapi] token_file"
	left := time.Until(t.Expires)
	switch {
	case !t.Valid && !t.Expires.IsZero() && left <= 0:
		return wrong("token", "it expired on "+t.Expires.Format(time.DateOnly), renew)
	case !t.Valid:
		return wrong("token", "the platform calls it invalid", renew)
	case t.Expires.IsZero():
		return good("token", "valid, does not expire")
	case left <= expirySoon:
		return wrong("token", fmt.Sprintf("it expires within %d days; one of 24 hours is for trying only", int(left.Hours()/24)+1), renew)
	}
	return note("token", "valid until "+t.Expires.Format(time.DateOnly), "put the date in the calendar, or "+renew)
}

// number tells how our own phone number stands.
func (o *outside) number(n cloudapi.Number) {
	name := cmp.Or(n.Display, "the number")
	switch {
	case n.Status == "":
		o.say(note("number "+name, "its status is not told by this provider", "ask "+o.whom()))
	case n.Status != "CONNECTED":
		o.say(wrong("number "+name, "its status is "+n.Status, "ask "+o.whom()+" to register the number with the Cloud API, or what keeps it back"))
	case n.Platform != "" && n.Platform != "CLOUD_API":
		o.say(wrong("number "+name, "it is registered with "+n.Platform, "ask "+o.whom()+" to register it with the Cloud API"))
	case n.Mode != "" && n.Mode != "LIVE":
		o.say(wrong("number "+name, "it is a number for trying (account_mode "+n.Mode+")", "ask "+o.whom()+" to make it live"))
	default:
		o.say(good("number "+name, "connected"))
	}
	o.say(o.verified(n), o.displayName(n), o.quality(n))
}

func (o *outside) verified(n cloudapi.Number) remark {
	switch n.Verified {
	case "VERIFIED":
		return good("ownership of the number", "verified")
	case "":
		return note("ownership of the number", "not told by this provider", "ask "+o.whom())
	case "EXPIRED":
		return note("ownership of the number", "the code of the verification expired", "nothing, until the number is registered again: then verify it again at "+o.whom())
	}
	return wrong("ownership of the number", n.Verified, "verify the number with the code that it gets by SMS or call, at "+o.whom())
}

func (o *outside) displayName(n cloudapi.Number) remark {
	what := "display name"
	if n.Name != "" {
		what += fmt.Sprintf(" %q", n.Name)
	}
	switch n.NameStatus {
	case "APPROVED", "AVAILABLE_WITHOUT_REVIEW":
		if n.Official {
			return good(what, "approved, official account")
		}
		return good(what, "approved")
	case "":
		return note(what, "not told by this provider", "ask "+o.whom())
	case "PENDING_REVIEW":
		return note(what, "Meta still looks at it", "wait; residents see the number instead until then")
	}
	return wrong(what, n.NameStatus, "choose a name that shows the municipality, and submit it at "+o.whom())
}

func (o *outside) quality(n cloudapi.Number) remark {
	switch n.Quality {
	case "GREEN":
		return good("quality", "green")
	case "", "UNKNOWN", "NA":
		return good("quality", "not rated yet")
	case "YELLOW":
		return note("quality", "yellow: residents reported or blocked messages", "look at whom notifications go to and how often: bode notify list")
	}
	return wrong("quality", strings.ToLower(n.Quality)+": many residents reported or blocked messages", "stop what is not asked for (bode notify pause --all), and ask "+o.whom()+" what was reported")
}

// tiers are the platform's names for unique people outside their 24 hours a day.
var tiers = map[string]int{"TIER_50": 50, "TIER_250": 250, "TIER_1K": 1000, "TIER_2K": 2000, "TIER_10K": 10_000, "TIER_100K": 100_000, "TIER_UNLIMITED": 0}

// limits holds what the platform allows against what we are set to.
func (o *outside) limits(n cloudapi.Number) {
	o.say(o.messagingLimit(n.Tier), o.throughput(n.Throughput.Level))
}

func (o *outside) messagingLimit(tier string) remark {
	const what = "messaging limit"
	allowed, known := tiers[tier]
	ours := o.c.Service.MessagingLimit
	switch {
	case !known:
		return note(what, "not told by this provider", "compare [service] messaging_limit with the provider's page")
	case allowed == ours:
		return good(what, people(allowed)+" a day")
	case allowed == 0 || ours != 0 && ours < allowed:
		return note(what, fmt.Sprintf("%s a day, and we keep to %s", people(allowed), people(ours)), "set [service] messaging_limit when notifications should use it")
	}
	return wrong(what, fmt.Sprintf("%s a day, and we are set to %s", people(allowed), people(ours)),
		fmt.Sprintf("set [service] messaging_limit = %d; Meta raises it by itself once the business is verified and the quality good", allowed))
}

func people(n int) string {
	if n == 0 {
		return "any number of people"
	}
	return fmt.Sprintf("%d people", n)
}

// usualPace is what a number may send a second before the platform raises it.
const usualPace = 80

func (o *outside) throughput(level string) remark {
	const what = "pace"
	ours := o.c.Service.PerSecond
	switch {
	case level == "STANDARD" && ours > usualPace:
		return wrong(what, fmt.Sprintf("%d messages a second, and we are set to %v", usualPace, ours), fmt.Sprintf("set [service] per_second = %d", usualPace))
	case level == "HIGH" && ours <= usualPace:
		return note(what, "1000 messages a second, and we keep to "+fmt.Sprint(ours), "set [service] per_second = 1000 when a large run should be faster")
	case level == "STANDARD", level == "HIGH":
		return good(what, fmt.Sprintf("%v messages a second", ours))
	}
	return note(what, "not told by this provider", "ask "+o.whom())
}

// account tells how the business account stands, and whether our number is of it.
func (o *outside) account(ctx context.Context) {
	a, err := o.client.Account(ctx)
	if err != nil {
		o.say(o.unanswered("account", err))
	} else {
		o.say(o.reviewed(a), o.business(a))
	}
	ids, err := o.client.Numbers(ctx)
	switch {
	case err != nil:
		o.say(o.unanswered("number and account belong together", err))
	case !slices.Contains(ids, o.api.PhoneNumberID):
		o.say(wrong("number and account belong together", "the number is not one of the account's", "compare phone_number_id and waba_id with the provider's letter"))
	default:
		o.say(good("number and account belong together", ""))
	}
}

func (o *outside) reviewed(a cloudapi.Account) remark {
	owner := map[string]string{"CLIENT_OWNED": ", owned by you", "SELF": ", owned by you", "ON_BEHALF_OF": ", owned by the provider on your behalf"}[a.Ownership]
	switch a.Review {
	case "APPROVED":
		return good("account", "approved"+owner)
	case "":
		return note("account", "its review is not told by this provider", "ask "+o.whom())
	case "PENDING", "DEFERRED":
		return wrong("account", "Meta's review is "+strings.ToLower(a.Review), "wait, or ask "+o.whom()+" what Meta still needs")
	}
	return wrong("account", "Meta's review: "+strings.ToLower(a.Review), "ask "+o.whom()+" to appeal; governments need the government programme")
}

func (o *outside) business(a cloudapi.Account) remark {
	switch a.Verification {
	case "verified":
		return good("business verification", "done")
	case "":
		return note("business verification", "not told by this provider", "ask "+o.whom())
	case "pending", "pending_submission", "pending_need_more_info":
		return note("business verification", strings.ReplaceAll(a.Verification, "_", " "), "wait, or give Meta what it asks for; the messaging limit stays low until then")
	}
	return wrong("business verification", strings.ReplaceAll(a.Verification, "_", " "), "have the municipality verified as a business at Meta, with "+o.whom())
}

// subscription tells whether the account's webhooks come to our app. Without,
// test calls work and what residents write never arrives.
func (o *outside) subscription(ctx context.Context) {
	const what = "webhook subscription"
	apps, err := o.client.Subscribed(ctx)
	switch {
	case err != nil:
		o.say(o.unanswered(what, err))
	case len(apps) > 0:
		o.say(good(what, fmt.Sprintf("%d app gets the account's webhooks", len(apps))))
	case !o.flags.Fix:
		o.say(wrong(what, "no app gets what residents write", "give: bode doctor --live --fix"))
	default:
		fmt.Fprintln(o.progress, "subscribing the token's app to the account's webhooks")
		if err := o.client.Subscribe(ctx); err != nil {
			l := o.unanswered(what, err)
			l.Found = "it was missing, and could not be made: " + l.Found
			o.say(l)
			return
		}
		o.say(good(what, "it was missing; it is made now"))
	}
}

// destination tells whether the platform delivers to our public address.
func (o *outside) destination(n cloudapi.Number) {
	const what = "where the platform delivers"
	to := cmp.Or(n.Webhook.Number, n.Webhook.Account, n.Webhook.Application)
	switch {
	case !o.publicURL(): // the public address has a line of its own
	case to == "":
		o.say(note(what, "not told", "see that the webhook's address at "+o.whom()+" is [channel.cloudapi] public_url"))
	case to == o.webhookURL():
		o.say(good(what, "to "+hostOf(to)))
	case o.provider():
		o.say(note(what, "to "+hostOf(to)+", which passes it on", "see that the webhook's address at "+o.whom()+" is [channel.cloudapi] public_url"))
	case hostOf(to) == hostOf(o.webhookURL()):
		o.say(wrong(what, "to another path of "+hostOf(to), "set the callback of the app (or provider) to public_url, or correct public_url"))
	default:
		o.say(wrong(what, "to "+hostOf(to), "set the callback of the app (or provider) to public_url, or correct public_url"))
	}
}

// union are the member states in which the platform could store.
const union = " AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK "

// storage tells where the platform keeps messages at rest.
func (o *outside) storage(ctx context.Context) {
	const what = "where the platform stores messages"
	todo := "ask your privacy officer whether that is agreed; it can only be set when the number is registered (data_localization_region), by " + o.whom()
	s, err := o.client.Storage(ctx)
	switch {
	case err != nil:
		o.say(o.unanswered(what, err))
	case s.Status == "IN_COUNTRY_STORAGE_ENABLED" && len(s.Region) == 2 && strings.Contains(union, " "+strings.ToUpper(s.Region)+" "):
		o.say(good(what, "in the EU ("+s.Region+")"))
	case s.Status == "NO_STORAGE_ENABLED":
		o.say(good(what, "nowhere, after an hour"))
	case s.Status == "IN_COUNTRY_STORAGE_ENABLED":
		o.say(note(what, "outside the EU ("+s.Region+")", todo))
	default:
		o.say(note(what, "wherever it chooses", todo))
	}
}

// profile tells what residents miss when they tap our name.
func (o *outside) profile(ctx context.Context) {
	p, err := o.client.Profile(ctx)
	if err != nil {
		o.say(o.unanswered("business profile", err))
		return
	}
	var missing []string
	for _, part := range []struct {
		name  string
		empty bool
	}{{"about", p.About == ""}, {"address", p.Address == ""}, {"e-mail", p.Email == ""}, {"website", len(p.Websites) == 0}, {"category (government)", p.Vertical != "GOVT"}} {
		if part.empty {
			missing = append(missing, part.name)
		}
	}
	if len(missing) > 0 {
		o.say(wrong("business profile", "it lacks: "+strings.Join(missing, ", "), "fill it in at "+o.whom()+" or in WhatsApp Manager"))
		return
	}
	o.say(good("business profile", "complete"))
}

// templates holds those of the platform against the live flows.
func (o *outside) templates(ctx context.Context) {
	if o.api.WABAID == "" {
		return
	}
	all, err := o.matchedTemplates(ctx)
	var failure *bot.SendError
	switch {
	case errors.As(err, &failure):
		o.say(o.unanswered("message templates at the platform", err))
		return
	case err != nil:
		o.say(note("message templates at the platform", "not compared: "+err.Error(), "mend the database or the flows first, see above"))
		return
	}
	usable := 0
	var others []remark
	for _, m := range all {
		what := "message template " + m.name + " " + m.language
		switch {
		case m.ours == nil:
		case m.usable():
			usable++
		case m.waits():
			others = append(others, note(what, "is being reviewed, usually within 24 hours; nothing goes out with it until then", "wait, then look again: bode templates status"))
		default:
			said, todo := m.verdict()
			others = append(others, wrong(what, said, todo))
		}
	}
	if len(others) == 0 {
		o.say(good("message templates at the platform", fmt.Sprintf("%d, all approved in the words of the live flows", usable)))
	}
	o.say(others...)
}

func (o *outside) matchedTemplates(ctx context.Context) ([]matched, error) {
	theirs, err := o.client.Templates(ctx)
	if err != nil {
		return nil, err
	}
	s, err := o.c.openStore(ctx)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	bundle, err := o.c.templateBundle(ctx, s, "", streams{err: o.progress})
	if err != nil {
		return nil, err
	}
	return matchNow(ctx, s, o.api.PhoneNumberID, bundle, theirs)
}
