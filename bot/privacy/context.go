package privacy

import (
	"strings"
	"unicode/utf8"
)

// subject is what the words around a number say that it is.
type subject uint8

const (
	aboutBSN subject = iota
	aboutDocument
	aboutLicence
	aboutPhone
	aboutOther // says that the number is something else: the last such word counts
	subjects
)

// subjectWords are compared without case, accents and spaces; two words in a
// row also count as one ("id-kaart", "burger service").
var subjectWords = readSubjects(map[subject]string{
	aboutBSN: `bsn bsns bsnnr bsnnummer burgerservice burgerservicenummer burgerservicenummers burgerservicenr
		sofi sofinummer sofinr citizenservice socialsecurity burgerdienstnummer burgerservicenumber
		bürgerservicenummer sozialversicherungsnummer servicecitoyen sécuritésociale vatandaşlık pesel бсн`,
	aboutDocument: `paspoort paspoortnummer paspoortnr passport passportnumber documentnummer documentnr
		documentnumber identiteitskaart identiteitsbewijs identiteitskaartnummer identiteitsnummer idkaart
		idkaartnummer idnummer idnr idbewijs idcard idnumber id identitycard identitydocument legitimatie
		legitimatiebewijs reisdocument reisdocumentnummer verblijfsdocument verblijfsvergunning
		reisepass passnummer ausweis ausweisnummer personalausweis passeport carteidentité
		pasaport kimlik paszport paszportu dowód dowodu паспорт паспорта جواز الهوية`,
	aboutLicence: `rijbewijs rijbewijsnummer rijbewijsnr drivinglicence drivinglicense driverslicense
		driverslicence driverlicense driverlicence drivinglicencenumber führerschein führerscheinnummer
		permisconduire permis ehliyet prawojazdy prawajazdy водія رخصة رخصةالقيادة`,
	aboutPhone: `tel telefoon telefoonnummer telnr mobiel mobielnummer mobieltje gsm whatsapp bel bellen
		belt phone telephone mobile call telefonnummer handy téléphone telefon телефон هاتف`,
	aboutOther: `kvk kvknummer kvknr kamervankoophandel rsin btw btwnummer vat datum geboren geboortedatum
		geboorte birthdate birthday born zaak zaaknummer zaaknr dossier dossiernummer melding meldingsnummer
		meldnummer ordernummer order bestelling bestelnummer factuur factuurnummer invoice aanslagnummer
		aanslag betalingskenmerk kenmerk referentie referentienummer reference ref case casenumber meterstand
		meterstanden meter meternummer stand kwh kenteken postcode huisnummer afspraak afspraakcode
		afspraaknummer boekingscode boekingsnummer boeking booking appointment klantnummer debiteurnummer
		lidnummer bedrag amount container containernummer chip chipnummer trackcode tracktrace zendingnummer
		beschikking beschikkingsnummer aanvraagnummer vergunningnummer perceel kadaster breedtegraad`,
})

func readSubjects(tables map[subject]string) map[string]subject {
	words := map[string]subject{}
	for about, list := range tables {
		for _, word := range strings.Fields(list) {
			words[foldWord(word)] = about
		}
	}
	return words
}

// foldWord gives a word as the mask compares it.
func foldWord(word string) string {
	var out strings.Builder
	for _, c := range fold(word) {
		if c.class == letter {
			out.WriteRune(c.r)
		}
	}
	return out.String()
}

const (
	wordsBefore = 8 // how far in front of a number a word still says what it is
	wordsAfter  = 3 // "10464554 is mijn bsn"
)

// surroundings remembers what the words up to here spoke of. Distance counts
// in words and leaves numbers out, so that masking does not change it.
type surroundings struct {
	read  int // up to which cell the words were taken in
	words int
	last  [subjects]int // the number of the last word of that subject, 0 for none
	text  [160]byte     // the word before and this one, folded
	from  int           // where the word before begins in text, cut to what a table can hold
	mid   int           // where this one begins
}

// readTo takes in the words up to cell end. Of many only the last can matter:
// those that are near, and one more for the two that count as one.
func (s *surroundings) readTo(cells []cell, end int) {
	from := end
	for words := 0; from > s.read && words <= wordsBefore+1; {
		if from--; cells[from].class == letter && (from == s.read || cells[from-1].class != letter) {
			words++
		}
	}
	for i := from; i < end; {
		if cells[i].class != letter {
			i++
			continue
		}
		to := min(wordEnd(cells, i), end)
		s.word(cells, i, to)
		i = to
	}
	s.read = max(s.read, end)
}

// word takes in one word: the letters of cells [from, end).
func (s *surroundings) word(cells []cell, from, end int) {
	s.words++
	if about, ok := s.lookUp(cells, from, end); ok {
		s.last[about] = s.words
	}
}

func (s *surroundings) lookUp(cells []cell, from, end int) (subject, bool) {
	joined := append(s.text[:0], s.text[s.from:s.mid]...)
	if len(joined) > longestWord {
		joined = joined[:0]
	}
	before := len(joined)
	for _, c := range cells[from:min(end, from+longestWord)] {
		joined = appendRune(joined, c.r)
	}
	s.from, s.mid = before, len(joined)
	if about, ok := subjectOf(joined[before:]); ok {
		return about, true
	}
	return subjectOf(joined)
}

func subjectOf(word []byte) (about subject, ok bool) {
	if subjectMarks.has(markOf(word)) {
		about, ok = subjectWords[string(word)]
	}
	return about, ok
}

// subjectMarks tells of most words at once that they are in no table.
var subjectMarks = func() (m marks) {
	for word := range subjectWords {
		m.set(markOf([]byte(word)))
	}
	return m
}()

// longestWord is how many letters of a word are looked at; no subject's word
// is longer. That many bytes of the word before and letters of this one fit into text.
const longestWord = 31

func appendRune(to []byte, r rune) []byte {
	if r < 0x80 {
		return append(to, byte(r))
	}
	return utf8.AppendRune(to, r)
}

// near tells whether the words in front say that what follows is about this,
// and none after them says that it is something else.
func (s *surroundings) near(about subject) bool {
	at := s.last[about]
	return at > 0 && s.words-at < wordsBefore && at >= s.last[aboutOther] && (about != aboutBSN || at >= s.last[aboutPhone])
}

// said tells the same of the words in front or, where those say nothing, of
// the few behind cell end.
func (s *surroundings) said(about subject, cells []cell, end int) bool {
	if s.near(about) {
		return true
	}
	if other := s.last[aboutOther]; other > 0 && s.words-other < wordsAfter {
		return false
	}
	var ahead surroundings
	for i := end; i < len(cells) && ahead.words < wordsAfter; {
		if cells[i].class != letter {
			if cells[i].class == digit || cells[i].class == taken || cells[i].r == '.' || cells[i].r == '\n' || cells[i].r == ';' {
				return false
			}
			i++
			continue
		}
		to := wordEnd(cells, i)
		if from, _, glued := documentGlued(cells, i); glued {
			to = from
		}
		if ahead.word(cells, i, to); ahead.last[about] > 0 || ahead.last[aboutOther] > 0 {
			return ahead.last[about] > 0
		}
		i = to
	}
	return false
}

func wordEnd(cells []cell, i int) int {
	for i < len(cells) && cells[i].class == letter {
		i++
	}
	return i
}
