package bolt_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"dateline/storage"
	"dateline/storage/bolt"
)

// logModel is what a tracked bucket should hold: its rows, and its keys in the order of their last change.
type logModel struct {
	rows  map[string]string
	order []string
}

func (m *logModel) change(key string) {
	m.order = slices.DeleteFunc(m.order, func(k string) bool { return k == key })
	m.order = append(m.order, key)
}

func (m *logModel) put(tx storage.Tx, key, value string) error {
	m.rows[key] = value
	m.change(key)
	return tx.Put("records", []byte(key), []byte(value))
}

func (m *logModel) delete(tx storage.Tx, key string) error {
	if _, ok := m.rows[key]; ok {
		delete(m.rows, key)
		m.change(key)
	}
	return tx.Delete("records", []byte(key))
}

func (m *logModel) check(t *testing.T, d storage.Driver) {
	t.Helper()
	left := maps.Clone(m.rows)
	err := d.View(t.Context(), func(tx storage.Tx) error {
		for row, err := range tx.Scan("records", nil, nil) {
			if err != nil {
				return err
			}
			if want, ok := left[string(row.Key)]; !ok || want != string(row.Value) {
				t.Errorf("%q holds %d bytes, want %d", row.Key, len(row.Value), len(want))
			}
			delete(left, string(row.Key))
			if v, err := tx.Get("records", row.Key); err != nil || !bytes.Equal(v, row.Value) {
				t.Errorf("%q: get gives %d bytes, a scan %d: %v", row.Key, len(v), len(row.Value), err)
			}
		}
		return nil
	})
	if err != nil || len(left) > 0 {
		t.Errorf("%d rows are missing, %v", len(left), err)
	}
	var order []string
	for after := uint64(0); ; {
		changes, err := d.Changes(t.Context(), "records", after, 7)
		if err != nil {
			t.Fatal(err)
		}
		if len(changes) == 0 {
			break
		}
		for _, c := range changes {
			if c.Seq <= after {
				t.Fatalf("change %d comes after %d", c.Seq, after)
			}
			after = c.Seq
			order = append(order, string(c.Key))
		}
	}
	if !slices.Equal(order, m.order) {
		t.Errorf("changes\n%v, want\n%v", order, m.order)
	}
}

// churn changes rows at random, of which some are larger than a segment.
func (m *logModel) churn(t *testing.T, d storage.Driver, rnd *rand.Rand, transactions int) {
	t.Helper()
	for range transactions {
		err := d.Update(t.Context(), func(tx storage.Tx) error {
			for range rnd.IntN(12) {
				key := fmt.Sprintf("%03d", rnd.IntN(200))
				if rnd.IntN(4) == 0 {
					if err := m.delete(tx, key); err != nil {
						return err
					}
					continue
				}
				size := rnd.IntN(3000)
				if rnd.IntN(20) == 0 {
					size = rnd.IntN(40_000)
				}
				if err := m.put(tx, key, strings.Repeat(string(rune('a'+rnd.IntN(26))), size)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestLogAgainstModel(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	t.Cleanup(func() { checkFile(t, path) })
	rnd := rand.New(rand.NewPCG(5, 6))
	m := &logModel{rows: map[string]string{}}
	for range 4 { // close and open
		d := open(t, path)
		if err := d.Update(t.Context(), func(tx storage.Tx) error { return tx.Put("meta", []byte("k"), nil) }); err != nil {
			t.Fatal(err) // without it, the file would be another program's
		}
		for range 5 {
			m.churn(t, d, rnd, 20)
			m.check(t, d)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestLogReadsOlderLayout finds rows where schema 3 and before put them, and moves them when they are written.
func TestLogReadsOlderLayout(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	t.Cleanup(func() { checkFile(t, path) })
	m := &logModel{rows: map[string]string{}}
	writeOldLayout(t, path, m)

	d, err := bolt.Open(path, bolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	m.check(t, d)
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}

	d = open(t, path)
	defer d.Close()
	m.check(t, d)
	m.churn(t, d, rand.New(rand.NewPCG(7, 8)), 10) // some are moved, some are not
	m.check(t, d)
	err = d.Update(t.Context(), func(tx storage.Tx) error {
		for _, key := range slices.Clone(m.order) {
			if v, ok := m.rows[key]; ok {
				if err := m.put(tx, key, v); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	m.check(t, d)
}

// writeOldLayout writes rows as schema 3 did.
func writeOldLayout(t *testing.T, path string, m *logModel) {
	t.Helper()
	if err := open(t, path).Close(); err != nil { // creates it
		t.Fatal(err)
	}
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		var buckets []*bbolt.Bucket
		for _, name := range []string{"meta", "records", "records/seq", "records/last"} {
			b, err := tx.CreateBucket([]byte(name))
			if err != nil {
				return err
			}
			buckets = append(buckets, b)
		}
		for i := range 300 {
			key, value := fmt.Sprintf("%03d", i*7%300), strings.Repeat("x", i*5)
			n, err := buckets[2].NextSequence()
			if err != nil {
				return err
			}
			seq := binary.BigEndian.AppendUint64(nil, n)
			if err := errors.Join(buckets[2].Put(seq, []byte(key)), buckets[3].Put([]byte(key), seq)); err != nil {
				return err
			}
			m.order = append(m.order, key)
			if i%10 == 0 { // was deleted
				continue
			}
			m.rows[key] = value
			if err := buckets[1].Put([]byte(key), []byte(value)); err != nil {
				return err
			}
		}
		return nil
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

// TestFileIsBounded writes the same rows again and again: the file holds what lives, not what was written.
func TestFileIsBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	d := open(t, path)
	defer d.Close()
	rnd := rand.New(rand.NewPCG(9, 10))
	const rows, size = 2000, 1500
	write := func(keys, transactions int, next func(i int) int) {
		for i := range transactions {
			err := d.Update(context.WithoutCancel(t.Context()), func(tx storage.Tx) error {
				for j := range keys {
					value := make([]byte, size)
					for k := range value {
						value[k] = byte(rnd.IntN(256))
					}
					if err := tx.Put("records", fmt.Append(nil, "key-", next(i*keys+j)), value); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	write(100, rows/100, func(i int) int { return i })
	packed := fileSize(t, path)
	if want := int64(rows * size * 3 / 2); packed > want {
		t.Errorf("%d rows of %d bytes take %d bytes, want at most %d", rows, size, packed, want)
	}
	write(10, 400, func(int) int { return rnd.IntN(rows) }) // each row twice, at random
	if grown := fileSize(t, path); grown > 3*packed {
		t.Errorf("the file grew from %d to %d bytes while every row was replaced twice", packed, grown)
	}
}

func fileSize(t *testing.T, path string) (size int64) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}
