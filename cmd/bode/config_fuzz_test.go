package main

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi"
)

// Whatever stands in config.toml: it is refused with the file's name and what
// to do, or everything that serve makes of it before it listens can be made.
func FuzzParseConfig(f *testing.F) {
	example, err := os.ReadFile("../../config.example.toml")
	if err != nil {
		f.Fatal(err)
	}
	whole := string(example)
	f.Add(example)
	for old, now := range map[string]string{
		`path = "`: `path = "/{x}`, `[channel.cloudapi]`: "[channel.cloudapi]\npublic_url = \"https://[::1\"\n", "[service]": "[service]\nper_second = nan\n",
		"[retention]": "[retention]\ntexts = -9223372036854775808\n", "[privacy]": "[privacy]\nexport_url = \"https://a/b/..%2f\"\n", "[log]": "[log]\nlevel = \"\\u0000\"\n",
		"[listen]": "[listen]\npublic = \":\"\n", "[notify]": "[notify]\nquiet = \"25:00-61:00\"\n", "[desk]": "[desk]\nhosts = [\"\", \"*\", \"a\\nb\"]\n",
	} {
		f.Add([]byte(strings.Replace(whole, old, now, 1)))
		f.Add([]byte(strings.ReplaceAll(whole, old, now)))
	}
	notify := strings.Replace(whole, "enabled      = false", "enabled = true", 1)
	f.Add([]byte(strings.Replace(notify, `"/webhook/whatsapp"`, `"webhook/notifynl/"`, 1)))
	for _, odd := range []string{"", "\x00", "[[feed]]\nurl = \"file:///etc/passwd\"", "[store]\ndatabase = \"postgres://u:geheim@h/d\"\ndatabase = 1", "municipality = 1", strings.Repeat("[", 9999)} {
		f.Add([]byte(odd))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := parseConfig("config.toml", data)
		if err != nil {
			if said := err.Error(); !strings.HasPrefix(said, "config.toml:") || strings.Contains(said, "%!") || strings.Contains(said, "geheim") {
				t.Errorf("said: %q", said)
			}
			return
		}
		api, err := c.cloudAPI()
		if err == nil {
			t.Error("there is no token, and it has an API to send to")
		}
		api.PathSecret = bot.Hide("secret")
		mux := http.NewServeMux() // which panics at a path that it cannot serve
		mux.Handle(c.webhookPath(api), http.NotFoundHandler())
		mux.Handle(c.exportPath()+"/", http.NotFoundHandler())
		if c.Fallback.Enabled {
			mux.Handle(c.webhookPath(cloudapi.Config{}), http.NotFoundHandler())
			mux.Handle(receiptsPath, http.NotFoundHandler())
		}
		wait, err := time.ParseDuration(c.Service.UnknownWait)
		_, err2 := c.quiet()
		if err != nil || err2 != nil || wait <= 0 || c.Service.Parallel < 1 || c.Service.PerSecond < 1 || c.Listen.Internal == "" {
			t.Errorf("passed, and cannot be worked with: %v, %v, %v", wait, err, err2)
		}
		for _, kind := range c.Retention.Kinds() {
			if kind.Configurable() && (kind.Days < 1 || kind.Days > mostDays) {
				t.Errorf("%s is %d days", kind.Set, kind.Days)
			}
		}
	})
}
