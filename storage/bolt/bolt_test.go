package bolt_test

import (
	"context"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"dateline/storage"
	"dateline/storage/bolt"
	"dateline/storage/storagetest"
)

func TestBolt(t *testing.T) {
	storagetest.Run(t, func(t *testing.T) storage.Driver {
		path := filepath.Join(t.TempDir(), "test.db")
		t.Cleanup(func() { checkFile(t, path) })
		return open(t, path)
	})
}

func open(t *testing.T, path string) *bolt.Driver {
	t.Helper()
	d, err := bolt.Open(path, bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// checkFile runs bbolt's own check on a file that a test is done with.
func checkFile(t *testing.T, path string) {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, PreLoadFreelist: true, Timeout: time.Second})
	if err != nil {
		t.Errorf("%s: %v", path, err)
		return
	}
	defer db.Close()
	err = db.View(func(tx *bbolt.Tx) error {
		for err := range tx.Check() {
			t.Errorf("%s: %v", path, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// TestReopen finds everything again, with two readers at once.
func TestReopen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	s, err := storage.Open(t.Context(), open(t, path))
	if err != nil {
		t.Fatal(err)
	}
	err = s.Driver().Update(t.Context(), func(tx storage.Tx) error { return tx.Put("records", []byte("k"), []byte("v")) })
	if err = errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		d, err := bolt.Open(path, bolt.Options{ReadOnly: true})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		if c, err := d.Changes(t.Context(), "records", 0, 10); err != nil || len(c) != 1 || string(c[0].Key) != "k" {
			t.Errorf("changes %v, %v", c, err)
		}
		err = d.Update(t.Context(), func(tx storage.Tx) error { return tx.Put("records", []byte("k"), nil) })
		if !errors.Is(err, storage.ErrReadOnly) {
			t.Errorf("an update of a file that was opened to be read: %v", err)
		}
	}
}

func TestLocked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	d := open(t, path)
	defer d.Close()
	for _, o := range []bolt.Options{{}, {ReadOnly: true}, {Wait: 20 * time.Millisecond}} {
		if _, err := bolt.Open(path, o); !errors.Is(err, storage.ErrLocked) {
			t.Errorf("options %+v: %v", o, err)
		}
	}
}

// TestForeign refuses what is no database of ours, and leaves it as it was.
func TestForeign(t *testing.T) {
	dir := t.TempDir()
	other := filepath.Join(dir, "other.db")
	db, err := bbolt.Open(other, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("widgets")); return err })
	if err = errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(other)
	if err != nil {
		t.Fatal(err)
	}
	bodies := map[string][]byte{
		"text":      []byte("this is a shopping list, and no database at all\n"),
		"zeros":     make([]byte, 64<<10),
		"other":     whole,
		"cut":       whole[:len(whole)/2],
		"cut-short": whole[:100],
		"cut-page":  whole[:len(whole)-4096],
	}
	for name, body := range bodies {
		for _, readOnly := range []bool{false, true} {
			path := filepath.Join(dir, name)
			if err := os.WriteFile(path, body, 0o600); err != nil {
				t.Fatal(err)
			}
			want := storage.ErrForeign
			if name == "cut" || name == "cut-short" {
				want = storage.ErrDamaged
			}
			if _, err := bolt.Open(path, bolt.Options{ReadOnly: readOnly}); !errors.Is(err, want) {
				t.Errorf("%s, read-only %v: %v", name, readOnly, err)
			}
			if after, err := os.ReadFile(path); err != nil || string(after) != string(body) {
				t.Errorf("%s, read-only %v: the file changed, %v", name, readOnly, err)
			}
		}
	}
	if _, err := bolt.Open(dir, bolt.Options{}); !errors.Is(err, storage.ErrForeign) {
		t.Errorf("a folder: %v", err)
	}
}

func TestReadOnlyDoesNotCreate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none.db")
	if _, err := bolt.Open(path, bolt.Options{ReadOnly: true}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it was created: %v", err)
	}
}

// TestCreateLeavesNothingBeside checks that a new database is the only file there.
func TestCreateLeavesNothingBeside(t *testing.T) {
	dir := t.TempDir()
	d := open(t, filepath.Join(dir, "new.db"))
	defer d.Close()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 || entries[0].Name() != "new.db" {
		t.Errorf("%v, %v", entries, err)
	}
}

func TestSchema(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	setSchema := func(value string) {
		t.Helper()
		d := open(t, path)
		err := d.Update(t.Context(), func(tx storage.Tx) error { return tx.Put("meta", []byte("schema"), []byte(value)) })
		if err = errors.Join(err, d.Close()); err != nil {
			t.Fatal(err)
		}
	}
	try := func() error {
		s, err := storage.Open(t.Context(), open(t, path))
		if err == nil {
			err = s.Close()
		}
		return err
	}
	if err := try(); err != nil {
		t.Errorf("an empty database: %v", err)
	}
	if err := try(); err != nil {
		t.Errorf("our own: %v", err)
	}
	setSchema("999")
	if err := try(); !errors.Is(err, storage.ErrNewer) {
		t.Errorf("a newer one: %v", err)
	}
	setSchema("x")
	if err := try(); !errors.Is(err, storage.ErrForeign) {
		t.Errorf("one with a broken number: %v", err)
	}
}

// BenchmarkPut is a record of 3 kB through the store, against the same bytes in a bare bbolt commit in the same run. The
// ratio is the figure; absolute times are those of the disk.
func BenchmarkPut(b *testing.B) {
	floor, err := bbolt.Open(filepath.Join(b.TempDir(), "floor.db"), 0o600, &bbolt.Options{FreelistType: bbolt.FreelistMapType})
	if err != nil {
		b.Fatal(err)
	}
	defer floor.Close()
	d, err := bolt.Open(filepath.Join(b.TempDir(), "store.db"), bolt.Options{})
	if err != nil {
		b.Fatal(err)
	}
	s, err := storage.Open(context.Background(), d)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	const batch = 100
	text := make([]byte, 3000)
	var bare, ours time.Duration
	n := 0
	for b.Loop() {
		drafts := make([]storage.Draft, batch)
		for i := range drafts {
			drafts[i] = storagetest.NewDraft("http://news.example/rss", n*batch+i)
		}
		state, err := s.Feed(context.Background(), "http://news.example/rss")
		if err != nil {
			b.Fatal(err)
		}
		if _, err := s.SavePoll(context.Background(), state, drafts); err != nil {
			b.Fatal(err)
		}
		began := time.Now()
		for i := range batch {
			err := floor.Update(func(tx *bbolt.Tx) error {
				bucket, err := tx.CreateBucketIfNotExists([]byte("records"))
				if err != nil {
					return err
				}
				return bucket.Put(binary.BigEndian.AppendUint64(nil, uint64(n*batch+i)), text)
			})
			if err != nil {
				b.Fatal(err)
			}
		}
		bare += time.Since(began)
		began = time.Now()
		for i := range drafts {
			r := drafts[i].Record
			for j := range text {
				text[j] = 'a' + byte((n*batch+i+j*(i+1))%26)
			}
			r.Text = string(text)
			if _, err := s.Put(context.Background(), r, drafts[i].Mark); err != nil {
				b.Fatal(err)
			}
		}
		ours += time.Since(began)
		n++
	}
	b.ReportMetric(float64(ours)/float64(bare), "x-bare-commit")
	b.ReportMetric(float64(n*batch)/ours.Seconds(), "records/s")
}

// TestAttack45Keys: bbolt takes no key that is empty or longer than 32 KiB. Nothing that a stranger sends becomes one.
func TestAttack45Keys(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	s, err := storage.Open(t.Context(), open(t, path))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 3, 8, 0, 0, 0, time.UTC)
	long := strings.Repeat("k", 100_000)
	for i, said := range []struct{ feed, url, guid, title, mark string }{
		{"http://a.example/empty", "", "", "", ""},
		{long, "http://a.example/" + long, long, long, long},
		{"http://a.example/\x00", "http://a.example/\x00", "\x00", "\xff\xfe", "\x00"},
		{"http://a.example/rss", "", strings.Repeat("g", 1<<20), "", "1"},
	} {
		d := storage.Draft{Record: storage.Record{
			ID: storage.ID("", storage.Identity(said.url, said.guid, said.title)), URL: said.url, GUID: said.guid, Title: said.title, Feed: said.feed,
		}, Page: said.url, Mark: said.mark}
		if _, err := s.SavePoll(t.Context(), storage.FeedState{URL: said.feed, LastPoll: now}, []storage.Draft{d}); err != nil {
			t.Errorf("%d: poll: %.200v", i, err)
			continue
		}
		r := d.Record
		r.Fetched = now
		lesson := &storage.Lesson{Host: said.feed}
		if out, err := s.PutPage(t.Context(), r, said.mark, lesson, nil); err != nil || out != storage.Added {
			t.Errorf("%d: put: %s, %.200v", i, out, err)
		}
	}
	n := 0
	for _, err := range s.Records(t.Context(), storage.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n != 4 {
		t.Errorf("%d records, want 4", n)
	}
	if _, err := s.SavePoll(t.Context(), storage.FeedState{LastPoll: now}, nil); err == nil {
		t.Error("a feed without an address is kept")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	checkFile(t, path)
}
