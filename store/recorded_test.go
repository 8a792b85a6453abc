package store_test

import (
	"database/sql/driver"
	"maps"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
)

// recorded are the queries that a store made, and from where.
type recorded struct {
	mu      sync.Mutex
	queries map[string][]any // with the arguments of the first time
	lines   map[string]bool  // "rights.go:31": those of the package that were on the way to one
	methods map[string]bool  // of Store
	stores  int              // that were added
}

func newRecorded() *recorded {
	return &recorded{queries: map[string][]any{}, lines: map[string]bool{}, methods: map[string]bool{}}
}

func (r *recorded) note(query string, named []driver.NamedValue) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.noteCallers()
	if _, known := r.queries[query]; known {
		return
	}
	args := make([]any, len(named))
	for i, arg := range named {
		args[i] = arg.Value
	}
	r.queries[query] = args
}

// methodOfStore finds one in the name of a function: a closure of one that the
// compiler put into a test has the test's name before it.
var methodOfStore = regexp.MustCompile(`\(\*Store\)\.(\w+)`)

func (r *recorded) noteCallers() {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for more := true; more; {
		var frame runtime.Frame
		frame, more = frames.Next()
		folder, file := filepath.Split(frame.File)
		if filepath.Base(folder) != "store" || strings.HasSuffix(file, "_test.go") {
			continue
		}
		r.lines[lineOf(file, frame.Line)] = true
		if found := methodOfStore.FindStringSubmatch(frame.Function); found != nil {
			r.methods[found[1]] = true
		}
	}
}

// add takes in what another store made: of the two databases each has queries of its own.
func (r *recorded) add(other *recorded) {
	maps.Copy(r.lines, other.lines)
	maps.Copy(r.methods, other.methods)
	r.stores++
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
func recording(t testing.TB, dsn string, r *recorded, keys ...store.Keyring) *store.Store {
	s, err := store.Open(t.Context(), dsn, append(keys, storetest.Keys())[0])
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	end, err := s.Record(dsn, r.note)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(end)
	return s
}
