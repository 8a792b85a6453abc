package engine

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/gemeentebode/bode/bot"
	"pgregory.net/rapid"
)

// anyConversation draws a conversation with every field in every shape.
func anyConversation(t *rapid.T) *conversation {
	anyText := rapid.String()
	anyValues := func(label string) values {
		var v values
		for _, name := range rapid.SliceOfNDistinct(anyText, 0, 4, rapid.ID[string]).Draw(t, label) {
			raw, err := json.Marshal(rapid.OneOf(anyText.AsAny(), rapid.Int().AsAny(), rapid.MapOf(anyText, anyText).AsAny(), rapid.SliceOf(anyText).AsAny()).Draw(t, "value"))
			if err != nil {
				t.Fatal(err)
			}
			v = append(v, value{name, string(raw)})
		}
		return v
	}
	c := &conversation{language: anyText.Draw(t, "language"), chosen: rapid.Bool().Draw(t, "chosen"), bundle: anyText.Draw(t, "bundle"),
		run: rapid.IntRange(0, 1<<40).Draw(t, "run"), last: rapid.Int64().Draw(t, "last"), greeted: rapid.Bool().Draw(t, "greeted"),
		remembered: anyValues("remembered"), tries: rapid.IntRange(0, 9).Draw(t, "tries"), page: rapid.IntRange(0, 99).Draw(t, "page"),
		fixed: fixed(rapid.IntRange(0, 2).Draw(t, "fixed")), about: anyValues("about")}
	for range rapid.IntRange(0, 3).Draw(t, "frames") {
		c.frames = append(c.frames, frame{anyText.Draw(t, "flow"), anyText.Draw(t, "state"), anyValues("values")})
	}
	for range rapid.IntRange(0, maxBack).Draw(t, "back") {
		c.back = append(c.back, mark{rapid.IntRange(0, 3).Draw(t, "depth"), anyText.Draw(t, "mark"), nil})
	}
	for i := range c.recent {
		c.recent[i] = rapid.Uint32().Draw(t, "recent")
	}
	c.asks, c.heard = anyValues("asks"), anyText.Draw(t, "heard")
	c.offer = rapid.SliceOfN(anyText, 0, 3).Draw(t, "offer")
	c.wish, c.part = anyText.Draw(t, "wish"), anyText.Draw(t, "part")
	if rapid.Bool().Draw(t, "found") {
		c.found = "[" + domplein + "]"
	}
	if rapid.Bool().Draw(t, "pending") {
		c.pending = &pending{kind: pendingFind, moves: 3, moved: true, started: true, said: []string{anyText.Draw(t, "said")},
			label: anyText.Draw(t, "label"), url: "https://x.example", answer: `"a"`, consents: []bot.Consent{{Topic: "afval", Given: true, Kept: rapid.Bool().Draw(t, "kept"),
				Wording: anyText.Draw(t, "wording"), Language: "nl", Version: "v", About: bot.RawValue([]byte(domplein)), Postcode4: "3511", BagID: bot.Hide("1")}}}
	}
	return c
}

func TestCodec_whatIsWrittenIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyConversation(t)
		first := c.encode()
		if !json.Valid([]byte(first.Reveal())) {
			t.Fatalf("not JSON: %s", first.Reveal())
		}
		read, err := decode(first)
		if err != nil {
			t.Fatalf("%v: %s", err, first.Reveal())
		}
		if second := read.encode(); !second.Equal(first) {
			t.Fatalf("read and written again it differs:\n%s\n%s", first.Reveal(), second.Reveal())
		}
		var plain struct {
			L string `json:"l"`
			F []struct {
				S string `json:"s"`
			} `json:"f"`
		}
		if err := json.Unmarshal([]byte(first.Reveal()), &plain); err != nil {
			t.Fatal(err)
		}
		if plain.L != read.language || len(plain.F) != len(read.frames) {
			t.Fatalf("encoding/json reads %+v, this package %q and %d frames", plain, read.language, len(read.frames))
		}
		for i, f := range plain.F {
			if f.S != read.frames[i].state {
				t.Fatalf("frame %d: %q and %q", i, f.S, read.frames[i].state)
			}
		}
	})
}

func TestCodec_whatItDoesNotKnowIsSkipped(t *testing.T) {
	c, err := decode(bot.Hide(`{"zz":{"a":[1,"]}"]},"l":"en", "f": [ {"f":"afval","nieuw":null,"s":"adres"} ] }`))
	if err != nil || c.language != "en" || c.top().state != "adres" {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestCodec_brokenIsAnErrorThatSaysNothing(t *testing.T) {
	whole := newTalk(t).says("afval").says("3511LN 12").state.Reveal()
	for n := 1; n < len(whole)-1; n += 7 {
		if _, err := decode(bot.Hide(whole[:n])); err == nil {
			t.Errorf("cut after %d bytes it is still read", n)
		} else if strings.Contains(err.Error(), "Domplein") {
			t.Error("the error quotes the conversation")
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		decode(bot.Hide(rapid.String().Draw(t, "anything"))) // must come back
	})
}

func TestScan_paths(t *testing.T) {
	c := &conversation{frames: []frame{{values: values{{"tijd", `{"id":"s1","plek":{"naam":"Balie \"1\""},"leeg":null}`}}}}}
	for path, want := range map[string]string{".tijd.id": `"s1"`, ".tijd.plek.naam": `"Balie \"1\""`, ".tijd.weg": "", ".weg.id": "", ".tijd.id.x": "", ".tijd.leeg": ""} {
		if got := c.path(path); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	if got := plainText(c.path(".tijd.plek.naam")); got != `Balie "1"` {
		t.Error(got)
	}
}
