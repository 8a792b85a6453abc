package appointment

import (
	"time"

	ics "github.com/arran4/golang-ical"

	"github.com/gemeentebode/bode/bot"
)

// Calendar gives the iCalendar file (RFC 5545) of a booking as it stands: the
// same UID with a higher SEQUENCE after it was moved, METHOD:CANCEL after it
// was cancelled. Neither name nor code stands in it: a calendar is shared
// more easily than a chat.
func (s *Service) Calendar(a bot.Appointment, language string, made time.Time) []byte {
	calendar := ics.NewCalendar()
	calendar.SetProductId("-//Bode//NL")
	calendar.SetMethod(ics.MethodPublish)
	event := calendar.AddEvent(string(a.ID))
	event.SetSequence(a.Sequence)
	event.SetDtStampTime(made)
	event.SetStartAt(a.Start)
	event.SetEndAt(a.End)
	event.SetStatus(ics.ObjectStatusConfirmed)
	if a.Cancelled {
		calendar.SetMethod(ics.MethodCancel)
		event.SetStatus(ics.ObjectStatusCancelled)
	}
	where := s.locationOf(a.Location)
	event.SetSummary(summary(s.productName(a.Product, language), language))
	event.SetLocation(where.name + ", " + where.street)
	if s.town.email != "" {
		event.SetOrganizer("mailto:" + s.town.email)
	}
	return []byte(calendar.Serialize(ics.WithNewLineWindows))
}

func summary(product, language string) string {
	word := "Afspraak"
	if language == "en" {
		word = "Appointment"
	}
	if product == "" { // cancelled: what it was for is gone
		return word
	}
	return word + ": " + product
}
