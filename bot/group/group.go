// Package group commits what several goroutines bring in one transaction. It
// knows nothing of what that is. While one group is being committed the next
// one gathers, so a busy desk shares its commits; where nobody waits for what
// is brought, a group may gather for a set time as well.
package group

import (
	"context"
	"time"
)

// Group gathers items and has them committed together.
type Group[T any] struct {
	queue  chan entry[T]
	most   int
	gather time.Duration
	commit func(context.Context, []T) []error
}

type entry[T any] struct {
	item T
	done chan error
}

// New makes a Group of at most so many items a commit; Run starts it. A group
// that is not full gathers for so long after its first item; with 0 it takes
// what is there, and a quiet desk waits for nothing. commit gives an error for
// each item, by its index. With a most of 1 whoever brings
// an item commits it: so many commits beside each other as there are callers.
func New[T any](most int, gather time.Duration, commit func(context.Context, []T) []error) *Group[T] {
	return &Group[T]{queue: make(chan entry[T], most), most: most, gather: gather, commit: commit}
}

// Do hands one item in and waits for its own result. When ctx ends first the
// item may still be committed; callers treat that like any unknown outcome.
func (g *Group[T]) Do(ctx context.Context, item T) error {
	if g.most == 1 {
		return g.commit(context.WithoutCancel(ctx), []T{item})[0]
	}
	e := entry[T]{item, make(chan error, 1)}
	select {
	case g.queue <- e:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-e.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Run commits groups until ctx ends, then what was already handed in. Several
// may run beside each other: then as many groups are committed at once.
func (g *Group[T]) Run(ctx context.Context) {
	for {
		select {
		case e := <-g.queue:
			g.flush(context.WithoutCancel(ctx), e)
		case <-ctx.Done():
			select {
			case e := <-g.queue:
				g.flush(context.WithoutCancel(ctx), e)
			default:
				return
			}
		}
	}
}

func (g *Group[T]) flush(ctx context.Context, first entry[T]) {
	group := g.gathered(first)
	items := make([]T, len(group))
	for i, e := range group {
		items[i] = e.item
	}
	for i, err := range g.commit(ctx, items) {
		group[i].done <- err
	}
}

// gathered is a group that begins with an item.
func (g *Group[T]) gathered(first entry[T]) []entry[T] {
	group := []entry[T]{first}
	var over <-chan time.Time
	if g.gather > 0 {
		over = time.After(g.gather)
	}
	for len(group) < g.most {
		select {
		case e := <-g.queue:
			group = append(group, e)
			continue
		default:
		}
		if over == nil {
			break
		}
		select {
		case e := <-g.queue:
			group = append(group, e)
		case <-over:
			over = nil
		}
	}
	return group
}
