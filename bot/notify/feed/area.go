package feed

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Point is a place in degrees, WGS 84.
type Point struct{ Lat, Lon float64 }

// Circle is a place with a radius in km.
type Circle struct {
	Centre Point
	Radius float64
}

// point reads "lat,lon" as CAP writes it.
func point(s string) (Point, error) {
	lat, lon, ok := strings.Cut(s, ",")
	a, errA := strconv.ParseFloat(lat, 64)
	o, errO := strconv.ParseFloat(lon, 64)
	if !ok || errA != nil || errO != nil || !(math.Abs(a) <= 90) || !(math.Abs(o) <= 180) {
		return Point{}, fmt.Errorf("%q is not a place as lat,lon", shown(s))
	}
	return Point{a, o}, nil
}

// polygon reads the points of a ring; CAP closes it with the first point.
func polygon(s string) ([]Point, error) {
	var ring []Point
	for _, part := range strings.Fields(s) {
		p, err := point(part)
		if err != nil {
			return nil, fmt.Errorf("polygon: %w", err)
		}
		ring = append(ring, p)
	}
	if len(ring) < 4 || ring[0] != ring[len(ring)-1] {
		return nil, fmt.Errorf("polygon %q: it needs four points or more, the last the same as the first", shown(s))
	}
	return ring, nil
}

func circle(s string) (Circle, error) {
	fields := strings.Fields(s)
	if len(fields) != 2 {
		return Circle{}, fmt.Errorf("circle %q: it is written lat,lon radius", shown(s))
	}
	centre, err := point(fields[0])
	if err != nil {
		return Circle{}, fmt.Errorf("circle: %w", err)
	}
	km, err := strconv.ParseFloat(fields[1], 64)
	if err != nil || !(km >= 0 && km <= 25_000) {
		return Circle{}, fmt.Errorf("circle: %q is not a radius in km", shown(fields[1]))
	}
	return Circle{centre, km}, nil
}

// kmPerDegree of latitude.
const kmPerDegree = 111.2

// offset is where b lies from a, in km east and north: flat, which is right
// to a per cent over the size of a country.
func offset(a, b Point) (x, y float64) {
	return (b.Lon - a.Lon) * kmPerDegree * math.Cos(a.Lat*math.Pi/180), (b.Lat - a.Lat) * kmPerDegree
}

// touches tells whether a ring holds the centre of an area or comes as near as
// its radius.
func (a Area) touches(ring []Point) bool {
	inside := false
	for i := 1; i < len(ring); i++ {
		x1, y1 := offset(a.Centre, ring[i-1])
		x2, y2 := offset(a.Centre, ring[i])
		if nearness(x1, y1, x2, y2) <= a.Radius {
			return true
		}
		if (y1 > 0) != (y2 > 0) && x1+(x2-x1)*(-y1)/(y2-y1) > 0 {
			inside = !inside
		}
	}
	return inside
}

// nearness is how near a line comes to the origin.
func nearness(x1, y1, x2, y2 float64) float64 {
	dx, dy := x2-x1, y2-y1
	along := 0.0
	if length := dx*dx + dy*dy; length > 0 {
		along = min(1, max(0, -(x1*dx+y1*dy)/length))
	}
	return math.Hypot(x1+along*dx, y1+along*dy)
}

// in tells whether a place of a warning has to do with an area.
func (a Area) in(p Place) bool {
	for _, code := range p.Codes {
		if slices.Contains(a.Codes, code) {
			return true
		}
	}
	if !a.Located {
		return false
	}
	for _, c := range p.Circles {
		if x, y := offset(a.Centre, c.Centre); math.Hypot(x, y) <= c.Radius+a.Radius {
			return true
		}
	}
	return slices.ContainsFunc(p.Polygons, a.touches)
}

// areasOf gives the postcodes that a warning touches; none and everyone for
// the whole municipality.
func (r Rule) areasOf(places []Place) (postcodes []string, everyone bool) {
	for _, p := range places {
		for _, name := range r.Everywhere {
			if strings.EqualFold(name, p.Name) || slices.Contains(p.Codes, strings.ToUpper(name)) {
				return nil, true
			}
		}
	}
	for _, a := range r.Areas {
		if slices.ContainsFunc(places, a.in) && !slices.Contains(postcodes, a.Postcode) {
			postcodes = append(postcodes, a.Postcode)
		}
	}
	if all := r.postcodes(); len(all) > 0 && len(postcodes) == len(all) {
		return nil, true
	}
	slices.Sort(postcodes)
	return postcodes, false
}

func (r Rule) postcodes() []string {
	var all []string
	for _, a := range r.Areas {
		if !slices.Contains(all, a.Postcode) {
			all = append(all, a.Postcode)
		}
	}
	return all
}
