package privacy

import (
	"slices"
)

// Asks tells whether a text asks a resident for a BSN, a bank account, a card
// number, the number or a picture of an identity document, or DigiD
// credentials, and gives the sentence that does. Warnings ("stuur nooit uw
// BSN"), refusals and sentences that only speak about these ("neem uw paspoort
// mee") do not ask. Dutch and English are judged thoroughly; German, French,
// Turkish, Polish, Ukrainian and Arabic as far as the tables go. In doubt it asks.
func Asks(text string) (found string, asks bool) {
	if !theGuard.mayName(text) {
		return "", false
	}
	sentences := theGuard.readSentences(text)
	for k, s := range sentences {
		s.digid = slices.ContainsFunc(s.clauses, theGuard.digid.in)
		s.trouble = slices.ContainsFunc(s.clauses, theGuard.trouble.in)
		s.label = !slices.ContainsFunc(s.clauses, func(c []string) bool { return !theGuard.bare(c) })
		if k+1 < len(sentences) {
			s.next = sentences[k+1].clauses
		}
		for i, clause := range s.clauses {
			if theGuard.asksIn(s, i, clause) {
				return s.text, true
			}
		}
	}
	return "", false
}

// guard holds the tables of guard_words.go and guard_identifiers.go, read once.
type guard struct {
	identifiers                           *phraseSet
	pairs                                 []guardPair
	triggers                              triggers
	secrets, digid, pronouns, portraits   *phraseSet
	asks, willing, giving, needing, needs *phraseSet
	never, none, notNever, mentions, own  *phraseSet
	breaks, fillers, trouble, states      *phraseSet
}

var theGuard = readGuard()

func readGuard() *guard {
	g := &guard{}
	for _, set := range []**phraseSet{&g.secrets, &g.digid, &g.pronouns, &g.portraits, &g.identifiers, &g.asks, &g.willing, &g.giving, &g.needing, &g.needs,
		&g.never, &g.none, &g.notNever, &g.mentions, &g.own, &g.breaks, &g.fillers, &g.trouble, &g.states} {
		*set = newPhraseSet()
	}
	for _, id := range neverAsked {
		g.identifiers.add(id.kind, id.phrases)
	}
	g.triggers = triggers{whole: map[string]triggerKind{}, open: map[string][]trigger{}}
	for _, pair := range neverAskedOf {
		p := guardPair{newPhraseSet(), newPhraseSet()}
		p.parts.add(pair.kind, pair.parts)
		p.things.add(pair.kind, pair.things)
		g.pairs = append(g.pairs, p)
		g.triggers.add(p.parts, ofPart)
		g.triggers.add(p.things, ofThing)
	}
	g.secrets.add(kindDigiD, digidSecrets)
	g.digid.add(kindDigiD, "digid | digi d")
	g.pronouns.add("", guardPronouns)
	g.portraits.add("", portraits)
	g.triggers.add(g.identifiers, ofIdentifier)
	g.triggers.add(g.digid, ofIdentifier)
	for _, l := range guardLanguages {
		g.asks.add("", l.asks)
		g.willing.add("", l.willing)
		g.giving.add("", l.giving)
		g.needing.add("", l.needing)
		g.needs.add("", l.needs)
		g.never.add("", l.never)
		g.none.add("", l.none)
		g.notNever.add("", l.notNever)
		g.mentions.add("", l.mentions)
		g.own.add("", l.own)
		g.breaks.add("", l.breaks)
		g.fillers.add("", l.fillers)
		g.trouble.add("", l.trouble)
		g.states.add("", l.states)
	}
	return g
}

// asksIn tells whether clause i asks for one of the identifiers in it. The
// picture or number of "mijn paspoort" is the resident's own business.
func (g *guard) asksIn(s sentence, i int, clause []string) bool {
	for at := 0; at < len(clause); at++ {
		n := g.identifierAt(clause, at)
		if n == 0 && s.digid {
			_, n = g.secrets.at(clause, at)
		}
		if n == 0 || n > 1 && slices.ContainsFunc(clause[at:at+n], g.isOwn) {
			continue
		}
		if g.judge(s, i, at, n) || g.asksForIt(s, i) {
			return true
		}
	}
	return false
}

// guardPair is a part ("nummer", "foto") and the things of which it is never
// asked ("paspoort"), in either order.
type guardPair struct{ parts, things *phraseSet }

// How many words may stand between a part and its thing: "nummer dat op uw
// paspoort", and the other way round "Pasaportunuzdaki numara".
const (
	partBeforeThing = 4
	thingBeforePart = 1
)

// identifierAt gives how many words an identifier takes that begins at word i;
// 0 when there is none.
func (g *guard) identifierAt(clause []string, i int) int {
	if _, n := g.identifiers.at(clause, i); n > 0 {
		return n
	}
	if _, n := g.portraits.at(clause, i); n > 0 {
		return 0
	}
	for _, p := range g.pairs {
		if n := follows(p.parts, p.things, clause, i, partBeforeThing); n > 0 {
			return n
		}
		if n := follows(p.things, p.parts, clause, i, thingBeforePart); n > 0 {
			return n
		}
	}
	return 0
}

// follows gives how many words it takes from word i, which begins the one, to
// the end of the other, with at most gap words between them.
func follows(one, other *phraseSet, clause []string, i, gap int) int {
	_, n := one.at(clause, i)
	if n == 0 {
		return 0
	}
	for at := i + n; at < len(clause) && at <= i+n+gap; at++ {
		if _, m := other.at(clause, at); m > 0 {
			return at + m - i
		}
	}
	return 0
}

// asksForIt tells whether what clause i names is asked for right behind it, as
// "it": "Uw BSN ontbreekt. Vul het alsnog in." What clause i warns against is not.
func (g *guard) asksForIt(s sentence, i int) bool {
	if g.negated(s.clauses[i], 0) && g.requests(s.clauses[i]) {
		return false
	}
	for _, behind := range [][][]string{s.clauses[i+1:], s.next} {
		for _, c := range behind[:min(farAhead, len(behind))] {
			if g.pronouns.in(c) && g.requests(c) && !g.negated(c, len(c)) && !g.mentions.in(c) {
				return true
			}
		}
	}
	return false
}

func (g *guard) isOwn(word string) bool { return g.own.in([]string{word}) }

// judge decides about clause i, which holds an identifier at [at, at+n). A
// clause that asks by itself is judged by itself. A short one ("uw BSN of
// IBAN") goes with what leads up to it, or at the beginning with what follows.
// Else whatever asks that states nothing, and in a question anything that does
// not speak of what happened to the thing.
func (g *guard) judge(s sentence, i, at, n int) bool {
	clause := s.clauses[i]
	if g.excused(clause, at) {
		return false
	}
	if g.requests(clause) {
		return true
	}
	if asks, decided := g.leadingUp(s, i); decided {
		return asks
	}
	if i+1 < len(s.clauses) && len(clause) <= 4 && i == 0 {
		if next := s.clauses[1]; g.requests(next) || g.handing(next) {
			return !g.negated(next, len(next))
		}
	}
	if g.label(s, i) || g.handing(clause) {
		return true
	}
	return !s.trouble && (s.question || !g.states.in(clause))
}

// leadingUp looks back from a short clause for what it belongs to: the nearest
// request or warning in front of it in the sentence.
func (g *guard) leadingUp(s sentence, i int) (asks, decided bool) {
	if len(s.clauses[i]) > 6 {
		return false, false
	}
	for k := i - 1; k >= max(0, i-farBack); k-- {
		if before := s.clauses[k]; g.negated(before, len(before)) || g.mentions.in(before) {
			return false, true
		} else if g.requests(before) || g.givesWith(before, s.clauses[i]) {
			return true, true
		}
	}
	return false, false
}

// How many clauses are looked at in front of one, and behind it.
const farBack, farAhead = 20, 6

// givesWith tells whether the request is spread over two clauses: "kunt u ons, graag snel, uw BSN sturen".
func (g *guard) givesWith(before, clause []string) bool {
	return g.willing.in(before) && g.giving.in(clause)
}

// excused tells whether the clause takes the request back, or speaks about the
// thing instead of asking for it.
func (g *guard) excused(clause []string, at int) bool {
	if g.negated(clause, at) || g.mentions.in(clause) {
		return true
	}
	return at > 0 && g.isOwn(clause[at-1]) || at > 1 && g.isOwn(clause[at-2]) && !g.fillers.in(clause[at-1:at])
}

// negated tells whether the clause holds a denial; "geen" and "zonder" only
// count in front of the identifier.
func (g *guard) negated(clause []string, at int) bool {
	for i := 0; i < len(clause); i++ {
		if _, n := g.notNever.at(clause, i); n > 0 {
			i += n - 1
			continue
		}
		if _, n := g.never.at(clause, i); n > 0 {
			return true
		}
		if _, n := g.none.at(clause, i); n > 0 && i < at {
			return true
		}
	}
	return false
}

// requests tells whether the clause asks for something to be given.
func (g *guard) requests(clause []string) bool {
	return g.asks.in(clause) || g.willing.in(clause) && g.giving.in(clause) || g.needing.in(clause) && g.needs.in(clause)
}

// handing tells whether the clause is an order without a subject: "uw BSN invullen".
func (g *guard) handing(clause []string) bool {
	return len(clause) <= 6 && g.giving.in(clause[len(clause)-1:]) && slices.ContainsFunc(clause, addressed)
}

func addressed(word string) bool {
	return slices.Contains([]string{"uw", "je", "jouw", "your", "ihre", "votre", "hier", "here"}, word)
}

// label tells whether the whole sentence is nothing but the name of an
// identifier, as a form would print it ("BSN:", "En uw IBAN?"), or ends on one
// after a short announcement ("Nog een ding: uw IBAN").
func (g *guard) label(s sentence, i int) bool {
	if i > 0 && i == len(s.clauses)-1 && addressed(s.clauses[i][0]) && g.bare(s.clauses[i]) {
		return true
	}
	return s.label
}

// bare tells whether a clause holds only identifiers, figures and the small
// words of a form.
func (g *guard) bare(clause []string) bool {
	for i := 0; i < len(clause); {
		n := g.identifierAt(clause, i)
		_, m := g.fillers.at(clause, i)
		for _, p := range g.pairs {
			if _, k := p.things.at(clause, i); i > 0 {
				m = max(m, k)
			}
		}
		if n = max(n, m); n == 0 && clause[i][0] >= '0' && clause[i][0] <= '9' {
			n = 1
		}
		if n == 0 {
			return false
		}
		i += n
	}
	return true
}
