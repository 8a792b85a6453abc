package text

import "testing"

func TestSyllablesOf(t *testing.T) {
	for word, want := range map[string]int{
		"bak": 1, "afval": 2, "adres": 2, "gemeente": 3, "medewerker": 4, "huisnummer": 3, "bijvoorbeeld": 3, "beëindigen": 4,
		"ideeën": 3, "geïnformeerd": 4, "categorieën": 5, "mooie": 2, "moeilijk": 2, "nieuw": 1, "sneeuw": 1, "jaar": 1, "kerstbomen": 3,
		"14": 1, "voorbeeldstad.nl": 1, "BSN": 1, "één": 1,
	} {
		if got := syllablesOf(word); got != want {
			t.Errorf("%s has %d syllables, counted %d", word, want, got)
		}
	}
}
