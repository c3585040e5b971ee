package storage_test

import (
	"strings"
	"testing"

	"dateline/storage"
	"dateline/storage/storagetest"
)

// TestAttack34GUIDs: a guid names an article within its feed alone, and an address within its own text.
func TestAttack34GUIDs(t *testing.T) {
	s := newStore(t)
	one, two := draft("a", feedA, urlA, "One", now), draft("b", feedB, urlB, "Another", now)
	one.Record.GUID, two.Record.GUID = "1", "1"
	poll(t, s, feedA, one)
	if saved := poll(t, s, feedB, two); len(saved.Fresh) != 1 {
		t.Errorf("the guid of another feed: %+v", saved)
	}
	if one, two := store(t, s, one, long("Mara")), store(t, s, two, long("Jon")); one != storage.Added || two != storage.Added {
		t.Errorf("two articles with one guid: %s, %s", one, two)
	}
	reused := draft("a", feedA, "http://a.example/news/2", "Something else", now)
	reused.Record.GUID = "1"
	if saved := poll(t, s, feedA, reused); len(saved.Fresh) != 1 {
		t.Errorf("a guid that is used again: %+v", saved)
	}
	store(t, s, reused, long("Ann"))
	for url, title := range map[string]string{urlA: "One", urlB: "Another", "http://a.example/news/2": "Something else"} {
		if r := record(t, s, url); r.Title != title || len(r.AlsoIn) != 0 {
			t.Errorf("%s: %+v", url, r)
		}
	}
	one.Mark = "2"
	poll(t, s, feedA, one)
	if out := store(t, s, one, long("Mara again")); out != storage.Revised {
		t.Errorf("a guid with a new text: %s", out)
	}
	storagetest.Check(t, s)
}

// TestAttack34LongGUIDs: a guid of a megabyte is as good as a short one, and no key grows with it.
func TestAttack34LongGUIDs(t *testing.T) {
	s := newStore(t)
	var drafts []storage.Draft
	for _, end := range []string{"1", "2"} {
		d := draft("a", feedA, "http://a.example/"+end, "Title "+end, now)
		d.Record.URL, d.Record.GUID = "", strings.Repeat("g", 1<<20)+end
		d.Record.ID = storage.ID("a", storage.Identity("", d.Record.GUID, ""))
		drafts = append(drafts, d)
	}
	if saved := poll(t, s, feedA, drafts...); len(saved.Fresh) != 2 {
		t.Errorf("two guids that differ at their end: %+v", saved.Fresh)
	}
	if saved := poll(t, s, feedA, drafts...); len(saved.Fresh) != 0 {
		t.Errorf("listed again: %d fresh", len(saved.Fresh))
	}
	storagetest.Check(t, s)
}
