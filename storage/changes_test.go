package storage_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"dateline/storage"
	"dateline/storage/storagetest"
)

// changedKinds are the changes after a number, as "kind url" in their order, and the last number.
func changedKinds(t *testing.T, s *storage.Store, after uint64, f storage.Filter, names map[string]string) (kinds []string, last uint64) {
	t.Helper()
	for c, err := range s.Changes(t.Context(), after, f) {
		if err != nil {
			t.Fatal(err)
		}
		if c.Seq <= last {
			t.Errorf("number %d after %d", c.Seq, last)
		}
		last = c.Seq
		if c.Asked() {
			kinds = append(kinds, string(c.Kind)+" "+names[c.Line.ID])
		}
	}
	return kinds, last
}

func TestChangesKinds(t *testing.T) {
	s := newStore(t)
	names := map[string]string{}
	entry := func(name, agencyID string) storage.Draft {
		url := "http://" + agencyID + ".example/" + name
		d := draft(agencyID, "http://"+agencyID+".example/rss", url, name, now)
		d.Record.License = &storage.License{SPDX: "CC-BY-4.0"}
		names[d.Record.ID] = name
		return d
	}
	again := func(d *storage.Draft, text string) {
		t.Helper()
		d.Mark += "x"
		poll(t, s, d.Record.Feed, *d)
		store(t, s, *d, text)
	}
	drafts := map[string]*storage.Draft{}
	for _, name := range []string{"same", "revised", "relicensed", "retitled", "retracted", "forgotten", "late"} {
		d := entry(name, "a")
		drafts[name] = &d
		put(t, s, d, long(name))
	}
	all, start := changedKinds(t, s, 0, storage.Filter{}, names)
	if len(all) != 7 || slices.ContainsFunc(all, func(k string) bool { return !strings.HasPrefix(k, "stored ") }) {
		t.Errorf("at first: %q", all)
	}

	again(drafts["revised"], long("revised for good"))
	drafts["relicensed"].Record.License = &storage.License{SPDX: "CC-BY-NC-4.0"}
	again(drafts["relicensed"], long("relicensed"))
	drafts["retitled"].Record.Title = "another title"
	again(drafts["retitled"], long("retitled"))
	drafts["retracted"].Record.Notice = &storage.Notice{Kind: storage.NoticeRetracted, Evidence: "page", At: now}
	again(drafts["retracted"], long("retracted"))
	forget(t, s, drafts["forgotten"].Record.ID)
	early := entry("early", "b") // published before the one with the same text
	early.Record.Published = now.AddDate(0, 0, -1)
	put(t, s, early, long("late"))

	want := []string{"revised revised", "relicensed relicensed", "edited retitled", "retracted retracted", "forgotten forgotten", "folded late", "stored early"}
	if got, _ := changedKinds(t, s, start, storage.Filter{}, names); !slices.Equal(got, want) {
		t.Errorf("changes:\n got %q\nwant %q", got, want)
	}
	// Whoever asks for open licences is told that one is no longer among them, and nothing of what never was.
	want = []string{"revised revised", "excluded relicensed", "edited retitled", "retracted retracted", "forgotten forgotten", "folded late", "stored early"}
	if got, _ := changedKinds(t, s, start, storage.Filter{License: storage.OpenLicenses}, names); !slices.Equal(got, want) {
		t.Errorf("changes of open licences:\n got %q\nwant %q", got, want)
	}
	want = []string{"forgotten forgotten", "folded late", "stored early"} // whose a removed record was is not known
	got, last := changedKinds(t, s, start, storage.Filter{Agencies: []string{"b"}}, names)
	if !slices.Equal(got, want) {
		t.Errorf("changes of b:\n got %q\nwant %q", got, want)
	}
	if end, err := s.Sequence(t.Context()); err != nil || end != last {
		t.Errorf("it ended at %d, %v; the store is at %d", last, err, end)
	}
	storagetest.Check(t, s)
}

// TestChangesMakeACopy applies the lines of changes to a copy, as a consumer does, while records are stored, revised and removed.
func TestChangesMakeACopy(t *testing.T) {
	s := newStore(t)
	copied := map[string]string{}
	var cursor uint64
	follow := func() {
		for c, err := range s.Changes(t.Context(), cursor, storage.Filter{}) {
			if err != nil {
				t.Fatal(err)
			}
			cursor = c.Seq
			applyChange(t, copied, &c)
		}
	}
	for i := range 700 {
		d := draft("a", feedA, fmt.Sprint("http://a.example/", i%400), fmt.Sprint(i%400), now)
		d.Mark = fmt.Sprint(i)
		put(t, s, d, long(fmt.Sprint(i)))
		switch {
		case i%50 == 7:
			forget(t, s, fmt.Sprint("http://a.example/", i/2))
		case i%290 == 0:
			follow()
		}
	}
	follow()
	want := map[string]string{}
	for l, err := range s.Lines(t.Context(), storage.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		want[l.ID] = string(l.JSON)
	}
	if len(copied) != len(want) || len(want) < 350 {
		t.Fatalf("the copy has %d records, the store %d", len(copied), len(want))
	}
	for id, line := range want {
		if copied[id] != line {
			t.Errorf("%s\n got %.200s\nwant %.200s", id, copied[id], line)
		}
	}
}

// applyChange does with a line what docs/export.md says.
func applyChange(t *testing.T, copied map[string]string, c *storage.Changed) {
	t.Helper()
	line, err := c.JSON("cove-1")
	if err != nil {
		t.Fatal(err)
	}
	var seen struct {
		ID     string
		Change struct {
			Seq          uint64
			Kind, Cursor string
		}
	}
	if err := json.Unmarshal(line, &seen); err != nil || seen.ID != c.Line.ID || seen.Change.Seq != c.Seq || seen.Change.Cursor != "cove-1" {
		t.Fatalf("%s: %v", line, err)
	}
	if storage.ChangeKind(seen.Change.Kind).Gone() {
		delete(copied, seen.ID)
		return
	}
	record, _, _ := strings.Cut(string(line), `,"change":`)
	copied[seen.ID] = record + "}"
}

func TestCursor(t *testing.T) {
	s, other := newStore(t), newStore(t)
	put(t, s, draft("a", feedA, urlA, "A", now), long("A"))
	start, err := s.Cursor(t.Context(), storage.Cursor{})
	if err != nil || start.Seq != 0 || start.Name == "" {
		t.Fatalf("%+v, %v", start, err)
	}
	last, err := s.Sequence(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	here := storage.Cursor{Name: start.Name, Seq: last}
	if parsed, err := storage.ParseCursor(here.String()); err != nil || parsed != here {
		t.Errorf("%v: %v, %v", here, parsed, err)
	}
	if _, err := s.Cursor(t.Context(), here); err != nil {
		t.Error(err)
	}
	if _, err := other.Cursor(t.Context(), here); !errors.Is(err, storage.ErrCursor) {
		t.Errorf("of another database: %v", err)
	}
	if _, err := s.Cursor(t.Context(), storage.Cursor{Name: start.Name, Seq: last + 1}); !errors.Is(err, storage.ErrCursor) {
		t.Errorf("of the future: %v", err)
	}
	for _, bad := range []string{"", "1", "-1", "k3x7q2dm-", "k3x7q2dm-x", "K3X7Q2DM-1", "k3x7q2d-1", "k3x7q2dm-99999999999999999999"} {
		if c, err := storage.ParseCursor(bad); err == nil {
			t.Errorf("%q is %v", bad, c)
		}
	}
}
