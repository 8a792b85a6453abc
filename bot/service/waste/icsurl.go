package waste

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gemeentebode/bode/bot/outward"
)

// How a calendar from a provider is kept.
const (
	fetchLimit   = 8 * time.Second // of one request
	mostAtOnce   = 16              // requests to a provider
	idleLimit    = 90 * time.Second
	retryPause   = 5 * time.Minute // after a failed one, when a good calendar is there
	mostCached   = 5_000           // addresses
	compareAhead = 60              // days over which an old and a new calendar are compared
)

// icsURL is a calendar of iCalendar files at a provider's address, fetched
// when asked for and kept. When fetching fails, or the new one is empty or
// suddenly much shorter, the last good one stays until it is too old.
type icsURL struct {
	config CalendarConfig
	table  *aliases
	zone   *time.Location
	areas  *areas
	client *http.Client
	report func(problem string) // for the operator; never names an address

	mu    sync.Mutex
	known map[string]kept // by address of the file; it contains an address and is never logged
}

type kept struct {
	feed    *feed
	fetched time.Time // of the feed
	tried   time.Time
}

// openICSURL checks the address: https, on the configured host.
func openICSURL(config CalendarConfig, table *aliases, zone *time.Location, report func(string)) (*icsURL, error) {
	sample := fillAddress(config.URL, Place{Postcode: "1234AB", Number: 1, BAGID: "1"}, "x", url.QueryEscape)
	u, err := url.Parse(sample)
	if err != nil || u.Scheme != "https" || u.User != nil {
		return nil, errors.New("url: not an address that begins with https://")
	}
	if config.Host == "" || u.Host != config.Host {
		return nil, errors.New("url: host has to name the host of the url")
	}
	c := &icsURL{config: config, table: table, zone: zone, areas: newAreas(), report: report, known: map[string]kept{}}
	c.client = c.way(nil).Client(&http.Transport{ForceAttemptHTTP2: true, MaxConnsPerHost: mostAtOnce, IdleConnTimeout: idleLimit})
	return c, config.fillAreas(c.areas)
}

// way follows a redirect only within the configured host, over https.
func (c *icsURL) way(roots *x509.CertPool) outward.Way {
	return outward.Way{Hosts: []string{c.config.Host}, Private: c.config.Private, Proxy: true, Redirects: 3, Timeout: fetchLimit, Roots: roots}
}

// fillAddress puts an address into the configured path or URL.
func fillAddress(pattern string, at Place, area string, escape func(string) string) string {
	return strings.NewReplacer("{postcode}", escape(at.Postcode), "{number}", strconv.Itoa(at.Number),
		"{letter}", escape(at.Letter), "{addition}", escape(at.Addition), "{bag_id}", escape(at.BAGID),
		"{area}", escape(area)).Replace(pattern)
}

func plainText(s string) string { return s }

// Pickups gives what the provider knows, or knew last.
func (c *icsURL) Pickups(ctx context.Context, now time.Time, at Place, from, to Day) ([]Pickup, error) {
	area := ""
	if len(c.config.Areas) > 0 {
		var ok bool
		if area, ok = c.areas.of(at.Postcode); !ok {
			return nil, ErrUnknown
		}
	}
	feed, err := c.feed(ctx, now, fillAddress(c.config.URL, at, area, url.QueryEscape))
	if err != nil {
		return nil, err
	}
	if err := fresh(feed, DayOf(now, c.zone), c.config.validUntil()); err != nil {
		return nil, err
	}
	return feed.pickups(from, to), nil
}

// feed gives the kept calendar while it is fresh, and fetches otherwise.
func (c *icsURL) feed(ctx context.Context, now time.Time, address string) (*feed, error) {
	c.mu.Lock()
	old := c.known[address]
	c.mu.Unlock()
	young := old.feed != nil && now.Sub(old.fetched) < c.config.refresh()
	justTried := old.feed != nil && now.Sub(old.tried) < retryPause
	var err error
	if !young && !justTried {
		var new *feed
		if new, err = c.fetch(ctx, address); err == nil {
			err = believable(old.feed, new, DayOf(now, c.zone))
		}
		if errors.Is(err, ErrUnknown) && old.feed == nil {
			return nil, err
		}
		if err == nil {
			old = kept{feed: new, fetched: now}
		} else {
			c.report("waste calendar of " + c.config.Host + ": " + err.Error())
		}
		old.tried = now
		c.keep(address, old)
	}
	switch {
	case old.feed == nil:
		return nil, err
	case now.Sub(old.fetched) > c.config.maxAge():
		return nil, fmt.Errorf("ics, fetched %s ago: %w", now.Sub(old.fetched).Round(time.Hour), ErrStale)
	}
	return old.feed, nil
}

func (c *icsURL) keep(address string, k kept) {
	if k.feed == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, there := c.known[address]; !there && len(c.known) >= mostCached {
		for any := range c.known { // whichever: the map's order is random
			delete(c.known, any)
			break
		}
	}
	c.known[address] = k
}

// fetch asks the provider. Its errors do not name the address: an error of
// net/http would quote the URL, and that holds where someone lives.
func (c *icsURL) fetch(ctx context.Context, address string) (*feed, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, errors.New("the url cannot be made for this address")
	}
	request.Header.Set("Accept", "text/calendar")
	response, err := c.client.Do(request)
	if err != nil {
		return nil, withoutURL(err)
	}
	defer response.Body.Close()
	switch response.StatusCode {
	case http.StatusOK:
	case http.StatusNotFound, http.StatusBadRequest: // how providers say that they do not know an address
		return nil, ErrUnknown
	default:
		return nil, fmt.Errorf("status %d", response.StatusCode)
	}
	data, err := io.ReadAll(io.LimitReader(response.Body, mostICSBytes+1))
	if err != nil {
		return nil, errors.New("the answer broke off")
	}
	return readICS(data, c.table, c.zone)
}

func withoutURL(err error) error {
	var asked *url.Error
	if !errors.As(err, &asked) {
		return errors.New("no answer")
	}
	if asked.Timeout() {
		return errors.New("no answer in time")
	}
	switch {
	case errors.Is(err, outward.ErrElsewhere):
		return errors.New("redirected elsewhere")
	case errors.Is(err, outward.ErrPrivate):
		return outward.ErrPrivate
	}
	return errors.New("no connection")
}

// believable refuses a new calendar that has suddenly less than half of what
// the old one announced: providers have published empty and half years.
func believable(old, new *feed, today Day) error {
	if old == nil {
		return nil
	}
	before, after := len(old.pickups(today, today+compareAhead)), len(new.pickups(today, today+compareAhead))
	if before >= 4 && after*2 < before {
		return fmt.Errorf("%d pickups in the next %d days where there were %d: refused, the last good one stays", after, compareAhead, before)
	}
	return nil
}
