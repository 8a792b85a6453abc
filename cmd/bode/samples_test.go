package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"
)

// The samples folder is no part of the project: where it is absent there is nothing to send.
func TestServe_everySampleBodyIsAnswered200(t *testing.T) {
	files, err := filepath.Glob("../../../shared/samples/whatsapp/webhooks/*.json")
	if err != nil {
		t.Fatal(err)
	}
	in := onPostgres(t)
	p := in.serve()
	in.fake.SetCallback(p.webhook())
	for i, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		body, kinds := in.freshen(data, i)
		before := in.fake.Counts().Accepted
		if code := in.post(p.webhook(), body, ""); code != 200 {
			t.Errorf("%s: status %d", filepath.Base(file), code)
			continue
		}
		in.settled(20 * time.Second)
		sent := in.fake.Counts().Accepted - before
		if most := len(kinds); sent > most || slices.Contains(kinds, "reaction") && sent > 0 {
			t.Errorf("%s: %d answers to messages of kinds %v", filepath.Base(file), sent, kinds)
		}
		t.Logf("%-60s %v -> %d answers", filepath.Base(file), kinds, sent)
	}
	in.nothingRefused()
}

// freshen gives a sample fresh ids, current timestamps and our number, and
// tells the kinds of its messages.
func (in *installation) freshen(data []byte, n int) (body []byte, kinds []string) {
	in.t.Helper()
	var tree any
	if err := json.Unmarshal(data, &tree); err != nil {
		in.t.Fatal(err)
	}
	serial := 0
	var walk func(node any, under string)
	walk = func(node any, under string) {
		switch x := node.(type) {
		case []any:
			for _, e := range x {
				walk(e, under)
			}
		case map[string]any:
			for _, key := range slices.Sorted(maps.Keys(x)) {
				switch {
				case key == "phone_number_id":
					x[key] = "100000000000001"
				case key == "timestamp" && under == "messages":
					x[key] = strconv.FormatInt(time.Now().Unix(), 10)
				case key == "id" && under == "messages":
					serial++
					x[key] = fmt.Sprintf("wamid.SAMPLE%dN%d", n, serial)
				case key == "type" && under == "messages":
					kinds = append(kinds, fmt.Sprint(x[key]))
				default:
					walk(x[key], key)
				}
			}
		}
	}
	walk(tree, "")
	body, err := json.Marshal(tree)
	if err != nil {
		in.t.Fatal(err)
	}
	return body, kinds
}
