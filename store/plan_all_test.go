package store_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
)

// small are the tables that do not grow with residents or their messages.
var small = []string{"installation", "bundle", "publication", "pace", "heard", "reach", "template", "run", "push", "destruction", "goose_db_version"}

// wholeForAReason are queries that read a growing table from end to end, each
// with why that is right. A piece of a query names it.
var wholeForAReason = map[string]string{
	"SELECT DISTINCT s.resident_id FROM subscription s":    "a run looks at everybody, a page at a time in the order of the ids: the scan ends at the LIMIT",
	"FROM outbox WHERE state = 'waiting' OR (state = 'cla": "on SQLite: the counts of a small town, for the metrics; its outbox holds what the retention leaves",
}

// townRows is how many rows each table has.
func townRows() int {
	if os.Getenv("BODE_TEST_FULL") == "1" {
		return 1_000_000
	}
	return 20_000
}

// day has the store do what it does all day: turns, sends, their reports and
// what became of those that nobody heard of, notifications, STOP, the purge.
func (d *desk) day() {
	d.t.Helper()
	ctx := d.t.Context()
	d.ok(d.PutBundle(ctx, d.now, "hash", []byte("flows"), "ans"))
	for range 2 { // somebody new, and then somebody known
		d.answered(phone("31611111111"), "vraag")
		send := d.sendOne()
		d.ok(d.MarkSent(ctx, d.now, send, bot.Hide("wamid.out")))
		d.status(bot.Status{Send: send.ID, State: bot.StatusDelivered}, bot.Status{Message: bot.Hide("wamid.out"), State: bot.StatusRead})
		d.later(time.Second)
	}
	d.answered(phone("31622222222"), "vraag")
	d.ok(d.MarkFailed(ctx, d.now, d.sendOne(), bot.SendError{Class: bot.SendUnknown}, time.Time{}))
	d.later(time.Hour)
	d.reconcile()
	from := phone("31633333333")
	d.subscribed(from, "afval")
	d.notify(from, "afval", "morgen")
	d.sent()
	_, err := d.Counts(ctx, d.now)
	d.ok(err)
	d.stop(from)
	d.erase()
	_, err = d.Purge(ctx, d.now, store.DefaultRetention(), func(store.Destroyed) {})
	d.ok(err)
}

// What reads a whole table is right on an empty one and too slow in a town; the
// plan shows it before a town does.
func TestPlans_everyQueryOfADayUsesAnIndex(t *testing.T) {
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		r := &recorded{queries: map[string][]any{}}
		d := &desk{Store: recording(t, dsn, r), t: t, now: noon}
		d.day()
		d = &desk{Store: storetest.Open(t, fresh(t, d.IsPostgres())), t: t, now: noon}
		if d.IsPostgres() {
			d.fillPurge(townRows())
		} else {
			d.fillPurge(8000)
		}
		queries := r.planned()
		for _, query := range slices.Sorted(maps.Keys(queries)) {
			for _, fault := range d.wholeTables(query, queries[query]) {
				if _, ok := excused(query); !ok {
					t.Errorf("%s\n%s", fault, query)
				}
			}
		}
		t.Logf("%d queries", len(queries))
	})
}

// fresh is an empty database of the same kind.
func fresh(t *testing.T, postgres bool) string {
	if postgres {
		return storetest.Postgres(t)
	}
	return storetest.SQLite(t)
}

func excused(query string) (piece string, ok bool) {
	for piece := range wholeForAReason {
		if strings.Contains(query, piece) {
			return piece, true
		}
	}
	return "", false
}

func (d *desk) wholeTables(query string, args []any) []string {
	if d.IsPostgres() {
		return d.wholeInPostgres(query, args)
	}
	return d.wholeInSQLite(query, args)
}

// planNode is what is read of a plan in JSON.
type planNode struct {
	Type     string     `json:"Node Type"`
	Relation string     `json:"Relation Name"`
	Index    string     `json:"Index Name"`
	Cond     string     `json:"Index Cond"`
	Plans    []planNode `json:"Plans"`
}

func (d *desk) wholeInPostgres(query string, args []any) (faults []string) {
	d.t.Helper()
	var text string
	if err := d.DB().Get(&text, `EXPLAIN (FORMAT JSON) `+query, args...); err != nil {
		return []string{err.Error()}
	}
	var plans []struct{ Plan planNode }
	d.ok(json.Unmarshal([]byte(text), &plans))
	d.walk(plans[0].Plan, &faults)
	return faults
}

func (d *desk) walk(node planNode, faults *[]string) {
	whole := node.Type == "Seq Scan" && d.grows(node.Relation)
	if strings.HasPrefix(node.Type, "Index") && node.Cond == "" && d.grows(node.Relation) && !d.partial(node.Index) {
		whole = true
	}
	if whole {
		*faults = append(*faults, fmt.Sprintf("%s on %s %s", node.Type, node.Relation, node.Index))
	}
	for _, below := range node.Plans {
		d.walk(below, faults)
	}
}

// partial tells whether an index holds few of its table's rows.
func (d *desk) partial(index string) bool {
	query := `SELECT count(*) FROM pg_indexes WHERE indexname = $1 AND schemaname = current_schema AND indexdef LIKE '% WHERE %'`
	if !d.IsPostgres() {
		query = `SELECT count(*) FROM sqlite_master WHERE type = 'index' AND name = $1 AND sql LIKE '% WHERE %'`
	}
	return d.count(query, index) > 0
}

// grows tells whether a table is one of ours that grows.
func (d *desk) grows(table string) bool {
	return !slices.Contains(small, table) && !strings.HasPrefix(table, "pg_") && !strings.HasPrefix(table, "sqlite_")
}

var (
	scanned = regexp.MustCompile(`^SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?`)
	aliased = regexp.MustCompile(`(?i)\b(?:FROM|JOIN|UPDATE|INTO|,)\s+(\w+)(?:\s+(?:AS\s+)?(\w+))?`)
)

func (d *desk) wholeInSQLite(query string, args []any) (faults []string) {
	d.t.Helper()
	tables := d.tables()
	for _, line := range d.plan(`EXPLAIN QUERY PLAN `+query, args) {
		found := scanned.FindStringSubmatch(line)
		if found == nil || found[2] != "" && d.partial(found[2]) {
			continue
		}
		for _, name := range aliased.FindAllStringSubmatch(query, -1) {
			table := strings.ToLower(name[1])
			if (found[1] == name[1] || found[1] == name[2]) && slices.Contains(tables, table) && d.grows(table) {
				faults = append(faults, line)
				break
			}
		}
	}
	return faults
}

func (d *desk) tables() (names []string) {
	d.t.Helper()
	d.ok(d.DB().Select(&names, `SELECT name FROM sqlite_master WHERE type = 'table'`))
	return names
}
