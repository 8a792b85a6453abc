package rights

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// writer puts what is kept in words, in Dutch or in English: the language of
// who does not read Dutch here is English.
type writer struct {
	ctx      context.Context
	names    Names
	zone     *time.Location
	Language string
}

func (s *Service) writer(ctx context.Context, language string) *writer {
	if language != "nl" && language != "" {
		language = "en"
	} else {
		language = "nl"
	}
	return &writer{ctx, s.Names, s.zone, language}
}

func (w *writer) word(key string) string { return vocabulary[w.Language][key] }

// T is word, for templates.
func (w *writer) T(key string) string { return w.word(key) }

// moment is "20 november 2026, 13:00", Europe/Amsterdam.
func (w *writer) moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(w.zone)
	return fmt.Sprintf("%d %s %d, %s", t.Day(), months[w.Language][t.Month()-1], t.Year(), t.Format("15:04"))
}

// brief is a moment in a line of the chat.
func (w *writer) brief(t time.Time) string { return t.In(w.zone).Format("02-01-2006 15:04") }

func (w *writer) topic(topic string) string {
	if topic == "" {
		return w.word("every.topic")
	}
	return w.names.Topic(w.ctx, w.Language, topic)
}

// lines tells one category in the chat, the newest first where time matters.
func (w *writer) lines(own bot.Own, category string) (lines []string) {
	switch category {
	case bot.CategoryMessages:
		for _, m := range own.Messages {
			lines = append(lines, w.brief(m.At)+" "+w.who(m)+": "+w.said(m))
		}
	case bot.CategoryContact:
		for _, row := range w.contact(own) {
			lines = append(lines, row.Name+": "+row.Text)
		}
	case bot.CategoryRemembered:
		for _, a := range own.Remembered {
			lines = append(lines, a.Name+": "+told(a.Value))
		}
	case bot.CategorySubscriptions:
		for _, s := range own.Subscriptions {
			lines = append(lines, w.subscription(s))
		}
	case bot.CategoryAppointments:
		for _, a := range own.Appointments {
			lines = append(lines, w.appointment(a))
		}
	case bot.CategoryRequests:
		for _, r := range own.Requests {
			lines = append(lines, w.brief(r.At)+" "+w.names.Kind(w.ctx, w.Language, r.Kind)+", "+w.state(r)+": "+r.Text.Reveal()+" ("+r.Code.Reveal()+")")
		}
	}
	return lines
}

func (w *writer) who(m bot.OwnMessage) string {
	if m.Ours {
		return w.word("we")
	}
	return w.word("you")
}

// said is a message's text, or what it was where it has none.
func (w *writer) said(m bot.OwnMessage) string {
	text := m.Text.Reveal()
	switch what := vocabulary[w.Language]["kind."+m.Kind]; {
	case what != "" && text == "":
		return "(" + what + ")"
	case what != "":
		return "(" + what + ") " + text
	}
	return text
}

// row is a name with what belongs to it.
type row struct{ Name, Text string }

func (w *writer) contact(own bot.Own) (rows []row) {
	if phone := own.Contact.Phone.Reveal(); phone != "" {
		rows = append(rows, row{w.word("phone"), "+" + strings.TrimPrefix(phone, "+")})
	}
	if !own.Contact.External.Empty() && !own.Contact.External.Equal(own.Contact.Phone) {
		rows = append(rows, row{w.word("whatsapp"), own.Contact.External.Reveal()})
	}
	if len(rows) > 0 && !own.Since.IsZero() {
		rows = append(rows, row{w.word("since"), w.moment(own.Since)})
	}
	return rows
}

func (w *writer) subscription(s bot.OwnSubscription) string {
	line := w.topic(s.Topic)
	if about := told(s.About); about != "" {
		line += ": " + about
	}
	return line + " (" + w.standing(s) + ")"
}

func (w *writer) standing(s bot.OwnSubscription) string {
	switch {
	case s.Given.IsZero():
		return w.word("waits")
	case s.Paused:
		return w.word("paused")
	}
	return w.word("given.on") + " " + w.moment(s.Given)
}

func (w *writer) appointment(a bot.Appointment) string {
	return w.moment(a.Start) + ", " + w.names.Product(a.Product) + ", " + w.names.Location(a.Location) + " (" + a.Name.Reveal() + ", " + a.Code.Reveal() + ")"
}

func (w *writer) state(r bot.Request) string {
	if r.Handled.IsZero() {
		return w.word("open")
	}
	return w.word("handled")
}

// told reads a value as a person does: a record by its label, else by its parts.
func told(v bot.Value) string {
	if text := v.Text(); text != "" && !strings.HasPrefix(text, "[") {
		return text
	}
	var parts []string
	switch x := v.Decode().(type) {
	case map[string]any:
		for _, name := range sortedNames(x) {
			parts = append(parts, fmt.Sprintf("%s: %v", name, x[name]))
		}
	case []any:
		for _, one := range x {
			parts = append(parts, told(bot.ValueOf(one)))
		}
	}
	return strings.Join(parts, ", ")
}

var months = map[string][]string{
	"nl": {"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"},
	"en": {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
}

// vocabulary holds the words of the lines and of the page.
var vocabulary = map[string]map[string]string{
	"nl": {
		"we": "wij", "you": "u", "phone": "Telefoonnummer", "whatsapp": "Uw nummer bij WhatsApp", "since": "Eerste bericht", "every.topic": "alle onderwerpen",
		"waits": "wacht op uw ja", "paused": "staat stil", "given.on": "ja gezegd op", "open": "nog open", "handled": "afgehandeld",
		"not.here":   "(deze tekst staat niet in de chat; u leest hem in uw overzicht)",
		"kind.place": "locatie", "kind.image": "foto, niet bewaard", "kind.video": "video, niet bewaard", "kind.audio": "geluid, niet bewaard", "kind.voice": "spraakbericht, niet bewaard",
		"kind.document": "document, niet bewaard", "kind.sticker": "sticker, niet bewaard", "kind.media": "bestand, niet bewaard", "kind.unsupported": "bericht dat wij niet kunnen lezen",
		"kind.crisis": "de woorden van dit bericht zijn niet bewaard",

		"title": "Mijn gegevens", "skip": "Naar de inhoud", "open.lead": "Hier ziet u alles wat %s van u bewaart in WhatsApp.",
		"open.once": "U kunt deze pagina maar 1 keer openen. Zorg dat niemand meekijkt.", "open.button": "Laat mijn gegevens zien",
		"open.time": "De link werkt 15 minuten. Daarna vraagt u een nieuwe.",
		"gone":      "Deze link werkt niet meer", "gone.text": "De link is al gebruikt, of is ouder dan 15 minuten. Er is niets met uw gegevens gebeurd.",
		"gone.again": "Wilt u een nieuwe link? Stuur ons in WhatsApp: download mijn gegevens.",
		"busy":       "Het is even te druk", "busy.text": "Wacht 1 minuut en probeer het opnieuw. Uw link is nog niet gebruikt.",
		"broken": "Dit lukt nu niet", "broken.text": "Probeer het over een paar minuten opnieuw. Lukt het dan niet? Vraag in WhatsApp een nieuwe link.",
		"foreign": "Dit kan alleen vanaf onze eigen pagina", "foreign.text": "Open de link uit WhatsApp opnieuw en druk op de knop.",
		"shown": "Dit bewaren wij van u.", "shown.once": "Als u deze pagina sluit of ververst, is zij weg.", "made": "Gemaakt op",
		"download": "Bewaar als bestand", "download.text": "U krijgt hetzelfde als bestand (JSON). Een ander programma kan dat lezen. Dit kan 1 keer, binnen 15 minuten.",
		"erase":      "Wilt u dat wij alles wissen?",
		"erase.text": "Stuur ons in WhatsApp: wis mijn gegevens.", "wrong": "Klopt er iets niet?", "wrong.text": "Neem contact op met de gemeente.",
		"to": "naar", "none": "Hier bewaren wij niets.", "contents": "Op deze pagina",
		"messages": "Berichten", "contact": "Uw nummer", "remembered": "Antwoorden die wij onthouden", "subscriptions": "Berichten die u wilt krijgen",
		"consents": "Wanneer u ja of nee zei", "appointments": "Afspraken", "requests": "Meldingen en vragen",
		"yes": "Ja gezegd", "no": "Nee gezegd", "choices": "Keuzes", "code": "Code", "name": "Naam", "persons": "Personen", "place": "Plek", "when": "Wanneer",
		"source.chat": "in WhatsApp", "source.stop": "met STOP", "source.erase": "met wissen", "source.preference": "in de instellingen van WhatsApp",
		"source.opted_out": "in de instellingen van WhatsApp", "source.import": "op een formulier van de gemeente", "source.colleague": "via een medewerker", "source.command": "via een medewerker",
		"file": "mijn-gegevens",
	},
	"en": {
		"we": "we", "you": "you", "phone": "Phone number", "whatsapp": "Your number at WhatsApp", "since": "First message", "every.topic": "all subjects",
		"waits": "waits for your yes", "paused": "on hold", "given.on": "you said yes on", "open": "still open", "handled": "handled",
		"not.here":   "(this text is not shown in the chat; you can read it in your overview)",
		"kind.place": "location", "kind.image": "photo, not kept", "kind.video": "video, not kept", "kind.audio": "sound, not kept", "kind.voice": "voice message, not kept",
		"kind.document": "document, not kept", "kind.sticker": "sticker, not kept", "kind.media": "file, not kept", "kind.unsupported": "message that we cannot read",
		"kind.crisis": "the words of this message were not kept",

		"title": "My data", "skip": "To the content", "open.lead": "Here you see everything that %s keeps of you in WhatsApp.",
		"open.once": "You can open this page only once. Make sure that nobody looks over your shoulder.", "open.button": "Show my data",
		"open.time": "The link works for 15 minutes. After that you can ask for a new one.",
		"gone":      "This link does not work any more", "gone.text": "The link was used already, or is older than 15 minutes. Nothing happened to your data.",
		"gone.again": "Would you like a new link? Send us in WhatsApp: download my data.",
		"busy":       "It is too busy just now", "busy.text": "Wait 1 minute and try again. Your link has not been used yet.",
		"broken": "This does not work now", "broken.text": "Try again in a few minutes. Does it still not work? Ask for a new link in WhatsApp.",
		"foreign": "This works from our own page only", "foreign.text": "Open the link in WhatsApp again and press the button.",
		"shown": "This is what we keep of you.", "shown.once": "When you close or refresh this page, it is gone.", "made": "Made on",
		"download": "Save as a file", "download.text": "You get the same as a file (JSON). Another program can read it. This works once, within 15 minutes.",
		"erase":      "Do you want us to erase everything?",
		"erase.text": "Send us in WhatsApp: erase my data.", "wrong": "Is something wrong?", "wrong.text": "Contact the municipality.",
		"to": "to", "none": "We keep nothing here.", "contents": "On this page",
		"messages": "Messages", "contact": "Your number", "remembered": "Answers that we remember", "subscriptions": "Messages that you want to get",
		"consents": "When you said yes or no", "appointments": "Appointments", "requests": "Reports and questions",
		"yes": "Said yes", "no": "Said no", "choices": "Choices", "code": "Code", "name": "Name", "persons": "Persons", "place": "Place", "when": "When",
		"source.chat": "in WhatsApp", "source.stop": "with STOP", "source.erase": "by erasing", "source.preference": "in the settings of WhatsApp",
		"source.opted_out": "in the settings of WhatsApp", "source.import": "on a form of the municipality", "source.colleague": "through a colleague", "source.command": "through a colleague",
		"file": "my-data",
	},
}

// Told is one category with everything of it in words.
type Told struct {
	Category string
	Lines    []string
}

// Told gives everything that is kept in words, for who may read it all.
func (s *Service) Told(ctx context.Context, language string, own bot.Own) (list []Told) {
	w := s.writer(ctx, language)
	for _, category := range bot.Categories() {
		if lines := w.lines(own, category); len(lines) > 0 {
			list = append(list, Told{category, lines})
		}
	}
	return list
}
