package memory

import (
	"context"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// What a dialogue's resident may look into, beside the bookings and reports of
// the dialogue itself: the desk does not hear what is said, so these two
// messages and this number stand for it.
const (
	ownNumber  = "31612345678"
	ownMessage = "Hallo"
	ownAnswer  = "Goedendag."
)

// Own gives what is kept of the one resident.
func (d *Desk) Own(_ context.Context, now time.Time, _ bot.ID) (bot.Own, error) {
	own := bot.Own{
		Contact: bot.Contact{Channel: "dialogue", External: bot.Hide(ownNumber), Phone: bot.Hide(ownNumber)},
		Since:   now.AddDate(0, 0, -1),
		Messages: []bot.OwnMessage{
			{At: now.AddDate(0, 0, -1), Ours: true, Kind: "reply", Text: bot.Hide(ownAnswer)},
			{At: now.AddDate(0, 0, -1), Kind: string(bot.KindText), Text: bot.Hide(ownMessage)},
		},
	}
	for _, r := range d.requests {
		own.Requests = append(own.Requests, r.Request)
	}
	return own, nil
}

// MakeExportLink keeps nothing: nobody opens a link in a dialogue.
func (d *Desk) MakeExportLink(context.Context, time.Time, bot.ID, bot.Private, string, time.Time) error {
	return nil
}

// ExportLink knows of no link.
func (d *Desk) ExportLink(context.Context, time.Time, bot.Private) (string, bool, error) {
	return "", false, nil
}

// OpenExport opens nothing.
func (d *Desk) OpenExport(context.Context, time.Time, bot.Private, bot.Private, time.Time) (bot.Export, bool, error) {
	return bot.Export{}, false, nil
}

// DownloadExport gives nothing.
func (d *Desk) DownloadExport(context.Context, time.Time, bot.Private) (bot.Export, bool, error) {
	return bot.Export{}, false, nil
}
