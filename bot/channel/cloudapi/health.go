package cloudapi

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// What a token has to be allowed to do.
const (
	ScopeMessaging  = "whatsapp_business_messaging"
	ScopeManagement = "whatsapp_business_management"
)

// Account is what the platform says of the business account (WABA).
type Account struct {
	Name         string `json:"name"`
	Review       string `json:"account_review_status"`        // APPROVED, PENDING, REJECTED, DEFERRED
	Verification string `json:"business_verification_status"` // verified, not_verified, pending, ...
	Ownership    string `json:"ownership_type"`               // CLIENT_OWNED: by the municipality; SELF, ON_BEHALF_OF
}

// Account asks about the configured business account.
func (c *Client) Account(ctx context.Context) (Account, error) {
	var out Account
	query := url.Values{"fields": {"name,account_review_status,business_verification_status,ownership_type"}}
	err := c.ask(ctx, query, &out, c.config.WABAID)
	return out, err
}

// Numbers gives the ids of the account's phone numbers.
func (c *Client) Numbers(ctx context.Context) ([]string, error) {
	var answer struct {
		Data []struct {
			ID loose `json:"id"`
		} `json:"data"`
	}
	err := c.ask(ctx, url.Values{"fields": {"id"}, "limit": {"100"}}, &answer, c.config.WABAID, "phone_numbers")
	var ids []string
	for _, d := range answer.Data {
		ids = append(ids, string(d.ID))
	}
	return ids, err
}

// Subscribe has the account's webhooks come to the app of our token.
func (c *Client) Subscribe(ctx context.Context) error {
	var answer struct {
		Success bool `json:"success"`
	}
	if c.config.WABAID == "" {
		return noAccount()
	}
	if err := c.tell(ctx, struct{}{}, &answer, c.config.WABAID, "subscribed_apps"); err != nil {
		return err
	}
	if !answer.Success {
		return unknown("subscription was not confirmed")
	}
	return nil
}

// Profile is what residents see when they tap our name.
type Profile struct {
	About       string   `json:"about"`
	Address     string   `json:"address"`
	Description string   `json:"description"`
	Email       string   `json:"email"`
	Websites    []string `json:"websites"`
	Vertical    string   `json:"vertical"` // GOVT
}

// Profile asks about the number's business profile; one that was never filled
// in is empty.
func (c *Client) Profile(ctx context.Context) (Profile, error) {
	var answer struct {
		Data []Profile `json:"data"`
	}
	query := url.Values{"fields": {"about,address,description,email,websites,vertical"}}
	err := c.ask(ctx, query, &answer, c.config.PhoneNumberID, "whatsapp_business_profile")
	if err != nil || len(answer.Data) == 0 {
		return Profile{}, err
	}
	return answer.Data[0], nil
}

// Storage is where the platform keeps messages at rest.
type Storage struct {
	Status string `json:"status"`                   // IN_COUNTRY_STORAGE_ENABLED, NO_STORAGE_ENABLED, DEFAULT
	Region string `json:"data_localization_region"` // a country's two letters
}

// Storage asks where the number's messages are kept; it was set when the
// number was registered.
func (c *Client) Storage(ctx context.Context) (Storage, error) {
	var answer struct {
		Storage Storage `json:"storage_configuration"`
	}
	err := c.ask(ctx, url.Values{"fields": {"storage_configuration"}}, &answer, c.config.PhoneNumberID, "settings")
	return answer.Storage, err
}

// Clock is the platform's clock beside ours: by how much it is ahead, known to
// within give. It asks nothing that needs a token.
func (c *Client) Clock(ctx context.Context, now func() time.Time) (ahead, give time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, inspectTimeLimit)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.config.BaseURL+"/", nil)
	if err != nil {
		return 0, 0, ours(errors.New("address cannot be made"))
	}
	before := now()
	response, err := c.http.Do(r)
	if err != nil {
		return 0, 0, lost(err, false)
	}
	response.Body.Close()
	after := now()
	at, err := http.ParseTime(response.Header.Get("Date"))
	if err != nil {
		return 0, 0, unknown("answer has no readable date")
	}
	const second = time.Second // what the header is cut to
	way := after.Sub(before)
	return at.Add(second / 2).Sub(before.Add(way / 2)), way/2 + second/2, nil
}

// ByKey tells that access is by a provider's API key instead of a token of the
// platform, which cannot be asked about.
func (c Config) ByKey() bool {
	name, scheme := c.WithDefaults().auth()
	return !strings.EqualFold(name, "Authorization") || !strings.EqualFold(scheme, "Bearer ")
}

// Own tells that base_url is the platform's own address.
func (c Config) Own() bool { return c.WithDefaults().BaseURL == DefaultBaseURL }

// NotOffered tells of an error that whoever answers does not know the
// question: some providers pass on sending, and little else.
func NotOffered(err error) bool {
	var failure *bot.SendError
	if !errors.As(err, &failure) {
		return false
	}
	return failure.Code == 100 || failure.Code == unknownPath || strings.HasSuffix(failure.Cause, causeNowhere) || failure.Cause == causeMethod
}

// unknownPath is the platform's code for a path that it does not have.
const unknownPath = 2500
