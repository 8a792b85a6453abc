package request

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
)

const handled = "request.handled"

// mostTold is how many handled requests one message names; of more, the last.
const mostTold = 10

// firstReach is how far back the first run of a job looks.
const firstReach = 24 * time.Hour

// Audiences declares whom a notification about requests can go to. Several
// that were handled are one message, with their codes in that order.
func (s *Service) Audiences() []bot.Audience {
	return []bot.Audience{{Name: handled, Yields: []bot.Field{
		{Name: "code", Kind: bot.FieldText, Longest: mostTold*(len(newCode())+len(" and ")) - len(" and ")},
		{Name: "status", Kind: bot.FieldText, Longest: len("klaar")},
	}}}
}

// Hear tells a subscriber which of their requests were handled since the
// scheduled moment before, and still are; never what is in them.
func (s *Service) Hear(ctx context.Context, h bot.Hearing) (map[string]bot.Value, error) {
	if h.Audience != handled {
		return nil, fmt.Errorf("request: unknown audience %q", h.Audience)
	}
	if s.store == nil {
		return nil, fmt.Errorf("%s: there is no worklist behind this service", handled)
	}
	since := h.Since
	if since.IsZero() {
		since = h.Due.Add(-firstReach)
	}
	list, err := s.store.RequestsHandled(ctx, h.To.Resident, since, h.Due)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", handled, err)
	}
	var codes []string
	for _, r := range list[max(0, len(list)-mostTold):] {
		codes = append(codes, r.Code.Reveal())
	}
	if len(codes) == 0 {
		return nil, nil
	}
	word, status := " en ", "klaar"
	if h.To.Language == "en" {
		word, status = " and ", "done"
	}
	return map[string]bot.Value{"code": bot.ValueOf(joined(codes, word)), "status": bot.ValueOf(status)}, nil
}

// joined writes "A, B en C".
func joined(codes []string, word string) string {
	last := len(codes) - 1
	if last == 0 {
		return codes[0]
	}
	return strings.Join(codes[:last], ", ") + word + codes[last]
}
