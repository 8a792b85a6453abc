package notifynl

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// Key is an API key of a service, taken apart.
type Key struct {
	service string // its id, the "iss" of each token
	secret  bot.Private
}

const uuidLength = 36

// ParseKey reads "<name>-<service id>-<secret>"; the name may hold dashes. The
// error quotes nothing of it.
func ParseKey(text bot.Private) (Key, error) {
	s := strings.TrimSpace(text.Reveal())
	if len(s) < 2*uuidLength+2 {
		return Key{}, errKey
	}
	secret := s[len(s)-uuidLength:]
	service := s[len(s)-2*uuidLength-1 : len(s)-uuidLength-1]
	if !uuidShape.MatchString(secret) || !uuidShape.MatchString(service) || s[len(s)-uuidLength-1] != '-' || s[len(s)-2*uuidLength-2] != '-' {
		return Key{}, errKey
	}
	return Key{service: service, secret: bot.Hide(secret)}, nil
}

var errKey = errors.New("key does not read as name-service-secret, where service and secret are ids of 36 characters")

// token makes a JSON Web Token (RFC 7519, HS256) that holds for 30 seconds.
func (k Key) token(now time.Time) string {
	claims, err := json.Marshal(struct {
		Issuer string `json:"iss"`
		Issued int64  `json:"iat"`
	}{k.service, now.Unix()})
	if err != nil {
		panic(err) // a string and a number
	}
	signed := base64.RawURLEncoding.EncodeToString([]byte(`{"typ":"JWT","alg":"HS256"}`)) + "." + base64.RawURLEncoding.EncodeToString(claims)
	mac := hmac.New(sha256.New, []byte(k.secret.Reveal()))
	mac.Write([]byte(signed))
	return signed + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
