package appointment

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
)

//go:embed voorbeeldstad.toml
var voorbeeldstad []byte

// Config is the part [appointment] of the configuration.
type Config struct {
	File string `toml:"file"` // TOML: products, locations, opening hours, closing days
}

// Bounds of what a town's file may hold. Names stand on rows of a list: 24
// characters, their descriptions 72 (WhatsApp's limits).
const (
	longestName   = 24
	longestStreet = 72
	mostBytes     = 1 << 20
	mostPersons   = 10
	mostAhead     = 366 // days
)

// townFile is an agenda as it stands in its file.
type townFile struct {
	Hold     string `toml:"hold"`  // "15m": how long a place is kept while somebody decides
	Email    string `toml:"email"` // the organiser in calendar files; may be empty
	Holidays struct {
		Open   []string         `toml:"open"`   // holidays on which we are open all the same
		Closed []toml.LocalDate `toml:"closed"` // days on which every location is closed
	} `toml:"holidays"`
	Products  []productFile  `toml:"product"`
	Locations []locationFile `toml:"location"`
}

type productFile struct {
	ID        string            `toml:"id"`
	Name      string            `toml:"name"`
	Names     map[string]string `toml:"names"`      // by language; Name is Dutch
	Minutes   int               `toml:"minutes"`    // for one person
	Lead      string            `toml:"lead"`       // "2h": from then on there are times
	AheadDays int               `toml:"ahead_days"` // the last day that can be chosen
	Most      int               `toml:"most"`       // persons in one appointment
	Locations []string          `toml:"locations"`  // empty: all
}

type locationFile struct {
	ID     string              `toml:"id"`
	Name   string              `toml:"name"`
	Street string              `toml:"street"`
	Seats  int                 `toml:"seats"`  // residents who are helped at the same time
	Step   int                 `toml:"step"`   // minutes between two times: 5, 10, 15, 20, 30 or 60
	Hours  map[string][]string `toml:"hours"`  // monday = ["09:00-12:30", "12:30-13:30 x1", "13:30-17:00"]
	Closed []toml.LocalDate    `toml:"closed"` // days on which this location is closed
}

// town is an agenda that was read and checked.
type town struct {
	zone      *time.Location
	hold      time.Duration
	email     string
	open      []string // holidays that are none here
	closed    map[day]bool
	products  []product
	locations []location
}

type product struct {
	id, name  string
	names     map[string]string
	length    time.Duration // for one person
	lead      time.Duration
	ahead     int // days
	most      int // persons
	locations []string
}

// in gives the product's name in a language.
func (p product) in(language string) string {
	if name := p.names[language]; name != "" {
		return name
	}
	return p.name
}

type location struct {
	id, name, street string
	step             time.Duration
	week             [7][]period // from Sunday
	closed           map[day]bool
}

// period is a stretch of opening hours, in minutes of the clock on the wall.
type period struct{ from, to, seats int }

func openTown(path string) (*town, error) {
	if path == "" {
		return nil, errors.New("appointment: no file configured")
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("appointment: %w", err)
	}
	if info.Size() > mostBytes {
		return nil, fmt.Errorf("appointment: %s is larger than %d bytes", path, mostBytes)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("appointment: %w", err)
	}
	t, err := readTown(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return t, nil
}

// readTown reads an agenda and tells all its faults at once.
func readTown(data []byte) (*town, error) {
	var file townFile
	if err := toml.NewDecoder(strings.NewReader(string(data))).DisallowUnknownFields().Decode(&file); err != nil {
		return nil, readable(err)
	}
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		return nil, fmt.Errorf("appointment: %w", err)
	}
	t := &town{zone: zone, email: file.Email, open: file.Holidays.Open, closed: days(file.Holidays.Closed)}
	var faults []error
	note := func(err error) {
		if err != nil {
			faults = append(faults, err)
		}
	}
	t.hold, err = duration("hold", file.Hold, 15*time.Minute)
	note(err)
	note(checkHolidays(file.Holidays.Open))
	for _, l := range file.Locations {
		location, err := readLocation(l)
		note(err)
		t.locations = append(t.locations, location)
	}
	for _, p := range file.Products {
		product, err := readProduct(p)
		note(err)
		t.products = append(t.products, product)
	}
	return t, errors.Join(append(faults, t.check())...)
}

func readable(err error) error {
	var strict *toml.StrictMissingError
	if errors.As(err, &strict) {
		var all []error
		for _, e := range strict.Errors {
			line, column := e.Position()
			all = append(all, fmt.Errorf("%d:%d: unknown key %q", line, column, strings.Join(e.Key(), ".")))
		}
		return errors.Join(all...)
	}
	var decode *toml.DecodeError
	if errors.As(err, &decode) {
		line, column := decode.Position()
		return fmt.Errorf("%d:%d: %w", line, column, err)
	}
	return err
}

// idPattern keeps ids apart in a slot's id and in the [kinds] of bode.toml.
var idPattern = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

func readProduct(p productFile) (product, error) {
	lead, err := duration("lead", p.Lead, 0)
	out := product{id: p.ID, name: p.Name, names: p.Names, length: time.Duration(p.Minutes) * time.Minute, lead: lead,
		ahead: p.AheadDays, most: p.Most, locations: p.Locations}
	faults := []error{err}
	say := func(bad bool, format string, args ...any) {
		if bad {
			faults = append(faults, fmt.Errorf(format, args...))
		}
	}
	say(!idPattern.MatchString(p.ID), "id: use small letters, digits and _")
	for _, name := range append([]string{p.Name}, values(p.Names)...) {
		say(name == "" || utf8.RuneCountInString(name) > longestName, "name %q: 1 to %d characters", name, longestName)
	}
	say(p.Minutes < 5 || p.Minutes > 240 || p.Minutes%5 != 0, "minutes is %d: choose 5, 10, 15 ... 240", p.Minutes)
	say(p.AheadDays < 1 || p.AheadDays > mostAhead, "ahead_days is %d: choose 1 to %d", p.AheadDays, mostAhead)
	say(p.Most < 1 || p.Most > mostPersons, "most is %d: choose 1 to %d persons", p.Most, mostPersons)
	return out, named("product", p.ID, faults)
}

func readLocation(l locationFile) (location, error) {
	out := location{id: l.ID, name: l.Name, street: l.Street, step: time.Duration(l.Step) * time.Minute, closed: days(l.Closed)}
	var faults []error
	say := func(bad bool, format string, args ...any) {
		if bad {
			faults = append(faults, fmt.Errorf(format, args...))
		}
	}
	say(!idPattern.MatchString(l.ID), "id: use small letters, digits and _")
	say(l.Name == "" || utf8.RuneCountInString(l.Name) > longestName, "name %q: 1 to %d characters", l.Name, longestName)
	say(utf8.RuneCountInString(l.Street) > longestStreet, "street: at most %d characters", longestStreet)
	say(l.Seats < 1 || l.Seats > 1000, "seats is %d: choose 1 to 1000", l.Seats)
	say(l.Step < 5 || l.Step%5 != 0 || 60%l.Step != 0, "step is %d: choose 5, 10, 15, 20, 30 or 60 minutes", l.Step)
	for name, texts := range l.Hours {
		weekday := slices.Index(weekdays[:], name)
		if weekday < 0 {
			say(true, "hours: %q is no day; write monday, tuesday ...", name)
			continue
		}
		periods, err := readHours(texts, l.Seats, l.Step)
		say(err != nil, "hours: %s: %v", name, err)
		out.week[weekday] = periods
	}
	return out, named("location", l.ID, faults)
}

var weekdays = [7]string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

// hoursPattern is "09:00-12:30", and "09:00-12:30 x2" where other than the
// usual number of seats is open.
var hoursPattern = regexp.MustCompile(`^(\d\d):(\d\d)-(\d\d):(\d\d)(?: x(\d{1,3}))?$`)

// readHours reads the periods of a day, in order of time and apart from each other.
func readHours(texts []string, seats, step int) ([]period, error) {
	var out []period
	for _, text := range texts {
		m := hoursPattern.FindStringSubmatch(text)
		if m == nil {
			return nil, fmt.Errorf("write %q as 09:00-17:00, or 09:00-17:00 x2 for two seats", text)
		}
		p := period{from: minutes(m[1], m[2]), to: minutes(m[3], m[4]), seats: seats}
		if m[5] != "" {
			p.seats, _ = strconv.Atoi(m[5]) // three digits
		}
		switch {
		case p.from >= p.to || p.to > 24*60 || m[2] > "59" || m[4] > "59" || p.seats == 0:
			return nil, fmt.Errorf("%q is no stretch of a day", text)
		case len(out) > 0 && p.from < out[len(out)-1].to:
			return nil, fmt.Errorf("%q begins before the one before it ends", text)
		case step > 0 && p.from%step != 0:
			return nil, fmt.Errorf("%q does not begin at a step of %d minutes", text, step)
		}
		out = append(out, p)
	}
	return out, nil
}

func minutes(hour, minute string) int {
	h, _ := strconv.Atoi(hour) // two digits each
	m, _ := strconv.Atoi(minute)
	return h*60 + m
}

// check finds what only shows when all is read.
func (t *town) check() error {
	var faults []error
	if len(t.products) == 0 || len(t.locations) == 0 {
		faults = append(faults, errors.New("there must be a [[product]] and a [[location]]"))
	}
	seen := map[string]bool{}
	for _, l := range t.locations {
		if seen[l.id] {
			faults = append(faults, fmt.Errorf("location %q is there twice", l.id))
		}
		seen[l.id] = true
	}
	known := map[string]bool{}
	for _, p := range t.products {
		if known[p.id] {
			faults = append(faults, fmt.Errorf("product %q is there twice", p.id))
		}
		known[p.id] = true
		for _, id := range p.locations {
			if !seen[id] {
				faults = append(faults, fmt.Errorf("product %q: there is no location %q", p.id, id))
			}
		}
	}
	return errors.Join(faults...)
}

func (t *town) product(id string) (product, bool) {
	i := slices.IndexFunc(t.products, func(p product) bool { return p.id == id })
	if i < 0 {
		return product{}, false
	}
	return t.products[i], true
}

// location gives a location where a product is to be had.
func (t *town) location(id string, p product) (location, bool) {
	for _, l := range t.at(p) {
		if l.id == id {
			return l, true
		}
	}
	return location{}, false
}

// at gives the locations of a product, in the file's order.
func (t *town) at(p product) []location {
	var out []location
	for _, l := range t.locations {
		if len(p.locations) == 0 || slices.Contains(p.locations, l.id) {
			out = append(out, l)
		}
	}
	return out
}

func duration(name, text string, otherwise time.Duration) (time.Duration, error) {
	if text == "" {
		return otherwise, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%s = %q is not a time such as 2h or 15m", name, text)
	}
	return d, nil
}

func named(what, id string, faults []error) error {
	if err := errors.Join(faults...); err != nil {
		return fmt.Errorf("%s %q: %w", what, id, err)
	}
	return nil
}

func values(m map[string]string) []string {
	var out []string
	for _, v := range m {
		out = append(out, v)
	}
	slices.Sort(out)
	return out
}

func days(list []toml.LocalDate) map[day]bool {
	out := map[day]bool{}
	for _, d := range list {
		out[dayOf(d.Year, time.Month(d.Month), d.Day)] = true
	}
	return out
}
