package bolt_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"go.etcd.io/bbolt"

	"dateline/storage"
	"dateline/storage/bolt"
)

// shelfBucket is one of those that [storage.Small] names.
const shelfBucket = "urls"

// checkShelf holds a bucket and ranges of it against a map.
func checkShelf(t *testing.T, tx storage.Tx, rnd *rand.Rand, model map[string]string) {
	t.Helper()
	keys := slices.Sorted(maps.Keys(model))
	for range 20 {
		from, to := fmt.Sprintf("%05x", rnd.IntN(1<<20)), fmt.Sprintf("%05x", rnd.IntN(1<<20))
		bounds := [][]byte{[]byte(from), []byte(to)}
		if rnd.IntN(4) == 0 {
			bounds[0], from = nil, ""
		}
		if rnd.IntN(4) == 0 {
			bounds[1], to = nil, "\xff"
		}
		var want, got []string
		for _, k := range keys {
			if k >= from && k < to {
				want = append(want, k+"="+model[k])
			}
		}
		for row, err := range tx.Scan(shelfBucket, bounds[0], bounds[1]) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, string(row.Key)+"="+string(row.Value))
		}
		if !slices.Equal(got, want) {
			t.Fatalf("from %q to %q: %d rows, want %d", from, to, len(got), len(want))
		}
		key := fmt.Sprintf("%05x", rnd.IntN(1<<20))
		if len(keys) > 0 && rnd.IntN(2) == 0 {
			key = keys[rnd.IntN(len(keys))]
		}
		if v, err := tx.Get(shelfBucket, []byte(key)); err != nil || string(v) != model[key] || (v != nil) != (model[key] != "") {
			t.Fatalf("%q: %q, %v; want %q", key, v, err, model[key])
		}
	}
}

// churnShelf writes at random, with values that a block does not hold among them, and looks after each transaction and within.
func churnShelf(t *testing.T, d storage.Driver, rnd *rand.Rand, model map[string]string) {
	t.Helper()
	for range 60 {
		err := d.Update(t.Context(), func(tx storage.Tx) error {
			for range rnd.IntN(60) {
				key := fmt.Sprintf("%05x", rnd.IntN(1<<20))
				if rnd.IntN(2) == 0 && len(model) > 0 {
					for key = range model {
						break
					}
				}
				if rnd.IntN(3) == 0 {
					delete(model, key)
					if err := tx.Delete(shelfBucket, []byte(key)); err != nil {
						return err
					}
					continue
				}
				size := 1 + rnd.IntN(40)
				if rnd.IntN(40) == 0 {
					size = rnd.IntN(5000) + 1
				}
				model[key] = string(bytes.Repeat([]byte{'a' + byte(rnd.IntN(26))}, size))
				if err := tx.Put(shelfBucket, []byte(key), []byte(model[key])); err != nil {
					return err
				}
			}
			checkShelf(t, tx, rnd, model)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.View(t.Context(), func(tx storage.Tx) error { checkShelf(t, tx, rnd, model); return nil }); err != nil {
			t.Fatal(err)
		}
	}
}

func TestShelfAgainstModel(t *testing.T) {
	if !storage.Small(shelfBucket) {
		t.Fatalf("%s is no shelf", shelfBucket)
	}
	path := filepath.Join(t.TempDir(), "test.db")
	t.Cleanup(func() { checkFile(t, path) })
	d := open(t, path)
	defer d.Close()
	churnShelf(t, d, rand.New(rand.NewPCG(11, 12)), map[string]string{})
}

// TestShelfReadsOlderLayout finds rows that schema 3 and before put into a bucket of the name itself.
func TestShelfReadsOlderLayout(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	t.Cleanup(func() { checkFile(t, path) })
	if err := open(t, path).Close(); err != nil { // creates it
		t.Fatal(err)
	}
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	rnd, model := rand.New(rand.NewPCG(13, 14)), map[string]string{}
	err = db.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucket([]byte("meta"))
		b, errRows := tx.CreateBucket([]byte(shelfBucket))
		if err := errors.Join(err, errRows); err != nil {
			return err
		}
		for range 500 {
			key := fmt.Sprintf("%05x", rnd.IntN(1<<20))
			model[key] = "old " + key
			if err := b.Put([]byte(key), []byte(model[key])); err != nil {
				return err
			}
		}
		return nil
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	d, err := bolt.Open(path, bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := d.View(t.Context(), func(tx storage.Tx) error { checkShelf(t, tx, rnd, model); return nil }); err != nil {
		t.Fatal(err)
	}
	churnShelf(t, d, rnd, model)
}
