package storage_test

import (
	"fmt"
	"testing"
	"time"

	"dateline/storage"
	"dateline/storage/storagetest"
)

// TestMovedRecordsComeOnce changes the dates of records while an export reads them, so that some move ahead of it that have come, and
// some behind it that have not.
func TestMovedRecordsComeOnce(t *testing.T) {
	const all = 700
	s := newStore(t)
	drafts := make([]storage.Draft, all)
	for i := range drafts {
		drafts[i] = draft("a", feedA, fmt.Sprint("http://a.example/", i), fmt.Sprint(i), now.Add(time.Duration(i)*time.Minute))
	}
	fillMoving(t, s, drafts)
	move := func(i int, to time.Duration) {
		d := drafts[i]
		d.Mark, d.Record.Published = "moved", now.Add(to)
		put(t, s, d, long(fmt.Sprint("moved ", i)))
	}
	times := map[string]int{}
	var last time.Time
	n, late := 0, 0
	for r, err := range s.Records(t.Context(), storage.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == 100 {
			for i := range 10 {
				move(i, (all+10)*time.Minute)        // has come, and is ahead now
				move(all-1-i, -(all+10)*time.Minute) // has not, and is behind
			}
		}
		if r.Published.Before(last) {
			late++
		} else {
			last = r.Published
		}
		times[r.ID]++
	}
	for i, d := range drafts {
		if times[d.Record.ID] != 1 {
			t.Errorf("record %d came %d times", i, times[d.Record.ID])
		}
	}
	if len(times) != all || late != 10 {
		t.Errorf("%d records, %d of them late", len(times), late)
	}
	storagetest.Check(t, s)
}

// fillMoving stores many articles, each with a text of its own.
func fillMoving(t *testing.T, s *storage.Store, drafts []storage.Draft) {
	t.Helper()
	poll(t, s, feedA, drafts...)
	for i := range drafts {
		store(t, s, drafts[i], long(fmt.Sprint(i)))
	}
}
