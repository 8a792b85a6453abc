package privacy

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

func TestPhone_asPeopleWriteIt(t *testing.T) {
	for text, want := range map[string]string{
		"0612345678": "31612345678", "06-12345678": "31612345678", "06 12 34 56 78": "31612345678", "+31612345678": "31612345678",
		"+31 6 1234 5678": "31612345678", "0031 6 12345678": "31612345678", "31612345678": "31612345678", "+31 (0)6 12345678": "31612345678",
		"+31 06 12345678": "31612345678", " 06\u00a012345678 ": "31612345678", "(030) 123 45 67": "31301234567", "+32 471 23 45 67": "32471234567",
		"0049 1512 3456789": "4915123456789",
	} {
		got, err := Phone(text)
		if err != nil || got.Reveal() != want {
			t.Errorf("%q: %q %v, want %s", text, got.Reveal(), err, want)
		}
	}
}

func TestPhone_refusesWhatIsNone(t *testing.T) {
	for text, why := range map[string]error{
		"": errPhoneEmpty, "  ": errPhoneEmpty, "geen": errPhoneText, "+": errPhoneText, "06 1234567x": errPhoneText, "０６１２３４５６７８": errPhoneText,
		"061234567": errPhoneLength, "06123456789": errPhoneLength, "+3161234567": errPhoneLength, "+1234567": errPhoneLength, "+1234567890123456": errPhoneLength,
		"0000612345678": errPhoneLength, "612345678": errPhoneCountry, "32471234567": errPhoneCountry, "0900 1234567": errPhoneLength, "0900 123456": errPhoneService,
		"[bsn]": errPhoneText,
	} {
		got, err := Phone(text)
		if err != why || !got.Empty() {
			t.Errorf("%q: %q %v, want %v", text, got.Reveal(), err, why)
		}
		if err != nil && len(text) > 8 && strings.Contains(err.Error(), text) {
			t.Errorf("the reason quotes %q", text)
		}
	}
}

func TestImported_masksEveryValueAndSaysWhich(t *testing.T) {
	row := map[string]string{"phone": "111222333", "reference": "rekening NL91ABNA0417164300 en 999993653", "wording": "Gemeente Voorbeeldstad", "bag_id": "0344200000012345"}
	found := Imported(row)
	if len(found) != 2 || !slices.Equal(found["phone"], []string{"bsn"}) || len(found["reference"]) != 2 {
		t.Fatal(found)
	}
	if want := map[string]string{"phone": "[bsn]", "reference": "rekening [iban] en [bsn]", "wording": "Gemeente Voorbeeldstad", "bag_id": "0344200000012345"}; !maps.Equal(row, want) {
		t.Fatal(row)
	}
	if Imported(map[string]string{"phone": "06-12345678"}) != nil {
		t.Fatal("a phone number is no identifier")
	}
}
