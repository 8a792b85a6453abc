package feed

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot/outward"
)

// Bounds of a fetch.
const (
	fetchLimit    = 15 * time.Second // one request, its body included
	wholeLimit    = 2 * time.Minute  // a feed with the documents that it links to
	mostRedirects = 3
	mostDocuments = 100 // fetched in one run
)

// Fetcher asks feeds. It reaches the configured hosts only, over https, at
// public addresses unless the feed is configured as private, and goes through
// no proxy: that would hide which address is reached.
type Fetcher struct {
	Roots *x509.CertPool // nil: the system's
}

// Fetch reads a feed and the CAP documents that it links to. The state is
// changed when everything was read; unchanged tells that nothing is new since.
func (f Fetcher) Fetch(ctx context.Context, r Rule, state *State) (entries []Entry, unchanged bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, wholeLimit)
	defer cancel()
	client := f.client(r)
	defer client.CloseIdleConnections()
	index, err := r.get(ctx, client, r.URL, state)
	if err != nil || index == nil {
		return nil, err == nil, err
	}
	return r.linked(ctx, client, index), false, nil
}

// linked puts the documents in the place of the entries that point to them.
func (r Rule) linked(ctx context.Context, client *http.Client, index []Entry) []Entry {
	var out []Entry
	asked := map[string]bool{}
	for _, e := range index {
		switch {
		case e.Document == "" || e.Err != nil:
			out = append(out, e)
			continue
		case asked[e.Document]: // MeteoAlarm has an entry per area of the same alert
			continue
		case len(asked) == mostDocuments:
			e.Err = fmt.Errorf("the feed links to more than %d documents: %w", mostDocuments, errSoon)
			out = append(out, e)
			continue
		}
		asked[e.Document] = true
		read, err := r.get(ctx, client, e.Document, nil)
		if err != nil {
			e.Err = err
			out = append(out, e)
			continue
		}
		for _, one := range read {
			if one.Document == "" && !one.News {
				out = append(out, one)
				continue
			}
			e.Err = errors.New("what it links to is no CAP alert")
			out = append(out, e)
			break
		}
	}
	return out
}

// get asks one address. No entries and no error: unchanged.
func (r Rule) get(ctx context.Context, client *http.Client, address string, state *State) ([]Entry, error) {
	u, ok := secure(address)
	if !ok || !slices.Contains(r.Hosts, u.Host) {
		return nil, fmt.Errorf("%q is not on one of the hosts of this feed: name it in hosts if it belongs there", shown(address))
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, errors.New("the url cannot be asked")
	}
	request.Header.Set("Accept", "application/cap+xml, application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.8")
	request.Header.Set("User-Agent", "bode")
	if state != nil && state.ETag != "" {
		request.Header.Set("If-None-Match", state.ETag)
	}
	if state != nil && state.Modified != "" {
		request.Header.Set("If-Modified-Since", state.Modified)
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, plainly(err)
	}
	defer response.Body.Close()
	return r.answer(response, state)
}

func (r Rule) answer(response *http.Response, state *State) ([]Entry, error) {
	switch {
	case response.StatusCode == http.StatusNotModified && state != nil && state.ETag+state.Modified != "":
		return nil, nil
	case response.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("it answered with status %d: check the url, or try again later", response.StatusCode)
	case response.ContentLength > MostBytes:
		return nil, ErrTooLarge
	}
	entries, err := r.Read(response.Body)
	if err != nil {
		return nil, err
	}
	if state != nil {
		state.ETag, state.Modified = header(response, "ETag"), header(response, "Last-Modified")
	}
	if entries == nil {
		entries = []Entry{}
	}
	return entries, nil
}

func header(response *http.Response, name string) string {
	value := response.Header.Get(name)
	if len(value) > longestETag || clean(value) != value {
		return ""
	}
	return value
}

// Again has the next fetch read everything, because something of this one may
// be decided otherwise then.
func (s *State) Again(decisions []Decision) {
	if slices.ContainsFunc(decisions, func(d Decision) bool { return d.soon }) {
		s.ETag, s.Modified = "", ""
	}
}

func (f Fetcher) client(r Rule) *http.Client {
	way := outward.Way{Hosts: r.Hosts, Private: r.Private, Redirects: mostRedirects, Timeout: fetchLimit, Roots: f.Roots}
	return way.Client(&http.Transport{ForceAttemptHTTP2: true, MaxConnsPerHost: 2})
}

var (
	errElsewhere = errors.New("it redirected to another host or too often: write the new address in url, and its host in hosts")
	errPrivate   = errors.New("its address is a private one: if the feed is on your own network, write private = true")
)

// plainly says what went wrong without the noise of the network.
func plainly(err error) error {
	switch {
	case errors.Is(err, outward.ErrElsewhere):
		return errElsewhere
	case errors.Is(err, outward.ErrPrivate):
		return errPrivate
	case errors.Is(err, context.Canceled):
		return context.Canceled
	}
	var asked *url.Error
	if errors.As(err, &asked) && asked.Timeout() {
		return errors.New("it did not answer in time: try again later")
	}
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	if errors.As(err, &unknown) || errors.As(err, &name) {
		return errors.New("its certificate does not prove that it is who it says")
	}
	if strings.Contains(err.Error(), "no such host") {
		return errors.New("its host has no address: check the url")
	}
	return errors.New("there was no connection: try again later")
}
