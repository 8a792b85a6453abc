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

	"github.com/gemeentebode/bode/store/storetest"
)

// small are the tables that do not grow with residents or their messages.
var small = []string{"installation", "bundle", "publication", "pace", "heard", "reach", "template", "run", "push", "destruction", "closing", "goose_db_version"}

// wholeForAReason are queries that read a growing table from end to end, each
// with why that is right. A piece of a query names it; with "^", its beginning.
var wholeForAReason = map[string]string{
	"WHERE q.handled_at IS NOT NULL ORDER BY q.handled_at":                "a page of the handled requests, the latest first: the scan ends at the LIMIT",
	"FROM legal_hold h JOIN hold_key k ON k.hold_id = h.id WHERE h.until": "the list of all legal holds that stand, of which a privacy officer placed each by hand",
	"FROM outbox WHERE state = 'waiting' OR (state = 'cla":                "on SQLite: the counts of a small town, for the metrics; its outbox holds what the retention leaves",
	"(SELECT count(*) FROM request WHERE handled_at IS NO":                "the desk says how many handled requests are kept: their own index is counted, of what the retention (30 days) leaves",
	"SELECT count(*) AS known,\n\tCOALESCE(sum(CASE WHEN x.closed = 1":    "a rehearsal of a notice counts how everybody stands to its topic",

	"^SELECT * FROM ":                         "a backup holds everything",
	"^SELECT count(*) FROM (SELECT DISTINCT ": "`bode purge --dry-run` counts all that is past its time",
	"SELECT count(*) FROM resident WHERE closed_at IS NULL AND due IS NULL AND token IS NULL AND window_until": "as above",
	"_key WHERE wrapping_id <> $1":                    "a rotation tells an operator how many keys it has to move, once",
	"number FROM audit WHERE 1 = 1 ORDER BY":          "an officer asked for the whole audit trail",
	"evidence_at, subscription FROM consent ORDER BY": "an officer asked for the whole ledger",
	"DELETE FROM told_closed":                         "an operator opens the service: who heard that it was closed is forgotten",
}

// townRows is how many rows each table has.
func townRows() int {
	if os.Getenv("BODE_TEST_FULL") == "1" {
		return 1_000_000
	}
	return 20_000
}

// What reads a whole table is right on an empty one and too slow in a town; the
// plan shows it before a town does.
func TestPlans_everyQueryOfADayUsesAnIndex(t *testing.T) {
	all := newRecorded()
	storetest.EachDSN(t, func(t *testing.T, dsn string) {
		town := &desk{Store: storetest.Open(t, patient(dsn)), t: t, now: noon}
		r := newRecorded()
		for name, part := range partsOfADay {
			t.Run(name, func(t *testing.T) { part(&desk{Store: recording(t, fresh(t, town.IsPostgres()), r), t: t, now: noon}) })
		}
		t.Run("rotation", func(t *testing.T) { rotate(t, fresh(t, town.IsPostgres()), r) })
		all.add(r)
		if town.IsPostgres() {
			town.fillPurge(townRows())
		} else {
			town.fillPurge(8000)
		}
		queries := r.planned()
		for _, query := range slices.Sorted(maps.Keys(queries)) {
			for _, fault := range town.wholeTables(query, queries[query]) {
				if _, ok := excused(query); !ok {
					t.Errorf("%s\n%s", fault, query)
				}
			}
		}
		t.Logf("%d queries", len(queries))
	})
	if all.stores == 2 { // each has queries of its own
		all.nothingForgotten(t)
	}
}

// fresh is an empty database of the same kind.
func fresh(t *testing.T, postgres bool) string {
	if postgres {
		return storetest.Postgres(t)
	}
	return storetest.SQLite(t)
}

// patient lets a statement take an hour: a million rows take longer than a
// statement of the service may.
func patient(dsn string) string {
	if strings.Contains(dsn, "://") {
		return dsn + "&statement_timeout=3600000"
	}
	return dsn
}

func excused(query string) (piece string, ok bool) {
	for piece := range wholeForAReason {
		if start, begins := strings.CutPrefix(piece, "^"); begins && strings.HasPrefix(query, start) || strings.Contains(query, piece) {
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

// wholeInPostgres looks at the plan that the service has of a query, which is
// made for any arguments (see byIndex).
func (d *desk) wholeInPostgres(query string, args []any) (faults []string) {
	d.t.Helper()
	conn, err := d.DB().Connx(d.t.Context())
	d.ok(err)
	defer conn.Close()
	if _, err := conn.ExecContext(d.t.Context(), `PREPARE explained AS `+query); err != nil {
		return []string{err.Error()}
	}
	explain := `EXPLAIN (FORMAT JSON) EXECUTE explained`
	if len(args) > 0 {
		explain += `(NULL` + strings.Repeat(`, NULL`, len(args)-1) + `)`
	}
	var text string
	d.ok(conn.GetContext(d.t.Context(), &text, explain))
	_, err = conn.ExecContext(d.t.Context(), `DEALLOCATE explained`)
	d.ok(err)
	var plans []struct{ Plan planNode }
	d.ok(json.Unmarshal([]byte(text), &plans))
	d.walk(plans[0].Plan, &faults)
	return faults
}

func (d *desk) walk(node planNode, faults *[]string) {
	whole := node.Type == "Seq Scan" && d.grows(node.Relation)
	if strings.HasPrefix(node.Type, "Index") && node.Cond == "" && d.grows(node.Relation) && !slices.Contains(few, node.Index) {
		whole = true
	}
	if whole {
		*faults = append(*faults, fmt.Sprintf("%s on %s %s", node.Type, node.Relation, node.Index))
	}
	for _, below := range node.Plans {
		d.walk(below, faults)
	}
}

// few are the indexes that hold few of their table's rows, however many it
// has: those of which something is still to be done or that went wrong.
var few = []string{"resident_due", "resident_closed", "outbox_open", "outbox_waiting", "outbox_claimed", "outbox_run", "outbox_ended_badly",
	"inbox_aside", "outbox_farewell", "suppression_stamped", "suppression_lifted", "booking_held", "request_open"}

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
		if found == nil || found[2] != "" && slices.Contains(few, found[2]) {
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
