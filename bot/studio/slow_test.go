package studio

import (
	"net/http/httptest"
	"testing"
	"time"
)

// A server gives a page a time to be read; the stream outlives it.
func TestStream_outlivesTheLimitsOfAPage(t *testing.T) {
	d := newDesk()
	server := httptest.NewUnstartedServer(New(d.config()))
	const limit = 200 * time.Millisecond
	server.Config.ReadTimeout, server.Config.WriteTimeout = limit, limit
	server.Start()
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	v := (&visitor{T: t, desk: d, url: server.URL}).another()
	next := v.listen("")
	var c chatView
	next("chat", &c)
	<-time.After(3 * limit) // both have passed
	v.post("/say", 204, "text", "hallo")
	for c.Put = nil; len(c.Put) == 0; { // the stream says once more that nothing was said before
		next("chat", &c)
	}
}
