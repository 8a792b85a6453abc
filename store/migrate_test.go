package store_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/gemeentebode/bode/store"
)

// breaking are the statements after which the program of before no longer
// works on the tables; see firstRelease.
var breaking = []struct {
	why  string
	what *regexp.Regexp
}{
	{"drops what the program of before uses", regexp.MustCompile(`(?i)\bDROP\s+(TABLE|COLUMN|VIEW|FUNCTION|TYPE|SCHEMA)\b`)},
	{"renames what the program of before uses", regexp.MustCompile(`(?i)\bRENAME\b`)},
	{"changes a column's type", regexp.MustCompile(`(?i)\bALTER\s+(COLUMN\s+)?\w+\s+(SET\s+DATA\s+)?TYPE\b`)},
	{"demands a value that the program of before does not write", regexp.MustCompile(`(?i)\bSET\s+NOT\s+NULL\b`)},
	{"takes away a default that the program of before relies on", regexp.MustCompile(`(?i)\bDROP\s+DEFAULT\b`)},
	{"destroys rows", regexp.MustCompile(`(?i)^\s*(DELETE\s+FROM|TRUNCATE)\b`)},
}

var (
	addedColumn = regexp.MustCompile(`(?i)\bADD\s+(COLUMN\s+)?[^,;]*\bNOT\s+NULL\b[^,;]*`)
	uniqueIndex = regexp.MustCompile(`(?i)^\s*CREATE\s+UNIQUE\s+INDEX\s+\w+\s+ON\s+(\w+)`)
	madeTable   = regexp.MustCompile(`(?i)CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(\w+)`)
	comment     = regexp.MustCompile(`(?m)--.*$`)
)

// breaks tells what in a migration the program of before cannot live with.
func breaks(migration string) (faults []string) {
	up, _, _ := strings.Cut(migration, "-- +goose Down")
	made := map[string]bool{}
	for _, found := range madeTable.FindAllStringSubmatch(up, -1) {
		made[found[1]] = true
	}
	for statement := range strings.SplitSeq(comment.ReplaceAllString(up, ""), ";") {
		for _, b := range breaking {
			if b.what.MatchString(statement) {
				faults = append(faults, fmt.Sprintf("it %s:%s", b.why, statement))
			}
		}
		for _, column := range addedColumn.FindAllString(statement, -1) {
			if !strings.Contains(strings.ToUpper(column), "DEFAULT") {
				faults = append(faults, "it adds a column that must be filled, without a default: "+column)
			}
		}
		if on := uniqueIndex.FindStringSubmatch(statement); on != nil && !made[on[1]] {
			faults = append(faults, "it forbids rows that the program of before may write:"+statement)
		}
	}
	return faults
}

// TestMigrations_onlyAdd is what makes an update without a stop, and putting
// the old program back, possible: from the first release on.
func TestMigrations_onlyAddFromTheFirstReleaseOn(t *testing.T) {
	for _, dialect := range []string{"postgres", "sqlite"} {
		files, err := filepath.Glob(filepath.Join("migrations", dialect, "*.sql"))
		if err != nil || len(files) < store.FirstRelease {
			t.Fatalf("%s: %d migrations, error %v", dialect, len(files), err)
		}
		for _, file := range files {
			number, _, _ := strings.Cut(filepath.Base(file), "_")
			if n, err := strconv.Atoi(number); err != nil || n <= store.FirstRelease {
				continue
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, fault := range breaks(string(text)) {
				t.Errorf("%s: %s", file, fault)
			}
		}
	}
}

func TestMigrations_whatBreaksTheProgramOfBeforeIsSeen(t *testing.T) {
	for statement, want := range map[string]bool{
		"ALTER TABLE resident ADD COLUMN later text;":                             false,
		"ALTER TABLE resident ADD COLUMN later integer NOT NULL DEFAULT 0;":       false,
		"CREATE TABLE later (id integer NOT NULL);":                               false,
		"CREATE INDEX later ON resident (due);":                                   false,
		"CREATE TABLE later (id integer); CREATE UNIQUE INDEX l ON later (id);":   false,
		"CREATE INDEX later ON resident (due);\n-- +goose Down\nDROP TABLE x;":    false,
		"ALTER TABLE resident ADD COLUMN later integer NOT NULL;":                 true,
		"ALTER TABLE resident ADD later integer NOT NULL CHECK (later > 0);":      true,
		"ALTER TABLE resident DROP COLUMN due;":                                   true,
		"DROP TABLE resident;":                                                    true,
		"ALTER TABLE resident RENAME COLUMN due TO soon;":                         true,
		"ALTER TABLE resident ALTER COLUMN due TYPE bigint;":                      true,
		"ALTER TABLE resident ALTER COLUMN due SET NOT NULL;":                     true,
		"ALTER TABLE resident ALTER COLUMN seq DROP DEFAULT;":                     true,
		"CREATE UNIQUE INDEX later ON resident (due);":                            true,
		"DELETE FROM inbox;":                                                      true,
		"ALTER TABLE inbox ADD COLUMN a text, ADD COLUMN b text NOT NULL UNIQUE;": true,
	} {
		if got := len(breaks("-- +goose Up\n"+statement)) > 0; got != want {
			t.Errorf("%s: breaking %t, want %t", statement, got, want)
		}
	}
}
