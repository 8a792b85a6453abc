package feed

import (
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
		said, err := r.words(of.info)
		if err != nil {
			return err
		}
		if said == "" && (of.language == "nl" || d.Urgency == "urgent") {
			said = r.standing(of.language, false)
			d.above = append(d.above, fmt.Sprintf("Let op: de bron heeft geen tekst in taal %s. Schrijf die zelf.", of.language))
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
	looked, err := r.Look(d.Title)
	d.Title = short(looked, longestTitle)
	return err
}

// words gives the text of one info.
func (r Rule) words(i *Info) (string, error) {
	if i == nil {
		return "", nil
	}
	said := message(plain(i.Description), plain(i.Instruction))
	if said == "" {
		said = short(plain(i.Headline), longestText)
	}
	looked, err := r.Look(said)
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
