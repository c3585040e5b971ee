package storage_test

import (
	"strings"
	"testing"

	"dateline/storage"
	"dateline/storage/storagetest"
)

// checkedStore has an entry of each common fate.
func checkedStore(t *testing.T) *storage.Store {
	t.Helper()
	s := newStore(t)
	one, two := draft("a", feedA, urlA, "One", now), draft("a", feedA, "http://a.example/news/2", "Two", now)
	poll(t, s, feedA, one, two)
	store(t, s, one, long("Mara"))
	poll(t, s, feedB, draft("b", feedB, urlA, "B lists A", now))
	storagetest.Check(t, s)
	return s
}

// problems are what a check finds, a line each.
func problems(t *testing.T, s *storage.Store) string {
	t.Helper()
	var b strings.Builder
	if _, err := s.Check(t.Context(), func(p storage.Problem) { b.WriteString(p.String() + "\n") }); err != nil {
		t.Error(err)
	}
	return b.String()
}

// TestCheckFindsALostRow deletes one row of a bucket, the first.
func TestCheckFindsALostRow(t *testing.T) {
	for bucket, want := range map[string]string{
		"tallies":  "tallies http://",
		"days":     "days 2026-11-03 of http://",
		"listings": "which does not exist",
		"pending":  "is pending under",
		"due":      "has no turn",
		"records":  "is not in records",
		"order":    "has no place in the order of export",
		"urls":     "its address is not known",
	} {
		t.Run(bucket, func(t *testing.T) {
			s := checkedStore(t)
			var keys [][]byte
			change(t, s, func(tx storage.Tx) error {
				for row, err := range tx.Scan(bucket, nil, nil) {
					if err != nil {
						return err
					}
					keys = append(keys, append([]byte{}, row.Key...))
				}
				return nil
			})
			if len(keys) == 0 {
				t.Fatal("the bucket is empty")
			}
			found := ""
			for _, key := range keys { // not each address is a record's
				change(t, s, func(tx storage.Tx) error { return tx.Delete(bucket, key) })
				found += problems(t, s)
			}
			if !strings.Contains(found, want) {
				t.Errorf("found %q, want %q", found, want)
			}
		})
	}
}

// TestCheckFindsAWrongRow puts a row in that can't be, and wants to be told of it under its bucket.
func TestCheckFindsAWrongRow(t *testing.T) {
	id := storage.ID("a", "nobody")
	for _, c := range []struct{ bucket, key, value, want string }{
		{"feeds", "http://x.example/", "{", "feeds http://x.example/: can't be read"},
		{"feeds", "http://x.example/", `{"url":"http://y.example/"}`, "feeds http://x.example/: holds what belongs under http://y.example/"},
		{"tallies", feedA, `{"stored":7}`, "tallies " + feedA + ": counts 7 stored, and the ledger has 1"},
		{"days", strings.Repeat("k", 20), `{"stored":1}`, "counts the entries of a feed that the ledger does not have"},
		{"listings", strings.Repeat("k", 32), `{"feed":"http://x.example/","state":"lost"}`, "is in no known state"},
		{"guids", strings.Repeat("k", 32), "nothing", "names listing nothing, which does not exist"},
		{"pending", id, `{"record":{"id":"other"}}`, "pending " + id + ": holds draft \"other\" of 0 listings"},
		{"due", "\x80\x00\x00\x00\x00\x00\x00\x01" + id, "", id + " is not in pending"},
		{"records", id, "{\"id\":\"other\"", "records " + id + ": can't be read"},
		{"revisions", id + "\x00\x00\x00\x01", "{}", "is a revision of " + id},
		{"order", "\x80\x00\x00\x00\x00\x00\x00\x01" + id, "", id + " is not in records"},
		{"urls", strings.Repeat("k", 16), id, "leads to " + id},
		{"texts", strings.Repeat("k", 16), storage.ID("a", "http://a.example/news/1"), "leads to"},
		{"aliases", id, id, "its aliases run in a circle"},
		{"stories", id, `{"id":"` + id + `","listings":["bm93aGVyZQ=="]}`, "tells of listing nowhere"},
		{"tombstones", id, `{"id":"other"}`, "holds the tombstone of"},
		{"robots", "k", `{"origin":"https://x.example"}`, "holds what belongs under"},
	} {
		t.Run(c.bucket, func(t *testing.T) {
			s := checkedStore(t)
			change(t, s, func(tx storage.Tx) error { return tx.Put(c.bucket, []byte(c.key), []byte(c.value)) })
			if found := problems(t, s); !strings.Contains(found, c.want) {
				t.Errorf("found %q, want %q", found, c.want)
			}
		})
	}
}

// TestCheckCountsRows tells how much was looked at.
func TestCheckCountsRows(t *testing.T) {
	rows, err := checkedStore(t).Check(t.Context(), func(p storage.Problem) { t.Error(p) })
	if err != nil || rows["records"] != 1 || rows["listings"] != 3 || rows["pending"] != 1 {
		t.Errorf("%v, %v", rows, err)
	}
}

// TestCheckWhileFeedsArePolled finds nothing wrong with what is written while it looks.
func TestCheckWhileFeedsArePolled(t *testing.T) {
	s := checkedStore(t)
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			d := draft("a", feedA, "http://a.example/more/"+strings.Repeat("x", 1+i%400), "More", now)
			poll(t, s, feedA, d)
			if i%3 == 0 {
				store(t, s, d, long("Jon"+d.Page))
			}
		}
	}()
	for range 20 {
		if found := problems(t, s); found != "" {
			t.Error(found)
			break
		}
	}
	close(stop)
	<-done
}

func change(t *testing.T, s *storage.Store, fn func(storage.Tx) error) {
	t.Helper()
	if err := s.Driver().Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}
