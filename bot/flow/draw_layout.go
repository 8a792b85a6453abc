package flow

import (
	"cmp"
	"math"
	"slices"
)

// Sizes in the units of the picture, which are pixels at its natural size.
const (
	boxWidth  = 206.0
	boxHead   = 34.0 // the name
	boxLine   = 17.0 // each line below it
	menuLine  = 22.0 // at the foot of a box that leads to the menu
	sideGap   = 36.0 // between boxes of one rank
	rowGap    = 24.0 // between the rows of a rank of two rows
	wide      = 5    // boxes from which a rank has two rows
	rankGap   = 60.0 // between ranks, without side roads
	track     = 16.0 // between side roads
	labelLine = 15.0
	margin    = 28.0
)

// gap is the room between two ranks: side roads leave below the upper rank and
// come in above the lower one, each on a track of its own.
type gap struct {
	top, height float64
	leaving     []*arrow
	entering    []*box
}

// layout gives every box its place: ranks by the shortest road from the
// start, order within a rank by barycentre, and the middle of a box as near to
// the middle of its neighbours as the others leave room for.
func (p *picture) layout() {
	p.rank()
	p.sortRanks()
	for _, b := range p.boxes {
		b.w, b.h = boxWidth, boxHead+boxLine*float64(max(len(b.lines), 1))+6
		if b.menu != nil {
			b.h += menuLine
		}
	}
	for _, r := range p.ranks {
		for i, b := range r {
			if len(r) >= wide {
				b.row, b.rows = i%2, 2
			}
		}
	}
	p.across()
	p.sides()
	p.down()
}

// rank puts each state one below the nearest that leads to it. States that
// nothing leads to come last.
func (p *picture) rank() {
	for _, b := range p.boxes {
		b.rank = -1
	}
	start := slices.IndexFunc(p.boxes, func(b *box) bool { return b.name == p.flow.Start && b.state != nil })
	var queue []*box
	enqueue := func(b *box, rank int) {
		if b.rank < 0 {
			b.rank = rank
			queue = append(queue, b)
		}
	}
	for first := max(start, 0); first < len(p.boxes); {
		enqueue(p.boxes[first], len(p.ranks))
		for ; len(queue) > 0; queue = queue[1:] {
			b := queue[0]
			for len(p.ranks) <= b.rank {
				p.ranks = append(p.ranks, nil)
			}
			p.ranks[b.rank] = append(p.ranks[b.rank], b)
			for _, a := range b.out {
				enqueue(a.to, b.rank+1)
			}
		}
		if first = slices.IndexFunc(p.boxes, func(b *box) bool { return b.rank < 0 }); first < 0 {
			break
		}
	}
}

// sortRanks moves each box towards the middle of those it is joined to, from
// above and from below in turn, and keeps the order with the fewest crossings.
func (p *picture) sortRanks() {
	best, fewest := p.order(), p.crossings()
	for round := range 12 {
		for i := range p.ranks {
			r := i
			if round%2 == 1 {
				r = len(p.ranks) - 1 - i
			}
			at := p.positions()
			slices.SortStableFunc(p.ranks[r], func(a, b *box) int {
				return cmp.Compare(barycentre(a, at, round%2 == 0), barycentre(b, at, round%2 == 0))
			})
		}
		if n := p.crossings(); n < fewest {
			best, fewest = p.order(), n
		}
	}
	p.ranks = best
}

func (p *picture) order() [][]*box {
	out := make([][]*box, len(p.ranks))
	for i, r := range p.ranks {
		out[i] = slices.Clone(r)
	}
	return out
}

func (p *picture) positions() map[*box]float64 {
	at := map[*box]float64{}
	for _, r := range p.ranks {
		for i, b := range r {
			at[b] = float64(i) - float64(len(r)-1)/2
		}
	}
	return at
}

// barycentre is the mean place of the boxes one rank above, or below.
func barycentre(b *box, at map[*box]float64, above bool) float64 {
	sum, n := 0.0, 0
	for _, other := range b.beside(above) {
		sum, n = sum+at[other], n+1
	}
	if n == 0 {
		return at[b]
	}
	return sum / float64(n)
}

// beside are the boxes one rank above, or below, that b is joined to.
func (b *box) beside(above bool) []*box {
	var out []*box
	if above {
		for _, a := range b.in {
			if a.from.rank == b.rank-1 {
				out = append(out, a.from)
			}
		}
		return out
	}
	for _, a := range b.out {
		if a.to.rank == b.rank+1 {
			out = append(out, a.to)
		}
	}
	return out
}

// crossings counts the arrows between neighbouring ranks that cross.
func (p *picture) crossings() int {
	at, n := p.positions(), 0
	for _, r := range p.ranks {
		var joined [][2]float64
		for _, b := range r {
			for _, to := range b.beside(false) {
				joined = append(joined, [2]float64{at[b], at[to]})
			}
		}
		for i, a := range joined {
			for _, b := range joined[:i] {
				if (a[0]-b[0])*(a[1]-b[1]) < 0 {
					n++
				}
			}
		}
	}
	return n
}

// across finds the middles of the boxes: each wants to stand at the mean of
// its neighbours, from above and from below in turn.
func (p *picture) across() {
	for _, r := range p.ranks {
		settle(r, make([]float64, len(r)))
	}
	for round := range 16 {
		for i := range p.ranks {
			r := p.ranks[i]
			if round%2 == 1 {
				r = p.ranks[len(p.ranks)-1-i]
			}
			wish := make([]float64, len(r))
			for k, b := range r {
				wish[k] = b.x
				if near := append(b.beside(round%2 == 0), b.beside(round%4 < 2)...); len(near) > 0 {
					wish[k] = meanX(near)
				}
			}
			settle(r, wish)
		}
	}
}

func meanX(boxes []*box) float64 {
	sum := 0.0
	for _, b := range boxes {
		sum += b.x
	}
	return sum / float64(len(boxes))
}

// settle puts boxes as near to their wishes as they can stand without
// touching: least squares under a fixed order (pool adjacent violators). In a
// rank of two rows they stand as bricks, so that what comes from the lower row
// or goes to it passes between two boxes of the other.
func settle(r []*box, wish []float64) {
	type block struct {
		sum   float64
		count int
	}
	offset := make([]float64, len(r))
	var blocks []block
	for i := range r {
		if i > 0 {
			offset[i] = offset[i-1] + (r[i-1].w+r[i].w)/2 + sideGap
			if len(r) >= wide {
				offset[i] = offset[i-1] + (max(r[i-1].w, r[i].w)+sideGap)/2
			}
		}
		blocks = append(blocks, block{wish[i] - offset[i], 1})
		for n := len(blocks); n > 1 && blocks[n-2].sum/float64(blocks[n-2].count) > blocks[n-1].sum/float64(blocks[n-1].count); n = len(blocks) {
			blocks[n-2].sum += blocks[n-1].sum
			blocks[n-2].count += blocks[n-1].count
			blocks = blocks[:n-1]
		}
	}
	i := 0
	for _, b := range blocks {
		for range b.count {
			r[i].x = b.sum/float64(b.count) + offset[i]
			i++
		}
	}
}

// route is how an arrow goes.
type route int

const (
	straight route = iota // to the next rank
	sideways              // to the neighbour in the same rank
	around                // by a lane at the side of the picture
	itself                // a loop
)

// sides decides how each arrow goes and gives the side roads their tracks.
func (p *picture) sides() {
	p.gaps = make([]gap, len(p.ranks)+1)
	place := p.positions()
	for _, a := range p.arrows {
		switch {
		case a.to == a.from:
			a.route = itself
		case a.to.rank == a.from.rank+1:
			a.route = straight
		case a.to.rank == a.from.rank && math.Abs(place[a.to]-place[a.from]) == 1 && len(p.ranks[a.to.rank]) < wide:
			a.route = sideways
		default:
			a.route = around
			below, above := &p.gaps[a.from.rank+1], &p.gaps[a.to.rank]
			below.leaving = append(below.leaving, a)
			if !slices.Contains(above.entering, a.to) {
				above.entering = append(above.entering, a.to)
			}
		}
	}
}

// down gives every rank and gap its height.
func (p *picture) down() {
	y := margin
	for i := range p.gaps {
		g := &p.gaps[i]
		g.top = y
		roads := track * float64(len(g.leaving)+len(g.entering)) * 0.9
		switch {
		case i == 0 || i == len(p.ranks):
			g.height = roads + track
		default:
			g.height = rankGap + roads + labelLine*float64(p.mostLabels(i)-1)
		}
		y += g.height
		if i < len(p.ranks) {
			y = placeRank(p.ranks[i], y)
		}
	}
	p.height = y + margin
}

// placeRank gives the boxes of a rank their tops, and the rank's own bottom.
func placeRank(r []*box, y float64) float64 {
	var tallest [2]float64
	for _, b := range r {
		tallest[b.row] = max(tallest[b.row], b.h)
	}
	second := y + tallest[0] + rowGap
	for _, b := range r {
		b.y = y
		if b.row == 1 {
			b.y = second
		}
	}
	if tallest[1] == 0 {
		return y + tallest[0]
	}
	return second + tallest[1]
}

func (p *picture) mostLabels(rank int) int {
	most := 1
	for _, b := range p.ranks[rank] {
		for _, a := range b.in {
			if a.route == straight {
				most = max(most, len(a.labels))
			}
		}
	}
	return most
}
