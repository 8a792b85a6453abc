package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
	"github.com/gemeentebode/bode/bot/privacy"
	"github.com/gemeentebode/bode/bot/service/request"
)

const reportFlow = `
title = "Melding"
purpose = "municipal_service"
ground = "public_task"
start = "soort"
keywords = ["melding"]

[states.soort]
text = "Waar gaat het over?"
save = "soort"
choices = [ { label = "Straatlamp", value = "lamp", next = "wat" }, { label = "Hoe ver is het?", next = "code" } ]

[states.wat]
ask = "text"
text = "Wat is er aan de hand?"
save = "zin"
next = "verstuur"

[states.verstuur]
call = "request.submit"
with = { kind = ".soort", text = ".zin" }
save = "melding"
on = { received = "klaar", failed = "storing" }

[states.klaar]
text = "Uw melding is ontvangen. Code: {{.melding.code}}."
end = true

[states.code]
ask = "text"
text = "Wat is uw code?"
save = "getypt"
max_length = 40
next = "kijk"

[states.kijk]
call = "request.status"
with = { code = ".getypt" }
save = "stand"
on = { found = "stand", unknown = "onbekend", blocked = "later", failed = "storing" }

[states.stand]
branch = ".stand.state"
on = { open = "nog_open", handled = "gedaan" }

[states.nog_open]
text = "Uw melding staat open sinds {{date .stand.since}}."
end = true

[states.gedaan]
text = "Uw melding is afgehandeld op {{date .stand.since}}."
end = true

[states.onbekend]
text = "Deze code ken ik niet."
next = "code"

[states.later]
text = "Probeer het over een uur weer."
end = true

[states.storing]
text = "Dat lukt nu niet. Bel {{.fact.telefoon}}."
end = true
`

// withReports makes an installation whose residents can hand in.
func (in *installation) withReports(receiver string) *installation {
	in.t.Helper()
	in.bundle(map[string]string{"flows/bode.toml": strings.Replace(echoShared, `menu = ["echo"]`, `menu = ["melding"]`, 1), "flows/melding.toml": reportFlow})
	config, err := os.ReadFile(filepath.Join(in.dir, "config.toml"))
	if err != nil {
		in.t.Fatal(err)
	}
	in.write("config.toml", strings.Replace(string(config), `receiver = "local"`, `receiver = "`+receiver+`"`, 1))
	return in
}

// lastAnswer is the text that a resident got last.
func (in *installation) lastAnswer(to fakegraph.Person) string {
	in.t.Helper()
	sent := in.fake.To(to.Key())
	if len(sent) == 0 {
		in.t.Fatal("nothing was answered")
	}
	return sent[len(sent)-1].Text
}

func TestRequest_fromAResidentToAColleagueAndBack(t *testing.T) {
	eachInstallation(t, func(t *testing.T, in *installation) {
		p := in.withReports("local").serve()
		in.fake.SetCallback(p.webhook())
		resident := person(1)
		say := func(texts ...string) string {
			for _, text := range texts {
				in.deliver(p, resident, text)
				in.settled(20 * time.Second)
			}
			return in.lastAnswer(resident)
		}
		told := say("melding", "Straatlamp", "De lamp bij de brug is uit")
		code := regexp.MustCompile(`Code: (M(?:-\w{3}){3})\.`).FindStringSubmatch(told)
		if code == nil {
			t.Fatalf("no code was told: %s", told)
		}
		if status, page := p.get("/desk/"); status != 200 || !strings.Contains(page, "De lamp bij de brug is uit") || !strings.Contains(page, code[1]) || !strings.Contains(page, "Straatlamp") {
			t.Fatalf("colleagues see %d %s", status, page)
		}
		if told := say("melding", "Hoe ver is het?", strings.ToLower(code[1])); !strings.Contains(told, "staat open sinds") {
			t.Errorf("told: %s", told)
		}
		if status := p.handled(p.firstRequest()); status != http.StatusOK {
			t.Fatalf("status %d", status)
		}
		if told := say("melding", "Hoe ver is het?", code[1]); !strings.Contains(told, "is afgehandeld op") {
			t.Errorf("told: %s", told)
		}
		if told := say("stop"); !strings.Contains(told, "Uw melding blijft bij ons in behandeling") {
			t.Errorf("the farewell does not name the request: %s", told)
		}
		if _, page := p.get("/desk/requests?show=handled"); !strings.Contains(page, code[1]) {
			t.Error("the request went with its resident")
		}
	})
}

func TestRequest_aFlowThatHandsInIsAFaultWithoutAReceiver(t *testing.T) {
	in := newInstallation(t, filepath.Join(t.TempDir(), "bode.db"), fakegraph.Config{}).withReports("")
	code, out, errs := command(t, "", "publish", "--dry-run", "--config", filepath.Join(in.dir, "config.toml"), filepath.Join(in.dir, "bundle"))
	if code != exitFaults || !strings.Contains(out+errs, `zet [request] receiver = "local" in config.toml`) {
		t.Errorf("exit %d:\n%s%s", code, out, errs)
	}
}

// drawn is a worklist that only keeps codes coming.
type drawn struct{ request.Store }

func (drawn) SubmitRequest(_ context.Context, _ time.Time, _ string, _ bot.ID, r bot.Request) (bot.Request, error) {
	return r, nil
}

// A code that the door took for an identifier would never reach request.status.
func TestRequest_aCodePassesTheDoor(t *testing.T) {
	s := request.New(drawn{})
	for i := range 3000 {
		result, err := s.Call(t.Context(), time.Now(), bot.Call{Operation: "request.submit", Key: "k",
			With: map[string]bot.Value{"kind": bot.ValueOf("lamp"), "text": bot.ValueOf("uit")}})
		if err != nil {
			t.Fatal(err)
		}
		code := result.Value.Decode().(map[string]any)["code"].(string)
		for _, typed := range []string{code, strings.ToLower(code), strings.ReplaceAll(code, "-", ""), strings.ReplaceAll(code, "-", " ")} {
			sentence := []string{"%s", "mijn code is %s", "meldingsnummer %s", "het nummer van mijn melding: %s"}[i%4]
			text := fmt.Sprintf(sentence, typed)
			if masked, kinds := privacy.Mask(text); masked != text {
				t.Fatalf("%q became %q (%v)", text, masked, kinds)
			}
		}
	}
}

// firstRequest is the address of the first form of the list.
func (p *process) firstRequest() string {
	p.t.Helper()
	_, page := p.get("/desk/requests")
	form := regexp.MustCompile(`action="(/desk/requests/[0-9a-f-]+)"`).FindStringSubmatch(page)
	if form == nil {
		p.t.Fatalf("no request is listed: %s", page)
	}
	return form[1]
}

// handled presses the button of a request.
func (p *process) handled(form string) int {
	p.t.Helper()
	res, err := http.PostForm(p.internal+form, url.Values{"state": {"handled"}, "list": {"/desk/requests"}})
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, res.Body)
	return res.StatusCode
}
