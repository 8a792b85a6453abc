package account

import "strings"

// The words for what the flow files and the configuration say in codes. A code
// that has no word here shows as it is.
var (
	purposeWords = map[string]Both{
		"crisis_response":   {"hulp bij een crisis", "crisis response"},
		"permits":           {"vergunningen", "permits"},
		"appointments":      {"afspraken", "appointments"},
		"municipal_service": {"dienstverlening van de gemeente", "municipal services"},
		"public_health":     {"publieke gezondheid", "public health"},
		"social_welfare":    {"sociaal domein", "social welfare"},
		"economic_recovery": {"economisch herstel", "economic recovery"},
		"tourism":           {"toerisme", "tourism"},
	}
	groundWords = map[string]Both{
		"public_task":      {"taak van algemeen belang (AVG artikel 6, lid 1, onder e)", "public task (GDPR article 6(1)(e))"},
		"consent":          {"toestemming (AVG artikel 6, lid 1, onder a)", "consent (GDPR article 6(1)(a))"},
		"legal_obligation": {"wettelijke verplichting (AVG artikel 6, lid 1, onder c)", "legal obligation (GDPR article 6(1)(c))"},
	}
	kindWords = map[string]Both{
		"text":         {"vrije tekst", "free text"},
		"number":       {"een getal", "a number"},
		"date":         {"een datum", "a date"},
		"time":         {"een tijd", "a time"},
		"address":      {"een adres", "an address"},
		"place":        {"een plek: een locatie, een adres of een beschrijving", "a place: a location, an address or a description"},
		"yes_no":       {"ja of nee", "yes or no"},
		"reference":    {"een kenmerk of code", "a reference or code"},
		"phone":        {"een telefoonnummer", "a phone number"},
		"email":        {"een e-mailadres", "an email address"},
		"choices":      {"een keuze", "a choice"},
		"choices_from": {"een keuze uit wat een dienst gaf", "a choice from what a service gave"},
		"subscribe":    {"toestemming voor berichten", "consent to messages"},
	}
	partWords = map[string]Both{
		partFirst:     {"De eerste zin van het eerste gesprek", "The first sentence of the first conversation"},
		partCrisis:    {"Antwoorden bij nood, die voor alles gaan", "Answers in an emergency, before all else"},
		partFormal:    {"Wat niet via WhatsApp kan worden ingediend", "What cannot be filed through WhatsApp"},
		partTopics:    {"Onderwerpen van berichten, met de woorden van de toestemming", "Topics of messages, with the words of the consent"},
		partNotices:   {"Waarschuwingen", "Notices"},
		partTemplates: {"Sjablonen, voor wie langer dan 24 uur niet schreef", "Templates, for who did not write for 24 hours"},
		partTeams:     {"Wanneer teams te bereiken zijn", "When teams can be reached"},
		partFacts:     {"Feiten, en wat er staat als een feit verlopen is", "Facts, and what is said when a fact has expired"},
		partTexts:     {"Zinnen die flows delen", "Sentences that flows share"},
		partKinds:     {"Woorden voor codes", "Words for codes"},
		partEngine:    {"Zinnen van de assistent zelf", "Sentences of the assistant itself"},
	}
	useWords = map[string]Both{
		usePassed:     {"gaat naar de dienst", "goes to the service"},
		useShown:      {"staat in wat de bewoner leest bij", "is shown to the resident at"},
		useBranch:     {"bepaalt hoe het gesprek verdergaat bij", "decides how the conversation goes on at"},
		useNote:       {"staat in de notitie voor een medewerker van team", "stands in the note for a colleague of team"},
		useRemembered: {"wordt onthouden voor een volgende vraag", "is remembered for a next question"},
		useReturned:   {"gaat terug naar de flow die deze aanroept", "goes back to the flow that calls this one"},
		useTopic:      {"wordt bewaard voor berichten over", "is kept for messages about"},
	}
)

func (l language) word(words map[string]Both, name string) string {
	if b, known := words[name]; known {
		return l.both(b)
	}
	return name
}

// uses says what happens with an answer, the same kinds of use together.
func (l language) uses(list []Use) (all []string) {
	what, order := map[string][]string{}, []string{}
	for _, u := range list {
		if _, known := what[u.How]; !known {
			order = append(order, u.How)
			what[u.How] = nil
		}
		if u.What != "" {
			what[u.How] = append(what[u.How], u.What)
		}
	}
	for _, how := range order {
		all = append(all, strings.TrimSpace(l.word(useWords, how)+" "+codes(what[how])))
	}
	return all
}

// why says what a question is for: what happens with its answer. An answer
// that is kept and then used for nothing need not be asked (AVG art. 5, data minimisation).
func (l language) why(a Asked) string {
	all := l.uses(a.Uses)
	switch {
	case a.Topic != "":
		all = append(all, l.of("vraagt toestemming voor berichten over ", "asks consent to messages about ")+code(a.Topic))
	case a.Save == "":
		all = append(all, l.of("alleen om de weg te wijzen; er wordt niets van bewaard", "only to show the way; nothing is kept of it"))
	case len(a.Uses) == 0:
		all = append(all, l.of("**nergens gebruikt: vraag u af of deze vraag nodig is**", "**used nowhere: ask yourself whether this question is needed**"))
	}
	return strings.Join(all, "; ")
}

// what says what is asked, with the choices.
func (l language) what(a Asked) string {
	said := l.word(kindWords, a.Kind)
	if len(a.Options) > 0 {
		said += ": " + codes(a.Options)
	}
	if a.Optional {
		said += l.of(" (mag worden overgeslagen)", " (may be skipped)")
	}
	return said
}
