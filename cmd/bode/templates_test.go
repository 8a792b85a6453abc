package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi"
	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
	"github.com/gemeentebode/bode/bot/channel/simulator"
)

const ownNumber = "100000000000001"

// withAccount tells the installation which account its number belongs to.
func (in *installation) withAccount() *installation {
	in.t.Helper()
	data, err := os.ReadFile(filepath.Join(in.dir, "config.toml"))
	if err != nil {
		in.t.Fatal(err)
	}
	in.write("config.toml", strings.Replace(string(data), "phone_number_id =", "waba_id = \"200000000000002\"\nphone_number_id =", 1))
	return in
}

// said runs a templates command and gives its exit code and what it printed.
func (in *installation) said(args ...string) (int, string) {
	in.t.Helper()
	code, out, errs := command(in.t, "", append(append([]string{"templates"}, args...), "--config", filepath.Join(in.dir, "config.toml"))...)
	return code, out + errs
}

// decided has the platform decide about every template that the flows have.
func (in *installation) decided(status string) (n int) {
	in.t.Helper()
	for _, t := range in.fake.Config().Facts.Templates {
		in.fake.Decide(t.Name, t.Language, status, "")
		n++
	}
	return n
}

// known gives what is kept of one template.
func (in *installation) known(name, language string) bot.TemplateStatus {
	in.t.Helper()
	all, err := in.open().Templates(in.t.Context(), ownNumber)
	if err != nil {
		in.t.Fatal(err)
	}
	for _, t := range all {
		if t.Name == name && t.Language == language {
			return t
		}
	}
	return bot.TemplateStatus{}
}

// lineOf gives the line of a table that begins with these words.
func lineOf(out string, words ...string) string {
	for line := range strings.Lines(out) {
		if f := strings.Fields(line); len(f) >= len(words) && cmp.Equal(f[:len(words)], words) {
			return strings.Join(f, " ")
		}
	}
	return "no line " + strings.Join(words, " ") + " in:\n" + out
}

// shippedFolder is a copy of the shipped bundle, to change in a test.
func shippedFolder(t *testing.T) string {
	t.Helper()
	to := t.TempDir()
	for _, folder := range []string{"flows", "locales"} {
		if err := os.CopyFS(filepath.Join(to, folder), os.DirFS("../../"+folder)); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

func TestTemplates_fromSubmissionToUse(t *testing.T) {
	in := newInstallation(t, filepath.Join(t.TempDir(), "bode.db"), fakegraph.Config{}).withAccount()
	code, out := in.said("status")
	if want := "afval_herinnering nl not submitted no bode templates submit afval_herinnering"; code != exitFaults || lineOf(out, "afval_herinnering", "nl") != want {
		t.Errorf("exit %d, %q, want %q", code, lineOf(out, "afval_herinnering", "nl"), want)
	}
	code, out = in.said("submit", "--dry-run", "afval_herinnering")
	if code != exitGood || !strings.Contains(out, "Morgen halen wij {{1}} op bij {{2}}.") || !strings.Contains(out, "{{1}} for instance: papier en restafval") ||
		!strings.Contains(out, "2 would be submitted, nothing was") || len(in.fake.Config().Facts.Templates) != 0 {
		t.Errorf("exit %d: %s %v", code, out, in.fake.Config().Facts.Templates)
	}
	if code, out = in.said("submit", "onbekend"); code != exitUse || !strings.Contains(out, `no template "onbekend"`) {
		t.Errorf("exit %d: %s", code, out)
	}
	if code, out = in.said("submit"); code != exitGood || lineOf(out, "melding_status", "en:", "PENDING") != "melding_status en: PENDING" {
		t.Errorf("exit %d: %s", code, out)
	}
	if got := in.known("melding_status", "en"); got.Status != "PENDING" || got.Category != "UTILITY" || !strings.Contains(got.Body, "{{1}}") {
		t.Errorf("kept: %+v", got)
	}
	if code, out = in.said("submit"); code != exitGood || !strings.Contains(out, "nothing to submit") {
		t.Errorf("a second time: exit %d: %s", code, out)
	}
	in.decided("APPROVED")
	if code, out = in.said("status"); code != exitGood || lineOf(out, "afval_herinnering", "nl") != "afval_herinnering nl APPROVED yes nothing" {
		t.Errorf("exit %d: %s", code, out)
	}
	if got := in.known("afval_herinnering", "nl"); !got.Usable() {
		t.Errorf("kept: %+v", got)
	}
}

func TestTemplates_saysWhatIsWrongWithEachAndWhatToDo(t *testing.T) {
	in := newInstallation(t, filepath.Join(t.TempDir(), "bode.db"), fakegraph.Config{}).withAccount()
	in.said("submit")
	in.decided("APPROVED")
	in.fake.Decide("herinnering", "nl", "REJECTED", "INCORRECT_CATEGORY")
	in.fake.Decide("herinnering", "en", "PAUSED", "")
	in.fake.Move("melding_status", "nl", "MARKETING")
	in.fake.Decide("melding_status", "en", "DISABLED", "")
	code, out := in.said("status")
	if code != exitFaults || !strings.Contains(out, "4 cannot be used") {
		t.Errorf("exit %d: %s", code, out)
	}
	for _, want := range []string{
		"herinnering nl REJECTED (INCORRECT_CATEGORY) no change the words, then: bode templates submit herinnering",
		"herinnering en PAUSED no residents reported or blocked it",
		"melding_status nl APPROVED, MARKETING no it reads as marketing to the platform",
		"melding_status en DISABLED no write it anew under another name",
	} {
		if got := lineOf(out, strings.Fields(want)[:2]...); !strings.HasPrefix(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if code, out = in.said("submit"); code != exitGood || !strings.Contains(out, "nothing to submit") || !strings.Contains(out, "calls it MARKETING") {
		t.Errorf("what the platform would refuse is submitted: exit %d: %s", code, out)
	}
}

func TestTemplates_otherWordsAreNotSentUntilTheyAreApproved(t *testing.T) {
	in := newInstallation(t, filepath.Join(t.TempDir(), "bode.db"), fakegraph.Config{}).withAccount()
	config, dir := filepath.Join(in.dir, "config.toml"), shippedFolder(t)
	if _, out, _ := command(t, "", "doctor", "--config", config); !strings.Contains(out, "message templates (not looked at: no flows are live") {
		t.Errorf("the doctor: %s", out)
	}
	in.said("submit")
	in.decided("APPROVED")
	in.said("status")
	if code, out, errs := command(t, "", "publish", dir, "--config", config); code != exitGood || strings.Contains(out, "Not used") {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	if _, out, _ := command(t, "", "doctor", "--config", config); !strings.Contains(out, "good   message templates\n") {
		t.Errorf("the doctor: %s", out)
	}
	file := filepath.Join(dir, "flows", "templates", "herinnering.toml")
	change(t, file, "U vroeg ons om u hieraan", "U vroeg de gemeente om u hieraan")
	code, out, errs := command(t, "", "publish", dir, "--config", config)
	if code != exitGood || !strings.Contains(out, "Not used until the platform approves their new words (bode templates submit): herinnering nl\n") {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	if got := in.known("herinnering", "nl"); got.Usable() || got.Status != bot.TemplateDiffers {
		t.Errorf("kept: %+v", got)
	}
	if got := in.known("herinnering", "en"); !got.Usable() {
		t.Errorf("kept: %+v", got)
	}
	if _, out, _ := command(t, "", "doctor", "--config", config); !strings.Contains(out, "WRONG  message templates: 1 cannot be used, the first: herinnering nl") {
		t.Errorf("the doctor: %s", out)
	}
	code, out = in.said("status")
	if code != exitFaults || !strings.Contains(out, "platform: U vroeg ons om u") || !strings.Contains(out, "flows:    U vroeg de gemeente om u") {
		t.Errorf("exit %d: %s", code, out)
	}
	if code, out = in.said("submit"); code != exitGood || lineOf(out, "herinnering", "nl:", "PENDING") != "herinnering nl: PENDING" {
		t.Errorf("exit %d: %s", code, out)
	}
	in.decided("APPROVED")
	if code, out = in.said("status"); code != exitGood || !in.known("herinnering", "nl").Usable() {
		t.Errorf("exit %d: %s", code, out)
	}
}

func TestTemplates_withoutTheAccountsIdSaysSo(t *testing.T) {
	in := newInstallation(t, filepath.Join(t.TempDir(), "bode.db"), fakegraph.Config{})
	if code, out := in.said("status"); code != exitUse || !strings.Contains(out, "waba_id is empty") {
		t.Errorf("exit %d: %s", code, out)
	}
}

func TestTemplates_aboveThePlatformsPaceItStopsAndSaysWhere(t *testing.T) {
	in := newInstallation(t, filepath.Join(t.TempDir(), "bode.db"), fakegraph.Config{Rules: fakegraph.Rules{Hourly: 4}}).withAccount()
	code, out := in.said("submit")
	if code != exitFaults || !strings.Contains(out, "rate limit of the account") || !strings.Contains(out, "nothing after it was submitted") {
		t.Errorf("exit %d: %s", code, out)
	}
	if n := len(in.fake.Config().Facts.Templates); n != 3 { // one request asked for the list
		t.Errorf("%d were submitted", n)
	}
}

// TestServe_whatThePlatformDecidesHoldsAtOnce starts a real process: it learns
// at its start what is approved, and each webhook after it.
func TestServe_whatThePlatformDecidesHoldsAtOnce(t *testing.T) {
	eachInstallation(t, func(t *testing.T, in *installation) {
		in.withAccount()
		in.said("submit")
		in.decided("APPROVED")
		p := in.serve()
		in.fake.SetCallback(p.webhook())
		is := func(name, language, status, category string) {
			t.Helper()
			eventually(t, 30*time.Second, name+" "+status+" "+category, func() bool {
				got := in.known(name, language)
				return got.Status == status && got.Category == category
			})
		}
		is("afval_herinnering", "nl", "APPROVED", "UTILITY")
		in.fake.Decide("afval_herinnering", "nl", "PAUSED", "")
		is("afval_herinnering", "nl", "PAUSED", "UTILITY")
		in.fake.Decide("afval_herinnering", "nl", "APPROVED", "")
		is("afval_herinnering", "nl", "APPROVED", "UTILITY")
		in.fake.Move("afval_herinnering", "nl", "MARKETING")
		is("afval_herinnering", "nl", "APPROVED", "MARKETING")
		in.fake.Decide("afval_herinnering", "nl", "APPROVED", "")
		in.fake.Decide("herinnering", "en", "DISABLED", "")
		is("herinnering", "en", "DISABLED", "UTILITY")
		is("afval_herinnering", "nl", "APPROVED", "MARKETING") // never used again until it is utility
		in.fake.Move("afval_herinnering", "nl", "UTILITY")
		is("afval_herinnering", "nl", "APPROVED", "UTILITY")
		if log := p.logged(); strings.Count(log, "is not used from now on") < 3 || !strings.Contains(log, `"template":"herinnering","language":"en","status":"DISABLED"`) {
			t.Errorf("the operator is not warned:\n%s", log)
		}
	})
}

func TestLocal_templatesCountAsApproved(t *testing.T) {
	l, err := openLocal(t.Context(), "", "", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer l.close()
	all, err := l.desk.store.Templates(t.Context(), "simulator")
	if err != nil || len(all) < 10 {
		t.Errorf("%d templates, %v", len(all), err)
	}
	for _, one := range all {
		if !one.Usable() {
			t.Errorf("%+v", one)
		}
	}
}

// TestDesk_approvalOfOtherWordsIsNoApproval: the platform approves what was
// submitted before other words became live.
func TestDesk_approvalOfOtherWordsIsNoApproval(t *testing.T) {
	l, err := openLocal(t.Context(), "", "", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer l.close()
	live, err := l.liveBundle(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for body, want := range map[string]string{
		"U vroeg om {{1}}. Dag.":                 bot.TemplateDiffers,
		live.Templates["herinnering"].Body("nl"): bot.TemplateApproved,
	} {
		waits := bot.TemplateStatus{Name: "herinnering", Language: "nl", Status: "PENDING", Body: body}
		if err := l.desk.store.SetTemplate(t.Context(), l.clock.Now(), simulator.Account, waits); err != nil {
			t.Fatal(err)
		}
		news := bot.Delivery{Templates: []bot.TemplateStatus{{Name: "herinnering", Language: "nl", Status: bot.TemplateApproved, Category: bot.TemplateUtility},
			{Name: "van_een_ander", Language: "nl", Status: bot.TemplateApproved}}}
		if err := l.desk.Deliver(t.Context(), news); err != nil {
			t.Fatal(err)
		}
		if got := localTemplate(t, l, "herinnering"); got.Status != want {
			t.Errorf("%q: %+v, want %s", body, got, want)
		}
		if got := localTemplate(t, l, "van_een_ander"); got.Usable() {
			t.Errorf("a template of which the category is not known is used: %+v", got)
		}
	}
}

func localTemplate(t *testing.T, l *local, name string) bot.TemplateStatus {
	t.Helper()
	all, err := l.desk.store.Templates(t.Context(), simulator.Account)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range all {
		if one.Name == name && one.Language == "nl" {
			return one
		}
	}
	return bot.TemplateStatus{}
}

// TestTemplateSync_findsWhatNoWebhookTold looks the templates up: one that is
// no longer listed is not used, nor one with other words; when the platform
// does not answer, what was known stands.
func TestTemplateSync_findsWhatNoWebhookTold(t *testing.T) {
	l, err := openLocal(t.Context(), "", "", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer l.close()
	live, err := l.liveBundle(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var listed []cloudapi.Template
	var down error
	s := &templateSync{list: func(context.Context) ([]cloudapi.Template, error) { return listed, down }, store: l.desk.store,
		account: simulator.Account, live: l.liveBundle, clock: l.clock.Now, log: l.desk.log}
	down = errors.New("away")
	if err := s.once(t.Context()); !errors.Is(err, down) || !localTemplate(t, l, "herinnering").Usable() {
		t.Errorf("the platform is away: %v %+v", err, localTemplate(t, l, "herinnering"))
	}
	down = nil
	as := func(name, status, body string) cloudapi.Template {
		return cloudapi.Template{Name: name, Language: "nl", Status: status, Category: "UTILITY", Body: body}
	}
	listed = []cloudapi.Template{as("herinnering", "APPROVED", live.Templates["herinnering"].Body("nl")+"\r\n"), as("melding_status", "APPROVED", "Er is nieuws."),
		as("afval_herinnering", "REJECTED", live.Templates["afval_herinnering"].Body("nl"))}
	for range 2 { // the second time nothing is new
		if err := s.once(t.Context()); err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]string{"herinnering": "APPROVED", "melding_status": "DIFFERS", "afval_herinnering": "REJECTED", "afspraak_herinnering": "GONE"} {
			if got := localTemplate(t, l, name); got.Status != want {
				t.Errorf("%s is %s, want %s", name, got.Status, want)
			}
		}
	}
	listed = append(listed, as("afspraak_herinnering", "APPROVED", live.Templates["afspraak_herinnering"].Body("nl")))
	if err := s.once(t.Context()); err != nil || !localTemplate(t, l, "afspraak_herinnering").Usable() {
		t.Errorf("it is there again: %v %+v", err, localTemplate(t, l, "afspraak_herinnering"))
	}
}
