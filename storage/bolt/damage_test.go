package bolt_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"dateline/storage"
	"dateline/storage/bolt"
)

// damageable writes a database with pages of every kind, and gives its bytes.
func damageable(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "whole.db")
	s, err := storage.Open(t.Context(), open(t, path))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 8 { // several transactions, so that pages are freed
		err := s.Driver().Update(t.Context(), func(tx storage.Tx) error {
			for j := range 30 {
				key := fmt.Sprintf("%04d", j*8+i)
				if err := errors.Join(tx.Put("records", []byte(key), make([]byte, 300)), tx.Put("order", []byte("12345678"+key), nil)); err != nil {
					return err
				}
			}
			return tx.Put("stories", fmt.Appendf(nil, "%d", i), make([]byte, 9000)) // flows over
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := bolt.Compact(t.Context(), path); err != nil { // damage to a page that nothing uses is none
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// readAll opens a file and reads every row.
func readAll(t *testing.T, path string, readOnly bool) error {
	d, err := bolt.Open(path, bolt.Options{ReadOnly: readOnly})
	if err != nil {
		return err
	}
	defer d.Close()
	return d.View(t.Context(), func(tx storage.Tx) error {
		for _, bucket := range []string{"meta", "records", "order", "stories"} {
			for row, err := range tx.Scan(bucket, nil, nil) {
				if err != nil {
					return err
				}
				sum := 0
				for _, b := range row.Value { // touches the pages
					sum += int(b)
				}
				if _, err := tx.Get(bucket, row.Key); err != nil || sum < 0 {
					return err
				}
			}
		}
		return nil
	})
}

// TestDamageIsAnError flips bytes all over a file and cuts it: it is read as far as it can be, or refused, and never a panic.
func TestDamageIsAnError(t *testing.T) {
	whole := damageable(t)
	rnd := rand.New(rand.NewPCG(1, 2))
	path := filepath.Join(t.TempDir(), "damaged.db")
	refused := 0
	for i := range 300 {
		b := append([]byte{}, whole...)
		if i%10 == 0 {
			b = b[:rnd.IntN(len(b))]
		} else {
			at := rnd.IntN(len(b)/4096) * 4096 // heads of pages are where it hurts
			b[at+rnd.IntN(40)] ^= byte(1 + rnd.IntN(255))
		}
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		err := readAll(t, path, i%2 == 0)
		if err == nil {
			continue
		}
		refused++
		if !errors.Is(err, storage.ErrDamaged) && !errors.Is(err, storage.ErrForeign) {
			t.Errorf("damage %d: %v", i, err)
		}
	}
	if refused < 20 {
		t.Errorf("%d of 300 damaged files were refused: is anything damaged?", refused)
	}
}

// TestFileCutWhileItIsOpen faults where it is mapped.
func TestFileCutWhileItIsOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cut.db")
	if err := os.WriteFile(path, damageable(t), 0o600); err != nil {
		t.Fatal(err)
	}
	d := open(t, path)
	defer d.Close()
	if err := os.Truncate(path, 3*4096); err != nil {
		t.Fatal(err)
	}
	err := d.View(t.Context(), func(tx storage.Tx) error {
		for row, err := range tx.Scan("stories", nil, nil) {
			if err != nil || row.Value[len(row.Value)-1] == 1 {
				return err
			}
		}
		return nil
	})
	if !errors.Is(err, storage.ErrDamaged) {
		t.Errorf("%v, want that it is damaged", err)
	}
}

// TestPanicOfTheCallerGoesOn must not pass for damage.
func TestPanicOfTheCallerGoesOn(t *testing.T) {
	d := open(t, filepath.Join(t.TempDir(), "test.db"))
	defer d.Close()
	defer func() {
		if recover() == nil {
			t.Error("the panic is gone")
		}
	}()
	_ = d.View(t.Context(), func(storage.Tx) error { panic("a fault of ours") })
}

// TestStructure finds nothing wrong with a sound file, and the page that is damaged in one that is not.
// A row that says something else than it should is damage too, but not of the file: others are still written.
func TestDamagedRowStopsNoOther(t *testing.T) {
	d := open(t, filepath.Join(t.TempDir(), "row.db"))
	put := func(err error) error {
		return d.Update(t.Context(), func(tx storage.Tx) error {
			return errors.Join(tx.Put("records", []byte("key"), []byte("value")), err)
		})
	}
	damaged := fmt.Errorf("a row: %w", storage.ErrDamaged)
	if err := put(damaged); !errors.Is(err, storage.ErrDamaged) {
		t.Fatalf("got %v", err)
	}
	if err := put(nil); err != nil {
		t.Errorf("after a damaged row: %v", err)
	}
}

func TestStructure(t *testing.T) {
	whole := damageable(t)
	path := filepath.Join(t.TempDir(), "test.db")
	structure := func() (found []string) {
		if err := os.WriteFile(path, whole, 0o600); err != nil {
			t.Fatal(err)
		}
		d, err := bolt.Open(path, bolt.Options{})
		if errors.Is(err, storage.ErrDamaged) { // what is wrong with a tree of one page shows at once
			return []string{err.Error()}
		}
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		if err := d.CheckStructure(t.Context(), func(what string) { found = append(found, what) }); err != nil {
			t.Error(err)
		}
		return found
	}
	if found := structure(); len(found) > 0 {
		t.Errorf("a sound file: %v", found)
	}
	leaves := 0
	for at := 2 * 4096; at < len(whole); at += 4096 {
		if bucket := whole[at+16]&1 == 1; !bucket && whole[at+8] == 2 && whole[at+10] > 3 && whole[at+12] == 0 { // a leaf of some rows
			leaves++
			whole[at+16+3*16+4] ^= 0x80 // where its fourth row's key is
		}
	}
	if found := structure(); len(found) == 0 || leaves == 0 {
		t.Errorf("%d leaves are damaged, and nothing is found", leaves)
	}
}
