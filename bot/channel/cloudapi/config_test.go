package cloudapi_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi"
)

func TestConfig_tellsEverythingThatIsWrongAtOnce(t *testing.T) {
	err := cloudapi.Config{BaseURL: "http://graph.example.org", Version: "26", PhoneNumberID: "+31 85", WABAID: "x",
		AuthHeader: "Bearer token", SignatureHeader: "X Hub"}.Check()
	for _, key := range []string{"base_url", "version", "phone_number_id", "waba_id", "token", "auth_header", "verify_token", "signature_header", "webhook secret"} {
		if err == nil || !strings.Contains(err.Error(), key) {
			t.Errorf("%s is not named in: %v", key, err)
		}
	}
}

func TestConfig_ofTheFakeIsGood(t *testing.T) {
	_, config := offline()
	if err := config.Check(); err != nil {
		t.Error(err)
	}
	if len(config.Warnings()) != 0 {
		t.Error("a signed webhook needs no warning")
	}
	config.Secret = bot.Private{}
	if config.Check() == nil || len(config.Warnings()) != 1 {
		t.Error("an unsigned webhook without path secret and allow list was let through, or without a warning")
	}
}

func TestConfig_printsNoSecret(t *testing.T) {
	_, config := offline()
	if shown := fmt.Sprintf("%+v %#v %s", config, config, config.Check()); strings.Contains(shown, "geheim") || strings.Contains(shown, "fake-token") {
		t.Error("a secret is printed")
	}
}
