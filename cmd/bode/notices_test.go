package main

import (
	"context"
	"errors"
	"io/fs"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/bot/service/notice"
	"github.com/gemeentebode/bode/locales"
)

func TestNotices_ofTheLiveBundleFilledIn(t *testing.T) {
	noon := time.Date(2026, 7, 14, 12, 0, 0, 0, time.UTC)
	bundle, faults := flow.Load(noticeFiles(t), flow.Options{At: noon})
	if bundle == nil {
		t.Fatalf("the bundle of the test has faults: %v", faults)
	}
	live := func(context.Context) (*loaded, error) { return &loaded{bundle: bundle}, nil }
	s := notice.New(noticesOf(live, func() time.Time { return noon }))
	for language, want := range map[string]string{"nl": "Het is warm. Bel 14 0900.", "en": "It is hot. Call 14 0900."} {
		result, err := s.Call(t.Context(), noon, bot.Call{Operation: "notice.current", Language: language,
			With: map[string]bot.Value{"topic": bot.ValueOf("gezondheid"), "postcode4": bot.ValueOf("3511LN")}})
		var list []map[string]string
		if err != nil || result.Outcome != "found" || result.Value.Into(&list) != nil || len(list) != 1 {
			t.Fatalf("%s: %s, %v", language, result.Outcome, err)
		}
		if n := list[0]; n["message"] != want || n["title"] != "Hitte" || n["until"] != "2026-07-16T21:59:59Z" {
			t.Errorf("%s: %v", language, n)
		}
	}
}

func TestNotices_withoutALiveBundleIsAFailure(t *testing.T) {
	gone := errors.New("none")
	source := noticesOf(func(context.Context) (*loaded, error) { return nil, gone }, time.Now)
	if _, err := source(t.Context()); !errors.Is(err, gone) {
		t.Error(err)
	}
}

const heatTemplate = `category = "utility"
[text]
nl = "Er is nieuws over {{.title}} van de gemeente."
en = "There is news about {{.title}} of the town."
[sample]
title = "hitte"
`

// noticeFiles are a bundle with one notice, until and with 16 July.
func noticeFiles(t *testing.T) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{
		"flows/bode.toml": {Data: []byte(echoShared + `
[topics.gezondheid]
title = "Gezondheidsberichten"
keeps = ["postcode4"]
ask_again = "12 months"
wording = "Gemeente Voorbeeldstad stuurt mij berichten bij hitte. Daarvoor bewaart de gemeente de vier cijfers van mijn postcode."
`)},
		"flows/echo.toml": {Data: []byte(echoFlow)},
		"flows/notices/hitte.toml": {Data: []byte(`
topic = "gezondheid"
title = "Hitte"
template = "hitte"
source = "https://ggd.example/hitte"
valid_from = 2026-07-14
valid_until = 2026-07-16
areas = ["3511"]
urgency = "urgent"
[text]
nl = "Het is warm. Bel {{.fact.telefoon}}."
en = "It is hot. Call {{.fact.telefoon}}."
`)},
		"flows/templates/hitte.toml":           {Data: []byte(heatTemplate)},
		"flows/templates/hitte_correctie.toml": {Data: []byte(heatTemplate)},
	}
	for _, name := range []string{"bode.nl.toml", "bode.en.toml"} {
		data, err := fs.ReadFile(locales.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		out["locales/"+name] = &fstest.MapFile{Data: data}
	}
	return out
}
