package engine

import (
	"strconv"
	"strings"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/bot/text"
)

// The operations that questions for an address or a place go by.
const (
	findAddress = "address.find"
	nearAddress = "address.near"
)

// place goes by a shared location.
func (t *turn) place(p *bot.Place) error {
	_, s := t.here(t.c)
	if t.lost || t.idle() || p == nil || s == nil || s.Kind != flow.Ask || s.Ask != askPlace && s.Ask != askAddress {
		t.say(sayPlaceUnasked)
		return t.goOn()
	}
	latitude, longitude := formatDegrees(p.Latitude), formatDegrees(p.Longitude)
	if _, ok := t.bundle.Operations[nearAddress]; !ok {
		return t.near(s, bot.Result{Outcome: failed}, pin(latitude, longitude))
	}
	t.ask(pendingNear, pin(latitude, longitude), &bot.Call{Operation: nearAddress, With: map[string]bot.Value{
		"latitude": bot.RawValue([]byte(latitude)), "longitude": bot.RawValue([]byte(longitude))}})
	return nil
}

// formatDegrees keeps six decimals: a tenth of a metre.
func formatDegrees(d float64) string { return strconv.FormatFloat(d, 'f', 6, 64) }

func pin(latitude, longitude string) string {
	return `{"latitude":` + latitude + `,"longitude":` + longitude + `}`
}

// near goes on with the address nearest to a pin. A place is known by its pin
// as well; an address is not.
func (t *turn) near(s *flow.State, r bot.Result, at string) error {
	record := r.Value.Reveal()
	found := r.Outcome == "found" && record != "" && record[0] == '{'
	if s.Ask == askPlace {
		label := t.sentence(t.c.language, sayPlaceShared)
		if found {
			label = plainText(record)
		} else {
			record = ""
		}
		return t.answered(s, placeRecord(label, at, record))
	}
	if found {
		return t.answered(s, record)
	}
	return t.unfound(s, r.Outcome)
}

// placeRecord is a place: how it reads, and what is known of it.
func placeRecord(label, pin, address string) string {
	b := appendText([]byte(`{"label":`), text.Cut(label, maxPlace))
	if pin != "" {
		b = append(append(b, ','), pin[1:len(pin)-1]...)
	}
	if address != "" {
		b = append(append(b, `,"address":`...), address...)
	}
	return string(append(b, '}'))
}

// answerAddress looks a typed address up. For a place, a description in words will do.
func (t *turn) answerAddress(s *flow.State) error {
	typed := t.typed
	if found := addressIn(typed); found != "" && len(strings.Fields(typed)) > 8 {
		typed = found
	}
	if at, ok := t.typedCandidate(); ok {
		return t.chooseCandidate(at)
	}
	if s.Ask == askAddress && t.otherHalf(typed) {
		return nil
	}
	if looksLikeAddress(typed) {
		t.find(typed)
		return nil
	}
	if done, err := t.answerButton(s); done {
		return err
	}
	if s.Ask == askAddress && t.half(typed) {
		return nil
	}
	if s.Ask == askPlace && t.folded != "" && text.Length(t.typed) <= maxPlace {
		return t.answered(s, placeRecord(t.typed, "", ""))
	}
	return t.invalid(s)
}

// find asks the address service; without one the answer is that it failed.
func (t *turn) find(typed string) {
	t.ask(pendingFind, quoted(typed), &bot.Call{Operation: findAddress, With: map[string]bot.Value{"text": {Private: bot.Hide(quoted(typed))}}})
}

// found goes on with what the address service knows.
func (t *turn) found(s *flow.State, r bot.Result, answer string) error {
	t.typed = plainText(answer)
	t.folded = fold(t.typed)
	record := r.Value.Reveal()
	switch {
	case r.Outcome == "found" && record != "":
		return t.answerWith(s, record)
	case r.Outcome == "several" && len(items(record)) > 0:
		t.c.found, t.c.page = record, 0
		return t.askCandidates()
	case s.Ask == askPlace && text.Length(t.typed) <= maxPlace:
		return t.answered(s, placeRecord(t.typed, "", ""))
	}
	return t.unfound(s, r.Outcome)
}

// answerWith keeps an address record as what was asked for.
func (t *turn) answerWith(s *flow.State, record string) error {
	if s.Ask == askPlace {
		record = placeRecord(plainText(record), "", record)
	}
	return t.answered(s, record)
}

// unfound explains and asks again; the third time a person is offered.
func (t *turn) unfound(s *flow.State, outcome string) error {
	t.misunderstood(s)
	if t.c.tries++; t.c.tries >= 3 {
		return t.thirdTime(s)
	}
	if outcome == "none" {
		t.say(sayAddressNone)
	} else {
		t.say(sayAddressFailed)
	}
	return t.goOn()
}

// askCandidates offers the addresses that were found, never one of them
// silently: also a single one that is not quite what was typed is asked.
func (t *turn) askCandidates() error {
	all := items(t.c.found)
	ids := make([]string, 0, text.MaxRows)
	for i, record := range all[:min(len(all), text.MaxRows-1)] {
		ids = append(ids, verbFound+"."+itemKey(i, record)[1:])
	}
	question := saySeveral
	if len(all) == 1 {
		question = sayNearAddress
	}
	return t.offer(t.sentence(t.c.language, question), append(ids, verbAgain)...)
}

// candidate finds the address that a button stands for.
func (t *turn) candidate(key string) (string, bool) {
	number, _, _ := strings.Cut(key, "-")
	n, err := strconv.Atoi(number)
	all := items(t.c.found)
	if err != nil || n < 0 || n >= len(all) || itemKey(n, all[n])[1:] != key {
		return "", false
	}
	return all[n], true
}

func (t *turn) candidateLabel(key string) (label, description string) {
	record, ok := t.candidate(key)
	if !ok {
		return "", ""
	}
	return plainText(record), strings.TrimSpace(textField(record, "postcode") + " " + textField(record, "city"))
}

func (t *turn) chooseCandidate(key string) error {
	record, ok := t.candidate(key)
	_, s := t.here(t.c)
	if !ok || s == nil || s.Kind != flow.Ask {
		return t.goOn()
	}
	return t.answerWith(s, record)
}

// typedCandidate understands "12 B" where 12, 12 A and 12 B were offered.
func (t *turn) typedCandidate() (key string, ok bool) {
	if t.c.found == "" {
		return "", false
	}
	for i, record := range items(t.c.found) {
		number := fold(textField(record, "number") + textField(record, "letter") + textField(record, "addition"))
		if number != "" && strings.ReplaceAll(t.folded, " ", "") == strings.ReplaceAll(number, " ", "") {
			return itemKey(i, record)[1:], true
		}
	}
	return "", false
}
