package bot

import (
	"encoding/json"
	"fmt"
	"log/slog"
)

// hidden is what stands in a log, a page or an error where a Private value
// was printed by accident.
const hidden = "[private]"

// Private holds a text that says something about a resident: an address, a
// phone number, a message, an answer. However it is printed, logged or
// marshalled, only "[private]" comes out, also when it sits in an unexported
// field (it is a pointer for that reason: fmt prints the fields of unexported
// structs without calling their methods). Reveal is the one way to the text;
// only channels, store, bot/text's rendering, the door in bot/privacy and the
// codecs of this package and the engine call it.
type Private struct{ text *string }

// Hide wraps a text about a resident.
func Hide(text string) Private {
	if text == "" {
		return Private{}
	}
	return Private{&text}
}

// Reveal gives the text. Each caller is a place where personal data leaves the type's care.
func (p Private) Reveal() string {
	if p.text == nil {
		return ""
	}
	return *p.text
}

// Empty tells whether there is nothing to hide.
func (p Private) Empty() bool { return p.text == nil }

// Equal compares the hidden texts; go-cmp uses it too.
func (p Private) Equal(q Private) bool { return p.Reveal() == q.Reveal() }

func (p Private) String() string               { return hidden }
func (p Private) GoString() string             { return hidden }
func (p Private) Format(f fmt.State, _ rune)   { fmt.Fprint(f, hidden) }
func (p Private) LogValue() slog.Value         { return slog.StringValue(hidden) }
func (p Private) MarshalText() ([]byte, error) { return []byte(hidden), nil }
func (p Private) MarshalJSON() ([]byte, error) { return []byte(`"` + hidden + `"`), nil }

// UnmarshalJSON reads a text that arrives from outside straight into hiding.
func (p *Private) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return fmt.Errorf("private text: not a JSON string")
	}
	*p = Hide(text)
	return nil
}
