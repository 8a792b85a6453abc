package engine

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/bot/text"
)

// The engine's own sentences; they stand in locales/bode.<language>.toml.
const (
	sayMenu            = "engine.menu"
	sayMenuMore        = "engine.menu_more"
	sayMenuButton      = "engine.menu_button"
	sayGreeting        = "engine.greeting"
	sayUnknown         = "engine.unknown.text"
	sayDoubt           = "engine.unknown.doubt"
	sayNone            = "engine.unknown.none"
	sayUnsure          = "engine.unknown.unsure"
	sayWhich           = "engine.unknown.which"
	sayHelp            = "engine.help.text"
	sayHelpHere        = "engine.help.here"
	saySwitch          = "engine.switch.text"
	saySwitchNo        = "engine.switch.no"
	sayTwoWishes       = "engine.switch.both"
	sayYes             = "engine.button.yes"
	sayNo              = "engine.button.no"
	sayMore            = "engine.button.more"
	sayAgainButton     = "engine.button.again"
	sayPersonButton    = "engine.button.person"
	sayMenuChoice      = "engine.button.menu"
	sayChoose          = "engine.button.choose"
	sayOldButton       = "engine.button.old"
	sayDoneButton      = "engine.button.done"
	sayPersonOpen      = "engine.person.open"
	sayPersonClosed    = "engine.person.closed"
	sayPersonPhone     = "engine.person.phone"
	sayPersonNone      = "engine.person.none"
	sayPersonLink      = "engine.person.link"
	sayGoOn            = "engine.goon"
	sayBackNone        = "engine.back.none"
	sayBackFixed       = "engine.back.fixed"
	sayCancel          = "engine.cancel.text"
	sayCancelNone      = "engine.cancel.none"
	sayData            = "engine.data"
	sayLanguage        = "engine.language.text"
	sayLanguageName    = "engine.language.name"
	sayLanguageSet     = "engine.language.set"
	sayOtherLanguage   = "engine.other_language"
	sayCrisis          = "engine.crisis"
	sayFormalLink      = "engine.formal.link"
	sayMasked          = "engine.masked.text"
	sayMaskedBSN       = "engine.masked.bsn"
	sayMaskedIBAN      = "engine.masked.iban"
	sayMaskedCard      = "engine.masked.card"
	sayMaskedDocument  = "engine.masked.document"
	sayMaskedDigiD     = "engine.masked.digid"
	sayMaskedAny       = "engine.masked.any"
	sayPhoto           = "engine.media.photo"
	sayVideo           = "engine.media.video"
	sayVoice           = "engine.media.voice"
	sayDocument        = "engine.media.document"
	sayUnsupported     = "engine.media.unsupported"
	sayPlaceUnasked    = "engine.place.unasked"
	sayPlaceShared     = "engine.place.shared"
	saySeveral         = "engine.address.several"
	sayNearAddress     = "engine.address.near"
	sayAddressNone     = "engine.address.none"
	sayAddressFirst    = "engine.address.first"
	sayHouseNumber     = "engine.address.number"
	sayPostcode        = "engine.address.postcode"
	sayAddressFailed   = "engine.address.failed"
	sayLate            = "engine.late"
	sayExpired         = "engine.expired"
	sayChangedFlow     = "engine.changed.flow"
	sayChangedMenu     = "engine.changed.menu"
	sayInvalidChoice   = "engine.invalid.choice"
	sayShortChoice     = "engine.short.choice"
	sayInvalidThird    = "engine.invalid.third"
	sayConsentAsk      = "engine.subscribe.ask"
	sayConsentExplicit = "engine.subscribe.explicit"
	sayConsentAlready  = "engine.subscribe.already"
	sayUnsubscribeAsk  = "engine.unsubscribe.ask"
	sayUnsubscribeNone = "engine.unsubscribe.none"
	sayStopped         = "engine.stop.topic"
	sayStoppedNone     = "engine.stop.topic_none"
	sayStopAsk         = "engine.stop.ask"
	sayStopAll         = "engine.stop.all"
	sayStopAllHow      = "engine.stop.all_how"
	sayStopNothing     = "engine.stop.nothing"
	sayStopKept        = "engine.stop.kept"
	sayAgainFirst      = "engine.again.first"
	sayAgainSecond     = "engine.again.second"
	sayAgainThird      = "engine.again.third"
	saySorry           = "engine.sorry.text"
	saySorryPhone      = "engine.sorry.phone"
	sayFarewell        = "engine.farewell.text"
	sayFarewellBooking = "engine.farewell.appointment"
	sayFarewellRequest = "engine.farewell.request"
	sayFarewellProof   = "engine.farewell.proof"
	sayNotOpen         = "engine.not_open"
	sayClosed          = "engine.closed"
	sayNoticeElsewhere = "engine.notice.elsewhere" // said by bode serve: a notice that is not in one's language

	wordsYes       = "engine.words.yes"
	wordsNo        = "engine.words.no"
	wordsOkay      = "engine.words.okay"
	wordsThanks    = "engine.words.thanks"
	wordsGreeting  = "engine.words.greeting"
	wordsCancel    = "engine.words.cancel"
	wordsSkip      = "engine.words.skip"
	wordsMore      = "engine.words.more"
	wordsFillers   = "engine.words.fillers"
	wordsData      = "engine.words.data"
	wordsLanguage  = "engine.words.language"
	wordsPerson    = "engine.words.person"
	wordsAround    = "engine.words.person_around"
	wordsBecause   = "engine.words.person_because"
	wordsHelp      = "engine.words.help"
	wordsCallback  = "engine.words.call_back"
	wordsUnsure    = "engine.words.unsure"
	wordsNeither   = "engine.words.neither"
	wordsMenu      = "engine.words.menu"
	wordsBack      = "engine.words.back"
	wordsStopping  = "engine.words.stopping"
	wordsLanguages = "engine.words.language_names"
)

// askKinds have an explanation each: engine.invalid.<kind>, engine.short.<kind>.
var askKinds = []string{askText, askNumber, askDate, askTime, askAddress, askPlace, askYesNo, askReference, askPhone, askEmail}

// Sentences lists the ids of all sentences that the engine needs, for the
// check of a bundle (flow.Options.Sentences).
func Sentences() []string {
	ids := []string{
		sayMenu, sayMenuMore, sayMenuButton, sayGreeting, sayUnknown, sayDoubt, sayNone, sayUnsure, sayWhich, sayHelp, sayHelpHere, saySwitch, saySwitchNo, sayTwoWishes,
		sayYes, sayNo, sayMore, sayAgainButton, sayPersonButton, sayMenuChoice, sayChoose, sayOldButton, sayDoneButton,
		sayPersonOpen, sayPersonClosed, sayPersonPhone, sayPersonNone, sayPersonLink, sayGoOn, sayBackNone, sayBackFixed,
		sayCancel, sayCancelNone, sayData, sayLanguage, sayLanguageName, sayLanguageSet, sayOtherLanguage, sayCrisis,
		sayFormalLink, sayMasked, sayMaskedBSN, sayMaskedIBAN, sayMaskedCard, sayMaskedDocument, sayMaskedDigiD, sayMaskedAny, sayPhoto, sayVideo, sayVoice,
		sayDocument, sayUnsupported, sayPlaceUnasked, sayPlaceShared, saySeveral, sayAddressFirst, sayHouseNumber, sayPostcode, sayAddressNone, sayAddressFailed, sayLate,
		sayExpired, sayChangedFlow, sayChangedMenu, sayInvalidChoice, sayShortChoice, sayInvalidThird, sayConsentAsk,
		sayConsentExplicit, sayConsentAlready, sayUnsubscribeAsk, sayUnsubscribeNone, sayStopped, sayStoppedNone, sayStopAsk,
		sayStopAll, sayStopAllHow, sayStopNothing, sayStopKept, sayAgainFirst, sayAgainSecond, sayAgainThird, saySorry,
		saySorryPhone, sayFarewell, sayFarewellBooking, sayFarewellRequest, sayFarewellProof, sayNearAddress, sayNotOpen, sayClosed, sayNoticeElsewhere, wordsYes, wordsNo, wordsOkay, wordsThanks, wordsGreeting, wordsCancel, wordsSkip, wordsMore,
		wordsFillers, wordsData, wordsLanguage, wordsPerson, wordsAround, wordsBecause, wordsHelp, wordsCallback, wordsUnsure, wordsNeither, wordsMenu, wordsBack, wordsStopping, wordsLanguages,
	}
	ids = append(ids, rightsSentences()...)
	for _, kind := range askKinds {
		ids = append(ids, "engine.invalid."+kind, "engine.short."+kind)
	}
	slices.Sort(ids)
	return ids
}

// global is what a global word asks for.
type global struct{ verb, arg string }

// Verbs of global words; the engine's own buttons have the same ones.
const (
	verbPerson   = "person"
	verbMenu     = "menu"
	verbBack     = "back"
	verbLanguage = "language"
	verbData     = "data"
	verbCancel   = "cancel"
	verbHelp     = "help"
	verbErase    = "erase"
	verbExport   = "export"
)

// words are the words that mean something everywhere, of all languages at
// once, whatever language was chosen.
type words struct {
	global   map[string]global   // a folded phrase -> what it asks for
	language map[string]string   // a folded phrase -> the one language it belongs to
	stop     []string            // folded
	yes, no  map[string]bool     // folded
	okay     map[string]bool     // "ok": an answer where one is asked, a courtesy elsewhere
	thanks   map[string]bool     // courtesy, never an answer
	greeting map[string]string   // -> language
	skip     map[string]bool     //
	more     map[string]bool     //
	fillers  map[string]bool     // what people say around a global word
	stopping map[string]bool     // "stopzetten": asks what to stop
	stopSaid []string            // the same in several words: "niets meer ontvangen"
	around   map[string]bool     // what people say around a wish to speak to somebody, besides fillers
	callback map[string]bool     // "bel mij terug": a person, or the flow that has it as its keyword
	unsure   map[string]bool     // "weet ik niet"
	neither  map[string]bool     // "geen van beide"
	because  []string            // and why they wish it; the longest first
	names    map[string][]string // topic -> folded names of it
}

func newWords(b *flow.Bundle) words {
	w := words{global: map[string]global{}, language: map[string]string{}, greeting: map[string]string{}, names: map[string][]string{},
		yes: setOf(b, wordsYes), no: setOf(b, wordsNo), okay: setOf(b, wordsOkay), thanks: setOf(b, wordsThanks),
		skip: setOf(b, wordsSkip), more: setOf(b, wordsMore), fillers: setOf(b, wordsFillers), stopping: setOf(b, wordsStopping), callback: setOf(b, wordsCallback), unsure: setOf(b, wordsUnsure), neither: setOf(b, wordsNeither), around: setOf(b, wordsAround), because: longestFirst(setOf(b, wordsBecause))}
	for phrase := range w.stopping {
		if strings.Contains(phrase, " ") {
			w.stopSaid = append(w.stopSaid, phrase)
		}
	}
	slices.Sort(w.stopSaid)
	w.add(verbHelp, listOf(b, wordsHelp))
	w.add(verbCancel, listOf(b, wordsCancel))
	w.add(verbLanguage, listOf(b, wordsLanguage), b.Shared.Words.Language)
	w.add(verbData, listOf(b, wordsData), b.Shared.Words.Data)
	w.add(verbErase, listOf(b, wordsErase))
	w.add(verbExport, listOf(b, wordsExport))
	w.add(verbBack, listOf(b, wordsBack), b.Shared.Words.Back)
	w.add(verbMenu, listOf(b, wordsMenu), b.Shared.Words.Menu)
	w.add(verbPerson, listOf(b, wordsPerson), listOf(b, wordsCallback), b.Shared.Words.Person)
	for language, names := range listOf(b, wordsLanguages) {
		for _, name := range names {
			w.global[name] = global{verbLanguage, language}
		}
	}
	for language, list := range listOf(b, wordsGreeting) {
		for _, word := range list {
			if w.greeting[word] != "nl" {
				w.greeting[word] = language
			}
		}
	}
	w.stop = []string{"stop"}
	for _, list := range b.Shared.Words.Stop {
		for _, word := range list {
			if word = fold(word); word != "" && !slices.Contains(w.stop, word) {
				w.stop = append(w.stop, word)
			}
		}
	}
	for name, topic := range b.Shared.Topics {
		w.names[name] = []string{fold(name)}
		for _, title := range sources(topic.Title) {
			w.names[name] = append(w.names[name], fold(title))
		}
	}
	return w
}

// add takes lists of words by language; later lists win over earlier ones.
func (w *words) add(verb string, lists ...map[string][]string) {
	for _, list := range lists {
		for language, phrases := range list {
			for _, phrase := range phrases {
				folded := fold(phrase)
				if folded == "" {
					continue
				}
				of := language
				if other, taken := w.language[folded]; taken && other != language {
					of = "nl" // in two languages: it tells nothing about the reader's
				}
				w.global[folded], w.language[folded] = global{verb: verb}, of
			}
		}
	}
}

// asks finds the global word that a folded text is, apart from what people
// say around it: "mag ik een medewerker spreken".
func (w *words) asks(folded string) (g global, phrase string, ok bool) {
	if g, ok = w.global[folded]; ok {
		return g, folded, true
	}
	if strings.Count(folded, " ") > 9 {
		return g, "", false
	}
	phrase = without(folded, w.fillers)
	if g, ok = w.global[phrase]; ok {
		return g, phrase, true
	}
	for word := range strings.SplitSeq(phrase, " ") { // "een medewerker bellen"
		one, known := w.global[word]
		if !known || g.verb != "" && one != g {
			return g, "", false
		}
		g, phrase = one, word
	}
	return g, phrase, true
}

// wantsPerson tells whether all of a sentence is a wish to speak to somebody,
// with the reason why: "kunt u even bellen, ik kan niet goed typen". A word on
// a subject makes it a question about that subject.
func (w *words) wantsPerson(folded string) (phrase string, wants bool) {
	for _, reason := range w.because {
		if holds(folded, reason) {
			folded = strings.Join(strings.Fields(strings.Replace(" "+folded+" ", " "+reason+" ", " ", 1)), " ")
		}
	}
	if strings.Count(folded, " ") > 9 {
		return "", false
	}
	for word := range strings.SplitSeq(folded, " ") {
		switch {
		case w.global[word].verb == verbPerson:
			phrase = word
		case cues[word] == "niet" || cues[word] == "not":
			return "", false
		case !w.fillers[word] && !w.around[word] && !stopWord(word) && w.greeting[word] == "":
			return "", false
		}
	}
	return phrase, phrase != ""
}

func longestFirst(set map[string]bool) []string {
	return slices.SortedFunc(maps.Keys(set), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(a, b))
	})
}

func (w *words) parseYesNo(folded string) string {
	switch {
	case w.yes[folded] || w.okay[folded]:
		return "true"
	case w.no[folded]:
		return "false"
	}
	if n := len(folded); n > 2 && folded[n-1] == folded[n-2] {
		return w.parseYesNo(folded[:n-1]) // "jaaa"
	}
	return ""
}

// leading tells what a sentence begins with, where that is a clear yes or no
// and the other one does not follow: "ja maar dit is al de derde keer".
func (w *words) leading(folded string) string {
	first, rest, more := strings.Cut(folded, " ")
	if !more || w.okay[first] {
		return ""
	}
	meant := w.parseYesNo(first)
	for word := range strings.SplitSeq(rest, " ") {
		if said := w.parseYesNo(word); said != "" && said != meant && !w.okay[word] {
			return ""
		}
	}
	return meant
}

// courteous tells whether a message needs no answer: thanks, or signs only
// (a thumb, a heart) that do not ask anything.
func (w *words) courteous(typed, folded string) bool {
	if folded == "" {
		return typed != "" && !strings.Contains(typed, "?")
	}
	return w.thanks[folded] || w.okay[folded]
}

func setOf(b *flow.Bundle, id string) map[string]bool {
	set := map[string]bool{}
	for _, list := range listOf(b, id) {
		for _, word := range list {
			set[word] = true
		}
	}
	return set
}

// listOf reads a sentence that is a list of words, per language.
func listOf(b *flow.Bundle, id string) map[string][]string {
	lists := map[string][]string{}
	for language, source := range sources(b.Sentences[id]) {
		lists[language] = splitList(source)
	}
	return lists
}

// sources gives a text as written, per language.
func sources(t *text.Text) map[string]string {
	out := map[string]string{}
	if t == nil {
		return out
	}
	for language, template := range t.ByLanguage {
		if template != nil {
			out[language] = template.Source()
		}
	}
	return out
}

// sentence renders one of the engine's own sentences in a language. One that
// is missing from the bundle is left out: flow.Load refuses such a bundle.
func (t *turn) sentence(language, id string, with ...value) string {
	s := t.bundle.Sentences[id]
	if s == nil {
		return ""
	}
	var vals text.Values
	for _, v := range with {
		if vals == nil {
			vals = text.Values{}
		}
		vals[v.name] = bot.ValueOf(v.raw)
	}
	out, err := s.In(language).Render(t.worldIn(language), vals)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(out)
}
