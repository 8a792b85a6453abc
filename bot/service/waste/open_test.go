package waste

import (
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gemeentebode/bode/bot"
)

// copyTown writes the example town's files, as an operator would have them.
func copyTown(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, voorbeeldstad); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "voorbeeldstad")
}

func TestOpen_readsWhatTheConfigurationNames(t *testing.T) {
	dir := copyTown(t)
	s, err := Open(Config{Sorting: filepath.Join(dir, "scheiden.csv"), Collected: "20:00", Calendars: []CalendarConfig{
		{Kind: "rules", File: filepath.Join(dir, "ophalen.toml")}, {Kind: "ics", File: filepath.Join(dir, "kerstbomen.ics")},
	}}, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	with := map[string]bot.Value{"address": address("3511LN")}
	if got := call(t, s, "2026-11-24 19:59", "waste.missed", with); got != "today 2026-11-24 gft" {
		t.Error(got)
	}
	if got := call(t, s, "2026-11-24 20:00", "waste.missed", with); got != "passed 2026-11-24 gft" {
		t.Error(got)
	}
}

func TestOpen_tellsAllFaultsAtOnce(t *testing.T) {
	dir := copyTown(t)
	_, err := Open(Config{Sorting: filepath.Join(dir, "away.csv"), Calendars: []CalendarConfig{
		{Kind: "rules", File: filepath.Join(dir, "away.toml")}, {Kind: "csv", File: filepath.Join(dir, "scheiden.csv")},
	}}, slog.New(slog.NewTextHandler(io.Discard, nil)))
	for _, want := range []string{"calendar 1", "calendar 2", "sorting"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not tell of %s", err, want)
		}
	}
	for _, config := range []Config{{Collected: "ten"}, {Aliases: "/nowhere"}, {}} {
		if _, err := Open(config, slog.New(slog.NewTextHandler(io.Discard, nil))); err == nil || !strings.Contains(err.Error(), "waste") {
			t.Errorf("%+v: %v", config, err)
		}
	}
}
