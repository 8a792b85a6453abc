package studio

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// The most of one request: 4,096 characters is the longest text of a resident
// on WhatsApp, of at most four bytes each, percent-encoded.
const (
	longestText = 4096
	longestBody = longestText*12 + 4096
)

// errRefused says that a request is not one that our page makes.
var errRefused = errors.New("not possible on this phone")

// act does something with the phone of the browser that asks. What goes wrong
// is told without the words that were sent.
func (s *studio) act(do func(ctx context.Context, number string, form url.Values) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		phone := number(r)
		if phone == "" {
			http.Error(w, "no phone: open the page first", http.StatusBadRequest)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, longestBody)
		if err := r.ParseForm(); err != nil {
			http.Error(w, "unreadable form", http.StatusBadRequest)
			return
		}
		switch err := do(r.Context(), phone, r.PostForm); {
		case errors.Is(err, errRefused):
			http.Error(w, err.Error(), http.StatusBadRequest)
		case err != nil:
			http.Error(w, "the service did not accept it", http.StatusInternalServerError)
		default:
			w.WriteHeader(http.StatusNoContent)
		}
	}
}

func (s *studio) say(ctx context.Context, number string, form url.Values) error {
	text := form.Get("text")
	if !sayable(text) {
		return errRefused
	}
	return s.Phones.Say(ctx, number, text)
}

func sayable(text string) bool {
	return text != "" && utf8.ValidString(text) && utf8.RuneCountInString(text) <= longestText
}

// tap presses what stands on the phone; anything else was never offered.
func (s *studio) tap(ctx context.Context, number string, form url.Values) error {
	id := form.Get("id")
	bubbles, _ := s.Phones.Transcript(number)
	for _, b := range slices.Backward(bubbles) {
		if b.Mine {
			continue
		}
		for _, c := range choices(b.Reply) {
			if c.ID == id {
				return s.Phones.Tap(ctx, number, id, c.Label.Reveal())
			}
		}
	}
	return errRefused
}

func (s *studio) share(ctx context.Context, number string, form url.Values) error {
	latitude, okLat := degrees(form.Get("latitude"), 90)
	longitude, okLon := degrees(form.Get("longitude"), 180)
	if !okLat || !okLon {
		return errRefused
	}
	return s.Phones.Share(ctx, number, latitude, longitude)
}

// degrees reads a coordinate; the comparison also refuses NaN.
func degrees(text string, most float64) (float64, bool) {
	d, err := strconv.ParseFloat(text, 64)
	return d, err == nil && d >= -most && d <= most
}

func (s *studio) attach(ctx context.Context, number string, form url.Values) error {
	media := form.Get("media")
	if !slices.Contains([]string{"image", "voice", "document"}, media) {
		return errRefused
	}
	return s.Phones.Attach(ctx, number, media)
}

// setClock reads a local time of Europe/Amsterdam, as a datetime-local field
// gives it; empty goes back to the real time. Of the hour that comes twice in
// autumn it takes the first, and an hour that is skipped in spring moves on.
func (s *studio) setClock(_ context.Context, _ string, form url.Values) error {
	at := time.Time{}
	if text := form.Get("time"); text != "" {
		var err error
		if at, err = s.localTime(text); err != nil {
			return errRefused
		}
	}
	s.Clock.Set(at)
	s.reset.set(!at.IsZero())
	return nil
}

func (s *studio) localTime(text string) (time.Time, error) {
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05"} {
		at, err := time.ParseInLocation(layout, text, s.zone)
		if err != nil {
			continue
		}
		if first := at.Add(-time.Hour); first.Format(layout) == at.Format(layout) {
			return first, nil // time.Date promises neither of the two
		}
		return at, nil
	}
	return time.Time{}, errRefused
}

// renew gives this browser an empty phone of a new resident.
func (s *studio) renew(w http.ResponseWriter, r *http.Request) {
	if old := number(r); old != "" {
		s.Phones.Wipe(old)
	}
	setCookie(w, numberCookie, newNumber())
	w.WriteHeader(http.StatusNoContent)
}
