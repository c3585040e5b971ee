package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// Snapshotter is a driver that can copy its database while it is written to.
type Snapshotter interface {
	// Snapshot writes the database as it is at one moment, in the form that the driver opens. It may take long.
	Snapshot(ctx context.Context, w io.Writer) error
}

// ErrNoSnapshot is a driver that can't copy its database.
var ErrNoSnapshot = errors.New("this store can't be copied")

// Snapshot writes a copy of the database as it is at one moment, while others go on reading and writing.
func (s *Store) Snapshot(ctx context.Context, w io.Writer) error {
	d, ok := s.driver.(Snapshotter)
	if !ok {
		return ErrNoSnapshot
	}
	return d.Snapshot(ctx, w)
}

// BucketSize is how much a bucket holds.
type BucketSize struct {
	Bucket string `json:"bucket"`
	Rows   int    `json:"rows"`
	Bytes  int64  `json:"bytes"` // of keys and values, without the driver's own
}

// Sizes measures all buckets by reading them, in slices. While others write, the numbers are of no one moment.
func (s *Store) Sizes(ctx context.Context) ([]BucketSize, error) {
	var sizes []BucketSize
	for _, b := range bucketChecks {
		size := BucketSize{Bucket: b.bucket}
		for row, err := range s.rows(ctx, b.bucket, nil, nil) {
			if err != nil {
				return nil, err
			}
			size.Rows++
			size.Bytes += int64(len(row.Key) + len(row.Value))
		}
		sizes = append(sizes, size)
	}
	return sizes, nil
}

// Ledger adds up what became of all entries of all feeds, and gives the first day on which one was listed; zero if none was.
func (s *Store) Ledger(ctx context.Context) (n Tally, since time.Time, err error) {
	n = Tally{}
	for row, err := range s.rows(ctx, bucketTallies, nil, nil) {
		if err != nil {
			return nil, since, err
		}
		tally, err := decode[Tally](fmt.Sprintf("tally %q", row.Key), row.Value)
		if err != nil {
			return nil, since, err
		}
		n.Add(tally)
	}
	for row, err := range s.rows(ctx, bucketDays, nil, nil) {
		if err != nil {
			return nil, since, err
		}
		if day := keyDay(row.Key[16:]); since.IsZero() || day.Before(since) {
			since = day
		}
	}
	return n, since, nil
}
