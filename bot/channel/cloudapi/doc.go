// Package cloudapi speaks WhatsApp's Cloud API over HTTP: it verifies and
// decodes webhooks and sends replies. It keeps nothing, downloads no media,
// repeats no request by itself, and never passes on the platform's own error
// text, which may quote a phone number.
//
// Where a rule of the platform stands in a comment, its source is Meta's
// documentation of the Graph API, versions 25 and 26, and the known ways in
// which the live platform departs from it.
package cloudapi
