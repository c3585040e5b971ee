package storage_test

import (
	"fmt"
	"testing"
	"time"

	"dateline/storage"
	"dateline/storage/storagetest"
)

// partial commits what the feed alone told.
func partial(t *testing.T, s *storage.Store, d storage.Draft, text string) storage.Outcome {
	t.Helper()
	d.Record.Partial = "timeout"
	return store(t, s, d, text)
}

// TestFoldOfAnEntryThatIsPendingAgain must not make two articles each other's alias.
func TestFoldOfAnEntryThatIsPendingAgain(t *testing.T) {
	s := newStore(t)
	early, late := draft("a", feedA, urlA, "Early", now.Add(-time.Hour)), draft("b", feedB, urlB, "Late", now)
	poll(t, s, feedA, early)
	partial(t, s, early, long("Mara"))
	early.Mark = "2"
	poll(t, s, feedA, early)
	poll(t, s, feedB, late)
	store(t, s, late, long("Mara")) // whole, so it leads the partial one
	store(t, s, early, long("Mara"))
	poll(t, s, feedB, draft("b", feedB, urlA, "B lists A", now))
	for _, name := range []string{urlA, urlB, early.Record.ID, late.Record.ID} {
		if r := record(t, s, name); r.Partial != "" {
			t.Errorf("%s: partial", name)
		}
	}
	if ids := pending(t, s, now); len(ids) != 0 {
		t.Errorf("pending: %v", ids)
	}
	storagetest.Check(t, s)
}

// TestEditWhileThePageIsFetched keeps the entry pending: what came is the page as it was.
func TestEditWhileThePageIsFetched(t *testing.T) {
	s := newStore(t)
	d := draft("a", feedA, urlA, "One", now)
	poll(t, s, feedA, d)
	edited := d
	edited.Mark = "2"
	poll(t, s, feedA, edited)
	if out := store(t, s, d, long("Mara")); out != storage.Unchanged {
		t.Errorf("the page of before the edit: %s", out)
	}
	if err := s.Fail(t.Context(), d.Record.ID, d.Mark, storage.Event{At: now, What: "failed"}); err != nil {
		t.Fatal(err)
	}
	if ids := pending(t, s, now); len(ids) != 1 {
		t.Errorf("the edit is lost: %v", ids)
	}
	if out := store(t, s, edited, long("Jon")); out != storage.Added {
		t.Errorf("the page of after the edit: %s", out)
	}
	storagetest.Check(t, s)
}

func TestPartialBecomesWhole(t *testing.T) {
	s := newStore(t)
	d := draft("a", feedA, urlA, "One", now)
	poll(t, s, feedA, d)
	partial(t, s, d, long("Mara"))
	wantTally(t, s, feedA, storage.Tally{storage.Partial: 1})
	d.Mark = "2"
	poll(t, s, feedA, d)
	store(t, s, d, long("Mara"))
	if r := record(t, s, urlA); r.Partial != "" {
		t.Errorf("partial %q after the page came", r.Partial)
	}
	wantTally(t, s, feedA, storage.Tally{storage.Stored: 1})
	storagetest.Check(t, s)
}

// TestFailLeavesWhatIsStored gives up a second fetch, not the article.
func TestFailLeavesWhatIsStored(t *testing.T) {
	s := newStore(t)
	d := draft("a", feedA, urlA, "One", now)
	poll(t, s, feedA, d)
	store(t, s, d, long("Mara"))
	d.Mark = "2"
	poll(t, s, feedA, d)
	if err := s.Fail(t.Context(), d.Record.ID, d.Mark, storage.Event{At: now, What: "failed", Detail: "not-found"}); err != nil {
		t.Fatal(err)
	}
	wantTally(t, s, feedA, storage.Tally{storage.Stored: 1})
	storagetest.Check(t, s)
}

// TestListedAgainAfterItFailed starts anew, under whatever id it had before.
func TestListedAgainAfterItFailed(t *testing.T) {
	s := newStore(t)
	late, early := draft("b", feedB, urlA, "Late", now), draft("a", feedA, urlA, "Early", now.Add(-time.Hour))
	poll(t, s, feedB, late)
	poll(t, s, feedA, early) // leads, so the pending article changes its id
	if err := s.Fail(t.Context(), early.Record.ID, early.Mark, storage.Event{At: now, What: "failed"}); err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		feed := fmt.Sprint("http://b.example/rss", i)
		d := draft("b", feed, urlA, "Again", now.Add(time.Duration(i)*time.Hour))
		poll(t, s, feed, d)
	}
	storagetest.Check(t, s)
	ids := pending(t, s, now)
	if len(ids) != 1 {
		t.Fatalf("pending: %v", ids)
	}
	d, err := s.Draft(t.Context(), ids[0])
	if err != nil || len(d.Listings) != 3 {
		t.Errorf("%d listings wait, %v", len(d.Listings), err)
	}
}

// TestListingsBeyondTheStory folds an article that more feeds list than its story names.
func TestListingsBeyondTheStory(t *testing.T) {
	if storage.Racing {
		t.Skip("510 polls, one after the other")
	}
	s := newStore(t)
	first := draft("a", feedA, urlB, "First", now.Add(-time.Hour))
	poll(t, s, feedA, first)
	store(t, s, first, long("Mara"))
	for i := range 510 {
		feed := fmt.Sprint("http://feed.example/", i)
		poll(t, s, feed, draft("b", feed, urlA, "Everywhere", now))
	}
	d, err := s.Draft(t.Context(), pending(t, s, now)[0])
	if err != nil {
		t.Fatal(err)
	}
	if out := store(t, s, d, long("Mara")); out != storage.AlsoIn {
		t.Errorf("%s", out)
	}
	storagetest.Check(t, s)
}

// TestRevisionIntoAnothersText leaves the text's key where it is.
func TestRevisionIntoAnothersText(t *testing.T) {
	s := newStore(t)
	a, b := draft("a", feedA, urlA, "A", now), draft("b", feedB, urlB, "B", now)
	poll(t, s, feedA, a)
	poll(t, s, feedB, b)
	store(t, s, a, long("Mara"))
	store(t, s, b, long("Jon"))
	for i, text := range []string{"Mara", "Ida"} {
		b.Mark = fmt.Sprint("edit ", i)
		poll(t, s, feedB, b)
		store(t, s, b, long(text))
	}
	c := draft("c", "http://c.example/rss", "http://c.example/1", "C", now)
	poll(t, s, "http://c.example/rss", c)
	if out := store(t, s, c, long("Mara")); out != storage.AlsoIn {
		t.Errorf("a third copy of a text: %s", out)
	}
	storagetest.Check(t, s)
}

// TestTwiceInOnePoll takes the second mention of an article for no edit of the first.
func TestTwiceInOnePoll(t *testing.T) {
	s := newStore(t)
	one := draft("a", feedA, urlA, "One", now)
	two := draft("a", feedA, "http://a.example/other", "One", now)
	two.Record.GUID, two.Mark = one.Record.GUID, "other"
	poll(t, s, feedA, one, two)
	if saved := poll(t, s, feedA, one, two); len(saved.Fresh) != 0 || len(saved.Known) != 1 {
		t.Errorf("%d fresh, %d known", len(saved.Fresh), len(saved.Known))
	}
	storagetest.Check(t, s)
}
