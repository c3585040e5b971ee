package bolt

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"iter"
	"maps"
	"slices"

	"go.etcd.io/bbolt"

	"dateline/storage"
)

// log is a tracked bucket within one transaction. See the package comment for what is on the disk.
type log struct {
	t     *bbolt.Tx
	name  string
	index *shelf        // key → place
	old   *bbolt.Bucket // rows of an older layout; nil if there are none

	// What the transaction wrote, until flush puts it into segments.
	fresh map[uint64]entry
	gone  []uint64 // rows in segments that were replaced
}

// entry is a row of the log: the last change of a key.
type entry struct {
	seq        uint64
	key, value []byte
	deleted    bool
}

func newLog(t *bbolt.Tx, name string) *log {
	return &log{t: t, name: name, index: newShelf(t, name+"/key"), old: t.Bucket([]byte(name)), fresh: map[uint64]entry{}}
}

func (l *log) segments() *bbolt.Bucket { return l.t.Bucket([]byte(l.name + "/log")) }

// place is where a key's last row is: its number, and whether it is a deletion. ok is false if it has none.
func (l *log) place(key []byte) (seq uint64, deleted, ok bool, err error) {
	v, err := l.index.get(key)
	if err != nil || len(v) == 0 || len(v) > 8 {
		return 0, false, false, err
	}
	n := parsePlace(v)
	return n >> 1, n&1 == 1, true, nil
}

// A place is the number with a bit for a deletion below it, big-endian without the zeros before it.
func appendPlace(seq uint64, deleted bool) []byte {
	n := seq << 1
	if deleted {
		n |= 1
	}
	return bytes.TrimLeft(binary.BigEndian.AppendUint64(nil, n), "\x00")
}

func parsePlace(v []byte) (n uint64) {
	for _, c := range v {
		n = n<<8 | uint64(c)
	}
	return n
}

func (l *log) get(key []byte) (value []byte, err error) {
	defer guard(&err)
	seq, deleted, ok, err := l.place(key)
	switch {
	case err != nil:
		return nil, err
	case deleted:
		return nil, nil
	case !ok && l.old != nil:
		return l.old.Get(key), nil
	case !ok:
		return nil, nil
	}
	return l.value(seq, key)
}

// value reads a row by its number.
func (l *log) value(seq uint64, key []byte) ([]byte, error) {
	if e, ok := l.fresh[seq]; ok {
		return e.value, nil
	}
	_, segment := segmentOf(l.segments(), seq)
	for e, err := range rows(segment) {
		if err != nil {
			return nil, fmt.Errorf("%s: row %d of %q: %w", l.name, seq, key, err)
		}
		if e.seq == seq && bytes.Equal(e.key, key) {
			return e.value, nil
		}
	}
	return nil, fmt.Errorf("%s: %w: row %d of %q is not in the log", l.name, storage.ErrDamaged, seq, key)
}

func (l *log) put(key, value []byte) error {
	return l.append(entry{key: bytes.Clone(key), value: value})
}

func (l *log) delete(key []byte) error {
	_, deleted, ok, err := l.place(key)
	if err != nil || deleted || !ok && (l.old == nil || l.old.Get(key) == nil) {
		return err
	}
	return l.append(entry{key: bytes.Clone(key), deleted: true})
}

// append gives a key a new last row.
func (l *log) append(e entry) error {
	segments, err := l.writable()
	if err != nil {
		return err
	}
	if err := l.replace(e.key); err != nil {
		return err
	}
	if e.seq, err = segments.NextSequence(); err != nil {
		return err
	}
	l.fresh[e.seq] = e
	return l.index.put(e.key, appendPlace(e.seq, e.deleted))
}

// writable creates the log where there is none. Its numbers go on where an older layout stopped.
func (l *log) writable() (segments *bbolt.Bucket, err error) {
	if segments = l.segments(); segments != nil {
		return segments, nil
	}
	if segments, err = l.t.CreateBucketIfNotExists([]byte(l.name + "/log")); err != nil {
		return nil, err
	}
	if seq := l.t.Bucket([]byte(l.name + "/seq")); seq != nil {
		err = segments.SetSequence(seq.Sequence())
	}
	return segments, err
}

// replace takes away a key's last row.
func (l *log) replace(key []byte) error {
	seq, _, ok, err := l.place(key)
	if err != nil {
		return err
	}
	if !ok {
		return l.replaceOld(key)
	}
	if _, ok := l.fresh[seq]; ok {
		delete(l.fresh, seq)
		return nil
	}
	l.gone = append(l.gone, seq)
	return nil
}

// replaceOld takes away what an older layout holds of a key.
func (l *log) replaceOld(key []byte) error {
	last, seq := l.t.Bucket([]byte(l.name+"/last")), l.t.Bucket([]byte(l.name+"/seq"))
	if l.old == nil || last == nil || seq == nil {
		return nil
	}
	if n := last.Get(key); n != nil {
		if err := seq.Delete(bytes.Clone(n)); err != nil {
			return err
		}
	}
	if err := last.Delete(key); err != nil {
		return err
	}
	return l.old.Delete(key)
}

// scan merges the rows of the index with what an older layout holds; no key is in both.
func (l *log) scan(from, to []byte) iter.Seq2[storage.Row, error] {
	return merged(scan(l.old, from, to), l.scanIndex(from, to))
}

func (l *log) scanIndex(from, to []byte) iter.Seq2[storage.Row, error] {
	return func(yield func(storage.Row, error) bool) {
		for row, err := range l.index.scan(from, to) {
			if err == nil {
				row.Value, err = l.get(row.Key)
			}
			if err == nil && row.Value == nil {
				continue // deleted
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

// changes lists the rows after a number: those of an older layout, which all come before the log's, then the log's.
func (l *log) changes(after uint64, limit int) (changes []storage.Change, err error) {
	from := number(after + 1)
	for row, err := range scan(l.t.Bucket([]byte(l.name+"/seq")), from, nil) {
		if err != nil || len(changes) == limit {
			return changes, err
		}
		changes = append(changes, storage.Change{Seq: binary.BigEndian.Uint64(row.Key), Key: bytes.Clone(row.Value)})
	}
	if key, _ := segmentOf(l.segments(), after+1); key != nil {
		from = key
	}
	for row, err := range scan(l.segments(), from, nil) {
		if err != nil {
			return changes, err
		}
		for e, err := range rows(row.Value) {
			if err != nil || len(changes) >= limit {
				return changes, err
			}
			if e.seq > after {
				changes = append(changes, storage.Change{Seq: e.seq, Key: bytes.Clone(e.key)})
			}
		}
	}
	return changes, nil
}

// flush puts what the transaction wrote into segments.
func (l *log) flush() error {
	if len(l.gone) == 0 && len(l.fresh) == 0 {
		return nil
	}
	segments, err := l.writable()
	if err != nil {
		return err
	}
	segments.FillPercent = 1 // nothing is ever put between two segments
	if err := purge(segments, l.gone); err != nil {
		return fmt.Errorf("%s: %w", l.name, err)
	}
	fresh := slices.SortedFunc(maps.Values(l.fresh), func(a, b entry) int { return cmp.Compare(a.seq, b.seq) })
	return appendSegments(segments, fresh)
}
