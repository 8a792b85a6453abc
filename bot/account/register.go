package account

import (
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot/flow"
)

// register writes the register of processing (AVG art. 30), a chapter per flow.
func (a Account) register(p *page) {
	p.title("Register van verwerkingen", "Register of processing")
	a.origin(p)
	p.say("Voor elke flow: wat wordt gevraagd, waarvoor, op welke grond, wie het krijgt en hoe lang het blijft. De termijnen van alle gegevens staan in bewaartermijnen.md.",
		"For each flow: what is asked, what for, on which ground, who gets it and how long it stays. The periods of all data stand in retention.md.")
	for _, name := range flowNames(a.Bundle) {
		a.flow(p, a.Bundle.Flows[name])
	}
	a.topics(p)
}

// origin says what a document was made from.
func (a Account) origin(p *page) {
	p.say("Gemaakt door `bode accountability` uit bundel %s van %s. Verander dit bestand niet: verander de flows of de configuratie, en maak het opnieuw.",
		"Made by `bode accountability` from bundle %s of %s. Do not change this file: change the flows or the configuration, and make it anew.", code(short(a.Bundle.Hash)), a.Bundle.Shared.Municipality)
	p.gap()
	p.item("%s: %s", p.of("Verantwoordelijke", "Controller"), p.known(a.Controller, "[privacy] controller"))
	p.item("%s: %s", p.of("Functionaris gegevensbescherming", "Data protection officer"), p.known(a.DPO, "[privacy] dpo"))
	p.item("%s: %s", p.of("Uitleg voor bewoners", "Explanation for residents"), p.known(a.Statement, "[privacy] statement"))
}

// known gives what the configuration says, or where to say it.
func (p *page) known(value, key string) string {
	if value != "" {
		return value
	}
	return p.of("nog niet ingevuld; het komt uit ", "not filled in yet; it comes from ") + code(key) + p.of(" in config.toml", " in config.toml")
}

func short(hash string) string { return hash[:min(12, len(hash))] }

func (a Account) flow(p *page, f *flow.Flow) {
	p.heading(2, p.flowTitle(f))
	p.gap()
	p.item("%s: %s", p.of("Doel", "Purpose"), p.word(purposeWords, f.Purpose))
	p.item("%s: %s", p.of("Grondslag", "Ground"), p.word(groundWords, f.Ground))
	a.questions(p, f)
	a.passes(p, f)
	a.keeps(p, f)
	a.seen(p, f)
}

func (p *page) flowTitle(f *flow.Flow) string {
	return f.Title.In(string(p.language)).Source() + " (" + code(f.Name) + ")"
}

func (a Account) questions(p *page, f *flow.Flow) {
	p.heading(3, p.of("Wat wordt gevraagd, en waarom", "What is asked, and why"))
	asked := Questions(a.Bundle, f)
	if len(asked) == 0 {
		p.say("Niets: deze flow geeft alleen antwoord.", "Nothing: this flow only answers.")
		return
	}
	p.head(p.of("staat", "state"), p.of("gevraagd", "asked"), p.of("bewaard als", "kept as"), p.of("waarom", "why"))
	for _, q := range asked {
		saved := "–"
		if q.Save != "" {
			saved = code(q.Save)
		}
		p.row(code(q.State), p.what(q), saved, p.why(q))
	}
}

func (a Account) passes(p *page, f *flow.Flow) {
	p.heading(3, p.of("Welke dienst krijgt wat", "Which service gets what"))
	all := passed(a.Bundle, f)
	if len(all) == 0 {
		p.say("Geen: deze flow roept geen dienst aan.", "None: this flow calls no service.")
	} else {
		p.gap()
	}
	for _, c := range all {
		does := p.of("zoekt iets op", "looks something up")
		if c.Writes {
			does = p.of("legt iets vast", "records something")
		}
		gets := p.of("krijgt niets van de bewoner", "gets nothing of the resident")
		if len(c.Parameters) > 0 {
			gets = p.of("krijgt ", "gets ") + codes(c.Parameters)
		}
		p.item("%s (%s): %s", code(c.Operation), does, gets)
	}
	if calls := subFlows(f); len(calls) > 0 {
		p.say("Roept ook deze flows aan: %s.", "Also calls these flows: %s.", codes(calls))
	}
}

func subFlows(f *flow.Flow) []string {
	called := map[string]bool{}
	for _, s := range f.States {
		if s.Flow != "" {
			called[s.Flow] = true
		}
	}
	return sorted(called)
}

// recorders are the services at which a flow records something.
func (a Account) recorders(f *flow.Flow) []string {
	names := map[string]bool{}
	for _, c := range passed(a.Bundle, f) {
		if c.Writes {
			service, _, _ := strings.Cut(c.Operation, ".")
			names[service] = true
		}
	}
	return sorted(names)
}

func (a Account) keeps(p *page, f *flow.Flow) {
	p.heading(3, p.of("Hoe lang", "How long"))
	p.gap()
	p.item("%s", p.of("De berichten, de antwoorden in het gesprek en wat onthouden wordt: zie bewaartermijnen.md.",
		"The messages, the answers in the conversation and what is remembered: see retention.md."))
	for _, name := range a.recorders(f) {
		p.item("%s %s: %s", p.of("Wat is vastgelegd bij", "What was recorded at"), code(name), p.service(a.Services[name].Keeps))
	}
}

// service says what the installation does, or that it did not say.
func (p *page) service(b Both) string {
	if b == (Both{}) {
		return p.of("dat bepaalt de dienst zelf; leg het vast in de afspraken met die dienst", "the service itself decides; lay it down in the agreement with that service")
	}
	return p.both(b)
}

func (a Account) seen(p *page, f *flow.Flow) {
	p.heading(3, p.of("Wie ziet het", "Who sees it"))
	p.gap()
	for _, name := range a.recorders(f) {
		p.item("%s %s: %s", p.of("Wat is vastgelegd bij", "What was recorded at"), code(name), p.service(a.Services[name].Seen))
	}
	for _, name := range teams(f) {
		team := a.Bundle.Shared.Teams[name]
		if team != nil && team.Desk {
			p.item("%s %s: %s", p.of("Team", "Team"), code(name), p.of("een medewerker die het gesprek overneemt, met de notitie", "a colleague who takes over the conversation, with the note"))
			continue
		}
		p.item("%s %s: %s", p.of("Team", "Team"), code(name), p.of("leest niet mee; de bewoner krijgt het telefoonnummer en de tijden", "does not read along; the resident gets the phone number and the hours"))
	}
	p.item("%s", p.of("De verwerkers die de berichten dragen: zie verwerkers.md.", "The processors that carry the messages: see processors.md."))
}

// teams are those that a flow hands conversations to.
func teams(f *flow.Flow) []string {
	names := map[string]bool{}
	for _, s := range f.States {
		if s.Kind == flow.Handover {
			names[s.Team] = true
		}
	}
	return sorted(names)
}

func (a Account) topics(p *page) {
	p.heading(2, p.of("Berichten met toestemming", "Messages with consent"))
	topics := a.Bundle.Shared.Topics
	if len(topics) == 0 {
		p.say("Er zijn geen onderwerpen waarvoor bewoners zich kunnen aanmelden.", "There are no topics that residents can subscribe to.")
		return
	}
	for _, name := range sorted(topics) {
		a.topic(p, topics[name])
	}
}

func (a Account) topic(p *page, t *flow.Topic) {
	p.heading(3, t.Title.In(string(p.language)).Source()+" ("+code(t.Name)+")")
	p.gap()
	p.item("%s: %s", p.of("Grondslag", "Ground"), p.word(groundWords, "consent"))
	if len(t.Keeps) == 0 {
		p.item("%s", p.of("Bewaart niets dan de toestemming zelf", "Keeps nothing but the consent itself"))
	} else {
		p.item("%s: %s", p.of("Bewaart ervoor", "Keeps for it"), codes(t.Keeps))
	}
	p.item("%s: %s", p.of("Opnieuw te vragen na", "To be asked again after"), p.both(Days(int(t.AskAgain/(24*time.Hour)))))
	if t.Night {
		p.item("%s", p.of("Mag bij spoed ook 's nachts", "May come at night when it is urgent"))
	}
	p.gap()
	p.WriteString(block(string(p.language), t.Wording.In(string(p.language)).Source()))
}
