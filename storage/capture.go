package storage

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"iter"
	"slices"
	"time"
)

// CaptureKind says what a record of the raw store is.
type CaptureKind byte

const (
	CapturedFeed   CaptureKind = 'f' // an answer to a poll: the feed, a sitemap, an archive
	CapturedPage   CaptureKind = 'p'
	CapturedRobots CaptureKind = 'r' // robots.txt or tdmrep.json
	CapturedPoll   CaptureKind = 'q' // which answers belong to one poll
	CapturedTrip   CaptureKind = 't' // what a page was asked for with, and which answers belong to it
	CapturedSite   CaptureKind = 's' // what was remembered of a site when its pages were read
)

// String is the kind in a word.
func (k CaptureKind) String() string {
	switch k {
	case CapturedFeed:
		return "feed"
	case CapturedPage:
		return "page"
	case CapturedRobots:
		return "robots"
	case CapturedPoll:
		return "poll"
	case CapturedTrip:
		return "trip"
	case CapturedSite:
		return "site"
	}
	return "unknown"
}

// Place is where a record of the raw store stands.
type Place struct {
	Segment uint32 `json:"segment"`
	Offset  int64  `json:"offset"` // bytes
}

// Before says whether a place is before another in the order of the segments.
func (p Place) Before(q Place) bool {
	return p.Segment < q.Segment || p.Segment == q.Segment && p.Offset < q.Offset
}

// Capture is a row about a record of the raw store. Who asks for it finds it by its address, and by what it was asked for.
type Capture struct {
	Place
	Length  int64 // bytes on the disk
	Kind    CaptureKind
	Time    time.Time // to the second
	Address []byte    // [CaptureKey] of what was asked for
	Subject []byte    // [CaptureKey] of the feed that was polled, or the id of the entry

	// Entry is the id of the entry, for [WithCaptures]: what belongs to one that was forgotten meanwhile is to be erased. It is
	// not kept.
	Entry string
}

// CaptureKey is under what captures of an address, a feed or an entry's id are found.
func CaptureKey(of string) []byte { return hash16(of) }

// key sorts as the records stand in the segments.
func (p Place) key() []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(nil, p.Segment), uint64(p.Offset))
}

func keyPlace(key []byte) Place {
	return Place{binary.BigEndian.Uint32(key), int64(binary.BigEndian.Uint64(key[4:]))}
}

const (
	placeSize   = 12
	captureSize = 1 + 4 + 8 + 16 + 16
)

// value is the row: kind(1) length(4) time(8) address(16) subject(16).
func (c *Capture) value() []byte {
	b := binary.BigEndian.AppendUint32([]byte{byte(c.Kind)}, uint32(c.Length))
	b = append(b, timeKey(c.Time)...)
	return append(append(b, c.Address...), c.Subject...)
}

func readCapture(row Row) (c Capture, err error) {
	if len(row.Key) != placeSize || len(row.Value) != captureSize {
		return c, fmt.Errorf("capture %x: %w", row.Key, errDecode)
	}
	v := slices.Clone(row.Value)
	return Capture{
		Place: keyPlace(row.Key), Kind: CaptureKind(v[0]), Length: int64(binary.BigEndian.Uint32(v[1:])),
		Time: keyTime(v[5:13]), Address: v[13:29], Subject: v[29:],
	}, nil
}

// capturesKey is under what a context carries captures.
type capturesKey struct{}

// WithCaptures has the next writes with this context commit rows about records of the raw store together with what they
// write: the answer that is used and the row that finds it are in one transaction. The places of their segments that
// were not written before are safe by then, see [Store.BeforeCommit].
func WithCaptures(ctx context.Context, captures []Capture) context.Context {
	if len(captures) == 0 {
		return ctx
	}
	return context.WithValue(ctx, capturesKey{}, captures)
}

// capturing makes a transaction commit what its context carries.
func capturing(ctx context.Context, fn func(tx) error) func(tx) error {
	captures, _ := ctx.Value(capturesKey{}).([]Capture)
	if len(captures) == 0 {
		return fn
	}
	return func(t tx) error {
		if err := fn(t); err != nil {
			return err
		}
		for i := range captures {
			if err := t.saveCapture(&captures[i]); err != nil {
				return err
			}
		}
		return nil
	}
}

func (t tx) saveCapture(c *Capture) error {
	if c.Entry != "" {
		if gone, err := t.Get(bucketTombstones, []byte(c.Entry)); err != nil {
			return err
		} else if gone != nil {
			return t.Put(bucketErasures, c.key(), c.value())
		}
	}
	if known, err := t.Get(bucketCaptures, c.key()); err != nil || known != nil { // many share a site's memory
		return err
	}
	if err := t.Put(bucketCaptures, c.key(), c.value()); err != nil {
		return err
	}
	for _, name := range [][]byte{c.Address, c.Subject} {
		if err := t.Put(bucketCaptured, append(slices.Clone(name), c.key()...), nil); err != nil {
			return err
		}
	}
	return nil
}

func (t tx) dropCapture(c *Capture) error {
	for _, name := range [][]byte{c.Address, c.Subject} {
		if err := t.Delete(bucketCaptured, append(slices.Clone(name), c.key()...)); err != nil {
			return err
		}
	}
	return t.Delete(bucketCaptures, c.key())
}

// SaveCaptures commits rows by themselves.
func (s *Store) SaveCaptures(ctx context.Context, captures []Capture) error {
	return s.update(WithCaptures(ctx, captures), func(tx) error { return nil })
}

// Captures yields the rows from a place on, in the order of the segments. It reads in slices.
func (s *Store) Captures(ctx context.Context, from Place) iter.Seq2[Capture, error] {
	return func(yield func(Capture, error) bool) {
		for row, err := range s.rows(ctx, bucketCaptures, from.key(), nil) {
			var c Capture
			if err == nil {
				c, err = readCapture(row)
			}
			if !yield(c, err) || err != nil {
				return
			}
		}
	}
}

// CapturesOf yields the rows about an address, a feed or an entry's id, in the order of the segments.
func (s *Store) CapturesOf(ctx context.Context, name string) iter.Seq2[Capture, error] {
	return func(yield func(Capture, error) bool) {
		prefix := CaptureKey(name)
		for row, err := range s.rows(ctx, bucketCaptured, prefix, afterPrefix(prefix)) {
			var c Capture
			if err == nil {
				c, err = s.capture(ctx, row.Key[len(prefix):])
			}
			if !yield(c, err) || err != nil {
				return
			}
		}
	}
}

func (s *Store) capture(ctx context.Context, key []byte) (c Capture, err error) {
	err = s.view(ctx, func(t tx) error {
		c, _, err = t.capture(key)
		return err
	})
	return c, err
}

func (t tx) capture(key []byte) (c Capture, ok bool, err error) {
	v, err := t.Get(bucketCaptures, key)
	if err != nil || v == nil {
		return c, false, err
	}
	c, err = readCapture(Row{key, v})
	return c, err == nil, err
}

// LastCapture is the latest row about an address of a kind; ok is false if there is none.
func (s *Store) LastCapture(ctx context.Context, address string, kind CaptureKind) (last Capture, ok bool, err error) {
	for c, err := range s.CapturesOf(ctx, address) {
		if err != nil {
			return last, false, err
		}
		if c.Kind == kind && c.Length > 0 {
			last, ok = c, true
		}
	}
	return last, ok, nil
}

// condemn marks the pages, and what they were asked for with, of entries and addresses to be erased from the raw store. Their
// rows move to erasures in the transaction that forgets the article; the bytes go when that is committed, see
// package raw, and at the next start if it is killed before.
func (t tx) condemn(names ...string) error {
	for _, name := range names {
		prefix := CaptureKey(name)
		var keys [][]byte
		for row, err := range t.Scan(bucketCaptured, prefix, afterPrefix(prefix)) {
			if err != nil {
				return err
			}
			keys = append(keys, bytes.Clone(row.Key[len(prefix):]))
		}
		for _, key := range keys {
			c, ok, err := t.capture(key)
			if err != nil {
				return err
			}
			if !ok || c.Kind != CapturedPage && c.Kind != CapturedTrip {
				continue
			}
			if err := t.dropCapture(&c); err != nil {
				return err
			}
			if err := t.Put(bucketErasures, key, c.value()); err != nil {
				return err
			}
		}
	}
	return nil
}

// Condemned yields what is still to be erased from the raw store.
func (s *Store) Condemned(ctx context.Context) iter.Seq2[Capture, error] {
	return func(yield func(Capture, error) bool) {
		for row, err := range s.rows(ctx, bucketErasures, nil, nil) {
			var c Capture
			if err == nil {
				c, err = readCapture(row)
			}
			if !yield(c, err) || err != nil {
				return
			}
		}
	}
}

// Condemn marks what the raw store holds of entries and addresses to be erased.
func (s *Store) Condemn(ctx context.Context, names ...string) error {
	return s.update(ctx, func(t tx) error { return t.condemn(names...) })
}

// Erased ends the erasure of records whose bytes are gone.
func (s *Store) Erased(ctx context.Context, places []Place) error {
	return s.update(ctx, func(t tx) error {
		for _, p := range places {
			if err := t.Delete(bucketErasures, p.key()); err != nil {
				return err
			}
		}
		return nil
	})
}

// DropSegment forgets the rows about a segment, before it is removed.
func (s *Store) DropSegment(ctx context.Context, segment uint32) error {
	for {
		n, err := s.dropCaptures(ctx, segment)
		if err != nil || n < slice {
			return err
		}
	}
}

func (s *Store) dropCaptures(ctx context.Context, segment uint32) (n int, err error) {
	from, to := Place{Segment: segment}.key(), Place{Segment: segment + 1}.key()
	rows, err := s.batch(ctx, bucketCaptures, from, to)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	return len(rows), s.update(ctx, func(t tx) error {
		for _, row := range rows {
			c, err := readCapture(row)
			if err != nil {
				return err
			}
			if err := t.dropCapture(&c); err != nil {
				return err
			}
		}
		return nil
	})
}

func checkCapture(c *checker, row Row) error {
	capture, err := readCapture(row)
	if err != nil {
		c.wrong(row.Key, "can't be read")
		return nil
	}
	for _, name := range [][]byte{capture.Address, capture.Subject} {
		if err := c.needs(row, append(slices.Clone(name), row.Key...), "is not found under", bucketCaptured); err != nil {
			return err
		}
	}
	return nil
}

func checkCaptured(c *checker, row Row) error {
	if len(row.Key) != 16+placeSize {
		c.wrong(row.Key, "is no key of a capture")
		return nil
	}
	return c.needs(row, row.Key[16:], "finds capture", bucketCaptures)
}

func checkErasure(c *checker, row Row) error {
	if _, err := readCapture(row); err != nil {
		c.wrong(row.Key, "can't be read")
		return nil
	}
	if there, err := c.has(row.Key, bucketCaptures); err != nil || there {
		c.wrong(row.Key, "is to be erased, and a capture too")
		return err
	}
	return nil
}
