package group_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gemeentebode/bode/bot/group"
)

// sizes brings items at times (milliseconds) and gives how large the groups were.
func sizes(t *testing.T, most int, gather, takes time.Duration, times ...int) (groups []int) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		g := group.New(most, gather, func(_ context.Context, items []int) []error {
			groups = append(groups, len(items))
			time.Sleep(takes)
			return make([]error, len(items))
		})
		ctx, stop := context.WithCancel(t.Context())
		go g.Run(ctx)
		var bringing sync.WaitGroup
		for i, at := range times {
			bringing.Go(func() {
				time.Sleep(time.Duration(at) * time.Millisecond)
				if err := g.Do(ctx, i); err != nil {
					t.Error(err)
				}
			})
		}
		bringing.Wait()
		stop()
		synctest.Wait()
	})
	return groups
}

func TestGroup_sharesACommit(t *testing.T) {
	for name, test := range map[string]struct {
		most          int
		gather, takes time.Duration
		times, want   []int
	}{
		"an item on a quiet desk waits for nobody":             {8, 0, time.Millisecond, []int{0, 5, 10}, []int{1, 1, 1}},
		"what comes during a commit goes into the next":        {8, 0, 10 * time.Millisecond, []int{0, 1, 2, 3}, []int{1, 3}},
		"what comes within the time to gather goes along":      {8, 10 * time.Millisecond, 0, []int{0, 4, 9, 30}, []int{3, 1}},
		"a full group goes before its time is over":            {2, time.Hour, 0, []int{0, 1, 2, 3}, []int{2, 2}},
		"no group is larger than it may be, however many come": {3, 0, 10 * time.Millisecond, []int{0, 1, 1, 1, 1}, []int{1, 3, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			got := sizes(t, test.most, test.gather, test.takes, test.times...)
			if len(got) != len(test.want) {
				t.Fatalf("groups of %v, want %v", got, test.want)
			}
			for i := range got {
				if got[i] != test.want[i] {
					t.Fatalf("groups of %v, want %v", got, test.want)
				}
			}
		})
	}
}
