package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/simulator"
	colleagues "github.com/gemeentebode/bode/bot/desk"
	"github.com/gemeentebode/bode/bot/engine"
	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/bot/service/rights"
	"github.com/gemeentebode/bode/bot/studio"
)

type demoCmd struct {
	Dir    string `arg:"" optional:"" help:"Your own folder with flows and locales. Without it: ./flows where there is one, else the example that is built in." type:"path"`
	Listen string `help:"Where the page is served; this machine only." default:"127.0.0.1:8888"`
	Data   string `help:"Keep the conversations in this folder. Without it they are gone at the end." type:"path"`
}

// Run serves the page until interrupted.
func (d *demoCmd) Run(ctx context.Context, std streams) error {
	listener, err := net.Listen("tcp", d.Listen)
	if err != nil {
		return failure{exitUse, fmt.Errorf("%w; choose another place with --listen 127.0.0.1:9000", err)}
	}
	defer listener.Close()
	l, err := openLocal(ctx, d.folder(), d.Data, slog.New(slog.NewTextHandler(std.err, &slog.HandlerOptions{Level: slog.LevelWarn})))
	if err != nil {
		return err
	}
	defer l.close()
	l.servedAt(listener.Addr().String())
	fmt.Fprintf(std.out, "Open http://%s in your browser. Stop with Ctrl-C.\n", listener.Addr())
	fmt.Fprintf(std.out, "What colleagues see is on http://%s/desk/\n", listener.Addr())
	if l.watch.dir != "" {
		fmt.Fprintf(std.out, "Change a file in %s and it is live a second later.\n", filepath.Join(l.watch.dir, "flows"))
	}
	server := newServer(l.page(), l.desk.log)
	server.BaseContext = func(net.Listener) context.Context { return ctx }
	stop := context.AfterFunc(ctx, func() { server.Close() })
	defer stop()
	if err := server.Serve(listener); err != http.ErrServerClosed {
		return err
	}
	return nil
}

// folder is the flows to show: the named one, else the one in this folder.
func (d *demoCmd) folder() string {
	if d.Dir == "" {
		if _, err := os.Stat("flows/bode.toml"); err == nil {
			return "."
		}
	}
	return d.Dir
}

// page makes the demo page's handler, with the colleagues' pages beside it.
func (l *local) page() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", studio.New(studio.Config{
		Phones: l.phones, Bundle: l.liveBundle, Where: l.where, Faults: l.watch.Faults, Changed: l.watch.Watch, Clock: l.clock,
	}))
	mux.Handle("/desk/", colleaguePages(l.desk.store, l.desk.services, l.desk.bundles.live, colleagues.Config{
		Municipality: "Gemeente Voorbeeldstad", KeepDays: l.desk.retention.Requests, Clock: l.clock.Now, Log: l.desk.log}))
	mux.Handle(rights.Path+"/", l.desk.ownPage(rights.Path, "Gemeente Voorbeeldstad"))
	return mux
}

func (l *local) liveBundle(ctx context.Context) (*flow.Bundle, error) {
	live, err := l.desk.bundles.live(ctx)
	if err != nil {
		return nil, err
	}
	return live.bundle, nil
}

// where tells in which state of which flow a phone's conversation is.
func (l *local) where(ctx context.Context, number string) (engine.Position, error) {
	contact := bot.Contact{Channel: simulator.Channel, Account: simulator.Account, External: bot.Hide(number)}
	conversation, err := l.desk.store.Conversation(ctx, contact)
	if err != nil || conversation.Empty() {
		return engine.Position{}, err
	}
	live, err := l.desk.bundles.live(ctx)
	if err != nil {
		return engine.Position{}, err
	}
	return live.engine.Where(conversation)
}
