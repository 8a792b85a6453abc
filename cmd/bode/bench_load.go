package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
	"github.com/gemeentebode/bode/store"
)

// Of a hundred deliveries so many come again later, and so many hold their
// message twice: the platform does both.
const (
	redelivered = 5
	doubledIn   = 1
)

// written is one webhook request as it goes over the line.
type written struct {
	key     string // of the resident at the platform
	number  int    // 0: it stands in no judgement
	wamid   string
	request []byte
	again   bool          // it was delivered before
	at      time.Duration // open loop: when it is planned, since the start
}

func benchPerson(n int) fakegraph.Person {
	return fakegraph.Person{Phone: fmt.Sprintf("316%08d", n), UserID: fmt.Sprintf("NL.%018d", n), Name: "A. de Vries-van den Berg"}
}

// townsfolk are the residents who write, and what is on its way of them.
type townsfolk struct {
	site   *benchSite
	stages *stages // nil: they are not asked for
	judge  *judge
	people int
	first  int // number of the first of them

	mu     sync.Mutex
	flying map[string]func(time.Time) // wamid -> what its answer's commit, or its answer, means
}

func newTownsfolk(s *benchSite, people int) *townsfolk {
	return &townsfolk{site: s, judge: newJudge(), people: people, flying: map[string]func(time.Time){}}
}

// sentence is what somebody writes; the answer repeats it, number and all.
func sentence(number int) string {
	return fmt.Sprintf("De lantaarnpaal bij ons voor de deur brandt al een week niet meer, m%d", number)
}

// messages prepares what so many residents write next, in as many lines as
// there are connections. One resident writes over one line only: the platform
// too gives the order in which they wrote.
func (c *townsfolk) messages(turns, lines int) [][]written {
	out := make([][]written, lines)
	order := rand.Perm(c.people)
	for i := range turns {
		n := order[i%len(order)]
		line := &out[n%lines]
		*line = append(*line, c.message(n))
	}
	for i, line := range out {
		out[i] = againLater(line)
	}
	return out
}

// againLater delivers some messages again, up to eight places after the first time.
func againLater(line []written) (mixed []written) {
	held := map[int][]written{}
	for i, w := range line {
		mixed = append(mixed, w)
		if rand.IntN(100) < redelivered {
			w.again = true
			at := min(i+rand.IntN(8), len(line)-1)
			held[at] = append(held[at], w)
		}
		mixed = append(mixed, held[i]...)
	}
	return mixed
}

func (c *townsfolk) message(n int) written {
	p := benchPerson(c.first + n)
	number := c.judge.next(p.Key())
	node, id := c.site.fake.Message(p, time.Now(), fakegraph.Text(sentence(number)))
	list := []fakegraph.Node{node}
	if rand.IntN(100) < doubledIn {
		list = append(list, node)
	}
	return written{key: p.Key(), number: number, wamid: id, request: c.site.request(c.site.fake.Together(list, []fakegraph.Person{p}))}
}

// greeting is the first word of somebody who was never here.
func (c *townsfolk) greeting(n int) written {
	p := benchPerson(c.first + n)
	body, id := c.site.fake.Inbound(p, time.Now(), fakegraph.Text("echo"))
	return written{key: p.Key(), wamid: id, request: c.site.request(body)}
}

// request dresses a body as the platform's signed request.
func (s *benchSite) request(body []byte) []byte {
	head := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: facebookexternalua\r\nAccept: */*\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%s: %s\r\n\r\n",
		benchPath, s.address, len(body), s.api.SignatureHeader, s.fake.Sign(body))
	return append([]byte(head), body...)
}

// caller is one connection of the platform to the webhook.
type caller struct {
	conn   net.Conn
	reader *bufio.Reader
}

func (s *benchSite) caller() (*caller, error) {
	conn, err := net.Dial("tcp", s.address)
	if err != nil {
		return nil, err
	}
	return &caller{conn, bufio.NewReader(conn)}, nil
}

func (l *caller) post(request []byte) (status int, err error) {
	if err := l.conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		return 0, err
	}
	if _, err := l.conn.Write(request); err != nil {
		return 0, err
	}
	answer, err := http.ReadResponse(l.reader, nil)
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(io.Discard, answer.Body)
	return answer.StatusCode, errors.Join(err, answer.Body.Close())
}

// await says what is done when the answer of a message is there.
func (c *townsfolk) await(wamid string, done func(time.Time)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.flying[wamid] = done
}

// arrived ends the wait for a message's answer, once.
func (c *townsfolk) arrived(wamid string, at time.Time) {
	c.mu.Lock()
	done := c.flying[wamid]
	delete(c.flying, wamid)
	c.mu.Unlock()
	if done != nil {
		done(at)
	}
}

// roundLimit ends a round whose answers do not come.
const roundLimit = 5 * time.Minute

// answerKey is what is awaited at the fake, which does not tell the message's id.
func answerKey(person string, number int) string { return fmt.Sprintf("%s m%d", person, number) }

// write posts over all lines as fast as the answers come: at most most turns
// are under way. It returns when the last answer is there, and when that was.
func (c *townsfolk) write(ctx context.Context, lines [][]written, most int, key func(written) string) (last time.Time, err error) {
	ctx, cancel := context.WithTimeout(ctx, roundLimit)
	defer cancel()
	free := make(chan struct{}, most)
	var latest atomic.Int64
	var open sync.WaitGroup
	done := func(at time.Time) {
		for was := latest.Load(); at.UnixNano() > was && !latest.CompareAndSwap(was, at.UnixNano()); was = latest.Load() {
		}
		<-free
		open.Done()
	}
	errs := make(chan error, len(lines))
	for _, list := range lines {
		go func() {
			errs <- c.writeLine(ctx, list, func(w written) error {
				select {
				case free <- struct{}{}:
				case <-ctx.Done():
					return fmt.Errorf("%d messages have no answer: %w", len(free), ctx.Err())
				}
				open.Add(1)
				c.await(key(w), done)
				return nil
			})
		}()
	}
	for range lines {
		err = errors.Join(err, <-errs)
	}
	if err != nil {
		return last, err
	}
	all := make(chan struct{})
	go func() { open.Wait(); close(all) }()
	select {
	case <-all:
		return time.Unix(0, latest.Load()), nil
	case <-ctx.Done():
		return last, fmt.Errorf("%d messages have no answer: %w", len(free), ctx.Err())
	}
}

func (c *townsfolk) writeLine(ctx context.Context, list []written, before func(written) error) error {
	l, err := c.site.caller()
	if err != nil {
		return err
	}
	defer context.AfterFunc(ctx, func() { l.conn.Close() })() // interrupted, it waits for no answer
	defer l.conn.Close()
	for _, w := range list {
		if !w.again {
			if err := before(w); err != nil {
				return err
			}
			if w.number > 0 {
				c.judge.wrote(w.key, w.number)
			}
		}
		if err := l.deliver(ctx, w.request); err != nil {
			return err
		}
	}
	return nil
}

// deliver posts until it is taken, as the platform does.
func (l *caller) deliver(ctx context.Context, request []byte) error {
	for try := 1; ; try++ {
		status, err := l.post(request)
		if err == nil && status == http.StatusOK {
			return nil
		}
		if err != nil || try == 20 || ctx.Err() != nil {
			return errors.Join(err, ctx.Err(), fmt.Errorf("a webhook was answered %d", status))
		}
		time.Sleep(time.Duration(try) * 10 * time.Millisecond)
	}
}

// watched is the store, telling of each answer that was committed.
type watched struct {
	*store.Store
	committed func(wamid string, at time.Time)
	stages    *stages // nil: they are not asked for
}

// FinishTurns is inbox.Store's.
func (w *watched) FinishTurns(ctx context.Context, now time.Time, turns []bot.Finish) []bot.Finished {
	ended := w.Store.FinishTurns(ctx, now, turns)
	at := time.Now()
	for i, f := range ended {
		if f.Err == nil {
			w.committed(turns[i].Claim.Message.ID.Reveal(), at)
		}
	}
	return ended
}

// hearing is what the fake tells the crowd; steps are the statuses that follow.
func (c *townsfolk) hearing(steps []fakegraph.Step, answered bool) *hear {
	h := func(m fakegraph.Sent) []fakegraph.Step {
		number, _ := c.judge.hears(m.To, strings.TrimSpace(m.Text))
		if answered && number > 0 {
			go c.arrived(answerKey(m.To, number), m.At) // the fake is locked meanwhile
		}
		return steps
	}
	return &h
}
