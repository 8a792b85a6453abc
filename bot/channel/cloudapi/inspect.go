package cloudapi

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// inspectTimeLimit bounds one question of the doctor.
const inspectTimeLimit = 10 * time.Second

// Number is what the platform says of our phone number; nothing of residents.
type Number struct {
	Name       string `json:"verified_name"`
	Display    string `json:"display_phone_number"`
	Quality    string `json:"quality_rating"` // GREEN, YELLOW, RED
	NameStatus string `json:"name_status"`    // APPROVED, ...
	Status     string `json:"status"`         // CONNECTED, ...
	Verified   string `json:"code_verification_status"`
	Tier       string `json:"whatsapp_business_manager_messaging_limit"` // unique people outside the window in 24 h
	Platform   string `json:"platform_type"`                             // CLOUD_API
	Mode       string `json:"account_mode"`                              // LIVE; SANDBOX is a number for trying
	Official   bool   `json:"is_official_business_account"`
	Throughput struct {
		Level string `json:"level"` // STANDARD: 80 messages a second; HIGH: 1,000
	} `json:"throughput"`
	// Webhook is where its updates go: to the number's own address, else to
	// that of its account, else to that of the app.
	Webhook struct {
		Number      string `json:"phone_number"`
		Account     string `json:"whatsapp_business_account"`
		Application string `json:"application"`
	} `json:"webhook_configuration"`
}

// Number asks about the configured phone number. Like all questions here it
// fails with a *bot.SendError, whose class says whose problem that is.
func (c *Client) Number(ctx context.Context) (Number, error) {
	var out Number
	query := url.Values{"fields": {"verified_name,display_phone_number,quality_rating,name_status,status," +
		"code_verification_status,whatsapp_business_manager_messaging_limit,platform_type,throughput," +
		"account_mode,is_official_business_account,webhook_configuration"}}
	err := c.ask(ctx, query, &out, c.config.PhoneNumberID)
	return out, err
}

// Subscribed names the apps that get the account's webhooks. When there are
// none, test calls work and messages of residents never arrive.
func (c *Client) Subscribed(ctx context.Context) ([]string, error) {
	var answer struct {
		Data []struct {
			App struct {
				Name string `json:"name"`
			} `json:"whatsapp_business_api_data"`
		} `json:"data"`
	}
	err := c.ask(ctx, nil, &answer, c.config.WABAID, "subscribed_apps")
	var names []string
	for _, d := range answer.Data {
		names = append(names, d.App.Name)
	}
	return names, err
}

// Token is what the platform says of our access token.
type Token struct {
	Valid   bool
	Expires time.Time // zero: never. One that lives for 24 hours is a test token
	Type    string    // SYSTEM_USER is meant for servers
	Scopes  []string  // whatsapp_business_messaging and whatsapp_business_management are needed
}

// Token asks about the configured token. Providers with API keys do not know
// this question.
func (c *Client) Token(ctx context.Context) (Token, error) {
	var answer struct {
		Data struct {
			Valid   bool     `json:"is_valid"`
			Expires int64    `json:"expires_at"`
			Type    string   `json:"type"`
			Scopes  []string `json:"scopes"`
		} `json:"data"`
	}
	err := c.ask(ctx, url.Values{"input_token": {c.config.Token.Reveal()}}, &answer, "debug_token")
	out := Token{Valid: answer.Data.Valid, Type: answer.Data.Type, Scopes: answer.Data.Scopes}
	if answer.Data.Expires > 0 {
		out.Expires = time.Unix(answer.Data.Expires, 0).UTC()
	}
	return out, err
}

// noAccount says that we know the number and not the account that it is of.
func noAccount() error {
	return &bot.SendError{Class: bot.SendStop, Cause: "waba_id is not configured"}
}

// ask makes one GET.
func (c *Client) ask(ctx context.Context, query url.Values, answer any, parts ...string) error {
	if parts[0] == "" {
		return noAccount()
	}
	address := c.config.url(parts...)
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	return c.do(ctx, inspectTimeLimit, http.MethodGet, address, nil, answer)
}
