package main

import (
	"bytes"
	"encoding/base64"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
)

// What the scripted resident gives away. The identifiers may be nowhere; the
// rest may be nowhere in clear on our side.
var (
	plantedIdentifiers = []string{"111222333", "NL91ABNA0417164300", "4111111111111111", "4111 1111 1111 1111"}
	plantedPersonal    = []string{"Wilhelmientje", "31698765432", "NL.998877665544332211", "regenworm in de zon"}
)

var scripted = []string{
	"hallo",
	"mijn bsn is 111222333 en ik ben Wilhelmientje",
	"rekening NL91ABNA0417164300",
	"kaart 4111 1111 1111 1111 of 4111111111111111",
	"wanneer wordt de kliko geleegd",
	"3511LN 12",
	"regenworm in de zon",
	"menu",
}

func TestServe_nothingOfAResidentStandsInClearInFilesLogsOrMetrics(t *testing.T) {
	eachInstallation(t, func(t *testing.T, in *installation) {
		p := in.serve()
		in.fake.SetCallback(p.webhook())
		resident := fakegraph.Person{Phone: plantedPersonal[1], UserID: plantedPersonal[2], Name: plantedPersonal[0]}
		for _, text := range scripted {
			in.deliver(p, resident, text)
			in.settled(20 * time.Second)
		}
		body, _ := in.fake.Inbound(resident, time.Now(), fakegraph.Location(52.1, 5.1, "111222333", plantedPersonal[0]))
		if in.post(p.webhook(), body, "") != 200 {
			t.Fatal("location not taken")
		}
		in.settled(20 * time.Second)
		_, metrics := p.get("/metrics")
		p.stop()
		everything := map[string][]byte{"log": []byte(p.logged()), "metrics": []byte(metrics)}
		in.databaseFiles(everything)
		for name, data := range everything {
			for _, needle := range append(plantedIdentifiers, plantedPersonal...) {
				if form := found(data, needle); form != "" {
					t.Errorf("%s holds %q as %s", name, needle, form)
				}
			}
		}
		if len(in.fake.Record()) < len(scripted) {
			t.Errorf("only %d answers to %d messages: the search proves little", len(in.fake.Record()), len(scripted))
		}
		for _, m := range in.fake.Record() {
			for _, needle := range plantedIdentifiers {
				if found(m.Body, needle) != "" {
					t.Errorf("an answer repeats the identifier %q", needle)
				}
			}
		}
	})
}

// databaseFiles collects the bytes of the database: SQLite's files, or
// Postgres' data directory (heap, indexes, WAL) after a checkpoint.
func (in *installation) databaseFiles(into map[string][]byte) {
	in.t.Helper()
	root := filepath.Dir(in.database)
	if strings.Contains(in.database, "postgres") {
		db, err := sqlx.Open("postgres", in.database)
		if err != nil {
			in.t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.Exec("CHECKPOINT"); err != nil {
			in.t.Fatal(err)
		}
		if err := db.Get(&root, "SHOW data_directory"); err != nil {
			in.t.Fatal(err)
		}
	}
	files := 0
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return nil // the server removes files while we look
		}
		if data, err := os.ReadFile(path); err == nil {
			into[path] = data
			files++
		}
		return nil
	})
	if err != nil || files == 0 {
		in.t.Fatalf("no database files under %s: %v", root, err)
	}
}

// found tells in which form a text stands in data: plain, or base64 in one of
// its three alignments (as in a wamid).
func found(data []byte, needle string) string {
	if bytes.Contains(data, []byte(needle)) {
		return "plain text"
	}
	for skip := range 3 {
		padded := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("\x00", skip) + needle))
		// The first and last characters depend on the neighbours.
		first := []int{0, 2, 3}[skip]
		last := len(strings.TrimRight(padded, "=")) - 1
		if (skip+len(needle))%3 == 0 {
			last++
		}
		if core := padded[first:last]; len(core) >= 8 && bytes.Contains(data, []byte(core)) {
			return "base64"
		}
	}
	return ""
}

func TestFound_seesBase64InEveryAlignment(t *testing.T) {
	for skip := range 3 {
		data := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", skip) + "31698765432" + "yz"))
		if found([]byte(data), "31698765432") == "" {
			t.Errorf("alignment %d is not seen", skip)
		}
	}
}
