package storage_test

import (
	"testing"
	"time"

	"dateline/storage/storagetest"
)

// TestCanonicalOfAnother has a page that calls another article's address its canonical one, with a text of its own.
func TestCanonicalOfAnother(t *testing.T) {
	const copied = "http://a.example/news/2"
	s := newStore(t)
	one, two := draft("a", feedA, urlA, "One", now), draft("a", feedA, copied, "Two", now.Add(time.Hour))
	poll(t, s, feedA, one, two)
	store(t, s, one, long("Mara"))
	r := two.Record
	r.URL, r.Text, r.Fetched, r.Attribution = urlA, long("Ada"), now, "Two, "+urlA
	if _, err := s.Put(t.Context(), r, two.Mark); err != nil {
		t.Fatal(err)
	}
	if got := record(t, s, copied); got.URL != copied || got.Attribution != "Two, "+copied {
		t.Errorf("%+v", got)
	}
	if got := record(t, s, urlA); got.ID != one.Record.ID {
		t.Errorf("%s leads to %s", urlA, got.ID)
	}
	storagetest.Check(t, s)
}
