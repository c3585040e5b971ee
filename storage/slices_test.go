package storage_test

import (
	"context"
	"fmt"
	"iter"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dateline/storage"
	"dateline/storage/storagetest"
)

// watchedDriver counts the views that are open, and the most rows that one of them was asked for.
type watchedDriver struct {
	storage.Driver
	open, most atomic.Int64
}

func (d *watchedDriver) View(ctx context.Context, fn func(storage.Tx) error) error {
	d.open.Add(1)
	defer d.open.Add(-1)
	w := &watchedTx{}
	err := d.Driver.View(ctx, func(t storage.Tx) error { w.Tx = t; return fn(w) })
	for most := d.most.Load(); w.rows > most && !d.most.CompareAndSwap(most, w.rows); most = d.most.Load() {
	}
	return err
}

type watchedTx struct {
	storage.Tx
	rows int64
}

func (t *watchedTx) Scan(bucket string, from, to []byte) iter.Seq2[storage.Row, error] {
	return func(yield func(storage.Row, error) bool) {
		for row, err := range t.Tx.Scan(bucket, from, to) {
			if t.rows++; !yield(row, err) {
				return
			}
		}
	}
}

// TestExportHoldsNothing exports while several goroutines store records before, behind and between: each record that was there at the
// start comes once and in order, and whoever takes a record holds no view open, so a slow pipe stops nobody.
func TestExportHoldsNothing(t *testing.T) {
	d := &watchedDriver{Driver: storagetest.NewMemory()}
	s, err := storage.Open(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	const n = 400
	first := map[string]bool{}
	for i := range n {
		e := draft("a", feedA, fmt.Sprint("http://a.example/", i), fmt.Sprint(i), now.Add(time.Duration(i)*time.Minute))
		put(t, s, e, long(fmt.Sprint(i)))
		first[e.Record.ID] = true
	}
	ctx, cancel := context.WithCancel(t.Context())
	wrote := make(chan struct{})
	var writers sync.WaitGroup
	for w := range 3 {
		writers.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				e := draft("b", fmt.Sprint("http://b.example/rss/", w), fmt.Sprint("http://b.example/", w, "/", i), "B", now.Add(time.Duration(i*37%n)*time.Minute))
				state, err := s.Feed(t.Context(), e.Record.Feed)
				if err == nil {
					_, err = s.SavePoll(t.Context(), state, []storage.Draft{e})
				}
				if err == nil {
					e.Record.Text = fmt.Sprint("Short ", w, " ", i)
					_, err = s.Put(t.Context(), e.Record, e.Mark)
				}
				if err != nil {
					t.Error(err)
					return
				}
				select {
				case wrote <- struct{}{}:
				case <-ctx.Done():
				}
			}
		})
	}
	d.most.Store(0)
	var last storage.Record
	seen := map[string]bool{}
	for l, err := range s.Lines(t.Context(), storage.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		r, err := l.Record()
		if err != nil {
			t.Fatal(err)
		}
		if seen[r.ID] || r.Published.Before(last.Published) || r.Published.Equal(last.Published) && r.ID < last.ID {
			t.Fatalf("%s: twice, or out of order", r.ID)
		}
		seen[r.ID], last = true, r
		delete(first, r.ID)
		<-wrote
		if open := d.open.Load(); open > 3 { // those of the writers
			t.Fatalf("%d views are open", open)
		}
	}
	cancel()
	writers.Wait()
	if len(first) > 0 || len(seen) <= n {
		t.Errorf("%d records are missing; %d were seen", len(first), len(seen))
	}
	if most := d.most.Load(); most > 300 {
		t.Errorf("a view read %d rows", most)
	}
	open := d.open.Load()
	for range s.Lines(t.Context(), storage.Filter{}) { // now nobody else reads
		open = max(open, d.open.Load())
	}
	for range s.Changes(t.Context(), 0, storage.Filter{}) {
		open = max(open, d.open.Load())
	}
	if open != 0 {
		t.Errorf("%d views are open while a record is taken", open)
	}
}
