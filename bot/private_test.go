package bot_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gemeentebode/bode/bot"
)

const secret = "Domplein 12, 0612345678"

// Everything that can hold a private text, also where fmt cannot call methods.
type holder struct {
	Open   bot.Private
	hidden bot.Private
	value  bot.Value
	place  *bot.Place
	list   []bot.Private
}

func TestPrivate_neverPrintsItsText(t *testing.T) {
	p := bot.Hide(secret)
	h := holder{p, p, bot.ValueOf(secret), &bot.Place{Name: p, Address: p}, []bot.Private{p}}
	message := bot.Message{Text: p, ID: p, Place: h.place, From: bot.Contact{External: p, Phone: p}}
	reply := bot.Reply{Text: p, Buttons: []bot.Choice{{Label: p, Description: p}}}
	claim := bot.Claim{Message: message, Conversation: p}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		for _, v := range []any{p, h, &h, h.value, *h.place, message, reply, claim, bot.Send{Reply: reply, To: message.From}} {
			if out := fmt.Sprintf(verb, v); strings.Contains(out, "Domplein") || strings.Contains(out, "0612345678") || strings.Contains(out, fmt.Sprintf("%x", secret)) {
				t.Errorf("%s of %T prints the text: %s", verb, v, out)
			}
		}
	}
}

func TestPrivate_staysOutOfLogsAndJSON(t *testing.T) {
	var out bytes.Buffer
	p := bot.Hide(secret)
	for _, log := range []*slog.Logger{slog.New(slog.NewJSONHandler(&out, nil)), slog.New(slog.NewTextHandler(&out, nil))} {
		log.Info("x", "p", p, "m", bot.Message{Text: p}, "v", bot.ValueOf(secret), "err", fmt.Errorf("about %v", p))
	}
	data, err := json.Marshal(map[string]any{"p": p, "m": bot.Message{Text: p}})
	if err != nil {
		t.Fatal(err)
	}
	if all := out.String() + string(data); strings.Contains(all, "Domplein") {
		t.Errorf("the text shows: %s", all)
	}
	if !strings.Contains(out.String(), "[private]") {
		t.Error("the log does not say that something is hidden")
	}
}

func TestValue_errorsDoNotQuoteTheValue(t *testing.T) {
	var into struct{ Number int }
	err := bot.ValueOf(secret).Into(&into)
	if err == nil || strings.Contains(err.Error(), "Domplein") {
		t.Errorf("error is %v", err)
	}
}

func TestMessage_survivesItsCodec(t *testing.T) {
	in := bot.Message{ID: bot.Hide("wamid.x"), Kind: bot.KindPlace, Text: bot.Hide("hier"), Choice: "a.b.c~1", Media: "image", Crisis: "gevaar",
		Masked: []string{"bsn"}, Original: bot.Hide("wamid.y"), Place: &bot.Place{Latitude: 52.1, Longitude: 5.1, Name: bot.Hide("Dom"), Address: bot.Hide("Domplein")}}
	out, err := bot.DecodeMessage(in.Encode())
	if err != nil || !cmp.Equal(in, out) {
		t.Errorf("error %v, difference %s", err, cmp.Diff(in.Encode(), out.Encode()))
	}
}

func TestReply_survivesItsCodec(t *testing.T) {
	choice := []bot.Choice{{ID: "1", Label: bot.Hide("Ja"), Description: bot.Hide("graag")}}
	for _, in := range []bot.Reply{
		{Text: bot.Hide("hallo")},
		{Text: bot.Hide("kies"), Buttons: choice},
		{Text: bot.Hide("kies"), List: &bot.List{Button: "Kies", Rows: choice}},
		{Text: bot.Hide("lees"), Link: &bot.Link{Label: "Lees", URL: "https://voorbeeldstad.example"}},
		{Text: bot.Hide("waar"), AskPlace: true},
		{Template: &bot.Template{Name: "t", Language: "nl", Parameters: []bot.Private{bot.Hide("vrijdag")}}},
	} {
		out, err := bot.DecodeReply(in.Encode())
		if err != nil || !cmp.Equal(in, out) {
			t.Errorf("error %v, %s became %s", err, in.Encode(), out.Encode())
		}
	}
}

func TestID_sortsByTimeAndIsAVersion7(t *testing.T) {
	early := bot.NewID(time.UnixMilli(1_700_000_000_000))
	late := bot.NewID(time.UnixMilli(1_700_000_000_001))
	if early >= late || len(early) != 36 || early[14] != '7' || !strings.ContainsRune("89ab", rune(early[19])) {
		t.Errorf("ids %s %s", early, late)
	}
	if again := bot.NewID(time.UnixMilli(1_700_000_000_000)); again == early {
		t.Error("two ids are the same")
	}
}

func TestSendError_isFoundByErrorsAs(t *testing.T) {
	var failure *bot.SendError
	if err := fmt.Errorf("outbox: %w", &bot.SendError{Class: bot.SendPair, Code: 131056}); !errors.As(err, &failure) || failure.Class != bot.SendPair {
		t.Errorf("class %v", failure)
	}
}
