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
				slot, _ := l.wait(time.Now(), begun.Add(after), time.Minute, urgent, false)
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
	if got, _ := l.wait(now, now.Add(-time.Second), time.Minute, true, false); !got.Equal(now.Add(-time.Second)) {
		t.Errorf("got %s", got)
	}
}

func TestLine_aSlotThatWasMissedBeforeItWasBroughtGoesToNobodyElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l line
		begun := time.Now()
		answer := make(chan time.Time, 1)
		go func() {
			got, _ := l.wait(begun, begun.Add(50*time.Millisecond), time.Minute, true, false)
			answer <- got
		}()
		synctest.Wait()
		missed := begun.Add(-300 * time.Millisecond) // it was worded for longer than it had
		if got, ok := l.wait(begun, missed, time.Minute, false, false); !ok || !got.Equal(missed) {
			t.Errorf("the notification got %s", got.Sub(begun))
		}
		if got := <-answer; !got.Equal(begun.Add(50 * time.Millisecond)) {
			t.Errorf("the answer got the slot of %s, which nobody can use", got.Sub(begun))
		}
	})
}

func TestLine_whoMissedTheirSlotGoesBeforeTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l line
		begun := time.Now()
		for n := range 80 {
			go l.wait(begun, begun.Add(time.Duration(n+1)*12*time.Millisecond), time.Minute, true, false)
		}
		synctest.Wait()
		if got, ok := l.wait(begun, begun.Add(time.Second), time.Minute, true, true); !ok || got.Sub(begun) != 12*time.Millisecond {
			t.Errorf("it got the slot of %s, want the next", got.Sub(begun))
		}
		time.Sleep(2 * time.Second) // the others get theirs
	})
}

func TestLine_whoseTimeIsOverLeavesAndTheSlotIsForTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l line
		begun := time.Now()
		if _, ok := l.wait(begun, begun.Add(2*time.Hour), 2*time.Second, false, false); ok {
			t.Error("a slot before its time")
		}
		if got, ok := l.wait(time.Now(), begun.Add(3*time.Hour), 4*time.Hour, true, false); !ok || got.Sub(begun) != 2*time.Hour {
			t.Errorf("the next got the slot of %s", got.Sub(begun))
		}
		time.Sleep(2 * time.Hour) // the slot that remains comes, and is lost
		synctest.Wait()
		l.mu.Lock()
		defer l.mu.Unlock()
		if len(l.urgent)+len(l.topics) != 0 {
			t.Error("somebody is left in the line")
		}
	})
}
