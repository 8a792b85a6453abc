package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot/outward"
)

type healthCmd struct {
	Config string `help:"The configuration file." default:"config.toml" type:"path"`
}

// Help is what bode health --help says more.
func (*healthCmd) Help() string {
	return `Asks the bode serve of this machine whether it is ready, as its /readyz tells it, for
a container that has nothing else to ask with. Exit 1 when it is not.`
}

// Run asks.
func (h *healthCmd) Run(ctx context.Context, std streams) error {
	c, err := readConfig(h.Config)
	if err != nil {
		return err
	}
	address, err := besides(c.Listen.Internal)
	if err != nil {
		return failure{exitUse, fmt.Errorf("[listen] internal %q: %w", c.Listen.Internal, err)}
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/readyz", nil)
	if err != nil {
		return failure{exitUse, err}
	}
	here := outward.Way{Hosts: []string{address}, Named: true, Timeout: 5 * time.Second}
	answer, err := here.Client(&http.Transport{}).Do(r)
	if err != nil {
		return fmt.Errorf("bode serve does not answer: %w", err)
	}
	defer answer.Body.Close()
	page, _ := io.ReadAll(io.LimitReader(answer.Body, 64<<10)) // what was read is told
	if answer.StatusCode != http.StatusOK {
		return errors.New("not ready: " + strings.TrimSpace(string(page)))
	}
	fmt.Fprint(std.out, string(page))
	return nil
}

// besides is where this machine reaches an address that it listens on.
func besides(listen string) (string, error) {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return "", err
	}
	if ip := net.ParseIP(host); host == "" || ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port), nil
}
