package engine

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/text"
)

// The operations that the rights of a resident go by (AVG articles 15 and 20).
// A bundle whose services do not have them has one fixed sentence instead.
const (
	rightsCategories = "rights.categories" // reads; found: {"categories":[{"code":"messages","number":12}]}
	rightsContents   = "rights.contents"   // reads, with category; found: {"lines":["..."],"more":3}
	rightsExport     = "rights.export"     // writes; made: {"url":"https://...","minutes":15}
)

// categoryNames are the kinds of data that a service may count, and what the
// button that shows them is called. A kind that is not here is not shown.
var categoryNames = map[string]string{
	"messages": sayDataMessages, "contact": sayDataContact, "remembered": sayDataRemembered,
	"subscriptions": sayDataSubscriptions, "appointments": sayDataAppointments, "requests": sayDataRequests,
}

// remembered is the category whose values stand in the conversation itself.
const remembered = "remembered"

// data tells what is kept of a resident: kinds first, contents after a tap.
func (t *turn) data(language string) error {
	t.hear(language)
	if _, known := t.bundle.Operations[rightsCategories]; !known {
		t.sayOwn(sayData)
		return t.goOnText()
	}
	t.ask(pendingCategories, "", &bot.Call{Operation: rightsCategories})
	return nil
}

// rights goes on with what the service of a resident's rights gave.
func (t *turn) rights(p *pending, r bot.Result) error {
	switch p.kind {
	case pendingCategories:
		return t.categories(r)
	case pendingContents:
		return t.contents(p.answer, r)
	}
	return t.exported(r)
}

// categories lists what is kept, with how much of it, and offers to see it,
// have it, or have it erased. The conversation stays where it was.
func (t *turn) categories(r bot.Result) error {
	var lines, ids []string
	for _, one := range t.counted(r) {
		code, number := textField(one, "code"), textField(one, "number")
		if name := categoryNames[code]; name != "" && number != "" && number != "0" {
			lines = append(lines, "• "+t.own(name)+": "+number)
			ids = append(ids, verbShow+"."+code)
		}
	}
	switch {
	case len(lines) > 0:
		t.sayOwn(sayDataFound, value{"subjects", strings.Join(lines, "\n")})
	case r.Outcome == "none" || r.Outcome == "found":
		t.sayOwn(sayDataNone)
	default:
		t.sayOwn(sayData)
		t.sayOwn(sayDataFailed)
	}
	if _, known := t.bundle.Operations[rightsExport]; known && len(lines) > 0 {
		ids = append(ids, verbExport)
	}
	return t.offerRights(append(ids, verbErase)...)
}

// counted gives the kinds that the service counted, and the remembered answers
// that only the conversation knows of.
func (t *turn) counted(r bot.Result) []string {
	list := items(field(r.Value.Reveal(), "categories"))
	if r.Outcome != "found" {
		list = nil
	}
	own := len(t.c.answers())
	if own == 0 || r.Outcome == failed || slices.ContainsFunc(list, func(one string) bool { return textField(one, "code") == remembered }) {
		return list
	}
	return append(list, `{"code":"`+remembered+`","number":`+strconv.Itoa(own)+`}`)
}

// show asks for the contents of one kind.
func (t *turn) show(category string) error {
	_, known := t.bundle.Operations[rightsContents]
	switch {
	case categoryNames[category] == "":
		return t.goOn()
	case !known:
		return t.contents(category, bot.Result{Outcome: failed})
	}
	t.ask(pendingContents, category, &bot.Call{Operation: rightsContents, With: map[string]bot.Value{"category": bot.ValueOf(category)}})
	return nil
}

// contents shows a few lines of one kind. Where they are too long for a
// message with buttons, the buttons' words are said instead.
func (t *turn) contents(category string, r bot.Result) error {
	lines, more := items(field(r.Value.Reveal(), "lines")), textField(r.Value.Reveal(), "more")
	if r.Outcome != "found" {
		lines, more = nil, ""
	}
	if category == remembered && len(lines) == 0 {
		for _, v := range t.c.answers() {
			lines = append(lines, v.raw)
		}
	}
	t.paragraph(t.listed(category, lines))
	switch {
	case len(lines) == 0 && r.Outcome == failed:
		t.sayOwn(sayDataFailed)
	case len(lines) == 0:
		t.sayOwn(sayDataEmpty)
	case more != "" && more != "0":
		t.sayOwn(sayDataMore, value{"what", more})
	}
	return t.offerRights(verbData, verbErase)
}

// listed is a heading with lines under it; "" without lines.
func (t *turn) listed(category string, lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	said := t.own(categoryNames[category]) + ":"
	for _, line := range lines[:min(len(lines), text.MaxRows)] {
		said += "\n• " + plainText(line)
	}
	return said
}

// export asks for a link to an overview of everything.
func (t *turn) export(language string) error {
	t.hear(language)
	if _, known := t.bundle.Operations[rightsExport]; !known {
		return t.exported(bot.Result{Outcome: failed})
	}
	t.ask(pendingExport, "", &bot.Call{Operation: rightsExport})
	return nil
}

// exported gives the link: on the municipality's own pages, for one time, and
// never a file in the chat.
func (t *turn) exported(r bot.Result) error {
	url, minutes := textField(r.Value.Reveal(), "url"), textField(r.Value.Reveal(), "minutes")
	if r.Outcome != "made" || !openable(url) {
		t.sayOwn(sayExportFailed)
		return t.offerRights(verbData, verbErase)
	}
	t.moved = true // each link is another one
	t.sayOwn(sayExportReady, value{"what", minutes})
	t.link = &bot.Link{Label: text.Cut(t.own(sayExportLink), text.MaxLinkLabel), URL: url}
	if !t.idle() {
		t.sayOwn(sayGoOn)
	}
	return nil
}

// openable tells whether an address may be a link: https, or this machine,
// where the demo serves the page.
func openable(url string) bool {
	return (strings.HasPrefix(url, "https://") || strings.HasPrefix(url, "http://127.0.0.1:") || strings.HasPrefix(url, "http://localhost:")) &&
		!strings.ContainsAny(url, " \n")
}

// askErase asks once whether everything is to go, and names what remains.
func (t *turn) askErase(language string) error {
	t.hear(language)
	t.moved = true // the question may be asked again
	return t.offer(t.own(sayEraseAsk), verbEraseYes, verbEraseNo)
}

// eraseAll ends the turn as STOP does; the farewell is the answer.
func (t *turn) eraseAll(asked bool) error {
	if !asked {
		return t.askErase("")
	}
	t.erase = true
	return nil
}

// offerRights hangs buttons under what was said of somebody's data, and a way
// on. Typed words and the question that stands are understood beside them.
func (t *turn) offerRights(ids ...string) error {
	ids = append(ids, verbOn)
	t.moved = true
	limit := text.MaxInteractiveBody
	if !t.c.greeted && t.bundle.Shared.FirstContact != nil {
		limit -= text.Length(t.shared(t.bundle.Shared.FirstContact)) + len("\n\n")
	}
	if text.Length(strings.Join(t.said, "\n\n")) > limit {
		t.sayOwn(sayDataTyped)
		t.c.offer = ids
		return nil
	}
	return t.offer("", ids...)
}

// answers are what is remembered, and what was answered in the flow under way.
// What a service gave, such as a list of days, is no answer and has no label.
func (c *conversation) answers() values {
	all := slices.Clone(c.remembered)
	for _, f := range c.frames {
		for _, v := range f.values {
			if plainText(v.raw) != "" && v.raw[0] != '[' && all.get(v.name) == "" {
				all = append(all, v)
			}
		}
	}
	return all
}

// rightsStand tells whether what was offered last is about somebody's data.
func (t *turn) rightsStand() bool {
	offered := t.c.offer
	if len(t.asked) > 0 {
		offered = t.asked
	}
	return len(offered) > 0 && (offered[len(offered)-1] == verbOn || offered[0] == verbEraseYes)
}

// hear notes the language of a word that was typed, where it is not one of
// the complete ones: what is said of somebody's data is said in it.
func (t *turn) hear(language string) {
	switch {
	case language == "":
	case language == "nl": // or a word of two languages
		t.c.heard = ""
	case t.complete(language):
		t.c.heard = ""
		t.guess(language)
	default:
		t.c.heard = language
	}
}

// own renders a sentence in the language that was heard, where it has one.
func (t *turn) own(id string, with ...value) string {
	if s := t.bundle.Sentences[id]; t.c.heard != "" && s != nil && s.ByLanguage[t.c.heard] != nil {
		return t.sentence(t.c.heard, id, with...)
	}
	return t.sentence(t.c.language, id, with...)
}

func (t *turn) sayOwn(id string, with ...value) { t.paragraph(t.own(id, with...)) }
