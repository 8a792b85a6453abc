package cloudapi

import "github.com/gemeentebode/bode/bot"

// reason is what a platform code asks for, and what it means in our words.
type reason struct {
	class bot.SendClass
	cause string
}

// Classify tells what to do about an error code of the platform. It never
// looks at the HTTP status: throttling comes as 400. A code that is not known
// is final and reported, for a retry without a known reason only repeats it.
func Classify(code int) *bot.SendError {
	r := reasonOf(code)
	return &bot.SendError{Class: r.class, Code: code, Cause: r.cause}
}

func reasonOf(code int) reason {
	switch code {
	case 0, 190:
		return reason{bot.SendStop, "access token expired or invalid"}
	case 3, 10, 131005:
		return reason{bot.SendStop, "permission is missing"}
	case 33:
		return reason{bot.SendStop, "business number was deleted"}
	case 368, 131031:
		return reason{bot.SendStop, "account is restricted or locked"}
	case 131042:
		return reason{bot.SendStop, "payment problem"}
	case 131037, 131045, 133010:
		return reason{bot.SendStop, "phone number is not registered or its name not approved"}
	case 131048, 131064:
		return reason{bot.SendStop, "held back for quality (spam reports or template category)"}
	case 131047:
		return reason{bot.SendWindow, "24-hour window is closed"}
	case 131056:
		return reason{bot.SendPair, "too many messages to this recipient"}
	case 131050:
		return reason{bot.SendOptedOut, "recipient opted out at the platform"}
	}
	return rarerReason(code)
}

func rarerReason(code int) reason {
	switch code {
	case 1, 131000:
		return reason{bot.SendRetry, "unknown error at the platform"}
	case 2, 131016, 131057, 2494100:
		return reason{bot.SendRetry, "platform is temporarily unavailable"}
	case 4, 80007, 80008, 130429, 133016:
		return reason{bot.SendRetry, "rate limit of the account"}
	case 134101:
		return reason{bot.SendRetry, "template is still being synchronised"}
	case 131026, 130403:
		return reason{bot.SendRecipient, "recipient cannot be reached on WhatsApp"}
	case 130472, 131049:
		return reason{bot.SendRecipient, "platform chose not to deliver"}
	case 132015, 132016:
		return reason{bot.SendOurs, "template is paused or disabled"}
	case 131063:
		return reason{bot.SendOurs, "marketing is disabled for this number"}
	}
	return refusedReason(code)
}

// submission says what is wrong with a template that was submitted, by the
// subcode of error 100. All of it is ours to mend.
func submission(subcode int) (cause string, known bool) {
	switch subcode {
	case 2388023:
		cause = "template of this name was deleted not long ago: choose another name"
	case 2388024:
		cause = "template exists already in this language"
	case 2388040:
		cause = "template is too long"
	case 2388043:
		cause = "template has no example for each parameter"
	case 2388072, 2388073, 2388047:
		cause = "template has a parameter or character that is not allowed there"
	case 2388293:
		cause = "template has too many parameters for its length"
	case 2388299:
		cause = "template begins or ends with a parameter"
	}
	return cause, cause != ""
}

func refusedReason(code int) reason {
	switch {
	case code >= 200 && code <= 299:
		return reason{bot.SendStop, "permission is missing"}
	case code >= 132000 && code <= 132099:
		return reason{bot.SendOurs, "template does not exist or its parameters do not fit"}
	case code == 100 || code == 131008 || code == 131009 || code == 131021 || code == 131051:
		return reason{bot.SendOurs, "request was refused as wrong"}
	case code == 131052 || code == 131053:
		return reason{bot.SendOurs, "media could not be transferred"}
	}
	return reason{bot.SendOurs, "refused with a code that is not known here"}
}
