package flow

// flowTOML is what stands in a flow's file. Its tags are the editor's manual:
// the schema takes keys, rules and descriptions from them.
type flowTOML struct {
	Title         string               `toml:"title" jsonschema:"required" jsonschema_description:"Zo heet het onderwerp in het menu."`
	Purpose       string               `toml:"purpose" jsonschema:"required,enum=crisis_response,enum=permits,enum=appointments,enum=municipal_service,enum=public_health,enum=social_welfare,enum=economic_recovery,enum=tourism" jsonschema_description:"Waar het onderwerp voor dient, uit de lijst die WhatsApp aan gemeenten toestaat."`
	Ground        string               `toml:"ground" jsonschema:"required,enum=public_task,enum=consent,enum=legal_obligation" jsonschema_description:"De grondslag, voor het register van verwerkingen."`
	Start         string               `toml:"start" jsonschema:"required" jsonschema_description:"De eerste staat."`
	Keywords      []string             `toml:"keywords" jsonschema_description:"Woorden waarmee bewoners dit onderwerp vinden."`
	Returns       []string             `toml:"returns" jsonschema_description:"De waarden die een andere flow terugkrijgt."`
	States        map[string]stateTOML `toml:"states" jsonschema:"required" jsonschema_description:"De staten, elk onder [states.naam]."`
	Notifications []notificationTOML   `toml:"notifications" jsonschema_description:"Berichten die later uit zichzelf komen, elk onder [[notifications]]."`
	Renamed       map[string]string    `toml:"renamed" jsonschema_description:"Oude namen van staten, voor gesprekken die al lopen: oud = \"nieuw\"."`
}

// stateTOML is one [states.x]. Which keys go together is said by kindKeys.
type stateTOML struct {
	Node *node `toml:"-"`

	Text string    `toml:"text" jsonschema_description:"Wat de bewoner leest."`
	List string    `toml:"list" jsonschema_description:"De bewaarde lijst die {{.lines}} vult, zoals \".ophaal\"."`
	Line string    `toml:"line" jsonschema_description:"Eén regel van de lijst."`
	Link *linkTOML `toml:"link" jsonschema_description:"Een knop naar een webpagina."`
	Next string    `toml:"next" jsonschema_description:"De volgende staat, of \"menu\"."`

	Ask       string `toml:"ask" jsonschema:"enum=text,enum=number,enum=date,enum=time,enum=address,enum=place,enum=yes_no,enum=reference,enum=phone,enum=email" jsonschema_description:"Wat voor antwoord u vraagt."`
	Save      string `toml:"save" jsonschema_description:"De naam waaronder het antwoord wordt bewaard."`
	Min       scalar `toml:"min" jsonschema_description:"Het kleinste getal, de eerste datum of de vroegste tijd."`
	Max       scalar `toml:"max" jsonschema_description:"Het grootste getal, de laatste datum of de laatste tijd."`
	MaxLength int    `toml:"max_length" jsonschema_description:"Hoeveel tekens het antwoord mag hebben."`
	Pattern   string `toml:"pattern" jsonschema_description:"Hoe een kenmerk eruitziet (reguliere expressie)."`
	Opening   bool   `toml:"opening" jsonschema_description:"true: wat de bewoner in de eerste zin noemt, is meteen het antwoord. Voor de eerste vraag van een flow."`
	Invalid   string `toml:"invalid" jsonschema_description:"De uitleg na een antwoord dat niet past."`
	Optional  string `toml:"optional" jsonschema_description:"De knop waarmee de bewoner de vraag overslaat."`

	Button  string       `toml:"button" jsonschema_description:"De knop die de lijst met keuzes opent, hoogstens 20 tekens."`
	Choices []choiceTOML `toml:"choices" jsonschema_description:"De keuzes: tot 3 worden knoppen, tot 10 een lijst."`

	From        string `toml:"choices_from" jsonschema_description:"De bewaarde lijst waaruit de bewoner kiest, zoals \".locaties\"."`
	Label       string `toml:"label" jsonschema_description:"Hoe één regel van die lijst heet, hoogstens 24 tekens."`
	Description string `toml:"description" jsonschema_description:"De toelichting bij één regel, hoogstens 72 tekens."`

	Call string            `toml:"call" jsonschema_description:"De dienst die wordt gevraagd, zoals \"waste.pickups\"."`
	With map[string]scalar `toml:"with" jsonschema_description:"Wat meegaat: \".x\" is een bewaarde waarde, al het andere gaat zoals het er staat."`
	On   map[string]string `toml:"on" jsonschema_description:"Waar elke uitkomst naartoe gaat."`

	Branch      string   `toml:"branch" jsonschema_description:"De waarde die de weg bepaalt: \".wie\", \".language\", \".open.kcc\", \".subscribed.afval\"."`
	Subscribe   string   `toml:"subscribe" jsonschema_description:"Het onderwerp waarvoor u toestemming vraagt."`
	Unsubscribe string   `toml:"unsubscribe" jsonschema_description:"Het onderwerp dat stopt."`
	Handover    string   `toml:"handover" jsonschema_description:"Het team dat het gesprek overneemt."`
	Note        []string `toml:"note" jsonschema_description:"Welke bewaarde waarden de collega ziet."`
	Flow        string   `toml:"flow" jsonschema_description:"Een andere flow, die hier terugkomt als hij klaar is."`
	End         bool     `toml:"end" jsonschema_description:"true: hier stopt het gesprek."`
}

type choiceTOML struct {
	Label       string  `toml:"label" jsonschema:"required" jsonschema_description:"Wat op de knop staat: hoogstens 20 tekens, in een lijst 24."`
	Value       *scalar `toml:"value" jsonschema_description:"Wat bij deze keuze wordt bewaard."`
	Next        string  `toml:"next" jsonschema:"required" jsonschema_description:"De volgende staat, of \"menu\"."`
	Description string  `toml:"description" jsonschema_description:"De toelichting in een lijst, hoogstens 72 tekens."`
}

type linkTOML struct {
	Label string `toml:"label" jsonschema:"required" jsonschema_description:"Wat op de knop staat, hoogstens 20 tekens."`
	URL   string `toml:"url" jsonschema:"required" jsonschema_description:"Het adres van de pagina, met https."`
}

type notificationTOML struct {
	Name         string  `toml:"name" jsonschema:"required" jsonschema_description:"Hoe het bericht heet."`
	Topic        string  `toml:"topic" jsonschema:"required" jsonschema_description:"Het onderwerp waarvoor de bewoner toestemming gaf."`
	Schedule     string  `toml:"schedule" jsonschema:"required" jsonschema_description:"Wanneer: minuut uur dag maand weekdag, Nederlandse tijd. \"0 19 * * *\" is elke dag om 19.00 uur."`
	Audience     string  `toml:"audience" jsonschema:"required" jsonschema_description:"Wie het krijgt, zoals \"waste.pickup_tomorrow\"."`
	Template     string  `toml:"template" jsonschema:"required" jsonschema_description:"Het goedgekeurde sjabloon voor buiten de 24 uur."`
	Text         string  `toml:"text" jsonschema:"required" jsonschema_description:"Wat de bewoner leest."`
	Quiet        string  `toml:"quiet" jsonschema:"required" jsonschema_description:"Wanneer het niet mag komen, zoals \"21:00-08:00\"."`
	UselessAfter string  `toml:"useless_after" jsonschema:"required" jsonschema_description:"Na deze tijd heeft het geen zin meer, zoals \"07:30\"."`
	Pace         float64 `toml:"pace" jsonschema_description:"Hoogstens zoveel berichten per seconde. Leeg: zo snel als het nummer mag."`
	Holidays     string  `toml:"holidays" jsonschema:"enum=skip" jsonschema_description:"Op feestdagen niet: \"skip\". Welke dagen dat zijn, staat in bode.toml onder holidays."`
	Correction   string  `toml:"correction" jsonschema_description:"Wat de bewoner leest als het bericht na het versturen niet meer klopt. Elk kwartier wordt gekeken, tot useless_after. Het sjabloon heet als dat van het bericht, met _correctie erachter."`
}

// kindKeys says which keys a state of a kind may have and which it must have
// (with a star), the kind's own key first.
var kindKeys = map[Kind]string{
	Say:         "text* next* list line link",
	Ask:         "ask* text* save* next* list line min max max_length pattern opening invalid optional on",
	Choose:      "choices* text* list line button save",
	ChooseFrom:  "choices_from* text* label* save* on* description choices button list line",
	CallService: "call* on* with save",
	Branch:      "branch* on*",
	Subscribe:   "subscribe* on* with",
	Unsubscribe: "unsubscribe* on* with",
	Handover:    "handover* on* note",
	SubFlow:     "flow* next*",
	End:         "end* text list line link",
}
