package storage_test

import (
	"strings"
	"testing"
	"time"

	"dateline/storage"
	"dateline/storage/storagetest"
)

func replaced(t *testing.T, s *storage.Store, r storage.Record) storage.Outcome {
	t.Helper()
	out, err := s.Replace(t.Context(), r, storage.Event{At: now, What: "reprocessed"})
	if err != nil {
		t.Fatal(err)
	}
	storagetest.Check(t, s)
	return out
}

// A better extraction replaces a record under its number of revision; what came together in the store stays.
func TestReplace(t *testing.T) {
	s := newStore(t)
	d := draft("a", feedA, urlA, "Headline", now)
	poll(t, s, feedA, d)
	store(t, s, d, long("Mara")+"\n\nShare this article")
	poll(t, s, feedB, draft("b", feedB, urlA, "Headline", now))
	before := record(t, s, d.Record.ID)
	if len(before.AlsoIn) != 1 {
		t.Fatalf("carriers %+v", before.AlsoIn)
	}
	better := d.Record
	better.Text, better.Fetched = long("Mara"), before.Fetched
	if out := replaced(t, s, better); out != storage.Replaced {
		t.Fatalf("outcome %q", out)
	}
	after := record(t, s, d.Record.ID)
	if after.Text != long("Mara") || after.Revision != before.Revision || after.Hash == before.Hash || len(after.AlsoIn) != 1 {
		t.Errorf("got %+v", after)
	}
	if out := replaced(t, s, better); out != storage.Unchanged {
		t.Errorf("the same again: %q", out)
	}
	late := better
	late.Text, late.Fetched = "of another page", before.Fetched.Add(time.Hour)
	if out := replaced(t, s, late); out != storage.Unchanged {
		t.Errorf("of another page: %q", out)
	}
	if r := record(t, s, urlA); strings.Contains(r.Text, "another") {
		t.Errorf("stored %q", r.Text)
	}
}

// An entry whose page can be read now is no longer partial, and the ledger says so.
func TestReplaceAPartialRecord(t *testing.T) {
	s := newStore(t)
	d := draft("a", feedA, urlA, "Headline", now)
	poll(t, s, feedA, d)
	partial := d.Record
	partial.Text, partial.Partial, partial.Fetched = "Summary.", "no-text", now
	if _, err := s.Put(t.Context(), partial, d.Mark); err != nil {
		t.Fatal(err)
	}
	whole := d.Record
	whole.Text, whole.Fetched = long("Mara"), now
	if out := replaced(t, s, whole); out != storage.Replaced {
		t.Fatalf("outcome %q", out)
	}
	if r := record(t, s, d.Record.ID); r.Partial != "" || r.Revision != 1 {
		t.Errorf("got %+v", r)
	}
}

// A mark is remembered until it is taken back.
func TestMark(t *testing.T) {
	s := newStore(t)
	for _, mark := range []string{"1 2", "3 4", ""} {
		if err := s.Mark(t.Context(), "work", mark); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Marked(t.Context(), "work"); err != nil || got != mark {
			t.Errorf("%q, %v, want %q", got, err, mark)
		}
	}
}
