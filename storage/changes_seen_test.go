package storage_test

import (
	"testing"

	"dateline/storage"
)

// TestChangesHaveTheLinesOfTheExport compares the two for a record that another feed carries: both say when that listed it.
func TestChangesHaveTheLinesOfTheExport(t *testing.T) {
	s := newStore(t)
	d := draft("a", feedA, urlA, "Headline", now)
	put(t, s, d, long("Mara"))
	poll(t, s, feedB, draft("b", feedB, urlA, "Headline", now))
	var exported, changed string
	for l, err := range s.Lines(t.Context(), storage.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		exported = string(l.JSON)
	}
	for c, err := range s.Changes(t.Context(), 0, storage.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		changed = string(c.Line.JSON)
	}
	for r, err := range s.ChangedSince(t.Context(), 0, storage.Filter{}) {
		line, bad := r.Line()
		if err != nil || bad != nil || string(line) != exported {
			t.Errorf("the record that has changed since is\n%s %v %v\nand the export\n%s", line, err, bad, exported)
		}
	}
	if changed != exported || changed == "" {
		t.Errorf("the change is\n%s\nand the export\n%s", changed, exported)
	}
}
