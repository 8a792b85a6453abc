// Package privacy is what a privacy officer reads: what is taken out of a
// message before anything else sees it, what may never be asked, and which
// words are acted on at the door. It never stores, logs or counts anything.
package privacy
