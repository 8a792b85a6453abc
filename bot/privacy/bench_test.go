package privacy

import "testing"

// usual is a message of 200 characters as residents write them, with numbers
// that are no identifiers.
const usual = "Goedemiddag, ik woon op Domplein 12 in Utrecht (3511 LN) en mijn container is vorige week niet geleegd. " +
	"Mijn telefoonnummer is 06 12345678, kunt u mij bellen na 17:30 uur? Alvast bedankt, groet J. de V"

func BenchmarkMask(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Mask(usual)
	}
}

func BenchmarkMask_withoutDigits(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Mask("Goedemiddag, mijn container is vorige week niet geleegd, kunt u dat alsnog doen?")
	}
}

func BenchmarkAsks(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Asks("Dit is de automatische assistent. Wij lezen deze chat niet live. Stuur nooit uw BSN of bankgegevens.")
	}
}
