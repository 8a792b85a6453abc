package main

import (
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/store"
)

func TestAdmit_aCrisisIsAnsweredBeforeTheOpeningAndWhileClosedToo(t *testing.T) {
	for _, mode := range []string{"closed", "test", "open"} {
		d := &door{mode: mode, clock: time.Now}
		d.closing.Store(&store.Closing{Since: time.Now().Add(-time.Minute)})
		claim := bot.Claim{Message: bot.Message{Crisis: "zelfdoding"}}
		if _, instead := d.admit(t.Context(), claim); instead {
			t.Errorf("mode %s: who is in danger only hears that we are not open", mode)
		}
	}
}
