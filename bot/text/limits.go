package text

import (
	"strings"
	"unicode/utf8"
)

// WhatsApp's limits, in characters (runes), from Meta's pages on messages
// (Cloud API, read August to October 2026). One label over its limit makes
// Meta refuse the whole message.
const (
	MaxBody            = 4096 // body of a plain text message
	MaxInteractiveBody = 1024 // body above buttons, a list, a link or a location request
	MaxHeader          = 60   // text header of an interactive message
	MaxFooter          = 60   // footer of an interactive message
	MaxButtons         = 3    // reply buttons in one message
	MaxButtonTitle     = 20   // title of a reply button; titles must differ
	MaxButtonID        = 256  // id of a reply button
	MaxListButton      = 20   // the button that opens a list
	MaxRows            = 10   // rows of a list, over all sections together
	MaxSections        = 10   // sections of a list
	MaxSectionTitle    = 24   // title of a section
	MaxRowID           = 200  // id of a row
	MaxRowTitle        = 24   // title of a row
	MaxRowDescription  = 72   // description of a row
	MaxLinkLabel       = 20   // display_text of a call-to-action button
	MaxCallbackData    = 512  // biz_opaque_callback_data
)

// Length counts characters as WhatsApp does: runes, not bytes.
func Length(s string) int { return utf8.RuneCountInString(s) }

// Cut shortens to at most max characters, the last of which is an ellipsis.
// It is the last resort; the flow check proves lengths beforehand.
func Cut(s string, max int) string {
	if max <= 0 {
		return ""
	}
	last := 0 // byte index where the last character that may stay ends
	for i := range s {
		if max--; max == 0 {
			last = i
		}
		if max < 0 {
			return strings.TrimRight(s[:last], " \n\t") + "…"
		}
	}
	return s
}
