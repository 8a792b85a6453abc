package cloudapi

import (
	"encoding/json"
	"regexp"

	"github.com/gemeentebode/bode/bot"
)

type status struct {
	ID            loose           `json:"id"`
	Status        string          `json:"status"`
	Timestamp     loose           `json:"timestamp"`
	RecipientType string          `json:"recipient_type"`
	Tracker       loose           `json:"biz_opaque_callback_data"`
	Errors        []platformError `json:"errors"`
}

// idShape is that of a bot.ID. Callback data of another shape is not ours.
var idShape = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// states are those that say something about a message of ours. "played",
// "deleted" and "warning" exist too and are counted.
var states = map[string]bot.StatusState{
	"sent": bot.StatusSent, "delivered": bot.StatusDelivered, "read": bot.StatusRead, "failed": bot.StatusFailed,
}

func (d *decoding) status(raw json.RawMessage) {
	var in status
	broken := json.Unmarshal(raw, &in) != nil
	state, known := states[in.Status]
	switch {
	case in.RecipientType == "group":
		d.count("status", "group")
		return
	case broken && in.Status == "" || in.ID == "" || len(in.ID) > longestID:
		d.count("status", "broken")
		return
	case !known:
		d.count("status", in.Status)
		return
	}
	out := bot.Status{Message: bot.Hide(string(in.ID)), State: state, At: d.stamp(in.Timestamp)}
	if idShape.MatchString(string(in.Tracker)) {
		out.Send = bot.ID(in.Tracker)
	}
	if state == bot.StatusFailed {
		out.Error = failure(in.Errors)
	}
	d.out.Statuses = append(d.out.Statuses, out)
}

// failure is why a message that was accepted did not arrive.
func failure(errs []platformError) *bot.SendError {
	if len(errs) == 0 || errs[0].number() < 0 {
		return &bot.SendError{Class: bot.SendRecipient, Cause: "failed without a reason"}
	}
	return Classify(errs[0].number())
}
