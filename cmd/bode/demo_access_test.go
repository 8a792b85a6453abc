package main

import (
	"context"
	_ "embed"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// checks is JavaScript that gives what a page has wrong for people who cannot
// see it, see it small or in little contrast, or point at it badly: a part of
// WCAG 2.2 level AA, written by hand.
//
//go:embed testdata/access.js
var checks string

// everyone looks at the page in both languages, wide and narrow, light and
// dark, with each of its parts open.
func everyone(t *testing.T, browser context.Context) {
	for _, look := range []struct {
		name, query, scheme string
		width, height       int64
	}{
		{"wide and light", "", "light", 1440, 900},
		{"wide and dark, in English", "?lang=en", "dark", 1440, 900},
		{"narrow and light, in English", "?lang=en", "light", 360, 740},
		{"narrow and dark", "", "dark", 360, 740},
		{"enlarged four times", "", "light", 320, 256},
	} {
		t.Run(look.name, func(t *testing.T) {
			b := openDemo(t, browser, trialFlows(t), look.query)
			b.size(look.width, look.height)
			b.prefer("prefers-color-scheme", look.scheme)
			b.accessible("empty")
			b.say("kijk op *voorbeeldstad.example* en `zo`")
			b.until(`[...document.querySelectorAll("#log .bubble")].at(-1).matches(".ours")`)
			b.say("proefgesprek")
			b.answer("Dit zijn knoppen")
			b.choose("proef.knoppen.een_plek")
			b.answer("Waar is het?")
			b.click(`[...document.querySelectorAll("#log [data-sheet=places]")].at(-1)`)
			b.click(`document.querySelector("#places .row")`)
			b.answer("Dit zijn knoppen")
			b.click(`[...document.querySelectorAll("[data-tap^='proef.knoppen.een_lijst~']")].at(-1)`)
			b.until(`document.querySelector("#log dialog")`)
			b.accessible("with a conversation")
			for _, sheet := range []string{"attach", "places"} {
				b.click(`document.querySelector("#composer [data-sheet=attach]")`)
				if sheet == "places" {
					b.click(`document.querySelector("#attach [data-sheet=places]")`)
				}
				b.accessible(sheet)
				b.click(`document.querySelector("#` + sheet + ` [data-close]")`)
			}
			b.click(`document.querySelector("#clock summary")`)
			b.accessible("clock")
			b.click(`document.querySelector("#clock summary")`)
			if look.width < 860 {
				b.click(`document.querySelector("[data-tab=picture]")`)
				b.accessible("picture")
			}
		})
	}
}

func (b *tab) accessible(when string) {
	b.Helper()
	for _, wrong := range value[[]string](b, checks) {
		b.Errorf("%s: %s", when, wrong)
	}
}

// checksFind plants what would keep someone out; a check that cannot fail
// proves nothing.
func checksFind(b *tab) {
	b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("main").insertAdjacentHTML("afterend",
		"<button id=text></button><h4>te diep</h4><img src=/static/icon.svg><p class=note aria-labelledby=nergens>x</p><b class=plant>bleek</b>");
		document.querySelector(".plant").style.cssText = "color:#bbb;background:#fff;display:block;width:3000px"`))
	found := strings.Join(value[[]string](b, checks), "\n")
	for _, want := range []string{"without a name: <button", "only ", "headings leap", "an image without alt", "id twice: text", "names #nergens", "contrast 1.9", "reaches from 0 to 3000"} {
		if !strings.Contains(found, want) {
			b.Errorf("the checks do not find %q; they found:\n%s", want, found)
		}
	}
}
