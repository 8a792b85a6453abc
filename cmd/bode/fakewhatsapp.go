package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
)

type fakeWhatsappCmd struct {
	Listen   string `help:"Where it listens; this machine only." default:"127.0.0.1:8090"`
	Callback string `help:"Your webhook." default:"http://127.0.0.1:8080/webhook/whatsapp"`
	Number   string `help:"The phone number id." default:"100000000000001"`
	Token    string `help:"The token it asks for." default:"fake-token"`
	Secret   string `help:"The secret it signs webhooks with." default:"fake-secret"`
}

// reviewTime is after how long the fake approves a template.
const reviewTime = 10 * time.Second

// Run serves the fake until interrupted.
func (f *fakeWhatsappCmd) Run(ctx context.Context, std streams) error {
	listener, err := net.Listen("tcp", f.Listen)
	if err != nil {
		return failure{exitUse, err}
	}
	fake := fakegraph.New(fakegraph.Config{PhoneNumberID: f.Number, Token: f.Token, Secret: f.Secret, Callback: f.Callback, Review: reviewTime})
	defer fake.Close()
	fmt.Fprintf(std.out, `Fake WhatsApp on http://%[1]s for number %[2]s of account %[3]s.
Type as a resident:
  curl -d '{"from":"31612345678","text":"hallo"}' http://%[1]s/_fake/say
What it was sent:
  curl http://%[1]s/_fake/record
What bode doctor --live is told, and how to change it:
  curl http://%[1]s/_fake/facts
  curl -d '{"Quality":"RED"}' http://%[1]s/_fake/facts
`, listener.Addr(), f.Number, fake.Config().WABAID)
	server := newServer(fake, slog.New(slog.DiscardHandler))
	stop := context.AfterFunc(ctx, func() { server.Close() })
	defer stop()
	if err := server.Serve(listener); err != http.ErrServerClosed {
		return err
	}
	return nil
}
