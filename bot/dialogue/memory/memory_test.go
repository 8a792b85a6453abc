package memory

import (
	"errors"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/service/appointment"
)

var now = time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)

func TestDesk_aBookingHasTheSameCodeEveryTimeAndRemains(t *testing.T) {
	d := New()
	held, err := d.HoldPlace(t.Context(), now, bot.Hold{Key: "1", Resident: "r", Product: "paspoort", Location: "stadhuis",
		Start: now.Add(time.Hour), End: now.Add(75 * time.Minute), Seats: 1, Until: now.Add(time.Minute)})
	if err != nil {
		t.Fatal(err)
	}
	booked, err := d.BookHold(t.Context(), now, "2", "r", held.ID, bot.Hide("J. Jansen"), appointment.NewCode())
	if err != nil || booked.Code.Reveal() != "KMH4P-7XWT3" {
		t.Fatalf("booked with code %q: %v", booked.Code.Reveal(), err)
	}
	if read, ok := appointment.ReadCode("kmh4p 7xwt3"); !ok || !read.Equal(booked.Code) {
		t.Errorf("the code cannot be typed back: %q", read.Reveal())
	}
	if got := d.Remains(now); got != (bot.Remains{Appointments: 1}) {
		t.Errorf("remains %+v", got)
	}
}

func TestDesk_aRequestIsFoundByItsCodeUntilFiveWrongOnes(t *testing.T) {
	d := New()
	first, err := d.SubmitRequest(t.Context(), now, "1", "r", bot.Request{Kind: "lamp"})
	again, _ := d.SubmitRequest(t.Context(), now, "1", "r", bot.Request{Kind: "lamp"})
	if err != nil || !first.Code.Equal(again.Code) || d.Remains(now).Requests != 1 {
		t.Fatalf("a second try with the same key is another request: %v", err)
	}
	for range 5 {
		if _, found, err := d.RequestByCode(t.Context(), now, "r", "M-XXX-XXX-XXX"); found || err != nil {
			t.Fatalf("a wrong code: found %v, %v", found, err)
		}
	}
	if _, _, err := d.RequestByCode(t.Context(), now, "r", "M-BCD-FGH-JK2"); !errors.Is(err, bot.ErrTooManyTries) {
		t.Errorf("after five wrong codes: %v", err)
	}
	if _, found, err := d.RequestByCode(t.Context(), now.Add(time.Hour), "r", "M-BCD-FGH-JK2"); !found || err != nil {
		t.Errorf("an hour later: found %v, %v", found, err)
	}
	if err := d.CancelRequest(t.Context(), "1"); err != nil || d.Remains(now).Requests != 0 {
		t.Errorf("it was not taken back: %v", err)
	}
}
