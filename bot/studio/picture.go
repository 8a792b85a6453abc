package studio

import (
	"bytes"
	"context"
	"fmt"
	"html/template"
	"net/http"

	"github.com/gemeentebode/bode/bot/flow"
)

// placeView is where the conversation is.
type placeView struct {
	Flow     string `json:"flow"`
	State    string `json:"state"`
	Sentence string `json:"sentence"` // for who does not see the picture
}

func (s *studio) placeView(ctx context.Context, b *flow.Bundle, number, language string) (placeView, error) {
	at, err := s.Where(ctx, number)
	if err != nil {
		return placeView{}, fmt.Errorf("look where the conversation is: %w", err)
	}
	w, v := wordsOf(language), placeView{Flow: at.Flow, State: at.State}
	switch {
	case at.Flow == "" && at.Language == "":
		v.Sentence = w.T("place.none")
	case at.Flow == "":
		v.Sentence = w.T("place.menu")
	case at.Done:
		v.Sentence = w.F("place.done", s.title(b, at.Flow, language), at.State)
	default:
		v.Sentence = w.F("place.at", s.title(b, at.Flow, language), at.State)
	}
	return v, nil
}

// title is a flow's name for people.
func (s *studio) title(b *flow.Bundle, name, language string) string {
	f := b.Flows[name]
	if f == nil || f.Title == nil {
		return name
	}
	title, err := f.Title.In(language).Render(b.World(language, s.Clock.Now()), nil)
	if err != nil {
		return name
	}
	return title
}

// stateView is a state in the list beside the picture.
type stateView struct {
	Name, Kind string
	To         []string
	Lit        bool
}

// picture writes a flow's picture with one state lit, and the same as a list.
func (s *studio) picture(w http.ResponseWriter, r *http.Request) {
	b, err := s.Bundle(r.Context())
	if err != nil {
		http.Error(w, "no flows are live", http.StatusServiceUnavailable)
		return
	}
	f := b.Flows[r.PathValue("flow")]
	if f == nil {
		http.NotFound(w, r)
		return
	}
	lit, words := r.URL.Query().Get("lit"), wordsOf(language(r))
	var out bytes.Buffer
	if err := pages.ExecuteTemplate(&out, "picture", map[string]any{
		"W": words, "SVG": template.HTML(f.SVG(lit)), "States": states(f, lit, words),
	}); err != nil {
		http.Error(w, "the picture cannot be drawn", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	out.WriteTo(w)
}

func states(f *flow.Flow, lit string, w words) []stateView {
	var out []stateView
	for _, name := range f.Order {
		state := f.States[name]
		if state == nil {
			continue
		}
		v := stateView{Name: name, Kind: w.T("kind." + string(state.Kind)), Lit: name == lit}
		seen := map[string]bool{name: true}
		for _, e := range state.Edges() {
			if !seen[e.To] {
				seen[e.To] = true
				v.To = append(v.To, e.To)
			}
		}
		out = append(out, v)
	}
	return out
}
