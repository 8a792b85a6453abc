package text

import (
	"encoding/json"
	"iter"
	"strings"
)

// This file reads JSON in place. Decoding a whole record or list into maps
// costs more than the rendering that wants one field of it (measured: an
// address of eight fields 30 allocations, its label alone none). The values
// are valid JSON by bot.Value's promise; what is not valid reads as absent.

// member gives the JSON of one field of a record.
func member(raw, name string) (string, bool) {
	for key, value := range pairs(raw, '{') {
		if key[1:len(key)-1] == name || strings.Contains(key, `\`) && unquote(key) == name {
			return value, true
		}
	}
	return "", false
}

// elements gives the JSON of each element of a list.
func elements(raw string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, value := range pairs(raw, '[') {
			if !yield(value) {
				return
			}
		}
	}
}

// pairs walks a record ('{') or a list ('['); keys of a record are quoted as
// they stand, keys of a list are empty. It stops at what it cannot read.
func pairs(raw string, opening byte) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		i := blank(raw, 0)
		if i >= len(raw) || raw[i] != opening {
			return
		}
		for {
			i = blank(raw, i+1) // past the opening or a comma
			key := ""
			if opening == '{' {
				end := past(raw, i)
				if end < 0 || raw[i] != '"' {
					return
				}
				key = raw[i:end]
				if i = blank(raw, end); i >= len(raw) || raw[i] != ':' {
					return
				}
				i = blank(raw, i+1)
			}
			end := past(raw, i)
			if end < 0 || !yield(key, raw[i:end]) {
				return
			}
			if i = blank(raw, end); i >= len(raw) || raw[i] != ',' {
				return
			}
		}
	}
}

func blank(s string, i int) int {
	for i < len(s) && (s[i] == ' ' || s[i] == '\n' || s[i] == '\t' || s[i] == '\r') {
		i++
	}
	return i
}

// past gives the index after the value at i, or -1.
func past(s string, i int) int {
	if i >= len(s) {
		return -1
	}
	switch s[i] {
	case '"':
		return pastString(s, i)
	case '{', '[':
		return pastNested(s, i)
	}
	end := i
	for end < len(s) && strings.IndexByte(",]} \n\t\r:\"", s[end]) < 0 {
		end++
	}
	if end == i {
		return -1
	}
	return end
}

func pastString(s string, i int) int {
	for i++; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return -1
}

func pastNested(s string, i int) int {
	for depth := 0; i >= 0 && i < len(s); {
		switch s[i] {
		case '"':
			i = pastString(s, i)
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
		i++
	}
	return -1
}

// unquote reads a JSON string; without escapes it is a part of the same memory.
func unquote(raw string) string {
	if strings.IndexByte(raw, '\\') < 0 {
		return raw[1 : len(raw)-1]
	}
	var s string
	if json.Unmarshal([]byte(raw), &s) != nil {
		return ""
	}
	return s
}
