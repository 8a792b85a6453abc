package main

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestServe_aProcessAnswersAtOnceWhenItHasRunForLongEnough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{parts: parts{keepFirst: 10 * time.Minute}, begun: time.Now()}
		if d.settled() {
			t.Error("at its start")
		}
		time.Sleep(10*time.Minute - time.Second)
		if d.settled() {
			t.Error("a second too early")
		}
		time.Sleep(time.Second)
		if !d.settled() {
			t.Error("never")
		}
	})
}
