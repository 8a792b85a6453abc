package flow

import (
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/text"
)

// Bundle is everything a municipality's editors wrote, checked and compiled:
// it only exists without faults. It never changes after Load.
type Bundle struct {
	Hash       string // of the files' content; names the bundle in the store
	Shared     Shared
	Flows      map[string]*Flow // by file name without .toml
	Operations map[string]bot.Operation
	Sentences  map[string]*text.Text // the engine's own sentences by id, "engine.invalid.date"
	Notices    []Notice              // by file name
	Templates  map[string]*Template  // by file name without .toml
	zone       *time.Location
	worlds     worlds // what was built for today
}

// Shared is flows/bode.toml.
type Shared struct {
	Municipality string
	Languages    []string // complete ones, Dutch first
	Menu         []string // flow names in order
	Remembered   []string
	FirstContact *text.Text
	Words        Words
	Teams        map[string]*Team
	Topics       map[string]*Topic
	Facts        map[string]*Fact
	Texts        map[string]*text.Text
	Kinds        map[string]*text.Text // words for codes: "gft" -> "groente en fruit"
	Crisis       []Crisis
	Formal       []Formal
	Holiday      func(local time.Time) bool // whether a day is one, by the library and the shared file
}

// Words are the global words, of all languages at once: words[language] = list.
type Words struct {
	Stop, Person, Menu, Back, Language, Data map[string][]string
}

// Team answers people: by phone, at its hours, and at a desk when Desk is true.
type Team struct {
	Name   string
	Phone  string
	Hours  *text.Text           // as shown
	Open   func(time.Time) bool // at that instant
	OpenOn func(time.Time) bool // at some time of that day, Europe/Amsterdam
	Desk   bool
	Wait   time.Duration
}

// Topic is a subject one can be told about, with the exact consent wording.
type Topic struct {
	Name     string
	Title    *text.Text
	Wording  *text.Text
	Keeps    []string
	AskAgain time.Duration
	Night    bool
}

// Fact is a sentence with an owner and an end.
type Fact struct {
	Value, Fallback *text.Text
	Owner, Source   string
	ValidUntil      time.Time // through this day, Europe/Amsterdam
}

// Crisis is a reviewed answer before anything else.
type Crisis struct {
	Name       string
	Words      map[string][]string
	Answer     *text.Text
	ReviewedAt time.Time
}

// Formal is a message that has to be handed in elsewhere (Awb 2.3).
type Formal struct {
	Name   string
	Words  map[string][]string
	Answer *text.Text
	Link   string
}

// Flow is one subject's conversation.
type Flow struct {
	Name          string
	Title         *text.Text
	Purpose       string
	Ground        string
	Start         string
	Keywords      map[string][]string // per language
	Returns       []string            // the values a calling flow gets
	States        map[string]*State
	Order         []string // states in file order, for pictures and reports
	Renamed       map[string]string
	Notifications []Notification
	machine       *machine
}

// Notice is a warning for a while: shown by flows while it is valid, pushed
// to the subscribers of its topic after a rehearsal and a second colleague.
type Notice struct {
	Name, Topic, Title, Template, Source string
	From, Until                          time.Time // Until is exclusive
	Areas                                []string  // four digits of a postcode; empty: everyone
	Urgent                               bool
	Text                                 *text.Text
}

// Kind is what a state does; its key in the file says it.
type Kind string

// The closed list.
const (
	Say         Kind = "text"
	Ask         Kind = "ask"
	Choose      Kind = "choices"
	ChooseFrom  Kind = "choices_from"
	CallService Kind = "call"
	Branch      Kind = "branch"
	Subscribe   Kind = "subscribe"
	Unsubscribe Kind = "unsubscribe"
	Handover    Kind = "handover"
	SubFlow     Kind = "flow"
	End         Kind = "end"
)

// Waits tells whether a state of this kind waits for the resident.
func (k Kind) Waits() bool {
	switch k {
	case Ask, Choose, ChooseFrom, Subscribe, Unsubscribe, Handover:
		return true
	}
	return false
}

// State is one step of a flow. Fields that its Kind does not have are zero.
type State struct {
	Name string
	Kind Kind

	Text *text.Text // nil where there is none
	List string     // the saved list whose items fill {{.lines}}: ".ophaal"
	Line *text.Text
	Link *Link
	Next string // Say, Ask, SubFlow

	Ask       string // text number date time address place yes_no reference phone email
	Save      string // the value's name; also of Call and choices
	Min, Max  string
	MaxLength int
	Pattern   string     // reference
	Opening   bool       // text: what is named in the sentence that began the flow is the answer
	Invalid   *text.Text // nil: the engine's own explanation
	Optional  *text.Text // the label that skips; nil: must be answered

	Button  *text.Text // list button; nil: the engine's own
	Choices []Choice   // Choose; ChooseFrom: the fixed last rows

	From        string // ChooseFrom: ".locaties"
	Label       *text.Text
	Description *text.Text

	Call string // operation
	With map[string]Source
	On   map[string]string // event -> target: outcomes, branch values, yes/no, back/closed/nobody, chosen/empty, invalid
	Else string            // Branch: target when no value matches; "" when the set is closed and complete

	Value string // Branch: ".wie", ".language", ".open.kcc", ".open.kcc.tomorrow", ".subscribed.afval"
	Topic string // Subscribe, Unsubscribe
	Team  string // Handover
	Note  []string
	Flow  string // SubFlow
}

// Choice is a button or a row.
type Choice struct {
	Key         string // stable name within the state: the value, else a slug of the Dutch label
	Label       *text.Text
	Description *text.Text
	Value       string
	Next        string
}

// Link is a call-to-action under a text.
type Link struct {
	Label *text.Text
	URL   string
}

// Source is where a call's parameter comes from: a saved value or a literal.
type Source struct {
	Path    string // ".locatie.id"; empty for a literal
	Literal bot.Value
}

// Notification is a job; parsed and checked with the flow it stands in.
type Notification struct {
	Name, Topic, Schedule, Audience, Template string
	Text                                      *text.Text
	QuietFrom, QuietTo                        string // "21:00", "08:00"; local time
	UselessAfter                              string // "07:30"
	SkipsHolidays                             bool
	Pace                                      float64 // most messages a second; 0: no pace of its own

	Correction *text.Text // to who was told what no longer holds; nil: there is none
}

// notified is one of the texts of a notification by its key, with its template.
type notified struct {
	key, template string
	text          *text.Text
}

func (n Notification) texts() []notified {
	out := []notified{{"text", n.Template, n.Text}}
	if n.Correction != nil && n.Template != "" {
		out = append(out, notified{"correction", n.Template + CorrectionTemplate, n.Correction})
	}
	return out
}
