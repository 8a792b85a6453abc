package engine

import (
	"slices"
	"strings"

	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/bot/text"
)

// offerFor offers something for a sentence, which is kept until the next
// message: what is chosen may take its answers from it.
func (t *turn) offerFor(sentence, said string, ids ...string) error {
	err := t.offer(said, ids...)
	if text.Length(sentence) <= maxWish {
		t.c.wish = sentence
	}
	return err
}

// answerOffer understands a typed number, label, yes or no to what the engine
// itself offered.
func (t *turn) answerOffer() (done bool, err error) {
	offered := t.c.offer
	labels := make([]string, len(offered))
	for i, id := range offered {
		labels[i], _ = t.engineLabel(id)
	}
	subjects := strings.HasPrefix(offered[0], verbStart+".")
	at, said := pick(t.folded, labels), t.words.parseYesNo(t.folded)
	if at < 0 && t.rightsStand() {
		return t.besideRights(said)
	}
	if said == "" && subjects && len(t.match(t.folded).flows) == 0 {
		said = t.words.leading(t.folded)
	}
	switch {
	case at >= 0:
	case said == "true" && len(offered) == 2:
		at = 0
	case said == "false" || subjects && t.words.neither[t.folded]:
		at = len(offered) - 1
		if offered[at] == verbPerson { // offered besides to whoever did not know
			at--
		}
	case said == "true" && subjects:
		return true, t.offerAgain(sayWhich, offered)
	case subjects && t.words.unsure[t.folded]:
		return true, t.offerAgain(sayUnsure, offered)
	default:
		return false, nil
	}
	verb, arg, _ := strings.Cut(offered[at], ".")
	return true, t.act(verb, arg, true)
}

// besideRights is for a yes or no while somebody's data is shown: it answers
// the question that stood before. Consent is to words that were just shown.
func (t *turn) besideRights(said string) (done bool, err error) {
	_, s := t.here(t.c)
	if said == "" || s == nil || s.Kind != flow.Subscribe && s.Kind != flow.Unsubscribe {
		return false, nil
	}
	t.moved = true
	return true, t.goOn()
}

// offerAgain offers the same to whoever does not know, and a person as well.
func (t *turn) offerAgain(id string, offered []string) error {
	if !slices.Contains(offered, verbPerson) {
		offered = append(slices.Clone(offered), verbPerson)
	}
	return t.offerFor(t.kept, t.sentence(t.c.language, id), offered...)
}
