package bolt

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"

	"go.etcd.io/bbolt"

	"dateline/storage"
)

// tx is a transaction of the file.
type tx struct {
	t       *bbolt.Tx
	logs    map[string]*log   // of the tracked buckets that were used
	shelves map[string]*shelf // of the buckets of small rows
}

func newTx(t *bbolt.Tx) *tx {
	return &tx{t: t, logs: map[string]*log{}, shelves: map[string]*shelf{}}
}

// shelf gives a bucket of small rows.
func (t *tx) shelf(name string) *shelf {
	s := t.shelves[name]
	if s == nil {
		s = newShelf(t.t, name)
		t.shelves[name] = s
	}
	return s
}

// guard turns the panics that bbolt answers a damaged page with into an error.
func guard(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("%w: %v", storage.ErrDamaged, r)
	}
}

// commit writes what the logs hold back, and syncs the file.
func (t *tx) commit() (err error) {
	defer guard(&err)
	for _, name := range slices.Sorted(maps.Keys(t.logs)) {
		if err := t.logs[name].flush(); err != nil {
			return err
		}
	}
	return t.t.Commit()
}

// log gives a tracked bucket.
func (t *tx) log(name string) *log {
	l := t.logs[name]
	if l == nil {
		l = newLog(t.t, name)
		t.logs[name] = l
	}
	return l
}

func (t *tx) Get(bucket string, key []byte) (value []byte, err error) {
	defer guard(&err)
	if storage.Tracked(bucket) {
		return t.log(bucket).get(key)
	}
	if storage.Small(bucket) {
		return t.shelf(bucket).get(key)
	}
	b := t.t.Bucket([]byte(bucket))
	if b == nil {
		return nil, nil
	}
	return b.Get(key), nil
}

func (t *tx) Put(bucket string, key, value []byte) (err error) {
	defer guard(&err)
	if value == nil {
		value = []byte{} // until the commit, bbolt would give nil back, as if there were no key
	}
	if !t.t.Writable() {
		return storage.ErrReadOnly
	}
	if storage.Tracked(bucket) {
		return t.log(bucket).put(key, value)
	}
	if storage.Small(bucket) {
		return t.shelf(bucket).put(key, value)
	}
	b, err := t.t.CreateBucketIfNotExists([]byte(bucket))
	if err != nil {
		return err
	}
	if old := b.Get(key); len(old) > shrunk*len(value) && len(old) > shrunk {
		// bbolt joins pages that are nearly empty after a deletion, and only then.
		if err := b.Delete(key); err != nil {
			return err
		}
	}
	return b.Put(key, value)
}

// shrunk is how many times smaller a value has to be than the one before, for its page to be looked at.
const shrunk = 4

func (t *tx) Delete(bucket string, key []byte) (err error) {
	defer guard(&err)
	if !t.t.Writable() {
		return storage.ErrReadOnly
	}
	if storage.Tracked(bucket) {
		return t.log(bucket).delete(key)
	}
	if storage.Small(bucket) {
		return t.shelf(bucket).delete(key)
	}
	b := t.t.Bucket([]byte(bucket))
	if b == nil || b.Get(key) == nil {
		return nil
	}
	return b.Delete(key)
}

func (t *tx) Scan(bucket string, from, to []byte) iter.Seq2[storage.Row, error] {
	if storage.Tracked(bucket) {
		return t.log(bucket).scan(from, to)
	}
	if storage.Small(bucket) {
		return t.shelf(bucket).scan(from, to)
	}
	return scan(t.t.Bucket([]byte(bucket)), from, to)
}

// scan yields the rows of a range; of no bucket, none.
func scan(b *bbolt.Bucket, from, to []byte) iter.Seq2[storage.Row, error] {
	return func(yield func(storage.Row, error) bool) {
		if b == nil {
			return
		}
		c := b.Cursor()
		for k, v, err := seek(c, from); k != nil || err != nil; k, v, err = next(c) {
			if err == nil && to != nil && bytes.Compare(k, to) >= 0 {
				return
			}
			if !yield(storage.Row{Key: k, Value: v}, err) || err != nil {
				return
			}
		}
	}
}

func seek(c *bbolt.Cursor, from []byte) (k, v []byte, err error) {
	defer guard(&err)
	k, v = c.Seek(from)
	return k, v, nil
}

func next(c *bbolt.Cursor) (k, v []byte, err error) {
	defer guard(&err)
	k, v = c.Next()
	return k, v, nil
}

// Changes implements [storage.Driver].
func (d *Driver) Changes(ctx context.Context, bucket string, after uint64, limit int) (changes []storage.Change, err error) {
	err = d.View(ctx, func(t storage.Tx) error {
		changes, err = t.(watched).t.log(bucket).changes(after, limit)
		return err
	})
	return changes, err
}
