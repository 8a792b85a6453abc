// Package address turns what a resident types into an address of the town, by
// a register that the town supplies. It never asks a service elsewhere, knows
// nobody who lives at an address, and never picks one of several by itself.
package address

import (
	"strconv"
	"strings"
)

// LongestLabel is the longest "street number" that a register may hold, in
// characters; the texts of a flow are measured with it.
const LongestLabel = 60

// Address is one address of the town, as the BAG (the national register of
// addresses and buildings) writes it.
type Address struct {
	Postcode  string // "3511LN"
	Number    int    // 1 to 99999
	Letter    string // "A"; often empty
	Addition  string // up to four characters: "2", "BIS", "HS"; often empty
	Street    string
	City      string
	BAGID     string  // nummeraanduiding, 16 digits; may be empty
	Latitude  float64 // WGS84; both 0 when the register has none
	Longitude float64
}

// Label is how the address reads in a text: "Domplein 12A-2".
func (a Address) Label() string {
	label := a.Street + " " + strconv.Itoa(a.Number) + strings.ToUpper(a.Letter)
	if a.Addition != "" {
		label += "-" + a.Addition
	}
	return label
}

// record is the address as a flow keeps it.
func (a Address) record() map[string]any {
	return map[string]any{
		"label": a.Label(), "postcode": a.Postcode, "number": a.Number, "letter": a.Letter,
		"addition": a.Addition, "street": a.Street, "city": a.City, "bag_id": a.BAGID,
	}
}

// suffix is letter and addition in the form in which two are compared: "a2".
func (a Address) suffix() string {
	return strings.Join(suffixWords(tokens(a.Letter+" "+a.Addition)), "")
}
