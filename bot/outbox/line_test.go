package outbox

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// Four notifications hold the slots of the next 40 ms when two answers come.
func TestLine_anAnswerBeginsInTheNextSlotAndNoSlotIsUsedTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l line
		var mu sync.Mutex
		var order []string
		var slots []int64
		begun := time.Now()
		var sends sync.WaitGroup
		send := func(name string, after time.Duration, urgent bool) {
			sends.Go(func() {
				slot := l.wait(time.Now(), begun.Add(after), urgent)
				mu.Lock()
				defer mu.Unlock()
				if waits := time.Since(slot); waits != 0 {
					t.Errorf("%s begins %s after its slot", name, waits)
				}
				order, slots = append(order, name), append(slots, slot.Sub(begun).Milliseconds())
			})
			synctest.Wait()
		}
		send("topic 1", 10*time.Millisecond, false)
		send("topic 2", 20*time.Millisecond, false)
		send("topic 3", 30*time.Millisecond, false)
		send("topic 4", 40*time.Millisecond, false)
		time.Sleep(15 * time.Millisecond)
		send("answer 1", 50*time.Millisecond, true)
		send("answer 2", 60*time.Millisecond, true)
		sends.Wait()
		if want := []string{"topic 1", "answer 1", "answer 2", "topic 2", "topic 3", "topic 4"}; !slices.Equal(order, want) {
			t.Errorf("order %v, want %v", order, want)
		}
		if want := []int64{10, 20, 30, 40, 50, 60}; !slices.Equal(slots, want) {
			t.Errorf("slots %v, want %v", slots, want)
		}
	})
}

func TestLine_aSlotThatPassedIsGivenAtOnce(t *testing.T) {
	var l line
	now := time.Now()
	if got := l.wait(now, now.Add(-time.Second), true); !got.Equal(now.Add(-time.Second)) {
		t.Errorf("got %s", got)
	}
}
