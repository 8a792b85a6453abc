package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi"
	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/store"
)

// matched is a template in one language: what the flows say, and what the
// platform has; one of the two may be missing.
type matched struct {
	name, language string
	ours           *cloudapi.Draft
	theirs         *cloudapi.Template
	run            string // a run that sends by it at this moment; "": none
}

// match puts the templates of a bundle beside those of the platform.
func match(b *flow.Bundle, theirs []cloudapi.Template) ([]matched, error) {
	var out []matched
	for name, t := range b.Templates {
		for _, language := range t.Languages() {
			samples, err := b.TemplateSamples(name, language)
			if err != nil {
				return nil, err
			}
			out = append(out, matched{name: name, language: language,
				ours: &cloudapi.Draft{Name: name, Language: language, Body: t.Body(language), Sample: samples}})
		}
	}
	for i := range theirs {
		t := &theirs[i]
		at := slices.IndexFunc(out, func(m matched) bool { return m.name == t.Name && m.language == t.Language })
		if at < 0 {
			out = append(out, matched{name: t.Name, language: t.Language})
			at = len(out) - 1
		}
		out[at].theirs = t
	}
	slices.SortFunc(out, inOrder)
	return out, nil
}

// mostUnderWay is more runs than can be under way at once.
const mostUnderWay = 1000

// matchNow is match, with the run that needs each template at this moment.
func matchNow(ctx context.Context, s *store.Store, account string, b *flow.Bundle, theirs []cloudapi.Template) ([]matched, error) {
	all, err := match(b, theirs)
	if err != nil {
		return nil, err
	}
	runs, err := s.Runs(ctx, account, false, mostUnderWay)
	for _, r := range runs {
		for i := range all {
			if all[i].name == r.Template && (r.State == bot.RunSelecting || r.State == bot.RunSending) {
				all[i].run = r.Job
			}
		}
	}
	return all, err
}

// differs tells whether the platform has other words than the flows.
func (m matched) differs() bool {
	return m.ours != nil && m.theirs != nil && m.theirs.Body != "" && otherWords(m.ours.Body, m.theirs.Body)
}

func otherWords(a, b string) bool {
	plain := func(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")) }
	return plain(a) != plain(b)
}

// status is what is kept of a template: an approved one with other words than
// the flows have would say the wrong thing, and is not used.
func (m matched) status() bot.TemplateStatus {
	out := bot.TemplateStatus{Name: m.name, Language: m.language, Status: m.theirs.Status, Category: m.theirs.Category, Body: m.theirs.Body}
	if out.Status == bot.TemplateApproved && m.differs() {
		out.Status = bot.TemplateDiffers
	}
	return out
}

func (m matched) usable() bool { return m.ours != nil && m.theirs != nil && m.status().Usable() }

// waits tells that there is nothing to do but wait for the platform: it is
// looking at what the flows say, and nothing is to be sent by it now.
func (m matched) waits() bool {
	return m.run == "" && m.ours != nil && m.theirs != nil && m.theirs.Status == "PENDING" && m.theirs.Category == bot.TemplateUtility && !m.differs()
}

// verdict says how a template stands, and what to do about it.
func (m matched) verdict() (said, todo string) {
	if m.theirs == nil {
		return "not submitted", "bode templates submit " + m.name
	}
	said = m.theirs.Status
	if m.theirs.Reason != "" {
		said += " (" + m.theirs.Reason + ")"
	}
	if m.theirs.Category != bot.TemplateUtility {
		said += ", " + m.theirs.Category
	}
	if m.run != "" {
		said += ", and " + m.run + " sends by it now"
	}
	switch status := m.status(); {
	case m.ours == nil:
		todo = "nothing: the flows do not have it"
	case status.Category != bot.TemplateUtility:
		todo = "it reads as " + strings.ToLower(status.Category) + " to the platform: appeal there, or write it anew under another name"
	case status.Status == bot.TemplateDiffers:
		todo = "the words differ: bode templates submit " + m.name + ", or publish what was approved"
	default:
		todo = advice(status.Status, m.name)
	}
	return said, todo
}

func advice(status, name string) string {
	switch status {
	case bot.TemplateApproved:
		return "nothing"
	case "PENDING", "IN_APPEAL":
		return "wait: the platform looks at it"
	case "REJECTED":
		return "change the words, then: bode templates submit " + name
	case "PAUSED", "FLAGGED", "LIMIT_EXCEEDED":
		return "residents reported or blocked it: look at whom it goes to and how often; the platform resumes it by itself"
	case "DISABLED", "LOCKED":
		return "write it anew under another name, and ask the provider why"
	case bot.TemplateGone, "DELETED", "PENDING_DELETION", "ARCHIVED":
		return "the platform no longer has it: bode templates submit " + name
	}
	return "ask the provider what this means"
}

// submission says how a template is submitted, or why it is not.
func (m matched) submission() (how string, can bool) {
	switch {
	case m.theirs == nil:
		return "new", true
	case m.theirs.Category != bot.TemplateUtility:
		return "the platform calls it " + m.theirs.Category + "; appeal there, or write it anew under another name", false
	case !m.differs() && m.theirs.Status == "REJECTED":
		return "rejected in these words; change them first", false
	case !m.differs():
		return "", false
	case slices.Contains([]string{"APPROVED", "REJECTED", "PAUSED"}, m.theirs.Status):
		return "other words (until these are approved it is not sent)", true
	}
	return "other words, but the platform takes no change while it is " + m.theirs.Status, false
}

// learn keeps what the platform says of its templates, judged by the live
// flows. One that it no longer lists is gone.
func learn(ctx context.Context, s *store.Store, now time.Time, account string, live *flow.Bundle, theirs []cloudapi.Template) error {
	all, err := match(live, theirs)
	if err != nil {
		return err
	}
	known, err := s.Templates(ctx, account)
	if err != nil {
		return err
	}
	for _, m := range all {
		if m.theirs != nil {
			if err := s.SetTemplate(ctx, now, account, m.status()); err != nil {
				return err
			}
		}
	}
	for _, k := range known {
		listed := slices.ContainsFunc(theirs, func(t cloudapi.Template) bool { return t.Name == k.Name && t.Language == k.Language })
		if !listed && k.Status != bot.TemplateGone {
			k.Status = bot.TemplateGone
			if err := s.SetTemplate(ctx, now, account, k); err != nil {
				return err
			}
		}
	}
	return nil
}

// remembered are the templates as the store last heard of them.
func remembered(ctx context.Context, s *store.Store, account string) ([]cloudapi.Template, error) {
	known, err := s.Templates(ctx, account)
	var out []cloudapi.Template
	for _, k := range known {
		out = append(out, cloudapi.Template{Name: k.Name, Language: k.Language, Status: k.Status, Category: k.Category, Body: k.Body})
	}
	return out, err
}

// outdated withholds the approved templates that say something else than a
// bundle that is about to be live, and names them.
func outdated(ctx context.Context, s *store.Store, now time.Time, account string, next *flow.Bundle) (names []string, err error) {
	theirs, err := remembered(ctx, s, account)
	if err != nil {
		return nil, err
	}
	all, err := match(next, theirs)
	if err != nil {
		return nil, err
	}
	for _, m := range all {
		if m.theirs == nil || m.theirs.Status != bot.TemplateApproved || !m.differs() {
			continue
		}
		if err := s.SetTemplate(ctx, now, account, m.status()); err != nil {
			return names, err
		}
		names = append(names, m.name+" "+m.language)
	}
	return names, nil
}

// rememberedTemplates is what the doctor's line on templates is about.
const rememberedTemplates = "message templates"

// templateFinding is the doctor's line on templates, by what was last heard.
func (c *config) templateFinding(ctx context.Context, s *store.Store, bundle *flow.Bundle) finding {
	f := finding{what: rememberedTemplates, todo: "run: bode templates status"}
	if c.Channel.CloudAPI.WABAID == "" {
		f.what += " (not looked at: [channel.cloudapi] waba_id is empty)"
		return f
	}
	if bundle == nil {
		f.what += " (not looked at: no flows are live, or they have faults)"
		return f
	}
	theirs, err := remembered(ctx, s, c.Channel.CloudAPI.PhoneNumberID)
	if f.err = err; err != nil {
		return f
	}
	all, err := matchNow(ctx, s, c.Channel.CloudAPI.PhoneNumberID, bundle, theirs)
	if f.err = err; err != nil {
		return f
	}
	var wrong []string
	waiting := 0
	for _, m := range all {
		switch {
		case m.waits():
			waiting++
		case m.ours != nil && !m.usable():
			said, _ := m.verdict()
			wrong = append(wrong, m.name+" "+m.language+": "+said)
		}
	}
	if waiting > 0 {
		f.what += fmt.Sprintf(" (%d being reviewed by the platform; nothing goes out with them until then)", waiting)
	}
	if len(wrong) > 0 {
		f.err = fmt.Errorf("%d cannot be used, the first: %s", len(wrong), wrong[0])
	}
	return f
}
