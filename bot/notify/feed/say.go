package feed

import (
	"errors"
	"fmt"
	"strings"
)

// What a draft says where the feed's own words cannot be used.
const (
	alertTitle = "NL-Alert"
	linkTitle  = "Waarschuwing"
)

// standing are the sentences of a draft that only points to its source, unless
// the configuration has its own.
func (r Rule) standing(language string, alert bool) string {
	if own := r.Text[language]; own != "" {
		return own
	}
	switch {
	case alert && language == "nl":
		return "Er is een NL-Alert. Op de site leest u wat er is en wat u moet doen."
	case alert:
		return "There is an NL-Alert. The website tells you what is going on and what to do."
	case language == "nl":
		return "Er is een waarschuwing. Op de site leest u wat er is en wat u kunt doen."
	}
	return "There is a warning. The website tells you what is going on and what you can do."
}

// say puts the words into a draft: the feed's own per language, shortened; or
// only where to read them.
func (r Rule) say(d *draft, e Entry, first, nl, en *Info, infos []Info) error {
	d.Text = map[string]string{}
	d.above = append(d.above, about(*first))
	if r.onlyLinks(e) {
		d.Title = linkTitle
		alert := !r.LinkOnly || strings.Contains(strings.ToLower(r.Name+" "+first.Sender+" "+first.Event+" "+first.Headline), "nl-alert") || strings.Contains(r.Name, "nlalert")
		if alert {
			d.Title = alertTitle
		}
		d.Text["nl"], d.Text["en"] = r.standing("nl", alert), r.standing("en", alert)
		d.above = append(d.above, "Alleen een verwijzing: de woorden van deze bron geven wij niet door.")
		return nil
	}
	for _, of := range []struct {
		language string
		info     *Info
	}{{"nl", nl}, {"en", en}} {
		said, err := r.words(d, of.info)
		if err != nil {
			return err
		}
		if said == "" && (of.language == "nl" || d.Urgency == "urgent") {
			said = r.standing(of.language, false)
			d.above = append(d.above, fmt.Sprintf("Let op: er is geen bruikbare tekst van de bron in taal %s. Schrijf die zelf.", of.language))
		}
		if said != "" {
			d.Text[of.language] = said
		}
	}
	if left := len(infos) - count(nl, en); left > 0 {
		d.above = append(d.above, fmt.Sprintf("Weggelaten: %d andere teksten van deze waarschuwing (talen: %s).", left, strings.Join(languages(infos), ", ")))
	}
	return r.title(d, nl)
}

func count(infos ...*Info) (n int) {
	for _, i := range infos {
		if i != nil {
			n++
		}
	}
	return n
}

// title is Dutch: what goes above an English text too.
func (r Rule) title(d *draft, nl *Info) error {
	d.Title = linkTitle
	if nl == nil {
		return nil
	}
	for _, s := range []string{plain(nl.Headline), plain(nl.Event)} {
		if s = strings.TrimRight(short(s, longestTitle), ". "); s != "" {
			d.Title = s
			break
		}
	}
	looked, err := r.look(d, d.Title)
	if d.Title = short(looked, longestTitle); d.Title == "" {
		d.Title = linkTitle
	}
	return err
}

// look is the last look; words that stay out are told to the editor.
func (r Rule) look(d *draft, text string) (string, error) {
	looked, err := r.Look(text)
	if errors.Is(err, ErrWords) {
		d.above = append(d.above, "Let op: woorden van de bron zijn weggelaten. Lees ze daar na. "+harmless(strings.TrimPrefix(err.Error(), ErrWords.Error()+": "), longestError))
		return "", nil
	}
	return looked, err
}

// words gives the text of one info.
func (r Rule) words(d *draft, i *Info) (string, error) {
	if i == nil {
		return "", nil
	}
	said := message(plain(i.Description), plain(i.Instruction))
	if said == "" {
		said = short(plain(i.Headline), longestText)
	}
	looked, err := r.look(d, said)
	if advice := short(plain(i.Instruction), longestText); looked == "" && err == nil && advice != "" && advice != said {
		looked, err = r.look(d, advice) // what to do may still be said
	}
	return short(looked, longestText), err
}

// about tells the editor what kind of warning it is.
func about(i Info) string {
	var parts []string
	for _, s := range []string{i.Sender, i.Event, i.Severity, i.Urgency, i.Certainty} {
		if s = shown(plain(s)); s != "" {
			parts = append(parts, s)
		}
	}
	return "Van de bron: " + strings.Join(parts, ", ") + "."
}
