package store_test

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// wire stands between the store and Postgres and counts what is asked: it
// reads the protocol's frontend messages as they pass.
// Source: https://www.postgresql.org/docs/15/protocol-message-formats.html
type wire struct {
	mu     sync.Mutex
	counts asked
}

// asked is what went over the line.
type asked struct {
	statements   int // without BEGIN and COMMIT
	roundTrips   int
	transactions int
}

func (a asked) minus(b asked) asked {
	return asked{a.statements - b.statements, a.roundTrips - b.roundTrips, a.transactions - b.transactions}
}

// listen gives the address of the database behind the wire.
func listen(t testing.TB, dsn string) (*wire, string) {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w, server := &wire{}, u.Host
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go w.pass(client, server)
		}
	}()
	u.Host = listener.Addr().String()
	return w, u.String()
}

func (w *wire) pass(client net.Conn, address string) {
	defer client.Close()
	server, err := net.Dial("tcp", address)
	if err != nil {
		return
	}
	defer server.Close()
	go func() {
		_, _ = io.Copy(client, server)
		client.Close()
	}()
	in := bufio.NewReader(client)
	for first := true; ; first = false {
		head := make([]byte, 5)
		if first { // the startup message has no type
			head = head[:4]
		}
		if _, err := io.ReadFull(in, head); err != nil {
			return
		}
		body := make([]byte, binary.BigEndian.Uint32(head[len(head)-4:])-4)
		if _, err := io.ReadFull(in, body); err != nil {
			return
		}
		if !first {
			w.note(head[0], string(body))
		}
		if _, err := server.Write(append(head, body...)); err != nil {
			return
		}
	}
}

func (w *wire) note(kind byte, body string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case kind == 'Q' && strings.HasPrefix(body, "BEGIN"):
		w.counts.transactions++
		w.counts.roundTrips++
	case kind == 'Q' && strings.HasPrefix(body, "COMMIT"), kind == 'S':
		w.counts.roundTrips++
	case kind == 'Q':
		w.counts.statements++
		w.counts.roundTrips++
	case kind == 'E':
		w.counts.statements++
	}
}

func (w *wire) so() asked {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.counts
}
