package fakegraph

import (
	"fmt"
	"regexp"
	"sort"
	"strings"
	"unicode/utf8"
)

var (
	numberShape = regexp.MustCompile(`^\+?[0-9]{5,15}$`)
	userShape   = regexp.MustCompile(`^[A-Z]{2}\.(ENT\.)?[0-9A-Za-z]{1,128}$`)
)

// checker reads a request and keeps the first thing that is wrong with it.
type checker struct{ fault *graphFault }

func (c *checker) refuse(code int, format string, args ...any) {
	if c.fault == nil {
		c.fault = &graphFault{Code: code, Details: fmt.Sprintf(format, args...)}
	}
}

// object is a JSON object whose fields are taken out one by one; what is left
// at the end is unknown.
type object struct {
	*checker
	path   string
	fields map[string]any
}

func (o object) name(key string) string {
	if o.path == "" {
		return key
	}
	return o.path + "." + key
}

func (o object) take(key string) (any, bool) {
	v, given := o.fields[key]
	delete(o.fields, key)
	return v, given
}

func (o object) has(key string) bool {
	_, given := o.fields[key]
	return given
}

// object takes a field that must be an object.
func (o object) object(key string) object {
	v, given := o.take(key)
	if !given {
		o.refuse(131008, "Parameter '%s' is missing", o.name(key))
	}
	return o.asObject(o.name(key), v)
}

func (o object) asObject(path string, v any) object {
	fields, ok := v.(map[string]any)
	if !ok {
		o.refuse(100, "Parameter '%s' must be an object", path)
	}
	return object{o.checker, path, fields}
}

// text takes a string of least to most characters; with least 0 it may be absent.
func (o object) text(key string, least, most int) string {
	v, given := o.take(key)
	if !given {
		if least > 0 {
			o.refuse(131008, "Parameter '%s' is missing", o.name(key))
		}
		return ""
	}
	s, ok := v.(string)
	if !ok {
		o.refuse(100, "Parameter '%s' must be a string", o.name(key))
		return ""
	}
	if n := utf8.RuneCountInString(s); n > most || n < least || least > 0 && strings.TrimSpace(s) == "" {
		o.refuse(131009, "Parameter '%s' must have %d to %d characters", o.name(key), least, most)
	}
	return s
}

// word takes a string that must be one of the given.
func (o object) word(key string, allowed ...string) string {
	s := o.text(key, 1, 64)
	for _, a := range allowed {
		if s == a {
			return s
		}
	}
	o.refuse(131009, "Parameter '%s' must be one of %s", o.name(key), strings.Join(allowed, ", "))
	return s
}

func (o object) flag(key string) {
	if v, given := o.take(key); given {
		if _, ok := v.(bool); !ok {
			o.refuse(100, "Parameter '%s' must be a boolean", o.name(key))
		}
	}
}

// list takes an array of least to most elements.
func (o object) list(key string, least, most int) []any {
	v, given := o.take(key)
	if !given {
		o.refuse(131008, "Parameter '%s' is missing", o.name(key))
		return nil
	}
	items, ok := v.([]any)
	if !ok {
		o.refuse(100, "Parameter '%s' must be an array", o.name(key))
	}
	if len(items) < least || len(items) > most {
		o.refuse(131009, "Parameter '%s' must have %d to %d elements", o.name(key), least, most)
	}
	return items
}

// done refuses whatever field was not asked for.
func (o object) done() {
	var left []string
	for key := range o.fields {
		left = append(left, key)
	}
	sort.Strings(left)
	for _, key := range left {
		o.refuse(100, "Unexpected key \"%s\" on param \"%s\"", key, o.path)
	}
}

// check reads one request to /messages.
func check(fields map[string]any, templates []Template) (Sent, *graphFault) {
	c := &checker{}
	o := object{c, "", fields}
	o.word("messaging_product", "whatsapp")
	var m Sent
	if o.has("status") {
		m.Type = "read"
		readMark(o)
	} else {
		m = message(o, templates)
	}
	o.done()
	return m, c.fault
}

func readMark(o object) {
	o.word("status", "read")
	if id := o.text("message_id", 1, 512); !strings.HasPrefix(id, "wamid.") {
		o.refuse(131009, "Parameter 'message_id' is not a message id")
	}
	if o.has("typing_indicator") {
		t := o.object("typing_indicator")
		t.word("type", "text")
		t.done()
	}
}

func message(o object, templates []Template) Sent {
	var m Sent
	if o.has("recipient_type") {
		o.word("recipient_type", "individual")
	}
	m.recipient(o)
	m.Tracker = o.text("biz_opaque_callback_data", 0, 512)
	o.text("recipient_identity_key_hash", 0, 512)
	if o.has("context") {
		context := o.object("context")
		context.text("message_id", 1, 512)
		context.done()
	}
	m.Type = "text" // what the platform takes where no type is given
	if o.has("type") {
		m.Type = o.text("type", 1, 32)
	}
	switch m.Type {
	case "text":
		m.text(o.object("text"))
	case "interactive":
		m.interactive(o.object("interactive"))
	case "template":
		m.template(o.object("template"), templates)
	default:
		o.refuse(131051, "Message type %q is not known to the fake", m.Type)
	}
	return m
}

// recipient reads "to" (a phone number) or "recipient" (a user id).
func (m *Sent) recipient(o object) {
	to, recipient := o.text("to", 0, 256), o.text("recipient", 0, 256)
	switch {
	case to != "" && recipient != "":
		o.refuse(100, "Only one of 'to' and 'recipient' can be given")
	case recipient != "":
		if !userShape.MatchString(recipient) {
			o.refuse(131009, "Parameter 'recipient' is not a business-scoped user id")
		}
		m.To, m.UserID = recipient, true
	case userShape.MatchString(to):
		m.To, m.Vanished = to, true
	case to == "":
		o.refuse(131008, "Parameter 'to' is missing")
	case !numberShape.MatchString(to):
		o.refuse(131009, "Parameter 'to' is not a valid phone number")
	default:
		m.To = strings.TrimPrefix(to, "+")
	}
}

func (m *Sent) text(t object) {
	m.Text = t.text("body", 1, 4096)
	t.flag("preview_url")
	t.done()
}
