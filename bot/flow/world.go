package flow

import (
	"sync"
	"time"

	"github.com/gemeentebode/bode/bot/text"
)

// worlds keeps one World per language for the day of the last look, because
// what it holds only changes at midnight in Europe/Amsterdam.
type worlds struct {
	sync.Mutex
	day        string
	byLanguage map[string]*text.World
}

// World is what the texts may refer to on the day of now, in one language:
// facts (their fallback once they have expired), hours, shared sentences and
// words for codes. The same World is given to all: who adds the labels of a
// state's choices does so to a copy.
func (b *Bundle) World(language string, now time.Time) *text.World {
	local := now.In(b.zone)
	day := local.Format(time.DateOnly)
	b.worlds.Lock()
	defer b.worlds.Unlock()
	if b.worlds.day != day {
		b.worlds.day, b.worlds.byLanguage = day, map[string]*text.World{}
	}
	w := b.worlds.byLanguage[language]
	if w == nil {
		w = b.buildWorld(language, local)
		b.worlds.byLanguage[language] = w
	}
	return w
}

func (b *Bundle) buildWorld(language string, local time.Time) *text.World {
	w := &text.World{
		Language: language, Municipality: b.Shared.Municipality,
		Facts: map[string]string{}, Teams: map[string]map[string]string{},
		Texts: map[string]string{}, Kinds: map[string]string{}, Choices: map[string]string{},
	}
	for name, f := range b.Shared.Facts {
		w.Facts[name] = f.Current(w, local)
	}
	for name, t := range b.Shared.Teams {
		w.Teams[name] = map[string]string{"hours": plain(t.Hours, w), "phone": t.Phone}
	}
	for code, word := range b.Shared.Kinds {
		w.Kinds[code] = plain(word, w)
	}
	for name, t := range b.Shared.Texts {
		w.Texts[name] = plain(t, w)
	}
	return w
}

// Current gives the fact's sentence, or once it has expired its fallback; a
// fact without one is then answered with where it can be looked up.
func (f *Fact) Current(w *text.World, now time.Time) string {
	if !f.Expired(now) {
		return plain(f.Value, w)
	}
	if f.Fallback != nil {
		return plain(f.Fallback, w)
	}
	return f.Source
}

// Expired tells whether the last day on which the fact holds is over.
func (f *Fact) Expired(now time.Time) bool {
	return !now.Before(f.ValidUntil.AddDate(0, 0, 1))
}

// plain renders a text that holds no values of a resident. What such a text
// may refer to was proved when the bundle was read, so an error is not there.
func plain(t *text.Text, w *text.World) string {
	if t == nil {
		return ""
	}
	s, err := t.In(w.Language).Render(w, nil)
	if err != nil {
		return ""
	}
	return s
}
