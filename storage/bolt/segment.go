package bolt

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"iter"
	"slices"

	"go.etcd.io/bbolt"

	"dateline/storage"
)

// segmentSize is what a segment is filled up to; a row that is larger has one to itself. bbolt puts two large values
// into one run of pages, so two of these and the heads of their rows are sixteen pages of 4 KB.
const segmentSize = 32<<10 - 36

// number is a row's number as a key.
func number(seq uint64) []byte { return binary.BigEndian.AppendUint64(nil, seq) }

// appendEntry writes a row: its number less the one before, the length of its value and one (nothing for a deletion),
// that of its key, then both. Numbers are varints.
func appendEntry(b []byte, e entry, before uint64) []byte {
	b = binary.AppendUvarint(b, e.seq-before)
	if e.deleted {
		b = binary.AppendUvarint(b, 0)
	} else {
		b = binary.AppendUvarint(b, uint64(len(e.value))+1)
	}
	b = binary.AppendUvarint(b, uint64(len(e.key)))
	return append(append(b, e.key...), e.value...)
}

// rows yields the entries of a segment. Their slices are the segment's.
func rows(segment []byte) iter.Seq2[entry, error] {
	return func(yield func(entry, error) bool) {
		var seq uint64
		for b := segment; len(b) > 0; {
			e, n := parseEntry(b)
			if n == 0 {
				yield(entry{}, fmt.Errorf("%w: a segment of the log cannot be read from byte %d on", storage.ErrDamaged, len(segment)-len(b)))
				return
			}
			seq += e.seq
			e.seq = seq
			if !yield(e, nil) {
				return
			}
			b = b[n:]
		}
	}
}

// parseEntry reads a row and gives the bytes that it takes; 0 if it is damaged.
func parseEntry(b []byte) (e entry, n int) {
	var head [3]uint64
	for i := range head {
		v, size := binary.Uvarint(b[n:])
		if size <= 0 {
			return entry{}, 0
		}
		head[i] = v
		n += size
	}
	e.seq, e.deleted = head[0], head[1] == 0
	size := max(head[1], 1) - 1
	left := uint64(len(b) - n)
	if head[2] > left || size > left-head[2] {
		return entry{}, 0
	}
	end := n + int(head[2])
	e.key, e.value = b[n:end:end], b[end:end+int(size):end+int(size)]
	if e.deleted {
		e.value = nil
	}
	return e, end + int(size)
}

// segmentOf finds the segment that a row is in, if it is in any: the last one that begins no later.
func segmentOf(b *bbolt.Bucket, seq uint64) (key, segment []byte) {
	if b == nil {
		return nil, nil
	}
	c := b.Cursor()
	key, segment = c.Seek(number(seq))
	switch {
	case key == nil:
		return c.Last()
	case binary.BigEndian.Uint64(key) > seq:
		return c.Prev()
	}
	return key, segment
}

// appendSegments puts rows behind all others. The last segment is filled up first, so that a store to which articles come
// one by one is packed like any other.
func appendSegments(b *bbolt.Bucket, fresh []entry) error {
	key, segment, last, err := tail(b)
	if err != nil {
		return err
	}
	for _, e := range fresh {
		grown := appendEntry(segment, e, last)
		if len(grown) > segmentSize && len(segment) > 0 {
			if err := b.Put(key, segment); err != nil {
				return err
			}
			key, grown = nil, appendEntry(nil, e, 0)
		}
		if key == nil {
			key = number(e.seq)
		}
		segment, last = grown, e.seq
	}
	if len(fresh) == 0 {
		return nil
	}
	return b.Put(key, segment)
}

// tail is a copy of the last segment, with its key and the number of its last row. It is nil if it is full enough.
func tail(b *bbolt.Bucket) (key, segment []byte, last uint64, err error) {
	k, v := b.Cursor().Last()
	if k == nil || len(v) > segmentSize/2 {
		return nil, nil, 0, nil
	}
	for e, err := range rows(v) {
		if err != nil {
			return nil, nil, 0, err
		}
		last = e.seq
	}
	return bytes.Clone(k), bytes.Clone(v), last, nil
}

// purge takes rows out of their segments.
func purge(b *bbolt.Bucket, gone []uint64) error {
	slices.Sort(gone)
	for len(gone) > 0 {
		key, segment := segmentOf(b, gone[0])
		var left []byte
		var last uint64
		size := len(gone)
		for e, err := range rows(segment) {
			if err != nil {
				return err
			}
			if len(gone) > 0 && gone[0] == e.seq {
				gone = gone[1:]
				continue
			}
			left = appendEntry(left, e, last)
			last = e.seq
		}
		if len(gone) == size {
			return fmt.Errorf("%w: row %d is not in the log", storage.ErrDamaged, gone[0])
		}
		if err := rewrite(b, bytes.Clone(key), left); err != nil {
			return err
		}
	}
	return nil
}

func rewrite(b *bbolt.Bucket, key, segment []byte) error {
	if len(segment) == 0 {
		return b.Delete(key)
	}
	return b.Put(key, segment)
}
