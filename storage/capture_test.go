package storage_test

import (
	"testing"
	"time"

	"dateline/storage"
	"dateline/storage/storagetest"
)

// captured is a row of a page of an entry.
func captured(offset int64, url, entry string) storage.Capture {
	return storage.Capture{
		Place: storage.Place{Segment: 1, Offset: offset}, Length: 500, Kind: storage.CapturedPage, Time: now,
		Address: storage.CaptureKey(url), Subject: storage.CaptureKey(entry), Entry: entry,
	}
}

func capturesOf(t *testing.T, s *storage.Store, name string) (offsets []int64) {
	t.Helper()
	for c, err := range s.CapturesOf(t.Context(), name) {
		if err != nil {
			t.Fatal(err)
		}
		offsets = append(offsets, c.Offset)
	}
	return offsets
}

func condemned(t *testing.T, s *storage.Store) (offsets []int64) {
	t.Helper()
	for c, err := range s.Condemned(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		offsets = append(offsets, c.Offset)
	}
	return offsets
}

// The rows about an answer are committed with what was made of it, and found under all their names.
func TestCapturesAreCommittedWithTheirUse(t *testing.T) {
	s := newStore(t)
	d := draft("a", feedA, urlA, "Headline", now)
	poll(t, s, feedA, d)
	r := d.Record
	r.Text = long("Mara")
	ctx := storage.WithCaptures(t.Context(), []storage.Capture{captured(100, urlA, r.ID), captured(600, urlB, r.ID)})
	if _, err := s.Put(ctx, r, d.Mark); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int{urlA: 1, urlB: 1, r.ID: 2, "http://other.example/": 0} {
		if got := capturesOf(t, s, name); len(got) != want {
			t.Errorf("%s: captures at %v, want %d", name, got, want)
		}
	}
	storagetest.Check(t, s)
	if err := s.DropSegment(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if got := capturesOf(t, s, r.ID); len(got) != 0 {
		t.Errorf("captures at %v after their segment was dropped", got)
	}
	storagetest.Check(t, s)
}

// A page that was under way while its article was forgotten is erased too.
func TestCaptureOfAForgottenEntry(t *testing.T) {
	s := newStore(t)
	d := draft("a", feedA, urlA, "Headline", now)
	poll(t, s, feedA, d)
	before := captured(100, urlA, d.Record.ID)
	if err := s.SaveCaptures(t.Context(), []storage.Capture{before}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Forget(t.Context(), urlA, "asked for", now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := s.SaveCaptures(t.Context(), []storage.Capture{captured(600, urlA, d.Record.ID)}); err != nil {
		t.Fatal(err)
	}
	if got := condemned(t, s); len(got) != 2 {
		t.Errorf("to be erased: %v", got)
	}
	if got := capturesOf(t, s, urlA); len(got) != 0 {
		t.Errorf("captures at %v", got)
	}
	storagetest.Check(t, s)
}
