package cloudapi_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi"
	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
)

// Whatever is signed and sent: nothing crashes, everything that comes out can
// be kept, and no label or notice holds what a person wrote.
func FuzzDecode(f *testing.F) {
	fake, config := offline()
	for _, content := range []fakegraph.Node{fakegraph.Text("hoi"), fakegraph.Tap("a", "b"), fakegraph.Row("a", "b", "c"),
		fakegraph.Location(52, 5, "x", "y"), fakegraph.Media("voice", "z"), fakegraph.Edit("wamid.X", fakegraph.Text("q")),
		fakegraph.NumberChange(bram, anna), fakegraph.Unsupported()} {
		body, _ := fake.Inbound(bram, moment, content)
		f.Add(body)
	}
	f.Add(fake.StatusBody(fakegraph.Sent{ID: "wamid.S", To: "31612345678", At: moment}, fakegraph.Step{State: "failed", Code: 131047}))
	f.Add(fake.Preference(bram, moment, "stop"))
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := cloudapi.Decode(body, config, moment)
		if err == nil && !json.Valid(body) {
			t.Error("a body that is not JSON was taken")
		}
		for _, m := range got.Messages {
			if m.ID.Empty() || m.From.External.Empty() || m.Kind == "" || m.Sent.After(moment) {
				t.Errorf("message without id, sender or kind, or from the future: %s", m.Kind)
			}
			if _, err := bot.DecodeMessage(m.Encode()); err != nil {
				t.Error(err)
			}
		}
		for label := range got.Unknown {
			if strings.ContainsAny(label, " @+") || len(label) > 80 {
				t.Errorf("label %q", label)
			}
		}
		if strings.Contains(fmt.Sprintf("%+v %#v", got.Messages, got.Statuses), "31612345678") {
			t.Error("printing shows a number")
		}
	})
}
