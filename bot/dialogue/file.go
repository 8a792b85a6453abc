package dialogue

import (
	"time"

	"github.com/gemeentebode/bode/bot"
)

// File is one .chat file.
type File struct {
	Name      string // as faults and differences name it: "flows/afval.chat"
	Dialogues []*Dialogue
	lines     []string
}

// Dialogue is one resident's conversation from the first message on.
type Dialogue struct {
	Title string // the first line of the comment above it; "" without one
	Line  int
	Steps []Step
}

// Step is one thing that happens; exactly one of the pointers is set, or
// Language or Pending.
type Step struct {
	Line, Column int
	Clock        *time.Time
	Language     string
	Pending      string // a topic that an import brought, which waits for a yes
	Force        *Force
	Says         *Says
}

// Force makes an operation end in one way from here on; Outcome "" is real.
type Force struct {
	Operation, Outcome string
	Value              string // JSON; "" for none
	outcomeAt, valueAt int    // columns
}

// Says is a message of the resident. The residents of dialogues are invented.
type Says struct {
	Line    int
	Message bot.Message // a tap holds the label in Text; its id is looked up on the screen
	Shown   string      // as written behind the >
	Last    int         // last line of it
	Want    *Want       // nil: the answer is not looked at
}

// Want is the answer that a message should get.
type Want struct {
	Lines       []string
	First, Last int // lines in the file
}

// What stands for anything, and for no answer at all.
const (
	anything       = "..."
	nothing        = "(geen antwoord)"
	nothingEnglish = "(no answer)"
)
