package flow

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/text"
)

// notifications proves that each has a topic to consent to, an audience that
// exists, and values for its text.
func (c *checker) notifications(g *graph) {
	names := map[string]bool{}
	for i, n := range g.flow.Notifications {
		path := "notifications." + strconv.Itoa(i) + "."
		if names[n.Name] && n.Name != "" {
			c.fault(g.key(path+"name"), "same-name", fmt.Sprintf("Twee berichten heten %q.", n.Name), fmt.Sprintf("Two notifications are called %q.", n.Name))
		}
		names[n.Name] = true
		c.timely(g.key(path+"schedule"), n)
		if n.Topic != "" {
			c.isThere(g.key(path+"topic"), "unknown-topic", n.Topic, sortedKeys(c.b.Shared.Topics), "Het onderwerp %q bestaat niet in bode.toml.", "There is no topic %q in bode.toml.")
		}
		there := map[string]bool{}
		for _, t := range n.texts() {
			there[t.key] = c.templateThere(g.key(path+"template"), t.template)
		}
		if n.Audience == "" || !c.isThere(g.key(path+"audience"), "unknown-audience", n.Audience, sortedKeys(c.audiences), "De doelgroep %q bestaat niet.", "There is no audience %q.") {
			continue
		}
		for _, t := range n.texts() {
			values := c.yields(g.key(path+t.key), n, t)
			if there[t.key] {
				c.filledTemplate(t.template, values, n.Audience)
			}
			c.notificationText(g.key(path+t.key), t.text, values)
		}
	}
}

// yields are the values for a text of a notification. Only an audience that can
// tell what holds now has corrections.
func (c *checker) yields(at spot, n Notification, t notified) []bot.Field {
	audience := c.audiences[n.Audience]
	if t.key == "text" {
		return audience.Yields
	}
	if len(audience.Corrects) == 0 {
		c.fault(at, "no-correction", fmt.Sprintf("Van de doelgroep %q verandert niets na het versturen. Haal correction weg.", n.Audience),
			fmt.Sprintf("Nothing of the audience %q changes after sending. Take correction out.", n.Audience))
	}
	return audience.Corrects
}

const minutesInADay = 24 * 60

// timely proves that between each scheduled moment and the time after which it
// is useless there is a moment outside the quiet hours: else it never comes.
func (c *checker) timely(at spot, n Notification) {
	spec, err := parseSchedule(n.Schedule)
	useless, ok := clock(n.UselessAfter)
	from, okFrom := clock(n.QuietFrom)
	to, okTo := clock(n.QuietTo)
	if err != nil || spec.Hour&(1<<2) != 0 || !ok || !okFrom || !okTo {
		return // noted when it was read
	}
	for minute := range minutesInADay {
		if spec.Hour&(1<<(minute/60)) == 0 || spec.Minute&(1<<(minute%60)) == 0 || !quietUntil(minute, useless, from, to) {
			continue
		}
		c.fault(at, "never-sent", fmt.Sprintf("Om %02d:%02d valt dit in de stille uren (%s-%s), en die duren tot na %s. Het bericht komt dan nooit aan.", minute/60, minute%60, n.QuietFrom, n.QuietTo, n.UselessAfter),
			fmt.Sprintf("At %02d:%02d this falls in the quiet hours (%s-%s), which last until after %s. The message then never arrives.", minute/60, minute%60, n.QuietFrom, n.QuietTo, n.UselessAfter))
		return
	}
}

// quietUntil tells whether every minute from one up to the useless one is quiet.
func quietUntil(minute, useless, from, to int) bool {
	last := (useless - minute + minutesInADay - 1) % minutesInADay
	for ahead := range last + 1 {
		if at := (minute + ahead) % minutesInADay; (at-from+minutesInADay)%minutesInADay >= (to-from+minutesInADay)%minutesInADay {
			return false
		}
	}
	return true
}

// notificationText proves that the audience yields what the text uses, that
// each can be a parameter of the template, and that the whole is not too long.
func (c *checker) notificationText(at spot, t *text.Text, yields []bot.Field) {
	if t == nil {
		return
	}
	record := valueShape{Field: bot.Field{Kind: bot.FieldRecord, Fields: yields}}
	for _, language := range sortedKeys(t.ByLanguage) {
		own := t.ByLanguage[language]
		at := c.inLanguage(at, t, language)
		for _, u := range own.Uses() {
			c.parameter(at, u, record, language)
		}
		bound := c.itemBounds(valueShape{Field: bot.Field{Fields: yields}}, language)
		if n := own.LongestIn(language, bound); n > text.MaxInteractiveBody {
			c.fault(at, "too-long", fmt.Sprintf("Dit bericht kan %d tekens lang worden. Een sjabloon heeft er %d.", n, text.MaxInteractiveBody),
				fmt.Sprintf("This message can get %d characters long. A template holds %d.", n, text.MaxInteractiveBody))
		}
	}
}

// parameter proves that a use can be filled in, in a template too: those are
// fixed, and take no newline, no tab and no more than four spaces in a row.
func (c *checker) parameter(at spot, u text.Use, record valueShape, language string) {
	if c.worldUse(at, u.Path, everything) {
		if shown := c.worldSource(u.Path, language); strings.ContainsAny(strings.TrimSpace(shown), "\n\t") || strings.Contains(shown, "     ") {
			c.fault(at, "template-parameter", fmt.Sprintf("{{.%s}} heeft meer regels. Dat kan niet in een sjabloon.", u.Path),
				fmt.Sprintf("{{.%s}} has more than one line. A template cannot hold that.", u.Path))
		}
		return
	}
	inner, ok := c.through(record, u.Path, u)
	switch {
	case !ok:
		c.unknown(at, "not-yielded", u.Path, fieldNames(record.Fields),
			"De doelgroep levert %q niet.", "The audience does not yield %q.")
	case u.Range || u.Condition:
		c.fault(at, "template-parameter", "Een sjabloon is vast: {{range}} en {{if}} kunnen hier niet.", "A template is fixed: {{range}} and {{if}} are not possible here.")
	default:
		c.misused(at, u, inner)
	}
}

func (c *checker) worldSource(path, language string) string {
	first, rest, _ := strings.Cut(path, ".")
	var t *text.Text
	switch first {
	case "fact":
		if f := c.b.Shared.Facts[rest]; f != nil {
			t = f.Value
		}
	case "text":
		t = c.b.Shared.Texts[rest]
	}
	if t == nil || t.In(language) == nil {
		return ""
	}
	return t.In(language).Source()
}
