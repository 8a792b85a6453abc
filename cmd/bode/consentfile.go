package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/gemeentebode/bode/bot/privacy"
	"github.com/gemeentebode/bode/store"
)

// consentColumns are the columns of an import, each with its Dutch name.
var consentColumns = map[string][]string{
	"phone": {"telefoon", "telefoonnummer"}, "topic": {"onderwerp"}, "wording": {"toestemmingstekst", "tekst"},
	"given_at": {"gegeven_op"}, "reference": {"kenmerk"}, "language": {"taal"}, "postcode": {}, "number": {"huisnummer"},
	"letter": {"huisletter"}, "addition": {"toevoeging", "huisnummertoevoeging"}, "street": {"straat"}, "city": {"plaats", "woonplaats"}, "bag_id": {"nummeraanduiding"},
}

// consentRow is one row of the file: what the store takes in, or why it is bad.
type consentRow struct {
	line   int
	ends   string // "…78": no more of the number is ever shown
	row    store.Imported
	result string
	reason string
	masked string
}

// reasonFor says why a row became what it is, with what was taken out of it.
func (r consentRow) reasonFor() string {
	why := map[string]string{string(store.Withdrew): "withdrawn since", string(store.Stopped): "said STOP", string(store.Already): "stood already"}[r.result]
	switch {
	case r.result == bad:
		why = r.reason
	case r.result == string(store.Waits):
		why = cmp.Or(r.reason, "asked in the next chat: the number changed hands since it was known here")
	}
	return strings.Trim(why+"; "+r.masked, "; ")
}

// consentFile reads an import row by row, however long it is.
type consentFile struct {
	rows    *csv.Reader
	bound   *boundedReader
	rules   importRules
	columns []string // by position; "" is not read
	ignored []string
	whose   []bool // by position: not read, and says who somebody is
	last    int    // the line on which the last row began
}

// boundedReader ends a row that never ends: a quotation mark that is not
// closed would take the rest of the file for one value.
type boundedReader struct {
	r    io.Reader
	left int
}

// longestRow is more than any row may hold, in bytes; the file is read in pieces of its own.
const longestRow = 256 << 10

var errEndlessRow = errors.New("a row is longer than 256 kB: a quotation mark was not closed, in it or before it")

func (b *boundedReader) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errEndlessRow
	}
	n, err := b.r.Read(p)
	b.left -= n
	return n, err
}

// readConsents reads the first line: the separator and the columns.
func readConsents(r io.Reader, rules importRules) (*consentFile, error) {
	head := bufio.NewReaderSize(r, 64<<10)
	start, err := head.Peek(4096)
	if err != nil && err != io.EOF {
		return nil, err
	}
	if bytes.HasPrefix(start, []byte("\xff\xfe")) || bytes.HasPrefix(start, []byte("\xfe\xff")) {
		return nil, errors.New("the file is in UTF-16: save it as CSV UTF-8")
	}
	if bytes.HasPrefix(start, []byte("\ufeff")) {
		if _, err := head.Discard(len("\ufeff")); err != nil {
			return nil, err
		}
		start = start[len("\ufeff"):]
	}
	f := &consentFile{bound: &boundedReader{r: head, left: longestRow}, rules: rules, last: 1}
	f.rows = csv.NewReader(f.bound)
	f.rows.Comma, f.rows.FieldsPerRecord, f.rows.ReuseRecord = separatorOf(start), -1, true
	names, err := f.rows.Read()
	if err == io.EOF {
		return nil, errors.New("the file is empty")
	}
	if err != nil {
		return nil, fmt.Errorf("line 1: %w", err)
	}
	return f, f.name(names)
}

// separatorOf counts on the first line.
func separatorOf(start []byte) rune {
	first, _, _ := bytes.Cut(start, []byte("\n"))
	comma, most := ',', bytes.Count(first, []byte(","))
	for _, other := range ";\t" {
		if n := bytes.Count(first, []byte(string(other))); n > most {
			comma, most = other, n
		}
	}
	return comma
}

// name finds the columns. What the first line says is not repeated before it
// is sure to be names: of a file without them it is somebody's data.
func (f *consentFile) name(names []string) error {
	for _, name := range names {
		if strings.ContainsFunc(name, unicode.IsControl) { // lines that end in a bare CR make one line of the whole file
			return errors.New("the first line holds characters that are no text: save the file as CSV UTF-8, and see that it names the columns")
		}
		column := columnOf(name)
		f.whose = append(f.whose, column == "" && tellsWho.MatchString(name) && !tellsWhat.MatchString(name))
		if column != "" && slices.Contains(f.columns, column) {
			return fmt.Errorf("two columns are the %s: keep one", column)
		}
		f.columns = append(f.columns, column)
		if masked, _ := privacy.Mask(strings.TrimSpace(name)); column == "" {
			f.ignored = append(f.ignored, strings.ToValidUTF8(shortened(masked), "?"))
		}
	}
	if !slices.Contains(f.columns, "phone") {
		return errors.New("the first line must name the columns, and one of them phone; see bode consent import --help")
	}
	if !slices.Contains(f.columns, "topic") && f.rules.topic == "" {
		return errors.New("there is no column topic: give --topic")
	}
	return nil
}

// shortened keeps of a column's name what tells which it is.
func shortened(name string) string {
	if long := []rune(name); len(long) > longestOther {
		return string(long[:longestOther]) + "…"
	}
	return name
}

// tellsWho are the names of columns that are not read and say who somebody
// is; tellsWhat those that look like it and are the same for many.
var (
	tellsWho  = regexp.MustCompile(`(?i)na(a|m)|mail|geboorte|birth`)
	tellsWhat = regexp.MustCompile(`(?i)gemeente|municipality|plaats|city|onderwerp|topic|form`)
)

func columnOf(name string) string {
	plain := strings.ToLower(strings.Join(strings.FieldsFunc(name, func(r rune) bool { return r == ' ' || r == '_' || r == '-' }), "_"))
	for column, others := range consentColumns {
		if plain == column || slices.Contains(others, plain) {
			return column
		}
	}
	return ""
}

func (f *consentFile) sayIgnored(std streams) {
	if len(f.ignored) > 0 {
		fmt.Fprintf(std.err, "These columns are not read: %s\n", strings.Join(f.ignored, ", "))
	}
}

// offset is how far the file was read, in bytes.
func (f *consentFile) offset() int64 { return f.rows.InputOffset() }

// some reads at most n rows; the error is io.EOF after the last.
func (f *consentFile) some(n int) ([]consentRow, error) {
	var rows []consentRow
	for len(rows) < n {
		f.bound.left = longestRow
		values, err := f.rows.Read()
		if broken := (*csv.ParseError)(nil); errors.As(err, &broken) && !errors.Is(err, errEndlessRow) {
			rows = append(rows, consentRow{line: broken.StartLine, result: bad, reason: brokenRow(broken)})
			continue
		}
		if err == io.EOF {
			return rows, io.EOF
		}
		if err != nil {
			return nil, fmt.Errorf("in the row after line %d: %w", f.last, err)
		}
		f.last, _ = f.rows.FieldPos(0)
		rows = append(rows, f.row(f.last, values))
	}
	return rows, nil
}

func brokenRow(broken *csv.ParseError) string {
	if broken.Line > broken.StartLine {
		return fmt.Sprintf("a quotation mark is not in its place: lines %d to %d were not read", broken.StartLine, broken.Line)
	}
	return "a quotation mark is not in its place"
}

// row masks the values before anything looks at them, and judges them.
func (f *consentFile) row(line int, values []string) consentRow {
	r := consentRow{line: line}
	if len(values) != len(f.columns) {
		r.result, r.reason = bad, fmt.Sprintf("it has %d values, and there are %d columns", len(values), len(f.columns))
		return r
	}
	named := map[string]string{}
	for n, column := range f.columns {
		if column != "" {
			named[column] = strings.TrimSpace(values[n])
		}
	}
	r.masked = takenOut(privacy.Imported(named))
	r.ends = lastTwo(named["phone"])
	err := f.rules.read(named, &r)
	if err == nil && f.personal(values, named["wording"]) {
		err = errPersonal
	}
	if err != nil {
		r.result, r.reason = bad, err.Error()
	}
	return r
}

// errPersonal refuses what would outlive an erasure: the ledger keeps the
// words that somebody agreed to, in clear and under a pseudonym.
var errPersonal = errors.New("wording: it holds a phone number, an address of mail or the person's name: give the words of the form, which are the same for everybody")

// personal tells whether a wording says whose it is.
func (f *consentFile) personal(values []string, wording string) bool {
	said := " " + strings.Join(strings.FieldsFunc(strings.ToLower(wording), notInName), " ") + " "
	for n, whose := range f.whose {
		name := strings.Join(strings.FieldsFunc(strings.ToLower(values[n]), notInName), " ")
		if whose && len(name) > 2 && strings.Contains(said, " "+name+" ") {
			return true
		}
	}
	return strings.Contains(wording, "@") || holdsPhone(wording)
}

func notInName(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// phoneLike finds a Dutch phone number, or any with a plus; dateLike what is not one.
var (
	phoneLike = regexp.MustCompile(`(?:\+31|\b0031|\b31|\b0)[ \x{a0}()./0-]{0,4}[1-9](?:[ \x{a0}()./-]{0,2}[0-9]){8}(?:[^0-9]|$)|\+[1-9](?:[ \x{a0}()./-]{0,2}[0-9]){7}`)
	dateLike  = regexp.MustCompile(`\b[0-9]{1,2}-[0-9]{1,2}-[0-9]{4}\b`)
)

// holdsPhone tells whether a text that is kept in clear holds a phone number.
func holdsPhone(text string) bool { return phoneLike.MatchString(dateLike.ReplaceAllString(text, "")) }

// takenOut says what the mask found: "a bsn was taken out of reference".
func takenOut(found map[string][]string) string {
	var said []string
	for column, kinds := range found {
		said = append(said, strings.Join(kinds, " and ")+" was taken out of "+column)
	}
	slices.Sort(said)
	return strings.Join(said, ", ")
}

// lastTwo is what is shown of a number.
func lastTwo(phone string) string {
	if len(phone) < 8 || strings.Trim(phone[len(phone)-2:], "0123456789") != "" {
		return ""
	}
	return "…" + phone[len(phone)-2:]
}
