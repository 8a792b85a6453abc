package flow

import (
	"sync"
	"testing"
	"time"
)

func amsterdamTime(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, amsterdam())
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestWorld_speaksTheLanguage(t *testing.T) {
	b, now := mustLoad(t), amsterdamTime(t, "2026-11-20 10:00")
	for language, want := range map[string][2]string{
		"nl": {"Bel 14 0999. ma-do 09:00-17:00, vr 09:00-12:30.", "groente- en fruitafval"},
		"en": {"Call 14 0999. Mon-Thu 09:00-17:00, Fri 09:00-12:30.", "food and garden waste"},
		"pl": {"Bel 14 0999. ma-do 09:00-17:00, vr 09:00-12:30.", "groente- en fruitafval"}, // has no translation
	} {
		w := b.World(language, now)
		if w.Texts["bellen"] != want[0] || w.Kinds["gft"] != want[1] || w.Language != language || w.Municipality != "Gemeente Waterveen" {
			t.Errorf("%s: %+v", language, w)
		}
	}
}

func TestWorld_takesTheFallbackOnTheDayAfterAFactExpired(t *testing.T) {
	b := mustLoad(t)
	for at, want := range map[string]string{
		"2027-12-31 23:59": "14 0999",
		"2028-01-01 00:00": "het nummer op onze website",
	} {
		if got := b.World("nl", amsterdamTime(t, at)).Facts["telefoon"]; got != want {
			t.Errorf("at %s the fact is %q, want %q", at, got, want)
		}
	}
	if got := b.World("en", amsterdamTime(t, "2028-01-01 00:00")).Facts["telefoon"]; got != "the number on our website" {
		t.Errorf("in English the fallback is %q", got)
	}
	if got := b.World("nl", amsterdamTime(t, "2027-07-01 00:00")).Facts["privacy"]; got != "https://waterveen.example/privacy" {
		t.Errorf("a fact without a fallback is %q, want its source", got)
	}
}

func TestWorld_isBuiltOnceADay(t *testing.T) {
	b := mustLoad(t)
	morning, evening, next := b.World("nl", amsterdamTime(t, "2026-11-20 00:00")), b.World("nl", amsterdamTime(t, "2026-11-20 23:59")), b.World("nl", amsterdamTime(t, "2026-11-21 00:00"))
	if morning != evening || evening == next {
		t.Errorf("same day the same: %v; next day the same: %v", morning == evening, evening == next)
	}
}

func TestWorld_canBeAskedByMany(t *testing.T) {
	b, now := mustLoad(t), amsterdamTime(t, "2026-11-20 10:00")
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			if b.World([]string{"nl", "en"}[i%2], now.AddDate(0, 0, i%3)).Facts["telefoon"] == "" {
				t.Error("a fact is missing")
			}
		})
	}
	all.Wait()
}
