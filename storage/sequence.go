package storage

import (
	"context"
	"math"
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
