package bolt_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"dateline/storage"
	"dateline/storage/bolt"
)

// content is all that a driver holds in the buckets of rescuable, and the order of its changes.
func content(t *testing.T, d storage.Driver) string {
	t.Helper()
	var b bytes.Buffer
	err := d.View(t.Context(), func(tx storage.Tx) error {
		for _, bucket := range []string{"meta", "records"} {
			for row, err := range tx.Scan(bucket, nil, nil) {
				if err != nil {
					return err
				}
				b.Write(row.Key)
				b.Write(row.Value)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	changes, err := d.Changes(t.Context(), "records", 0, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range changes {
		b.Write(append(c.Key, byte(c.Seq), byte(c.Seq>>8)))
	}
	return b.String()
}

// TestCompact keeps every row and the sequence of changes, which goes on where it was.
func TestCompact(t *testing.T) {
	file, _ := rescuable(t)
	path := filepath.Join(t.TempDir(), "test.db")
	if err := errors.Join(os.WriteFile(path, file, 0o600), os.WriteFile(path+".compact", []byte("left by a kill"), 0o600)); err != nil {
		t.Fatal(err)
	}
	d := open(t, path)
	was := content(t, d)
	if _, _, err := bolt.Compact(t.Context(), path); !errors.Is(err, storage.ErrLocked) {
		t.Errorf("a file that is held: %v", err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	before, after, err := bolt.Compact(t.Context(), path)
	if err != nil || after >= before || before != int64(len(file)) {
		t.Errorf("%d bytes, then %d: %v", before, after, err)
	}
	d = open(t, path)
	defer d.Close()
	if content(t, d) != was {
		t.Error("it holds something else now")
	}
	changes, err := d.Changes(t.Context(), "records", 0, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	last := changes[len(changes)-1].Seq
	err = d.Update(t.Context(), func(tx storage.Tx) error { return tx.Put("records", []byte("new"), []byte("x")) })
	if err != nil {
		t.Fatal(err)
	}
	if next, err := d.Changes(t.Context(), "records", last, 10); err != nil || len(next) != 1 {
		t.Errorf("after change %d: %v, %v", last, next, err)
	}
	if _, err := os.Stat(path + ".compact"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file beside it: %v", err)
	}
}

// TestCompactIsCancelled leaves the file as it was.
func TestCompactIsCancelled(t *testing.T) {
	file, _ := rescuable(t)
	path := filepath.Join(t.TempDir(), "test.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := bolt.Compact(ctx, path); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, file) {
		t.Errorf("the file changed, %v", err)
	}
}

// TestSnapshot copies a file while it is written to: the copy holds what was there at the start.
func TestSnapshot(t *testing.T) {
	file, _ := rescuable(t)
	dir := t.TempDir()
	path, to := filepath.Join(dir, "test.db"), filepath.Join(dir, "copy.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	d := open(t, path)
	defer d.Close()
	was := content(t, d)
	f, err := os.Create(to)
	if err != nil {
		t.Fatal(err)
	}
	w := &interrupted{f, func() {
		err := d.Update(t.Context(), func(tx storage.Tx) error { return tx.Put("records", []byte("new"), []byte("x")) })
		if err != nil {
			t.Error(err)
		}
	}}
	if err := errors.Join(d.Snapshot(t.Context(), w), f.Close()); err != nil {
		t.Fatal(err)
	}
	copied := open(t, to)
	defer copied.Close()
	if content(t, copied) != was {
		t.Error("the copy holds something else")
	}
	if content(t, d) == was {
		t.Error("nothing was written meanwhile")
	}
}

// interrupted does something else after the first write.
type interrupted struct {
	f  *os.File
	do func()
}

func (w *interrupted) Write(b []byte) (int, error) {
	n, err := w.f.Write(b)
	if w.do != nil {
		w.do()
		w.do = nil
	}
	return n, err
}

// TestOpenFindsTheFileOfTheName goes on with the new file when the old one lost its name before it was locked.
func TestOpenFindsTheFileOfTheName(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	for range 3 {
		d := open(t, path)
		if err := d.Update(t.Context(), func(tx storage.Tx) error { return tx.Put("meta", []byte("k"), nil) }); err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() {
			other, err := bolt.Open(path, bolt.Options{Wait: 10_000_000_000})
			if err == nil {
				err = other.Update(context.Background(), func(tx storage.Tx) error { return tx.Put("meta", []byte("other"), nil) })
				err = errors.Join(err, other.Close())
			}
			done <- err
		}()
		replaceFile(t, path)
		if err := errors.Join(d.Close(), <-done); err != nil {
			t.Fatal(err)
		}
		d = open(t, path)
		err := d.View(t.Context(), func(tx storage.Tx) error {
			if v, err := tx.Get("meta", []byte("other")); err != nil || v == nil {
				t.Errorf("what the other wrote is lost: %v", err)
			}
			return nil
		})
		if err = errors.Join(err, d.Close(), os.Remove(path)); err != nil {
			t.Fatal(err)
		}
	}
}

// replaceFile puts a copy in a file's place, as a compaction does.
func replaceFile(t *testing.T, path string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err = errors.Join(err, os.WriteFile(path+".new", b, 0o600), os.Rename(path+".new", path)); err != nil {
		t.Fatal(err)
	}
}
