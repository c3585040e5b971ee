package storage_test

import (
	"strings"
	"testing"
	"time"

	"dateline/storage"
	"dateline/storage/storagetest"
)

// putAgain has a publisher edit an entry, and stores what its page then says.
func putAgain(t *testing.T, s *storage.Store, d storage.Draft, mark string, change func(*storage.Record)) storage.Outcome {
	t.Helper()
	d.Mark = mark
	poll(t, s, d.Record.Feed, d)
	r := d.Record
	r.Fetched = now.Add(time.Hour)
	change(&r)
	out, err := s.Put(t.Context(), r, d.Mark)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// changesTold are the details of what the story calls changed.
func changesTold(t *testing.T, s *storage.Store, id string) (all []string) {
	t.Helper()
	a, err := s.Explain(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range a.Events {
		if e.What == "changed" {
			all = append(all, e.Detail)
		}
	}
	return all
}

// TestChangesWithoutText are taken over without a new revision, and each is told with what it was.
func TestChangesWithoutText(t *testing.T) {
	by := &storage.License{SPDX: "CC-BY-4.0", Status: "verified", Statement: "© 2025"}
	for _, c := range []struct {
		name   string
		change func(*storage.Record)
		want   storage.Outcome
		told   string
	}{
		{"nothing", func(r *storage.Record) {}, storage.Unchanged, ""},
		{"what a page says otherwise at each visit", func(r *storage.Record) {
			r.Summary, r.Tags, r.Updated = "another", []string{"new"}, now.Add(time.Hour)
			r.License = &storage.License{SPDX: "CC-BY-4.0", Status: "verified", Statement: "© 2026"}
		}, storage.Unchanged, ""},
		{"white space and quotes", func(r *storage.Record) {
			r.Title, r.Text = " Title  “one” ", strings.ReplaceAll(r.Text, " ", "\u00a0 ")
		}, storage.Unchanged, ""},
		{"the title", func(r *storage.Record) { r.Title = "Another" }, storage.Updated, `title: "Another", was "Title \"one\""`},
		{"the licence", func(r *storage.Record) { r.License = nil }, storage.Updated, "license: none, was CC-BY-4.0 verified"},
		{"a right", func(r *storage.Record) { r.Rights = []storage.Right{{Name: "noai", Evidence: "meta robots"}} }, storage.Updated, "rights: noai, was none"},
		{"a notice", func(r *storage.Record) {
			r.Notice = &storage.Notice{Kind: storage.NoticeRetracted, Evidence: "headline", At: r.Fetched}
		}, storage.Updated, "notice: retracted (headline), was none"},
		{"the page is gone", func(r *storage.Record) { r.Partial, r.Text = storage.PartialGone, "" }, storage.Updated, "notice: gone (HTTP 410), was none"},
		{"the page fails", func(r *storage.Record) { r.Partial, r.Text, r.Title = "timeout", "", "Other" }, storage.Unchanged, ""},
		{"the text", func(r *storage.Record) { r.Text = long("Somebody else") }, storage.Revised, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStore(t)
			d := draft("a", feedA, urlA, `Title "one"`, now)
			poll(t, s, feedA, d)
			d.Record.License = by
			store(t, s, d, long("Mara"))
			first := record(t, s, urlA)
			out := putAgain(t, s, d, "2", func(r *storage.Record) { r.Text = long("Mara"); c.change(r) })
			if out != c.want {
				t.Errorf("%s, want %s", out, c.want)
			}
			if told := strings.Join(changesTold(t, s, first.ID), "; "); told != c.told {
				t.Errorf("told %s, want %s", told, c.told)
			}
			now := record(t, s, urlA)
			if (now.Revision == 2) != (c.want == storage.Revised) || c.want != storage.Revised && now.Text != first.Text {
				t.Errorf("revision %d, text %q", now.Revision, now.Text)
			}
			storagetest.Check(t, s)
		})
	}
}

// TestNoticesFollow what a page says: the gravest stays, and a page that comes back is not gone.
func TestNoticesFollow(t *testing.T) {
	gone := func(r *storage.Record) { r.Partial, r.Text = storage.PartialNotFound, "" }
	says := func(kind string) func(*storage.Record) {
		return func(r *storage.Record) { r.Notice = &storage.Notice{Kind: kind, Evidence: "page", At: r.Fetched} }
	}
	plain := func(*storage.Record) {}
	for _, c := range []struct {
		name  string
		steps []func(*storage.Record)
		want  string
	}{
		{"gone", []func(*storage.Record){gone}, "gone"},
		{"gone and back", []func(*storage.Record){gone, plain}, ""},
		{"gone and back, corrected", []func(*storage.Record){gone, says("corrected")}, "corrected"},
		{"corrected, then says no more", []func(*storage.Record){says("corrected"), plain}, "corrected"},
		{"corrected, then retracted", []func(*storage.Record){says("corrected"), says("retracted")}, "retracted"},
		{"retracted, then gone", []func(*storage.Record){says("retracted"), gone}, "retracted"},
		{"corrected, then gone", []func(*storage.Record){says("corrected"), gone}, "gone"},
		{"a new text and a notice", []func(*storage.Record){func(r *storage.Record) { says("retracted")(r); r.Text = long("Withdrawn") }, plain}, "retracted"},
	} {
		s := newStore(t)
		d := draft("a", feedA, urlA, "Title", now)
		poll(t, s, feedA, d)
		store(t, s, d, long("Mara"))
		for i, step := range c.steps {
			putAgain(t, s, d, string(rune('b'+i)), func(r *storage.Record) { r.Text = long("Mara"); step(r) })
		}
		kind := ""
		r := record(t, s, urlA)
		if r.Notice != nil {
			kind = r.Notice.Kind
		}
		if kind != c.want || r.Text == "" {
			t.Errorf("%s: %q, want %q; text %q", c.name, kind, c.want, r.Text)
		}
		storagetest.Check(t, s)
	}
}

// TestFirstPageThatIsMissing has a page that never came be no page that is gone.
func TestFirstPageThatIsMissing(t *testing.T) {
	s := newStore(t)
	d := draft("a", feedA, urlA, "Title", now)
	poll(t, s, feedA, d)
	d.Record.Partial = storage.PartialGone
	store(t, s, d, "Summary")
	if r := record(t, s, urlA); r.Notice != nil {
		t.Errorf("%+v", r.Notice)
	}
}

// TestEditOfADuplicate reads its own page again, which may say something else now.
func TestEditOfADuplicate(t *testing.T) {
	for _, c := range []struct {
		name string
		page func(*storage.Record)
		own  bool // it stands for itself then
	}{
		{"another text", func(r *storage.Record) { r.Text = long("Corrected") }, true},
		{"the same text", func(r *storage.Record) { r.Text = long("Mara") }, false},
		{"no page", func(r *storage.Record) { r.Partial, r.Text = "timeout", "short" }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStore(t)
			lead, dup := draft("a", feedA, urlA, "Lead", now), draft("b", feedB, urlB, "Copy", now.Add(time.Hour))
			poll(t, s, feedA, lead)
			poll(t, s, feedB, dup)
			store(t, s, lead, long("Mara"))
			if out := store(t, s, dup, long("Mara")); out != storage.AlsoIn {
				t.Fatal(out)
			}
			putAgain(t, s, dup, "2", c.page)
			storagetest.Check(t, s)
			if got := record(t, s, urlB); (got.ID == dup.Record.ID) != c.own {
				t.Errorf("%s is record %s", urlB, got.ID)
			}
			if carried := len(record(t, s, urlA).AlsoIn) == 1; carried == c.own {
				t.Errorf("the lead carries it: %v", carried)
			}
			wantTally(t, s, feedA, storage.Tally{storage.Stored: 1})
			if c.own {
				wantTally(t, s, feedB, storage.Tally{storage.Stored: 1})
			} else {
				wantTally(t, s, feedB, storage.Tally{storage.Duplicate: 1})
			}
		})
	}
}

// TestEditOfAnotherListing has a feed of the same agency announce an edit of a page that another feed's entry leads.
func TestEditOfAnotherListing(t *testing.T) {
	const second = "https://a.example/sport.rss"
	for _, c := range []struct {
		name    string
		agency  string
		updated time.Time
		want    bool
	}{
		{"edited", "a", time.Time{}, true},
		{"edited since the page was read", "a", now.Add(time.Hour), true},
		{"read since the edit", "a", now.Add(-time.Hour), false},
		{"another agency's word", "b", time.Time{}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStore(t)
			lead, other := draft("a", feedA, urlA, "Lead", now), draft(c.agency, second, urlA, "Lead", now)
			poll(t, s, feedA, lead)
			store(t, s, lead, long("Mara"))
			poll(t, s, second, other)
			other.Mark, other.Record.Updated = "2", c.updated
			poll(t, s, second, other)
			if ids := pending(t, s, now); (len(ids) == 1) != c.want {
				t.Fatalf("pending: %v", ids)
			}
			if !c.want {
				return
			}
			d, err := s.Draft(t.Context(), lead.Record.ID)
			if err != nil {
				t.Fatal(err)
			}
			if out := store(t, s, d, long("Corrected")); out != storage.Revised {
				t.Errorf("outcome %s", out)
			}
			storagetest.Check(t, s)
			if r := record(t, s, urlA); r.Feed != feedA || r.Revision != 2 || len(r.AlsoIn) != 1 {
				t.Errorf("%+v", r)
			}
			wantTally(t, s, feedA, storage.Tally{storage.Stored: 1})
			wantTally(t, s, second, storage.Tally{storage.Duplicate: 1})
		})
	}
}
