package account

import (
	"slices"

	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/bot/text"
)

// Said is one text that a resident may read, as it stands in the files, by
// language; an address of a page stands under "url", because it is the same in all.
type Said struct {
	ID string
	In map[string]string
}

// part is the texts of one state, or of one kind of thing that flows share.
type part struct {
	Flow, Name string
	Said       []Said
}

// parts gives everything the bot can say, in the order in which it is read.
func parts(b *flow.Bundle) []part {
	var all []part
	for _, name := range flowNames(b) {
		f := b.Flows[name]
		all = append(all, part{name, "", gathered(f.Title)})
		for _, state := range f.Order {
			s := f.States[state]
			all = append(all, part{name, state, append(gathered(stateTexts(s)...), link(s)...)})
		}
		for _, n := range f.Notifications {
			all = append(all, part{name, "notification " + n.Name, gathered(n.Text, n.Correction)})
		}
	}
	return append(all, sharedParts(b)...)
}

// Everything gives every text of a bundle once, by id.
func Everything(b *flow.Bundle) map[string]Said {
	all := map[string]Said{}
	for _, p := range parts(b) {
		for _, s := range p.Said {
			all[s.ID] = s
		}
	}
	return all
}

// stateTexts are the texts of a state as they stand on the phone, from top to bottom.
func stateTexts(s *flow.State) []*text.Text {
	all := []*text.Text{s.Text, s.Line, s.Label, s.Description}
	if s.Link != nil {
		all = append(all, s.Link.Label)
	}
	all = append(all, s.Button)
	for _, c := range s.Choices {
		all = append(all, c.Label, c.Description)
	}
	all = append(all, s.Optional, s.Invalid)
	return slices.DeleteFunc(all, func(t *text.Text) bool { return t == nil })
}

func link(s *flow.State) []Said {
	if s.Link == nil || s.Link.Label == nil {
		return nil
	}
	return []Said{{s.Link.Label.ID + ".url", map[string]string{"url": s.Link.URL}}}
}

func gathered(texts ...*text.Text) []Said {
	var all []Said
	for _, t := range texts {
		if t == nil {
			continue
		}
		said := Said{t.ID, map[string]string{}}
		for language, template := range t.ByLanguage {
			said.In[language] = template.Source()
		}
		all = append(all, said)
	}
	return all
}

// The names of what flows share; sharedNames has their words.
const (
	partFirst     = "first_contact"
	partCrisis    = "crisis"
	partFormal    = "formal"
	partTopics    = "topics"
	partNotices   = "notices"
	partTemplates = "templates"
	partTeams     = "teams"
	partFacts     = "facts"
	partTexts     = "texts"
	partKinds     = "kinds"
	partEngine    = "engine"
)

func sharedParts(b *flow.Bundle) []part {
	s := &b.Shared
	var crisis, notices []*text.Text
	for _, c := range s.Crisis {
		crisis = append(crisis, c.Answer)
	}
	for _, n := range b.Notices {
		notices = append(notices, n.Text)
	}
	return []part{
		{"", partFirst, gathered(s.FirstContact)},
		{"", partCrisis, gathered(crisis...)},
		{"", partFormal, formal(s.Formal)},
		{"", partTopics, gathered(each(s.Topics, func(t *flow.Topic) []*text.Text { return []*text.Text{t.Title, t.Wording} })...)},
		{"", partNotices, gathered(notices...)},
		{"", partTemplates, gathered(each(b.Templates, func(t *flow.Template) []*text.Text { return []*text.Text{t.Text} })...)},
		{"", partTeams, gathered(each(s.Teams, func(t *flow.Team) []*text.Text { return []*text.Text{t.Hours} })...)},
		{"", partFacts, gathered(each(s.Facts, func(f *flow.Fact) []*text.Text { return []*text.Text{f.Value, f.Fallback} })...)},
		{"", partTexts, gathered(each(s.Texts, one)...)},
		{"", partKinds, gathered(each(s.Kinds, one)...)},
		{"", partEngine, gathered(each(b.Sentences, one)...)},
	}
}

func formal(list []flow.Formal) []Said {
	var all []Said
	for _, f := range list {
		all = append(all, gathered(f.Answer)...)
		all = append(all, Said{"bode.formal." + f.Name + ".url", map[string]string{"url": f.Link}})
	}
	return all
}

func one(t *text.Text) []*text.Text { return []*text.Text{t} }

// each gives the texts of what a map holds, in the order of its names.
func each[V any](m map[string]V, texts func(V) []*text.Text) []*text.Text {
	var all []*text.Text
	for _, name := range sorted(m) {
		all = append(all, texts(m[name])...)
	}
	return all
}
