package feed

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// State is what drafts and notices cannot tell: what was cancelled before it
// came, which draft a person removed, and what makes the next fetch short. When
// it is lost, a removed draft may come again, and nothing else.
type State struct {
	Rule     string          `json:"rule"` // the rule that the rest was decided by
	ETag     string          `json:"etag,omitempty"`
	Modified string          `json:"modified,omitempty"`
	Gone     map[string]Mark `json:"gone,omitempty"` // by ID: what was replaced, cancelled or made into a draft
}

// Mark is why an entry is over, and until when that is remembered.
type Mark struct {
	By    string    `json:"by"`
	Until time.Time `json:"until"`
}

const (
	// removed marks an entry that became a draft; without a draft, it was removed.
	removed      = "-"
	remembered   = 60 * 24 * time.Hour
	mostMarks    = 5_000
	longestETag  = 500
	longestState = 4 << 20
)

// ReadState reads what was kept; with nothing kept, or by another rule, the
// feed is fetched whole.
func ReadState(data []byte, r Rule, now time.Time) (*State, error) {
	s := &State{}
	var err error
	if len(data) > longestState {
		err = fmt.Errorf("it is larger than %d MB", longestState>>20)
	} else if len(data) > 0 {
		err = json.Unmarshal(data, s)
	}
	if err != nil {
		s = &State{}
	}
	if rule := r.fingerprint(); s.Rule != rule {
		s.Rule, s.ETag, s.Modified = rule, "", ""
	}
	if s.Gone == nil {
		s.Gone = map[string]Mark{}
	}
	for id, mark := range s.Gone {
		if !mark.Until.After(now) {
			delete(s.Gone, id)
		}
	}
	return s, err
}

// Bytes gives what to keep.
func (s *State) Bytes() []byte {
	data, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		panic(err) // our own type
	}
	return append(data, '\n')
}

// fingerprint names the rule: by another, the same feed is decided otherwise.
func (r Rule) fingerprint() string {
	data, err := json.Marshal(struct {
		Config
		Areas []Area
	}{r.Config, r.Areas})
	if err != nil {
		panic(err) // our own type
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}

func (s *State) gone(id ID) (by string, ok bool) {
	mark, ok := s.Gone[id.key().String()]
	return mark.By, ok
}

func (s *State) end(id ID, by string, now time.Time) {
	s.mark(id, Mark{by, now.Add(remembered)})
}

// seen marks an entry that became part of a draft.
func (s *State) seen(id ID, now time.Time) {
	s.mark(id, Mark{removed, now.Add(remembered)})
}

func (s *State) mark(id ID, m Mark) {
	if old, ok := s.Gone[id.key().String()]; ok && old.By != removed {
		return // it stays over, by the first that ended it
	}
	s.Gone[id.key().String()] = m
	if len(s.Gone) <= mostMarks {
		return
	}
	var all []string
	for id := range s.Gone {
		all = append(all, id)
	}
	slices.SortFunc(all, func(a, b string) int { return s.Gone[a].Until.Compare(s.Gone[b].Until) })
	for _, id := range all[:len(all)/10] { // a tenth at once, so that this is rare
		delete(s.Gone, id)
	}
}
