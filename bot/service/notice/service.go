// Package notice tells which notices are in force now for an area: heat, an
// infection, water. It only reads what editors published, and never advises
// on anybody's health itself.
package notice

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gemeentebode/bode/bot"
)

// Bounds of what is shown, in characters.
const (
	most          = 5
	longestTitle  = 60
	longestText   = 400
	longestSource = 150
)

const dutch = "nl"

// Notice is a published warning.
type Notice struct {
	Name, Topic, Title, Source string
	From, Until                time.Time         // Until is exclusive
	Areas                      []string          // four digits of a postcode; empty: everyone
	Urgent                     bool              // comes first
	Text                       map[string]string // by language; Dutch is always there
}

// Source gives the notices of the live bundle, in force or not.
type Source func(context.Context) ([]Notice, error)

// Service answers notice.current. It is safe for use by several goroutines.
type Service struct{ source Source }

// New makes the service. Operations may be asked without a source.
func New(source Source) *Service { return &Service{source} }

// Operations declares what flows may call.
func (s *Service) Operations() []bot.Operation {
	return []bot.Operation{{
		Name: "notice.current",
		With: []bot.Field{
			{Name: "topic", Kind: bot.FieldText, Longest: 40},
			{Name: "postcode4", Kind: bot.FieldText, Optional: true},
		},
		Outcomes: []bot.OutcomeField{
			{Name: "found", Saves: &bot.Field{Kind: bot.FieldList, Most: most, Fields: []bot.Field{
				{Name: "title", Kind: bot.FieldText, Longest: longestTitle},
				{Name: "message", Kind: bot.FieldText, Longest: longestText},
				{Name: "source", Kind: bot.FieldText, Longest: longestSource},
				{Name: "until", Kind: bot.FieldTime},
			}}},
			{Name: "none"}, {Name: "failed"},
		},
	}}
}

// Call runs one operation.
func (s *Service) Call(ctx context.Context, now time.Time, call bot.Call) (bot.Result, error) {
	if call.Operation != "notice.current" {
		return bot.Result{Outcome: "failed"}, fmt.Errorf("notice: unknown operation %q", call.Operation)
	}
	all, err := s.source(ctx)
	if err != nil {
		return bot.Result{Outcome: "failed"}, fmt.Errorf("notice.current: %w", err)
	}
	current := inForce(all, now, call.With["topic"].Text(), area(call.With["postcode4"].Text()))
	if len(current) == 0 {
		return bot.Result{Outcome: "none"}, nil
	}
	return bot.Result{Outcome: "found", Value: listOf(current[:min(most, len(current))], call.Language)}, nil
}

// area is the four digits of a postcode, also of a whole one ("3511 LN"); ""
// where there are none.
func area(postcode string) string {
	postcode = strings.TrimSpace(postcode)
	if len(postcode) < 4 || strings.Trim(postcode[:4], "0123456789") != "" {
		return ""
	}
	return postcode[:4]
}

// inForce gives the notices of a topic that hold now: urgent ones first, then
// the newest. Who names no area is shown those of every area: better one that
// is not for them than one that was kept from them.
func inForce(all []Notice, now time.Time, topic, area string) []Notice {
	var out []Notice
	for _, n := range all {
		if n.Topic == topic && !now.Before(n.From) && now.Before(n.Until) &&
			(area == "" || len(n.Areas) == 0 || slices.Contains(n.Areas, area)) {
			out = append(out, n)
		}
	}
	slices.SortStableFunc(out, func(a, b Notice) int {
		if a.Urgent != b.Urgent {
			if a.Urgent {
				return -1
			}
			return 1
		}
		if c := b.From.Compare(a.From); c != 0 {
			return c
		}
		return strings.Compare(a.Name, b.Name)
	})
	return out
}

func listOf(notices []Notice, language string) bot.Value {
	list := []map[string]string{}
	for _, n := range notices {
		text, ok := n.Text[language]
		if !ok {
			text = n.Text[dutch]
		}
		list = append(list, map[string]string{
			"title": cut(n.Title, longestTitle), "message": cut(text, longestText), "source": address(n.Source),
			"until": n.Until.Add(-time.Second).UTC().Format(time.RFC3339), // the last moment: its date is the last day
		})
	}
	return bot.ValueOf(list)
}

// address is where a notice comes from; of one too long to show, the site.
func address(source string) string {
	if utf8.RuneCountInString(source) <= longestSource {
		return source
	}
	site, err := url.Parse(source)
	if err != nil || len(site.Host) > longestSource/2 {
		return ""
	}
	return "https://" + site.Host
}

// cut ends a text that is longer than the flow check counted on after its
// last whole sentence, else after its last whole word; the source has the rest.
func cut(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	short := string([]rune(text)[:most-1])
	if end := strings.LastIndexAny(short, ".!?"); end > len(short)/2 {
		return short[:end+1]
	}
	if end := strings.LastIndexByte(short, ' '); end > 0 {
		short = short[:end]
	}
	return strings.TrimRight(short, " ,;:") + "…"
}
