package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/gemeentebode/bode/store"
)

// bad is the result of a row that cannot be read.
const bad = "bad"

// importReport tells what became of each row: in a file of its own, or what is
// bad on standard output. It never holds more of a number than its last two digits.
type importReport struct {
	file   *os.File
	out    *csv.Writer
	std    streams
	dry    bool
	rows   int
	counts map[string]int
}

func newImportReport(path string, dry bool, std streams) (*importReport, error) {
	r := &importReport{std: std, dry: dry, counts: map[string]int{}}
	if path == "" {
		return r, nil
	}
	var err error
	if r.file, err = os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600); err != nil {
		return nil, fmt.Errorf("--report: %w", err)
	}
	r.out = csv.NewWriter(r.file)
	return r, r.out.Write([]string{"line", "phone", "result", "reason"})
}

func (r *importReport) add(rows []consentRow) error {
	for _, row := range rows {
		r.rows++
		r.counts[row.result]++
		if r.out != nil {
			if err := r.out.Write([]string{strconv.Itoa(row.line), row.ends, row.result, row.reasonFor()}); err != nil {
				return fmt.Errorf("--report: %w", err)
			}
		} else if row.result == bad {
			fmt.Fprintf(r.std.out, "line %d: %s\n", row.line, row.reasonFor())
		}
	}
	if r.out == nil {
		return nil
	}
	r.out.Flush() // what was done is on paper, also when this run is cut short
	return r.out.Error()
}

// sum says the totals.
func (r *importReport) sum() {
	if r.dry {
		fmt.Fprintln(r.std.out, "Dry run: nothing was changed. As it is now, the import would do this:")
	}
	fmt.Fprintf(r.std.out, "%d rows\n", r.rows)
	for _, line := range []struct{ result, means string }{
		{string(store.Stands), "stand by their own evidence"}, {string(store.Waits), "wait: the resident is asked in the next chat they begin"},
		{string(store.Already), "stood already"}, {string(store.Withdrew), "not taken in: withdrawn since"},
		{string(store.Stopped), "not taken in: said STOP"}, {bad, "bad: correct them and give the file again"},
	} {
		if n := r.counts[line.result]; n > 0 {
			fmt.Fprintf(r.std.out, "%8d %s\n", n, line.means)
		}
	}
}

func (r *importReport) close() error {
	if r.file == nil {
		return nil
	}
	r.out.Flush()
	return errors.Join(r.out.Error(), r.file.Close())
}

// progress tells on standard error how far a long file is.
type progress struct {
	std   streams
	size  int64
	begun time.Time
	said  time.Time
}

func newProgress(std streams, size int64) *progress {
	return &progress{std: std, size: size, begun: time.Now()}
}

// at says how far it is: at once, and then twice a second.
func (p *progress) at(rows int, offset int64) {
	now := time.Now()
	if now.Sub(p.said) < time.Second/2 {
		return
	}
	p.said = now
	left := time.Duration(0)
	if offset > 0 {
		left = time.Duration(float64(now.Sub(p.begun)) * float64(p.size-offset) / float64(offset))
	}
	fmt.Fprintf(p.std.err, "\r%9d rows, %3d %%, %s left   ", rows, 100*offset/max(p.size, 1), left.Round(time.Second))
}

func (p *progress) done(rows int) {
	p.said = time.Now()
	fmt.Fprintf(p.std.err, "\r%9d rows, 100 %%, %s in all   ", rows, p.said.Sub(p.begun).Round(time.Second))
}

func (p *progress) end() {
	if !p.said.IsZero() {
		fmt.Fprintln(p.std.err)
	}
}
