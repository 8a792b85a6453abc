package main

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"sync"
)

// judge holds what was answered against what was written: each message once,
// in each resident's order. The numbers are those that stand in the texts.
type judge struct {
	mu      sync.Mutex
	written map[string][]int // by the platform's key of the resident, in the order of acceptance
	heard   map[string][]int
	asked   int // messages written since the last verdict
	said    int // answers heard since the last verdict
	last    map[string]int
}

func newJudge() *judge {
	return &judge{written: map[string][]int{}, heard: map[string][]int{}, last: map[string]int{}}
}

// next gives the number of a resident's next message.
func (j *judge) next(key string) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.last[key]++
	return j.last[key]
}

// wrote notes that a message goes out; its resident writes no other before it was accepted.
func (j *judge) wrote(key string, number int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.written[key] = append(j.written[key], number)
	j.asked++
}

var numbered = regexp.MustCompile(`\bm(\d+)\b`)

// hears notes an answer; what carries no number is not about a numbered message.
func (j *judge) hears(key, text string) (number int, found bool) {
	hit := numbered.FindStringSubmatch(text)
	if hit == nil {
		return 0, false
	}
	number, _ = strconv.Atoi(hit[1]) // digits by the expression
	j.mu.Lock()
	defer j.mu.Unlock()
	j.heard[key] = append(j.heard[key], number)
	j.said++
	return number, true
}

// complete tells whether there are as many answers as messages.
func (j *judge) complete() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.said >= j.asked
}

// wrongs is what must never happen to an accepted message.
type wrongs struct {
	Messages   int `json:"messages"` // that were judged
	Lost       int `json:"lost"`
	Doubled    int `json:"doubled"`
	Disordered int `json:"disordered"` // residents whose answers came in another order
	Strange    int `json:"strange"`    // answers to what nobody wrote
}

func (w wrongs) err() error {
	if w.Lost+w.Doubled+w.Disordered+w.Strange == 0 {
		return nil
	}
	return fmt.Errorf("%w: of %d messages %d were lost and %d answered twice; %d residents were answered out of order, %d answers are to nothing",
		errUnfaithful, w.Messages, w.Lost, w.Doubled, w.Disordered, w.Strange)
}

// errUnfaithful ends the bench: figures of a road that loses messages are worth nothing.
var errUnfaithful = errors.New("the road broke its promise")

func (w *wrongs) add(other wrongs) {
	w.Messages += other.Messages
	w.Lost += other.Lost
	w.Doubled += other.Doubled
	w.Disordered += other.Disordered
	w.Strange += other.Strange
}

// verdict judges what was written since the last one, and forgets it.
func (j *judge) verdict() (w wrongs) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for key, written := range j.written {
		w.Messages += len(written)
		w.add(compared(written, j.heard[key]))
		delete(j.heard, key)
	}
	for _, answers := range j.heard {
		w.Strange += len(answers)
	}
	clear(j.written)
	clear(j.heard)
	j.asked, j.said = 0, 0
	return w
}

func compared(written, heard []int) (w wrongs) {
	times := map[int]int{}
	var once []int
	for _, n := range heard {
		if times[n]++; times[n] == 1 {
			once = append(once, n)
		} else {
			w.Doubled++
		}
	}
	for _, n := range written {
		if times[n] == 0 {
			w.Lost++
		}
		delete(times, n)
	}
	w.Strange = len(times)
	if !slices.IsSorted(once) { // numbers rise with acceptance
		w.Disordered = 1
	}
	return w
}
