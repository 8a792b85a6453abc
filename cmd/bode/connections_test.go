package main

import (
	"net"
	"net/http"
	"testing"
)

func TestConnections_theOneWithoutNewsForLongestMakesRoom(t *testing.T) {
	closed := 0
	c := newConnections(2, func(string, string) { closed++ })
	conns := make([]net.Conn, 3)
	for i := range conns {
		conns[i], _ = net.Pipe()
	}
	c.watch(conns[0], http.StateNew)
	c.watch(conns[1], http.StateNew)
	c.watch(conns[0], http.StateActive) // it says something
	if closed != 0 {
		t.Fatal("one was closed where there was room")
	}
	c.watch(conns[2], http.StateNew)
	if _, err := conns[1].Write([]byte("x")); err == nil || closed != 1 {
		t.Errorf("the silent one is open (%v); %d were closed, want one", err, closed)
	}
	c.watch(conns[1], http.StateClosed)
	c.watch(conns[0], http.StateClosed)
	c.watch(conns[2], http.StateClosed)
	if len(c.open) != 0 || c.last.Len() != 0 {
		t.Errorf("%d and %d are left when all are gone", len(c.open), c.last.Len())
	}
}
