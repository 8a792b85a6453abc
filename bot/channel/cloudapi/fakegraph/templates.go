package fakegraph

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Template is a message template of the account.
type Template struct {
	ID             string // New fills it in
	Name, Language string
	Status         string // APPROVED, PENDING, REJECTED, PAUSED, DISABLED
	Category       string // UTILITY, MARKETING, AUTHENTICATION
	Reason         string // of a rejection
	Body           string // with {{1}}, {{2}}
	Sample         []string
	Parameters     int // of the body

	changed time.Time // when it was last changed while it was approved
}

// Limits of a template, in characters, and how often one that is approved may
// be changed (Meta, "Templates").
const (
	longestTemplate  = 1024
	oftenestChange   = 24 * time.Hour
	usualPage        = 25
	largestPage      = 1000
	firstTemplate    = 400000000000001
	requestsCountFor = time.Hour
)

var (
	templateShape  = regexp.MustCompile(`^[a-z0-9_]{1,512}$`)
	languageShape  = regexp.MustCompile(`^[a-z]{2,3}(_[A-Z]{2})?$`)
	anyBraces      = regexp.MustCompile(`\{\{[^{}]*\}\}`)
	numberedBraces = regexp.MustCompile(`^\{\{([0-9]{1,2})\}\}$`)
	templateFields = []string{"id", "name", "language", "status", "category", "rejected_reason", "components", "quality_score", "parameter_format"}
)

// numbered names the templates that have no id yet.
func (f *Facts) numbered() {
	for i := range f.Templates {
		if f.Templates[i].ID == "" {
			f.Templates[i].ID = strconv.Itoa(firstTemplate + i)
		}
	}
}

// hourly counts a request about templates against the account's limit.
func (s *Server) hourly() *graphFault {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.config.Now()
	s.asked = slices.DeleteFunc(s.asked, func(at time.Time) bool { return now.Sub(at) >= requestsCountFor })
	if limit := s.config.Rules.Hourly; limit > 0 && len(s.asked) >= limit {
		return &graphFault{Code: 80008, Details: "There have been too many calls to this WhatsApp Business account"}
	}
	s.asked = append(s.asked, now)
	return nil
}

// listTemplates answers a page of the account's templates.
func (s *Server) listTemplates(w http.ResponseWriter, r *http.Request) {
	if f := s.hourly(); f != nil {
		s.refuse(w, f)
		return
	}
	q := r.URL.Query()
	for _, field := range strings.Split(q.Get("fields"), ",") {
		if field != "" && !slices.Contains(templateFields, field) {
			s.refuse(w, &graphFault{Code: 100, Details: "Tried accessing nonexisting field (" + field + ")"})
			return
		}
	}
	limit, from := usualPage, 0
	if given := q.Get("limit"); given != "" {
		limit, _ = strconv.Atoi(given)
	}
	if after := q.Get("after"); after != "" {
		plain, _ := base64.StdEncoding.DecodeString(after)
		from, _ = strconv.Atoi(string(plain))
		if from == 0 {
			limit = 0
		}
	}
	if limit < 1 || limit > largestPage {
		s.refuse(w, &graphFault{Code: 100, Details: "Parameter 'limit' or 'after' is not valid"})
		return
	}
	all := s.facts().Templates
	from = min(from, len(all))
	to := min(from+limit, len(all))
	list := []any{}
	for _, t := range all[from:to] {
		list = append(list, t.node())
	}
	paging := Node{"cursors": Node{"before": cursor(from), "after": cursor(to)}}
	if to < len(all) {
		paging["next"] = "https://graph.facebook.com" + r.URL.Path + "?after=" + cursor(to)
	}
	s.answer(w, http.StatusOK, Node{"data": list, "paging": paging})
}

func cursor(at int) string { return base64.StdEncoding.EncodeToString([]byte(strconv.Itoa(at))) }

func (t Template) node() Node {
	body := Node{"type": "BODY", "text": t.Body}
	if len(t.Sample) > 0 {
		body["example"] = Node{"body_text": []any{t.Sample}}
	}
	reason := t.Reason
	if reason == "" {
		reason = "NONE"
	}
	return Node{"id": t.ID, "name": t.Name, "language": t.Language, "status": t.Status, "category": t.Category,
		"rejected_reason": reason, "components": []any{body}}
}

// submitTemplate takes a new template; it waits for the review.
func (s *Server) submitTemplate(w http.ResponseWriter, r *http.Request) {
	t, f := s.readTemplate(r, true)
	if f == nil {
		f = s.addTemplate(&t)
	}
	if f != nil {
		s.refuse(w, f)
		return
	}
	s.review(t)
	s.answer(w, http.StatusOK, Node{"id": t.ID, "status": t.Status, "category": t.Category})
}

func (s *Server) addTemplate(t *Template) *graphFault {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.config.Facts.Templates
	if slices.ContainsFunc(all, func(o Template) bool { return o.Name == t.Name && o.Language == t.Language }) {
		return &graphFault{Code: 100, Subcode: 2388024, Details: "Content in this language already exists"}
	}
	t.Status = "PENDING"
	s.config.Facts.Templates = append(slices.Clone(all), *t)
	s.config.Facts.numbered()
	t.ID = s.config.Facts.Templates[len(all)].ID
	return nil
}

// changeTemplate takes other words for a template; found is false when there
// is no template of this id.
func (s *Server) changeTemplate(w http.ResponseWriter, r *http.Request, id string) (found bool) {
	if !slices.ContainsFunc(s.facts().Templates, func(t Template) bool { return t.ID == id }) {
		return false
	}
	t, f := s.readTemplate(r, false)
	if f == nil {
		f = s.replaceTemplate(id, &t)
	}
	if f != nil {
		s.refuse(w, f)
		return true
	}
	s.review(t)
	s.answer(w, http.StatusOK, Node{"success": true})
	return true
}

func (s *Server) replaceTemplate(id string, with *Template) *graphFault {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := slices.Clone(s.config.Facts.Templates)
	i := slices.IndexFunc(all, func(t Template) bool { return t.ID == id })
	old, now := all[i], s.config.Now()
	switch {
	case !slices.Contains([]string{"APPROVED", "REJECTED", "PAUSED"}, old.Status):
		return &graphFault{Code: 100, Details: "Only approved, rejected and paused templates can be edited"}
	case old.Status == "APPROVED" && with.Category != "" && with.Category != old.Category:
		return &graphFault{Code: 100, Details: "The category of an approved template cannot be edited"}
	case old.Status == "APPROVED" && now.Sub(old.changed) < oftenestChange:
		return &graphFault{Code: 100, Details: "An approved template can be edited once in 24 hours"}
	}
	if old.Status == "APPROVED" {
		old.changed = now
	}
	if with.Category != "" {
		old.Category = with.Category
	}
	old.Status, old.Reason, old.Body, old.Sample, old.Parameters = "PENDING", "", with.Body, with.Sample, with.Parameters
	all[i], *with = old, old
	s.config.Facts.Templates = all
	return nil
}

// readTemplate holds a submission against the platform's rules.
func (s *Server) readTemplate(r *http.Request, whole bool) (Template, *graphFault) {
	if f := s.hourly(); f != nil {
		return Template{}, f
	}
	fields, f := readBody(r)
	if f != nil {
		return Template{}, f
	}
	var t Template
	c := &checker{}
	o := object{c, "", fields}
	if whole {
		if t.Name = o.text("name", 1, 512); !templateShape.MatchString(t.Name) {
			o.refuse(100, "Param name must hold lowercase letters, digits and underscores only")
		}
		if t.Language = o.text("language", 2, 6); !languageShape.MatchString(t.Language) {
			o.refuse(100, "Param language is not a language code")
		}
	}
	if whole || o.has("category") {
		t.Category = o.word("category", "UTILITY", "MARKETING", "AUTHENTICATION")
	}
	for i, v := range o.list("components", 1, 4) {
		t.component(o.asObject(fmt.Sprintf("components[%d]", i), v))
	}
	o.done()
	if c.fault != nil {
		return t, c.fault
	}
	return t, t.rules()
}

func (t *Template) component(o object) {
	o.word("type", "BODY") // headers, footers and buttons are not known to the fake
	t.Body = o.text("text", 1, 60_000)
	if o.has("example") {
		example := o.object("example")
		for i, v := range example.list("body_text", 1, 1) {
			values, _ := v.([]any)
			for _, one := range values {
				text, ok := one.(string)
				if !ok || strings.TrimSpace(text) == "" {
					o.refuse(100, "body_text[%d] must hold strings", i)
				}
				t.Sample = append(t.Sample, text)
			}
		}
		example.done()
	}
	o.done()
}

// rules are those of the body: short enough, numbered 1, 2, 3 in order of
// first use, none at an end, none beside another, an example of each.
func (t *Template) rules() *graphFault {
	refuse := func(subcode int, details string) *graphFault {
		return &graphFault{Code: 100, Subcode: subcode, Details: details}
	}
	body, at := strings.TrimSpace(t.Body), anyBraces.FindAllStringIndex(strings.TrimSpace(t.Body), -1)
	end := 0
	for i, span := range at {
		number := numberedBraces.FindStringSubmatch(body[span[0]:span[1]])
		switch {
		case number == nil:
			return refuse(2388073, "Variables must be written as {{1}}")
		case i > 0 && strings.TrimSpace(body[end:span[0]]) == "":
			return refuse(2388073, "Variables cannot stand beside each other")
		}
		n, _ := strconv.Atoi(number[1])
		if n == t.Parameters+1 {
			t.Parameters++
		} else if n < 1 || n > t.Parameters {
			return refuse(2388073, "Variables must be numbered in order, without a gap")
		}
		end = span[1]
	}
	return t.ends(body, at, refuse)
}

func (t *Template) ends(body string, at [][]int, refuse func(int, string) *graphFault) *graphFault {
	switch {
	case strings.ContainsAny(anyBraces.ReplaceAllString(body, ""), "{}"):
		return refuse(2388073, "Braces are not closed")
	case len(at) > 0 && (at[0][0] == 0 || at[len(at)-1][1] == len(body)):
		return refuse(2388299, "Variables can't be at the start or end of the template")
	case len([]rune(body)) > longestTemplate:
		return refuse(2388040, "The body holds at most 1024 characters")
	case len(t.Sample) != t.Parameters:
		return refuse(2388043, "An example of each variable is required")
	case slices.ContainsFunc(t.Sample, func(s string) bool {
		return strings.ContainsAny(s, "\n\r\t") || strings.Contains(s, "     ")
	}):
		return refuse(2388073, "An example cannot have new-line/tab characters or more than 4 consecutive spaces")
	}
	return nil
}

// review approves after a while what waits, where that is asked for.
func (s *Server) review(t Template) {
	if s.config.Review > 0 {
		s.config.After(s.config.Review, func() { s.Decide(t.Name, t.Language, "APPROVED", "") })
	}
}

// Decide is the review's verdict on a template, or what became of it later:
// APPROVED, REJECTED, PAUSED, DISABLED. The webhook tells it. It is false when
// there is no such template.
func (s *Server) Decide(name, language, status, reason string) bool {
	t, found := s.settle(name, language, func(t *Template) { t.Status, t.Reason = status, reason })
	if reason == "" {
		reason = "NONE"
	}
	if found {
		s.Deliver(0, s.Body(Node{"field": "message_template_status_update", "value": Node{"event": status, "message_template_id": idOf(t),
			"message_template_name": name, "message_template_language": language, "reason": reason, "message_template_category": t.Category}}))
	}
	return found
}

// Move puts a template in another category, as the platform does by itself.
func (s *Server) Move(name, language, category string) bool {
	before := ""
	t, found := s.settle(name, language, func(t *Template) { before, t.Category = t.Category, category })
	if found {
		s.Deliver(0, s.Body(Node{"field": "template_category_update", "value": Node{"message_template_id": idOf(t),
			"message_template_name": name, "message_template_language": language, "previous_category": before, "new_category": category}}))
	}
	return found
}

func (s *Server) settle(name, language string, change func(*Template)) (Template, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := slices.Clone(s.config.Facts.Templates)
	i := slices.IndexFunc(all, func(t Template) bool { return t.Name == name && t.Language == language })
	if i < 0 {
		return Template{}, false
	}
	change(&all[i])
	s.config.Facts.Templates = all
	return all[i], true
}

// idOf is a number in webhooks, and a string in the management API.
func idOf(t Template) int {
	id, _ := strconv.Atoi(t.ID) // ours are numbers; a test's own may be 0
	return id
}

// controlTemplate decides about a template, or moves it to a category.
func (s *Server) controlTemplate(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Name     string `json:"name"`
		Language string `json:"language"`
		Status   string `json:"status"`
		Reason   string `json:"reason"`
		Category string `json:"category"`
	}
	if !readControl(w, r, &in) {
		return
	}
	found := in.Status != "" && s.Decide(in.Name, in.Language, in.Status, in.Reason)
	found = in.Category != "" && s.Move(in.Name, in.Language, in.Category) || found
	if !found {
		http.Error(w, "name and language of a template, with status or category", http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
