package cloudapi_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi"
	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
)

// moment is when these tests happen: a Friday morning in Amsterdam.
var moment = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

var (
	anna  = fakegraph.Person{Phone: "31612345678", Name: "Anna"}
	bram  = fakegraph.Person{Phone: "31687654321", UserID: "NL.13491208655302741918", Name: "Bram", Username: "bram"}
	clara = fakegraph.Person{UserID: "NL.ENT.5530274191813491", Name: "Clara", Username: "clara"}
)

// graph starts a fake on a clock that stands still, and a client that knows it.
func graph(t *testing.T, config fakegraph.Config) (*fakegraph.Server, *fakegraph.Clock, cloudapi.Config) {
	t.Helper()
	clock := fakegraph.NewClock(moment)
	config.Now, config.After = clock.Now, clock.After
	if config.Secret == "" {
		config.Secret = "geheim"
	}
	fake := fakegraph.New(config)
	server := httptest.NewServer(fake)
	t.Cleanup(func() { server.Close(); fake.Close() })
	return fake, clock, settings(fake, server.URL)
}

// settings are those that a provider's letter would give for the fake.
func settings(fake *fakegraph.Server, address string) cloudapi.Config {
	c := fake.Config()
	return cloudapi.Config{BaseURL: address, Version: c.Version, PhoneNumberID: c.PhoneNumberID, WABAID: c.WABAID,
		Token: bot.Hide(c.Token), AuthHeader: c.AuthHeader, VerifyToken: bot.Hide(c.VerifyToken),
		SignatureHeader: c.SignatureHeader, Secret: bot.Hide(c.Secret)}.WithDefaults()
}

func client(t *testing.T, config cloudapi.Config) *cloudapi.Client {
	t.Helper()
	c := cloudapi.NewClient(config)
	t.Cleanup(c.Close)
	return c
}

// send is one claimed message to a person.
func send(config cloudapi.Config, to fakegraph.Person, reply bot.Reply) bot.Send {
	return bot.Send{ID: bot.NewID(moment), To: bot.Contact{Channel: cloudapi.Channel, Account: config.PhoneNumberID,
		External: bot.Hide(to.Key()), Phone: bot.Hide(to.Phone)}, Reply: reply}
}

func choices(labels ...string) []bot.Choice {
	var out []bot.Choice
	for i, l := range labels {
		out = append(out, bot.Choice{ID: "afval.toon." + string(rune('a'+i)) + "~1", Label: bot.Hide(l)})
	}
	return out
}

func text(s string) bot.Reply { return bot.Reply{Text: bot.Hide(s)} }
