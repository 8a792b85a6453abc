package engine

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/bot/text"
)

// say adds one of the engine's own sentences.
func (t *turn) say(id string, with ...value) {
	t.paragraph(t.sentence(t.c.language, id, with...))
}

// paragraph adds what is said; the same is not said twice in one answer.
func (t *turn) paragraph(s string) {
	if s == "" {
		return
	}
	for _, earlier := range t.said {
		if earlier == s {
			return
		}
	}
	t.said = append(t.said, s)
}

func (t *turn) world() *text.World { return t.worldIn(t.c.language) }

// worldIn asks the bundle once per language in a turn.
func (t *turn) worldIn(language string) *text.World {
	if t.known == nil || t.known.Language != language {
		t.known = t.bundle.World(language, t.now)
	}
	return t.known
}

// shared renders a text of the shared file, which holds no values of a flow.
// What it may refer to was proved when the bundle was read.
func (t *turn) shared(s *text.Text) string { return t.sharedIn(t.c.language, s) }

func (t *turn) sharedIn(language string, s *text.Text) string {
	if s == nil {
		return ""
	}
	out, err := s.In(language).Render(t.worldIn(language), nil)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(out)
}

// values gives those of the flow on top as texts take them.
func (t *turn) values() text.Values {
	if t.texting == nil {
		t.texting = t.c.top().values.forText()
	}
	return t.texting
}

// render fills in a text of a flow.
func (t *turn) render(s *text.Text) (string, error) {
	if s == nil {
		return "", nil
	}
	template := s.In(t.c.language)
	if len(template.Uses()) == 0 {
		return template.Render(t.world(), nil)
	}
	return template.Render(t.naming(template), t.values())
}

// naming is the world for a text; one that shows a choice also finds there how
// the choices of its flow are called.
func (t *turn) naming(template *text.Template) *text.World {
	if !slices.ContainsFunc(template.Uses(), func(u text.Use) bool { return u.Func == "choice" }) {
		return t.world()
	}
	named := *t.world()
	named.Choices = map[string]string{}
	f, _ := t.here(t.c)
	t.nameChoices(f, named.Choices, maxFrames)
	return &named
}

// nameChoices adds the labels of a flow's saved choices, and of the flows that
// it calls: what those return has their labels.
func (t *turn) nameChoices(f *flow.Flow, names map[string]string, depth int) {
	if f == nil || depth == 0 {
		return
	}
	for _, name := range f.Order {
		s := f.States[name]
		if s.Kind == flow.SubFlow {
			t.nameChoices(t.bundle.Flows[s.Flow], names, depth-1)
		}
		for _, c := range s.Choices {
			key := s.Save + "." + c.Value
			if _, known := names[key]; known || s.Kind != flow.Choose || s.Save == "" || c.Value == "" {
				continue
			}
			if label, err := c.Label.In(t.c.language).Render(t.world(), t.values()); err == nil {
				names[key] = label
			}
		}
	}
}

// sayState says a state's text, with its list as {{.lines}}, and its link.
func (t *turn) sayState(s *flow.State) error {
	said, err := t.stateText(s)
	if err != nil {
		return err
	}
	t.paragraph(said)
	if s.Link != nil {
		label, err := t.render(s.Link.Label)
		if err != nil {
			return err
		}
		t.link = &bot.Link{Label: text.Cut(label, text.MaxLinkLabel), URL: s.Link.URL}
	}
	return nil
}

func (t *turn) stateText(s *flow.State) (string, error) {
	if s.List == "" || s.Line == nil {
		return t.render(s.Text)
	}
	list := t.c.path(s.List)
	lines, err := s.Line.In(t.c.language).RenderEach(t.world(), bot.Value{Private: bot.Hide(list)})
	if err != nil {
		return "", err
	}
	values := t.values()
	values["lines"] = bot.Value{Private: bot.Hide(quoted(strings.Join(lines, "\n")))}
	defer delete(values, "lines")
	return t.render(s.Text)
}

// wait shows a question and stops there; some questions answer themselves.
func (t *turn) wait(s *flow.State) (waits bool, err error) {
	if done, err := t.answerHint(s); done || err != nil {
		return true, err
	}
	if s.Kind != flow.Ask {
		t.spellLink()
	}
	switch s.Kind {
	case flow.Subscribe:
		return t.askConsent(s)
	case flow.Unsubscribe:
		return t.askWithdrawal(s)
	case flow.ChooseFrom:
		if len(items(t.c.path(s.From))) == 0 {
			return false, t.move("empty")
		}
	}
	return true, t.question(s)
}

// question shows what a state asks, with its buttons.
func (t *turn) question(s *flow.State) error {
	if err := t.sayState(s); err != nil {
		return err
	}
	switch s.Kind {
	case flow.Choose:
		options, err := t.fixedOptions(s)
		return t.offerState(s, options, err)
	case flow.ChooseFrom:
		options, err := t.page(s)
		return t.offerState(s, options, err)
	case flow.Ask:
		return t.askExtras(s)
	}
	return nil
}

// option is something to tap.
type option struct{ id, label, description string }

func (t *turn) fixedOptions(s *flow.State) ([]option, error) {
	options := make([]option, 0, len(s.Choices))
	for _, c := range s.Choices {
		label, err := t.render(c.Label)
		if err != nil {
			return nil, err
		}
		description, err := t.render(c.Description)
		if err != nil {
			return nil, err
		}
		options = append(options, option{t.id(s, c.Key), label, description})
	}
	return options, nil
}

// id names a button so that it is understood when it is tapped much later.
func (t *turn) id(s *flow.State, key string) string {
	return t.c.top().flow + "." + s.Name + "." + key + "~" + strconv.Itoa(t.c.run)
}

// page gives the part of a list that fits, a row for more, and the fixed rows.
func (t *turn) page(s *flow.State) ([]option, error) {
	all := items(t.c.path(s.From))
	fixed, err := t.fixedOptions(s)
	if err != nil {
		return nil, err
	}
	if t.c.page >= len(all) {
		t.c.page = 0
	}
	room := text.MaxRows - len(fixed)
	shown := all[t.c.page:]
	more := len(all) > room && len(shown) >= room
	if more {
		shown = shown[:room-1]
	} else if len(shown) > room {
		shown = shown[:room]
	}
	options := make([]option, 0, text.MaxRows)
	for i, item := range shown {
		o, err := t.itemOption(s, t.c.page+i, item)
		if err != nil {
			return nil, err
		}
		options = append(options, o)
	}
	if more {
		next := "+" + strconv.Itoa(t.c.page+len(shown))
		options = append(options, option{t.id(s, next), t.sentence(t.c.language, sayMore), ""})
	}
	return append(options, fixed...), nil
}

func (t *turn) itemOption(s *flow.State, n int, item string) (option, error) {
	record := bot.Value{Private: bot.Hide(item)}
	label, err := s.Label.In(t.c.language).RenderItem(t.world(), record)
	if err != nil {
		return option{}, err
	}
	o := option{t.id(s, itemKey(n, item)), label, ""}
	if s.Description != nil {
		o.description, err = s.Description.In(t.c.language).RenderItem(t.world(), record)
	}
	return o, err
}

// itemKey names an item by its place and a mark of its content: a list that was
// fetched again may have something else in that place.
func itemKey(n int, item string) string {
	return "=" + strconv.Itoa(n) + "-" + strconv.FormatUint(uint64(hash32(item)&0xffff), 36)
}

// offerState hangs a state's options under what is said.
func (t *turn) offerState(s *flow.State, options []option, err error) error {
	if err != nil {
		return err
	}
	button, err := t.render(s.Button)
	if err != nil {
		return err
	}
	t.hang(options, button)
	return nil
}

// hang shows up to three short options as buttons and more as a list. What
// was to be shown before gives way: one message has one of these.
func (t *turn) hang(options []option, button string) {
	if len(options) > 0 {
		t.spellLink()
	}
	t.buttons, t.list, t.askPlace = nil, nil, false
	if asButtons(options) {
		t.buttons = make([]bot.Choice, len(options))
		for i, o := range options {
			t.buttons[i] = bot.Choice{ID: o.id, Label: bot.Hide(text.Cut(o.label, text.MaxButtonTitle))}
		}
		return
	}
	if len(options) == 0 {
		return
	}
	if button == "" {
		button = t.sentence(t.c.language, sayChoose)
	}
	t.list = &bot.List{Button: text.Cut(button, text.MaxListButton)}
	for _, o := range options[:min(len(options), text.MaxRows)] {
		t.list.Rows = append(t.list.Rows, bot.Choice{ID: o.id, Label: bot.Hide(text.Cut(o.label, text.MaxRowTitle)),
			Description: bot.Hide(text.Cut(o.description, text.MaxRowDescription))})
	}
}

// spellLink writes a link out where buttons take its place.
func (t *turn) spellLink() {
	if t.link != nil {
		t.paragraph(t.link.Label + ": " + t.link.URL)
		t.link = nil
	}
}

// asButtons tells whether options fit as buttons, which need short titles that differ.
func asButtons(options []option) bool {
	if len(options) == 0 || len(options) > text.MaxButtons {
		return false
	}
	for i, o := range options {
		if o.description != "" || text.Length(o.label) > text.MaxButtonTitle {
			return false
		}
		for _, other := range options[:i] {
			if text.Cut(other.label, text.MaxButtonTitle) == text.Cut(o.label, text.MaxButtonTitle) {
				return false
			}
		}
	}
	return true
}

// askExtras hangs the buttons that go with a question of a kind, or the
// platform's own button for a location.
func (t *turn) askExtras(s *flow.State) error {
	options, err := t.askOptions(s)
	if err != nil {
		return err
	}
	t.hang(options, "")
	t.askPlace = s.Ask == askPlace && len(options) == 0
	return nil
}

// askOptions are yes and no, the answer that is remembered, and skipping.
func (t *turn) askOptions(s *flow.State) ([]option, error) {
	var options []option
	if s.Ask == askYesNo {
		options = append(options, t.yes(s), t.no(s))
	}
	if known := t.c.remembered.get(s.Save); s.Save != "" && known != "" && s.Ask != askPlace && s.Ask != askYesNo {
		if label := plainText(known); label != "" && text.Length(label) <= text.MaxButtonTitle {
			options = append(options, option{t.id(s, keyRemembered), label, ""})
		}
	}
	if s.Optional != nil {
		label, err := t.render(s.Optional)
		if err != nil {
			return nil, err
		}
		options = append(options, option{t.id(s, keySkip), label, ""})
	}
	return options, nil
}

// Keys of buttons that a state has without declaring them. A declared key is a
// value or a slug, so these hold a sign that a slug does not.
const (
	keyYes        = "yes"
	keyNo         = "no"
	keySkip       = "*skip"
	keyRemembered = "*known"
)

func (t *turn) yes(s *flow.State) option {
	return option{t.id(s, keyYes), t.sentence(t.c.language, sayYes), ""}
}

func (t *turn) no(s *flow.State) option {
	return option{t.id(s, keyNo), t.sentence(t.c.language, sayNo), ""}
}
