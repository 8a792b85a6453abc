package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
)

// spread is a median with its quartiles.
type spread struct {
	Median float64 `json:"median"`
	Q1     float64 `json:"q1"`
	Q3     float64 `json:"q3"`
}

func spreadOf(list []float64) spread {
	sorted := slices.Sorted(slices.Values(list))
	return spread{valueAt(sorted, 0.5), valueAt(sorted, 0.25), valueAt(sorted, 0.75)}
}

// valueAt gives the value below which that part of a sorted list lies.
func valueAt[T cmp.Ordered](sorted []T, of float64) (value T) {
	if len(sorted) == 0 {
		return value
	}
	return sorted[int(math.Round(of*float64(len(sorted)-1)))]
}

// round is one pair of measurements; Anchor is 0 where there is none.
type round struct {
	Product float64 `json:"product"`
	Anchor  float64 `json:"anchor,omitempty"`
}

func (r round) ratio() float64 {
	if r.Anchor == 0 {
		return r.Product
	}
	return r.Product / r.Anchor
}

// result is one row of the target table.
type result struct {
	Row     string   `json:"row"` // what --only selects
	What    string   `json:"what"`
	Unit    string   `json:"unit"`
	Against string   `json:"against,omitempty"`
	Target  *float64 `json:"target,omitempty"` // nil: a trend, nothing is asked
	Stretch *float64 `json:"stretch,omitempty"`
	AtMost  bool     `json:"at_most"` // the ratio may not be above the target; else not below
	Rounds  []round  `json:"rounds"`
	Product spread   `json:"product"`
	Anchor  spread   `json:"anchor"`
	Ratio   spread   `json:"ratio"`
	Verdict string   `json:"verdict"`
	Note    string   `json:"note,omitempty"`
}

// least is a row whose ratio should be no less than the target.
func least(row, what, unit, against string, target, stretch float64, rounds []round) result {
	return result{Row: row, What: what, Unit: unit, Against: against, Target: &target, Stretch: &stretch, Rounds: rounds}.judged()
}

// atMost is a row whose ratio should be no more than the target.
func atMost(row, what, unit, against string, target, stretch float64, rounds []round) result {
	return result{Row: row, What: what, Unit: unit, Against: against, Target: &target, Stretch: &stretch, AtMost: true, Rounds: rounds}.judged()
}

// trend is a row of which nothing is asked.
func trend(row, what, unit, against string, rounds []round) result {
	return result{Row: row, What: what, Unit: unit, Against: against, Rounds: rounds}.judged()
}

func (r result) judged() result {
	var product, anchor, ratio []float64
	for _, one := range r.Rounds {
		product, anchor, ratio = append(product, one.Product), append(anchor, one.Anchor), append(ratio, one.ratio())
	}
	r.Product, r.Anchor, r.Ratio = spreadOf(product), spreadOf(anchor), spreadOf(ratio)
	r.Verdict = "-"
	if r.Target != nil {
		r.Verdict = r.against(*r.Target, "met", "missed")
		if r.Verdict == "met" {
			r.Verdict = r.against(*r.Stretch, "stretch", "met")
		}
	}
	return r
}

func (r result) against(limit float64, good, bad string) string {
	if r.AtMost && r.Ratio.Median <= limit || !r.AtMost && r.Ratio.Median >= limit {
		return good
	}
	return bad
}

// noting says what binds, or how it was measured.
func (r result) noting(format string, args ...any) result {
	r.Note = fmt.Sprintf(format, args...)
	return r
}

// missing says what binds where the target was missed.
func (r result) missing(format string, args ...any) result {
	if r.Verdict != "missed" {
		return r
	}
	return r.noting("%s", strings.TrimPrefix(r.Note+"; ", "; ")+fmt.Sprintf(format, args...))
}

// machine is what the figures were measured on; absolute ones hold for it alone.
type machine struct {
	Cores    int    `json:"cores"`
	Go       string `json:"go"`
	Postgres string `json:"postgres,omitempty"`
	System   string `json:"system"`
}

// benchReport is all of one run.
type benchReport struct {
	Machine machine  `json:"machine"`
	Seconds float64  `json:"seconds"`
	Rows    []result `json:"rows"`
	Judged  wrongs   `json:"judged"`
}

func (r benchReport) print(w io.Writer) error {
	fmt.Fprintf(w, "%s, %d cores, %s, Postgres %s; %.0f s\n\n", r.Machine.System, r.Machine.Cores, r.Machine.Go, cmp.Or(r.Machine.Postgres, "not started"), r.Seconds)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ROW\tWHAT\tPRODUCT (QUARTILES)\tANCHOR (QUARTILES)\tRATIO (QUARTILES)\tTARGET\tSTRETCH\t")
	for _, row := range r.Rows {
		fmt.Fprintln(table, row.line())
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	for _, row := range r.Rows {
		if row.Note != "" {
			fmt.Fprintf(w, "%s: %s.\n", row.Row, row.Note)
		}
	}
	_, err := fmt.Fprintf(w, "\n%d messages were judged, with %d %% of the deliveries repeated: %d lost, %d answered twice, %d residents out of order.\n",
		r.Judged.Messages, redelivered, r.Judged.Lost, r.Judged.Doubled, r.Judged.Disordered)
	return err
}

func (r result) line() string {
	anchor, ratio := "", r.Ratio.text("")
	if r.Against != "" {
		anchor, ratio = r.Anchor.text(r.Unit)+" "+r.Against, ratio+" x"
	}
	target, stretch := "", ""
	if r.Target != nil {
		sign := "≥ "
		if r.AtMost {
			sign = "≤ "
		}
		target, stretch = sign+digits(*r.Target), sign+digits(*r.Stretch)
	}
	return strings.Join([]string{r.Row, r.What, r.Product.text(r.Unit), anchor, ratio, target, stretch, r.Verdict}, "\t")
}

func (s spread) text(unit string) string {
	if unit != "" {
		unit = " " + unit
	}
	return fmt.Sprintf("%s%s (%s - %s)", digits(s.Median), unit, digits(s.Q1), digits(s.Q3))
}

// digits writes three digits that count.
func digits(f float64) string {
	switch size := math.Abs(f); {
	case size >= 100:
		return fmt.Sprintf("%.0f", f)
	case size >= 10:
		return fmt.Sprintf("%.1f", f)
	}
	return fmt.Sprintf("%.3g", f)
}

func (r benchReport) write(path string) error {
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(data, '\n'), 0o644)
}
