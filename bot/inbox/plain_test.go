package inbox

import (
	"reflect"
	"testing"

	"github.com/gemeentebode/bode/bot"
)

// KeepAnswered writes a conversation and an answer. Whatever else an outcome
// comes to hold would be lost there, and nobody has to remember it.
func TestPlain_anOutcomeThatDecidesMoreThanAnAnswerIsNotWrittenAtOnce(t *testing.T) {
	some := map[reflect.Kind]func(reflect.Value){
		reflect.Bool:    func(v reflect.Value) { v.SetBool(true) },
		reflect.String:  func(v reflect.Value) { v.SetString("x") },
		reflect.Int:     func(v reflect.Value) { v.SetInt(1) },
		reflect.Pointer: func(v reflect.Value) { v.Set(reflect.New(v.Type().Elem())) },
		reflect.Slice:   func(v reflect.Value) { v.Set(reflect.MakeSlice(v.Type(), 1, 1)) },
		reflect.Map:     func(v reflect.Value) { v.Set(reflect.MakeMap(v.Type())) },
	}
	written := map[string]bool{"Conversation": true, "Reply": true}
	if plain(bot.Outcome{Reply: &bot.Reply{Text: bot.Hide("Maandag.")}}) == nil {
		t.Error("an answer alone is not written at once")
	}
	for field := range reflect.TypeFor[bot.Outcome]().Fields() {
		if written[field.Name] {
			continue
		}
		set, known := some[field.Type.Kind()]
		if !known {
			t.Fatalf("%s: this test does not know how to set a %s", field.Name, field.Type)
		}
		var o bot.Outcome
		set(reflect.ValueOf(&o).Elem().FieldByIndex(field.Index))
		if plain(o) != nil {
			t.Errorf("an outcome with %s is written at once, and KeepAnswered does not know it", field.Name)
		}
	}
}
