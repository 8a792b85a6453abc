package flow

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

const (
	laneGap   = 16.0
	corner    = 8.0
	letter    = 6.7 // the mean width of a letter at the size of labels
	arrowRoom = 5.0 // the head of an arrow
)

// rect is where a label lies.
type rect struct{ x, y, w, h float64 }

func (r rect) overlap(o rect) float64 {
	w := min(r.x+r.w, o.x+o.w) - max(r.x, o.x)
	h := min(r.y+r.h, o.y+o.h) - max(r.y, o.y)
	if w <= 0 || h <= 0 {
		return 0
	}
	return w * h
}

// lane is the way that all side roads to one box share.
type lane struct {
	to           *box
	arrows       []*arrow
	right        bool
	x, from, low float64
}

// routes draws the arrows: their paths, and a place for each label where no
// other label lies.
func (p *picture) routes() {
	lanes := p.lanes()
	byBox := map[*box]*lane{}
	for _, l := range lanes {
		byBox[l.to] = l
	}
	for _, b := range p.boxes {
		b.sortPorts(byBox)
	}
	var taken []rect
	for _, b := range p.boxes {
		taken = append(taken, rect{b.x - b.w/2, b.y, b.w, b.h})
	}
	for _, a := range p.arrows {
		if a.route == straight {
			taken = append(taken, p.straight(a, taken))
		}
	}
	for _, a := range p.arrows {
		switch a.route {
		case around:
			taken = append(taken, p.around(a, byBox, taken))
		case sideways:
			a.sideways()
		case itself:
			a.loop()
		}
	}
	p.frame(lanes)
}

// lanes gives each box that side roads lead to a lane: on the side where it
// is nearer, outside all boxes that it passes, and beside other lanes.
func (p *picture) lanes() []*lane {
	var lanes []*lane
	for _, b := range p.boxes {
		l := &lane{to: b, from: b.y, low: b.y}
		left, right := math.Inf(1), math.Inf(-1)
		sum := b.x
		for _, a := range b.in {
			if a.route != around {
				continue
			}
			l.arrows = append(l.arrows, a)
			l.low = max(l.low, a.from.y+a.from.h)
			sum += a.from.x
		}
		if l.arrows == nil {
			continue
		}
		low := slices.MaxFunc(l.arrows, func(a, b *arrow) int { return a.from.rank - b.from.rank }).from.rank
		for r := min(b.rank, low); r <= low; r++ {
			for _, other := range p.ranks[r] {
				left, right = min(left, other.x-other.w/2), max(right, other.x+other.w/2)
			}
		}
		middle := sum / float64(len(l.arrows)+1)
		l.right = right-middle <= middle-left
		l.x = left - laneGap
		if l.right {
			l.x = right + laneGap
		}
		lanes = append(lanes, l)
	}
	slices.SortStableFunc(lanes, func(a, b *lane) int { return cmp.Compare(a.low-a.from, b.low-b.from) })
	for i, l := range lanes {
		for moved := true; moved; {
			moved = false
			for _, other := range lanes[:i] {
				if other.from-20 < l.low && l.from-20 < other.low && math.Abs(other.x-l.x) < laneGap {
					l.x = other.x + laneGap
					if !l.right {
						l.x = other.x - laneGap
					}
					moved = true
				}
			}
		}
	}
	return lanes
}

// sortPorts orders a box's arrows by where they come from and go to, so that
// they do not cross at the box itself.
func (b *box) sortPorts(lanes map[*box]*lane) {
	slices.SortStableFunc(b.out, func(x, y *arrow) int { return cmp.Compare(x.aim(lanes), y.aim(lanes)) })
	slices.SortStableFunc(b.in, func(x, y *arrow) int { return cmp.Compare(x.origin(lanes), y.origin(lanes)) })
}

func (a *arrow) aim(lanes map[*box]*lane) float64 {
	if a.route == around {
		return lanes[a.to].x
	}
	return a.to.x
}

func (a *arrow) origin(lanes map[*box]*lane) float64 {
	if a.route == around {
		return lanes[a.to].x
	}
	return a.from.x
}

// port is where an arrow leaves a box below, or comes in above. Side roads to
// a box come in together.
func (a *arrow) port(in bool) float64 {
	b, arrows := a.from, a.from.out
	if in {
		b, arrows = a.to, a.to.in
	}
	var doors []*arrow
	at, joined := 0, -1
	for _, other := range arrows {
		switch {
		case other.route != straight && other.route != around:
			continue
		case in && other.route == around && joined >= 0:
			if other == a {
				at = joined
			}
			continue
		case in && other.route == around:
			joined = len(doors)
		}
		if other == a {
			at = len(doors)
		}
		doors = append(doors, other)
	}
	return b.x + (float64(at)-float64(len(doors)-1)/2)*min(26, b.doorway(in)/float64(max(len(doors), 1)))
}

// doorway is how wide the arrows of a box may spread: less where they pass
// between two boxes of the rank's other row.
func (b *box) doorway(in bool) float64 {
	if b.between(in) {
		return sideGap * 0.8
	}
	return b.w * 0.8
}

// between tells whether the other row lies between a box and what is above it,
// or below it.
func (b *box) between(above bool) bool {
	return b.rows == 2 && (b.row == 1) == above
}

// straight draws an arrow to the next rank, and gives the place of its label.
func (p *picture) straight(a *arrow, taken []rect) rect {
	x1, y1 := a.port(false), p.gaps[a.from.rank+1].top
	x2, y2 := a.port(true), p.gaps[a.to.rank].top+p.gaps[a.to.rank].height-arrowRoom
	bend := (y2 - y1) * 0.55
	a.path = fmt.Sprintf("M%.1f %.1fV%.1fC%.1f %.1f %.1f %.1f %.1f %.1f", x1, a.from.y+a.from.h, y1, x1, y1+bend, x2, y2-bend, x2, y2)
	if end := a.to.y - arrowRoom; end > y2 { // a line without length would turn the head
		a.path += fmt.Sprintf("V%.1f", end)
	}
	w, h := a.labelSize()
	var places []rect
	for _, t := range []float64{0.5, 0.58, 0.42, 0.66, 0.34, 0.74, 0.26, 0.82, 0.18} {
		u := 1 - t
		x := u*u*u*x1 + 3*u*u*t*x1 + 3*u*t*t*x2 + t*t*t*x2
		y := u*u*u*y1 + 3*u*u*t*(y1+bend) + 3*u*t*t*(y2-bend) + t*t*t*y2
		places = append(places, rect{x - w/2, y - h/2, w, h})
	}
	return a.label(places, taken)
}

func (a *arrow) labelSize() (w, h float64) {
	for _, label := range a.labels {
		w = max(w, letter*float64(len([]rune(label)))+8)
	}
	return w, labelLine*float64(len(a.labels)) + 2
}

// label takes the first of the places that is free, or the one that hides least.
func (a *arrow) label(places, taken []rect) rect {
	best, least := places[0], math.Inf(1)
	for _, r := range places {
		hides := 0.0
		for _, t := range taken {
			hides += r.overlap(t)
		}
		if hides < least {
			best, least = r, hides
		}
	}
	a.lx, a.ly = best.x+best.w/2, best.y
	return best
}

// around draws a side road: down out of the box, along the gap to the lane, up
// the lane, and along the gap above the target in to it.
func (p *picture) around(a *arrow, lanes map[*box]*lane, taken []rect) rect {
	l := lanes[a.to]
	below, above := p.gaps[a.from.rank+1], p.gaps[a.to.rank]
	x1, y1 := a.port(false), a.from.y+a.from.h
	x2, y2 := a.port(true), a.to.y-arrowRoom
	out := below.top + 2 + track*float64(slices.Index(below.leaving, a)+1)
	in := above.top + above.height - track*0.7*float64(slices.Index(above.entering, a.to)+1) - 6
	a.path = rounded([][2]float64{{x1, y1}, {x1, out}, {l.x, out}, {l.x, in}, {x2, in}, {x2, y2}})
	a.labels = oneLine(a.labels)
	w, h := a.labelSize()
	var places []rect
	toward := 1.0
	if l.x < x1 {
		toward = -1
	}
	for _, away := range []float64{10, 30, 60, 90, 130, 180} {
		if x := x1 + toward*(away+w/2); away+w < math.Abs(l.x-x1) || away == 10 {
			places = append(places, rect{x - w/2, out - h/2, w, h})
		}
		places = append(places, rect{l.x + toward*(w/2+3) - w/2, out - 14 - away - h/2, w, h}) // outside the lane
	}
	return a.label(places, taken)
}

func oneLine(labels []string) []string {
	if len(labels) < 2 {
		return labels
	}
	return []string{cut(strings.Join(labels, ", "), 40)}
}

// rounded is a path of straight lines with round corners.
func rounded(points [][2]float64) string {
	var b strings.Builder
	fmt.Fprintf(&b, "M%.1f %.1f", points[0][0], points[0][1])
	for i := 1; i < len(points)-1; i++ {
		before, at, after := points[i-1], points[i], points[i+1]
		r := min(corner, distance(before, at)/2, distance(at, after)/2)
		s, e := toward(at, before, r), toward(at, after, r)
		fmt.Fprintf(&b, "L%.1f %.1fQ%.1f %.1f %.1f %.1f", s[0], s[1], at[0], at[1], e[0], e[1])
	}
	last := points[len(points)-1]
	fmt.Fprintf(&b, "L%.1f %.1f", last[0], last[1])
	return b.String()
}

func distance(a, b [2]float64) float64 { return math.Hypot(a[0]-b[0], a[1]-b[1]) }

func toward(from, to [2]float64, by float64) [2]float64 {
	d := distance(from, to)
	if d == 0 {
		return from
	}
	return [2]float64{from[0] + (to[0]-from[0])*by/d, from[1] + (to[1]-from[1])*by/d}
}

// sideways draws an arrow to the next box of the same rank.
func (a *arrow) sideways() {
	x1, x2 := a.from.x+a.from.w/2, a.to.x-a.to.w/2-arrowRoom
	if a.to.x < a.from.x {
		x1, x2 = a.from.x-a.from.w/2, a.to.x+a.to.w/2+arrowRoom
	}
	y := a.from.y + min(a.from.h, a.to.h)/2
	if a.to.x < a.from.x {
		y += 8 // there and back do not lie on one another
	}
	a.path = fmt.Sprintf("M%.1f %.1fL%.1f %.1f", x1, y, x2, y)
	a.labels = oneLine(a.labels)
	a.lx, a.ly = (x1+x2)/2, a.from.y-labelLine-2
	if a.to.x < a.from.x {
		a.ly = a.from.y + max(a.from.h, a.to.h) + 1
	}
}

// loop draws an arrow from a box to itself.
func (a *arrow) loop() {
	x, y := a.from.x+a.from.w/2, a.from.y+a.from.h/2
	a.path = fmt.Sprintf("M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1f", x, y-10, x+26, y-16, x+26, y+16, x+arrowRoom, y+10)
	a.labels = oneLine(a.labels)
	w, _ := a.labelSize()
	a.lx, a.ly = x+w/2+4, y+14
}

// frame moves everything so that the picture begins at its margin.
func (p *picture) frame(lanes []*lane) {
	left, right := math.Inf(1), math.Inf(-1)
	for _, b := range p.boxes {
		left, right = min(left, b.x-b.w/2), max(right, b.x+b.w/2)
	}
	for _, l := range lanes {
		left, right = min(left, l.x), max(right, l.x)
	}
	for _, a := range p.arrows {
		if w, _ := a.labelSize(); len(a.labels) > 0 {
			left, right = min(left, a.lx-w/2), max(right, a.lx+w/2)
		}
	}
	p.left = left - margin
	p.width = right - left + 2*margin
}
