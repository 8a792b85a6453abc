package main

import "testing"

func TestDemoPage(t *testing.T) {
	browser := startBrowser(t)
	t.Run("a whole conversation about waste in Dutch, typed and tapped", func(t *testing.T) {
		b := openDemo(t, browser, "", "")
		b.shot("empty")
		b.press("Wanneer wordt mijn kliko geleegd?")
		b.answer("postcode en huisnummer")
		b.lit("afval", "adres")
		b.say("3511 ln 12")
		b.answer("Domplein 12")
		b.lit("afval", "toon")
		b.shot("desktop")
	})
}
