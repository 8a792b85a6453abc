package fakegraph

import (
	"fmt"
	"strings"
)

func (m *Sent) interactive(o object) {
	kind := o.word("type", "button", "list", "cta_url", "location_request_message")
	m.Type = "interactive." + kind
	body := o.object("body")
	m.Text = body.text("text", 1, 1024)
	body.done()
	m.frame(o, kind)
	action := o.object("action")
	switch kind {
	case "button":
		m.buttons(action)
	case "list":
		m.rows(action)
	case "cta_url":
		m.link(action)
	case "location_request_message":
		action.word("name", "send_location")
	}
	action.done()
	o.done()
}

// frame reads header and footer, which a location request cannot have.
func (m *Sent) frame(o object, kind string) {
	if kind == "location_request_message" {
		return
	}
	if o.has("header") {
		header := o.object("header")
		header.word("type", "text")
		header.text("text", 1, 60)
		header.done()
	}
	if o.has("footer") {
		footer := o.object("footer")
		footer.text("text", 1, 60)
		footer.done()
	}
}

func (m *Sent) buttons(action object) {
	for i, v := range action.list("buttons", 1, 3) {
		button := action.asObject(fmt.Sprintf("buttons[%d]", i), v)
		button.word("type", "reply")
		reply := button.object("reply")
		m.offer(reply, reply.text("id", 1, 256), reply.text("title", 1, 20))
		reply.done()
		button.done()
	}
}

func (m *Sent) rows(action object) {
	action.text("button", 1, 20)
	sections := action.list("sections", 1, 10)
	for i, v := range sections {
		section := action.asObject(fmt.Sprintf("sections[%d]", i), v)
		least := 0
		if len(sections) > 1 {
			least = 1
		}
		section.text("title", least, 24)
		for j, r := range section.list("rows", 1, 10) {
			row := section.asObject(fmt.Sprintf("sections[%d].rows[%d]", i, j), r)
			m.offer(row, row.text("id", 1, 200), row.text("title", 1, 24))
			if row.has("description") {
				row.text("description", 1, 72)
			}
			row.done()
		}
		section.done()
	}
	if len(m.Choices) > 10 {
		action.refuse(131009, "Total row count exceeds 10")
	}
}

// offer notes a choice; ids and titles are unique within a message.
func (m *Sent) offer(o object, id, title string) {
	for _, c := range m.Choices {
		if c.ID == id || c.Title == title {
			o.refuse(131009, "Parameter '%s': ids and titles must be unique", o.path)
		}
	}
	m.Choices = append(m.Choices, Choice{id, title})
}

func (m *Sent) link(action object) {
	action.word("name", "cta_url")
	p := action.object("parameters")
	p.text("display_text", 1, 20)
	if url := p.text("url", 1, 2000); !strings.HasPrefix(url, "https://") {
		p.refuse(131009, "Parameter 'url' must be https")
	}
	p.done()
}

func (m *Sent) template(o object, templates []Template) {
	name := o.text("name", 1, 512)
	language := o.object("language")
	code := language.text("code", 1, 16)
	if language.has("policy") {
		language.word("policy", "deterministic")
	}
	language.done()
	m.Text = name
	given := 0
	if o.has("components") {
		for i, v := range o.list("components", 0, 20) {
			given += component(o.asObject(fmt.Sprintf("components[%d]", i), v))
		}
	}
	o.done()
	known(o, templates, name, code, given)
}

// component reads one component and counts the parameters of the body.
func component(o object) int {
	kind := o.word("type", "header", "body", "button")
	if kind == "button" {
		o.word("sub_type", "quick_reply", "url", "flow", "catalog", "copy_code")
		o.take("index") // a string or a number, both are seen
	}
	parameters := o.list("parameters", 1, 64)
	for i, v := range parameters {
		parameter(o.asObject(fmt.Sprintf("%s.parameters[%d]", o.path, i), v))
	}
	o.done()
	if kind != "body" {
		return 0
	}
	return len(parameters)
}

func parameter(o object) {
	kind := o.word("type", "text", "currency", "date_time", "payload", "image", "document", "video", "location", "action")
	if kind != "text" && kind != "payload" {
		o.object(kind)
		o.done()
		return
	}
	text := o.text(kind, 1, 1024)
	if strings.ContainsAny(text, "\n\r\t") || strings.Contains(text, "     ") {
		o.refuse(132018, "Param text cannot have new-line/tab characters or more than 4 consecutive spaces")
	}
	if o.has("parameter_name") {
		o.text("parameter_name", 1, 20)
	}
	o.done()
}

// known compares with the account's templates; an account without any takes all.
func known(o object, templates []Template, name, language string, given int) {
	if templates == nil {
		return
	}
	for _, t := range templates {
		if t.Name != name || t.Language != language {
			continue
		}
		if t.Status != "APPROVED" {
			o.refuse(132015, "Template is paused or not approved")
		}
		if t.Parameters != given {
			o.refuse(132000, "Number of parameters does not match the expected number of params")
		}
		return
	}
	o.refuse(132001, "Template name does not exist in the translation")
}
