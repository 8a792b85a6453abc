package desk

import (
	"net/http"
	"strings"
	"unicode"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/privacy"
)

// nobody is who looks where the sign-on names no one.
const nobody = "desk"

// longestName bounds what is kept of a colleague's name, in characters.
const longestName = 100

// looks tells who looks, by the name that the municipality's sign-on put in
// its header, and what the page is for. Without a header configured no header
// is believed: a colleague could write one.
func (d *desk) looks(r *http.Request, why string) bot.Look {
	if d.UserHeader == "" {
		return bot.Look{Actor: nobody, Reason: why}
	}
	name := strings.Map(func(c rune) rune {
		if unicode.IsControl(c) || unicode.Is(unicode.Cf, c) {
			return -1
		}
		return c
	}, strings.ToValidUTF8(r.Header.Get(d.UserHeader), ""))
	name, _ = privacy.Mask(name) // it is kept and logged
	if short := []rune(name); len(short) > longestName {
		name = string(short[:longestName])
	}
	if name = strings.TrimSpace(name); name == "" {
		name = nobody
	}
	return bot.Look{Actor: name, Reason: why}
}
