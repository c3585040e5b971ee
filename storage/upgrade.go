package storage

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
)

// step brings a database up, from the schema before its own. It works in transactions of bounded size, so a process may be
// killed in the middle of it; it is begun again then, and finds what is done already.
type step struct {
	schema int    // that it leads to, together with the other steps of that number
	what   string // for the log
	run    func(context.Context) error
}

// steps are those from any earlier schema to this one, in their order. What begins empty needs none.
func (s *Store) steps() []step {
	return []step{
		{4, "the ledger is counted by day", s.settleLedger},
		{4, "records are compressed, each with its story, and sketched", s.packRecords},
		{4, "small rows are packed closer", s.moveRows},
	}
}

// stepsKey counts the steps to the present schema that are done while it is not reached.
var stepsKey = []byte("steps")

// upgrade runs the steps that lead from a schema to the present one.
func (s *Store) upgrade(ctx context.Context, from int) error {
	done, err := s.stepsDone(ctx)
	if err != nil {
		return err
	}
	if err := s.noteSteps(ctx, done); err != nil { // a store that is only read stays as it is, and says nothing
		return err
	}
	for i, m := range s.steps() {
		if m.schema <= from || i < done {
			continue
		}
		s.report("schema %d to %d: %s", from, m.schema, m.what)
		if err := m.run(ctx); err != nil {
			return fmt.Errorf("schema %d to %d: %s: %w", from, m.schema, m.what, err)
		}
		if err := s.noteSteps(ctx, i+1); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) noteSteps(ctx context.Context, done int) error {
	return s.update(ctx, func(t tx) error { return t.Put(bucketMeta, stepsKey, strconv.AppendInt(nil, int64(done), 10)) })
}

func (s *Store) stepsDone(ctx context.Context) (n int, err error) {
	err = s.view(ctx, func(t tx) error {
		b, err := t.Get(bucketMeta, stepsKey)
		if err != nil || b == nil {
			return err
		}
		n, err = strconv.Atoi(string(b))
		return err
	})
	return n, err
}

// Bounds of one transaction of a step, and how often the log hears of it.
const (
	stepBatch  = 200
	stepReport = 20_000 // records
)

// packRecords gives the records of schema 3 and before their rows of today, in the order of their last changes. Each moves to the
// end of that order, so those that are left to do are always the first.
func (s *Store) packRecords(ctx context.Context) error {
	after, done := uint64(0), 0
	for {
		changes, err := s.driver.Changes(ctx, bucketRecords, after, stepBatch)
		if err != nil || len(changes) == 0 {
			return err
		}
		ids, more, err := s.plainRecords(ctx, changes)
		if err != nil {
			return err
		}
		if err := s.packBatch(ctx, ids); err != nil || !more {
			return err
		}
		if done += len(ids); done/stepReport > (done-len(ids))/stepReport {
			s.report("%d records are compressed", done)
		}
		after = changes[len(changes)-1].Seq
	}
}

// plainRecords are those of the changes that are records and not packed; more is false once one is packed.
func (s *Store) plainRecords(ctx context.Context, changes []Change) (ids []string, more bool, err error) {
	err = s.view(ctx, func(t tx) error {
		ids, more = nil, true
		for _, c := range changes {
			row, err := t.Get(bucketRecords, c.Key)
			if err != nil {
				return err
			}
			if row != nil && packed(row) {
				more = false
				return nil
			}
			if row != nil { // else it was deleted
				ids = append(ids, string(c.Key))
			}
		}
		return nil
	})
	return ids, more, err
}

func (s *Store) packBatch(ctx context.Context, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	return s.update(ctx, func(t tx) error {
		for _, id := range ids {
			r, _, err := t.record(id)
			if err != nil {
				return err
			}
			if err := t.saveRecord(&r); err != nil {
				return err
			}
			if s := t.sketch(&r); s != nil { // what comes soon may repeat it
				if err := t.Put(bucketSketches, sketchKey(&r), s[:]); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// moveRows writes the rows of the buckets of small rows again. A driver that keeps such rows in another way now moves each row when it
// is written, and those of urls and texts become short.
func (s *Store) moveRows(ctx context.Context) error {
	for _, bucket := range smallBuckets {
		var batch [][]byte
		for row, err := range s.rows(ctx, bucket, nil, nil) {
			if err != nil {
				return err
			}
			if batch = append(batch, row.Key); len(batch) == rowBatch {
				if err := s.moveBatch(ctx, bucket, batch); err != nil {
					return err
				}
				batch = nil
			}
		}
		if err := s.moveBatch(ctx, bucket, batch); err != nil {
			return err
		}
	}
	return nil
}

// rowBatch is how many small rows one transaction of a step writes.
const rowBatch = 2000

func (s *Store) moveBatch(ctx context.Context, bucket string, keys [][]byte) error {
	if len(keys) == 0 {
		return nil
	}
	return s.update(ctx, func(t tx) error {
		for _, key := range keys {
			value, err := t.Get(bucket, key)
			if err == nil && value != nil {
				err = t.Put(bucket, key, bytes.Clone(value))
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}
