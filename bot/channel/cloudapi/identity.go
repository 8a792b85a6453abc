package cloudapi

import (
	"regexp"
	"strings"

	"github.com/gemeentebode/bode/bot"
)

var (
	// The shape of a business-scoped user id (Meta, "Business-scoped user IDs").
	bsuidShape = regexp.MustCompile(`^[A-Z]{2}\.(ENT\.)?[0-9A-Za-z]{1,128}$`)
	// A phone number in digits with its country code; E.164 allows 15.
	phoneShape = regexp.MustCompile(`^[0-9]{5,15}$`)
)

// contact is who the webhook says was in the conversation. Name and username
// are not read: nothing here needs them.
type contact struct {
	WaID   loose `json:"wa_id"`
	UserID loose `json:"user_id"`
}

// userID gives a text if it is a business-scoped user id, else nothing.
func userID(s loose) string {
	if bsuidShape.MatchString(string(s)) {
		return string(s)
	}
	return ""
}

// phone gives the digits of a phone number, else nothing.
func phone(s loose) string {
	digits := strings.TrimPrefix(string(s), "+")
	if phoneShape.MatchString(digits) {
		return digits
	}
	return ""
}

// identify tells who a message is from: the user id where there is one, the
// phone number otherwise. A contact of the same webhook adds what the message
// itself leaves out. It reports false when nobody can be told.
func identify(account string, from, fromUser loose, contacts []contact) (bot.Contact, bool) {
	user, number := userID(fromUser), phone(from)
	if user == "" {
		user = userID(from)
	}
	if c, ok := match(user, number, contacts); ok {
		if user == "" {
			user = userID(c.UserID)
		}
		if number == "" {
			number = phone(c.WaID)
		}
	}
	return address(account, user, number)
}

// match finds the contact of a message. Without any sender in the message the
// only contact is meant; among several, nobody: a wrong guess would answer one
// resident with another's conversation.
func match(user, number string, contacts []contact) (contact, bool) {
	for _, c := range contacts {
		if user != "" && string(c.UserID) == user {
			return c, true
		}
		if user == "" && number != "" && phone(c.WaID) == number {
			return c, true
		}
	}
	if user == "" && number == "" && len(contacts) == 1 {
		return contacts[0], true
	}
	return contact{}, false
}

// address makes the contact: the user id comes first, because a phone number
// can go to another person.
func address(account, user, number string) (bot.Contact, bool) {
	external := user
	if external == "" {
		external = number
	}
	to := bot.Contact{Channel: Channel, Account: account, External: bot.Hide(external), Phone: bot.Hide(number)}
	return to, external != ""
}
