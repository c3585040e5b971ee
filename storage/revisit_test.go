package storage_test

import (
	"errors"
	"testing"
	"time"

	"dateline/storage"
	"dateline/storage/storagetest"
)

// lookAt stores an article whose page is to be looked at again in an hour.
func lookAt(t *testing.T, s *storage.Store, d storage.Draft, text string) storage.Revisit {
	t.Helper()
	poll(t, s, d.Record.Feed, d)
	r := d.Record
	r.Text, r.Fetched = text, now
	v := storage.Revisit{Draft: d, Since: now, Due: now.Add(time.Hour), ETag: `"1"`}
	if _, err := s.PutPage(t.Context(), r, d.Mark, nil, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func looks(t *testing.T, s *storage.Store, at time.Time) (ids []string) {
	t.Helper()
	for p, err := range s.Revisits(t.Context(), at) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, p.ID)
	}
	return ids
}

// TestRevisitsAreKept has a look be due once, be put off with what it brought, and end.
func TestRevisitsAreKept(t *testing.T) {
	s := newStore(t)
	d := draft("a", feedA, urlA, "Title", now)
	v := lookAt(t, s, d, long("Mara"))
	if early := looks(t, s, now); len(early) != 0 {
		t.Errorf("due at once: %v", early)
	}
	if due := looks(t, s, v.Due); len(due) != 1 || due[0] != d.Record.ID {
		t.Fatalf("due: %v", due)
	}
	next := v
	next.Step, next.Due = 1, now.Add(6*time.Hour)
	r := d.Record
	r.Text, r.Fetched = long("Corrected"), v.Due
	for i, want := range []storage.Outcome{storage.Revised, storage.Unchanged} { // the second call repeats what persisted
		out, err := s.Revisited(t.Context(), v, &next, &r, storage.Event{At: v.Due, What: "looked again"})
		if err != nil || out != want {
			t.Errorf("call %d: %s, %v", i, out, err)
		}
	}
	if got, ok, err := s.NextRevisit(t.Context()); !ok || err != nil || !got.Equal(next.Due) {
		t.Errorf("next %v %v %v", got, ok, err)
	}
	storagetest.Check(t, s)
	if rec := record(t, s, urlA); rec.Revision != 2 || rec.Text != r.Text {
		t.Errorf("%+v", rec)
	}
	wantTally(t, s, feedA, storage.Tally{storage.Stored: 1})
	if _, err := s.Revisited(t.Context(), next, nil, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Revisit(t.Context(), d.Record.ID); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("after the last look: %v", err)
	}
	storagetest.Check(t, s)
}

// TestLookAtAPendingArticle leaves the record to its page, which is wanted anyway.
func TestLookAtAPendingArticle(t *testing.T) {
	s := newStore(t)
	d := draft("a", feedA, urlA, "Title", now)
	v := lookAt(t, s, d, long("Mara"))
	d.Mark = "2"
	poll(t, s, feedA, d)
	r := d.Record
	r.Text = long("Corrected")
	if out, err := s.Revisited(t.Context(), v, nil, &r); err != nil || out != storage.Unchanged {
		t.Errorf("%s, %v", out, err)
	}
	if ids := pending(t, s, now); len(ids) != 1 {
		t.Errorf("pending: %v", ids)
	}
	storagetest.Check(t, s)
}

// TestLooksBeginAnew when an edit changed the article, and go on as they were when it only seemed one.
func TestLooksBeginAnew(t *testing.T) {
	for _, c := range []struct {
		text string
		anew bool
	}{{long("Corrected"), true}, {long("Mara"), false}} {
		s := newStore(t)
		d := draft("a", feedA, urlA, "Title", now)
		v := lookAt(t, s, d, long("Mara"))
		d.Mark = "2"
		poll(t, s, feedA, d)
		r, later := d.Record, v
		r.Text, r.Fetched = c.text, now.Add(30*time.Minute)
		later.Since, later.Due = r.Fetched, r.Fetched.Add(time.Hour)
		if _, err := s.PutPage(t.Context(), r, "2", nil, &later); err != nil {
			t.Fatal(err)
		}
		got, err := s.Revisit(t.Context(), r.ID)
		if want := map[bool]time.Time{true: later.Due, false: v.Due}[c.anew]; err != nil || !got.Due.Equal(want) {
			t.Errorf("anew %v: due %v, want %v; %v", c.anew, got.Due, want, err)
		}
		storagetest.Check(t, s)
	}
}

// TestLooksEndWithTheirRecord has a record that is folded into an earlier one be looked at no more, and a duplicate never.
func TestLooksEndWithTheirRecord(t *testing.T) {
	s := newStore(t)
	lookAt(t, s, draft("a", feedA, urlA, "Late", now.Add(time.Hour)), long("Mara"))
	early := draft("b", feedB, urlB, "Early", now)
	lookAt(t, s, early, long("Mara"))
	lookAt(t, s, draft("b", feedB, "http://b.example/3", "Last", now.Add(2*time.Hour)), long("Mara"))
	if ids := looks(t, s, now.Add(time.Hour)); len(ids) != 1 || ids[0] != early.Record.ID {
		t.Errorf("looks at %v, want %s", ids, early.Record.ID)
	}
	storagetest.Check(t, s)
}
