package text_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gemeentebode/bode/bot/text"
)

func TestReadability_byFleschDouma(t *testing.T) {
	// 8 words, 9 syllables, 2 sentences: 112.5 syllables per 100 words, 4 words per sentence.
	r := text.Readability("Wat is uw adres? Ik zoek het op.")
	if want := 206.84 - 0.77*112.5 - 0.93*4; r.Words != 8 || math.Abs(r.Score-want) > 0.001 {
		t.Errorf("got %+v, want %v", r, want)
	}
}

func TestReadability_longestSentence(t *testing.T) {
	r := text.Readability("Dag {{.naam}}.\n{{if .x}}\nBel bijv. een medewerker als u er niet uitkomt.\n{{end}}\n{{weekday .dag}} komen wij.")
	if r.Longest != 9 || r.Sentence != "Bel bijv. een medewerker als u er niet uitkomt." || r.Words != 14 {
		t.Errorf("got %+v", r)
	}
}

func TestReadability_tellsOfficeFromPlain(t *testing.T) {
	plain := text.Readability("Zet uw bak om half acht aan de straat. Wij halen hem dan op.")
	office := text.Readability("Teneinde de inzameling van huishoudelijke afvalstoffen doelmatig te laten geschieden, dient de inzamelvoorziening tijdig aangeboden te worden.")
	if plain.Score < text.Easy || office.Score >= text.Easy || office.Longest <= text.LongSentence {
		t.Errorf("plain %+v, office %+v", plain, office)
	}
	if empty := text.Readability("{{.x}}{{if .y}}{{end}} 👍"); empty.Words != 1 {
		t.Errorf("a field alone: %+v", empty)
	}
	if nothing := text.Readability("..."); nothing != (text.Reading{}) {
		t.Errorf("nothing: %+v", nothing)
	}
}

func TestFindOfficialese(t *testing.T) {
	got := text.FindOfficialese("Indien u één bak wilt: middels het formulier, met betrekking tot Indiener en echterlijk.")
	want := []text.Officialese{{"Indien", "als", 0}, {"middels", "met", 25}, {"met betrekking tot", "over", 48}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
