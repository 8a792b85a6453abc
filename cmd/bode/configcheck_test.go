package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
)

// Each of these once started a service that crashed at its first message, was
// open to everybody, or heard nobody.
func TestConfig_refusesWhatWouldOnlyShowLater(t *testing.T) {
	in := newInstallation(t, filepath.Join(t.TempDir(), "bode.db"), fakegraph.Config{})
	in.write("rules", "a{b")
	good, err := os.ReadFile(filepath.Join(in.dir, "config.toml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, old, new, want string }{
		{"a pace that is not a number", "per_second = 1000", "per_second = nan", "per_second"},
		{"a pace of one in years", "per_second = 1000", "per_second = 1e-9", "per_second"},
		{"a wait below zero repeats at once", `unknown_wait = "2s"`, `unknown_wait = "-5m"`, "unknown_wait"},
		{"a tester as people write numbers", `mode = "open"`, "mode = \"test\"\ntesters = [\"+31612345678\"]", "testers, number 1"},
		{"no public address", `public = "127.0.0.1:0"`, `public = ""`, "[listen] public"},
		{"no internal address", `internal = "127.0.0.1:0"`, `internal = ""`, "[listen] internal"},
		{"a path that the mux reads as a pattern", "[channel.cloudapi.webhook]", "[channel.cloudapi.webhook]\npath = \"/web{hook\"", "path"},
		{"signed and unsigned", `secret_file = "secret"`, "secret_file = \"secret\"\npath_secret_file = \"rules\"\nallow = [\"127.0.0.0/8\"]", "both"},
		{"a path secret that the mux reads as a pattern", `secret_file = "secret"`, "path_secret_file = \"rules\"\nallow = [\"127.0.0.0/8\"]", "path secret"},
		{"a level that is none", `level = "debug"`, `level = "loud"`, "[log] level"},
		{"one port for both sides", `"127.0.0.1:0"`, `"127.0.0.1:18081"`, "both 127.0.0.1:18081"},
		{"a text where a number belongs", "per_second = 1000", `per_second = "many"`, "TOML string into a setting of type float64"},
		{"a key file that is none", `keys_file = "keys"`, `keys_file = "rules"`, `[store] keys_file "rules": not a key file`},
		{"a database that is away", in.database, "postgres://bode:geheim@127.0.0.1:1/bode", "[store] database: connect"},
		{"a database of another kind", in.database, "mysql://bode:geheim@localhost/bode", "postgres://"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in.write("config.toml", strings.ReplaceAll(string(good), tt.old, tt.new))
			code, _, errs := command(t, "", "serve", "--config", filepath.Join(in.dir, "config.toml"))
			if code == exitGood || !strings.Contains(errs, tt.want) || strings.Contains(errs, "a{b") || strings.Contains(errs, "geheim") {
				t.Errorf("exit %d, want a failure that names %q and quotes no secret: %s", code, tt.want, errs)
			}
		})
	}
}
