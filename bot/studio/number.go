package studio

import (
	"crypto/rand"
	"math/big"
	"net/http"
	"regexp"
)

// numberCookie holds which phone a browser has: two browsers are two residents.
const (
	numberCookie   = "bode_demo_phone"
	languageCookie = "bode_demo_language"
)

// A phone's number starts with a country code that is given to no country
// (ITU-T E.164: 999 is reserved), so that it is nobody's.
var aNumber = regexp.MustCompile(`^999[0-9]{12}$`)

func newNumber() string {
	most := new(big.Int).SetUint64(1_000_000_000_000)
	n, err := rand.Int(rand.Reader, most)
	if err != nil {
		panic(err) // crypto/rand ends the process before it fails
	}
	tail := n.String()
	return "999000000000000"[:15-len(tail)] + tail
}

// number is the phone of the browser that asks; empty when it has none yet.
func number(r *http.Request) string {
	c, err := r.Cookie(numberCookie)
	if err != nil || !aNumber.MatchString(c.Value) {
		return ""
	}
	return c.Value
}

// language is that of the page's own words, not of the conversation.
func language(r *http.Request) string {
	asked := r.URL.Query().Get("lang")
	if asked == "" {
		if c, err := r.Cookie(languageCookie); err == nil {
			asked = c.Value
		}
	}
	if asked == "en" {
		return "en"
	}
	return "nl"
}

func setCookie(w http.ResponseWriter, name, value string) {
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
}
