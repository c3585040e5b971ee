package storage

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"math/bits"

	"github.com/klauspost/compress/zstd"
)

// An earlier revision is stored as the way back to it: zstd (RFC 8878) with the line of the next revision as its dictionary.
// That line is the record's row for the last of them, and the row of the next revision for all others. Since a row of the
// bucket records may change without a new revision (a carrier joins, a licence changes), saveRecord turns the last one's way
// back each time, and it alone writes such rows. The others' bases never change.
//
// The first byte of a value is its form.
const (
	formJSON  = '{' // the line itself, as databases before schema 4 have it
	formWhole = 1   // then the line, packed as a record's row is: see codec.go
	formDelta = 2   // then baseSum bytes of the next line's SHA-256, then a zstd frame with that line as its dictionary
)

const (
	baseSum = 8
	// keyframe bounds the way back: each revision whose number it divides is stored whole.
	keyframe = 64
	// baseID is the dictionary's number in the frame. Only what is in a frame of our own has it.
	baseID = 1
)

// errBase is a way back that starts somewhere else.
var errBase = errors.New("damaged: it does not belong to the revision after it")

func revisionKey(id string, n int) []byte {
	return binary.BigEndian.AppendUint32([]byte(id), uint32(n))
}

// saveRevision keeps a record as it was before the publisher changed it, whole. saveRecord, which must follow, makes it a way
// back from what comes after.
func (t tx) saveRevision(old *Record) error {
	line, err := t.recordLine(old.ID)
	if err != nil {
		return err
	}
	if line == nil {
		return fmt.Errorf("record %q: missing", old.ID)
	}
	row, err := t.pack(dictRecord, line)
	if err != nil {
		return err
	}
	return t.Put(bucketRevisions, revisionKey(old.ID, old.Revision), append([]byte{formWhole}, row...))
}

// rebase makes the revision before the n-th a way back from the line that is about to be stored.
func (t tx) rebase(id string, n int, line []byte) error {
	if n <= 1 || (n-1)%keyframe == 0 {
		return nil
	}
	earlier, err := t.revisionLine(id, n-1)
	if err != nil || earlier == nil {
		return err
	}
	sum := sha256.Sum256(line)
	row, err := packDelta(append([]byte{formDelta}, sum[:baseSum]...), earlier, line)
	if err != nil {
		return err
	}
	return t.Put(bucketRevisions, revisionKey(id, n-1), row)
}

// dropRevisions removes all that is known of how a record was.
func (t tx) dropRevisions(id string) error {
	var keys [][]byte
	for row, err := range t.Scan(bucketRevisions, revisionKey(id, 0), []byte(id+"\xff\xff\xff\xff\xff")) {
		if err != nil {
			return err
		}
		if len(row.Key) == len(id)+4 {
			keys = append(keys, bytes.Clone(row.Key))
		}
	}
	for _, key := range keys {
		if err := t.Delete(bucketRevisions, key); err != nil {
			return err
		}
	}
	return nil
}

// revisionLine is an earlier revision's line, byte for byte as it was stored; nil if there is none.
func (t tx) revisionLine(id string, n int) ([]byte, error) {
	var way [][]byte // from the revision up to one that is whole
	for at := n; ; at++ {
		row, err := t.Get(bucketRevisions, revisionKey(id, at))
		if err != nil || row == nil && at == n {
			return nil, err
		}
		if row == nil || form(row) != formDelta {
			line, err := t.wholeLine(id, row)
			for i := len(way) - 1; i >= 0 && err == nil; i-- {
				line, err = goBack(way[i], line)
			}
			return line, inRevision(id, n, err)
		}
		if way = append(way, row); len(way) > keyframe {
			return nil, inRevision(id, n, errors.New("damaged: no later one is whole"))
		}
	}
}

func inRevision(id string, n int, err error) error {
	if err != nil {
		err = fmt.Errorf("revision %d of record %q: %w", n, id, err)
	}
	return err
}

// form is a row's first byte; 0, which no form is, if it has none.
func form(row []byte) byte {
	if len(row) == 0 {
		return 0
	}
	return row[0]
}

// wholeLine is the line that a row holds by itself; without a row, the record's own.
func (t tx) wholeLine(id string, row []byte) ([]byte, error) {
	if row == nil {
		return t.recordLine(id)
	}
	switch form(row) {
	case formJSON:
		return row, nil
	case formWhole:
		return unpack(row[1:])
	}
	return nil, fmt.Errorf("damaged: its form %d is unknown", form(row))
}

// goBack rebuilds a line from the one after it.
func goBack(row, next []byte) ([]byte, error) {
	sum := sha256.Sum256(next)
	if len(row) < 1+baseSum || !bytes.Equal(row[1:1+baseSum], sum[:baseSum]) {
		return nil, errBase
	}
	return unpackDelta(row[1+baseSum:], next)
}

// packDelta appends the way back from a base to a line. Nearly all of it is a few long matches, which the fastest search finds unless the
// base has more places than its table; the window holds both, or matches in a long base would be out of reach.
func packDelta(row, line, base []byte) ([]byte, error) {
	level := zstd.SpeedFastest
	if len(base) > 32<<10 {
		level = zstd.SpeedBetterCompression
	}
	window := min(max(zstd.MinWindowSize, 1<<bits.Len(uint(len(base)+len(line)))), zstd.MaxWindowSize)
	e, err := zstd.NewWriter(nil, zstd.WithEncoderDictRaw(baseID, base), zstd.WithWindowSize(window), zstd.WithEncoderLevel(level),
		zstd.WithLowerEncoderMem(true), zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(true))
	if err != nil {
		return nil, err
	}
	return e.EncodeAll(line, row), nil
}

func unpackDelta(frame, base []byte) ([]byte, error) {
	d, err := zstd.NewReader(nil, zstd.WithDecoderDictRaw(baseID, base), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxUnpacked))
	if err != nil {
		return nil, err
	}
	defer d.Close()
	line, err := d.DecodeAll(frame, nil)
	if err != nil {
		err = fmt.Errorf("%w: %w", errUnpack, err)
	}
	return line, err
}

// Revision gives a record as it was at one of its revisions, by its id or address; [ErrNotFound] if there is none.
func (s *Store) Revision(ctx context.Context, idOrURL string, n int) (r Record, err error) {
	err = s.view(ctx, func(t tx) error {
		id, err := t.find(idOrURL)
		if err != nil {
			return err
		}
		r, err = t.revision(id, n)
		return err
	})
	return r, err
}

func (t tx) revision(id string, n int) (Record, error) {
	r, ok, err := t.record(id)
	if err != nil || ok && r.Revision == n {
		return r, err
	}
	line, err := t.revisionLine(id, n)
	if err == nil && line == nil {
		err = fmt.Errorf("revision %d of record %q: %w", n, id, ErrNotFound)
	}
	if err != nil {
		return Record{}, err
	}
	return decode[Record](fmt.Sprintf("revision %d of record %q", n, id), line)
}

// Revisions yields a record and how it was before, the newest first. It reads as a stream; a revision that comes meanwhile is not
// seen. [ErrNotFound] if there is no such record.
func (s *Store) Revisions(ctx context.Context, idOrURL string) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		r, err := s.Record(ctx, idOrURL)
		if !yield(r, err) || err != nil {
			return
		}
		for n := r.Revision - 1; n >= 1; {
			batch, err := s.revisionBatch(ctx, r.ID, n)
			for i := range batch {
				if !yield(batch[i], nil) {
					return
				}
			}
			if err != nil {
				yield(Record{}, err)
				return
			}
			n -= len(batch)
		}
	}
}

// revisionBatch reads the revisions from the n-th down to the next one that is whole, each from the one after it.
func (s *Store) revisionBatch(ctx context.Context, id string, n int) (batch []Record, err error) {
	err = s.view(ctx, func(t tx) error {
		batch = nil
		line, err := t.revisionLine(id, n)
		for err == nil {
			if line == nil {
				return fmt.Errorf("revision %d of record %q: missing", n-len(batch), id)
			}
			r, err := decode[Record](fmt.Sprintf("revision %d of record %q", n-len(batch), id), line)
			if err != nil {
				return err
			}
			batch = append(batch, r)
			if at := n - len(batch); at < 1 || at%keyframe == 0 {
				return nil
			}
			if line, err = t.preceding(id, n-len(batch), line); err != nil {
				return err
			}
		}
		return err
	})
	return batch, err
}

// preceding is the n-th revision's line, given the next one's.
func (t tx) preceding(id string, n int, next []byte) ([]byte, error) {
	row, err := t.Get(bucketRevisions, revisionKey(id, n))
	if err != nil || row == nil {
		return nil, err
	}
	if form(row) != formDelta {
		line, err := t.wholeLine(id, row)
		return line, inRevision(id, n, err)
	}
	line, err := goBack(row, next)
	return line, inRevision(id, n, err)
}

// checkRevision rebuilds a revision, and holds it against its key.
func checkRevision(c *checker, row Row) error {
	if len(row.Key) <= 4 {
		c.wrong(row.Key, "is no key of a revision")
		return nil
	}
	id, n := string(row.Key[:len(row.Key)-4]), int(binary.BigEndian.Uint32(row.Key[len(row.Key)-4:]))
	if err := c.needs(row, []byte(id), "is a revision of", bucketRecords); err != nil {
		return err
	}
	line, err := c.revisionLine(id, n)
	if err != nil {
		c.wrong(row.Key, "can't be rebuilt: %v", err)
		return nil
	}
	r, err := decode[Record]("its line", line)
	if err != nil || r.ID != id || r.Revision != n {
		c.wrong(row.Key, "holds revision %d of record %q (%v)", r.Revision, r.ID, err)
	}
	return nil
}
