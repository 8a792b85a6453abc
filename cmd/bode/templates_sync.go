package main

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi"
	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/store"
)

// How often the platform is asked for its templates: far below its 200
// requests an hour, also with many processes. A webhook tells changes at once;
// this finds those that were missed.
const (
	syncEvery   = time.Hour
	syncAgain   = 5 * time.Minute // after a failure
	syncLookout = 5 * time.Second // whether another bundle is live
)

// templateSync keeps what the platform says of the templates up to date.
type templateSync struct {
	list    func(context.Context) ([]cloudapi.Template, error)
	store   *store.Store
	account string
	live    func(context.Context) (*flow.Bundle, error)
	clock   func() time.Time
	log     *slog.Logger
}

// syncTemplates gives what looks the account's templates up; nil where it is
// not known which account the number belongs to.
func syncTemplates(api cloudapi.Config, client *cloudapi.Client, s *store.Store, b *bundles, log *slog.Logger) func(context.Context) {
	if api.WABAID == "" {
		log.Warn("[channel.cloudapi] waba_id is empty: message templates cannot be looked up")
		return nil
	}
	t := &templateSync{list: client.Templates, store: s, account: api.PhoneNumberID, clock: time.Now, log: log,
		live: func(ctx context.Context) (*flow.Bundle, error) {
			l, err := b.live(ctx)
			if err != nil {
				return nil, err
			}
			return l.bundle, nil
		}}
	return t.run
}

// run asks at the start, every hour, and when another bundle becomes live.
func (t *templateSync) run(ctx context.Context) {
	look := time.NewTicker(syncLookout)
	defer look.Stop()
	last, next := "", time.Time{}
	for {
		hash := last
		if b, err := t.live(ctx); err == nil {
			hash = b.Hash
		}
		if now := time.Now(); hash != last || !now.Before(next) {
			last, next = hash, now.Add(syncEvery)
			if err := t.once(ctx); err != nil && ctx.Err() == nil {
				next = now.Add(syncAgain)
				t.log.Warn("the platform's message templates could not be looked up; what was known stands", "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
	}
}

// once asks the platform and keeps what it says.
func (t *templateSync) once(ctx context.Context) error {
	live, err := t.live(ctx)
	if err != nil {
		return err
	}
	theirs, err := t.list(ctx)
	if err != nil {
		return err
	}
	if err := learn(ctx, t.store, t.clock(), t.account, live, theirs); err != nil {
		return err
	}
	all, err := match(live, theirs)
	var wrong []string
	for _, m := range all {
		if m.ours != nil && !m.usable() {
			said, _ := m.verdict()
			wrong = append(wrong, m.name+" "+m.language+": "+said)
		}
	}
	if len(wrong) > 0 {
		t.log.Warn("message templates that cannot be used; see bode templates status", "templates", wrong)
	}
	return err
}

// templateNews keeps what a webhook says of templates, and warns of one that
// may no longer be used. What is approved now is judged by the live flows.
func (d *desk) templateNews(ctx context.Context, news []bot.TemplateStatus) error {
	for _, t := range news {
		if t.Status == bot.TemplateApproved {
			differs, err := d.approvedOtherWords(ctx, t)
			if err != nil {
				return err
			}
			if differs {
				t.Status = bot.TemplateDiffers
			}
		}
		if err := d.store.SetTemplate(ctx, d.clock(), d.account, t); err != nil {
			return err
		}
		harmless := t.Status == "" || t.Status == bot.TemplateApproved || t.Status == "PENDING"
		if !harmless || t.Category != "" && t.Category != bot.TemplateUtility {
			d.log.Warn("a message template is not used from now on; see bode templates status", "template", t.Name, "language", t.Language, "status", t.Status, "category", t.Category)
		}
		d.count("template", strings.ToLower(cmp.Or(t.Status, t.Category)))
	}
	return nil
}

// approvedOtherWords tells whether what the platform approved is not what the
// live flows say, as far as its words are known.
func (d *desk) approvedOtherWords(ctx context.Context, t bot.TemplateStatus) (bool, error) {
	known, err := d.store.Templates(ctx, d.account)
	if err != nil {
		return false, err
	}
	live, err := d.bundles.live(ctx)
	if err != nil {
		return false, err
	}
	ours := live.bundle.Templates[t.Name]
	i := slices.IndexFunc(known, func(k bot.TemplateStatus) bool { return k.Name == t.Name && k.Language == t.Language })
	if ours == nil || i < 0 || known[i].Body == "" {
		return false, nil
	}
	return otherWords(ours.Body(t.Language), known[i].Body), nil
}

// approveAll has every template of a bundle count as approved for an account
// that has no platform: the simulator's phones take any.
func approveAll(ctx context.Context, s *store.Store, now time.Time, account string, b *flow.Bundle) error {
	for name, t := range b.Templates {
		for _, language := range t.Languages() {
			if err := s.SetTemplate(ctx, now, account, bot.TemplateStatus{Name: name, Language: language,
				Status: bot.TemplateApproved, Category: bot.TemplateUtility, Body: t.Body(language)}); err != nil {
				return err
			}
		}
	}
	return nil
}
