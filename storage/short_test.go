package storage_test

import (
	"errors"
	"testing"

	"dateline/storage"
	"dateline/storage/storagetest"
)

// TestLongRowsAreFound looks for an article by an address whose row is as schema 3 wrote it, and again after the upgrade.
func TestLongRowsAreFound(t *testing.T) {
	d := storagetest.NewMemory()
	s, err := storage.Open(t.Context(), keepOpen{d})
	if err != nil {
		t.Fatal(err)
	}
	draft := storagetest.NewDraft("http://news.example/rss", 1)
	if _, err := s.SavePoll(t.Context(), storage.FeedState{URL: "http://news.example/rss"}, []storage.Draft{draft}); err != nil {
		t.Fatal(err)
	}
	draft.Record.Text = "A text."
	if _, err := s.Put(t.Context(), draft.Record, "1"); err != nil {
		t.Fatal(err)
	}
	rows := func(make func(tx storage.Tx, row storage.Row) error) (n int) {
		err := d.Update(t.Context(), func(tx storage.Tx) error {
			n = 0
			for row, err := range tx.Scan("urls", nil, nil) {
				if err := errors.Join(err, make(tx, row)); err != nil {
					return err
				}
				n++
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	long := storage.Hash16(storage.URLKey(draft.Record.URL))
	n := rows(func(tx storage.Tx, row storage.Row) error {
		if len(row.Key) != 10 || len(row.Value) != 10 {
			t.Errorf("a row of %d and %d bytes", len(row.Key), len(row.Value))
		}
		return errors.Join(tx.Delete("urls", row.Key), tx.Put("urls", long, []byte(draft.Record.ID)), tx.Put("meta", []byte("schema"), []byte("3")))
	})
	if n != 1 {
		t.Fatalf("%d rows", n)
	}
	find := func() {
		t.Helper()
		if r, err := s.Record(t.Context(), draft.Record.URL); err != nil || r.ID != draft.Record.ID {
			t.Errorf("%q, %v", r.ID, err)
		}
	}
	find()
	if s, err = storage.Open(t.Context(), keepOpen{d}); err != nil {
		t.Fatal(err)
	}
	find()
	rows(func(_ storage.Tx, row storage.Row) error {
		if len(row.Key) != 10 || len(row.Value) != 10 {
			t.Errorf("after the upgrade, a row of %d and %d bytes", len(row.Key), len(row.Value))
		}
		return nil
	})
	storagetest.Check(t, s)
}
