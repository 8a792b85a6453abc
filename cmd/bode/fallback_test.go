package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
	"github.com/gemeentebode/bode/bot/channel/notifynl/fakenotify"
)

const (
	smsService  = "26785a09-ab16-4eb0-8407-a37497a57506"
	smsSecret   = "3d844edf-8d35-48ac-975b-e847b4f122b0"
	smsTemplate = "f33517ff-2a88-4f6e-b855-c550268ce08a"
)

// notify gives a pretended service at NotifyNL, and the configuration for it.
func (w *warned) notify() (fake *fakenotify.Server, configuration string) {
	w.t.Helper()
	fake = fakenotify.New(fakenotify.Config{Service: smsService, Secret: smsSecret, Now: time.Now,
		Templates: []fakenotify.Template{{ID: smsTemplate, Type: "sms", Body: "Gemeente Voorbeeldstad: ((message))"}}})
	listening := httptest.NewServer(fake)
	w.t.Cleanup(listening.Close)
	w.write("notifynl-key", "bode-"+smsService+"-"+smsSecret)
	w.write("notifynl-receipts", "bearer-of-receipts")
	return fake, fmt.Sprintf("[fallback]\nenabled = true\nbase_url = %q\nkey_file = \"notifynl-key\"\nsms_template = %q\nreceipts_token_file = \"notifynl-receipts\"", listening.URL, smsTemplate)
}

// offerSMS puts the topic and its question into the flows, as the README says.
func (w *warned) offerSMS() {
	w.t.Helper()
	shared := filepath.Join(w.folder, "flows", "bode.toml")
	text, err := os.ReadFile(shared)
	w.good(err)
	topic, err := os.ReadFile("../../bot/channel/notifynl/example/topic.toml")
	w.good(err)
	w.good(os.WriteFile(shared, []byte(strings.Replace(string(text), "[topics.afval]", string(topic)+"\n[topics.afval]", 1)), 0o600))
	for _, folder := range []string{"flows", "locales"} {
		w.good(os.CopyFS(filepath.Join(w.folder, folder), os.DirFS("../../bot/channel/notifynl/example/"+folder)))
	}
	w.by("anna", exitGood, "publish", w.folder)
}

// agreed has those with these numbers agree to SMS in the chat.
func (w *warned) agreed(p *process, numbers ...int) {
	w.t.Helper()
	for _, i := range numbers {
		resident := fakegraph.Person{Phone: fmt.Sprintf("316%08d", 30000000+i), Name: "Bewoner"}
		for _, said := range []string{"ook per sms", "ja"} {
			w.deliver(p, resident, said)
			w.settled(20 * time.Second)
		}
		if answer := w.lastAnswer(resident); !strings.Contains(answer, "Dan krijgt u een sms") {
			w.t.Fatalf("not agreed: %s", answer)
		}
	}
}

// sent has a notice rehearsed, approved and sent.
func (w *warned) sent(name string) {
	w.t.Helper()
	w.notice(name, "Dit is een proef.", 3, "")
	w.by("anna", exitGood, "publish", w.folder)
	w.says("anna", exitGood, "rehearse "+name, "Rehearsed by anna")
	w.says("berta", exitGood, "approve "+name, "Approved by berta")
	w.says("berta", exitGood, "send "+name, "sent by bode serve")
}

// WhatsApp reaches three of four. Of those, who agreed to SMS gets one, and
// NotifyNL tells that it arrived; nobody else gets any.
func TestFallback_whoWhatsAppCannotReachGetsAnSMS(t *testing.T) {
	t.Parallel()
	eachInstallation(t, func(t *testing.T, in *installation) {
		w := in.warn(4)
		w.offerSMS()
		fake, configuration := w.notify()
		in.also(configuration)
		p := in.serve()
		in.fake.SetCallback(p.webhook())
		w.agreed(p, 0, 1, 3)
		for i := range 3 {
			in.fake.Script(fakegraph.Fault{To: fmt.Sprintf("316%08d", 30000000+i), Code: 131026, Times: -1})
		}
		if said := w.by("carla", exitGood, "doctor"); !strings.Contains(said, "good   fallback by SMS") {
			t.Errorf("the doctor says %s", said)
		}
		fake.Fail(http.StatusInternalServerError) // the first is tried again
		w.sent("proef")
		eventually(t, 60*time.Second, "two got an SMS", func() bool { return len(fake.Record()) == 2 })
		for _, one := range fake.Record() {
			if one.To != "+31630000000" && one.To != "+31630000001" || !strings.Contains(one.Text, "Gemeente Voorbeeldstad: ") || !strings.Contains(one.Text, "Dit is een proef.") {
				t.Errorf("%+v", one)
			}
			if code := receipt(t, p, "bearer-of-receipts", one.ID, one.Reference); code != http.StatusOK {
				t.Errorf("a receipt is answered %d", code)
			}
		}
		if code := receipt(t, p, "another", "740e5834-3a29-46b4-9a6f-000000000009", ""); code != http.StatusForbidden {
			t.Errorf("a receipt of somebody else is answered %d", code)
		}
		if code := receipt(t, p, "bearer-of-receipts", "740e5834-3a29-46b4-9a6f-000000000009", "019377aa-0000-7000-8000-000000000001"); code != http.StatusOK {
			t.Errorf("a receipt of an unknown message is answered %d", code)
		}
		if _, metrics := p.get("/metrics"); !strings.Contains(metrics, `bode_events_total{detail="unmatched",event="status"} 1`) {
			t.Error("a receipt of an unknown message is not counted")
		}
		s := in.open()
		run, _, err := s.LastRun(t.Context(), ownNumber, "proef")
		in.good(err)
		other, found, err := s.Fallback(t.Context(), run.ID)
		in.good(err)
		tally, err := s.Tally(t.Context(), other.ID)
		in.good(err)
		if !found || tally.Selected != 2 || tally.Delivered != 2 {
			t.Errorf("%t, %+v", found, tally)
		}
		if code, out, errs := command(t, "", "notify", "report", string(run.ID), "--config", filepath.Join(in.dir, "config.toml")); code != 0 || !strings.Contains(out, "2  got it by the fallback (notifynl), of 2") {
			t.Errorf("report: exit %d: %s%s", code, out, errs)
		}
		time.Sleep(5 * time.Second) // two more looks
		if n := len(fake.Record()); n != 2 {
			t.Errorf("%d SMS", n)
		}
	})
}

func receipt(t *testing.T, p *process, token, id, reference string) int {
	t.Helper()
	body, err := json.Marshal(map[string]string{"id": id, "reference": reference, "status": "delivered", "notification_type": "sms"})
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.public+receiptsPath, strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	return res.StatusCode
}

// Where nothing is configured nobody gets an SMS, whoever agreed.
func TestFallback_isOffByDefault(t *testing.T) {
	t.Parallel()
	w := newInstallation(t, filepath.Join(t.TempDir(), "bode.db"), fakegraph.Config{}).warn(1)
	w.offerSMS()
	fake, configuration := w.notify()
	w.also(strings.Replace(configuration, "enabled = true\n", "", 1))
	p := w.serve()
	w.fake.SetCallback(p.webhook())
	w.agreed(p, 0)
	w.fake.Script(fakegraph.Fault{Code: 131026, Times: -1})
	w.sent("proef")
	eventually(t, 30*time.Second, "WhatsApp refused", func() bool { return w.fake.Counts().Refused[131026] == 1 })
	time.Sleep(6 * time.Second) // three looks
	run, _, err := w.open().LastRun(t.Context(), ownNumber, "proef")
	w.good(err)
	if _, found, err := w.open().Fallback(t.Context(), run.ID); err != nil || found || len(fake.Record()) != 0 {
		t.Errorf("%t, %d SMS, %v", found, len(fake.Record()), err)
	}
	if code := receipt(t, p, "bearer-of-receipts", "740e5834-3a29-46b4-9a6f-000000000009", ""); code != http.StatusNotFound {
		t.Errorf("receipts are answered %d", code)
	}
}

// What is missing is said when the service starts, and by the doctor.
func TestFallback_whatIsMissingIsSaidAtTheStart(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ from, to, says string }{
		"no such topic":      {"", "", "add [topics.sms] to flows/bode.toml"},
		"no key":             {"key_file", "# key_file", "[fallback] key_file is not set"},
		"no template":        {"sms_template", "# sms_template", "sms_template or email_template is missing"},
		"no token":           {"receipts_token_file", "# receipts_token_file", "[fallback] receipts_token_file is not set"},
		"a key of nobody":    {"\"notifynl-key\"", "\"keys\"", "[fallback] key_file: key does not read"},
		"an address of ours": {"http://127.0.0.1", "http://notify.example", "base_url must be an https address"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newInstallation(t, filepath.Join(t.TempDir(), "bode.db"), fakegraph.Config{}).warn(1)
			_, configuration := w.notify()
			w.also(strings.Replace(configuration, c.from, c.to, 1))
			if said := w.by("carla", exitFaults, "doctor"); !strings.Contains(said, "WRONG  fallback by SMS") || !strings.Contains(said, c.says) {
				t.Errorf("the doctor says %s", said)
			}
			if said := w.by("carla", exitUse, "serve"); !strings.Contains(said, c.says) {
				t.Errorf("bode serve says %s", said)
			}
		})
	}
}
