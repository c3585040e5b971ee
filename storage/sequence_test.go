package storage_test

import (
	"fmt"
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
