package main

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
)

// ear is what the fake hears. It hears each message as it is accepted.
type ear struct {
	mu      sync.Mutex
	at      []time.Time         // of every message
	notices map[string][]int    // recipient -> numbers of the notices
	endings map[string][]int    // recipient -> numbers of what confirms a withdrawal
	waiting map[string]chan int // an answer that a chat waits for -> its number
	news    int
}

func newEar() *ear {
	return &ear{notices: map[string][]int{}, endings: map[string][]int{}, waiting: map[string]chan int{}}
}

// hear also plans the statuses: sent within 2 s, delivered soon after.
func (e *ear) hear(m fakegraph.Sent) []fakegraph.Step {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.at = append(e.at, m.At)
	switch {
	case m.Text == "nieuws_bericht", strings.Contains(m.Text, "Er is nieuws."):
		e.notices[m.To] = append(e.notices[m.To], m.N)
		e.news++
	case strings.Contains(m.Text, "gewist"), ending.MatchString(m.Text):
		e.endings[m.To] = append(e.endings[m.To], m.N)
	default:
		if said := echoOf.FindStringSubmatch(m.Text); said != nil {
			if answer := e.waiting[m.To+said[1]]; answer != nil {
				answer <- m.N
			}
		}
	}
	sent := time.Duration(rand.IntN(1800)) * time.Millisecond
	return []fakegraph.Step{{State: "sent", After: sent}, {State: "delivered", After: sent + 500*time.Millisecond}}
}

var (
	echoOf = regexp.MustCompile(`U zei: (m\d+)`)
	ending = regexp.MustCompile(`(?i)(niet meer|afgemeld|gestopt)`)
)

// expect says that an answer will be waited for.
func (e *ear) expect(p fakegraph.Person, said string) chan int {
	answer := make(chan int, 4)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.waiting[p.Key()+said] = answer
	return answer
}

func (e *ear) count() (messages, notices int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.at), e.news
}

// ended tells whether all of them heard that their consent ended. A farewell is
// tried once: one that was on its way in a killed process may never come.
func (e *ear) ended(ends map[int]string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	for n, word := range ends {
		if word != "STOP" && len(e.endings[person(n).Key()]) == 0 {
			return false
		}
	}
	return true
}

// densest gives the most messages that any second held.
func (e *ear) densest() (most int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	from := 0
	for i, at := range e.at {
		for at.Sub(e.at[from]) >= time.Second {
			from++
		}
		most = max(most, i-from+1)
	}
	return most
}

// chat is somebody who writes, and waits for the answer, again and again.
type chat struct {
	mu    sync.Mutex
	waits []time.Duration
	after []int // messages that went out between the question and its answer
}

func (c *chat) run(f *fanout, p fakegraph.Person, over <-chan struct{}) {
	f.say(p, "echo")
	for n := 1; ; n++ {
		select {
		case <-over:
			return
		case <-time.After(time.Duration(200+rand.IntN(300)) * time.Millisecond):
		}
		said := fmt.Sprint("m", n)
		answer := f.ear.expect(p, said)
		asked := time.Now()
		before, _ := f.ear.count()
		f.say(p, said)
		select {
		case number := <-answer:
			c.mu.Lock()
			c.waits, c.after = append(c.waits, time.Since(asked)), append(c.after, number-before)
			c.mu.Unlock()
		case <-time.After(2 * time.Minute):
			f.t.Errorf("%s of %s was never answered", said, p.Key())
			return
		}
	}
}

func (c *chat) part(of float64) (time.Duration, int) {
	slices.Sort(c.waits)
	slices.Sort(c.after)
	i := int(of * float64(len(c.waits)-1))
	return c.waits[i], c.after[i]
}
