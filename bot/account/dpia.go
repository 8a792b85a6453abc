package account

import "slices"

// dpia writes the annex to a data protection impact assessment: what the
// product brings to it. Whether it is necessary and proportionate is the
// municipality's to judge.
func (a Account) dpia(p *page) {
	p.title("Bijlage bij de DPIA", "Annex to the DPIA")
	a.origin(p)
	p.say("Wat het product inbrengt bij de DPIA: de gegevens, de risico's en de maatregelen. Of de verwerking nodig en evenredig is, beoordeelt de gemeente.",
		"What the product brings to the DPIA: the data, the risks and the measures. Whether the processing is necessary and proportionate is for the municipality to judge.")
	a.dataKinds(p)
	a.attention(p)
	a.riskTable(p)
}

func (a Account) dataKinds(p *page) {
	p.heading(2, p.of("Soorten gegevens", "Kinds of data"))
	p.head(p.of("soort", "kind"), p.of("waar", "where"))
	p.row(p.of("telefoonnummer, WhatsApp-id en -naam, tijd van elk bericht", "phone number, WhatsApp id and name, time of each message"), p.of("elk gesprek", "every conversation"))
	p.row(p.of("de tekst van berichten", "the text of messages"), p.of("elk gesprek", "every conversation"))
	where := map[string][]string{}
	for _, name := range flowNames(a.Bundle) {
		for _, q := range Questions(a.Bundle, a.Bundle.Flows[name]) {
			if q.Save != "" || q.Topic != "" {
				where[q.Kind] = append(where[q.Kind], q.Flow+"."+q.State)
			}
		}
	}
	for _, kind := range sorted(where) {
		p.row(p.word(kindWords, kind), codes(where[kind]))
	}
}

// attention names what an assessor should look at, as the bundle has it.
func (a Account) attention(p *page) {
	p.heading(2, p.of("Let op", "Mind"))
	p.gap()
	free, unused := 0, []string{}
	for _, name := range flowNames(a.Bundle) {
		for _, q := range Questions(a.Bundle, a.Bundle.Flows[name]) {
			if q.Kind == "text" {
				free++
			}
			if q.Save != "" && len(q.Uses) == 0 {
				unused = append(unused, q.Flow+"."+q.State)
			}
		}
	}
	p.item(p.of("Vragen met vrije tekst: %d. Daarin kan een bewoner meer schrijven dan nodig is, ook over gezondheid of over anderen.", "Questions for free text: %d. There a resident may write more than is needed, also about health or about others."), free)
	if len(unused) == 0 {
		p.item("%s", p.of("Elk antwoord dat bewaard wordt, wordt ook gebruikt.", "Every answer that is kept is also used."))
	} else {
		p.item("%s: %s", p.of("Bewaard, maar nergens gebruikt", "Kept, but used nowhere"), codes(unused))
	}
	health := slices.DeleteFunc(flowNames(a.Bundle), func(name string) bool {
		return !slices.Contains([]string{"public_health", "social_welfare", "crisis_response"}, a.Bundle.Flows[name].Purpose)
	})
	if len(health) == 0 {
		p.item("%s", p.of("Geen flow heeft gezondheid, sociaal domein of crisis als doel.", "No flow has health, social welfare or crisis as its purpose."))
		return
	}
	p.item("%s: %s", p.of("Flows waarin bijzondere gegevens eerder ter sprake komen (AVG artikel 9)", "Flows in which special categories of data come up sooner (GDPR article 9)"), codes(health))
}

func (a Account) riskTable(p *page) {
	p.heading(2, p.of("Risico's, maatregelen en de test die ze bewaakt", "Risks, measures and the test that guards them"))
	p.head(p.of("risico", "risk"), p.of("maatregel", "measure"), p.of("test", "test"))
	for _, r := range risks() {
		p.row(p.both(r.Risk), p.both(r.Measure), codes(r.Tests))
	}
}
