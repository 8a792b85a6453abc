package store_test

import (
	"database/sql/driver"
	"maps"
	"regexp"
	"sync"
	"testing"

	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
)

// recorded are the queries that a store made.
type recorded struct {
	mu      sync.Mutex
	queries map[string][]any // with the arguments of the first time
}

func (r *recorded) note(query string, named []driver.NamedValue) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, known := r.queries[query]; known {
		return
	}
	args := make([]any, len(named))
	for i, arg := range named {
		args[i] = arg.Value
	}
	r.queries[query] = args
}

// readsOrWrites are the queries that have a plan.
var readsOrWrites = regexp.MustCompile(`^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b`)

func (r *recorded) planned() map[string][]any {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := maps.Clone(r.queries)
	maps.DeleteFunc(list, func(query string, _ []any) bool { return !readsOrWrites.MatchString(query) })
	return list
}

// recording opens a store whose queries are noted.
func recording(t testing.TB, dsn string, r *recorded) *store.Store {
	s := storetest.Open(t, dsn)
	end, err := s.Record(dsn, r.note)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(end)
	return s
}
