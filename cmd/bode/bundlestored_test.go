package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"io/fs"
	"regexp"
	"strings"
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

// A few kilobytes that unpack to gigabytes would take the memory of every
// process that opens the bundle.
func TestUnpack_boundsWhatABundleUnpacksTo(t *testing.T) {
	const much = 4 * unpackedLimit
	for name, file := range map[string]zip.FileHeader{
		"in one file":                   {Name: "flows/bode.toml", UncompressedSize64: much},
		"more than is ever counted":     {Name: "flows/bode.toml", UncompressedSize64: 1<<64 - 1},
		"of a file that is no flow too": {Name: "film.mp4", UncompressedSize64: much},
	} {
		bomb := deflated(t, file, much)
		if len(bomb) > bundleLimit {
			t.Fatalf("%s: it is no bomb: %d bytes", name, len(bomb))
		}
		if bundle, _, err := loadStored("hash", bomb, flow.Options{}); bundle != nil || !errors.Is(err, errTooLarge) || !strings.Contains(err.Error(), "bode publish") {
			t.Errorf("%s: %v", name, err)
		}
	}
	liar := deflated(t, zip.FileHeader{Name: "flows/bode.toml", UncompressedSize64: 100}, much)
	files, err := unpack(liar)
	if err != nil {
		t.Fatal(err)
	}
	if data, err := fs.ReadFile(files, "flows/bode.toml"); err == nil || len(data) > 1<<20 {
		t.Errorf("a file that is larger than it says gives %d bytes: %v", len(data), err)
	}
}

func TestArchived_refusesWhatNoProcessWouldOpen(t *testing.T) {
	files := map[string][]byte{"flows/a.toml": make([]byte, unpackedLimit), "flows/b.toml": {'#'}}
	if _, err := archived(files); !errors.Is(err, errTooLarge) {
		t.Errorf("%v", err)
	}
	files["flows/b.toml"] = nil
	if content, err := archived(files); err != nil {
		t.Error(err)
	} else if _, err := unpack(content); err != nil {
		t.Errorf("what was published is not opened: %v", err)
	}
}

// deflated is an archive of one file with so many zeros, whatever its header says.
func deflated(t *testing.T, header zip.FileHeader, zeros int) []byte {
	t.Helper()
	var body, out bytes.Buffer
	w, err := flate.NewWriter(&body, flate.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	for some := make([]byte, 1<<20); zeros > 0; zeros -= len(some) {
		if _, err := w.Write(some); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	header.Method, header.CompressedSize64 = zip.Deflate, uint64(body.Len())
	archive := zip.NewWriter(&out)
	file, err := archive.CreateRaw(&header)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.Write(body.Bytes()); err != nil {
		t.Fatal(err)
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
