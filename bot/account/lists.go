package account

import (
	"fmt"
	"time"
)

// Days says a number of days.
func Days(n int) Both {
	if n == 1 {
		return Both{"1 dag", "1 day"}
	}
	return Both{fmt.Sprintf("%d dagen", n), fmt.Sprintf("%d days", n)}
}

// Within says a time of minutes or hours.
func Within(d time.Duration) Both {
	switch hours := int(d / time.Hour); {
	case d%time.Hour != 0:
		return Both{fmt.Sprintf("%d minuten", int(d/time.Minute)), fmt.Sprintf("%d minutes", int(d/time.Minute))}
	case hours == 1:
		return Both{"1 uur", "1 hour"}
	default:
		return Both{fmt.Sprintf("%d uur", hours), fmt.Sprintf("%d hours", hours)}
	}
}

// retention writes the table of how long everything is kept.
func (a Account) retention(p *page) {
	p.title("Bewaartermijnen", "Retention")
	a.origin(p)
	if len(a.Kept) == 0 {
		p.say("Deze installatie noemt geen termijnen.", "This installation names no periods.")
		return
	}
	p.head(p.of("wat", "what"), p.of("hoe lang", "how long"), p.of("waar dat staat", "where that stands"))
	for _, k := range a.Kept {
		p.row(p.both(k.What), p.both(k.HowLong), code(k.Set))
	}
	p.say("Wat over zijn tijd is, wordt elk uur vernietigd. Het logboek noemt de aantallen, nooit de inhoud. Back-ups van de database vergeten pas als ze zelf vervallen: bewaar ze niet langer dan deze tabel toestaat.",
		"What is past its time is destroyed every hour. The log names the numbers, never the content. Backups of the database forget only when they expire themselves: keep them no longer than this table allows.")
}

// processors writes the list of who handles data on the municipality's instruction.
func (a Account) processors(p *page) {
	p.title("Verwerkers", "Processors")
	a.origin(p)
	if len(a.Processors) == 0 {
		p.say("Er staan nog geen verwerkers in de configuratie. Noem ze onder `[[privacy.processors]]` in config.toml: Meta, de provider en de hosting. In config.example.toml staat hoe.",
			"There are no processors in the configuration yet. Name them under `[[privacy.processors]]` in config.toml: Meta, the provider and the hosting. config.example.toml shows how.")
		return
	}
	p.head(p.of("naam", "name"), p.of("rol", "role"), p.of("regio", "region"), p.of("overeenkomst", "agreement"))
	for _, one := range a.Processors {
		p.row(one.Name, p.given(one.Role), p.given(one.Region), p.given(one.Agreement))
	}
}

func (p *page) given(value string) string {
	if value == "" {
		return p.of("nog niet ingevuld", "not filled in yet")
	}
	return value
}

// algorithm writes a draft in the fields of the Algoritmeregister of the Dutch
// government (publication standard 1.0).
func (a Account) algorithm(p *page) {
	p.title("Concept voor het Algoritmeregister", "Draft for the Algorithm Register")
	a.origin(p)
	p.say("Een concept in de velden van algoritmes.overheid.nl. Wat alleen de gemeente weet, staat er als vraag.",
		"A draft in the fields of algoritmes.overheid.nl. What only the municipality knows stands as a question.")
	p.heading(2, p.of("Algemene informatie", "General information"))
	p.gap()
	p.item("**%s**: %s", p.of("Naam", "Name"), p.of("Bode, automatische assistent op WhatsApp", "Bode, automatic assistant on WhatsApp"))
	p.item("**%s**: %s", p.of("Organisatie", "Organisation"), a.Bundle.Shared.Municipality)
	p.item("**%s**: %s", p.of("Contactgegevens", "Contact"), p.known(a.DPO, "[privacy] dpo"))
	p.item("**%s**: %s", p.of("Korte omschrijving", "Short description"), p.of("Beantwoordt vragen van bewoners met vaste teksten, stelt vervolgvragen en wijst de weg naar een medewerker.", "Answers residents' questions with fixed texts, asks follow-up questions and shows the way to a colleague."))
	p.item("**%s**: %s", p.of("Onderwerpen", "Subjects"), a.subjects(p))
	p.item("**%s**: %s", p.of("Publicatiecategorie", "Publication category"), p.of("Overige algoritmes. Zijn er flows met gevolgen voor rechten van bewoners? Beoordeel dat zelf.", "Other algorithms. Are there flows with consequences for residents' rights? Judge that yourself."))
	p.item("**%s**: %s", p.of("Status en begindatum", "Status and begin date"), p.of("Sinds wanneer gebruikt de gemeente dit?", "Since when does the municipality use this?"))
	a.responsibly(p)
	a.workings(p)
}

func (a Account) subjects(p *page) string {
	var out string
	for i, name := range flowNames(a.Bundle) {
		if i > 0 {
			out += ", "
		}
		out += a.Bundle.Flows[name].Title.In(string(p.language)).Source()
	}
	return out
}

func (a Account) responsibly(p *page) {
	p.heading(2, p.of("Verantwoord gebruik", "Responsible use"))
	p.gap()
	p.item("**%s**: %s", p.of("Doel en impact", "Purpose and impact"), p.of("Bewoners krijgen dag en nacht antwoord. Wie liever belt of langskomt, kan dat altijd.", "Residents get answers day and night. Who would rather call or visit always can."))
	p.item("**%s**: %s", p.of("Afwegingen", "Considerations"), p.of("Er is geen taalmodel: alles wat de assistent kan zeggen, staat in teksten.md en is vooraf te lezen.", "There is no language model: everything the assistant can say stands in texts.md and can be read beforehand."))
	p.item("**%s**: %s", p.of("Menselijke tussenkomst", "Human intervention"), p.of("Het woord \"medewerker\" werkt overal. De assistent neemt geen besluiten.", "The word \"medewerker\" works everywhere. The assistant takes no decisions."))
	p.item("**%s**: %s", p.of("Risicobeheer", "Risk management"), p.of("Zie dpia-bijlage.md: elk risico met de maatregel en de test die faalt als de maatregel breekt.", "See dpia-annex.md: each risk with the measure and the test that fails when the measure breaks."))
	p.item("**%s**: %s", p.of("Wettelijke basis", "Legal basis"), a.grounds(p))
	p.item("**%s**: %s", p.of("Impacttoetsen", "Impact assessments"), p.of("Welke DPIA is gedaan, en wanneer?", "Which DPIA was done, and when?"))
}

// grounds are those that the flows name, and consent where there are topics.
func (a Account) grounds(p *page) string {
	named := map[string]bool{}
	for _, f := range a.Bundle.Flows {
		named[f.Ground] = true
	}
	if len(a.Bundle.Shared.Topics) > 0 {
		named["consent"] = true
	}
	var out string
	for i, ground := range sorted(named) {
		if i > 0 {
			out += "; "
		}
		out += p.word(groundWords, ground)
	}
	return out
}

func (a Account) workings(p *page) {
	p.heading(2, p.of("Werking", "How it works"))
	p.gap()
	p.item("**%s**: %s", p.of("Gegevens", "Data"), p.of("zie verwerkingsregister.md", "see register-of-processing.md"))
	p.item("**%s**: %s", p.of("Technische werking", "Technical working"), p.of("Vaste regels: woorden die een flow noemt, leiden naar die flow; een flow is een toestandsmachine die de gemeente zelf schrijft. Niets leert van gesprekken.", "Fixed rules: words that a flow names lead to that flow; a flow is a state machine that the municipality writes itself. Nothing learns from conversations."))
	p.item("**%s**: %s", p.of("Leverancier", "Supplier"), p.of("open source, beheerd door de gemeente of haar hostingpartij", "open source, run by the municipality or its hosting party"))
	p.item("**%s**: %s", p.of("Broncode", "Source code"), "https://github.com/gemeentebode/bode (EUPL-1.2)")
}
