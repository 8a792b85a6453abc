package waste

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCSVCalendar_theMostPreciseKeyCounts(t *testing.T) {
	const file = "\xef\xbb\xbfdatum;soort;postcode;huisnummer;bag_id\r\n" +
		"2026-11-23;GREEN;3511;;\r\n24-11-2026;Oud papier;3511 LN;;\r\n2026-11-25;PMD + restafval;3511LN;12;\r\n2026-11-26;glas;;;0344200000001084\r\n2026-12-01;glas;;;0344200000001084\r\n"
	path := filepath.Join(t.TempDir(), "afval.csv")
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := openCalendar(CalendarConfig{Kind: "csv", File: path}, ownTable(t), amsterdam(t), func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	for name, w := range map[string]struct{ now, postcode, want string }{
		"the BAG id":           {"2026-11-20 10:00", "3511LN", "2026-11-26 glas"},
		"the last day":         {"2026-12-01 23:59", "3511LN", "2026-11-26 glas"},
		"a day after the last": {"2026-12-02 00:00", "3511LN", "error: csv, valid through 2026-12-01: the calendar is out of date"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := pickups(t, c, w.now, w.postcode, "2026-11-01", "2026-11-30"); got != w.want {
				t.Errorf("got  %s\nwant %s", got, w.want)
			}
		})
	}
	for postcode, want := range map[string]string{"3511LN 12": "2026-11-25 pmd, 2026-11-25 restafval", "3511LN 13": "2026-11-24 papier", "3511AA 12": "2026-11-23 gft", "3512AA 12": ""} {
		code, number, _ := strings.Cut(postcode, " ")
		found, err := c.Pickups(t.Context(), at(t, "2026-11-20 10:00"), Place{Postcode: code, Number: map[string]int{"12": 12, "13": 13}[number]}, 0, 1<<20)
		var got []string
		for _, p := range found {
			got = append(got, p.Day.String()+" "+p.Kind)
		}
		if strings.Join(got, ", ") != want || (err == nil) == (want == "") {
			t.Errorf("%s: got %s, %v; want %s", postcode, got, err, want)
		}
	}
}

func TestReadCSVCalendar_tellsTheLine(t *testing.T) {
	const head = "datum;soort;postcode\n"
	for name, c := range map[string]struct{ file, want string }{
		"nothing":     {"", "no header"},
		"no pickup":   {head, "not one pickup"},
		"a date":      {head + "31-02-2026;gft;3511\n", "line 2: datum"},
		"a kind":      {head + "2026-02-01;goud;3511\n", `line 2: the kind "goud"`},
		"a postcode":  {head + "2026-02-01;gft;11\n", "line 2: there is no postcode"},
		"two at once": {head + "x;gft;3511\n2026-02-01;gft;x\n", "line 3: there is no postcode"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := readCSVCalendar([]byte(c.file), ownTable(t), amsterdam(t), 0); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func FuzzReadCSVCalendar(f *testing.F) {
	f.Add("datum;soort;postcode;huisnummer\n2026-11-23;GREEN;3511LN;12\n")
	f.Add("date,kind,bag_id\n2026-11-23,\"paper\",1\n")
	table, zone := ownTable(f), amsterdam(f)
	f.Fuzz(func(t *testing.T, file string) {
		if c, err := readCSVCalendar([]byte(file), table, zone, 0); err == nil && len(c.pickups) == 0 {
			t.Error("an empty calendar was accepted")
		}
	})
}
