// Package privacytest writes identifiers in the ways in which people write
// them, for tests that plant them and look for what is left. It is imported by
// tests only and holds no number of anyone: all are made up, and valid.
package privacytest

import (
	"fmt"
	"net/url"
	"strings"
)

// Spelling is one way to write an identifier.
type Spelling struct {
	How    string // "groups of three, dots"
	Text   string // a message that holds it
	Secret string // the identifier as it is spelled in Text: what must be found nowhere afterwards
}

// Examples are identifiers that pass every test there is, by kind. The kinds
// are those that the mask names, and licence, which it names document.
var Examples = map[string]string{
	"bsn": "111222333", "iban": "NL91ABNA0417164300", "card": "4111111111111111",
	"document": "NX1234567", "licence": "5123456789", "digid": "Welkom#2026",
}

// Kinds are the kinds of identifiers, in a fixed order.
func Kinds() []string { return []string{"bsn", "iban", "card", "document", "licence", "digid"} }

// Masked is how the mask names a kind.
func Masked(kind string) string {
	if kind == "licence" {
		return "document"
	}
	return kind
}

// contexts are words without which the number of a document is none.
var contexts = map[string]string{"document": "paspoort ", "licence": "rijbewijs ", "digid": "DigiD wachtwoord: "}

// Spellings gives at least forty ways to write one identifier of a kind, each
// in a message of its own.
func Spellings(kind, id string) []Spelling {
	if kind == "digid" {
		return credentials(id)
	}
	var out []Spelling
	before := contexts[kind]
	for _, w := range writings(id) {
		out = append(out, Spelling{w.how, before + w.text, w.text})
	}
	return append(out, surrounded(kind, before, id)...)
}

type writing struct{ how, text string }

// separators are what people, phones and forms put between groups.
var separators = []struct{ name, sep string }{
	{"spaces", " "}, {"dots", "."}, {"dashes", "-"}, {"slashes", "/"}, {"underscores", "_"}, {"tabs", "\t"}, {"no-break spaces", "\u00a0"},
	{"thin spaces", "\u2009"}, {"narrow no-break spaces", "\u202f"}, {"ideographic spaces", "\u3000"}, {"line ends", "\n"}, {"carriage returns", "\r\n"},
	{"dashes with spaces", " - "}, {"en dashes", "–"}, {"non-breaking hyphens", "\u2011"}, {"minus signs", "−"}, {"middle dots", "·"}, {"bullets", "•"},
	{"bars", "|"}, {"stars", "*"}, {"apostrophes", "'"}, {"backslashes", `\`}, {"zero-width spaces", "\u200b"}, {"zero-width joiners", "\u200d"},
	{"word joiners", "\u2060"}, {"soft hyphens", "\u00ad"}, {"byte order marks", "\ufeff"}, {"left-to-right marks", "\u200e"}, {"line separators", "\u2028"},
	{"braille blanks", "\u2800"}, {"Hangul fillers", "\u3164"}, {"variation selectors", "\ufe0f"}, {"tildes", "~"}, {"Arabic commas", "،"},
}

func writings(id string) []writing {
	out := []writing{{"plain", id}, {"lower case", strings.ToLower(id)}}
	for _, s := range separators {
		out = append(out, writing{"groups of three, " + s.name, Grouped(id, 3, s.sep)})
	}
	for _, s := range separators[:4] {
		out = append(out, writing{"pairs, " + s.name, Grouped(id, 2, s.sep)}, writing{"groups of four, " + s.name, Grouped(id, 4, s.sep)},
			writing{"one by one, " + s.name, Grouped(id, 1, s.sep)})
	}
	for _, d := range digitSets {
		out = append(out, writing{d.name, translated(id, d.zero, d.letters)})
	}
	out = append(out, writing{"circled", circled(id, '①', '⓪')}, writing{"white on black", circled(id, '❶', '⓿')}, writing{"superscript", raised(id)},
		writing{"subscript", translated(id, '₀', 0)}, writing{"keycaps", keycaps(id)}, writing{"accents", marked(id, "\u0301")},
		writing{"struck through", marked(id, "\u0336")}, writing{"two scripts", id[:4] + translated(id[4:], '٠', 0)},
		writing{"percent-encoded", percent(id)}, writing{"percent-encoded in full width", url.QueryEscape(translated(id, '０', 'Ａ'))})
	return out
}

// digitSets are scripts by their zero, and by their letter A where they have one.
var digitSets = []struct {
	name          string
	zero, letters rune
}{
	{"full width", '０', 'Ａ'}, {"Arabic-Indic", '٠', 0}, {"Persian", '۰', 0}, {"Devanagari", '०', 0}, {"Bengali", '০', 0}, {"Thai", '๐', 0}, {"Tibetan", '༠', 0},
	{"Khmer", '០', 0}, {"N'Ko", '߀', 0}, {"mathematical bold", '𝟎', '𝐀'}, {"double-struck", '𝟘', 0}, {"sans-serif", '𝟢', '𝖠'}, {"monospace", '𝟶', '𝙰'},
	{"segmented", '🯰', 0},
}

func translated(id string, zero, capital rune) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return zero + r - '0'
		case capital > 0 && r >= 'A' && r <= 'Z':
			return capital + r - 'A'
		}
		return r
	}, id)
}

func circled(id string, one, zero rune) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '0':
			return zero
		case r >= '1' && r <= '9':
			return one + r - '1'
		case r >= 'A' && r <= 'Z' && one == '①':
			return 'Ⓐ' + r - 'A'
		}
		return r
	}, id)
}

func raised(id string) string {
	return strings.NewReplacer("0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴", "5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹").Replace(id)
}

func keycaps(id string) string {
	var out strings.Builder
	for _, r := range id {
		out.WriteRune(r)
		if r >= '0' && r <= '9' {
			out.WriteString("\ufe0f\u20e3")
		}
	}
	return out.String()
}

func marked(id, mark string) string {
	var out strings.Builder
	for _, r := range id {
		out.WriteRune(r)
		out.WriteString(mark)
	}
	return out.String()
}

func percent(id string) string {
	var out strings.Builder
	for _, b := range []byte(id) {
		fmt.Fprintf(&out, "%%%02X", b)
	}
	return out.String()
}

// Grouped puts a separator between groups of n characters.
func Grouped(id string, n int, sep string) string {
	var parts []string
	for runes := []rune(id); len(runes) > 0; runes = runes[min(n, len(runes)):] {
		parts = append(parts, string(runes[:min(n, len(runes))]))
	}
	return strings.Join(parts, sep)
}

// labels announce a kind in a form or a sentence.
var labels = map[string][]string{
	"bsn": {"BSN", "burgerservicenummer", "sofinummer"}, "iban": {"IBAN", "rekeningnummer", "bank"}, "card": {"kaart", "creditcard", "card number"},
	"document": {"paspoortnummer", "ID-kaart", "passport"}, "licence": {"rijbewijsnummer", "driving licence", "rijbewijs"},
}

// surrounded writes it plain among other things.
func surrounded(kind, before, id string) []Spelling {
	var out []Spelling
	add := func(how, format string) {
		out = append(out, Spelling{how, before + fmt.Sprintf(format, id), id})
	}
	for _, label := range labels[kind] {
		add("behind "+label, label+": %s")
		add("behind "+label+", no space", label+":%s")
		add("a form, "+label, "naam: Jan\n"+label+"\n%s\nadres: Domplein 12")
		add("a sentence, "+label, "Hallo, mijn "+label+" is %s, alvast bedankt")
		add("equals "+label, label+"=%s")
		add("hash "+label, label+" #%s")
	}
	for how, format := range map[string]string{
		"brackets": "(%s)", "square brackets": "[%s]", "braces": "{%s}", "angles": "<%s>", "quotes": `"%s"`, "guillemets": "«%s»", "bold": "*%s*", "italic": "_%s_",
		"code": "```%s```", "struck": "~%s~", "a full stop": "%s.", "a question mark": "%s?", "an emoji before": "👉%s", "emoji around": "🙏%s🙏",
		"a query": "https://voorbeeld.example/?id=%s&x=1", "a path": "https://voorbeeld.example/p/%s/x", "a fragment": "https://voorbeeld.example/#%s",
		"an upper-case address": "HTTPS://VOORBEELD.EXAMPLE/?ID=%s", "a file name": "scan_%s.pdf", "a mailbox": "<jan.%s@voorbeeld.example>", "JSON": `{"nr":"%s"}`,
		"after a line": "Hallo\n%s", "behind a comma": "Jan,%s,Utrecht", "behind a semicolon": "Jan;%s;Utrecht", "twice": "%[1]s %[1]s",
	} {
		add(how, format)
	}
	return out
}

// credentials writes a password in the messages in which residents send one.
func credentials(id string) []Spelling {
	var out []Spelling
	for _, format := range []string{
		"DigiD %s", "digid %s", "DIGID %s", "Digi-D %s", "digi d %s", "DigiD: %s", "DigiD=%s", "mijn DigiD is %s", "mijn digid wachtwoord is %s", "wachtwoord DigiD %s",
		"DigiD wachtwoord: %s", "DigiD-wachtwoord=%s", "DigiD ww %s", "digid ww: %s", "digid pw %s", "DigiD\nwachtwoord\n%s", "DigiD\nww: %s", "DigiD gebruikersnaam jan123 wachtwoord %s",
		"DigiD jan123 / %s", "DigiD jan123 %s", "inloggen bij digid met %s", "digid werkt niet, ik gebruik %s", "%s is mijn DigiD wachtwoord", "%s (digid)", "DigiD (%s)", "DigiD \"%s\"",
		"DigiD '%s'", "DigiD - %s", "DigiD → %s", "my DigiD password is %s", "DigiD password: %s", "DigiD pass %s", "DigiD Passwort: %s", "mot de passe DigiD : %s", "DigiD şifre: %s",
		"DigiD hasło: %s", "DigiD пароль: %s", "كلمة المرور DigiD %s", "ＤｉｇｉＤ %s", "D\u200bigiD %s", "digid app code en %s", "DigiD%%20%s", "kunt u inloggen? DigiD, ww %s, bedankt",
	} {
		text := fmt.Sprintf(format, id)
		out = append(out, Spelling{strings.Replace(format, "%s", "…", 1), text, id})
	}
	return out
}
