package desk

import (
	"fmt"
	"time"
)

// words are the pages' own, in one language; the templates call T and F.
type words struct{ Language string }

func wordsOf(language string) words {
	if language != "en" {
		language = "nl"
	}
	return words{language}
}

// T gives a word or sentence.
func (w words) T(key string) string { return vocabulary[w.Language][key] }

// F gives a sentence with something filled in.
func (w words) F(key string, args ...any) string { return fmt.Sprintf(w.T(key), args...) }

// Days tells how long something waits.
func (w words) Days(n int) string {
	if n == 1 {
		return w.T("requests.day")
	}
	return w.F("requests.days", n)
}

var (
	weekdays = map[string][]string{
		"nl": {"zondag", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag"},
		"en": {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
	}
	months = map[string][]string{
		"nl": {"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"},
		"en": {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	}
	languageNames = map[string]map[string]string{
		"nl": {"nl": "Nederlands", "en": "Engels", "uk": "Oekraïens", "pl": "Pools", "ar": "Arabisch", "tr": "Turks"},
		"en": {"nl": "Dutch", "en": "English", "uk": "Ukrainian", "pl": "Polish", "ar": "Arabic", "tr": "Turkish"},
	}
)

func (w words) day(t time.Time) string {
	return fmt.Sprintf("%s %d %s %d", weekdays[w.Language][t.Weekday()], t.Day(), months[w.Language][t.Month()-1], t.Year())
}

func (w words) moment(t time.Time) string {
	return fmt.Sprintf("%d %s %d, %s", t.Day(), months[w.Language][t.Month()-1], t.Year(), t.Format("15:04"))
}

func (w words) languageName(code string) string {
	if name, ok := languageNames[w.Language][code]; ok {
		return name
	}
	return code
}

var vocabulary = map[string]map[string]string{
	"nl": {
		"desk": "Balie", "skip": "Naar de inhoud", "menu": "Hoofdmenu", "languages": "Taal", "open.count": "open",
		"requests": "Meldingen", "requests.lists": "Welke meldingen", "requests.open": "Open", "requests.handled": "Afgehandeld",
		"requests.none":           "Alles is gedaan",
		"requests.none.text":      "Er zijn geen open meldingen. Een nieuwe melding staat hier zodra een bewoner haar verstuurt.",
		"requests.none.done":      "Nog niets afgehandeld",
		"requests.none.done.text": "Klik bij een open melding op ‘Markeer als afgehandeld’. Dan komt zij hier te staan.",
		"requests.keep":           "Afgehandelde meldingen verdwijnen na %d dagen. Open meldingen blijven staan.",
		"requests.done":           "De melding is afgehandeld.", "requests.undone": "De melding staat weer open.", "undo": "Ongedaan maken",
		"requests.handle": "Markeer als afgehandeld", "requests.reopen": "Weer openen", "requests.day": "wacht 1 dag", "requests.days": "wacht %d dagen",
		"requests.of": "%d tot en met %d van %d", "pages": "Bladeren", "before": "Vorige", "after": "Volgende",
		"agenda": "Afspraken", "agenda.total": "%d afspraken", "agenda.one": "1 afspraak", "agenda.none": "Geen afspraken",
		"agenda.none.text": "Op deze dag heeft niemand een afspraak gemaakt.", "agenda.day": "Dag", "agenda.show": "Toon", "agenda.today": "Vandaag",
		"agenda.days": "Andere dag", "agenda.print": "Afdrukken: Ctrl+P. De knoppen staan niet op papier.",
		"download": "Download als CSV", "code": "Code", "received": "Ontvangen", "kind": "Soort", "place": "Plek", "text": "Omschrijving",
		"phone": "Telefoon", "language": "Taal", "handled.at": "Afgehandeld op", "date": "Datum", "from": "Van", "to": "Tot", "time": "Tijd",
		"location": "Locatie", "product": "Onderwerp", "name": "Naam", "persons": "Personen",
		"file.open": "meldingen-open", "file.handled": "meldingen-afgehandeld", "file.agenda": "afspraken",
		"problem.missing": "Deze pagina is er niet", "problem.missing.text": "Ga met het menu naar de meldingen of de afspraken.",
		"problem.gone": "Deze melding is er niet meer", "problem.gone.text": "Zij is na haar bewaartermijn gewist, of door de bewoner ingetrokken.",
		"problem.broken": "Dit lukt nu niet", "problem.broken.text": "De database geeft geen antwoord. Probeer het over een minuut weer. Blijft dit zo? Bel de beheerder.",
		"problem.foreign": "Dit kan alleen vanaf deze pagina's", "problem.foreign.text": "De opdracht kwam van een andere website. Er is niets veranderd.",
		"problem.nothing": "Hier is nog niets te doen", "problem.nothing.text": "Meldingen staan hier na [request] receiver = \"local\" in config.toml.",
	},
	"en": {
		"desk": "Desk", "skip": "To the content", "menu": "Main menu", "languages": "Language", "open.count": "open",
		"requests": "Requests", "requests.lists": "Which requests", "requests.open": "Open", "requests.handled": "Handled",
		"requests.none":           "All done",
		"requests.none.text":      "There are no open requests. A new one is here as soon as a resident sends it.",
		"requests.none.done":      "Nothing handled yet",
		"requests.none.done.text": "Press ‘Mark as handled’ at an open request. It then moves to this list.",
		"requests.keep":           "Handled requests disappear after %d days. Open ones stay.",
		"requests.done":           "The request is handled.", "requests.undone": "The request is open again.", "undo": "Undo",
		"requests.handle": "Mark as handled", "requests.reopen": "Open again", "requests.day": "waits 1 day", "requests.days": "waits %d days",
		"requests.of": "%d to %d of %d", "pages": "Pages", "before": "Previous", "after": "Next",
		"agenda": "Appointments", "agenda.total": "%d appointments", "agenda.one": "1 appointment", "agenda.none": "No appointments",
		"agenda.none.text": "Nobody has made an appointment on this day.", "agenda.day": "Day", "agenda.show": "Show", "agenda.today": "Today",
		"agenda.days": "Another day", "agenda.print": "Print: Ctrl+P. The buttons are not on paper.",
		"download": "Download as CSV", "code": "Code", "received": "Received", "kind": "Kind", "place": "Place", "text": "Description",
		"phone": "Phone", "language": "Language", "handled.at": "Handled on", "date": "Date", "from": "From", "to": "To", "time": "Time",
		"location": "Location", "product": "Subject", "name": "Name", "persons": "Persons",
		"file.open": "requests-open", "file.handled": "requests-handled", "file.agenda": "appointments",
		"problem.missing": "This page is not there", "problem.missing.text": "Use the menu to go to the requests or the appointments.",
		"problem.gone": "This request is gone", "problem.gone.text": "It was erased after its time, or the resident withdrew it.",
		"problem.broken": "This does not work now", "problem.broken.text": "The database does not answer. Try again in a minute. Does it stay so? Call the administrator.",
		"problem.foreign": "This works from these pages only", "problem.foreign.text": "The order came from another website. Nothing was changed.",
		"problem.nothing": "There is nothing to do here yet", "problem.nothing.text": "Requests are here after [request] receiver = \"local\" in config.toml.",
	},
}
