package studio

import (
	"fmt"
	"time"
)

// words are the page's own, in one language; the template calls T and F.
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

var (
	weekdays = map[string][]string{
		"nl": {"zondag", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag"},
		"en": {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
	}
	months = map[string][]string{
		"nl": {"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"},
		"en": {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	}
)

// day is what stands above the bubbles of a day.
func (w words) day(t time.Time) string {
	return fmt.Sprintf("%s %d %s %d", weekdays[w.Language][t.Weekday()], t.Day(), months[w.Language][t.Month()-1], t.Year())
}

// try is a sentence to begin with, shown when a flow has the keyword.
type try struct{ keyword, sentence string }

var tries = map[string][]try{
	"nl": {
		{"kliko", "Wanneer wordt mijn kliko geleegd?"},
		{"grofvuil", "Waar kan ik grofvuil kwijt?"},
		{"waar hoort", "Waar hoort een pizzadoos?"},
		{"afval", "Mijn afval is niet opgehaald"},
		{"paspoort", "Ik wil een nieuw paspoort aanvragen"},
		{"melding", "Ik wil een losse stoeptegel melden"},
	},
	"en": {
		{"bin", "When will my bin be emptied?"},
		{"bulky", "Where can I take bulky waste?"},
		{"waste", "My waste was not collected"},
		{"passport", "I want to apply for a new passport"},
		{"report", "I want to report a loose paving stone"},
	},
}

// place is a location to share without a map. These lie in the example town.
type place struct {
	Name                string
	Latitude, Longitude string // degrees, WGS84
}

var examplePlaces = []place{
	{"Domplein 12", "52.08600", "5.09133"},
	{"Stationsweg 1", "52.10140", "5.09011"},
	{"Noordzee (North Sea)", "52.50000", "3.50000"},
}

var vocabulary = map[string]map[string]string{
	"nl": {
		"title":             "Bode: probeer het gesprek",
		"heading":           "Probeer het gesprek",
		"skip":              "Naar het berichtveld",
		"tools":             "Gereedschap",
		"settings":          "Instellingen",
		"new":               "Opnieuw beginnen",
		"new.done":          "Nieuwe telefoon: u bent nu een andere inwoner.",
		"language":          "Taal van deze pagina",
		"clock":             "Klok",
		"clock.real":        "De echte tijd",
		"clock.isset":       "Ingestelde tijd",
		"clock.at":          "Datum en tijd in Nederland",
		"clock.set":         "Zet de klok",
		"clock.back":        "Terug naar nu",
		"clock.help":        "De dienst denkt dan dat het dit moment is. Zo ziet u wat een inwoner morgen of met Kerst krijgt.",
		"clock.done":        "De klok is gezet.",
		"clock.undone":      "De klok loopt weer gelijk.",
		"tab.chat":          "Gesprek",
		"tab.picture":       "Plaatje",
		"tabs":              "Wat u ziet",
		"phone":             "Telefoon van een inwoner",
		"assistant":         "automatische assistent",
		"typing":            "is aan het typen…",
		"log":               "Berichten",
		"you":               "U:",
		"they":              "Assistent:",
		"read":              "Gelezen",
		"sent":              "Verstuurd",
		"compose":           "Uw bericht",
		"compose.hint":      "Typ een bericht",
		"compose.keys":      "Enter verstuurt, Shift en Enter maakt een nieuwe regel.",
		"send":              "Verstuur",
		"attach":            "Iets meesturen",
		"attach.image":      "Foto",
		"attach.voice":      "Spraakbericht",
		"attach.document":   "Document",
		"attach.video":      "Video",
		"attach.audio":      "Geluid",
		"attach.sticker":    "Sticker",
		"attach.note":       "Er gaat geen echt bestand mee.",
		"location":          "Locatie",
		"location.send":     "Locatie delen",
		"location.title":    "Welke locatie deelt u?",
		"location.examples": "Voorbeelden",
		"location.own":      "Of vul een plek in",
		"latitude":          "Breedtegraad",
		"longitude":         "Lengtegraad",
		"close":             "Sluiten",
		"newest":            "Naar het nieuwste bericht",
		"masked":            "Dit ging niet verder dan uw telefoon.",
		"template":          "Sjabloon",
		"opens":             "(opent een nieuw tabblad)",
		"hello":             "Waarmee kan ik u helpen?",
		"hello.text":        "U bent nu een inwoner. Stel een vraag, of kies er een:",
		"picture":           "Het plaatje van de flow",
		"picture.flow":      "Flow",
		"picture.follow":    "Volg het gesprek",
		"picture.scroll":    "Plaatje van de flow, te verschuiven",
		"zoom":              "Grootte",
		"zoom.in":           "Groter",
		"zoom.out":          "Kleiner",
		"zoom.fit":          "Passend",
		"states":            "De stappen als lijst",
		"states.to":         "gaat naar",
		"states.now":        "hier is het gesprek nu",
		"place.none":        "Het gesprek is nog niet begonnen.",
		"place.menu":        "Het gesprek is nu bij het menu.",
		"place.at":          "Het gesprek is nu bij: %[2]s (%[1]s).",
		"place.done":        "Het gesprek is klaar, bij: %[2]s (%[1]s).",
		"faults.one":        "De wijziging is nog niet live: 1 fout",
		"faults.more":       "De wijziging is nog niet live: %d fouten",
		"faults.text":       "De vorige versie blijft werken. Verbeter dit en bewaar het bestand:",
		"faults.label":      "Wat er mis is met de bestanden",
		"log.scroll":        "Berichten, te verschuiven",
		"faults.hints":      "Tips",
		"faults.road":       "Zo komt u daar:",
		"live":              "Live: de wijziging is nu te proberen.",
		"failed":            "Dat lukte niet. Probeer het nog een keer.",
		"lost":              "Geen verbinding met bode demo. Ik probeer het opnieuw.",
		"noscript":          "Zet JavaScript aan: zonder kan de telefoon geen berichten tonen.",
		"kind.text":         "zegt iets",
		"kind.ask":          "vraagt iets",
		"kind.choices":      "laat kiezen",
		"kind.choices_from": "laat kiezen uit een lijst",
		"kind.call":         "vraagt een dienst",
		"kind.branch":       "kiest een weg",
		"kind.subscribe":    "vraagt toestemming",
		"kind.unsubscribe":  "stopt berichten",
		"kind.handover":     "geeft over aan een collega",
		"kind.flow":         "doet een andere flow",
		"kind.end":          "sluit af",
	},
	"en": {
		"title":             "Bode: try the conversation",
		"heading":           "Try the conversation",
		"skip":              "To the message field",
		"tools":             "Tools",
		"settings":          "Settings",
		"new":               "Start again",
		"new.done":          "New phone: you are another resident now.",
		"language":          "Language of this page",
		"clock":             "Clock",
		"clock.real":        "The real time",
		"clock.isset":       "Set time",
		"clock.at":          "Date and time in the Netherlands",
		"clock.set":         "Set the clock",
		"clock.back":        "Back to now",
		"clock.help":        "The service then takes it to be this moment. See what a resident gets tomorrow, or at Christmas.",
		"clock.done":        "The clock is set.",
		"clock.undone":      "The clock tells the real time again.",
		"tab.chat":          "Chat",
		"tab.picture":       "Picture",
		"tabs":              "What you see",
		"phone":             "A resident's phone",
		"assistant":         "automated assistant",
		"typing":            "is typing…",
		"log":               "Messages",
		"you":               "You:",
		"they":              "Assistant:",
		"read":              "Read",
		"sent":              "Sent",
		"compose":           "Your message",
		"compose.hint":      "Type a message",
		"compose.keys":      "Enter sends, Shift and Enter starts a new line.",
		"send":              "Send",
		"attach":            "Send something along",
		"attach.image":      "Photo",
		"attach.voice":      "Voice message",
		"attach.document":   "Document",
		"attach.video":      "Video",
		"attach.audio":      "Sound",
		"attach.sticker":    "Sticker",
		"attach.note":       "No real file is sent.",
		"location":          "Location",
		"location.send":     "Share location",
		"location.title":    "Which location do you share?",
		"location.examples": "Examples",
		"location.own":      "Or fill in a place",
		"latitude":          "Latitude",
		"longitude":         "Longitude",
		"close":             "Close",
		"newest":            "To the newest message",
		"masked":            "This went no further than your phone.",
		"template":          "Template",
		"opens":             "(opens a new tab)",
		"hello":             "How can I help you?",
		"hello.text":        "You are a resident now. Ask a question, or choose one:",
		"picture":           "The flow's picture",
		"picture.flow":      "Flow",
		"picture.follow":    "Follow the conversation",
		"picture.scroll":    "Picture of the flow, scrollable",
		"zoom":              "Size",
		"zoom.in":           "Larger",
		"zoom.out":          "Smaller",
		"zoom.fit":          "Fit",
		"states":            "The steps as a list",
		"states.to":         "goes to",
		"states.now":        "the conversation is here now",
		"place.none":        "The conversation has not begun yet.",
		"place.menu":        "The conversation is now at the menu.",
		"place.at":          "The conversation is now at: %[2]s (%[1]s).",
		"place.done":        "The conversation is done, at: %[2]s (%[1]s).",
		"faults.one":        "The change is not live yet: 1 fault",
		"faults.more":       "The change is not live yet: %d faults",
		"faults.text":       "The version before keeps working. Mend this and save the file:",
		"faults.label":      "What is wrong with the files",
		"log.scroll":        "Messages, scrollable",
		"faults.hints":      "Hints",
		"faults.road":       "How to get there:",
		"live":              "Live: you can try the change now.",
		"failed":            "That did not work. Please try again.",
		"lost":              "No connection with bode demo. Trying again.",
		"noscript":          "Please turn on JavaScript: the phone cannot show messages without it.",
		"kind.text":         "says something",
		"kind.ask":          "asks something",
		"kind.choices":      "offers a choice",
		"kind.choices_from": "offers a choice from a list",
		"kind.call":         "asks a service",
		"kind.branch":       "takes a road",
		"kind.subscribe":    "asks for consent",
		"kind.unsubscribe":  "stops messages",
		"kind.handover":     "hands over to a colleague",
		"kind.flow":         "does another flow",
		"kind.end":          "closes",
	},
}
