package storage

import (
	"bytes"
	"cmp"
	"iter"
	"maps"
	"slices"
)

// stage is a transaction that holds its writes in memory above another one until they are flushed. An update that fails
// in a group is taken back without touching the others, a row that many of them write is written once, and the driver
// gets its rows in the order of their keys, which a B+tree takes fastest.
type stage struct {
	below   Tx
	buckets map[string]map[string]staged
	undo    []undo
	writes  int // numbers the writes
	bytes   int // staged so far, as a measure of memory
}

// staged is the last write of a key. A nil value is a deletion.
type staged struct {
	value []byte
	at    int // the write's number
}

// undo is what a key held before a write.
type undo struct {
	bucket, key string
	old         staged
	was         bool // staged at all
}

func newStage(below Tx) *stage {
	return &stage{below: below, buckets: map[string]map[string]staged{}}
}

// mark is a point to which [stage.rollback] goes back.
func (s *stage) mark() int { return len(s.undo) }

func (s *stage) rollback(mark int) {
	for _, u := range slices.Backward(s.undo[mark:]) {
		if u.was {
			s.buckets[u.bucket][u.key] = u.old
		} else {
			delete(s.buckets[u.bucket], u.key)
		}
	}
	s.undo = s.undo[:mark]
}

func (s *stage) Get(bucket string, key []byte) ([]byte, error) {
	if w, ok := s.buckets[bucket][string(key)]; ok {
		return w.value, nil
	}
	return s.below.Get(bucket, key)
}

func (s *stage) Put(bucket string, key, value []byte) error {
	if value == nil {
		value = []byte{}
	}
	s.write(bucket, key, value)
	return nil
}

// Delete stages a deletion. One of a key that is nowhere changes nothing, and is found to at the flush.
func (s *stage) Delete(bucket string, key []byte) error {
	s.write(bucket, key, nil)
	return nil
}

func (s *stage) write(bucket string, k, value []byte) {
	b := s.buckets[bucket]
	if b == nil {
		b = map[string]staged{}
		s.buckets[bucket] = b
	}
	key := string(k)
	old, was := b[key]
	s.undo = append(s.undo, undo{bucket, key, old, was})
	s.writes++
	s.bytes += len(key) + len(value)
	b[key] = staged{value, s.writes}
}

// Scan merges what is staged with what lies below.
func (s *stage) Scan(bucket string, from, to []byte) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		b := s.buckets[bucket]
		keys := s.within(bucket, from, to)
		give := func(key string) bool {
			v := b[key].value
			return v == nil || yield(Row{Key: []byte(key), Value: v}, nil)
		}
		for row, err := range s.below.Scan(bucket, from, to) {
			for err == nil && len(keys) > 0 && keys[0] < string(row.Key) {
				if !give(keys[0]) {
					return
				}
				keys = keys[1:]
			}
			if _, over := b[string(row.Key)]; err == nil && over {
				continue // the staged row comes at its turn
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
		for _, key := range keys {
			if !give(key) {
				return
			}
		}
	}
}

// within are the staged keys of a range, sorted.
func (s *stage) within(bucket string, from, to []byte) (keys []string) {
	for key := range s.buckets[bucket] {
		if key >= string(from) && (to == nil || bytes.Compare([]byte(key), to) < 0) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// flush writes everything below: by key, but what is tracked in the order in which it was written last.
func (s *stage) flush() error {
	for bucket, keys := range s.sorted() {
		for _, key := range keys {
			if err := s.flushRow(bucket, []byte(key), s.buckets[bucket][key].value); err != nil {
				return err
			}
		}
	}
	return nil
}

// sorted yields the staged keys by bucket, in the order in which they are written.
func (s *stage) sorted() iter.Seq2[string, []string] {
	return func(yield func(string, []string) bool) {
		for _, bucket := range slices.Sorted(maps.Keys(s.buckets)) {
			b := s.buckets[bucket]
			keys := slices.Sorted(maps.Keys(b))
			if Tracked(bucket) {
				slices.SortFunc(keys, func(x, y string) int { return cmp.Compare(b[x].at, b[y].at) })
			}
			if !yield(bucket, keys) {
				return
			}
		}
	}
}

func (s *stage) flushRow(bucket string, key, value []byte) error {
	if value == nil {
		return s.below.Delete(bucket, key)
	}
	return s.below.Put(bucket, key, value)
}
