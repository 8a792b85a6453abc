package flow

// sharedTOML is what stands in flows/bode.toml.
type sharedTOML struct {
	Municipality string               `toml:"municipality" jsonschema:"required" jsonschema_description:"De naam van de gemeente."`
	Languages    []string             `toml:"languages" jsonschema:"required" jsonschema_description:"De talen die volledig zijn, Nederlands eerst."`
	Menu         []string             `toml:"menu" jsonschema:"required" jsonschema_description:"De flows in het menu, op volgorde."`
	Remembered   []string             `toml:"remembered" jsonschema_description:"De waarden die voor de bewoner bewaard blijven."`
	FirstContact firstContactTOML     `toml:"first_contact" jsonschema:"required" jsonschema_description:"De eerste zin van het eerste gesprek."`
	Words        wordsTOML            `toml:"words" jsonschema:"required" jsonschema_description:"De woorden die overal werken, van alle talen tegelijk."`
	Teams        map[string]teamTOML  `toml:"teams" jsonschema_description:"De teams die een gesprek kunnen overnemen."`
	Topics       map[string]topicTOML `toml:"topics" jsonschema_description:"De onderwerpen waarover een bewoner bericht kan krijgen."`
	Facts        map[string]factTOML  `toml:"facts" jsonschema_description:"Feiten met een eigenaar en een einddatum: {{.fact.naam}}."`
	Texts        map[string]string    `toml:"texts" jsonschema_description:"Zinnen die flows delen: {{.text.naam}}."`
	Kinds        map[string]string    `toml:"kinds" jsonschema_description:"De woorden voor codes: gft = \"groente en fruit\"."`
	Holidays     holidaysTOML         `toml:"holidays" jsonschema_description:"Dagen waarop teams dicht of juist open zijn."`
	Crisis       []crisisTOML         `toml:"crisis" jsonschema_description:"Vaste antwoorden die voor alles gaan, elk onder [[crisis]]."`
	Formal       []formalTOML         `toml:"formal" jsonschema_description:"Wat niet via WhatsApp kan worden ingediend, elk onder [[formal]]."`
}

type firstContactTOML struct {
	Text string `toml:"text" jsonschema:"required" jsonschema_description:"Noem de automatische assistent en waar staat hoe u met gegevens omgaat."`
}

type wordsTOML struct {
	Stop     map[string][]string `toml:"stop" jsonschema:"required" jsonschema_description:"Stopt alle berichten en wist de gegevens."`
	Person   map[string][]string `toml:"person" jsonschema:"required" jsonschema_description:"Vraagt om een medewerker."`
	Menu     map[string][]string `toml:"menu" jsonschema:"required" jsonschema_description:"Gaat naar het menu."`
	Back     map[string][]string `toml:"back" jsonschema:"required" jsonschema_description:"Gaat een stap terug."`
	Language map[string][]string `toml:"language" jsonschema_description:"Kiest een andere taal."`
	Data     map[string][]string `toml:"data" jsonschema_description:"Toont wat over de bewoner is bewaard."`
}

type teamTOML struct {
	Phone string `toml:"phone" jsonschema:"required" jsonschema_description:"Het telefoonnummer."`
	Hours string `toml:"hours" jsonschema:"required" jsonschema_description:"De openingstijden: \"ma-vr 09:00-17:00, za 10:00-12:00\"."`
	Desk  bool   `toml:"desk" jsonschema_description:"true: er lezen collega's mee in de chat."`
	Wait  string `toml:"wait" jsonschema_description:"Hoe lang een bewoner op een collega wacht, zoals \"10m\"."`
}

type topicTOML struct {
	Title    string   `toml:"title" jsonschema:"required" jsonschema_description:"Hoe het onderwerp heet."`
	Keeps    []string `toml:"keeps" jsonschema_description:"Wat ervoor wordt bewaard: address, postcode4 en dergelijke."`
	AskAgain string   `toml:"ask_again" jsonschema:"required" jsonschema_description:"Na hoe lang u de toestemming opnieuw vraagt: \"12 months\"."`
	Night    bool     `toml:"night" jsonschema_description:"true: het mag bij spoed ook 's nachts komen."`
	Wording  string   `toml:"wording" jsonschema:"required" jsonschema_description:"De exacte tekst van de toestemming."`
}

type factTOML struct {
	Value      string `toml:"value" jsonschema:"required" jsonschema_description:"Wat er in de tekst komt."`
	Owner      string `toml:"owner" jsonschema:"required" jsonschema_description:"Wie het bijhoudt."`
	Source     string `toml:"source" jsonschema:"required" jsonschema_description:"Waar het staat."`
	ValidUntil date   `toml:"valid_until" jsonschema:"required" jsonschema_description:"De laatste dag waarop het klopt."`
	Fallback   string `toml:"fallback" jsonschema_description:"Wat er daarna in de tekst komt."`
}

type holidaysTOML struct {
	Closed []date `toml:"closed" jsonschema_description:"Dagen waarop alle teams dicht zijn, naast de feestdagen."`
	Open   []date `toml:"open" jsonschema_description:"Feestdagen waarop teams toch open zijn."`
}

type crisisTOML struct {
	Name       string              `toml:"name" jsonschema:"required" jsonschema_description:"Hoe het heet in tellingen."`
	Words      map[string][]string `toml:"words" jsonschema:"required" jsonschema_description:"De woorden, per taal."`
	Answer     map[string]string   `toml:"answer" jsonschema:"required" jsonschema_description:"Het vaste antwoord, per taal."`
	ReviewedAt date                `toml:"reviewed_at" jsonschema:"required" jsonschema_description:"Wanneer iemand dit voor het laatst nakeek."`
}

type formalTOML struct {
	Name   string              `toml:"name" jsonschema:"required" jsonschema_description:"Hoe het heet in tellingen."`
	Words  map[string][]string `toml:"words" jsonschema:"required" jsonschema_description:"De woorden, per taal."`
	Answer map[string]string   `toml:"answer" jsonschema:"required" jsonschema_description:"Het vaste antwoord, per taal."`
	Link   string              `toml:"link" jsonschema:"required" jsonschema_description:"Waar het wel kan worden ingediend, met https."`
}

// noticeTOML is what stands in a file of flows/notices.
type noticeTOML struct {
	Topic      string            `toml:"topic" jsonschema:"required" jsonschema_description:"Het onderwerp waarvoor bewoners toestemming gaven."`
	Title      string            `toml:"title" jsonschema:"required" jsonschema_description:"Hoe het bericht heet."`
	Template   string            `toml:"template" jsonschema:"required" jsonschema_description:"Het goedgekeurde sjabloon voor buiten de 24 uur."`
	Source     string            `toml:"source" jsonschema:"required" jsonschema_description:"Waar het vandaan komt, met https."`
	ValidFrom  moment            `toml:"valid_from" jsonschema:"required" jsonschema_description:"Vanaf wanneer het geldt."`
	ValidUntil moment            `toml:"valid_until" jsonschema:"required" jsonschema_description:"Tot en met wanneer het geldt."`
	Areas      []string          `toml:"areas" jsonschema_description:"Postcodes van vier cijfers. Leeg: iedereen."`
	Urgency    string            `toml:"urgency" jsonschema:"required,enum=normal,enum=urgent" jsonschema_description:"normal of urgent."`
	Text       map[string]string `toml:"text" jsonschema:"required" jsonschema_description:"De tekst per taal: nl, en."`
	Origin     []string          `toml:"origin" jsonschema_description:"Waaruit dit bericht is gemaakt, als dat een feed was. Niet zelf invullen."`
}
