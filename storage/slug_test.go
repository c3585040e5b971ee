package storage_test

import (
	"testing"
	"time"

	"dateline/storage"
	"dateline/storage/storagetest"
)

// TestSlugChanges has a publisher who changes the headline and with it the address and the guid; the number stays.
func TestSlugChanges(t *testing.T) {
	const first, second = "http://a.example/news/4066203/Oyster-beds-reopen", "http://a.example/news/4066203/Oyster-beds-reopen-in-the-bay"
	s := newStore(t)
	d := draft("a", feedA, first, "Oyster beds reopen", now)
	poll(t, s, feedA, d)
	store(t, s, d, long("Mara"))

	edited := draft("a", feedA, second, "Oyster beds reopen in the bay", now.Add(time.Hour))
	edited.Mark = "2"
	if saved := poll(t, s, feedA, edited); len(saved.Fresh) != 1 {
		t.Fatalf("%d fresh entries", len(saved.Fresh))
	}
	again, err := s.Draft(t.Context(), d.Record.ID)
	if err != nil || again.Page != second {
		t.Fatalf("the page that is wanted is %q, %v", again.Page, err)
	}
	if out := store(t, s, again, long("Ada")); out != storage.Revised {
		t.Errorf("outcome %s", out)
	}
	wantTally(t, s, feedA, storage.Tally{storage.Stored: 1})

	other := draft("b", feedB, second, "Oyster beds reopen in the bay", now.Add(2*time.Hour))
	poll(t, s, feedB, other)
	wantTally(t, s, feedB, storage.Tally{storage.Duplicate: 1})

	stranger := draft("a", feedA, "http://a.example/news/4066203/Nothing-of-it", "A wholly different headline", now.Add(3*time.Hour))
	poll(t, s, feedA, stranger)
	wantTally(t, s, feedA, storage.Tally{storage.Stored: 1, storage.Waiting: 1})
	storagetest.Check(t, s)
}
