package flow

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gemeentebode/bode/bot/privacy"
	"github.com/gemeentebode/bode/bot/text"
)

// world says what a text may take from the shared file. What the shared file
// holds is rendered in this order, so a text can only use what comes before it.
type world int

const (
	onlyName   world = iota // the municipality's name
	andFacts                // and facts
	andTeams                // and teams
	everything              // and shared sentences
)

// shared checks what flows/bode.toml says about topics, the menu, and the
// texts that hold no values of a resident.
func (c *checker) shared() {
	s := &c.b.Shared
	for i, name := range s.Menu {
		if !c.flowExists(name) {
			c.unknown(inShared("menu."+strconv.Itoa(i)), "unknown-flow", name, sortedKeys(c.b.Flows),
				"Het menu noemt %q, maar die flow bestaat niet.", "The menu names %q, but there is no such flow.")
		} else if slices.Index(s.Menu, name) < i {
			c.fault(inShared("menu."+strconv.Itoa(i)), "menu-twice", fmt.Sprintf("%q staat twee keer in het menu.", name), fmt.Sprintf("%q is in the menu twice.", name))
		}
	}
	for _, name := range sortedKeys(s.Topics) {
		c.topic(name, s.Topics[name])
	}
	for _, t := range c.sharedTexts() {
		for _, language := range sortedKeys(t.text.ByLanguage) {
			at := c.inLanguage(inShared(t.path), t.text, language)
			for _, u := range t.text.ByLanguage[language].Uses() {
				c.worldOnly(at, u, t.may)
			}
		}
	}
}

// sharedText is a text of the shared file, at its key.
type sharedText struct {
	path string
	text *text.Text
	may  world
}

func (c *checker) sharedTexts() []sharedText {
	s := &c.b.Shared
	all := []sharedText{{"first_contact.text", s.FirstContact, everything}}
	for _, name := range sortedKeys(s.Facts) {
		all = append(all, sharedText{"facts." + name + ".value", s.Facts[name].Value, onlyName},
			sharedText{"facts." + name + ".fallback", s.Facts[name].Fallback, onlyName})
	}
	for _, name := range sortedKeys(s.Teams) {
		all = append(all, sharedText{"teams." + name + ".hours", s.Teams[name].Hours, andFacts})
	}
	for _, name := range sortedKeys(s.Kinds) {
		all = append(all, sharedText{"kinds." + name, s.Kinds[name], andTeams})
	}
	for _, name := range sortedKeys(s.Texts) {
		all = append(all, sharedText{"texts." + name, s.Texts[name], andTeams})
	}
	for _, name := range sortedKeys(s.Topics) {
		all = append(all, sharedText{"topics." + name + ".title", s.Topics[name].Title, onlyName},
			sharedText{"topics." + name + ".wording", s.Topics[name].Wording, everything})
	}
	for i, crisis := range s.Crisis {
		all = append(all, sharedText{"crisis." + strconv.Itoa(i) + ".answer", crisis.Answer, everything})
	}
	for i, formal := range s.Formal {
		all = append(all, sharedText{"formal." + strconv.Itoa(i) + ".answer", formal.Answer, everything})
	}
	return slices.DeleteFunc(all, func(t sharedText) bool { return t.text == nil })
}

// worldOnly refuses values of a resident in a text that is the same for all.
func (c *checker) worldOnly(at spot, u text.Use, may world) {
	if !c.worldUse(at, u.Path, may) {
		c.fault(at, "value-in-shared", fmt.Sprintf("In deze tekst kan {{.%s}} niet: hij is voor iedereen gelijk.", u.Path),
			fmt.Sprintf("This text cannot hold {{.%s}}: it is the same for everyone.", u.Path))
	}
}

// worldUse tells whether a path is one of the shared file's, and notes it when
// it names something that is not there.
func (c *checker) worldUse(at spot, path string, may world) bool {
	s := &c.b.Shared
	first, rest, _ := strings.Cut(path, ".")
	var needs world
	switch first {
	case "municipality":
		return true
	case "fact":
		needs = andFacts
		c.isThere(at, "unknown-fact", rest, sortedKeys(s.Facts), "Het feit %q bestaat niet in bode.toml.", "There is no fact %q in bode.toml.")
	case "team":
		needs = andTeams
		c.teamUse(at, rest)
	case "text":
		needs = everything
		c.isThere(at, "unknown-text", rest, sortedKeys(s.Texts), "De gedeelde zin %q bestaat niet in bode.toml.", "There is no shared sentence %q in bode.toml.")
	default:
		return false
	}
	if needs > may {
		c.fault(at, "not-here", fmt.Sprintf("In deze tekst kan {{.%s}} niet. Schrijf het hier uit.", path), fmt.Sprintf("This text cannot hold {{.%s}}. Write it out here.", path))
	}
	return true
}

func (c *checker) teamUse(at spot, rest string) {
	team, what, _ := strings.Cut(rest, ".")
	if c.isThere(at, "unknown-team", team, sortedKeys(c.b.Shared.Teams), "Het team %q bestaat niet.", "There is no team %q.") {
		c.isThere(at, "unknown-field", what, []string{"hours", "phone"}, "Van een team bestaat %q niet; wel hours en phone.", "A team has no %q, but it does have hours and phone.")
	}
}

// keptWords betray in the wording that something is kept: what a topic keeps
// has to be said to the one who consents.
var keptWords = map[string][]string{"address": {"adres"}, "postcode4": {"postcode"}, "phone": {"telefoon", "nummer"}, "email": {"mail"}}

// topic proves that the wording of a consent says who sends, what is kept, and
// whether it may come at night.
func (c *checker) topic(name string, t *Topic) {
	path := "topics." + name
	if len(t.Keeps) == 0 {
		c.fault(inShared(path), "keeps-missing", fmt.Sprintf("Onderwerp %q zegt niet wat ervoor wordt bewaard (keeps).", name),
			fmt.Sprintf("Topic %q does not say what is kept for it (keeps).", name))
	}
	for i, kept := range t.Keeps {
		if _, asks := privacy.Asks("Wat is uw " + kept + "?"); asks {
			c.fault(inShared(path+".keeps."+strconv.Itoa(i)), "keeps-identifier", fmt.Sprintf("%q bewaren wij nooit.", kept), fmt.Sprintf("%q is never kept.", kept))
		}
	}
	if t.Wording == nil {
		return
	}
	for _, language := range sortedKeys(t.Wording.ByLanguage) {
		at := c.inLanguage(inShared(path+".wording"), t.Wording, language)
		wording := t.Wording.ByLanguage[language].Source()
		plain := strings.ToLower(wording)
		if !strings.Contains(wording, c.b.Shared.Municipality) && !strings.Contains(wording, ".municipality") {
			c.fault(at, "wording-sender", "De toestemmingstekst noemt de gemeente niet.", "The consent wording does not name the municipality.")
		}
		if night := containsAny(plain, nightWords[language]); t.Night && !night && nightWords[language] != nil {
			c.fault(at, "wording-night", "Dit mag 's nachts komen. De toestemmingstekst moet dat zeggen.", "This may come at night. The consent wording has to say so.")
		}
		if language == dutch {
			c.keeps(at, t, plain)
		}
	}
}

var nightWords = map[string][]string{"nl": {"nacht"}, "en": {"night"}, "pl": {"noc"}, "tr": {"gece"}, "uk": {"ноч", "ніч"}, "ar": {"ليل"}}

func (c *checker) keeps(at spot, t *Topic, wording string) {
	for _, kept := range t.Keeps {
		if words := keptWords[kept]; words != nil && !containsAny(wording, words) {
			c.fault(at, "wording-keeps", fmt.Sprintf("De toestemmingstekst zegt niet dat %q wordt bewaard.", kept), fmt.Sprintf("The consent wording does not say that %q is kept.", kept))
		}
	}
}

func containsAny(s string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(s, w) })
}
