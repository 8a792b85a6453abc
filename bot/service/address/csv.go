package address

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// mostFaults is how many faults of a register are told at once.
const mostFaults = 20

// Book is the town's register, read once and indexed; it never changes.
type Book struct {
	addresses  []Address
	byPostcode map[string][]int // by "3511LN" and by "3511"
	streets    []*street
}

// columns are the names that a header may use, the first one ours.
var columns = map[string][]string{
	"postcode":  {"postcode", "postal_code"},
	"number":    {"huisnummer", "number", "house_number"},
	"letter":    {"huisletter", "letter"},
	"addition":  {"toevoeging", "huisnummertoevoeging", "addition"},
	"street":    {"straat", "straatnaam", "openbare_ruimte", "street"},
	"city":      {"woonplaats", "plaats", "city"},
	"bag_id":    {"nummeraanduiding", "nummeraanduiding_id", "bag_id"},
	"latitude":  {"lat", "latitude"},
	"longitude": {"lon", "lng", "longitude"},
}

var (
	fullPostcode = regexp.MustCompile(`^[1-9][0-9]{3}[A-Z]{2}$`)
	bagID        = regexp.MustCompile(`^[0-9]{16}$`)
)

// ReadFile reads a register from a CSV file.
func ReadFile(path string) (*Book, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("address register: %w", err)
	}
	defer file.Close()
	book, err := Read(file)
	if err != nil {
		return nil, fmt.Errorf("address register %s: %w", path, err)
	}
	return book, nil
}

// Read reads a register: UTF-8, a header with Dutch or English names in any
// order, separated by semicolons or commas. Up to twenty faults are told at
// once, each with its line and without the address.
func Read(in io.Reader) (*Book, error) {
	rows, place, err := header(in)
	if err != nil {
		return nil, err
	}
	book := &Book{byPostcode: map[string][]int{}}
	names := map[string]*street{}
	seen := map[string]int{}
	var faults []error
	for len(faults) < mostFaults {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, errors.Join(append(faults, err)...) // encoding/csv names the line
		}
		line, _ := rows.FieldPos(0)
		a, err := toAddress(row, place)
		if err != nil {
			faults = append(faults, fmt.Errorf("line %d: %w", line, err))
			continue
		}
		key := fmt.Sprint(a.Postcode, a.Number, " ", a.suffix())
		if first, ok := seen[key]; ok {
			faults = append(faults, fmt.Errorf("line %d: the same address stands on line %d", line, first))
			continue
		}
		seen[key] = line
		book.add(a, names)
	}
	if len(faults) == 0 && len(book.addresses) == 0 {
		faults = append(faults, errors.New("there is not one address in it"))
	}
	return book, errors.Join(faults...)
}

// header finds out the separator and where each column stands.
func header(in io.Reader) (*csv.Reader, map[string]int, error) {
	buffered := bufio.NewReaderSize(in, 1<<16)
	first, _ := buffered.Peek(4096)
	if bytes.HasPrefix(first, []byte("\xef\xbb\xbf")) { // Excel begins its UTF-8 so
		if _, err := buffered.Discard(3); err != nil {
			return nil, nil, err
		}
	}
	line, _, _ := bytes.Cut(first, []byte("\n"))
	rows := csv.NewReader(buffered)
	if bytes.Count(line, []byte(";")) > bytes.Count(line, []byte(",")) {
		rows.Comma = ';'
	}
	rows.ReuseRecord = true
	names, err := rows.Read()
	if err != nil {
		return nil, nil, fmt.Errorf("line 1: no header: %w", err)
	}
	place := map[string]int{}
	for column, known := range columns {
		place[column] = slices.IndexFunc(names, func(n string) bool {
			return slices.Contains(known, strings.ToLower(strings.TrimSpace(n)))
		})
	}
	for _, needed := range []string{"postcode", "number", "street", "city"} {
		if place[needed] < 0 {
			return nil, nil, fmt.Errorf("line 1: there is no column %q", columns[needed][0])
		}
	}
	return rows, place, nil
}

// toAddress reads one row. Its errors say what is wrong, and no value.
func toAddress(row []string, place map[string]int) (Address, error) {
	get := func(column string) string {
		if i := place[column]; i >= 0 && i < len(row) {
			return strings.TrimSpace(strings.Clone(row[i]))
		}
		return ""
	}
	a := Address{
		Postcode: strings.ToUpper(strings.ReplaceAll(get("postcode"), " ", "")),
		Letter:   strings.ToUpper(get("letter")), Addition: get("addition"),
		Street: get("street"), City: get("city"), BAGID: get("bag_id"),
	}
	number := get("number")
	if !houseNumber.MatchString(number) {
		return a, errors.New("huisnummer is not a number from 1 to 99999")
	}
	a.Number = toNumber(number)
	var err error
	if a.Latitude, err = coordinate(get("latitude"), 50, 54); err != nil {
		return a, fmt.Errorf("lat: %w", err)
	}
	if a.Longitude, err = coordinate(get("longitude"), 3, 8); err != nil {
		return a, fmt.Errorf("lon: %w", err)
	}
	return a, a.check()
}

func (a Address) check() error {
	switch {
	case !fullPostcode.MatchString(a.Postcode):
		return errors.New("postcode is not four digits and two letters")
	case len(a.Letter) > 1 || a.Letter != "" && (a.Letter < "A" || a.Letter > "Z"):
		return errors.New("huisletter is not one letter")
	case utf8.RuneCountInString(a.Addition) > 4:
		return errors.New("toevoeging is longer than four characters")
	case a.Street == "" || a.City == "":
		return errors.New("straat or woonplaats is empty")
	case !utf8.ValidString(a.Street + a.City + a.Addition):
		return errors.New("the file is not UTF-8: save it as CSV UTF-8")
	case utf8.RuneCountInString(a.Label()) > LongestLabel:
		return fmt.Errorf("street and number are longer than %d characters", LongestLabel)
	case a.BAGID != "" && !bagID.MatchString(a.BAGID):
		return errors.New("nummeraanduiding is not 16 digits")
	}
	return nil
}

// coordinate reads WGS84 degrees with a dot or a comma, within the Netherlands.
func coordinate(text string, from, to float64) (float64, error) {
	if text == "" {
		return 0, nil
	}
	v, err := strconv.ParseFloat(strings.ReplaceAll(text, ",", "."), 64)
	if err != nil || !(v >= from && v <= to) {
		return 0, fmt.Errorf("not degrees between %g and %g", from, to)
	}
	return v, nil
}

func (b *Book) add(a Address, names map[string]*street) {
	i := len(b.addresses)
	b.addresses = append(b.addresses, a)
	b.byPostcode[a.Postcode] = append(b.byPostcode[a.Postcode], i)
	b.byPostcode[a.Postcode[:4]] = append(b.byPostcode[a.Postcode[:4]], i)
	words := tokens(a.Street)
	name := joinName(words)
	s := names[name]
	if s == nil {
		s = &street{joined: name, words: len(words)}
		names[name] = s
		b.streets = append(b.streets, s)
	}
	s.addresses = append(s.addresses, i)
}

func (b *Book) hasPostcode(postcode string) bool { return b.byPostcode[postcode] != nil }

// pick gives the addresses with a number; with number 0 all of them.
func (b *Book) pick(indexes []int, number int) []Address {
	var out []Address
	for _, i := range indexes {
		if a := b.addresses[i]; number == 0 || a.Number == number {
			out = append(out, a)
		}
	}
	return out
}
