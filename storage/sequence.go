package storage

import (
	"context"
	"errors"
	"iter"
	"math"
	"time"
)

// Sequence is the number of the last change of a record; 0 if there was none. It only grows.
func (s *Store) Sequence(ctx context.Context) (uint64, error) {
	// A driver tells what came after a number. Ever longer steps find one after which there is nothing, and halving what is
	// between finds the first such: some dozens of questions, whatever the number of records.
	changed := func(after uint64) (bool, error) {
		changes, err := s.driver.Changes(ctx, bucketRecords, after, 1)
		return len(changes) > 0, err
	}
	var low, high uint64 = 0, 1 // after low there may be some
	for {
		some, err := changed(high)
		if err != nil {
			return 0, err
		}
		if !some {
			break
		}
		if high > math.MaxUint64/2 {
			return high, nil
		}
		low, high = high, 2*high
	}
	for low < high {
		middle := low + (high-low)/2
		some, err := changed(middle)
		if err != nil {
			return 0, err
		}
		if some {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low, nil
}

// ChangedSince yields the chosen records that were put after a number of [Store.Sequence], as they are now: what a reader of
// [Store.Records] may have missed, or seen before it changed. It ends where the store stood when the last slice was read.
func (s *Store) ChangedSince(ctx context.Context, after uint64, f Filter) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		for {
			changes, err := s.driver.Changes(ctx, bucketRecords, after, slice)
			if err != nil {
				yield(Record{}, err)
				return
			}
			for _, c := range changes {
				after = c.Seq
				r, err := s.Record(ctx, string(c.Key))
				if errors.Is(err, ErrNotFound) || err == nil && !(f.match(&r) && f.spans(r.Published)) {
					continue // deleted, or not asked for
				}
				if err == nil {
					err = s.Seen(ctx, &r)
				}
				if !yield(r, err) || err != nil {
					return
				}
			}
			if len(changes) < slice {
				return
			}
		}
	}
}

// spans says whether a date of publication is within what was asked for.
func (f *Filter) spans(at time.Time) bool {
	if at.IsZero() {
		return f.Since.IsZero() && f.Until.IsZero()
	}
	return !at.Before(f.Since) && (f.Until.IsZero() || at.Before(f.Until))
}
