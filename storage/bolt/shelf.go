package bolt

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"iter"

	"go.etcd.io/bbolt"

	"dateline/storage"
)

// shelf is a bucket of many small rows, within one transaction. A B+tree's page has a head of 16 bytes for each row, which is
// half of what such rows take; a shelf puts them into blocks of about a kilobyte with heads of two bytes.
//
//	name/shelf  a block's first key when it was made → the block: rows by key, each the lengths of key and value as varints, then both
//
// Rows of an older layout, in the bucket of the name itself, are read where they lie and moved when they are written. No key is in
// both.
type shelf struct {
	t    *bbolt.Tx
	name string
	old  *bbolt.Bucket // nil if there is none
	rows *bbolt.Bucket // nil until something is written
}

// blockSize is how large a block grows before it is split in the middle.
const blockSize = 1 << 10

// shelfFill is how much of a page that overflows stays on it: of some five blocks three or four. That leaves pages fuller than
// a split in the middle does, as was measured, because the middle falls into a block and goes to the other page with it.
const shelfFill = 0.75

func newShelf(t *bbolt.Tx, name string) *shelf {
	return &shelf{t: t, name: name, old: t.Bucket([]byte(name)), rows: t.Bucket([]byte(name + "/shelf"))}
}

// block finds the block that a key is in or belongs into; none if there is no block at all.
func (s *shelf) block(key []byte) (first, block []byte) {
	if s.rows == nil {
		return nil, nil
	}
	c := s.rows.Cursor()
	first, block = c.Seek(key)
	if first != nil && bytes.Equal(first, key) {
		return first, block
	}
	if first == nil {
		return c.Last()
	}
	if before, its := c.Prev(); before != nil {
		return before, its
	}
	return c.First()
}

// blockRow is a row with its place in the block.
type blockRow struct {
	storage.Row
	start, end int
}

func blockRows(block []byte) iter.Seq2[blockRow, error] {
	return func(yield func(blockRow, error) bool) {
		for at := 0; at < len(block); {
			r, ok := parseBlockRow(block, at)
			if !ok {
				yield(blockRow{}, fmt.Errorf("%w: a block of rows can't be read from byte %d on", storage.ErrDamaged, at))
				return
			}
			if !yield(r, nil) {
				return
			}
			at = r.end
		}
	}
}

func parseBlockRow(block []byte, at int) (r blockRow, ok bool) {
	r.start = at
	var sizes [2]int
	for i := range sizes {
		v, n := binary.Uvarint(block[at:])
		if n <= 0 || v > uint64(len(block)) {
			return r, false
		}
		sizes[i] = int(v)
		at += n
	}
	r.end = at + sizes[0] + sizes[1]
	if sizes[0] == 0 || r.end > len(block) {
		return r, false
	}
	r.Key, r.Value = block[at:at+sizes[0]:at+sizes[0]], block[at+sizes[0]:r.end:r.end]
	return r, true
}

func appendBlockRow(b, key, value []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(key)))
	b = binary.AppendUvarint(b, uint64(len(value)))
	return append(append(b, key...), value...)
}

// find gives a key's row in a block, or the place where it belongs; ok says which.
func find(block, key []byte) (r blockRow, ok bool, err error) {
	r.start, r.end = len(block), len(block)
	for row, err := range blockRows(block) {
		if err != nil {
			return row, false, err
		}
		switch order := bytes.Compare(row.Key, key); {
		case order == 0:
			return row, true, nil
		case order > 0:
			row.end = row.start
			return row, false, nil
		}
	}
	return r, false, nil
}

func (s *shelf) get(key []byte) ([]byte, error) {
	_, block := s.block(key)
	r, ok, err := find(block, key)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", s.name, err)
	case ok:
		return r.Value, nil
	case s.old != nil:
		return s.old.Get(key), nil
	}
	return nil, nil
}

func (s *shelf) put(key, value []byte) error {
	if err := s.writable(key); err != nil {
		return err
	}
	first, block := s.block(key)
	r, _, err := find(block, key)
	if err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	next := make([]byte, 0, len(block)+len(key)+len(value)+8)
	next = appendBlockRow(append(next, block[:r.start]...), key, value)
	next = append(next, block[r.end:]...)
	if first == nil || bytes.Compare(key, first) < 0 { // no block begins later than its first row
		if first != nil {
			if err := s.rows.Delete(bytes.Clone(first)); err != nil {
				return err
			}
		}
		first = key
	}
	return s.split(bytes.Clone(first), next)
}

// split writes a block, as two if it has grown too large.
func (s *shelf) split(first, block []byte) error {
	if len(block) <= blockSize {
		return s.rows.Put(first, block)
	}
	for r, err := range blockRows(block) {
		if err != nil {
			return err
		}
		if r.start >= len(block)/2 {
			if err := s.rows.Put(first, block[:r.start]); err != nil {
				return err
			}
			return s.rows.Put(bytes.Clone(r.Key), block[r.start:])
		}
	}
	return s.rows.Put(first, block) // one large row, or a small one and a large one
}

func (s *shelf) delete(key []byte) error {
	if err := s.writable(key); err != nil {
		return err
	}
	first, block := s.block(key)
	r, ok, err := find(block, key)
	if err != nil || !ok {
		return err
	}
	next := append(bytes.Clone(block[:r.start]), block[r.end:]...)
	if len(next) == 0 {
		return s.rows.Delete(bytes.Clone(first))
	}
	return s.rows.Put(bytes.Clone(first), next)
}

// writable makes the shelf where there is none, and takes away what an older layout has of a key.
func (s *shelf) writable(key []byte) (err error) {
	if s.old != nil {
		if err := s.old.Delete(key); err != nil {
			return err
		}
	}
	if s.rows == nil {
		s.rows, err = s.t.CreateBucketIfNotExists([]byte(s.name + "/shelf"))
	}
	if err == nil {
		s.rows.FillPercent = shelfFill
	}
	return err
}

func (s *shelf) scan(from, to []byte) iter.Seq2[storage.Row, error] {
	return merged(scan(s.old, from, to), s.scanBlocks(from, to))
}

func (s *shelf) scanBlocks(from, to []byte) iter.Seq2[storage.Row, error] {
	return func(yield func(storage.Row, error) bool) {
		start := from
		if len(from) > 0 {
			start, _ = s.block(from)
		}
		for b, err := range scan(s.rows, start, to) {
			if err != nil {
				yield(storage.Row{}, err)
				return
			}
			for r, err := range blockRows(b.Value) {
				if err == nil && bytes.Compare(r.Key, from) < 0 {
					continue
				}
				if err == nil && to != nil && bytes.Compare(r.Key, to) >= 0 {
					return
				}
				if !yield(r.Row, err) || err != nil {
					return
				}
			}
		}
	}
}

// merged yields the rows of two scans, which have no key in common, in order.
func merged(a, b iter.Seq2[storage.Row, error]) iter.Seq2[storage.Row, error] {
	return func(yield func(storage.Row, error) bool) {
		next, stop := iter.Pull2(a)
		defer stop()
		other, otherErr, more := next()
		for row, err := range b {
			for ; err == nil && more && (otherErr != nil || bytes.Compare(other.Key, row.Key) < 0); other, otherErr, more = next() {
				if !yield(other, otherErr) || otherErr != nil {
					return
				}
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
		for ; more; other, otherErr, more = next() {
			if !yield(other, otherErr) || otherErr != nil {
				return
			}
		}
	}
}
