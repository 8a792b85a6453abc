package privacy

import (
	"strings"
	"unicode"
)

// credentialLabels announce a credential, where a text speaks of DigiD.
var credentialLabels = foldedSet(`wachtwoord wachtwoorden ww passwoord paswoord gebruikersnaam inlognaam inlogcode
	inloggegevens login user username gebruiker password passwd pass pw pin pincode pinnummer code smscode
	koppelcode activeringscode activatiecode controlecode passwort kennwort benutzername passe identifiant
	şifre şifrem parola hasło hasłem пароль логін код المرور المستخدم الرمز digid`)

// credentialLinks may stand between a label and its credential.
var credentialLinks = foldedSet(`is zijn luidt was mijn van voor digid app my the are ist lautet mein est mon jest to`)

// notCredentials stand behind a label in ordinary complaints: "wachtwoord: vergeten".
var notCredentials = foldedSet(`vergeten kwijt verlopen wijzigen veranderen geblokkeerd onjuist fout herstellen
	aanvragen werkt resetten nodig niet forgotten forgot lost expired blocked reset wrong change help`)

func foldedSet(list string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(list) {
		set[foldWord(word)] = true
	}
	return set
}

// maskCredentials takes out what looks like a DigiD user name, password or
// code in a text that has the word DigiD: the word behind a label when it was
// set off ("wachtwoord: geheim") or looks like a credential, and every word
// that fulfils DigiD's own rules for a password.
func maskCredentials(text string, cells []cell, found []span) []span {
	if !speaksOfDigiD(cells) {
		return found
	}
	var label string // the label whose credential may follow, "" for none
	setOff := false
	for t, ok := readToken(text, cells, 0); ok; t, ok = readToken(text, cells, t.end) {
		switch {
		case t.masked():
			label = ""
		case t.colon == 0 && t.password(), label != "" && t.follows(label, setOff):
			found = t.take(found)
			label = ""
			for u, ok := t.another(); ok; u, ok = u.another() {
				found, t = u.take(found), u
			}
		case t.colon > 0:
			label, setOff = t.label(t.from, t.colon), true
			v := t.after(t.colon)
			if label == "" && t.password() {
				found = t.take(found)
			} else if v.from < v.end && (v.password() || label != "" && v.follows(label, true)) {
				found = v.take(found)
				label = ""
			} else if v.from < v.end && !credentialLinks[v.word()] {
				setOff = false // what it set off stood here
			}
		case t.word() == "" || label != "" && credentialLinks[t.word()] && t.word() != "digid":
		default:
			label, setOff = t.label(t.from, t.end), false
		}
	}
	return found
}

// speaksOfDigiD finds the word DigiD, also as "digi-d" or "Digi D".
func speaksOfDigiD(cells []cell) bool {
	const name = "digid"
	for i := range cells {
		if cells[i].r != 'd' || i > 0 && cells[i-1].class == letter {
			continue
		}
		n := 0
		for at := i; at >= 0 && n < len(name) && cells[at].r == rune(name[n]); at = next(cells, at) {
			n++
		}
		if n == len(name) {
			return true
		}
	}
	return false
}

// token is what stands between white space: cells [from, end) of a text.
type token struct {
	text      string
	cells     []cell
	from, end int
	colon     int // the first colon or equals sign, 0 when there is none
}

func readToken(text string, cells []cell, i int) (token, bool) {
	for i < len(cells) && white(cells[i]) {
		i++
	}
	t := token{text: text, cells: cells, from: i, end: i}
	for t.end < len(cells) && !white(cells[t.end]) {
		if r := cells[t.end].r; t.colon == 0 && t.end > i && (r == ':' || r == '=') {
			t.colon = t.end
		}
		t.end++
	}
	return t, t.end > i
}

func white(c cell) bool { return c.class == gap && (c.r == ' ' || c.r == '\n') }

func (t token) after(colon int) token {
	t.from, t.colon = colon+1, 0
	return t
}

func (t token) masked() bool {
	for _, c := range t.cells[t.from:t.end] {
		if c.class == taken {
			return true
		}
	}
	return false
}

// word gives the letters of the token, folded.
func (t token) word() string { return letters(t.cells[t.from:t.end]) }

func letters(cells []cell) string {
	var out []byte
	for _, c := range cells {
		if c.class == letter {
			out = appendRune(out, c.r)
		}
	}
	return string(out)
}

// label gives the label that cells [from, end) are, or end on ("DigiD-wachtwoord").
func (t token) label(from, end int) string {
	word := letters(t.cells[from:end])
	if rest := strings.TrimPrefix(word, "digid"); rest != "" {
		word = rest
	}
	if credentialLabels[word] {
		return word
	}
	return ""
}

// follows tells whether the token is the credential that a label announced.
func (t token) follows(label string, setOff bool) bool {
	if t.credential() {
		return true
	}
	if label == "digid" {
		return false
	}
	raw := t.trimmed()
	if allDigits(raw) {
		return len(raw) >= 4
	}
	return setOff && len(raw) >= 3 && t.colon == 0 && !notCredentials[t.word()] && t.word() != "" && t.closes()
}

// closes tells whether the line ends here, or the next label or credential
// follows, whether it was masked before or not.
func (t token) closes() bool {
	for i := t.end; i < len(t.cells) && white(t.cells[i]); i++ {
		if t.cells[i].r == '\n' {
			return true
		}
	}
	u, ok := readToken(t.text, t.cells, t.end)
	if !ok {
		return true
	}
	end := u.end
	if u.colon > 0 {
		end = u.colon
	}
	return u.word() == "" || u.credential() || u.password() || u.label(u.from, end) != ""
}

// another gives the credential that stands directly behind this one: "jan123 / geheim45".
func (t token) another() (token, bool) {
	u, ok := readToken(t.text, t.cells, t.end)
	if ok && !u.masked() && u.word() == "" && !allDigits(u.trimmed()) {
		u, ok = readToken(t.text, t.cells, u.end)
	}
	return u, ok && !u.masked() && u.credential()
}

// trimmed is the token as it was typed, without the punctuation of the sentence.
func (t token) trimmed() string {
	if t.from >= t.end {
		return ""
	}
	return strings.Trim(t.text[t.cells[t.from].start:t.cells[t.end-1].end], `.,;:!?()"'/`)
}

func allDigits(s string) bool {
	for _, r := range s {
		if !unicode.IsDigit(r) {
			return false
		}
	}
	return s != ""
}

// credential tells whether the token mixes letters with digits, as user names
// and passwords do and addresses do not: no postcode, no house number.
func (t token) credential() bool {
	raw := t.trimmed()
	digits, mixed := 0, 0
	for _, r := range raw {
		switch {
		case unicode.IsDigit(r):
			digits++
		case unicode.IsLetter(r):
			mixed++
		}
	}
	return digits > 0 && mixed > 2 && len(raw) >= 5 && !t.address()
}

// password tells whether the token fulfils DigiD's rules for a password: eight
// characters, with a small letter, a capital, a digit and another character.
func (t token) password() bool {
	raw := t.text[t.cells[t.from].start:t.cells[t.end-1].end]
	var lower, upper, digits, special bool
	n := 0
	for _, r := range raw {
		lower = lower || unicode.IsLower(r)
		upper = upper || unicode.IsUpper(r)
		digits = digits || unicode.IsDigit(r)
		special = special || strings.ContainsRune("!@#$%^&*_+=~?<>{}|\\", r)
		n++
	}
	return lower && upper && digits && special && n >= 8 && n <= 64 && !t.address()
}

// address tells whether the token is a page or a mailbox.
func (t token) address() bool {
	raw := t.trimmed()
	at := strings.IndexByte(raw, '@')
	return strings.Contains(raw, "://") || strings.HasPrefix(raw, "www.") || at > 0 && strings.Contains(raw[at:], ".")
}

// take masks the token, without the punctuation of the sentence behind it.
func (t token) take(found []span) []span {
	end := t.end
	for end > t.from+1 && strings.ContainsRune(".,;)", t.cells[end-1].r) {
		end--
	}
	return take(t.cells, t.from, end, kindDigiD, found)
}
