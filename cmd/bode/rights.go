package main

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/engine"
	"github.com/gemeentebode/bode/bot/privacy"
	"github.com/gemeentebode/bode/bot/service/rights"
	"github.com/gemeentebode/bode/store"
)

// ownData is what the service of residents' rights works with. Its names are
// completed once all services stand: the agenda is one of them.
func ownData(s rights.Store, live func(context.Context) (*loaded, error), clock func() time.Time, page func() string) rights.Config {
	return rights.Config{Store: s, Names: &names{live: live, clock: clock}, URL: page, Remembered: engine.Remembered,
		Refused: func(text string) bool { _, asks := privacy.Asks(text); return asks }}
}

// knowing gives the names of residents' rights the agenda's words.
func (s *services) knowing(c rights.Config) *services {
	if own, ok := c.Names.(*names); ok {
		own.agendaNames, _ = s.byOperation["appointment.book"].(agendaNames)
	}
	return s
}

// Topic gives the title of a topic.
func (n names) Topic(ctx context.Context, language, topic string) string {
	l, err := n.live(ctx)
	if err != nil {
		return topic
	}
	known := l.bundle.Shared.Topics[topic]
	if known == nil || known.Title == nil {
		return topic
	}
	title, err := known.Title.In(language).Render(l.bundle.World(language, n.clock()), nil)
	if err != nil {
		return topic
	}
	return title
}

// ownPage is the page behind a one-time link, and where it stands; nil where
// there is no such service.
func (d *desk) ownPage(path, municipality string) http.Handler {
	s, ok := d.services.byOperation["rights.export"].(*rights.Service)
	if !ok {
		return nil
	}
	return s.Page(rights.PageConfig{Path: path, Municipality: municipality, Clock: d.clock, Log: d.log})
}

// exportURL is where residents see their own data: as configured, else beside
// the webhook on the public address; "": nowhere, and an export fails kindly.
func (c *config) exportURL() string {
	if c.Privacy.ExportURL != "" {
		return c.Privacy.ExportURL
	}
	public, err := url.Parse(c.Channel.CloudAPI.PublicURL)
	if err != nil || public.Scheme != "https" || public.Host == "" {
		return ""
	}
	return "https://" + public.Host + rights.Path
}

// exportPath is the path of exportURL on the public listener.
func (c *config) exportPath() string {
	page, err := url.Parse(c.exportURL())
	if err != nil || page.Path == "" {
		return rights.Path
	}
	return page.Path
}

// checkExportURL wants an address that a link can be made of and the listener can serve.
func checkExportURL(text string) bool {
	if text == "" {
		return true
	}
	u, err := url.Parse(text)
	return err == nil && u.Scheme == "https" && u.Host != "" && u.User == nil && u.RawQuery == "" && u.Fragment == "" &&
		len(u.Path) > 1 && u.Path[len(u.Path)-1] != '/' && plainPath.MatchString(u.Path)
}

// logAudit has the audit trail told to the log as well: who, what and about
// which pseudonym. A reason may be about somebody, and stays in the table.
func logAudit(s *store.Store, log *slog.Logger) {
	s.OnAudit(func(a bot.Audited) {
		log.Info("audit", "actor", a.Actor, "action", a.Action, "pseudonym", string(a.Pseudonym), "number", a.Number)
	})
}
