package store

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/gemeentebode/bode/bot"
)

// subject tells what a subscription is about, so that the same thing is known
// again however it came: an address is its postcode and number, whether it was
// typed, pinned on a map or brought by an import. Anything else is the value
// as it stands.
func subject(about bot.Value) string {
	record, ok := about.Decode().(map[string]any)
	if !ok {
		return about.Reveal()
	}
	for name, value := range record {
		if address := addressIn(value); address != "" {
			record[name] = address
		}
	}
	data, err := json.Marshal(record) // keys in order
	if err != nil {
		return about.Reveal()
	}
	return string(data)
}

// addressIn gives the postcode and number of an address record, or of the
// address that a place holds; "" when it is neither.
func addressIn(value any) string {
	record, ok := value.(map[string]any)
	if !ok {
		return ""
	}
	if inner, ok := record["address"].(map[string]any); ok {
		record = inner
	}
	var parts []string
	for _, name := range []string{"postcode", "number", "letter", "addition"} {
		part := ""
		if v := record[name]; v != nil {
			part = strings.ToUpper(strings.Join(strings.Fields(fmt.Sprint(v)), ""))
		}
		parts = append(parts, part)
	}
	if parts[0] == "" || parts[1] == "" {
		return ""
	}
	return strings.Join(parts, " ")
}
