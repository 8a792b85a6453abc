// Package rights gives residents their own data: what is kept, in categories,
// then its contents, and all of it behind a link that opens once. It shows
// nobody's data to anybody else, never what colleagues noted, and sends no file
// through the chat.
package rights

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gemeentebode/bode/bot"
)

// LinkLasts is how long a link opens, and after it was opened its download.
const LinkLasts = 15 * time.Minute

// Bounds of what is shown in the chat.
const (
	mostLines   = 10
	longestLine = 200 // characters
)

// Store is where residents' data is.
type Store interface {
	// Own gives all that is kept of a resident; bot.ErrTokenGone of one who said STOP.
	Own(ctx context.Context, now time.Time, resident bot.ID) (bot.Own, error)
	// MakeExportLink notes a link by its token's keyed hash, in place of the resident's earlier ones.
	MakeExportLink(ctx context.Context, now time.Time, resident bot.ID, token bot.Private, language string, until time.Time) error
	// ExportLink tells whether a link would open, and in which language, without using it.
	ExportLink(ctx context.Context, now time.Time, token bot.Private) (language string, there bool, err error)
	// OpenExport uses a link up, and notes the token of its download.
	OpenExport(ctx context.Context, now time.Time, token, download bot.Private, until time.Time) (e bot.Export, there bool, err error)
	// DownloadExport uses a download up.
	DownloadExport(ctx context.Context, now time.Time, token bot.Private) (e bot.Export, there bool, err error)
}

// Names turns the names that flows and configuration use into words for
// residents; what it does not know it gives back as it is.
type Names interface {
	Kind(ctx context.Context, language, kind string) string // of a request
	Topic(ctx context.Context, language, topic string) string
	Product(name string) string
	Location(name string) string
}

// Config is what the service needs; without a Store only its operations may be asked.
type Config struct {
	Store Store
	Names Names
	// URL gives the address of the page on the municipality's own domain, without
	// a slash at its end; "": there is none, and an export fails.
	URL func() string
	// Remembered reads the answers that a conversation keeps for a next question; nil: nobody can.
	Remembered func(conversation bot.Private) []bot.OwnAnswer
	// Refused tells of a text that may not be said again in the chat, because it
	// reads as if the municipality asked for what it never asks; nil: none is.
	Refused func(text string) bool
}

// Service answers rights.categories, rights.contents and rights.export. It is
// safe for use by several goroutines.
type Service struct {
	Config
	zone *time.Location
}

// New makes the service.
func New(c Config) *Service {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		panic(err) // cmd/bode embeds the zones
	}
	return &Service{c, zone}
}

// Operations declares what may be called; the engine itself does, when a
// resident asks for their data.
func (s *Service) Operations() []bot.Operation {
	categories := &bot.Field{Kind: bot.FieldRecord, Fields: []bot.Field{
		{Name: "categories", Kind: bot.FieldList, Most: len(bot.Categories()), Fields: []bot.Field{
			{Name: "code", Kind: bot.FieldCode, Codes: bot.Categories()}, {Name: "number", Kind: bot.FieldNumber}}}}}
	contents := &bot.Field{Kind: bot.FieldRecord, Fields: []bot.Field{
		{Name: "lines", Kind: bot.FieldList, Most: mostLines, Longest: longestLine}, {Name: "more", Kind: bot.FieldNumber}}}
	link := &bot.Field{Kind: bot.FieldRecord, Fields: []bot.Field{
		{Name: "url", Kind: bot.FieldText, Longest: longestURL}, {Name: "minutes", Kind: bot.FieldNumber}}}
	return []bot.Operation{
		{Name: "rights.categories", Outcomes: []bot.OutcomeField{{Name: "found", Saves: categories}, {Name: "none"}, {Name: "failed"}}},
		{Name: "rights.contents", With: []bot.Field{{Name: "category", Kind: bot.FieldCode, Codes: bot.Categories()}},
			Outcomes: []bot.OutcomeField{{Name: "found", Saves: contents}, {Name: "none"}, {Name: "failed"}}},
		{Name: "rights.export", Writes: true, Outcomes: []bot.OutcomeField{{Name: "made", Saves: link}, {Name: "failed"}}},
	}
}

// Call runs one operation.
func (s *Service) Call(ctx context.Context, now time.Time, call bot.Call) (bot.Result, error) {
	switch call.Operation {
	case "rights.categories":
		return s.categories(ctx, now, call)
	case "rights.contents":
		return s.contents(ctx, now, call)
	case "rights.export":
		return s.export(ctx, now, call)
	}
	return failed(fmt.Errorf("rights: unknown operation %q", call.Operation))
}

// Cancel leaves a link whose turn was lost: nobody was told of it, and it dies
// by itself.
func (s *Service) Cancel(context.Context, bot.Call) error { return nil }

func failed(err error) (bot.Result, error) { return bot.Result{Outcome: "failed"}, err }

// own reads what is kept, the remembered answers with it.
func (s *Service) own(ctx context.Context, now time.Time, call bot.Call) (bot.Own, error) {
	own, err := s.Store.Own(ctx, now, call.Resident)
	if err != nil {
		return own, fmt.Errorf("%s: %w", call.Operation, err)
	}
	return s.withRemembered(own), nil
}

func (s *Service) withRemembered(own bot.Own) bot.Own {
	if s.Remembered != nil {
		own.Remembered = s.Remembered(own.Conversation)
	}
	return own
}

func (s *Service) categories(ctx context.Context, now time.Time, call bot.Call) (bot.Result, error) {
	own, err := s.own(ctx, now, call)
	if err != nil {
		return failed(err)
	}
	type category struct {
		Code   string `json:"code"`
		Number int    `json:"number"`
	}
	var list []category
	for _, c := range own.Categories() {
		list = append(list, category(c))
	}
	if len(list) == 0 {
		return bot.Result{Outcome: "none"}, nil
	}
	return bot.Result{Outcome: "found", Value: bot.ValueOf(map[string]any{"categories": list})}, nil
}

func (s *Service) contents(ctx context.Context, now time.Time, call bot.Call) (bot.Result, error) {
	own, err := s.own(ctx, now, call)
	if err != nil {
		return failed(err)
	}
	w := s.writer(ctx, call.Language)
	lines := w.lines(own, call.With["category"].Text())
	if len(lines) == 0 {
		return bot.Result{Outcome: "none"}, nil
	}
	more := max(0, len(lines)-mostLines)
	lines = lines[:len(lines)-more]
	for i, line := range lines {
		if lines[i] = short(line); s.Refused != nil && s.Refused(line) {
			lines[i] = w.word("not.here")
		}
	}
	return bot.Result{Outcome: "found", Value: bot.ValueOf(map[string]any{"lines": lines, "more": more})}, nil
}

// short puts a text on one line of at most longestLine characters.
func short(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) <= longestLine {
		return text
	}
	return strings.TrimSpace(string([]rune(text)[:longestLine-1])) + "…"
}

// longestURL bounds a link, in characters: the page's address and a token.
const longestURL = 300

// export makes a link. The same call made again makes another, and the first
// opens nothing any more: nobody was told of it.
func (s *Service) export(ctx context.Context, now time.Time, call bot.Call) (bot.Result, error) {
	page := ""
	if s.URL != nil {
		page = s.URL()
	}
	if page == "" {
		return failed(nil)
	}
	token := newToken()
	if err := s.Store.MakeExportLink(ctx, now, call.Resident, token, call.Language, now.Add(LinkLasts)); err != nil {
		return failed(fmt.Errorf("rights.export: %w", err))
	}
	return bot.Result{Outcome: "made", Value: bot.ValueOf(map[string]any{
		"url": page + "/" + token.Reveal(), "minutes": int(LinkLasts.Minutes()),
	})}, nil
}

// newToken draws 160 random bits, in letters and digits that need no escaping.
func newToken() bot.Private {
	var b [20]byte
	rand.Read(b[:]) // never fails: crypto/rand.Read ends the process instead
	return bot.Hide(strings.ToLower(base32.StdEncoding.EncodeToString(b[:])))
}
