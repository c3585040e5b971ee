package storage

import (
	"bytes"
	"context"
	"hash/maphash"
	"iter"
)

// rehearsal is a transaction that was run on what was stored at some moment, in the goroutine of whoever wants it. Its turn to
// write may come much later; but if all that it read is still as it was, then it would write the same again, and its writes
// are taken as they are. Transactions run one after the other: what is done in a rehearsal, nobody waits for.
type rehearsal struct {
	running bool
	whole   bool // it ended well, and nothing but rows by their keys went into it
	seed    maphash.Seed
	reads   []readRow
	writes  []stagedRow
	checks  []func(tx) (bool, error) // of what it looked at beside rows
	late    []func(tx) error         // what is left to the transaction, such as totals that many share
}

// readRow is a row that was read, or that there was none.
type readRow struct {
	bucket, key string
	sum         uint64
	ok          bool
}

type stagedRow struct {
	bucket, key string
	value       []byte // nil: deleted
}

// rehearse runs a transaction's function and notes what it read and wrote. What fails fails in the transaction too, or has been
// put right by then.
func (s *Store) rehearse(ctx context.Context, p *prepared, fn func(tx) error) {
	p.rehearsal = rehearsal{running: true, whole: true, seed: maphash.MakeSeed()}
	err := s.view(ctx, func(t tx) error {
		stage := newStage(witness{t.Tx, &p.rehearsal})
		if err := fn(tx{Tx: stage, ready: p, near: t.near}); err != nil {
			return err
		}
		p.rehearsal.writes = stage.rows()
		return nil
	})
	p.running = false
	if err != nil {
		p.whole = false
	}
}

// rehearsed is a transaction's function that takes over what the rehearsal wrote, if it may.
func (p *prepared) rehearsed(fn func(tx) error) func(tx) error {
	return func(t tx) error {
		same, err := p.unchanged(t)
		if err != nil {
			return err
		}
		if !same {
			p.whole = false // what fn has found since is what counts, however often it runs
			return fn(t)
		}
		for _, w := range p.writes {
			if w.value == nil {
				err = t.Tx.Delete(w.bucket, []byte(w.key))
			} else {
				err = t.Tx.Put(w.bucket, []byte(w.key), w.value)
			}
			if err != nil {
				return err
			}
		}
		for _, do := range p.late {
			if err := do(t); err != nil {
				return err
			}
		}
		return nil
	}
}

// unchanged says whether everything that the rehearsal read is as it was.
func (p *prepared) unchanged(t tx) (bool, error) {
	if !p.whole {
		return false, nil
	}
	for _, r := range p.reads {
		value, err := t.Tx.Get(r.bucket, []byte(r.key)) // as it lies on the disk
		if err != nil || (value != nil) != r.ok || maphash.Bytes(p.seed, value) != r.sum {
			return false, err
		}
	}
	for _, holds := range p.checks {
		if ok, err := holds(t); err != nil || !ok {
			return false, err
		}
	}
	return true, nil
}

// while has a rehearsal taken over only while something holds that is not told by the rows that it read.
func (t tx) while(holds func(tx) (bool, error)) {
	if t.rehearsed() {
		t.ready.checks = append(t.ready.checks, holds)
	}
}

// once does in the transaction what must not be done in its rehearsal, or would make that stale at once.
func (t tx) once(do func(tx) error) error {
	if !t.rehearsed() {
		return do(t)
	}
	t.ready.late = append(t.ready.late, do)
	return nil
}

// witness notes what is read.
type witness struct {
	Tx
	r *rehearsal
}

func (w witness) Get(bucket string, key []byte) ([]byte, error) {
	value, err := w.Tx.Get(bucket, key)
	w.r.reads = append(w.r.reads, readRow{bucket, string(key), maphash.Bytes(w.r.seed, value), value != nil})
	return value, err
}

// Scan makes the rehearsal one that is not taken over: a row may come into the range.
func (w witness) Scan(bucket string, from, to []byte) iter.Seq2[Row, error] {
	w.r.whole = false
	return w.Tx.Scan(bucket, from, to)
}

// rows are the writes that are staged, in their order, for use after the transaction below has ended.
func (s *stage) rows() (rows []stagedRow) {
	for bucket, keys := range s.sorted() {
		for _, key := range keys {
			rows = append(rows, stagedRow{bucket, key, bytes.Clone(s.buckets[bucket][key].value)})
		}
	}
	return rows
}
