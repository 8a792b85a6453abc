package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// killAt is when, in the life of a statement, a process is killed.
type killAt string

const (
	before      killAt = "before it reaches Postgres"
	answered    killAt = "before it hears what Postgres answered"
	uncommitted killAt = "before its commit reaches Postgres"
	committed   killAt = "before it hears that Postgres committed"
)

// failPoint is a statement and a moment. Only a statement that touched a row
// counts, but for before, where since tells what must have been committed.
type failPoint struct {
	statement *regexp.Regexp
	since     *regexp.Regexp // nil: from the start on
	at        killAt
}

// hopProxy stands between one process and Postgres, reads what it asks and
// kills it at a fail point: the product needs none for that.
type hopProxy struct {
	address string // of the database, through here
	target  string
	point   failPoint

	mu    sync.Mutex
	ready bool   // what since names is committed
	kill  func() // nil: not armed
	once  sync.Once
}

// newHopProxy listens in front of a database until the test ends. It kills
// nobody before it is armed.
func newHopProxy(t *testing.T, database string, point failPoint) *hopProxy {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &hopProxy{target: u.Host, point: point, ready: point.since == nil}
	u.Host = listener.Addr().String()
	p.address = u.String()
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go p.carry(client)
		}
	}()
	return p
}

// arm gives what ends the process; it is called once.
func (p *hopProxy) arm(kill func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.kill = kill
}

// isReady tells whether the process may be killed by now.
func (p *hopProxy) isReady() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ready && p.kill != nil
}

func (p *hopProxy) noteSince() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ready = p.ready || p.kill != nil
}

func pointAt(statement, since string, at killAt) failPoint {
	point := failPoint{statement: regexp.MustCompile("(?s)" + statement), at: at}
	if since != "" {
		point.since = regexp.MustCompile("(?s)" + since)
	}
	return point
}

// wire is one connection on its way through. Frontend and server take turns
// (lib/pq waits for each answer), so that one lock is enough.
type wire struct {
	*hopProxy
	client, server net.Conn

	state    sync.Mutex
	prepared map[string]string // name -> statement
	bound    string
	asked    string // the statement that is being answered; "": none
	held     bytes.Buffer
	touched  bool // rows, by the statement that is being answered
	struck   bool // this transaction holds the fail point's statement
	since    bool // and this one what must come before
}

func (p *hopProxy) carry(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", p.target)
	if err != nil {
		return
	}
	defer server.Close()
	w := &wire{hopProxy: p, client: client, server: server, prepared: map[string]string{}}
	done := make(chan struct{}, 2)
	go func() { w.up(); done <- struct{}{} }()
	go func() { w.down(); done <- struct{}{} }()
	<-done
}

// up carries what the process asks. The first message has no kind.
func (w *wire) up() {
	from := bufio.NewReader(w.client)
	first, err := readMessage(from, false)
	for ; err == nil; first, err = readMessage(from, true) {
		if w.refuses(first) {
			w.once.Do(w.kill)
			return
		}
		if _, err = w.server.Write(first); err != nil {
			return
		}
	}
}

// refuses notes what is asked, and tells whether the process dies first.
func (w *wire) refuses(message []byte) bool {
	w.state.Lock()
	defer w.state.Unlock()
	if len(message) < 5 {
		return false
	}
	words := strings.Split(string(message[5:]), "\x00")
	switch message[0] {
	case 'P':
		w.prepared[words[0]] = words[1]
	case 'B':
		w.bound = w.prepared[words[1]]
	case 'E':
		w.asked = w.bound
		return w.point.at == before && w.matches(w.asked) && w.isReady()
	case 'Q':
		w.asked = words[0]
		return w.point.at == uncommitted && w.struck && strings.HasPrefix(w.asked, "COMMIT")
	}
	return false
}

func (w *wire) matches(statement string) bool { return w.point.statement.MatchString(statement) }

// down carries what Postgres answers. The answer to a statement is held until
// it is whole: a process that is killed then has heard nothing of it.
func (w *wire) down() {
	from := bufio.NewReader(w.server)
	for {
		message, err := readMessage(from, true)
		if err != nil {
			return
		}
		if w.strikes(message) {
			w.once.Do(w.kill)
			return
		}
		if w.held.Len() > 0 {
			if _, err := w.client.Write(w.held.Bytes()); err != nil {
				return
			}
			w.held.Reset()
		}
	}
}

// strikes holds a message back until the answer is whole, and then tells
// whether the process dies before it hears it.
func (w *wire) strikes(message []byte) (dies bool) {
	w.state.Lock()
	defer w.state.Unlock()
	if message[0] == 'C' && w.asked != "" {
		tag := strings.Fields(strings.TrimRight(string(message[5:]), "\x00"))
		n, err := strconv.Atoi(tag[len(tag)-1])
		w.touched = err == nil && n > 0
	}
	if w.interesting() && message[0] != 'Z' {
		w.held.Write(message)
		return false
	}
	if message[0] == 'Z' && w.asked != "" {
		dies = w.whole(message[5])
	}
	w.held.Write(message)
	return dies
}

func (w *wire) interesting() bool {
	return w.matches(w.asked) || strings.HasPrefix(w.asked, "COMMIT")
}

// whole judges a whole answer, by what the transaction is afterwards: 'I' is none.
func (w *wire) whole(after byte) (dies bool) {
	if w.touched && w.matches(w.asked) && w.isReady() {
		w.struck = true
		dies = w.point.at == answered || w.point.at == committed && after == 'I'
	}
	if w.touched && w.point.since != nil && w.point.since.MatchString(w.asked) {
		w.since = true
	}
	if strings.HasPrefix(w.asked, "COMMIT") && w.struck && w.point.at == committed {
		dies = true
	}
	if after == 'I' {
		if w.since {
			w.noteSince()
		}
		w.struck, w.since = false, false
	}
	w.asked, w.touched = "", false
	return dies
}

// readMessage reads one message of Postgres's protocol, whole.
func readMessage(from io.Reader, kind bool) ([]byte, error) {
	head := make([]byte, 5)
	if !kind {
		head = head[:4]
	}
	if _, err := io.ReadFull(from, head); err != nil {
		return nil, err
	}
	length := int(binary.BigEndian.Uint32(head[len(head)-4:])) - 4
	message := append(head, make([]byte, max(0, length))...)
	_, err := io.ReadFull(from, message[len(head):])
	return message, err
}
