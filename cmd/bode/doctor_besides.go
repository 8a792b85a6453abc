package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot/outward"
)

// besides is what the doctor can tell of an installation that runs: whether
// its tables are newer than this program, and what the process on this machine
// says of itself. It knows best what its database refuses it.
func (c *config) besides(ctx context.Context) (remarks []remark) {
	if s, err := c.openStore(ctx); err == nil {
		if ahead := s.Ahead(); ahead > 0 {
			remarks = append(remarks, note("tables", fmt.Sprintf("of a newer version of bode, by %d: this one works on them, and misses what they add", ahead),
				"during an update or after a rollback nothing; else run the newer bode"))
		}
		s.Close()
	}
	if said, asked := c.askServing(ctx); asked {
		remarks = append(remarks, said)
	}
	return remarks
}

// askServing asks the internal address of the configuration for /readyz.
func (c *config) askServing(ctx context.Context) (remark, bool) {
	host, port, err := net.SplitHostPort(c.Listen.Internal)
	if err != nil || port == "0" {
		return remark{}, false
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	at := net.JoinHostPort(host, port)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+at+"/readyz", nil)
	if err != nil {
		return remark{}, false
	}
	way := outward.Way{Hosts: []string{at}, Named: true, Private: true, Timeout: 5 * time.Second}
	answer, err := way.Client(&http.Transport{DisableKeepAlives: true}).Do(request)
	if err != nil {
		return note("bode serve", "does not answer at "+c.Listen.Internal, "when it is to run on this machine, start it"), true
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 4<<10))
	said := strings.ReplaceAll(strings.TrimSpace(string(text)), "\n", "; ")
	if err != nil || answer.StatusCode != http.StatusOK {
		return wrong("bode serve", said, "what it says; see its log too"), true
	}
	return good("bode serve", said), true
}
