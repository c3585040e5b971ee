package bolt_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"dateline/storage"
	"dateline/storage/bolt"
)

// rescuable writes records of which some were replaced and some deleted, and gives the file's bytes.
func rescuable(t *testing.T) (file []byte, rows map[string][]byte) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "whole.db")
	d := open(t, path)
	rnd := rand.New(rand.NewPCG(7, 8))
	rows = map[string][]byte{}
	for range 60 {
		err := d.Update(t.Context(), func(tx storage.Tx) error {
			for range 20 {
				key := fmt.Sprintf("%016d", rnd.IntN(600))
				value := bytes.Repeat([]byte{byte(1 + rnd.IntN(255))}, 200+rnd.IntN(1500))
				rows[key] = value
				if err := errors.Join(tx.Put("records", []byte(key), value), tx.Put("meta", []byte("k"), nil)); err != nil {
					return err
				}
			}
			gone := fmt.Sprintf("%016d", rnd.IntN(600))
			delete(rows, gone)
			return tx.Delete("records", []byte(gone))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return file, rows
}

// rescued are the rows that are as they were, and the number of those that are not.
func rescued(t *testing.T, path string, rows map[string][]byte) (good, bad, lost int) {
	t.Helper()
	seen := map[string]bool{}
	lost, err := bolt.Rescue(path, "records", func(key, value []byte) error {
		if seen[string(key)] {
			t.Errorf("%q came twice", key)
		}
		seen[string(key)] = true
		if bytes.Equal(rows[string(key)], value) {
			good++
		} else {
			bad++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return good, bad, lost
}

func TestRescue(t *testing.T) {
	whole, rows := rescuable(t)
	path := filepath.Join(t.TempDir(), "damaged.db")
	write := func(b []byte) {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(whole)
	if good, bad, lost := rescued(t, path, rows); good != len(rows) || bad+lost > 0 {
		t.Errorf("a sound file: %d of %d rows, %d wrong, %d lost", good, len(rows), bad, lost)
	}
	rnd := rand.New(rand.NewPCG(9, 10))
	const most = 80 // rows of the two segments that one damaged page may spoil
	for page := 0; page < len(whole)/4096; page += 1 + rnd.IntN(4) {
		at := page * 4096
		b := bytes.Clone(whole)
		b[at+rnd.IntN(64)] ^= byte(1 + rnd.IntN(255))
		write(b)
		if good, _, _ := rescued(t, path, rows); good < len(rows)-most {
			t.Errorf("page %d damaged: %d of %d rows", page, good, len(rows))
		}
	}
	write(whole[:len(whole)*3/4])
	if good, _, _ := rescued(t, path, rows); good < len(rows)/4 {
		t.Errorf("a file cut: %d of %d rows", good, len(rows))
	}
}

// TestRescueNeedsTheFile refuses one that somebody works on.
func TestRescueNeedsTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	d := open(t, path)
	defer d.Close()
	_, err := bolt.Rescue(path, "records", func(_, _ []byte) error { return nil })
	if !errors.Is(err, storage.ErrLocked) {
		t.Errorf("%v", err)
	}
}
