package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/flow"
	"github.com/gemeentebode/bode/bot/privacy"
	"github.com/gemeentebode/bode/bot/service/address"
	"github.com/gemeentebode/bode/store"
)

// importRules are what a row of an import is judged by.
type importRules struct {
	municipality []string // its names: a wording has to hold one
	topics       map[string]*flow.Topic
	topic        string // of rows that name none
	zone         *time.Location
	now          time.Time
}

// importRules takes the topics of the live flows, or of those that bode serve
// would make live.
func (c *config) importRules(ctx context.Context, s *store.Store, std streams) (importRules, error) {
	none := importRules{}
	all, err := c.services(newLog(std, c.Log.Level), behind{})
	if err != nil {
		return none, err
	}
	hash, content, err := s.LiveBundle(ctx)
	if errors.Is(err, store.ErrNoBundle) {
		content, err = c.bundleContent()
	}
	if err != nil {
		return none, err
	}
	options := c.flowOptions(all)
	options.At = time.Now()
	bundle, faults, err := loadStored(hash, content, options)
	if err != nil {
		return none, err
	}
	if bundle == nil {
		return none, fmt.Errorf("the flows have faults, see bode check; the first: %s", firstFault(faults))
	}
	zone, err := time.LoadLocation("Europe/Amsterdam")
	return importRules{municipality: []string{c.Municipality.Name, bundle.Shared.Municipality}, topics: bundle.Shared.Topics, zone: zone, now: options.At}, err
}

// known names the topics for an error.
func (r importRules) known() string {
	return strings.Join(slices.Sorted(maps.Keys(r.topics)), ", ")
}

// The bounds of values, in characters. A wording is at most a WhatsApp message.
const (
	longestWording   = 4096
	longestReference = 200
	longestOther     = 80
)

// read turns the masked values of a row into what the store takes in. An error
// says in plain words why the row is bad, and quotes nothing of it.
func (r importRules) read(v map[string]string, row *consentRow) (err error) {
	if err := readable(v); err != nil {
		return err
	}
	if row.row.Phone, err = privacy.Phone(v["phone"]); err != nil {
		return fmt.Errorf("phone: %w", err)
	}
	name := v["topic"]
	if name == "" {
		name = r.topic
	}
	topic := r.topics[name]
	if topic == nil {
		return fmt.Errorf("topic: the live flows have no such topic; they have %s", r.known())
	}
	c := &row.row.Consent
	*c = bot.Consent{Topic: topic.Name, Given: true, Wording: v["wording"], Language: "nl"}
	if language := strings.ToLower(v["language"]); language != "" {
		c.Language = language
	}
	if !languageForm.MatchString(c.Language) {
		return errors.New("language: write two letters, such as nl or en")
	}
	if err := about(topic, v, c); err != nil {
		return err
	}
	return r.evidence(v, row)
}

var languageForm = regexp.MustCompile(`^[a-z]{2,3}$`)

// readable refuses what cannot be stored, or is too long to be what it should be.
func readable(v map[string]string) error {
	for _, column := range slices.Sorted(maps.Keys(v)) {
		value, most := v[column], longestOther
		switch column {
		case "wording":
			most = longestWording
		case "reference":
			most = longestReference
		}
		if !utf8.ValidString(value) {
			return fmt.Errorf("%s: it is not in UTF-8: save the file as CSV UTF-8", column)
		}
		if utf8.RuneCountInString(value) > most {
			return fmt.Errorf("%s: it is longer than %d characters", column, most)
		}
		if strings.ContainsFunc(value, func(c rune) bool { return unicode.IsControl(c) && !unicode.IsSpace(c) }) {
			return fmt.Errorf("%s: it holds characters that cannot be read", column)
		}
	}
	return nil
}

// evidence decides whether the row has its own: words that name the
// municipality, the moment, and where it can be found. Given stays zero when
// it is not complete, and the reason says what is missing.
func (r importRules) evidence(v map[string]string, row *consentRow) error {
	given, err := r.moment(v["given_at"])
	if err != nil {
		return err
	}
	row.row.Reference = bot.Hide(v["reference"])
	var missing []string
	switch {
	case v["wording"] == "":
		missing = append(missing, "there is no wording")
	case !r.namesMunicipality(v["wording"]):
		missing = append(missing, "the wording does not name "+r.municipality[0])
	}
	if given.IsZero() {
		missing = append(missing, "given_at is empty")
	}
	if strings.Trim(identifierTags.ReplaceAllString(v["reference"], ""), " .,;:-") == "" {
		missing = append(missing, "there is no reference")
	}
	if len(missing) > 0 {
		row.reason = "asked in the next chat: " + strings.Join(missing, ", ")
		return nil
	}
	row.row.Given = given
	return nil
}

// identifierTags are what the mask puts in place of an identifier: no reference.
var identifierTags = regexp.MustCompile(`\[(bsn|iban|kaart|document|digid)\]`)

func (r importRules) namesMunicipality(wording string) bool {
	said := inOneLine(wording)
	return slices.ContainsFunc(r.municipality, func(name string) bool { return name != "" && strings.Contains(said, inOneLine(name)) })
}

func inOneLine(text string) string { return strings.ToLower(strings.Join(strings.Fields(text), " ")) }

// momentForms are read as Dutch time, unless they name a zone.
var momentForms = []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02",
	"2-1-2006 15:04:05", "2-1-2006 15:04", "2-1-2006", "2/1/2006 15:04:05", "2/1/2006 15:04", "2/1/2006"}

// moment reads when a consent was given; empty is the zero time.
func (r importRules) moment(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, form := range momentForms {
		t, err := time.ParseInLocation(form, text, r.zone)
		if err != nil {
			continue
		}
		if t.After(r.now) {
			return t, errors.New("given_at: it is in the future")
		}
		if t.Year() < firstYear {
			return t, fmt.Errorf("given_at: it is before %d", firstYear)
		}
		return t, nil
	}
	return time.Time{}, errors.New("given_at: write it as 2026-10-01 14:30 or 01-10-2026 14:30")
}

// firstYear is when WhatsApp began; what is older is a mistake.
const firstYear = 2009

// about keeps of the row what the topic says that it keeps, and no more.
func about(topic *flow.Topic, v map[string]string, c *bot.Consent) error {
	kept := map[string]any{}
	for _, name := range topic.Keeps {
		switch name {
		case "address":
			a, err := addressOf(v)
			if err != nil {
				return err
			}
			kept[name] = map[string]any{"label": strings.TrimSpace(labelOf(a)), "postcode": a.Postcode, "number": a.Number, "letter": a.Letter,
				"addition": a.Addition, "street": a.Street, "city": a.City, "bag_id": a.BAGID}
			c.Postcode4, c.BagID = a.Postcode[:4], bot.Hide(a.BAGID)
		case "postcode4":
			digits := strings.ToUpper(strings.Join(strings.Fields(v["postcode"]), ""))
			if !postcode4Form.MatchString(digits) {
				return errors.New("postcode: the topic keeps its four digits: write 3511 or 3511LN")
			}
			kept[name], c.Postcode4 = digits[:4], digits[:4]
		default:
			return fmt.Errorf("the topic keeps %q, which an import cannot bring: ask these residents in the chat", name)
		}
	}
	if len(kept) > 0 {
		c.About = bot.ValueOf(kept)
	}
	return nil
}

// labelOf is how the address reads in a text; without a street, by its postcode.
func labelOf(a address.Address) string {
	if a.Street == "" {
		a.Street = a.Postcode
	}
	return a.Label()
}

var (
	postcode4Form = regexp.MustCompile(`^[1-9][0-9]{3}([A-Z]{2})?$`)
	postcodeForm  = regexp.MustCompile(`^[1-9][0-9]{3}[A-Z]{2}$`)
	letterForm    = regexp.MustCompile(`^[A-Z]?$`)
	additionForm  = regexp.MustCompile(`^[A-Z0-9]{0,4}$`)
	bagForm       = regexp.MustCompile(`^([0-9]{16})?$`)
)

// addressOf reads a Dutch address. Source of the forms: the BAG.
func addressOf(v map[string]string) (address.Address, error) {
	plain := func(column string) string { return strings.ToUpper(strings.Join(strings.Fields(v[column]), "")) }
	a := address.Address{Postcode: plain("postcode"), Letter: plain("letter"), Addition: plain("addition"), Street: v["street"], City: v["city"], BAGID: plain("bag_id")}
	if !postcodeForm.MatchString(a.Postcode) {
		return a, errors.New("postcode: the topic keeps an address: write 3511LN")
	}
	var err error
	if a.Number, err = strconv.Atoi(v["number"]); err != nil || a.Number < 1 || a.Number > 99999 {
		return a, errors.New("number: the topic keeps an address: write the house number alone, 1 to 99999; letter and addition have columns of their own")
	}
	switch {
	case !letterForm.MatchString(a.Letter):
		return a, errors.New("letter: write one letter")
	case !additionForm.MatchString(a.Addition):
		return a, errors.New("addition: write at most four letters or digits")
	case !bagForm.MatchString(a.BAGID):
		return a, errors.New("bag_id: write the 16 digits of the nummeraanduiding; spreadsheets spoil them in a column that is not text")
	}
	return a, nil
}
