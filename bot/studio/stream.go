package studio

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"time"
)

// Two rhythms of a stream: look is how often it looks for what nobody signals
// (a bundle that is live a little after its file changed, a turn without an
// answer); alive is how often a quiet one says that it is still there.
const (
	look  = 500 * time.Millisecond
	alive = 20 * time.Second
)

// stream is one browser tab that looks on. It remembers what it sent, so that
// only what changed is sent again.
type stream struct {
	*studio
	w        http.ResponseWriter
	out      *http.ResponseController
	number   string
	language string
	last     map[string]string // event -> what was sent last
	known    map[string]bool   // chat items that the tab has -> whether shown as read
}

// events pushes what changes to the page (Server-Sent Events) until it closes.
func (s *studio) events(w http.ResponseWriter, r *http.Request) {
	phone := number(r)
	if phone == "" {
		http.Error(w, "no phone: open the page first", http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(w)
	if err := out.SetReadDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) { // it would end the request's context
		return
	}
	st := &stream{studio: s, w: w, out: out, number: phone, language: language(r), last: map[string]string{}}
	said, stop := s.Phones.Watch(phone)
	defer stop()
	changed, stop := s.Changed()
	defer stop()
	reset, stop := s.reset.watch()
	defer stop()
	again, quiet := time.NewTicker(look), time.NewTicker(alive)
	defer again.Stop()
	defer quiet.Stop()
	for {
		if err := st.show(r.Context()); err != nil {
			return // the page asks again by itself
		}
		select {
		case <-r.Context().Done():
			return
		case <-said:
		case <-changed:
		case <-reset:
		case <-again.C:
		case <-quiet.C:
			if err := st.write(": still here\n\n"); err != nil {
				return
			}
		}
	}
}

func (st *stream) show(ctx context.Context) error {
	bundle, err := st.Bundle(ctx)
	if err != nil {
		return err
	}
	if err := st.event("bundle", st.bundleView(bundle, st.language)); err != nil {
		return err
	}
	if err := st.event("faults", st.faultsView(st.language)); err != nil {
		return err
	}
	if err := st.clock(); err != nil {
		return err
	}
	if err := st.chat(); err != nil {
		return err
	}
	place, err := st.placeView(ctx, bundle, st.number, st.language)
	if err != nil {
		return err
	}
	return st.event("place", place)
}

// event sends what is not what was sent last under this name.
func (st *stream) event(name string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if st.last[name] == string(data) {
		return nil
	}
	st.last[name] = string(data)
	return st.send(name, data)
}

func (st *stream) send(name string, data []byte) error {
	return st.write(fmt.Sprintf("event: %s\ndata: %s\n\n", name, data))
}

// write gives a tab that does not read two rhythms of time, instead of what the
// server gives a page: a stream goes on as long as it is looked at.
func (st *stream) write(text string) error {
	if err := st.out.SetWriteDeadline(time.Now().Add(2 * alive)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	if _, err := io.WriteString(st.w, text); err != nil {
		return err
	}
	return st.out.Flush()
}

// clockView is the service's time and whether it was set.
type clockView struct {
	Now   int64  `json:"now"`   // milliseconds since 1970
	Local string `json:"local"` // as a datetime-local field wants it
	Set   bool   `json:"set"`
}

func (st *stream) clock() error {
	set, count := st.reset.now()
	if key := fmt.Sprint(count); st.last["clock"] != key {
		st.last["clock"] = key
		now := st.Clock.Now()
		data, err := json.Marshal(clockView{Now: now.UnixMilli(), Local: now.In(st.zone).Format("2006-01-02T15:04"), Set: set})
		if err != nil {
			return err
		}
		return st.send("clock", data)
	}
	return nil
}

// chatView is what changed in the chat.
type chatView struct {
	All    bool     `json:"all"`    // the tab has nothing yet, or what it has may be old
	Empty  bool     `json:"empty"`  // nothing was said yet
	Typing bool     `json:"typing"` // we are
	Put    []item   `json:"put"`    // new ones in order, and those that were read since
	Gone   []string `json:"gone"`
}

func (st *stream) chat() error {
	bubbles, typing := st.Phones.Transcript(st.number)
	has := map[string]bool{}
	for id := range st.known {
		has[id] = true
	}
	items, err := st.items(bubbles, wordsOf(st.language), has)
	if err != nil {
		return err
	}
	v := chatView{All: st.known == nil, Empty: len(bubbles) == 0, Typing: typing, Put: []item{}, Gone: []string{}}
	now := map[string]bool{}
	for _, i := range items {
		now[i.ID] = i.Read
		if read, known := st.known[i.ID]; !known || read != i.Read {
			v.Put = append(v.Put, i)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(st.known)) {
		if _, still := now[id]; !still {
			v.Gone = append(v.Gone, id)
		}
	}
	st.known = now
	return st.event("chat", v)
}
