package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/bot/channel/cloudapi/fakegraph"
)

// warned is an installation with residents who asked for messages about
// health, and a folder of flows in which notices can be written.
type warned struct {
	*installation
	folder string
}

// warn subscribes so many residents; of each ten, one lives in 9999.
func (in *installation) warn(residents int) *warned {
	in.t.Helper()
	w := &warned{in, filepath.Join(in.dir, "town")}
	for _, folder := range []string{"flows", "locales"} {
		if err := os.CopyFS(filepath.Join(w.folder, folder), os.DirFS("../../"+folder)); err != nil {
			in.t.Fatal(err)
		}
	}
	in.also("[notify]\nquiet = \"\"\n[notify.prices]\nutility = 0.05\n[notify.prices.abroad]\n\"49\" = { utility = 0.5 }")
	w.by("anna", exitGood, "publish", w.folder)
	s := in.open()
	for _, name := range []string{"gezondheid_bericht", "gezondheid_bericht_correctie"} {
		in.good(s.SetTemplate(in.t.Context(), time.Now(), ownNumber, bot.TemplateStatus{Name: name, Language: "nl", Status: "APPROVED", Category: "UTILITY"}))
	}
	var csv strings.Builder
	csv.WriteString("phone,wording,given_at,reference,postcode\n")
	for i := range residents {
		number, area := fmt.Sprintf("+316%08d", 30000000+i), 3511
		if i%10 == 9 {
			number, area = fmt.Sprintf("+49151%08d", 30000000+i), 9999
		}
		fmt.Fprintf(&csv, "%s,%s,2026-10-01,WF-%d,%d\n", number, heatWording, i, area)
	}
	in.write("in.csv", csv.String())
	in.consents(exitGood, "import", filepath.Join(in.dir, "in.csv"), "--topic", "gezondheid")
	return w
}

// notice writes flows/notices/NAME.toml, valid for some days from yesterday on.
func (w *warned) notice(name, text string, days int, more string) {
	w.t.Helper()
	from, urgency := time.Now().AddDate(0, 0, -1), "normal"
	english := ""
	if more == "en" { // urgent, and so in English too
		more, urgency, english = "", "urgent", "en = \"This is a test.\"\n"
	}
	err := os.WriteFile(filepath.Join(w.folder, "flows", "notices", name+".toml"), fmt.Appendf(nil, `topic = "gezondheid"
title = "Proef"
urgency = %q
template = "gezondheid_bericht"
source = "https://www.rivm.nl/hitte"
valid_from = %s
valid_until = %s
%s
[text]
nl = %q
%s`, urgency, from.Format(time.DateOnly), from.AddDate(0, 0, days).Format(time.DateOnly), more, text, english), 0o600)
	if err != nil {
		w.t.Fatal(err)
	}
}

// by gives a command as somebody, and gives all that was printed.
func (w *warned) by(who string, want int, args ...string) string {
	w.t.Helper()
	var out, errs bytes.Buffer
	ctx := context.WithValue(context.WithoutCancel(w.t.Context()), asPerson{}, who)
	code := run(ctx, append(args, "--config", filepath.Join(w.dir, "config.toml")), streams{strings.NewReader(""), &out, &errs})
	if code != want {
		w.t.Fatalf("%s: bode %s: exit %d, want %d\n%s%s", who, strings.Join(args, " "), code, want, out.String(), errs.String())
	}
	return out.String() + errs.String()
}

// says gives a command of bode notify, and checks what it says.
func (w *warned) says(who string, want int, line, says string) string {
	w.t.Helper()
	out := w.by(who, want, append([]string{"notify"}, strings.Fields(line)...)...)
	if !strings.Contains(out, says) {
		w.t.Fatalf("%s: bode notify %s does not say %q:\n%s", who, line, says, out)
	}
	return out
}

// A notice goes its whole way: rehearsed, not approved by who wrote it,
// approved by another, sent by a real process, and reported as rehearsed.
func TestNotify_aNoticeGoesItsWholeWay(t *testing.T) {
	t.Parallel()
	eachInstallation(t, func(t *testing.T, in *installation) {
		n := 40
		if os.Getenv("BODE_TEST_FULL") == "1" {
			n = 5000
		}
		w := in.warn(n)
		w.configured("per_second = 1000", "per_second = 1000\nmessaging_limit = 0") // else five thousand take weeks, as the rehearsal says
		w.notice("proef", "Dit is een proef.", 3, "")
		w.says("berta", exitUse, "rehearse proef", "nothing is called")
		w.by("anna", exitGood, "publish", w.folder)
		w.says("berta", exitFaults, "approve proef", "was not rehearsed as it is now")
		out := w.says("anna", exitGood, "rehearse proef --out "+filepath.Join(in.dir, "out.csv"), "Rehearsed by anna; written by anna")
		for _, want := range []string{fmt.Sprint(n, "  subscribed"), fmt.Sprint(n, "  will receive"), fmt.Sprint(n, "    by the template"), fmt.Sprintf("EUR %.2f", 0.095*float64(n)),
			fmt.Sprint(n-n/10, " x 0.0500"), fmt.Sprint(n/10, " x 0.5000"), "Bericht van Gemeente Voorbeeldstad over Proef. Dit is een proef."} {
			if !strings.Contains(out, want) {
				t.Errorf("%q is not in the rehearsal:\n%s", want, out)
			}
		}
		if numbers, err := os.ReadFile(filepath.Join(in.dir, "out.csv")); err != nil || !strings.Contains(string(numbers), fmt.Sprintf("will receive,%d\n", n)) || strings.Contains(string(numbers), "3000000") {
			t.Errorf("%s %v", numbers, err)
		}
		w.says("berta", exitFaults, "send proef", "nobody approved it")
		w.says("anna", exitFaults, "approve proef", "you are anna, and a notice is not for who wrote it")
		w.says("berta", exitGood, "approve proef", "Approved by berta")
		w.says("carla", exitFaults, "approve proef", "berta approved it already")
		w.says("carla", exitGood, "list", "approved by berta")
		w.says("anna", exitFaults, "send proef", "you are anna, and a notice is not for who wrote it")
		p := in.serve()
		in.fake.SetCallback(p.webhook())
		w.says("berta", exitGood, "send proef", "sent by bode serve")
		w.says("berta", exitFaults, "send proef", "was sent by berta already")
		eventually(t, 150*time.Second, "everybody got it and read it", func() bool {
			return strings.Contains(w.says("carla", exitGood, "report proef", "proef of"), fmt.Sprint(n, "    read"))
		})
		w.says("carla", exitGood, "report proef", "As rehearsed.")
		if got := len(in.fake.Record()); got != n {
			t.Errorf("%d messages", got)
		}
		in.nothingRefused()
	})
}

// Nobody approves their own words by another road.
func TestNotify_neverByWhoWroteIt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		road func(w *warned)
		of   string // the notice
		not  string // who may not
	}{
		"under another name": {func(w *warned) {
			w.notice("proef", "Dit is een proef.", 3, "")
			w.by("anna", exitGood, "publish", w.folder)
			w.remove("proef")
			w.notice("ander", "Dit is een proef.", 3, "")
			w.by("berta", exitGood, "publish", w.folder)
		}, "ander", "anna"},
		"another published a comma": {func(w *warned) {
			w.notice("proef", "Dit is een proef.", 3, "")
			w.by("anna", exitGood, "publish", w.folder)
			w.notice("proef", "Dit is een proef!", 3, "")
			w.by("berta", exitGood, "publish", w.folder)
		}, "proef", "anna"},
		"another published other areas": {func(w *warned) {
			w.notice("proef", "Dit is een proef.", 3, "")
			w.by("anna", exitGood, "publish", w.folder)
			w.notice("proef", "Dit is een proef.", 3, `areas = ["3511"]`)
			w.by("berta", exitGood, "publish", w.folder)
		}, "proef", "berta"},
		"another took a comma out of a number": {func(w *warned) {
			w.notice("proef", "Dit is 1,5 proef.", 3, "")
			w.by("anna", exitGood, "publish", w.folder)
			w.notice("proef", "Dit is 15 proef.", 3, "")
			w.by("berta", exitGood, "publish", w.folder)
		}, "proef", "berta"},
		"another made the areas a remark": {func(w *warned) {
			w.notice("proef", "Dit is een proef.", 3, `areas = ["3511"]`)
			w.by("anna", exitGood, "publish", w.folder)
			w.notice("proef", "Dit is een proef.", 3, `# areas = ["3511"]`)
			w.by("berta", exitGood, "publish", w.folder)
		}, "proef", "berta"},
		"another changed its template since": {func(w *warned) {
			w.notice("proef", "Dit is een proef.", 3, "")
			w.by("anna", exitGood, "publish", w.folder)
			w.edited("flows/templates/gezondheid_bericht.toml", "U krijgt dit omdat u erom vroeg.", "U krijgt dit omdat berta dat wil.")
			w.by("berta", exitGood, "publish", w.folder)
		}, "proef", "berta"},
		"another changed a fact in it since": {func(w *warned) {
			w.notice("proef", "Dit is een proef. Bel {{.fact.telefoon}}.", 3, "")
			w.by("anna", exitGood, "publish", w.folder)
			w.edited("flows/bode.toml", "[facts.telefoon]\n", "[facts.telefoon]\n# 1\n")
			w.by("carla", exitGood, "publish", w.folder) // says the same
			w.edited("flows/bode.toml", w.fact("telefoon"), `value = "14 0999"`)
			w.by("berta", exitGood, "publish", w.folder)
		}, "proef", "berta"},
		"after it was rolled back": {func(w *warned) {
			w.notice("proef", "Dit is een proef.", 3, "")
			w.by("anna", exitGood, "publish", w.folder)
			w.by("berta", exitGood, "publish", "--rollback")
			w.by("berta", exitGood, "publish", w.folder)
		}, "proef", "anna"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newInstallation(t, filepath.Join(t.TempDir(), "bode.db"), fakegraph.Config{}).warn(1)
			c.road(w)
			w.says("carla", exitGood, "rehearse "+c.of, "Rehearsed by carla")
			w.says(c.not, exitFaults, "approve "+c.of, "a notice is not for who wrote it")
			w.says("dirk", exitGood, "approve "+c.of, "Approved by dirk")
			w.says(c.not, exitFaults, "send "+c.of, "a notice is not for who wrote it")
			w.says("dirk", exitGood, "send "+c.of, "sent by bode serve")
		})
	}
}

// A rollback takes a sent notice back, and templates of other words out of
// use, as a publication does; and it says so.
func TestPublish_aRollbackLooksAfterNoticesAndTemplates(t *testing.T) {
	w := newInstallation(t, filepath.Join(t.TempDir(), "bode.db"), fakegraph.Config{}).warn(1)
	w.notice("proef", "Dit is een proef.", 3, "")
	const before, after = "U krijgt dit omdat u erom vroeg.", "U krijgt dit, omdat u erom vroeg."
	w.edited("flows/templates/gezondheid_bericht.toml", before, after)
	w.by("anna", exitGood, "publish", w.folder)
	w.says("anna", exitGood, "rehearse proef", "Rehearsed")
	w.says("berta", exitGood, "approve proef", "Approved")
	w.says("berta", exitGood, "send proef", "sent by bode serve")
	s := w.open()
	body := "Bericht van {{1}} over {{2}}. {{3}} Meer leest u op {{4}}. " + after + " Niet meer? Stuur STOP GEZONDHEID."
	w.good(s.SetTemplate(t.Context(), time.Now(), ownNumber, bot.TemplateStatus{Name: "gezondheid_bericht", Language: "nl", Status: "APPROVED", Category: "UTILITY", Body: body}))
	w.by("berta", exitUse, "publish", "--rollback", "--dry-run")
	out := w.by("berta", exitGood, "publish", "--rollback")
	for _, want := range []string{"Live again", "not in these flows any more: proef", "Not used until the platform approves their new words (bode templates submit): gezondheid_bericht nl"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not said:\n%s", want, out)
		}
	}
}

// configured changes a line of the configuration.
func (w *warned) configured(from, to string) {
	w.t.Helper()
	config, err := os.ReadFile(filepath.Join(w.dir, "config.toml"))
	if err != nil || !strings.Contains(string(config), from) {
		w.t.Fatal(from, err)
	}
	w.write("config.toml", strings.Replace(string(config), from, to, 1))
}

// edited changes a part of a file of the flows.
func (w *warned) edited(file, from, to string) {
	w.t.Helper()
	name := filepath.Join(w.folder, filepath.FromSlash(file))
	data, err := os.ReadFile(name)
	if err != nil || !strings.Contains(string(data), from) {
		w.t.Fatal(from, err)
	}
	if err := os.WriteFile(name, []byte(strings.Replace(string(data), from, to, 1)), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// fact is the line that holds the value of a fact.
func (w *warned) fact(name string) string {
	w.t.Helper()
	data, err := os.ReadFile(filepath.Join(w.folder, "flows", "bode.toml"))
	if err != nil {
		w.t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(data), "[facts."+name+"]")
	for line := range strings.Lines(after) {
		if strings.HasPrefix(line, "value") {
			return strings.TrimSpace(line)
		}
	}
	w.t.Fatal("no fact ", name)
	return ""
}

func (w *warned) remove(name string) {
	w.t.Helper()
	if err := os.Remove(filepath.Join(w.folder, "flows", "notices", name+".toml")); err != nil {
		w.t.Fatal(err)
	}
}

func TestNotify_whoPublishesAnothersWordsMayApproveThem(t *testing.T) {
	w := newInstallation(t, filepath.Join(t.TempDir(), "bode.db"), fakegraph.Config{}).warn(1)
	w.notice("proef", "Dit is een proef.", 3, "")
	w.by("anna", exitGood, "publish", w.folder)
	w.notice("nog-een", "Dit is iets anders.", 3, "")
	w.by("berta", exitGood, "publish", w.folder)
	w.says("anna", exitGood, "rehearse proef", "written by anna.")
	w.says("berta", exitGood, "approve proef", "Approved by berta")
	w.says("anna", exitGood, "rehearse nog-een", "written by berta.")
	w.says("berta", exitFaults, "approve nog-een", "you are berta")
}

func TestNotify_changedAfterApprovalIsToBeApprovedAnew(t *testing.T) {
	w := newInstallation(t, filepath.Join(t.TempDir(), "bode.db"), fakegraph.Config{}).warn(1)
	w.notice("proef", "Dit is een proef.", 3, "")
	w.by("anna", exitGood, "publish", w.folder)
	w.says("anna", exitGood, "rehearse proef", "Rehearsed")
	w.says("berta", exitGood, "approve proef", "Approved")
	w.notice("proef", "Dit is geen proef.", 3, "")
	w.by("anna", exitGood, "publish", w.folder)
	w.says("berta", exitFaults, "send proef", "was not rehearsed as it is now")
	w.says("berta", exitGood, "list", "draft: not rehearsed as it is now")
}

// Nobody in particular wrote what stood there at the first start: then two
// persons are needed all the same.
func TestNotify_whatNobodyPublishedTakesTwoPersonsToo(t *testing.T) {
	w := newInstallation(t, filepath.Join(t.TempDir(), "bode.db"), fakegraph.Config{}).warn(1)
	w.notice("proef", "Dit is een proef.", 3, "")
	w.by("first start", exitGood, "publish", w.folder)
	w.says("anna", exitGood, "rehearse proef", "written by anna")
	w.says("anna", exitFaults, "approve proef", "you are anna")
	w.says("berta", exitGood, "approve proef", "Approved")
}

// The environment says nothing about who somebody is.
func TestWhoActs_isNotWhatAVariableSays(t *testing.T) {
	before, err := whoActs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("SUDO_USER", "burgemeester")
	t.Setenv("USER", "burgemeester")
	t.Setenv("LOGNAME", "burgemeester")
	if now, err := whoActs(t.Context()); err == nil && now != before {
		t.Errorf("%s became %s", before, now)
	}
}

func TestStatus_ofAProcess(t *testing.T) {
	name, parent, root := status("Name:\tsudo\nUmask:\t0022\nPPid:\t812\nUid:\t1000\t0\t0\t0\n")
	if name != "sudo" || parent != 812 || !root {
		t.Errorf("%s %d %t", name, parent, root)
	}
	if _, _, root := status("Name:\tsudo\nPPid:\t812\nUid:\t1000\t1000\t1000\t1000\n"); root {
		t.Error("called sudo, and not root")
	}
}

// A pause in the middle holds what is left; a withdrawal half done is told to
// who got it, and to nobody else.
func TestNotify_pausedInTheMiddleThenWithdrawn(t *testing.T) {
	t.Parallel()
	eachInstallation(t, func(t *testing.T, in *installation) {
		w := in.warn(40)
		w.notice("proef", "Dit is een proef.", 3, "")
		w.by("anna", exitGood, "publish", w.folder)
		w.says("anna", exitGood, "rehearse proef", "Rehearsed")
		w.says("berta", exitGood, "approve proef", "Approved")
		p := in.serve()
		w.says("berta", exitGood, "send proef", "sent by bode serve") // no statuses come: the first are waited for
		eventually(t, 30*time.Second, "the first few are sent", func() bool { return len(in.fake.Record()) == 20 })
		w.says("carla", exitGood, "pause proef", "Paused")
		w.says("carla", exitGood, "list", "paused (by carla)")
		w.says("carla", exitGood, "resume proef", "It goes on")
		w.says("carla", exitGood, "pause --all", "No notification goes out")
		w.says("carla", exitGood, "list", "NO NOTIFICATION GOES OUT")
		w.remove("proef")
		if out := w.by("dirk", exitGood, "publish", w.folder, "--dry-run"); !strings.Contains(out, "not in these flows any more: proef") {
			t.Errorf("the forecast: %s", out)
		}
		w.by("dirk", exitGood, "publish", w.folder)
		eventually(t, 30*time.Second, "it is withdrawn", func() bool {
			return strings.Contains(w.by("carla", exitGood, "notify", "report", "proef"), "Withdrawn by bode")
		})
		if n := len(in.fake.Record()); n != 20 {
			t.Fatalf("%d messages while the switch was off", n)
		}
		w.says("carla", exitGood, "resume --all", "go out again")
		eventually(t, 60*time.Second, "who got it hears that it no longer holds", func() bool { return len(in.fake.Record()) >= 40 })
		time.Sleep(3 * time.Second) // nobody hears it twice: two more looks
		first, then := map[string]int{}, map[string]int{}
		for _, m := range in.fake.Record() {
			if m.Text == "gezondheid_bericht_correctie" {
				then[m.To]++
			} else {
				first[m.To]++
			}
		}
		for to, n := range first {
			if n != 1 || then[to] != 1 {
				t.Errorf("somebody got it %d times, and %d corrections", n, then[to])
			}
		}
		if len(first) != 20 || len(then) != 20 {
			t.Errorf("%d got it, %d the correction", len(first), len(then))
		}
		w.says("carla", exitGood, "report proef", "not told: it ended before their turn")
		w.says("carla", exitUse, "withdraw proef", "no notice")
		p.stop()
	})
}

func TestNotify_listAndRehearseOfAJob(t *testing.T) {
	w := newInstallation(t, filepath.Join(t.TempDir(), "bode.db"), fakegraph.Config{}).warn(2)
	w.says("anna", exitGood, "list", "afval.herinnering")
	before := w.importCounts()
	out := w.says("anna", exitGood, "rehearse afval.herinnering", "0  subscribed")
	for _, want := range []string{"2    no consent", "with the invented values", "Morgen halen wij papier en restafval op bij Domplein 12", "not approved in any language"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in:\n%s", want, out)
		}
	}
	if after := w.importCounts(); after != before {
		t.Errorf("%s became %s", before, after)
	}
	w.says("anna", exitUse, "rehearse iets", "nothing is called")
	w.says("anna", exitUse, "pause", "name a run")
	w.says("anna", exitUse, "report iets", "there is no run")
	w.says("anna", exitUse, "rehearse afval.herinnering --at gisteren", "write \"gisteren\" as")
}
