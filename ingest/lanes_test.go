package ingest

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestLanesOneJobAHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t.Context())
		began := time.Now()
		var running, most [3]atomic.Int32
		for i := range 30 {
			host := i % 3
			l.add(fmt.Sprint(host), fmt.Sprint(i), func(context.Context) error {
				if n := running[host].Add(1); n > most[host].Load() {
					most[host].Store(n)
				}
				time.Sleep(time.Second)
				running[host].Add(-1)
				return nil
			})
		}
		if err := l.wait(); err != nil {
			t.Fatal(err)
		}
		for host := range most {
			if n := most[host].Load(); n != 1 {
				t.Errorf("host %d: %d jobs at once", host, n)
			}
		}
		if took := time.Since(began); took != 10*time.Second {
			t.Errorf("three hosts with ten seconds of work each took %v", took)
		}
	})
}

func TestLanesAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t.Context())
		var running, most atomic.Int32
		for i := range 3 * width {
			l.add(fmt.Sprint(i), fmt.Sprint(i), func(context.Context) error {
				if n := running.Add(1); n > most.Load() {
					most.Store(n)
				}
				time.Sleep(time.Second)
				running.Add(-1)
				return nil
			})
		}
		if err := l.wait(); err != nil {
			t.Fatal(err)
		}
		if n := most.Load(); n != width {
			t.Errorf("%d hosts at once, want %d", n, width)
		}
	})
}

func TestLanesTakeAKeyOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t.Context())
		var ran atomic.Int32
		for range 5 {
			l.add("host", "key", func(context.Context) error { ran.Add(1); time.Sleep(time.Second); return nil })
		}
		if err := l.wait(); err != nil || ran.Load() != 1 {
			t.Errorf("ran %d times, %v", ran.Load(), err)
		}
	})
}

func TestLanesStopAtAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t.Context())
		broken := errors.New("the disk is full")
		var ran atomic.Int32
		for i := range 10 {
			l.add("host", fmt.Sprint(i), func(context.Context) error { ran.Add(1); return broken })
		}
		if err := l.wait(); !errors.Is(err, broken) || ran.Load() != 1 {
			t.Errorf("%d jobs ran, error %v", ran.Load(), err)
		}
	})
}

func TestLanesClear(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t.Context())
		var ran atomic.Int32
		for i := range 10 {
			l.add("host", fmt.Sprint(i), func(context.Context) error { ran.Add(1); time.Sleep(time.Second); return nil })
		}
		time.Sleep(2500 * time.Millisecond)
		l.clear()
		if err := l.wait(); err != nil || ran.Load() != 3 {
			t.Errorf("ran %d jobs, want the 3 that had begun; %v", ran.Load(), err)
		}
	})
}

func TestTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var turns turns
		done, err := turns.take(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		other, err := turns.take(t.Context(), "b")
		if err != nil {
			t.Fatalf("another key: %v", err)
		}
		other()
		waited, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := turns.take(waited, "a"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a key that is held: %v", err)
		}
		got := make(chan struct{})
		go func() {
			if done, err := turns.take(t.Context(), "a"); err == nil {
				done()
				close(got)
			}
		}()
		synctest.Wait()
		done()
		<-got
		if len(turns.held) != 0 {
			t.Errorf("%d keys are kept after their turn", len(turns.held))
		}
	})
}

// TestAttack26SlowHost: however many jobs wait for one slow host, those of others are not held up.
func TestAttack26SlowHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLanes(t.Context())
		for i := range 50_000 {
			l.add("slow", fmt.Sprint("slow ", i), func(ctx context.Context) error {
				pause(ctx, 30*time.Second)
				return nil
			})
		}
		began := time.Now()
		var others atomic.Int32
		for i := range 10 * width {
			l.add(fmt.Sprint("quick ", i), fmt.Sprint(i), func(context.Context) error {
				time.Sleep(time.Second)
				others.Add(1)
				return nil
			})
		}
		time.Sleep(12 * time.Second)
		if n := others.Load(); n != 10*width {
			t.Errorf("after %v, %d of %d jobs for other hosts are done", time.Since(began), n, 10*width)
		}
		l.clear()
		if err := l.wait(); err != nil || time.Since(began) > 30*time.Second {
			t.Errorf("it ended after %v: %v", time.Since(began), err)
		}
	})
}
