package main

import (
	"regexp"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot/engine"
	"github.com/gemeentebode/bode/bot/flow"
)

// An update of the program may bring sentences that the live bundle, which an
// older version published, does not have.
func TestBundles_oneThatAnOlderVersionPublishedGoesOnAfterAnUpdate(t *testing.T) {
	content, err := packShipped()
	if err != nil {
		t.Fatal(err)
	}
	stored, err := unpack(content)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	if err := gather(files, "", stored); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"locales/bode.nl.toml", "locales/bode.en.toml"} {
		older := regexp.MustCompile(`(?m)^not_open .*$`).ReplaceAll(files[name], nil)
		if len(older) == len(files[name]) {
			t.Fatalf("%s has no sentence not_open to leave out", name)
		}
		files[name] = older
	}
	if content, err = archived(files); err != nil {
		t.Fatal(err)
	}
	all := exampleServices(behind{})
	options := flow.Options{Operations: all.operations, Audiences: all.audiences, Sentences: engine.Sentences(), At: time.Now()}
	bundle, faults, err := loadStored("hash", content, options)
	if err != nil || bundle == nil {
		t.Fatalf("the live bundle is refused after an update: %v %v", firstFault(faults), err)
	}
	if bundle.Hash != "hash" {
		t.Errorf("it became another bundle: %s", bundle.Hash)
	}
	if text := engine.New(bundle).NotOpen().Text.Reveal(); len(text) < 20 {
		t.Errorf("it says %q", text)
	}
}

func TestLoadStored_aBundleThatOnlyANewerCheckRefusesGoesOn(t *testing.T) {
	content, err := packShipped()
	if err != nil {
		t.Fatal(err)
	}
	stored, err := unpack(content)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	if err := gather(files, "", stored); err != nil {
		t.Fatal(err)
	}
	files["flows/afval.toml"] = append(files["flows/afval.toml"], "\n[states.nooit]\ntext = \"Hier komt niemand.\"\nend = true\n"...)
	if content, err = archived(files); err != nil {
		t.Fatal(err)
	}
	all := exampleServices(behind{})
	options := flow.Options{Operations: all.operations, Audiences: all.audiences, Sentences: engine.Sentences(), At: time.Now()}
	if bundle, _, err := loadPacked(content, options); err != nil || bundle != nil {
		t.Fatalf("the check has nothing against it: %v", err)
	}
	if bundle, faults, err := loadStored("hash", content, options); err != nil || bundle == nil {
		t.Errorf("the live bundle is refused: %v %v", firstFault(faults), err)
	}
	files["flows/afval.toml"] = []byte("dit is geen toml")
	if content, err = archived(files); err != nil {
		t.Fatal(err)
	}
	if bundle, _, _ := loadStored("hash", content, options); bundle != nil {
		t.Error("a bundle that cannot run is taken for one that can")
	}
}
