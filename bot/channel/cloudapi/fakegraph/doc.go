// Package fakegraph is a strict stand-in for WhatsApp's Graph API, for tests
// and for trying an installation without Meta. It refuses what the real one
// refuses, breaks on request in the ways the real one breaks, and posts signed
// webhooks; it never talks to anyone but the configured callback. It shares no
// code with the adapter, so that a mistake there is not repeated here.
package fakegraph
