package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/account"
	"github.com/gemeentebode/bode/bot/notify/feed"
	"github.com/gemeentebode/bode/bot/service/address"
	"github.com/gemeentebode/bode/bot/service/appointment"
	"github.com/gemeentebode/bode/bot/service/waste"
	"github.com/gemeentebode/bode/store"
)

// config is config.toml; config.example.toml explains every key. A secret
// never stands in it: it comes from a file (…_file) or from the environment.
type config struct {
	Municipality struct {
		Name string `toml:"name"`
	} `toml:"municipality"`
	Programme struct {
		Vertical string `toml:"vertical"`
		Provider string `toml:"provider"`
	} `toml:"programme"`
	Store struct {
		Database     string `toml:"database"`
		DatabaseFile string `toml:"database_file"`
		KeysFile     string `toml:"keys_file"`
	} `toml:"store"`
	Listen struct {
		Public   string `toml:"public"`
		Internal string `toml:"internal"`
	} `toml:"listen"`
	Channel struct {
		CloudAPI cloudConfig `toml:"cloudapi"`
	} `toml:"channel"`
	Service struct {
		Mode        string   `toml:"mode"`
		Testers     []string `toml:"testers"`
		Parallel    int      `toml:"parallel"`
		PerSecond   float64  `toml:"per_second"`
		UnknownWait string   `toml:"unknown_wait"`

		MessagingLimit int `toml:"messaging_limit"`
	} `toml:"service"`
	Notify struct {
		First           int     `toml:"first"`
		FirstPercent    float64 `toml:"first_percent"`
		FirstMost       int     `toml:"first_most"`
		FailedPercent   float64 `toml:"failed_percent"`
		OptedOutPercent float64 `toml:"opted_out_percent"`
		Quiet           string  `toml:"quiet"`
		Prices          prices  `toml:"prices"`
	} `toml:"notify"`
	Fallback fallbackConfig `toml:"fallback"`
	Flows    struct {
		Dir   string   `toml:"dir"`
		Hosts []string `toml:"hosts"`

		Drafts string `toml:"drafts"`
	} `toml:"flows"`
	Feeds       []feed.Config      `toml:"feed"`
	Address     address.Config     `toml:"address"`
	Waste       waste.Config       `toml:"waste"`
	Appointment appointment.Config `toml:"appointment"`
	Request     struct {
		Receiver string `toml:"receiver"`
	} `toml:"request"`
	Desk struct {
		Hosts      []string `toml:"hosts"`
		UserHeader string   `toml:"user_header"`
	} `toml:"desk"`
	Privacy struct {
		Controller string `toml:"controller"`
		DPO        string `toml:"dpo"`
		Statement  string `toml:"statement"`
		ExportURL  string `toml:"export_url"`

		Processors []account.Processor `toml:"processors"`
	} `toml:"privacy"`
	Retention store.Retention `toml:"retention"`
	Log       struct {
		Level string `toml:"level"`
	} `toml:"log"`

	dir string // of the file: relative paths start here
}

type cloudConfig struct {
	BaseURL         string `toml:"base_url"`
	Private         bool   `toml:"private"`
	Version         string `toml:"version"`
	PhoneNumberID   string `toml:"phone_number_id"`
	WABAID          string `toml:"waba_id"`
	TokenFile       string `toml:"token_file"`
	AuthHeader      string `toml:"auth_header"`
	VerifyTokenFile string `toml:"verify_token_file"`
	PublicURL       string `toml:"public_url"`
	Webhook         struct {
		Path            string   `toml:"path"`
		SignatureHeader string   `toml:"signature_header"`
		SecretFile      string   `toml:"secret_file"`
		PathSecretFile  string   `toml:"path_secret_file"`
		Allow           []string `toml:"allow"`
	} `toml:"webhook"`
}

// The environment variables that stand in for a secret's file.
const (
	envDatabase    = "BODE_DATABASE"
	envKeys        = "BODE_KEYS"
	envToken       = "BODE_CLOUDAPI_TOKEN"
	envVerifyToken = "BODE_CLOUDAPI_VERIFY_TOKEN"
	envSecret      = "BODE_CLOUDAPI_SECRET"
	envPathSecret  = "BODE_CLOUDAPI_PATH_SECRET"
)

// readConfig reads and checks a configuration file: every mistake at once.
func readConfig(path string) (*config, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("%w; name it with --config, or copy config.example.toml and fill it in", err)
		}
		return nil, failure{exitUse, fmt.Errorf("configuration: %w", err)}
	}
	return parseConfig(path, data)
}

// parseConfig reads and checks the bytes of one.
func parseConfig(path string, data []byte) (*config, error) {
	c := defaultConfig()
	decoder := toml.NewDecoder(strings.NewReader(string(data))).DisallowUnknownFields()
	if err := decoder.Decode(c); err != nil {
		return nil, failure{exitUse, configError(path, err)}
	}
	c.dir = filepath.Dir(path)
	if err := c.check(); err != nil {
		return nil, failure{exitUse, fmt.Errorf("%s: %w", path, err)}
	}
	return c, nil
}

func defaultConfig() *config {
	c := &config{}
	c.Listen.Public, c.Listen.Internal = "127.0.0.1:8080", "127.0.0.1:8081"
	c.Channel.CloudAPI.BaseURL = "https://graph.facebook.com"
	c.Channel.CloudAPI.Version = "v26.0"
	c.Channel.CloudAPI.AuthHeader = "Authorization: Bearer"
	c.Channel.CloudAPI.Webhook.Path = "/webhook/whatsapp"
	c.Channel.CloudAPI.Webhook.SignatureHeader = "X-Hub-Signature-256"
	c.Service.Mode, c.Service.Parallel, c.Service.PerSecond, c.Service.UnknownWait = "test", 32, 80, "10m"
	c.Service.MessagingLimit = 250
	c.defaultNotify()
	c.Fallback = defaultFallback()
	c.Flows.Drafts = "drafts"
	c.Retention = store.DefaultRetention()
	c.Log.Level = "info"
	return c
}

// moved are keys of earlier versions, and where they stand now.
var moved = map[string]string{
	"privacy.text_days": "[retention] texts",
	"request.keep_days": "[retention] requests",
}

// goStruct is how the library names the place of a value of another kind.
var goStruct = regexp.MustCompile(`struct field struct \{.*\}\.\w+`)

func configError(path string, err error) error {
	var strict *toml.StrictMissingError
	if errors.As(err, &strict) {
		var all []string
		for _, e := range strict.Errors {
			line, column := e.Position()
			key := strings.Join(e.Key(), ".")
			said := fmt.Sprintf("%s:%d:%d: unknown key %q", path, line, column, key)
			if now, ok := moved[key]; ok {
				said += ": it is " + now + " now"
			}
			all = append(all, said)
		}
		return errors.New(strings.Join(all, "\n      "))
	}
	var decode *toml.DecodeError
	if errors.As(err, &decode) {
		line, column := decode.Position()
		return fmt.Errorf("%s:%d:%d: %s", path, line, column, goStruct.ReplaceAllString(decode.Error(), "a setting"))
	}
	return fmt.Errorf("%s: %w", path, err)
}

func (c *config) check() error {
	var wrong []error
	say := func(bad bool, format string, args ...any) {
		if bad {
			wrong = append(wrong, fmt.Errorf(format, args...))
		}
	}
	say(c.Municipality.Name == "", "[municipality] name is empty: it stands in every consent")
	say(!slices.Contains([]string{"public_health", "economic_recovery", "social_welfare", "local_government"}, c.Programme.Vertical),
		"[programme] vertical %q is not one the government programme allows: public_health, economic_recovery, social_welfare or local_government", c.Programme.Vertical)
	say(!slices.Contains([]string{"closed", "test", "open"}, c.Service.Mode), "[service] mode %q: choose closed, test or open", c.Service.Mode)
	say(c.Service.Parallel < 1, "[service] parallel is %d: choose 1 or more", c.Service.Parallel)
	say(!slices.Contains([]string{"", "local"}, c.Request.Receiver), "[request] receiver %q: choose \"local\", or leave it empty when nobody handles requests", c.Request.Receiver)
	say(c.Channel.CloudAPI.PhoneNumberID == "", "[channel.cloudapi] phone_number_id is empty: the provider's letter names it")
	for i, p := range c.Privacy.Processors {
		say(p.Name == "", "[[privacy.processors]] number %d has no name: say who handles the data", i+1)
	}
	c.checkFeeds(say)
	c.checkRetention(say)
	c.checkQuiet(say)
	c.checkFallback(say)
	return errors.Join(wrong...)
}

// path makes a path of the configuration absolute or relative to its file.
func (c *config) path(p string) string {
	if p == "" || filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(c.dir, p)
}

// secret reads a secret from the environment, else from its file.
func (c *config) secret(env, key, file string) (bot.Private, error) {
	if value := os.Getenv(env); value != "" {
		return bot.Hide(value), nil
	}
	if file == "" {
		return bot.Private{}, fmt.Errorf("%s is not set: name a file there, or set %s", key, env)
	}
	data, err := os.ReadFile(c.path(file))
	if err != nil {
		return bot.Private{}, fmt.Errorf("%s: %w", key, err)
	}
	if value := strings.TrimSpace(string(data)); value != "" {
		return bot.Hide(value), nil
	}
	return bot.Private{}, fmt.Errorf("%s: %s is empty", key, file)
}

// database gives where the data is: a Postgres address or a SQLite file.
func (c *config) database() (string, error) {
	if c.Store.Database != "" && os.Getenv(envDatabase) == "" {
		if !strings.Contains(c.Store.Database, "://") {
			return c.path(c.Store.Database), nil
		}
		return c.Store.Database, nil
	}
	dsn, err := c.secret(envDatabase, "[store] database_file", c.Store.DatabaseFile)
	return dsn.Reveal(), err
}
