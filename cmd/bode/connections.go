package main

import (
	"container/list"
	"math"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	memory "runtime/metrics"
	"sync"
)

const (
	// mostConnections are open at once on the public side; each costs some 30 kB
	// and may cost a small body. A web server in front of us needs a few dozen.
	mostConnections = 1000
	// roomForFloods is what all that is under way may take above what the
	// service holds when it has started: the collector works harder before more is taken.
	roomForFloods = 80 << 20 // bytes
)

// connections keeps a listener from being filled: where there are too many,
// the one on which nothing new began for longest makes room. So who holds many
// open and says little takes the place of nobody but themselves.
type connections struct {
	most  int
	count func(event, detail string)

	mu   sync.Mutex
	open map[net.Conn]*list.Element
	last list.List // the one that was longest without news is in front
}

func newConnections(most int, count func(event, detail string)) *connections {
	return &connections{most: most, count: count, open: map[net.Conn]*list.Element{}}
}

// watch is http.Server's ConnState.
func (c *connections) watch(conn net.Conn, state http.ConnState) {
	if oldest := c.note(conn, state); oldest != nil {
		c.count("connection", "closed for another")
		oldest.Close()
	}
}

func (c *connections) note(conn net.Conn, state http.ConnState) (tooMany net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch state {
	case http.StateNew:
		c.open[conn] = c.last.PushBack(conn)
	case http.StateActive, http.StateIdle:
		if at := c.open[conn]; at != nil {
			c.last.MoveToBack(at)
		}
	default:
		c.forget(conn)
	}
	if len(c.open) <= c.most {
		return nil
	}
	tooMany = c.last.Front().Value.(net.Conn)
	c.forget(tooMany)
	return tooMany
}

func (c *connections) forget(conn net.Conn) {
	if at := c.open[conn]; at != nil {
		c.last.Remove(at)
		delete(c.open, conn)
	}
}

// collectAt is how much garbage there may be for what is in use, in percent:
// little is in use, and collecting it again and again took a tenth of the time.
const collectAt = 300

// boundMemory sets the collector's goal by what is held now, unless the
// operator did (GOMEMLIMIT); below it, it is left alone for longer than usual
// (GOGC says otherwise).
func boundMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
	if debug.SetMemoryLimit(-1) != math.MaxInt64 {
		return
	}
	held := []memory.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	memory.Read(held)
	debug.SetMemoryLimit(int64(held[0].Value.Uint64()-held[1].Value.Uint64()) + roomForFloods)
}
