package cloudapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/gemeentebode/bode/bot"
)

// Template is a message template as the account has it.
type Template struct {
	ID             string
	Name, Language string
	Status         string   // APPROVED, PENDING, REJECTED, PAUSED, DISABLED
	Category       string   // UTILITY; one that became MARKETING is not to be used
	Reason         string   // why it was rejected, in the platform's constants; "" where it was not
	Body           string   // with {{1}}
	Sample         []string // of each parameter
	Parameters     int      // of the body
}

// Draft is a template of ours, for the platform's approval. It has no
// category: utility is the only one that is ever submitted.
type Draft struct {
	Name, Language string
	Body           string   // with {{1}}, numbered in order of first use
	Sample         []string // of each parameter
}

type templatePage struct {
	Data []struct {
		ID         loose       `json:"id"`
		Name       string      `json:"name"`
		Language   string      `json:"language"`
		Status     string      `json:"status"`
		Category   string      `json:"category"`
		Reason     string      `json:"rejected_reason"`
		Components []component `json:"components"`
	} `json:"data"`
	Paging struct {
		Next    string `json:"next"`
		Cursors struct {
			After string `json:"after"`
		} `json:"cursors"`
	} `json:"paging"`
}

// component is one part of a template as the management API spells it.
type component struct {
	Type    string   `json:"type"`
	Text    string   `json:"text"`
	Example *example `json:"example,omitempty"`
}

type example struct {
	Body [][]string `json:"body_text"`
}

// mostPages bounds the list of templates; an account has at most 6,000.
const mostPages = 120

// errPages says that the platform goes on giving pages.
var errPages = errors.New("list of templates does not end")

// Templates lists the account's templates, in all languages. A page costs one
// of the 200 requests that an app may make to an account in an hour.
func (c *Client) Templates(ctx context.Context) ([]Template, error) {
	var out []Template
	query := url.Values{"fields": {"id,name,language,status,category,rejected_reason,components"}, "limit": {"100"}}
	for range mostPages {
		var page templatePage
		if err := c.ask(ctx, query, &page, c.config.WABAID, "message_templates"); err != nil {
			return nil, err
		}
		for _, d := range page.Data {
			t := Template{ID: string(d.ID), Name: d.Name, Language: d.Language, Status: d.Status, Category: d.Category}
			if d.Reason != "NONE" {
				t.Reason = d.Reason
			}
			t.body(d.Components)
			out = append(out, t)
		}
		if page.Paging.Next == "" || page.Paging.Cursors.After == "" {
			return out, nil
		}
		query.Set("after", page.Paging.Cursors.After)
	}
	return nil, ours(errPages) // half a list would say of the others that they are gone
}

func (t *Template) body(components []component) {
	for _, part := range components {
		if !strings.EqualFold(part.Type, "body") {
			continue
		}
		t.Body, t.Parameters = part.Text, parameters(part.Text)
		if part.Example != nil && len(part.Example.Body) > 0 {
			t.Sample = part.Example.Body[0]
		}
	}
}

var parameterShape = regexp.MustCompile(`\{\{\s*[A-Za-z0-9_]+\s*\}\}`)

// parameters counts the different {{1}} of a template's text.
func parameters(text string) int {
	seen := map[string]bool{}
	for _, p := range parameterShape.FindAllString(text, -1) {
		seen[p] = true
	}
	return len(seen)
}

// Submit asks for the approval of a template that the account does not have in
// this language. What comes back says how it stands: mostly PENDING, and the
// category that the platform gives it. Like all questions here it fails with a
// *bot.SendError; of SendUnknown the list of templates tells the end.
func (c *Client) Submit(ctx context.Context, d Draft) (Template, error) {
	request := struct {
		Name       string      `json:"name"`
		Language   string      `json:"language"`
		Category   string      `json:"category"`
		Components []component `json:"components"`
	}{d.Name, d.Language, bot.TemplateUtility, d.components()}
	var answer struct {
		ID       loose  `json:"id"`
		Status   string `json:"status"`
		Category string `json:"category"`
	}
	if c.config.WABAID == "" {
		return Template{}, noAccount()
	}
	if err := c.tell(ctx, request, &answer, c.config.WABAID, "message_templates"); err != nil {
		return Template{}, err
	}
	if answer.ID == "" || answer.Status == "" {
		return Template{}, unknown("answer has no id or no status")
	}
	return Template{ID: string(answer.ID), Name: d.Name, Language: d.Language, Status: answer.Status, Category: answer.Category,
		Body: d.Body, Sample: d.Sample, Parameters: len(d.Sample)}, nil
}

// Change asks for the approval of other words for a template that the account
// has, by its id. An approved one may be changed once a day and ten times in
// 30 days, and is not sent while it is looked at (Meta, "Templates").
func (c *Client) Change(ctx context.Context, id string, d Draft) error {
	request := struct {
		Category   string      `json:"category"`
		Components []component `json:"components"`
	}{bot.TemplateUtility, d.components()}
	var answer struct {
		Success bool `json:"success"`
	}
	if !digitsOnly.MatchString(id) {
		return ours(errors.New("id of the template is not a number"))
	}
	if err := c.tell(ctx, request, &answer, id); err != nil {
		return err
	}
	if !answer.Success {
		return unknown("change was not confirmed")
	}
	return nil
}

func (d Draft) components() []component {
	body := component{Type: "BODY", Text: d.Body}
	if len(d.Sample) > 0 {
		body.Example = &example{[][]string{d.Sample}}
	}
	return []component{body}
}

// tell makes one POST to the management API.
func (c *Client) tell(ctx context.Context, request, answer any, parts ...string) error {
	body, err := json.Marshal(request)
	if err != nil {
		return ours(errors.New("request cannot be written"))
	}
	return c.do(ctx, inspectTimeLimit, http.MethodPost, c.config.url(parts...), body, answer)
}
