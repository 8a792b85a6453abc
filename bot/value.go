package bot

import (
	"encoding/json"
	"fmt"
)

// Value is one thing a conversation knows: an answer, or what a service
// returned. Inside it is JSON, kept as it came, so that a turn which does not
// look at a value does not pay for decoding it. It hides itself as Private does.
//
// The JSON is one of: a string, a number, true or false, a record, or a list
// of records. Dates are strings ("2026-11-20"), instants are RFC 3339 strings.
// A record's "label" is how it reads in a text: "Domplein 12".
type Value struct{ Private }

// ValueOf makes a Value of a string, bool, number, time-free record or list.
// It panics on what JSON cannot hold, which only a programming error can pass.
func ValueOf(v any) Value {
	data, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("bot.ValueOf(%T): %v", v, err))
	}
	return Value{Hide(string(data))}
}

// RawValue takes JSON as it is; the caller knows that it is valid.
func RawValue(data []byte) Value { return Value{Hide(string(data))} }

// Decode gives nil, string, bool, float64, map[string]any or []any.
func (v Value) Decode() any {
	if v.Empty() {
		return nil
	}
	var out any
	if err := json.Unmarshal([]byte(v.Reveal()), &out); err != nil {
		return nil
	}
	return out
}

// Into decodes the value into a type of the caller's.
func (v Value) Into(out any) error {
	if err := json.Unmarshal([]byte(v.Reveal()), out); err != nil {
		return fmt.Errorf("value does not fit %T", out) // the cause would quote the value
	}
	return nil
}

// Text reads the value as a text: a string as it is, a record by its label.
func (v Value) Text() string {
	switch x := v.Decode().(type) {
	case string:
		return x
	case map[string]any:
		label, _ := x["label"].(string)
		return label
	case nil:
		return ""
	default:
		return fmt.Sprint(x)
	}
}
