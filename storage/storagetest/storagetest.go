// Package storagetest is the suite that every storage driver runs: the promises of [storage.Driver], random
// operations against a plain map, and the two ways in which a commit can fail. A driver's own test is ten lines.
package storagetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"dateline/storage"
)

// tracked is the bucket whose changes a driver must keep in order.
const tracked = "records"

// Run tests a driver. open gives an empty one; the suite closes it.
func Run(t *testing.T, open func(t *testing.T) storage.Driver) {
	tests := map[string]func(*testing.T, storage.Driver){
		"ReadsAndWrites":   testReadsAndWrites,
		"Scan":             testScan,
		"Rollback":         testRollback,
		"Cancelled":        testCancelled,
		"ViewIsASnapshot":  testSnapshot,
		"ViewDoesNotWrite": testViewDoesNotWrite,
		"Changes":          testChanges,
		"RandomOperations": testRandom,
		"LargeValues":      testLarge,
		"FailureTwins":     testTwins,
	}
	for _, name := range slices.Sorted(maps.Keys(tests)) {
		t.Run(name, func(t *testing.T) {
			d := open(t)
			tests[name](t, d)
			if err := d.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
		})
	}
	t.Run("ClosedFails", func(t *testing.T) {
		d := open(t)
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		if err := d.View(t.Context(), func(storage.Tx) error { return nil }); err == nil {
			t.Error("a view of a closed store succeeded")
		}
	})
}

func put(t *testing.T, d storage.Driver, bucket string, pairs ...string) {
	t.Helper()
	err := d.Update(t.Context(), func(tx storage.Tx) error {
		for i := 0; i < len(pairs); i += 2 {
			if err := tx.Put(bucket, []byte(pairs[i]), []byte(pairs[i+1])); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// get gives a value, and whether the key exists.
func get(t *testing.T, d storage.Driver, bucket, key string) (value string, ok bool) {
	t.Helper()
	err := d.View(t.Context(), func(tx storage.Tx) error {
		v, err := tx.Get(bucket, []byte(key))
		value, ok = string(v), v != nil
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return value, ok
}

func want(t *testing.T, d storage.Driver, bucket, key, value string) {
	t.Helper()
	if got, ok := get(t, d, bucket, key); !ok || got != value {
		t.Errorf("%s %q: %q, %v; want %q", bucket, key, got, ok, value)
	}
}

func wantNone(t *testing.T, d storage.Driver, bucket, key string) {
	t.Helper()
	if got, ok := get(t, d, bucket, key); ok {
		t.Errorf("%s %q: %q; want none", bucket, key, got)
	}
}

func testReadsAndWrites(t *testing.T, d storage.Driver) {
	wantNone(t, d, "a", "k")
	put(t, d, "a", "k", "v", "empty", "")
	want(t, d, "a", "k", "v")
	want(t, d, "a", "empty", "")
	wantNone(t, d, "b", "k")
	put(t, d, "a", "k", "w")
	want(t, d, "a", "k", "w")
	err := d.Update(t.Context(), func(tx storage.Tx) error {
		if err := errors.Join(tx.Delete("a", []byte("k")), tx.Delete("a", []byte("never")), tx.Delete("none", []byte("k"))); err != nil {
			return err
		}
		if v, err := tx.Get("a", []byte("k")); v != nil || err != nil {
			return fmt.Errorf("after a delete: %q, %w", v, err)
		}
		if err := errors.Join(tx.Put("a", []byte("new"), []byte("1")), tx.Put("a", []byte("nothing"), nil)); err != nil {
			return err
		}
		if v, err := tx.Get("a", []byte("nothing")); v == nil || err != nil {
			return fmt.Errorf("an empty value reads as none, %w", err)
		}
		if v, err := tx.Get("a", []byte("new")); string(v) != "1" || err != nil {
			return fmt.Errorf("after a put: %q, %w", v, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	wantNone(t, d, "a", "k")
	want(t, d, "a", "new", "1")
}

// scan joins the rows of a range; a nil bound is open.
func scan(tx storage.Tx, bucket string, from, to []byte) (string, error) {
	var b bytes.Buffer
	for row, err := range tx.Scan(bucket, from, to) {
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "%s=%s ", row.Key, row.Value)
	}
	return b.String(), nil
}

func testScan(t *testing.T, d storage.Driver) {
	put(t, d, "s", "b", "2", "a", "1", "ba", "", "c", "3", "\xff", "4")
	check := func(tx storage.Tx) error {
		ranges := []struct {
			from, to []byte
			want     string
		}{
			{nil, nil, "a=1 b=2 ba= c=3 \xff=4 "},
			{[]byte("b"), nil, "b=2 ba= c=3 \xff=4 "},
			{nil, []byte("b"), "a=1 "},
			{[]byte("b"), []byte("c"), "b=2 ba= "},
			{[]byte("b\x00"), []byte("c"), "ba= "},
			{[]byte("c"), []byte("b"), ""},
			{[]byte("d"), []byte("e"), ""},
		}
		for _, r := range ranges {
			if got, err := scan(tx, "s", r.from, r.to); err != nil || got != r.want {
				t.Errorf("scan %q to %q: %q, %v; want %q", r.from, r.to, got, err, r.want)
			}
		}
		if got, err := scan(tx, "nothing", nil, nil); got != "" || err != nil {
			t.Errorf("scan of a bucket that nobody wrote to: %q, %v", got, err)
		}
		for row := range tx.Scan("s", nil, nil) {
			if string(row.Key) != "a" {
				t.Errorf("a scan that ends early gave %q", row.Key)
			}
			break
		}
		return nil
	}
	if err := errors.Join(d.View(t.Context(), check), d.Update(t.Context(), check)); err != nil {
		t.Error(err)
	}
}

func testRollback(t *testing.T, d storage.Driver) {
	put(t, d, tracked, "k", "old")
	broken := errors.New("broken")
	err := d.Update(t.Context(), func(tx storage.Tx) error {
		return errors.Join(tx.Put(tracked, []byte("k"), []byte("new")), tx.Put("other", []byte("x"), nil), tx.Delete(tracked, []byte("k")), broken)
	})
	if !errors.Is(err, broken) {
		t.Errorf("the function's error came back as %v", err)
	}
	want(t, d, tracked, "k", "old")
	wantNone(t, d, "other", "x")
	if c, err := d.Changes(t.Context(), tracked, 0, 10); err != nil || len(c) != 1 {
		t.Errorf("changes after a rollback: %v, %v", c, err)
	}
}

func testCancelled(t *testing.T, d storage.Driver) {
	over, cancel := context.WithCancel(t.Context())
	cancel()
	ran := false
	for name, err := range map[string]error{
		"view":   d.View(over, func(storage.Tx) error { ran = true; return nil }),
		"update": d.Update(over, func(storage.Tx) error { ran = true; return nil }),
	} {
		if !errors.Is(err, context.Canceled) || ran {
			t.Errorf("%s with a context that is over: ran %v, %v", name, ran, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	err := d.Update(ctx, func(tx storage.Tx) error {
		defer cancel()
		return tx.Put("c", []byte("k"), []byte("v"))
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("update cancelled before its commit: %v", err)
	}
	wantNone(t, d, "c", "k")
}

// testSnapshot reads while another goroutine tries to commit.
func testSnapshot(t *testing.T, d storage.Driver) {
	put(t, d, "s", "k", "old")
	wrote := make(chan error, 1)
	err := d.View(t.Context(), func(tx storage.Tx) error {
		go func() {
			wrote <- d.Update(context.WithoutCancel(t.Context()), func(tx storage.Tx) error { return tx.Put("s", []byte("k"), []byte("new")) })
		}()
		for range 100 {
			if v, err := tx.Get("s", []byte("k")); err != nil || string(v) != "old" {
				return fmt.Errorf("a view saw %q, %w", v, err)
			}
		}
		return nil
	})
	if err := errors.Join(err, <-wrote); err != nil {
		t.Error(err)
	}
	want(t, d, "s", "k", "new")
}

func testViewDoesNotWrite(t *testing.T, d storage.Driver) {
	err := d.View(t.Context(), func(tx storage.Tx) error {
		if err := tx.Put("v", []byte("k"), nil); !errors.Is(err, storage.ErrReadOnly) {
			t.Errorf("put in a view: %v", err)
		}
		if err := tx.Delete("v", []byte("k")); !errors.Is(err, storage.ErrReadOnly) {
			t.Errorf("delete in a view: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	wantNone(t, d, "v", "k")
}

func testChanges(t *testing.T, d storage.Driver) {
	put(t, d, tracked, "a", "1", "b", "1")
	put(t, d, "untracked", "x", "1")
	put(t, d, tracked, "c", "1")
	put(t, d, tracked, "a", "2")
	all := changes(t, d, 0, 100)
	if got := keys(all); got != "b c a" {
		t.Errorf("changes: %q, want b, c, a: each once, under its last change", got)
	}
	if got := keys(changes(t, d, 0, 2)); got != "b c" {
		t.Errorf("two changes: %q", got)
	}
	if got := keys(changes(t, d, all[1].Seq, 100)); got != "a" {
		t.Errorf("changes after c: %q", got)
	}
	err := d.Update(t.Context(), func(tx storage.Tx) error {
		return errors.Join(tx.Delete(tracked, []byte("b")), tx.Delete(tracked, []byte("never")))
	})
	if err != nil {
		t.Fatal(err)
	}
	later := changes(t, d, all[2].Seq, 100)
	if got := keys(later); got != "b" {
		t.Errorf("after a delete: %q, want b and no key that never was", got)
	}
	if got := changes(t, d, later[0].Seq, 100); len(got) != 0 {
		t.Errorf("after the last change: %v", got)
	}
}

func changes(t *testing.T, d storage.Driver, after uint64, limit int) []storage.Change {
	t.Helper()
	c, err := d.Changes(t.Context(), tracked, after, limit)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.IsSortedFunc(c, func(a, b storage.Change) int { return int(int64(a.Seq) - int64(b.Seq)) }) {
		t.Errorf("changes out of order: %v", c)
	}
	return c
}

func keys(all []storage.Change) string {
	var b bytes.Buffer
	for i, c := range all {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.Write(c.Key)
	}
	return b.String()
}

func testLarge(t *testing.T, d storage.Driver) {
	key := string(bytes.Repeat([]byte("k"), 512))
	value := string(bytes.Repeat([]byte("v"), 3<<20))
	put(t, d, tracked, key, value)
	if got, _ := get(t, d, tracked, key); got != value {
		t.Errorf("a value of %d bytes came back as %d", len(value), len(got))
	}
}

// testRandom does the same to the driver and to a map, in transactions of which every fourth is given up.
func testRandom(t *testing.T, d storage.Driver) {
	rnd := rand.New(rand.NewPCG(3, 4))
	model := map[string]string{}
	for range 300 {
		next := maps.Clone(model)
		giveUp := rnd.IntN(4) == 0
		err := d.Update(t.Context(), func(tx storage.Tx) error {
			for range rnd.IntN(8) {
				key := fmt.Sprintf("%02d", rnd.IntN(40))
				if rnd.IntN(3) == 0 {
					delete(next, key)
					if err := tx.Delete(tracked, []byte(key)); err != nil {
						return err
					}
					continue
				}
				next[key] = fmt.Sprint(rnd.IntN(1000))
				if err := tx.Put(tracked, []byte(key), []byte(next[key])); err != nil {
					return err
				}
			}
			if err := same(tx, next); err != nil {
				return err
			}
			if giveUp {
				return errGiveUp
			}
			return nil
		})
		if err != nil && !errors.Is(err, errGiveUp) {
			t.Fatal(err)
		}
		if !giveUp {
			model = next
		}
		if err := d.View(t.Context(), func(tx storage.Tx) error { return same(tx, model) }); err != nil {
			t.Fatal(err)
		}
	}
}

var errGiveUp = errors.New("given up on purpose")

// same compares a bucket with a map.
func same(tx storage.Tx, model map[string]string) error {
	left := maps.Clone(model)
	for row, err := range tx.Scan(tracked, nil, nil) {
		if err != nil {
			return err
		}
		if v, ok := left[string(row.Key)]; !ok || v != string(row.Value) {
			return fmt.Errorf("key %q holds %q, want %q, %v", row.Key, row.Value, v, ok)
		}
		delete(left, string(row.Key))
	}
	if len(left) > 0 {
		return fmt.Errorf("missing: %v", left)
	}
	return nil
}
