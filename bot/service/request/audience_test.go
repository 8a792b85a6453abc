package request

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// handledAt is a worklist on which requests were handled so many hours before noon.
func handledAt(hoursBefore ...int) *list {
	l := &list{byKey: map[string]bot.Request{}}
	for i, hours := range hoursBefore {
		code := fmt.Sprintf("M-BCD-FGH-2%02d", i)
		l.byKey[code] = bot.Request{Code: bot.Hide(code), Text: bot.Hide("de lamp is uit"), Handled: noon.Add(-time.Duration(hours) * time.Hour)}
	}
	return l
}

func TestHear_tellsWhatWasHandledSinceTheMomentBefore(t *testing.T) {
	day := noon.Add(-24 * time.Hour)
	for name, c := range map[string]struct {
		l        *list
		since    time.Time
		language string
		want     string
	}{
		"one":                            {handledAt(3), day, "nl", "M-BCD-FGH-200"},
		"two, the first one first":       {handledAt(1, 3), day, "nl", "M-BCD-FGH-201 en M-BCD-FGH-200"},
		"three, in English":              {handledAt(3, 2, 1), day, "en", "M-BCD-FGH-200, M-BCD-FGH-201 and M-BCD-FGH-202"},
		"nothing":                        {handledAt(), day, "nl", ""},
		"what was told the time before":  {handledAt(24), day, "nl", ""},
		"just after it":                  {handledAt(23), day, "nl", "M-BCD-FGH-200"},
		"at this very moment":            {handledAt(0), day, "nl", "M-BCD-FGH-200"},
		"later: the next time":           {handledAt(-1), day, "nl", ""},
		"after a weekend":                {handledAt(70), noon.Add(-72 * time.Hour), "nl", "M-BCD-FGH-200"},
		"the first time, only of a day":  {handledAt(23, 25), time.Time{}, "nl", "M-BCD-FGH-200"},
		"eleven: the last ten":           {handledAt(11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1), day, "nl", "M-BCD-FGH-201, "},
		"the day had 25 hours in winter": {handledAt(25), noon.Add(-25 * time.Hour), "nl", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := New(c.l)
			values, err := s.Hear(t.Context(), bot.Hearing{Audience: "request.handled", Due: noon, Since: c.since, To: bot.Subscriber{Language: c.language}})
			if err != nil {
				t.Fatal(err)
			}
			said := values["code"].Text()
			if said != c.want && (!strings.HasSuffix(c.want, " ") || !strings.HasPrefix(said, c.want)) || (values == nil) != (c.want == "") {
				t.Errorf("got %q, want %q", said, c.want)
			}
			if status := values["status"].Text(); values != nil && status != map[string]string{"nl": "klaar", "en": "done"}[c.language] {
				t.Errorf("status %q", status)
			}
			if most := s.Audiences()[0].Yields[0].Longest; len(said) > most || strings.Contains(said, "lamp") {
				t.Errorf("%d characters of %d: %s", len(said), most, said)
			}
		})
	}
}

func TestHear_anErrorHoldsNothingOfTheRequest(t *testing.T) {
	l := handledAt(3)
	l.err = errors.New("the database is away")
	if _, err := New(l).Hear(t.Context(), bot.Hearing{Audience: "request.handled", Due: noon}); err == nil || strings.Contains(err.Error(), "M-BCD") {
		t.Errorf("error %v", err)
	}
	for _, h := range []bot.Hearing{{Audience: "request.everyone"}} {
		if _, err := New(handledAt(1)).Hear(t.Context(), h); err == nil {
			t.Error("an audience that is not there is heard")
		}
	}
	if _, err := New(nil).Hear(t.Context(), bot.Hearing{Audience: "request.handled"}); err == nil {
		t.Error("without a worklist something is heard")
	}
}
