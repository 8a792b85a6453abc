package address

import "math"

// nearby is how far the nearest address may be from a pin, in metres: a pin is
// put on a pavement or in a garden, not on a front door.
const nearby = 75.0

const metresPerDegree = 111_320.0 // of latitude

// near gives the address nearest to a point, if one is close enough. Distances
// are taken on a flat map: within a town that is right to a few centimetres.
func (b *Book) near(latitude, longitude float64) (Address, bool) {
	best, at := nearby, -1
	narrow := math.Cos(latitude * math.Pi / 180)
	for i, a := range b.addresses {
		if a.Latitude == 0 {
			continue
		}
		north := (a.Latitude - latitude) * metresPerDegree
		east := (a.Longitude - longitude) * metresPerDegree * narrow
		if d := math.Hypot(north, east); d < best {
			best, at = d, i
		}
	}
	if at < 0 {
		return Address{}, false
	}
	return b.addresses[at], true
}
