package flow

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/gemeentebode/bode/bot"
)

func TestCheck_aFlowThatHandsInNeedsAReceiver(t *testing.T) {
	options := checkOptions()
	options.Operations = slices.DeleteFunc(options.Operations, func(op bot.Operation) bool { return strings.HasPrefix(op.Name, "request.") })
	_, faults := Load(fstest.MapFS{"flows/bode.toml": {Data: []byte(checkShared)}, "flows/proef.toml": {Data: []byte(checkHead + `[states.een]
call = "request.submit"
with = { kind = "lamp" }
save = "melding"
on   = { received = "klaar", failed = "storing" }
[states.klaar]
text = "Uw code is {{.melding.code}}, van {{date .melding.since}}."
end  = true
[states.storing]
text = "Dat lukt nu niet."
end  = true
`)}}, options)
	expect(t, faults, "6:8 no-receiver")
	if !strings.Contains(faults[0].Dutch, `zet [request] receiver = "local" in config.toml`) {
		t.Errorf("the fault does not say what to do: %s", faults[0].Dutch)
	}
}
