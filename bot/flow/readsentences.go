package flow

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gemeentebode/bode/bot/text"
)

// sentenceValues are what the engine fills in. Any other value would leave the
// whole sentence out, and with it the way to a person.
var sentenceValues = []string{"phone", "hours", "topic", "what", "receipt", "subjects"}

// noticeValues are what a sentence about a notice is filled in with.
var noticeValues = []string{"title", "source"}

// sentenceLabels are the sentences on a button, and the platform's limits for them.
var sentenceLabels = map[string]int{
	"engine.button.yes": text.MaxButtonTitle, "engine.button.no": text.MaxButtonTitle, "engine.button.more": text.MaxButtonTitle,
	"engine.button.again": text.MaxButtonTitle, "engine.button.person": text.MaxButtonTitle, "engine.button.menu": text.MaxButtonTitle,
	"engine.switch.no": text.MaxButtonTitle, "engine.unknown.none": text.MaxButtonTitle, "engine.stop.all": text.MaxButtonTitle,
	"engine.stop.nothing": text.MaxButtonTitle, "engine.language.name": text.MaxRowTitle,
	"engine.menu_button": text.MaxListButton, "engine.button.choose": text.MaxListButton,
	"engine.erase.yes": text.MaxButtonTitle, "engine.erase.no": text.MaxButtonTitle, "engine.rights.again": text.MaxButtonTitle,
	"engine.rights.erase": text.MaxButtonTitle, "engine.rights.on": text.MaxButtonTitle, "engine.rights.export": text.MaxRowTitle,
	"engine.rights.messages": text.MaxRowTitle, "engine.rights.contact": text.MaxRowTitle, "engine.rights.remembered": text.MaxRowTitle,
	"engine.rights.subscriptions": text.MaxRowTitle, "engine.rights.appointments": text.MaxRowTitle, "engine.rights.requests": text.MaxRowTitle,
	"engine.export.link": text.MaxLinkLabel, "engine.person.link": text.MaxLinkLabel, "engine.formal.link": text.MaxLinkLabel,
}

// sentence proves that the engine can fill a sentence of its own in, in every
// language that it stands in, and that it is not too long for its place.
func (l *loading) sentence(t *text.Text) {
	for _, language := range sortedKeys(t.ByLanguage) {
		template, values := t.ByLanguage[language], sentenceValues
		if strings.HasPrefix(t.ID, "engine.notice.") {
			values = noticeValues
		}
		for _, u := range template.Uses() {
			if first, _, _ := strings.Cut(u.Path, "."); !text.Reserved(first) && !slices.Contains(values, u.Path) {
				l.sentenceValue(language, t.ID, u.Path)
			}
		}
		limit, label := sentenceLabels[t.ID]
		if !label {
			limit = text.MaxInteractiveBody
		}
		if n := text.Length(template.Source()); n > limit && !strings.HasPrefix(t.ID, "engine.words.") {
			l.sentenceFault(language, t.ID, "sentence-too-long", fmt.Sprintf("dit is %d tekens, hier passen er %d", n, limit),
				fmt.Sprintf("this is %d characters, and %d fit here", n, limit))
		}
	}
}

func (l *loading) sentenceValue(language, id, path string) {
	meant := near(path, sentenceValues)
	l.sentenceFault(language, id, "sentence-value", fmt.Sprintf("{{.%s}} wordt hier nooit ingevuld.", path)+meantDutch(meant),
		fmt.Sprintf("{{.%s}} is never filled in here.", path)+meantEnglish(meant))
}

func (l *loading) sentenceFault(language, id, code, dutchSentence, englishSentence string) {
	at := l.catalog.Where(language, id)
	l.faults = append(l.faults, Fault{File: at.File, Line: at.Line, Column: at.Column, Code: code,
		Dutch: fmt.Sprintf("in %s (%s): %s", id, language, dutchSentence), English: fmt.Sprintf("in %s (%s): %s", id, language, englishSentence)})
}
