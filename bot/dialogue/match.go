package dialogue

import (
	"math"
	"slices"
	"strings"
)

// pair is one row of a comparison: a line that was expected beside the line
// that came; -1 where there is none. A line "..." stands beside each line that
// it stands for, or beside none.
type pair struct {
	want, got int
	same      bool
}

// What a row costs. A changed line is cheaper than one that went and one that
// came, and what fits costs nothing, so that the cheapest comparison is the
// one that a person would make.
const (
	costChanged = 3
	costGone    = 4
	costCame    = 4
)

// compare lays the lines that came beside those that were expected. They match
// exactly when the cost is 0.
func compare(want, got []string) (rows []pair, cost int) {
	t := costs(want, got)
	for i, j := 0, 0; i < len(want) || j < len(got); {
		row, next := step(t, want, got, i, j)
		rows = append(rows, row)
		i, j = next[0], next[1]
	}
	return rows, t[0][0]
}

// costs gives for each i and j what want[i:] beside got[j:] costs at least.
func costs(want, got []string) [][]int {
	t := make([][]int, len(want)+1)
	for i := range t {
		t[i] = make([]int, len(got)+1)
	}
	for i := len(want); i >= 0; i-- {
		for j := len(got); j >= 0; j-- {
			if i == len(want) && j == len(got) {
				continue
			}
			t[i][j] = math.MaxInt
			for _, s := range steps(want, got, i, j) {
				t[i][j] = min(t[i][j], s.cost+t[s.next[0]][s.next[1]])
			}
		}
	}
	return t
}

// stride is a way from one place of a comparison to the next.
type stride struct {
	row  pair
	next [2]int
	cost int
}

// steps lists the ways on from i and j, the dearest to a reader first.
func steps(want, got []string, i, j int) []stride {
	var out []stride
	wild := i < len(want) && want[i] == anything
	switch {
	case wild && j < len(got):
		beside := pair{i, j, true}
		out = append(out, stride{beside, [2]int{i + 1, j + 1}, 0}, stride{beside, [2]int{i, j + 1}, 0}, stride{pair{i, -1, true}, [2]int{i + 1, j}, 0})
	case wild:
		out = append(out, stride{pair{i, -1, true}, [2]int{i + 1, j}, 0})
	case i < len(want) && j < len(got):
		if sameLine(want[i], got[j]) {
			out = append(out, stride{pair{i, j, true}, [2]int{i + 1, j + 1}, 0})
		} else {
			out = append(out, stride{pair{i, j, false}, [2]int{i + 1, j + 1}, costChanged})
		}
	}
	if i < len(want) && !wild {
		out = append(out, stride{pair{i, -1, false}, [2]int{i + 1, j}, costGone})
	}
	if j < len(got) && !wild {
		out = append(out, stride{pair{-1, j, false}, [2]int{i, j + 1}, costCame})
	}
	return out
}

func step(t [][]int, want, got []string, i, j int) (pair, [2]int) {
	ways := steps(want, got, i, j)
	best := slices.IndexFunc(ways, func(s stride) bool { return s.cost+t[s.next[0]][s.next[1]] == t[i][j] })
	return ways[best].row, ways[best].next
}

// sameLine tells whether a line is the expected one, in which "..." stands for
// any characters.
func sameLine(want, got string) bool {
	pieces := strings.Split(want, anything)
	if len(pieces) == 1 {
		return want == got
	}
	rest, ok := strings.CutPrefix(got, pieces[0])
	if !ok {
		return false
	}
	last := len(pieces) - 1
	for _, piece := range pieces[1:last] {
		at := strings.Index(rest, piece)
		if at < 0 {
			return false
		}
		rest = rest[at+len(piece):]
	}
	return strings.HasSuffix(rest, pieces[last])
}
