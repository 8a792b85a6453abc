package cloudapi

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/outward"
)

// Channel is the name of this channel in a bot.Contact.
const Channel = "cloudapi"

// What a Config holds where nothing is filled in.
const (
	DefaultBaseURL         = "https://graph.facebook.com"
	DefaultVersion         = "v26.0"
	DefaultAuthHeader      = "Authorization: Bearer"
	DefaultSignatureHeader = "X-Hub-Signature-256"
	DefaultTimeout         = 10 * time.Second
)

// Config is one business phone number at Meta or at a provider that puts its
// own address, API key and signature in front of the same JSON.
type Config struct {
	BaseURL       string      // without a slash at the end; https, or http on the own machine
	Version       string      // "v26.0"; some providers have none: "-" leaves it out of the path
	PhoneNumberID string      // also bot.Contact.Account
	WABAID        string      // the WhatsApp business account; empty: account news of any account is passed on
	Token         bot.Private // access token or API key
	AuthHeader    string      // "Authorization: Bearer" or "D360-API-KEY:": name, colon, what precedes the token

	VerifyToken     bot.Private // hub.verify_token of the handshake
	SignatureHeader string
	Secret          bot.Private // key of the HMAC-SHA256 over the raw body

	// A provider that does not sign: Secret is empty, the last part of the
	// webhook's path is PathSecret and callers come from Allow. Both are needed.
	PathSecret bot.Private
	Allow      []netip.Prefix

	Private bool          // BaseURL may be on the own network
	Timeout time.Duration // limit of one send; shorter than the outbox's lease
}

// WithDefaults fills what was left empty and has a usual value.
func (c Config) WithDefaults() Config {
	fill := func(field *string, usual string) {
		if *field == "" {
			*field = usual
		}
	}
	fill(&c.BaseURL, DefaultBaseURL)
	fill(&c.Version, DefaultVersion)
	fill(&c.AuthHeader, DefaultAuthHeader)
	fill(&c.SignatureHeader, DefaultSignatureHeader)
	c.BaseURL = strings.TrimRight(c.BaseURL, "/")
	if c.Timeout <= 0 {
		c.Timeout = DefaultTimeout
	}
	return c
}

var (
	digitsOnly   = regexp.MustCompile(`^[0-9]{1,32}$`)
	versionShape = regexp.MustCompile(`^v[0-9]{1,3}\.[0-9]{1,2}$`)
	headerName   = regexp.MustCompile(`^[A-Za-z0-9-]+$`)
	plainSegment = regexp.MustCompile(`^[A-Za-z0-9._~-]+$`) // one part of a path that needs no escape and is no pattern
)

// Check tells everything that is wrong with the configuration at once, by the
// names that config.toml has for the keys.
func (c Config) Check() error {
	c = c.WithDefaults()
	var faults []error
	refuse := func(wrong bool, format string, args ...any) {
		if wrong {
			faults = append(faults, fmt.Errorf(format, args...))
		}
	}
	refuse(!safeURL(c.BaseURL), "base_url must be an https address (http only on this machine)")
	refuse(c.Version != "-" && !versionShape.MatchString(c.Version), "version %q does not look like v26.0", c.Version)
	refuse(!digitsOnly.MatchString(c.PhoneNumberID), "phone_number_id must be digits (it is not the phone number itself)")
	refuse(c.WABAID != "" && !digitsOnly.MatchString(c.WABAID), "waba_id must be digits")
	refuse(c.Token.Empty(), "token is missing")
	refuse(strings.ContainsAny(c.Token.Reveal(), " \t\r\n"), "token holds a space or a line end")
	name, _ := c.auth()
	refuse(!headerName.MatchString(name), "auth_header must read like \"Authorization: Bearer\" or \"D360-API-KEY:\"")
	refuse(!headerName.MatchString(c.SignatureHeader), "signature_header is not a header's name")
	refuse(c.VerifyToken.Empty(), "verify_token is missing")
	refuse(c.Secret.Empty() && (c.PathSecret.Empty() || len(c.Allow) == 0),
		"webhook secret is missing (a provider that does not sign needs a path secret and an allow list)")
	refuse(!c.PathSecret.Empty() && !plainSegment.MatchString(c.PathSecret.Reveal()), "path secret may hold letters, digits and . _ ~ - only")
	return errors.Join(faults...)
}

// Warnings tells what is allowed but deserves a line at every start.
func (c Config) Warnings() []string {
	if !c.Secret.Empty() {
		return nil
	}
	return []string{"webhooks are not signed: whoever knows the path and calls from an allowed address can pose as a resident"}
}

// auth splits AuthHeader in the header's name and what precedes the token.
func (c Config) auth() (name, scheme string) {
	name, scheme, _ = strings.Cut(c.AuthHeader, ":")
	scheme = strings.TrimSpace(scheme)
	if scheme != "" {
		scheme += " "
	}
	return strings.TrimSpace(name), scheme
}

// url is an address below the base: {base}/{version}/{parts...}.
func (c Config) url(parts ...string) string {
	if c.Version != "-" {
		parts = append([]string{c.Version}, parts...)
	}
	return c.BaseURL + "/" + strings.Join(parts, "/")
}

// safeURL holds for https, and for http to the own machine (the fake).
func safeURL(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.User == nil && u.RawQuery == "" && outward.Safe(u)
}
