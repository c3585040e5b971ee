package storage_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"

	"dateline/storage"
	"dateline/storage/storagetest"
)

func TestGroupedKeepsTheDriversPromises(t *testing.T) {
	storagetest.Run(t, func(*testing.T) storage.Driver { return storage.NewGrouped(storagetest.NewMemory(), nil) })
}

// gated is a driver that commits when it is let to, and counts its commits.
type gated struct {
	storage.Driver
	open    chan error // what the next commit comes to
	commits int
}

func (d *gated) Update(ctx context.Context, fn func(storage.Tx) error) error {
	d.commits++
	if err := d.Driver.Update(ctx, fn); err != nil {
		return err
	}
	return <-d.open
}

// TestGroup queues many updates while the first is on its way to the disk: they share the next transaction, each with
// its own result.
func TestGroup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hooked := 0
		d := &gated{Driver: storagetest.NewMemory(), open: make(chan error)}
		g := storage.NewGrouped(d, func(context.Context) error { hooked++; return nil })
		ctx, cancel := context.WithCancel(t.Context())
		broken := errors.New("broken")

		results := make([]any, 100)
		var all sync.WaitGroup
		update := func(i int) {
			defer all.Done()
			defer func() {
				if r := recover(); r != nil {
					results[i] = r
				}
			}()
			mine := t.Context()
			if i == 7 {
				mine = ctx
			}
			results[i] = g.Update(mine, func(tx storage.Tx) error {
				for _, n := range []int{3, 5, 7} { // what failed before is not seen
					if v, _ := tx.Get("b", fmt.Append(nil, "k", n)); v != nil && n != i {
						return fmt.Errorf("update %d sees what %d left", i, n)
					}
				}
				if err := tx.Put("b", fmt.Append(nil, "k", i), []byte("v")); err != nil {
					return err
				}
				switch i {
				case 3:
					return broken
				case 5:
					panic("five")
				case 7:
					cancel()
				}
				return nil
			})
		}
		all.Add(len(results))
		go update(0)
		synctest.Wait()
		for i := 1; i < len(results); i++ {
			go update(i)
			synctest.Wait() // in this order
		}
		d.open <- nil
		synctest.Wait()
		if results[1] != nil || hooked != 2 {
			t.Errorf("an update was told that it is on the disk before it was: %v; the hook ran %d times", results[1], hooked)
		}
		d.open <- nil
		all.Wait()
		if d.commits != 2 {
			t.Errorf("%d transactions for an update and 99 that waited for it, want 2", d.commits)
		}
		for i, got := range results {
			want := map[int]any{3: broken, 5: "five", 7: context.Canceled}[i]
			if got != want {
				t.Errorf("update %d came to %v, want %v", i, got, want)
			}
			if stored := has(t, g, fmt.Sprint("k", i)); stored != (want == nil) {
				t.Errorf("update %d is stored: %v", i, stored)
			}
		}
	})
}

func has(t *testing.T, d storage.Driver, key string) (ok bool) {
	t.Helper()
	err := d.View(context.WithoutCancel(t.Context()), func(tx storage.Tx) error {
		v, err := tx.Get("b", []byte(key))
		ok = v != nil
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return ok
}

// TestGroupCommitFails tells everyone of the group, and none of the next one.
func TestGroupCommitFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		full := errors.New("no space left")
		d := &gated{Driver: storagetest.NewMemory(), open: make(chan error)}
		g := storage.NewGrouped(d, nil)
		var all sync.WaitGroup
		results := make([]error, 9)
		update := func(i int) {
			all.Go(func() {
				results[i] = g.Update(t.Context(), func(tx storage.Tx) error { return tx.Put("b", fmt.Append(nil, "k", i), nil) })
			})
			synctest.Wait()
		}
		for i := range 5 {
			update(i)
		}
		d.open <- nil // the first alone
		synctest.Wait()
		for i := 5; i < len(results); i++ {
			update(i)
		}
		d.open <- full
		d.open <- nil
		all.Wait()
		for i, err := range results {
			if want := i >= 1 && i < 5; errors.Is(err, full) != want {
				t.Errorf("update %d came to %v", i, err)
			}
		}
	})
}

// TestGroupHookFails commits nothing of what the hook could not make durable.
func TestGroupHookFails(t *testing.T) {
	broken := errors.New("the segment was not synced")
	fail := true
	g := storage.NewGrouped(storagetest.NewMemory(), func(context.Context) error {
		if fail {
			return broken
		}
		return nil
	})
	put := func() error {
		return g.Update(t.Context(), func(tx storage.Tx) error { return tx.Put("b", []byte("k"), nil) })
	}
	if err := put(); !errors.Is(err, broken) || has(t, g, "k") {
		t.Errorf("%v; stored: %v", err, has(t, g, "k"))
	}
	fail = false
	if err := put(); err != nil || !has(t, g, "k") {
		t.Errorf("%v; stored: %v", err, has(t, g, "k"))
	}
}

// TestGroupDriverPanics lets nobody wait for a leader that is gone.
func TestGroupDriverPanics(t *testing.T) {
	d := &panicking{storagetest.NewMemory(), true}
	g := storage.NewGrouped(d, nil)
	put := func() (err error) {
		defer func() {
			if r := recover(); r != nil {
				err = fmt.Errorf("panic: %v", r)
			}
		}()
		return g.Update(t.Context(), func(tx storage.Tx) error { return tx.Put("b", []byte("k"), nil) })
	}
	if err := put(); err == nil {
		t.Error("the driver's panic was swallowed")
	}
	d.panics = false
	if err := put(); err != nil || !has(t, g, "k") {
		t.Errorf("after it: %v", err)
	}
}

type panicking struct {
	storage.Driver
	panics bool
}

func (d *panicking) Update(ctx context.Context, fn func(storage.Tx) error) error {
	return d.Driver.Update(ctx, func(t storage.Tx) error {
		if d.panics {
			panic("page 7: damaged")
		}
		return fn(t)
	})
}
