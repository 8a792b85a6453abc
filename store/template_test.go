package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gemeentebode/bode/bot"
	"github.com/gemeentebode/bode/store"
	"github.com/gemeentebode/bode/store/storetest"
)

func TestSetTemplate_keepsWhatIsNotSaidAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
		for _, said := range []bot.TemplateStatus{
			{Name: "afval", Language: "nl", Status: "PENDING", Category: "UTILITY", Body: "Morgen halen wij {{1}} op."},
			{Name: "afval", Language: "nl", Status: "APPROVED"},
			{Name: "afval", Language: "en", Status: "APPROVED"},
			{Name: "afval", Language: "nl", Category: "MARKETING"},
		} {
			if err := s.SetTemplate(t.Context(), now, "een", said); err != nil {
				t.Fatal(err)
			}
		}
		got, err := s.Templates(t.Context(), "een")
		want := []bot.TemplateStatus{
			{Name: "afval", Language: "en", Status: "APPROVED"},
			{Name: "afval", Language: "nl", Status: "APPROVED", Category: "MARKETING", Body: "Morgen halen wij {{1}} op."},
		}
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%v %s", err, diff)
		}
		if other, err := s.Templates(t.Context(), "twee"); err != nil || len(other) != 0 {
			t.Errorf("another account has %v %v", other, err)
		}
	})
}
