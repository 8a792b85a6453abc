package dialogue

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gemeentebode/bode/bot"
)

func TestRead_namesEveryFaultAtItsPlace(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string // "line:column code"
	}{
		"a word it does not know": {"att 2026-11-20 10:00\n", []string{"1:1 chat-line"}},
		"all faults at once": {"wat\nat gisteren\n> a\n> \n< \n  los\n< b\n< c\n", []string{
			"1:1 chat-line", "2:4 chat-clock", "4:1 chat-empty", "5:1 chat-empty", "7:1 chat-answer", "8:1 chat-answer"}},
		"no clock, said once":         {"> a\n> b\n", []string{"1:1 chat-clock"}},
		"a clock that was wrong":      {"at 20-11-2026\n> a\n", []string{"1:4 chat-clock"}},
		"a time that never was":       {"at 2026-03-29 02:30\n> a\n", []string{"1:4 chat-clock"}},
		"a clock that goes back":      {"at 2026-11-20 10:00\nat 2026-11-20 09:59\n> a\n", []string{"2:4 chat-clock"}},
		"back in another dialogue":    {"at 2026-11-20 10:00\n> a\n---\nat 2026-11-20 09:59\n> a\n", nil},
		"the clock is per dialogue":   {"at 2026-11-20 10:00\n> a\n---\n> a\n", []string{"4:1 chat-clock"}},
		"an answer to nothing":        {"< a\n", []string{"1:1 chat-answer"}},
		"two answers":                 {"at 2026-11-20 10:00\n> a\n< b\n< c\n", []string{"4:1 chat-answer"}},
		"indented under nothing":      {"  a\n", []string{"1:3 chat-loose"}},
		"indented under a clock":      {"at 2026-11-20 10:00\n\ta\n> a\n", []string{"2:2 chat-loose"}},
		"indented under a comment":    {"at 2026-11-20 10:00\n> a\n< b\n# c\n  d\n", []string{"5:3 chat-loose"}},
		"nothing is said":             {"at 2026-11-20 10:00\nlang en\n", []string{"1:1 chat-silent"}},
		"two languages":               {"at 2026-11-20 10:00\nlang nl en\n> a\n", []string{"2:6 chat-language"}},
		"a service without outcome":   {"at 2026-11-20 10:00\nservice waste.pickups\n> a\n", []string{"2:9 chat-service"}},
		"a service with an empty one": {"at 2026-11-20 10:00\nservice waste.pickups =\n> a\n", []string{"2:9 chat-service"}},
		"two topics that wait":        {"at 2026-11-20 10:00\npending afval hitte\n> a\n", []string{"2:9 chat-topic"}},
		"a topic that is not said":    {"at 2026-11-20 10:00\npending\n> a\n", []string{"2:8 chat-topic"}},
		"a gesture nearly known":      {"at 2026-11-20 10:00\n> (fotto)\n", []string{"2:3 chat-gesture"}},
		"brackets that are words":     {"at 2026-11-20 10:00\n> (ik denk dinsdag)\n", nil},
		"a location that is none":     {"at 2026-11-20 10:00\n> (locatie thuis)\n> (locatie 91 5)\n> (locatie NaN 5)\n", []string{"2:3 chat-place", "3:3 chat-place", "4:3 chat-place"}},
		"letters that are none":       {"at 2026-11-20 10:00\n> \xff\n> a\n", []string{"2:1 chat-utf8"}},
		"a comment and nothing else":  {"# later\n\n---\n", nil},
	} {
		t.Run(name, func(t *testing.T) {
			file, faults := Read("flows/x.chat", []byte(c.text))
			var got []string
			for _, f := range faults {
				got = append(got, fmt.Sprintf("%d:%d %s", f.Line, f.Column, f.Code))
				if f.File != "flows/x.chat" || f.Dutch == "" || f.English == "" || f.Dutch == f.English {
					t.Errorf("%+v has no file, no Dutch or no English", f)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if (file == nil) != (len(faults) > 0) {
				t.Errorf("a file that is nil exactly with faults: %v, %d faults", file, len(faults))
			}
		})
	}
}

func TestRead_asksWhatWasMeant(t *testing.T) {
	_, faults := Read("x.chat", []byte("servise waste.pickups = failed\nat 2026-11-20 10:00\n> (fotto)\n"))
	if len(faults) != 2 || !strings.Contains(faults[0].Dutch, `Bedoelt u "service"?`) || !strings.Contains(faults[1].English, `Did you mean "(foto)"?`) {
		t.Errorf("%v", faults)
	}
}

func TestRead_takesWhatEditorsOfWindowsSave(t *testing.T) {
	file, faults := Read("x.chat", []byte("\ufeff# titel\r\nat 2026-11-20 10:00\r\n> een\r\n  twee\r\n< a\r\n\r\n  b\r\n"))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	d := file.Dialogues[0]
	says := d.Steps[1].Says
	if d.Title != "titel" || says.Message.Text.Reveal() != "een\ntwee" {
		t.Errorf("title %q, text %q", d.Title, says.Shown)
	}
	if diff := cmp.Diff(&Want{Lines: []string{"a", "", "b"}, First: 5, Last: 7}, says.Want); diff != "" {
		t.Error(diff)
	}
}

func TestRead_knowsWhatCanBeSent(t *testing.T) {
	for said, want := range map[string]bot.Message{
		"gewoon tekst":             {Kind: bot.KindText, Text: bot.Hide("gewoon tekst")},
		"[Ander adres]":            {Kind: bot.KindTap, Text: bot.Hide("Ander adres")},
		"[niet gesloten":           {Kind: bot.KindText, Text: bot.Hide("[niet gesloten")},
		"(locatie 52.09 5.12)":     {Kind: bot.KindPlace, Place: &bot.Place{Latitude: 52.09, Longitude: 5.12}},
		"(location 52,09, -5,12)":  {Kind: bot.KindPlace, Place: &bot.Place{Latitude: 52.09, Longitude: -5.12}},
		"(foto)":                   {Kind: bot.KindMedia, Media: "image"},
		"(photo) the lamp is out":  {Kind: bot.KindMedia, Media: "image", Text: bot.Hide("the lamp is out")},
		"(spraak)":                 {Kind: bot.KindMedia, Media: "voice"},
		"(bestand)":                {Kind: bot.KindMedia, Media: "document"},
		"(sticker)":                {Kind: bot.KindMedia, Media: "sticker"},
		"(contact)":                {Kind: bot.KindUnsupported},
		"(woensdag) of donderdag?": {Kind: bot.KindText, Text: bot.Hide("(woensdag) of donderdag?")},
	} {
		file, faults := Read("x.chat", []byte("at 2026-11-20 10:00\n> "+said+"\n"))
		if len(faults) > 0 {
			t.Errorf("%q: %v", said, faults)
			continue
		}
		got := file.Dialogues[0].Steps[1].Says.Message
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s", said, diff)
		}
	}
}

func TestFits_namesWhatTheBundleDoesNotHave(t *testing.T) {
	b := bundle(t)
	for line, want := range map[string]string{
		"lang nll":                                  `1:6 De taal "nll" is er niet. Bedoelt u "nl"?`,
		"lang fr":                                   `1:6 De taal "fr" is er niet. Kies uit: nl, en.`,
		"service waste.pickup = failed":             `1:9 De dienst "waste.pickup" is er niet. Bedoelt u "waste.pickups"?`,
		"service waste.pickups = faild":             `1:25 De uitkomst "faild" is er niet. Bedoelt u "failed"?`,
		"service waste.pickups = found":             `1:25 Bij "found" hoort een waarde. Schrijf die erachter, als JSON op dezelfde regel.`,
		"service waste.pickups = found {}":          `1:31 Bij "found" hoort een lijst, zoals [{...}].`,
		"service waste.pickups = found [{":          `1:31 Deze waarde is geen goede JSON.`,
		`service waste.pickups = failed {"a": 1}`:   `1:32 Bij "failed" hoort geen waarde.`,
		`service pas.vraag = ok [{"code": "K7"}]`:   `1:24 Bij "ok" hoort een waarde zonder lijst eromheen, zoals {...}.`,
		`service pas.vraag = ok {"code": "K7"}`:     "",
		"pending afval":                             "",
		"pending afvall":                            `1:9 Het onderwerp "afvall" is er niet. Bedoelt u "afval"?`,
		"service pas.vraag = real":                  "",
		"service pas.vraag=failed":                  "",
		"service waste.pickups =   found   [{\"a\"": `1:35 Deze waarde is geen goede JSON.`,
	} {
		file, faults := Read("x.chat", []byte(line+"\nat 2026-11-20 10:00\n> a\n"))
		if len(faults) > 0 {
			t.Errorf("%q: %v", line, faults)
			continue
		}
		got := ""
		for _, f := range file.Fits(b) {
			got += fmt.Sprintf("%d:%d %s", f.Line, f.Column, f.Dutch)
		}
		if got != want {
			t.Errorf("%q:\n got %s\nwant %s", line, got, want)
		}
	}
}

// FuzzRead: whatever stands in a file, it is read or it has faults with places
// that exist; and what was read is read again as the same.
func FuzzRead(f *testing.F) {
	f.Add(good)
	f.Add("at 2026-11-20 10:00\n> a\n\n\n  b\n<\n  c\n---\n---\n")
	f.Add("> (locatie 1e400 2)\r\n\tx\n\xff")
	f.Add("service a=b {\"x\":1}\nservice =\nlang \nat\n[")
	f.Fuzz(func(t *testing.T, text string) {
		file, faults := Read("x.chat", []byte(text))
		lines := strings.Split(text, "\n")
		for _, fault := range faults {
			if fault.Line < 1 || fault.Line > len(lines) || fault.Column < 1 {
				t.Fatalf("a fault at %d:%d of %d lines", fault.Line, fault.Column, len(lines))
			}
		}
		if file == nil {
			return
		}
		again, faults := Read("x.chat", (&Result{File: file}).Updated())
		if len(faults) > 0 {
			t.Fatalf("what was read cannot be read again: %v", faults)
		}
		if !reflect.DeepEqual(file.Dialogues, again.Dialogues) {
			t.Fatalf("read again it is not the same: %q", text)
		}
	})
}
