package main

import (
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot/engine"
	"github.com/gemeentebode/bode/bot/flow"
)

// An answer to a crisis that nobody looked at for a year does not go live; one
// that is live already goes on answering, and warns.
func TestCheck_aStaleReviewOfACrisisAnswerFails(t *testing.T) {
	for at, want := range map[string]int{"2026-12-31": exitGood, "2027-11-01": exitFaults} {
		code, out, _ := command(t, "", "check", "--at", at, "../..")
		stale := strings.Contains(out, "bode.toml") && strings.Contains(out, "nagekeken")
		if code != want || stale != (want == exitFaults) {
			t.Errorf("check on %s: exit %d, says\n%s", at, code, out)
		}
	}
	content, err := packShipped()
	if err != nil {
		t.Fatal(err)
	}
	all := exampleServices(behind{})
	running := flow.Options{Operations: all.operations, Audiences: all.audiences, Sentences: engine.Sentences(), At: time.Date(2027, 11, 1, 12, 0, 0, 0, time.UTC)}
	bundle, faults, err := loadPacked(content, running)
	if err != nil || bundle == nil || faults.Broken() {
		t.Fatalf("a running bundle stops answering: %v %v", err, faults)
	}
	hinted := 0
	for _, f := range faults {
		if f.Code == "review-expired" && f.Hint {
			hinted++
		}
	}
	if hinted != len(bundle.Shared.Crisis) {
		t.Errorf("%d warnings for %d answers", hinted, len(bundle.Shared.Crisis))
	}
}
