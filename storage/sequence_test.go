package storage_test

import (
	"fmt"
	"slices"
	"testing"

	"dateline/storage"
)

// TestSequence holds the number against the list of all changes, while records come and change.
func TestSequence(t *testing.T) {
	s := newStore(t)
	for i := range 70 {
		if i > 0 {
			change := func(tx storage.Tx) error { return tx.Put("records", fmt.Appendf(nil, "%d", i%50), []byte("{}")) }
			if err := s.Driver().Update(t.Context(), change); err != nil {
				t.Fatal(err)
			}
		}
		changes, err := s.Driver().Changes(t.Context(), "records", 0, 1000)
		if err != nil {
			t.Fatal(err)
		}
		var want uint64
		if len(changes) > 0 {
			want = changes[len(changes)-1].Seq
		}
		if got, err := s.Sequence(t.Context()); err != nil || got != want || len(changes) != min(i, 50) {
			t.Fatalf("after %d changes: %d %v, want %d; %d keys", i, got, err, want, len(changes))
		}
	}
}

// TestChangedSince sees what was added and revised after a number, and nothing that was there before.
func TestChangedSince(t *testing.T) {
	s := newStore(t)
	put := func(n int, mark string) {
		d := draft("cove", "https://cove.example/rss", fmt.Sprintf("https://cove.example/%d", n), fmt.Sprintf("Title %d%s", n, mark), now)
		d.Mark = mark
		poll(t, s, d.Record.Feed, d)
		d.Record.Text = fmt.Sprintf("The text of article %d in its version %s.", n, mark)
		if _, err := s.Put(t.Context(), d.Record, mark); err != nil {
			t.Fatal(err)
		}
	}
	for n := range 5 {
		put(n, "a")
	}
	at, err := s.Sequence(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	put(5, "a")
	put(2, "b")
	for _, c := range []struct {
		filter storage.Filter
		want   []string
	}{
		{storage.Filter{}, []string{"Title 5a", "Title 2b"}},
		{storage.Filter{Agencies: []string{"reef"}}, nil},
		{storage.Filter{Since: now}, []string{"Title 5a", "Title 2b"}},
		{storage.Filter{Until: now}, nil},
	} {
		var titles []string
		for r, err := range s.ChangedSince(t.Context(), at, c.filter) {
			if err != nil {
				t.Fatal(err)
			}
			titles = append(titles, r.Title)
		}
		if !slices.Equal(titles, c.want) {
			t.Errorf("%+v: changed %q, want %q", c.filter, titles, c.want)
		}
	}
}
