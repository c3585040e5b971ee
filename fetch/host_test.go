package fetch

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// Each request takes a second, and the pause runs from its end.
func TestQueueSpacesOneHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, begin := newQueue(2*time.Second), time.Now()
		var starts []time.Duration
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				turn, err := q.take(t.Context(), "News.example.", 0)
				if err != nil {
					t.Error(err)
					return
				}
				starts = append(starts, time.Since(begin)) // the queue itself is the lock
				time.Sleep(time.Second)
				turn.end()
			})
		}
		wg.Wait()
		for i, at := range starts {
			if want := time.Duration(i) * 3 * time.Second; at != want {
				t.Errorf("request %d began after %s, want %s", i, at, want)
			}
		}
	})
}

func TestQueueServesHostsSideBySide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, begin := newQueue(time.Minute), time.Now()
		var wg sync.WaitGroup
		for i := range 50 {
			wg.Go(func() {
				turn, err := q.take(t.Context(), fmt.Sprintf("%d.example", i), 0)
				if err != nil {
					t.Error(err)
					return
				}
				time.Sleep(time.Second)
				turn.end()
			})
		}
		wg.Wait()
		if took := time.Since(begin); took != time.Second {
			t.Errorf("50 hosts took %s, want 1s", took)
		}
	})
}

// One who gives up leaves the line in order for those behind, whether it waited for a turn or for the pause.
func TestQueueCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(10 * time.Second)
		turn, err := q.take(t.Context(), "h", 0)
		if err != nil {
			t.Fatal(err)
		}
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := q.take(short, "h", 0); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("waiting for a turn: %v", err)
		}
		turn.end()
		begin := time.Now()
		short, cancel = context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := q.take(short, "h", 0); !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) != time.Second {
			t.Errorf("waiting for the pause: %v after %s", err, time.Since(begin))
		}
		turn, err = q.take(t.Context(), "h", 0)
		if err != nil || time.Since(begin) != 10*time.Second {
			t.Errorf("the next in line: %v after %s, want 10s", err, time.Since(begin))
		}
		turn.end()
	})
}

// The memory is bounded by the hosts that were asked within one pause, however many there have been.
func TestQueueForgetsHosts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(time.Second)
		held, err := q.take(t.Context(), "held", 0)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 10 * sweepAt {
			turn, err := q.take(t.Context(), fmt.Sprintf("%d.example", i), 0)
			if err != nil {
				t.Fatal(err)
			}
			turn.end()
			time.Sleep(100 * time.Millisecond)
		}
		if n := len(q.lines); n > sweepAt {
			t.Errorf("%d hosts are remembered, want at most %d", n, sweepAt)
		}
		if q.lines["held"] == nil {
			t.Error("a host whose turn is taken was forgotten")
		}
		held.end()
	})
}

func TestQueueWithoutPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, begin := newQueue(-1), time.Now()
		for range 100 {
			turn, err := q.take(t.Context(), "h", 0)
			if err != nil {
				t.Fatal(err)
			}
			turn.end()
		}
		if took := time.Since(begin); took != 0 {
			t.Errorf("took %s, want no pause", took)
		}
	})
}
