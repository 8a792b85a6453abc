// Package dialogue reads the .chat files that test flows and plays them with
// the real engine, the real door and services in memory. It keeps nothing,
// opens no database and asks no network.
//
// A file holds dialogues, with a line --- between two of them. Each is one
// resident who has never written before:
//
//	# Een bewoner vraagt wanneer de kliko wordt geleegd
//	at 2026-11-20 10:00
//	> wanneer wordt de kliko geleegd
//	< Wat zijn uw postcode en huisnummer? Bijvoorbeeld: 3511LN 12
//	> 3511 ln 12
//	< Bij Domplein 12 halen wij op:
//	  ...
//	  [Ander adres] [Iets anders]
//
// A line begins with:
//
//	#        a comment; the one that a dialogue begins with is its name
//	at       the clock, Europe/Amsterdam; it stands still until the next at
//	lang     the language that the resident chose before
//	service  the outcome of an operation from here on: "waste.pickups = failed",
//	         with a value as JSON where the outcome has one; "= real" undoes it
//	pending  a topic that an import signed the resident up for, without
//	         evidence: it waits for a yes, which is asked by itself
//	>        what the resident sends: words, [a button on the screen],
//	         (locatie 52.09 5.12), (foto), (spraak), (video), (bestand), (sticker)
//	<        the answer; without it the answer is not looked at
//	spaces   more of the > or < above it; empty lines between are part of it
//
// In an answer "..." stands for anything: within a line, or as a line of its
// own for any number of lines. "(geen antwoord)" is that nothing is said. An
// answer stands as on a phone: buttons as [A] [B] on one line, a list as its
// (button) and its [rows] one per line with their descriptions, a link as
// [label] url. The sentences of the first contact may be left out.
package dialogue
