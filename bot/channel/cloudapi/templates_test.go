package cloudapi_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi"
	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
)

var reminder = cloudapi.Draft{Name: "afval_herinnering", Language: "nl", Body: "Morgen halen wij {{1}} op bij {{2}}.", Sample: []string{"papier", "Domplein 12"}}

func TestSubmit_aTemplateIsListedAsItWasSubmittedAndWaits(t *testing.T) {
	_, _, config := graph(t, fakegraph.Config{})
	c, ctx := client(t, config), context.Background()
	got, err := c.Submit(ctx, reminder)
	want := cloudapi.Template{ID: "400000000000001", Name: "afval_herinnering", Language: "nl", Status: "PENDING", Category: "UTILITY",
		Body: reminder.Body, Sample: reminder.Sample, Parameters: 2}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	list, err := c.Templates(ctx)
	if diff := cmp.Diff([]cloudapi.Template{want}, list); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
}

func TestTemplates_areListedOverEveryPage(t *testing.T) {
	var facts fakegraph.Facts
	for n := range 250 {
		facts.Templates = append(facts.Templates, fakegraph.Template{Name: fmt.Sprintf("t%03d", n), Language: "nl", Status: "APPROVED", Category: "UTILITY", Body: "Dag."})
	}
	_, _, config := graph(t, fakegraph.Config{Facts: facts})
	list, err := client(t, config).Templates(context.Background())
	if err != nil || len(list) != 250 || list[0].Name != "t000" || list[249].Name != "t249" {
		t.Errorf("%d templates, %v", len(list), err)
	}
}

func TestSubmit_whatThePlatformRefuses(t *testing.T) {
	long := "Dag. " + strings.Repeat("a", 1020)
	for _, tt := range []struct {
		name  string
		draft cloudapi.Draft
		says  string
	}{
		{"a name with capitals", cloudapi.Draft{Name: "Afval", Language: "nl", Body: "Dag."}, "request was refused as wrong"},
		{"no language", cloudapi.Draft{Name: "afval", Body: "Dag."}, "request was refused as wrong"},
		{"too long", cloudapi.Draft{Name: "afval", Language: "nl", Body: long}, "too long"},
		{"no example", cloudapi.Draft{Name: "afval", Language: "nl", Body: reminder.Body}, "no example"},
		{"an example too few", cloudapi.Draft{Name: "afval", Language: "nl", Body: reminder.Body, Sample: []string{"papier"}}, "no example"},
		{"an example of two lines", cloudapi.Draft{Name: "afval", Language: "nl", Body: "Morgen halen wij {{1}} op.", Sample: []string{"a\nb"}}, "not allowed"},
		{"parameters in the wrong order", cloudapi.Draft{Name: "afval", Language: "nl", Body: "Morgen halen wij {{2}} op bij {{1}}.", Sample: reminder.Sample}, "not allowed"},
		{"a parameter with a name", cloudapi.Draft{Name: "afval", Language: "nl", Body: "Morgen halen wij {{wat}} op.", Sample: []string{"papier"}}, "not allowed"},
		{"a gap in the numbers", cloudapi.Draft{Name: "afval", Language: "nl", Body: "Morgen halen wij {{1}} op bij {{3}}.", Sample: reminder.Sample}, "not allowed"},
		{"two beside each other", cloudapi.Draft{Name: "afval", Language: "nl", Body: "Morgen halen wij bij u {{1}} {{2}} op.", Sample: reminder.Sample}, "not allowed"},
		{"a parameter at the start", cloudapi.Draft{Name: "afval", Language: "nl", Body: "{{1}} halen wij morgen op.", Sample: []string{"papier"}}, "begins or ends"},
		{"a parameter at the end", cloudapi.Draft{Name: "afval", Language: "nl", Body: "Morgen halen wij op: {{1}}", Sample: []string{"papier"}}, "begins or ends"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, _, config := graph(t, fakegraph.Config{})
			_, err := client(t, config).Submit(context.Background(), tt.draft)
			var failure *bot.SendError
			if !errors.As(err, &failure) || failure.Class != bot.SendOurs || !strings.Contains(failure.Cause, tt.says) {
				t.Errorf("%v, want ours: %s", err, tt.says)
			}
		})
	}
}

func TestSubmit_twiceIsRefusedTheSecondTime(t *testing.T) {
	_, _, config := graph(t, fakegraph.Config{})
	c, ctx := client(t, config), context.Background()
	if _, err := c.Submit(ctx, reminder); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Submit(ctx, reminder); err == nil || !strings.Contains(err.Error(), "exists already in this language") {
		t.Errorf("%v", err)
	}
	english := reminder
	english.Language, english.Body = "en", "Tomorrow we collect {{1}} at {{2}}."
	if _, err := c.Submit(ctx, english); err != nil {
		t.Errorf("another language: %v", err)
	}
}

func TestChange_anApprovedTemplateOnceADayAndItWaitsAgain(t *testing.T) {
	fake, clock, config := graph(t, fakegraph.Config{})
	c, ctx := client(t, config), context.Background()
	made, err := c.Submit(ctx, reminder)
	if err != nil {
		t.Fatal(err)
	}
	other := reminder
	other.Body = "Morgen komen wij {{1}} ophalen bij {{2}}."
	wantClass(t, c.Change(ctx, made.ID, other), bot.SendOurs) // it waits: not to be edited
	fake.Decide("afval_herinnering", "nl", "APPROVED", "")
	clock.Advance(25 * time.Hour)
	if err := c.Change(ctx, made.ID, other); err != nil {
		t.Fatal(err)
	}
	list, err := c.Templates(ctx)
	if err != nil || list[0].Body != other.Body || list[0].Status != "PENDING" {
		t.Errorf("%+v %v", list, err)
	}
	fake.Decide("afval_herinnering", "nl", "APPROVED", "")
	wantClass(t, c.Change(ctx, made.ID, reminder), bot.SendOurs) // the second time that day
	wantClass(t, c.Change(ctx, "../100000000000001", reminder), bot.SendOurs)
	wantClass(t, c.Change(ctx, "42", reminder), bot.SendStop) // it does not exist
}

func TestTemplates_aboveTheHourlyLimitIsATimeToWait(t *testing.T) {
	_, clock, config := graph(t, fakegraph.Config{})
	c, ctx := client(t, config), context.Background()
	for range 200 {
		if _, err := c.Templates(ctx); err != nil {
			t.Fatal(err)
		}
	}
	_, err := c.Templates(ctx)
	wantClass(t, err, bot.SendRetry)
	clock.Advance(time.Hour)
	if _, err := c.Templates(ctx); err != nil {
		t.Error(err)
	}
}

func TestSubmit_otherFailuresByClass(t *testing.T) {
	_, _, config := graph(t, fakegraph.Config{})
	ctx := context.Background()
	wrong := config
	wrong.Token = bot.Hide("verlopen")
	_, err := client(t, wrong).Submit(ctx, reminder)
	wantClass(t, err, bot.SendStop)
	wrong = config
	wrong.WABAID = ""
	_, err = client(t, wrong).Submit(ctx, reminder)
	wantClass(t, err, bot.SendStop)
	for name, answer := range map[string]string{"nothing": `{}`, "no status": `{"id":"1"}`, "nonsense": `<html>`} {
		odd := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, answer) }))
		wrong = config
		wrong.BaseURL = odd.URL
		if _, err = client(t, wrong).Submit(ctx, reminder); err == nil {
			t.Errorf("%s: no error", name)
		}
		wantClass(t, err, bot.SendUnknown)
		odd.Close()
	}
}

func TestTemplate_whatThePlatformDecidesArrivesAsAWebhook(t *testing.T) {
	var heard []bot.TemplateStatus
	fake, clock, config := graph(t, fakegraph.Config{Review: time.Minute, Facts: fakegraph.Facts{Templates: []fakegraph.Template{
		{Name: "hitte", Language: "nl", Status: "APPROVED", Category: "UTILITY", Body: "Het is warm."}}}})
	hook := httptest.NewServer(&cloudapi.Webhook{Config: config, Now: clock.Now, Deliver: func(_ context.Context, d bot.Delivery) error {
		heard = append(heard, d.Templates...)
		return nil
	}})
	defer hook.Close()
	fake.SetCallback(hook.URL)
	c, ctx := client(t, config), context.Background()
	if _, err := c.Submit(ctx, reminder); err != nil {
		t.Fatal(err)
	}
	clock.Advance(time.Minute)
	fake.Decide("hitte", "nl", "PAUSED", "LOW_QUALITY")
	fake.Move("hitte", "nl", "MARKETING")
	clock.Advance(time.Second)
	want := []bot.TemplateStatus{
		{Name: "afval_herinnering", Language: "nl", Status: "APPROVED", Category: "UTILITY"},
		{Name: "hitte", Language: "nl", Status: "PAUSED", Category: "UTILITY"},
		{Name: "hitte", Language: "nl", Category: "MARKETING"},
	}
	if diff := cmp.Diff(want, heard); diff != "" {
		t.Error(diff)
	}
	if fake.Decide("onbekend", "nl", "PAUSED", "") {
		t.Error("a template that is not there is paused")
	}
}
