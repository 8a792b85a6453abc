package appointment

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
)

const tomorrow = "appointment.tomorrow"

// mostReminded is how many appointments of one resident on one day a reminder
// tells; of more, the first.
const mostReminded = 4

// Audiences declares whom a notification about appointments can go to. Several
// appointments on the day are one message; each field then holds theirs in
// order of time: "dinsdag 24 november 09:30 en 10:15".
func (s *Service) Audiences() []bot.Audience {
	joined := func(name string, longest int) bot.Field {
		return bot.Field{Name: name, Kind: bot.FieldText, Longest: mostReminded*(longest+len(" and ")) - len(" and ")}
	}
	return []bot.Audience{{Name: tomorrow, Yields: []bot.Field{
		{Name: "when", Kind: bot.FieldText, Longest: len("Wednesday 30 September ") + joined("", len("09:30")).Longest},
		joined("product", longestID), joined("location", longestID+len(", ")+longestStreet), joined("code", longestCode),
	}}}
}

// Hear tells a subscriber what is booked for them on the day after the
// scheduled moment, Amsterdam time, as it stands when it is asked: not what was
// cancelled, a moved one at its new time, and not what has begun.
func (s *Service) Hear(ctx context.Context, h bot.Hearing) (map[string]bot.Value, error) {
	switch {
	case h.Audience != tomorrow:
		return nil, fmt.Errorf("appointment: unknown audience %q", h.Audience)
	case s.store == nil:
		return nil, errNoStore
	}
	day := s.town.dayAt(h.Due) + 1
	from := s.town.midnight(day)
	if now := h.At(); now.After(from) {
		from = now
	}
	list, err := s.store.BookingsOf(ctx, h.To.Resident, from, s.town.midnight(day+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", tomorrow, err)
	}
	if len(list) == 0 {
		return nil, nil
	}
	return s.reminder(list[:min(mostReminded, len(list))], h.To.Language), nil
}

func (s *Service) reminder(list []bot.Appointment, language string) map[string]bot.Value {
	var times, products, places, codes []string
	for _, a := range list {
		at := s.locationOf(a.Location)
		times = append(times, a.Start.In(s.town.zone).Format("15:04"))
		products = append(products, s.productName(a.Product, language))
		places = append(places, strings.TrimSuffix(at.name+", "+at.street, ", "))
		codes = append(codes, a.Code.Reveal())
	}
	word := " en "
	if language == "en" {
		word = " and "
	}
	day := longDay(list[0].Start.In(s.town.zone), language)
	return map[string]bot.Value{
		"when":     bot.ValueOf(day + " " + strings.Join(times, word)),
		"product":  bot.ValueOf(strings.Join(products, word)),
		"location": bot.ValueOf(strings.Join(slices.Compact(places), word)),
		"code":     bot.ValueOf(strings.Join(codes, word)),
	}
}

// longDay is "dinsdag 24 november"; in English "Tuesday 24 November".
func longDay(local time.Time, language string) string {
	if language == "en" {
		return local.Format("Monday 2 January")
	}
	return fmt.Sprintf("%s %d %s", dutchDays[local.Weekday()], local.Day(), dutchMonths[local.Month()-1])
}

var (
	dutchDays   = [7]string{"zondag", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag"}
	dutchMonths = [12]string{"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"}
)
