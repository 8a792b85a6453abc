package feed

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Config is one [[feed]] of the configuration: where it is and the rule by
// which its entries become drafts.
type Config struct {
	Name     string   `toml:"name"`
	URL      string   `toml:"url"`
	Hosts    []string `toml:"hosts"`
	Private  bool     `toml:"private"`
	Topic    string   `toml:"topic"`
	Template string   `toml:"template"`
	Source   string   `toml:"source"`
	Language string   `toml:"language"`
	Severity string   `toml:"severity"`
	Words    []string `toml:"words"`
	Keep     string   `toml:"keep"`
	LinkOnly bool     `toml:"link_only"`
	Urgent   struct {
		Severity string   `toml:"severity"`
		Urgency  []string `toml:"urgency"`
	} `toml:"urgent"`
	Areas      string            `toml:"areas"`
	Everywhere []string          `toml:"everywhere"`
	Text       map[string]string `toml:"text"`
}

// Rule is a checked Config with its table of areas.
type Rule struct {
	Config
	Keep  time.Duration // how long an entry counts that does not say
	Areas []Area
	// Look is the last look at a text before it stands in a draft: it gives the
	// text to use, or why none may be used: with ErrWords only not these words.
	Look func(text string) (use string, refused error)
}

// ErrWords is of words that stay out of a draft: it gets a sentence of ours in
// their place, so that nobody misses a warning for how it is worded.
var ErrWords = errors.New("words that a draft may not use")

const usualKeep = 7 * 24 * time.Hour

var (
	nameShape  = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,29}$`)
	postcode4  = regexp.MustCompile(`^[1-9][0-9]{3}$`)
	severities = []string{"Unknown", "Minor", "Moderate", "Severe", "Extreme"} // CAP 1.2, from least
	urgencies  = []string{"Unknown", "Past", "Future", "Expected", "Immediate"}
)

// Check finds every mistake at once.
func (c Config) Check() error {
	var wrong []error
	say := func(bad bool, format string, args ...any) {
		if bad {
			wrong = append(wrong, fmt.Errorf(format, args...))
		}
	}
	say(!nameShape.MatchString(c.Name), "name %q: use small letters, digits, - and _, at most 30", c.Name)
	at, ok := secure(c.URL)
	say(!ok, "url %q: write an address that begins with https://", c.URL)
	say(ok && !slices.Contains(c.Hosts, at.Host), "hosts: name the host of the url (%q), and of the documents it links to", at.Host)
	say(slices.Contains(c.Hosts, ""), "hosts: one is empty")
	say(c.Topic == "", "topic is empty: which subscribers is it for?")
	say(c.Template == "", "template is empty: which approved template carries it?")
	_, ok = secure(c.Source)
	say(!ok || len([]rune(c.Source)) > longestSource, "source %q: write the https address, at most %d characters, that residents get when an entry has none", c.Source, longestSource)
	say(c.Language != "" && c.Language != "nl" && c.Language != "en", "language %q: write nl or en", c.Language)
	say(c.Severity != "" && !slices.Contains(severities, c.Severity), "severity %q: choose one of %s", c.Severity, strings.Join(severities, ", "))
	say(c.Urgent.Severity != "" && !slices.Contains(severities, c.Urgent.Severity), "urgent.severity %q: choose one of %s", c.Urgent.Severity, strings.Join(severities, ", "))
	say((c.Urgent.Severity == "") != (len(c.Urgent.Urgency) == 0), "urgent: set both severity and urgency, or neither")
	for _, u := range c.Urgent.Urgency {
		say(!slices.Contains(urgencies, u), "urgent.urgency %q: choose from %s", u, strings.Join(urgencies, ", "))
	}
	if c.Keep != "" {
		d, err := time.ParseDuration(c.Keep)
		say(err != nil || d < time.Minute || d > 366*24*time.Hour, "keep %q: write a duration such as 24h", c.Keep)
	}
	for language, text := range c.Text {
		say(language != "nl" && language != "en", "text.%s: only nl and en are used", language)
		say(plain(text) != text || len([]rune(text)) > longestText, "text.%s: write plain words on one line, without links, at most %d characters", language, longestText)
	}
	return errors.Join(wrong...)
}

// Rule checks the configuration and reads the table of areas, whose path open
// resolves.
func (c Config) Rule(open func(path string) string) (Rule, error) {
	if err := c.Check(); err != nil {
		return Rule{}, err
	}
	r := Rule{Config: c, Keep: usualKeep, Look: func(text string) (string, error) { return text, nil }}
	if c.Keep != "" {
		r.Keep, _ = time.ParseDuration(c.Keep) // checked
	}
	if c.Areas == "" {
		return r, nil
	}
	file, err := os.Open(open(c.Areas))
	if err != nil {
		return Rule{}, fmt.Errorf("areas: %w", err)
	}
	defer file.Close()
	if r.Areas, err = readAreas(file); err != nil {
		return Rule{}, fmt.Errorf("areas, %s: %w", c.Areas, err)
	}
	return r, nil
}

// Area is a four-digit postcode of the municipality.
type Area struct {
	Postcode string
	Centre   Point
	Located  bool     // there is a centre
	Radius   float64  // km around the centre that count as the area
	Codes    []string // upper case: "EMMA_ID:NL010"
}

// usualRadius counts, in km, where the table names none: a postcode of four
// digits in a town is some two kilometres across, and a draft too many costs less
// than a warning too few.
const usualRadius = 1.5

// readAreas reads a table postcode4;lat;lon;radius;codes. Everything after the
// postcode may be empty; codes are separated by spaces.
func readAreas(r io.Reader) ([]Area, error) {
	table := csv.NewReader(r)
	table.Comma, table.FieldsPerRecord, table.Comment = ';', -1, '#'
	rows, err := table.ReadAll()
	if err != nil {
		return nil, err
	}
	var out []Area
	for i, row := range rows {
		if i == 0 && row[0] == "postcode4" {
			continue
		}
		for len(row) < 5 {
			row = append(row, "")
		}
		area, err := readArea(row)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
		out = append(out, area)
	}
	if len(out) == 0 {
		return nil, errors.New("it is empty: write a line postcode4;lat;lon for each postcode")
	}
	return out, nil
}

func readArea(row []string) (Area, error) {
	a := Area{Postcode: row[0], Radius: usualRadius, Codes: strings.Fields(strings.ToUpper(row[4]))}
	if !postcode4.MatchString(row[0]) {
		return a, fmt.Errorf("%q is not a postcode of four digits", row[0])
	}
	if row[1] != "" || row[2] != "" {
		p, err := point(row[1] + "," + row[2])
		if err != nil {
			return a, err
		}
		a.Centre, a.Located = p, true
	}
	if row[3] != "" {
		km, err := strconv.ParseFloat(row[3], 64)
		if err != nil || !(km >= 0 && km <= 50) {
			return a, fmt.Errorf("%q is not a radius in km", row[3])
		}
		a.Radius = km
	}
	if !a.Located && len(a.Codes) == 0 {
		return a, fmt.Errorf("%s has neither a place nor a code", row[0])
	}
	return a, nil
}

// secure reads an address that begins with https and hides nothing.
func secure(address string) (*url.URL, bool) {
	u, err := url.Parse(address)
	if err != nil {
		return &url.URL{}, false
	}
	return u, u.Scheme == "https" && u.Host != "" && u.User == nil && clean(address) == address
}
