package store_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
)

// A purge that reads a whole table holds up a town every hour.
func TestPlans_thePurgeReadsNoWholeTable(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d := &desk{Store: s, t: t, now: noon}
		d.fillPurge(8000)
		explain := `EXPLAIN QUERY PLAN `
		if d.IsPostgres() {
			explain = `EXPLAIN `
		}
		n := 0
		for kind, queries := range d.PurgeQueries(noon, store.DefaultRetention()) {
			for _, q := range queries {
				for _, line := range d.plan(explain+q.Query, q.Args) {
					n++
					whole := strings.Contains(line, "Seq Scan on ") || strings.HasPrefix(line, "SCAN ") && !strings.Contains(line, " USING ") && line != "SCAN CONSTANT ROW" && line != "SCAN w" && line != "SCAN found"
					if whole {
						t.Errorf("%s: %s\n%s", kind, line, q.Query)
					}
				}
			}
		}
		if n < 50 {
			t.Errorf("%d lines of plans: that is not all", n)
		}
	})
}

// Whoever deletes a row has the database look for what points to it, and no
// plan shows that.
func TestPlans_whatPointsToADeletedRowIsFoundByAnIndex(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d := &desk{Store: s, t: t, now: noon}
		links, err := d.Links(t.Context())
		d.ok(err)
		if len(links) < 15 {
			t.Errorf("%d links: that is not all", len(links))
		}
		for _, link := range links {
			table, column, _ := strings.Cut(link, " ")
			for _, fault := range d.wholeTables(`SELECT 1 FROM `+table+` WHERE `+column+` = $1`, []any{"x"}) {
				t.Errorf("%s: %s", link, fault)
			}
		}
	})
}

// plan gives the lines of what the database would do.
func (d *desk) plan(query string, args []any) (lines []string) {
	d.t.Helper()
	rows, err := d.DB().QueryxContext(d.t.Context(), query, args...)
	d.ok(err)
	defer rows.Close()
	for rows.Next() {
		columns, err := rows.SliceScan()
		d.ok(err)
		line := columns[len(columns)-1]
		if b, ok := line.([]byte); ok {
			line = string(b)
		}
		lines = append(lines, strings.TrimLeft(fmt.Sprint(line), " ->"))
	}
	d.ok(rows.Err())
	return lines
}
