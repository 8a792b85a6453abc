package engine

import (
	"encoding/json"
	"strconv"
	"unicode/utf8"
)

// reader walks over JSON that this package or encoding/json wrote, without
// decoding what is not asked for: a value that a turn does not look at costs
// no more than its length. Once bad is set, everything it gives is empty.
type reader struct {
	s   string
	i   int
	bad bool
}

func (r *reader) space() {
	for r.i < len(r.s) {
		switch r.s[r.i] {
		case ' ', '\n', '\t', '\r':
			r.i++
		default:
			return
		}
	}
}

// open takes an opening bracket; nothing of another kind may stand there.
func (r *reader) open(bracket byte) bool {
	r.space()
	if r.bad || r.i >= len(r.s) || r.s[r.i] != bracket {
		r.bad = true
		return false
	}
	r.i++
	return true
}

// more tells whether another element follows before the closing bracket, and
// takes the comma or the bracket.
func (r *reader) more(closing byte) bool {
	r.space()
	if r.bad || r.i >= len(r.s) {
		r.bad = true
		return false
	}
	switch r.s[r.i] {
	case closing:
		r.i++
		return false
	case ',':
		r.i++
		r.space()
	}
	return true
}

func (r *reader) key() string {
	key := r.text()
	r.space()
	if r.bad || r.i >= len(r.s) || r.s[r.i] != ':' {
		r.bad = true
		return ""
	}
	r.i++
	return key
}

// text reads a string.
func (r *reader) text() string {
	raw := r.raw()
	if len(raw) < 2 || raw[0] != '"' {
		r.bad = true
		return ""
	}
	for i := 1; i < len(raw)-1; i++ {
		if raw[i] == '\\' {
			var s string
			r.bad = json.Unmarshal([]byte(raw), &s) != nil
			return s
		}
	}
	return raw[1 : len(raw)-1]
}

func (r *reader) number() int64 {
	n, err := strconv.ParseInt(r.raw(), 10, 64)
	r.bad = r.bad || err != nil
	return n
}

// raw gives the next value as it stands.
func (r *reader) raw() string {
	r.space()
	from, depth := r.i, 0
	for r.i < len(r.s) {
		switch c := r.s[r.i]; c {
		case '"':
			r.quoted()
			if depth == 0 {
				return r.since(from)
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return r.since(from)
			}
			if depth--; depth == 0 {
				r.i++
				return r.since(from)
			}
		case ',', ' ', '\n', '\t', '\r', ':':
			if depth == 0 {
				return r.since(from)
			}
		}
		r.i++
	}
	if depth > 0 {
		r.bad = true
	}
	return r.since(from)
}

func (r *reader) since(from int) string {
	if r.bad || r.i == from {
		r.bad = true
		return ""
	}
	return r.s[from:r.i]
}

// quoted goes past a string.
func (r *reader) quoted() {
	for r.i++; r.i < len(r.s); r.i++ {
		switch r.s[r.i] {
		case '\\':
			r.i++
		case '"':
			r.i++
			return
		}
	}
	r.bad = true
}

// field gives one field of a record, as it stands; "" when it is not there.
func field(record, name string) string {
	r := reader{s: record}
	if !r.open('{') {
		return ""
	}
	for r.more('}') {
		key := r.key()
		raw := r.raw()
		if r.bad {
			return ""
		}
		if key == name {
			return raw
		}
	}
	return ""
}

// withField adds a field to a record; "" is a record without any.
func withField(record, name, raw string) string {
	b := make([]byte, 0, len(record)+len(name)+len(raw)+5)
	if record == "" {
		b = append(b, '{')
	} else {
		b = append(append(b, record[:len(record)-1]...), ',')
	}
	b = append(append(appendText(b, name), ':'), raw...)
	return string(append(b, '}'))
}

// textField gives one field of a record that is a string or a number.
func textField(record, name string) string { return plainText(field(record, name)) }

// plainText reads a value as a text: a string without its quotes, a record by
// its label, anything else as it stands.
func plainText(raw string) string {
	if raw == "" || raw == "null" {
		return ""
	}
	r := reader{s: raw}
	switch raw[0] {
	case '"':
		return r.text()
	case '{':
		return textField(raw, "label")
	}
	return raw
}

// items gives the elements of a list, as they stand.
func items(list string) []string {
	r := reader{s: list}
	if list == "" || list[0] != '[' || !r.open('[') {
		return nil
	}
	var out []string
	for r.more(']') {
		item := r.raw()
		if r.bad {
			return nil
		}
		out = append(out, item)
	}
	return out
}

const hexDigits = "0123456789abcdef"

// appendText writes a string as JSON.
func appendText(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				b = append(append(b, s[from:i]...), "\ufffd"...)
				from = i + 1
			}
			i += size
			continue
		}
		if c < ' ' || c == '"' || c == '\\' {
			b = append(b, s[from:i]...)
			b = appendEscape(b, c)
			from = i + 1
		}
		i++
	}
	return append(append(b, s[from:]...), '"')
}

func appendEscape(b []byte, c byte) []byte {
	if c == '"' || c == '\\' {
		return append(b, '\\', c)
	}
	return append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}

func quoted(s string) string { return string(appendText(make([]byte, 0, len(s)+2), s)) }
