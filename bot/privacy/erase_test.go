package privacy

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/gemeentebode/bode/bot"
)

// closedList is a store of residents who said STOP; one of them cannot be erased.
type closedList struct {
	closed []bot.Closed
	stuck  bot.ID
	erased []bot.ID
}

func (l *closedList) Closed(context.Context, time.Time, int) ([]bot.Closed, error) {
	return l.closed, nil
}

func (l *closedList) Erase(_ context.Context, _ time.Time, resident bot.ID, _ *bot.Reply, _ string) error {
	if resident == l.stuck {
		return errStuck
	}
	l.erased = append(l.erased, resident)
	return nil
}

var errStuck = errors.New("row is broken")

func TestSweep_whoCannotBeErasedHoldsUpNobody(t *testing.T) {
	list := &closedList{closed: []bot.Closed{{Resident: "a"}, {Resident: "b"}, {Resident: "c"}}, stuck: "a"}
	e := &Eraser{Store: list, Clock: time.Now, Log: slog.New(slog.DiscardHandler), Count: func(string, string) {}, Erased: func() {},
		Farewell: func(bot.Closed, string) bot.Reply { return bot.Reply{} }}
	n, err := e.Sweep(t.Context())
	if n != 2 || !errors.Is(err, errStuck) || !slices.Equal(list.erased, []bot.ID{"b", "c"}) {
		t.Errorf("erased %d (%v), error %v: want b and c, and the error of a", n, list.erased, err)
	}
}
