package cloudapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// ErrBody is a webhook body that is not the JSON of a webhook.
var ErrBody = errors.New("webhook body is not readable")

type envelope struct {
	Object string  `json:"object"`
	Entry  []entry `json:"entry"`
}

type entry struct {
	ID      loose    `json:"id"`
	Changes []change `json:"changes"`
}

type change struct {
	Field string `json:"field"`
	Value value  `json:"value"`
}

// value holds messages and statuses undecoded, so that one that is broken
// does not take its neighbours along.
type value struct {
	Metadata struct {
		PhoneNumberID loose `json:"phone_number_id"`
		Display       loose `json:"display_phone_number"`
	} `json:"metadata"`
	Contacts    []contact         `json:"contacts"`
	Messages    []json.RawMessage `json:"messages"`
	Statuses    []json.RawMessage `json:"statuses"`
	Preferences []json.RawMessage `json:"user_preferences"`
	Errors      []platformError   `json:"errors"`
	news
}

type platformError struct {
	Code loose `json:"code"`
}

// decoding gathers one body.
type decoding struct {
	config Config
	now    time.Time
	out    bot.Delivery
}

// Decode reads one webhook body: every entry, change, message and status.
// What it does not know, or cannot read, is counted and loses nothing beside
// it; only a body that is no webhook at all is ErrBody. A stamp that is
// missing, unreadable or later than now becomes now.
func Decode(body []byte, config Config, now time.Time) (bot.Delivery, error) {
	var in envelope
	d := &decoding{config: config, now: now}
	if err := json.Unmarshal(body, &in); err != nil {
		// After a value of the wrong type encoding/json reads on: the rest stands.
		var wrongType *json.UnmarshalTypeError
		if !errors.As(err, &wrongType) || in.Entry == nil {
			return bot.Delivery{}, fmt.Errorf("%w: %d bytes", ErrBody, len(body))
		}
		d.count("body", "malformed")
	}
	if in.Object != "whatsapp_business_account" {
		d.count("object", in.Object)
		return d.out, nil
	}
	for i := range in.Entry {
		for j := range in.Entry[i].Changes {
			d.change(in.Entry[i].ID, &in.Entry[i].Changes[j])
		}
	}
	return d.out, nil
}

func (d *decoding) change(waba loose, c *change) {
	switch {
	case accountNews[c.Field]:
		d.news(waba, c)
	case c.Field != "messages" && c.Field != "user_preferences":
		d.count("field", c.Field) // calls, groups, echoes of our own messages, and what comes next
	case string(c.Value.Metadata.PhoneNumberID) != d.config.PhoneNumberID:
		d.count("account", "other")
	default:
		d.value(&c.Value)
	}
}

func (d *decoding) value(v *value) {
	for _, raw := range v.Messages {
		d.message(raw, v)
	}
	for _, raw := range v.Statuses {
		d.status(raw)
	}
	for _, raw := range v.Preferences {
		d.preference(raw, v)
	}
	for _, e := range v.Errors {
		d.out.Notices = append(d.out.Notices, fmt.Sprintf("platform error %d", e.number()))
	}
}

// labelShape is that of the platform's names: words and small numbers, never
// enough digits in a row for a phone number.
var labelShape = regexp.MustCompile(`^[a-z_]+([0-9]{1,3}[a-z_]+)*[0-9]{0,3}$`)

const longestLabelName = 48

// count adds to what is not known. A name that does not look like one of the
// platform's becomes "other", so that nothing personal becomes a label.
func (d *decoding) count(sort, name string) {
	if len(name) > longestLabelName || !labelShape.MatchString(name) {
		name = "other"
	}
	if d.out.Unknown == nil {
		d.out.Unknown = map[string]int{}
	}
	d.out.Unknown[sort+"."+name]++
}

// stamp reads seconds since 1970 that come as a string or as a number.
func (d *decoding) stamp(s loose) time.Time {
	seconds, err := strconv.ParseInt(string(s), 10, 64)
	if err != nil || seconds <= 0 || seconds > d.now.Unix() {
		return d.now
	}
	return time.Unix(seconds, 0).UTC()
}

func (e platformError) number() int {
	code, err := strconv.Atoi(string(e.Code))
	if err != nil {
		return -1
	}
	return code
}

// loose is a scalar that the platform sends as a string in one place and as a
// number in another. It never fails to decode: what is neither is empty.
type loose string

func (l *loose) UnmarshalJSON(data []byte) error {
	*l = ""
	switch {
	case len(data) == 0:
	case data[0] == '"':
		var s string
		if json.Unmarshal(data, &s) == nil {
			*l = loose(s)
		}
	case data[0] == '-' || data[0] >= '0' && data[0] <= '9':
		*l = loose(data)
	}
	return nil
}
