package bot

import "time"

// Booking is one appointment as a colleague at the counter reads it.
type Booking struct {
	ID         ID
	Start, End time.Time
	Product    string // as it is called in the agenda: "Paspoort aanvragen"
	Location   string
	Count      int // persons
	Name, Code Private
}
