package main

import (
	"testing"

	"github.com/gemeentebode/bode/bot"
)

func TestAdmit_aCrisisIsAnsweredBeforeTheOpeningToo(t *testing.T) {
	for _, mode := range []string{"closed", "test"} {
		c := defaultConfig()
		c.Service.Mode = mode
		if _, instead := admit(c, nil)(bot.Message{Crisis: "zelfdoding"}); instead {
			t.Errorf("mode %s: who is in danger only hears that we are not open", mode)
		}
	}
}
