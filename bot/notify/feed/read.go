package feed

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"golang.org/x/text/encoding/charmap"
)

// Bounds of a document. Real ones are a tenth of these at most.
const (
	MostBytes    = 2 << 20
	mostDepth    = 32
	mostElements = 20_000
	mostInfos    = 50  // of one alert: languages times events
	mostEntries  = 500 // of one feed
	mostAreas    = 500 // of one info
)

// ErrTooLarge is a document of more than MostBytes; what follows them is never read.
var ErrTooLarge = fmt.Errorf("it is larger than %d MB and was not read further: check the url, or ask who publishes it", MostBytes>>20)

// mostPiece bounds one tag with its attributes, or one text: the decoder holds a
// piece in memory, many times over when it is all attributes.
const mostPiece = 256 << 10

var errPiece = fmt.Errorf("one text or tag of it is larger than %d KB: check the url, or ask who publishes it", mostPiece>>10)

// capped reads at most so many bytes, and of one piece, and then fails instead
// of ending.
type capped struct {
	from        io.Reader
	left, piece int
	broke       bool // the reading failed before the end
}

func (c *capped) Read(p []byte) (int, error) {
	if c.left == 0 {
		return 0, ErrTooLarge
	}
	if c.piece == 0 {
		return 0, errPiece
	}
	n, err := c.from.Read(p[:min(len(p), c.left, c.piece)])
	c.left, c.piece = c.left-n, c.piece-n
	c.broke = c.broke || err != nil && !errors.Is(err, io.EOF)
	return n, err
}

// guarded passes on the tokens of a document and refuses what no feed needs.
type guarded struct {
	decoder         *xml.Decoder
	body            *capped
	depth, elements int
}

var errDoctype = errors.New("it has a DOCTYPE, which can hide an attack: it was not read; ask who publishes it for a feed without")

// Token is xml.TokenReader; the decoder around it checks that tags match.
func (g *guarded) Token() (xml.Token, error) {
	g.body.piece = mostPiece
	token, err := g.decoder.RawToken()
	switch token.(type) {
	case xml.Directive:
		return nil, errDoctype
	case xml.StartElement:
		g.depth++
		g.elements++
	case xml.EndElement:
		g.depth--
	}
	if g.depth > mostDepth {
		return nil, fmt.Errorf("it is nested more than %d deep", mostDepth)
	}
	if g.elements > mostElements {
		return nil, fmt.Errorf("it has more than %d elements", mostElements)
	}
	return token, err
}

// charset knows the encodings that Dutch feeds have besides UTF-8.
func charset(name string, in io.Reader) (io.Reader, error) {
	switch strings.ToLower(name) {
	case "us-ascii":
		return in, nil
	case "iso-8859-1", "latin1", "windows-1252":
		return charmap.Windows1252.NewDecoder().Reader(in), nil
	case "iso-8859-15":
		return charmap.ISO8859_15.NewDecoder().Reader(in), nil
	}
	return nil, fmt.Errorf("its encoding %q is not known: UTF-8, ISO-8859-1, ISO-8859-15 and Windows-1252 are", shown(name))
}

const (
	capSpace  = "urn:oasis:names:tc:emergency:cap:1.2"
	atomSpace = "http://www.w3.org/2005/Atom"
)

// Read reads a CAP alert, an Atom or an RSS feed, by its first element. An
// entry that cannot be used has its Err set; an error is of the whole document.
func (r Rule) Read(body io.Reader) ([]Entry, error) {
	limited := &capped{from: body, left: MostBytes, piece: mostPiece}
	inner := xml.NewDecoder(limited)
	inner.CharsetReader = charset
	outer := xml.NewTokenDecoder(&guarded{decoder: inner, body: limited})
	entries, err := r.document(outer)
	switch {
	case errors.Is(err, ErrTooLarge):
		return nil, ErrTooLarge
	case err != nil && limited.broke:
		return nil, errors.New("the answer broke off: try again later")
	case errors.Is(err, errPiece):
		return nil, errPiece
	case errors.Is(err, io.EOF), err != nil && strings.Contains(err.Error(), "unexpected EOF"):
		return nil, errors.New("it is empty or breaks off: try again later")
	case err != nil:
		line, _ := inner.InputPos()
		return nil, fmt.Errorf("line %d: %w", line, readable(err))
	}
	return entries, nil
}

// readable quotes nothing that a terminal would obey.
func readable(err error) error {
	if errors.Is(err, errDoctype) {
		return err
	}
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) { // its line is counted by the outer decoder, which sees no lines
		return errors.New("it is no right XML: " + shown(syntax.Msg))
	}
	return errors.New(harmless(err.Error(), longestError))
}

func (r Rule) document(d *xml.Decoder) ([]Entry, error) {
	for {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			entries, err := r.root(d, t)
			if err != nil {
				return nil, err
			}
			return entries, atEnd(d)
		case xml.CharData:
			if len(bytes.TrimSpace(t)) > 0 {
				return nil, errors.New("it does not begin as XML: check the url")
			}
		}
	}
}

func (r Rule) root(d *xml.Decoder, start xml.StartElement) ([]Entry, error) {
	switch {
	case start.Name.Local == "alert" && start.Name.Space == capSpace:
		var a capAlert
		if err := d.DecodeElement(&a, &start); err != nil {
			return nil, err
		}
		return []Entry{r.alert(a, "the alert")}, nil
	case start.Name.Local == "alert":
		return nil, fmt.Errorf("it is an alert of %q: only CAP 1.2 (%s) is read", shown(start.Name.Space), capSpace)
	case start.Name.Local == "feed" && start.Name.Space == atomSpace:
		var f atomFeed
		if err := d.DecodeElement(&f, &start); err != nil {
			return nil, err
		}
		return r.atom(f)
	case start.Name.Local == "rss":
		var f rssFeed
		if err := d.DecodeElement(&f, &start); err != nil {
			return nil, err
		}
		return r.rss(f)
	}
	return nil, fmt.Errorf("it begins with <%s>, and is neither CAP 1.2, nor Atom, nor RSS: check the url", shown(start.Name.Local))
}

// atEnd refuses what stands after the document.
func atEnd(d *xml.Decoder) error {
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if _, more := token.(xml.StartElement); more {
			return errors.New("there is more after its end")
		}
	}
}

// moment reads a time of CAP or Atom. One without a zone could be off by
// hours, and is refused.
func moment(s string) (time.Time, error) {
	s = strings.TrimSpace(s)
	t, err := time.Parse(time.RFC3339, s)
	if err == nil && t.Year() >= 2000 && t.Year() < 2200 {
		return t, nil
	}
	for _, bare := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05"} {
		if _, err := time.Parse(bare, s); err == nil {
			return time.Time{}, fmt.Errorf("%q has no zone: a time is written 2026-11-22T08:00:00+01:00", shown(s))
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a time as 2026-11-22T08:00:00+01:00", shown(s))
}
