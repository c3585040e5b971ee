package storage_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"dateline/storage"
	"dateline/storage/storagetest"
)

// forget removes an article.
func forget(t *testing.T, s *storage.Store, idOrURL string) storage.Tombstone {
	t.Helper()
	tomb, err := s.Forget(t.Context(), idOrURL, "the court of Cove, 12 B 34/26", now)
	if err != nil {
		t.Fatal(err)
	}
	return tomb
}

// wantGone fails if anything of a text is left.
func wantGone(t *testing.T, s *storage.Store, words ...string) {
	t.Helper()
	storagetest.Check(t, s)
	for r, err := range s.Records(t.Context(), storage.Filter{}) { // their rows are packed
		line, bad := r.Line()
		if err = errors.Join(err, bad); err != nil {
			t.Fatal(err)
		}
		for _, word := range words {
			if strings.Contains(string(line), word) {
				t.Errorf("record %s still says %q", r.ID, word)
			}
		}
	}
	change(t, s, func(tx storage.Tx) error {
		for _, bucket := range []string{"records", "revisions", "stories", "pending", "listings", "lessons", "order"} {
			for row, err := range tx.Scan(bucket, nil, nil) {
				if err != nil {
					return err
				}
				for _, word := range words {
					if strings.Contains(string(row.Value), word) {
						t.Errorf("%s %q still says %q", bucket, row.Key, word)
					}
				}
			}
		}
		return nil
	})
}

func TestForget(t *testing.T) {
	s := newStore(t)
	d := draft("a", feedA, urlA, "Mara's headline", now)
	poll(t, s, feedA, d)
	store(t, s, d, long("Mara"))
	poll(t, s, feedB, draft("b", feedB, urlA, "Mara's headline too", now))
	d.Mark = "2"
	poll(t, s, feedA, d)
	store(t, s, d, long("Mara again"))
	d.Mark = "3"
	poll(t, s, feedA, d) // and its page is wanted again

	tomb := forget(t, s, urlA)
	if tomb.ID != d.Record.ID || tomb.Kind != storage.Forgotten || !tomb.At.Equal(now) || tomb.Agency != "a" {
		t.Errorf("%+v", tomb)
	}
	wantGone(t, s, "Mara")
	wantTally(t, s, feedA, storage.Tally{storage.Removed: 1})
	wantTally(t, s, feedB, storage.Tally{storage.Removed: 1})
	if _, err := s.Record(t.Context(), urlA); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("the record: %v", err)
	}
	account, err := s.Explain(t.Context(), urlA)
	if err != nil || account.Tombstone == nil || account.Tombstone.Reason != tomb.Reason || len(account.Listings) != 2 {
		t.Errorf("%+v, %v", account, err)
	}
	changes, err := s.Driver().Changes(t.Context(), "records", 0, 10)
	if err != nil || len(changes) != 1 || string(changes[0].Key) != tomb.ID {
		t.Errorf("the change sequence: %v, %v", changes, err)
	}
	if again, err := s.Forget(t.Context(), tomb.ID, "another reason", now.Add(time.Hour)); err != nil || again != tomb {
		t.Errorf("forgotten twice: %+v, %v", again, err)
	}
	if _, err := s.Forget(t.Context(), "http://nobody.example/", "x", now); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("what nobody listed: %v", err)
	}
}

// TestForgottenStaysAway offers a forgotten article again in every way in which the store knows one again.
func TestForgottenStaysAway(t *testing.T) {
	moved := draft("a", feedA, "http://a.example/moved/1", "Mara's headline", now)
	moved.Record.GUID = urlA
	for name, d := range map[string]storage.Draft{
		"as it was":       draft("a", feedA, urlA, "Mara's headline", now),
		"edited":          draft("a", feedA, urlA, "Mara's new headline", now),
		"its guid":        moved,
		"another feed":    draft("a", "http://a.example/other", urlA, "Mara's headline", now),
		"another agency":  draft("b", feedB, urlA, "Mara's headline", now),
		"the same text":   draft("b", feedB, urlB, "Mara, by others", now),
		"an earlier text": draft("b", feedB, "http://b.example/story/8", "Mara, earlier", now),
		"a title alone":   {Record: storage.Record{ID: storage.ID("a", "title:Mara's"), Agency: agency("a"), Feed: feedA, Title: "Mara's"}, Mark: "1"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			first := draft("a", feedA, urlA, "Mara's headline", now)
			poll(t, s, feedA, first)
			store(t, s, first, long("Mara before"))
			first.Mark = "2"
			poll(t, s, feedA, first)
			store(t, s, first, long("Mara"))
			if name == "a title alone" {
				poll(t, s, feedA, d)
				store(t, s, d, "Mara in a line")
				forget(t, s, d.Record.ID)
			}
			forget(t, s, urlA)
			for range 2 {
				d.Mark += "x"
				poll(t, s, d.Record.Feed, d)
				text := long("Mara")
				if name == "an earlier text" {
					text = long("Mara before")
				}
				if out := store(t, s, d, text); out != storage.Unchanged && out != storage.Shunned {
					t.Errorf("it came back: %s", out)
				}
			}
			wantGone(t, s, "Mara")
			if n, err := s.Tally(t.Context(), d.Record.Feed); err != nil || n[storage.Removed] != n.Total() {
				t.Errorf("%v, %v", n, err)
			}
		})
	}
}

// TestForgottenTextOfAnArticleThatIsStored takes that article along when it is revised to the text.
func TestForgottenTextOfAnArticleThatIsStored(t *testing.T) {
	s := newStore(t)
	one, two := draft("a", feedA, urlA, "One", now), draft("b", feedB, urlB, "Two", now)
	poll(t, s, feedA, one)
	store(t, s, one, long("Mara"))
	poll(t, s, feedB, two)
	partial(t, s, two, "A few words.")
	forget(t, s, urlA)
	two.Mark = "2"
	poll(t, s, feedB, two)
	if out := store(t, s, two, long("Mara")); out != storage.Shunned {
		t.Errorf("%s", out)
	}
	wantGone(t, s, "Mara", "A few words")
}

func TestForgetAPendingEntry(t *testing.T) {
	s := newStore(t)
	d := draft("a", feedA, urlA, "Mara's headline", now)
	poll(t, s, feedA, d)
	forget(t, s, urlA)
	if out := store(t, s, d, long("Mara")); out != storage.Unchanged {
		t.Errorf("the page that was under way: %s", out)
	}
	wantGone(t, s, "Mara")
	wantTally(t, s, feedA, storage.Tally{storage.Removed: 1})
}

func TestExpire(t *testing.T) {
	s := newStore(t)
	const day = 24 * time.Hour
	put := func(agencyID, feed, url string, age time.Duration) storage.Draft {
		d := draft(agencyID, feed, url, url, now.Add(-age))
		poll(t, s, feed, d)
		store(t, s, d, long("About "+url))
		return d
	}
	old := put("a", feedA, "http://a.example/old", 400*day)
	put("a", feedA, "http://a.example/new", 10*day)
	put("b", feedB, "http://b.example/old", 400*day)
	latest := put("a", feedA, "http://a.example/latest", 0)
	ages := storage.Ages{Agencies: map[string]time.Duration{"a": 365 * day}}
	if n, err := s.Expire(t.Context(), storage.Ages{}, now); n != 0 || err != nil {
		t.Errorf("for ever: %d, %v", n, err)
	}
	if n, err := s.ExpireDaily(t.Context(), ages, now); n != 1 || err != nil {
		t.Errorf("removed %d, %v", n, err)
	}
	if tomb, ok, err := s.Tombstone(t.Context(), old.Record.ID); !ok || tomb.Kind != storage.Expired || tomb.Reason != "kept for 365 days" {
		t.Errorf("%+v, %v, %v", tomb, ok, err)
	}
	wantTally(t, s, feedA, storage.Tally{storage.Removed: 1, storage.Stored: 2})
	wantTally(t, s, feedB, storage.Tally{storage.Stored: 1})
	poll(t, s, feedA, old)
	if ids := pending(t, s, now); len(ids) != 0 {
		t.Errorf("it is wanted again: %v", ids)
	}
	if n, err := s.ExpireDaily(t.Context(), ages, now.Add(20*time.Hour)); n != 0 || err != nil {
		t.Errorf("the same day: %d, %v", n, err)
	}
	if n, err := s.ExpireDaily(t.Context(), ages, now.Add(360*day)); n != 1 || err != nil {
		t.Errorf("later: %d, %v", n, err)
	}
	if r := record(t, s, latest.Record.ID); r.ID == "" {
		t.Error("the newest is gone")
	}
	storagetest.Check(t, s)
}

// TestForgottenTextOfABetterExtraction is what reprocess may come upon.
func TestForgottenTextOfABetterExtraction(t *testing.T) {
	s := newStore(t)
	one, two := draft("a", feedA, urlA, "One", now), draft("b", feedB, urlB, "Two", now)
	poll(t, s, feedA, one)
	store(t, s, one, long("Mara"))
	poll(t, s, feedB, two)
	store(t, s, two, long("A menu, and Mara"))
	forget(t, s, urlA)
	better := record(t, s, urlB)
	better.Text = long("Mara")
	if out, err := s.Replace(t.Context(), better); out != storage.Shunned || err != nil {
		t.Errorf("%s, %v", out, err)
	}
	wantGone(t, s, "Mara")
	wantTally(t, s, feedB, storage.Tally{storage.Removed: 1})
}

// TestForgottenTextAtASecondLook removes the article whose page has the text now.
func TestForgottenTextAtASecondLook(t *testing.T) {
	s := newStore(t)
	one, two := draft("a", feedA, urlA, "One", now), draft("b", feedB, urlB, "Two", now)
	poll(t, s, feedA, one)
	store(t, s, one, long("Mara"))
	v := lookAt(t, s, two, long("Jon"))
	forget(t, s, urlA)
	r := two.Record
	r.Text, r.Fetched = long("Mara"), v.Due
	next := v
	next.Step++
	if out, err := s.Revisited(t.Context(), v, &next, &r); out != storage.Shunned || err != nil {
		t.Errorf("%s, %v", out, err)
	}
	wantGone(t, s, "Mara", "Jon")
}

// TestForgetALeader has the next of its cluster lead.
func TestForgetALeader(t *testing.T) {
	s := newStore(t)
	words := make([]string, 120)
	for i := range words {
		words[i] = fmt.Sprintf("word%d", i)
	}
	drafts := map[string]storage.Draft{}
	for i, id := range []string{"a", "b", "c"} {
		feed := "http://" + id + ".example/rss"
		d := draft(id, feed, "http://"+id+".example/1", "Title of "+id, now.Add(time.Duration(i)*time.Hour))
		drafts[id] = d
		poll(t, s, feed, d)
		store(t, s, d, strings.Join(words, " ")+" by "+id)
	}
	leader := func(id string) string { return record(t, s, drafts[id].Record.ID).DuplicateOf }
	if leader("b") != drafts["a"].Record.ID || leader("c") != drafts["a"].Record.ID {
		t.Fatalf("no cluster: %q, %q", leader("b"), leader("c"))
	}
	forget(t, s, drafts["a"].Record.ID)
	if leader("b") != "" || leader("c") != drafts["b"].Record.ID {
		t.Errorf("after: %q, %q", leader("b"), leader("c"))
	}
	wantTally(t, s, "http://b.example/rss", storage.Tally{storage.Stored: 1})
	wantGone(t, s, "by a")
}

// TestForgottenGUIDWithAnotherText offers a forgotten article under its guid and title, with an address and a text of which nothing
// is known.
func TestForgottenGUIDWithAnotherText(t *testing.T) {
	s := newStore(t)
	d := draft("a", feedA, urlA, "Mara's headline", now)
	poll(t, s, feedA, d)
	store(t, s, d, long("Mara"))
	forget(t, s, urlA)
	moved := draft("a", feedA, "http://a.example/moved/1", "Mara's headline", now)
	moved.Record.GUID = d.Record.GUID
	poll(t, s, feedA, moved)
	if out := store(t, s, moved, long("Mara, rewritten")); out != storage.Unchanged {
		t.Errorf("it came back: %s", out)
	}
	wantGone(t, s, "Mara")
}
