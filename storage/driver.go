package storage

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
)

// Driver moves bytes; every rule about them is in [Store]. A driver passes the suite of storagetest.
//
// Buckets are named lists of keys in byte order. A bucket that was never written to is empty, not an error. Keys are 1
// to 512 bytes, values up to 32 MiB.
type Driver interface {
	// View calls fn with a snapshot: what commits meanwhile is not seen. Many views run at once, beside an
	// update. fn returns soon; a long view makes some drivers grow. Never call Update inside.
	View(ctx context.Context, fn func(Tx) error) error

	// Update calls fn, then commits all that it wrote, or nothing. When it returns nil, the writes are on
	// the disk. When it returns fn's own error nothing was written; after any other error the writes may have
	// persisted all the same, so a caller's update must be safe to repeat. fn may run more than once, and sees its
	// own writes. Updates are serialised. A context that is cancelled before the commit leaves nothing behind.
	Update(ctx context.Context, fn func(Tx) error) error

	// Changes lists the keys of a tracked bucket (see [Tracked]) that were put or deleted after the sequence
	// number, in commit order, each key once, under its last change. At most limit; an empty answer is the end.
	Changes(ctx context.Context, bucket string, after uint64, limit int) ([]Change, error)

	// Close waits for what is under way and releases the store. Calls after it fail.
	Close() error
}

// Tx reads and writes within one transaction. It is used by one goroutine, and slices that it hands out are neither
// changed nor kept after the transaction.
type Tx interface {
	// Get returns the value of a key, nil if there is none. An empty value is not nil.
	Get(bucket string, key []byte) ([]byte, error)

	// Put and Delete fail with [ErrReadOnly] in a view. Deleting what is not there is no error.
	Put(bucket string, key, value []byte) error
	Delete(bucket string, key []byte) error

	// Scan yields the rows with from <= key < to in byte order; a nil from is the start, a nil to the end.
	// The bucket is not written to while it is scanned.
	Scan(bucket string, from, to []byte) iter.Seq2[Row, error]
}

// Row is a key with its value.
type Row struct{ Key, Value []byte }

// Change is the last change of a key in a tracked bucket.
type Change struct {
	Seq uint64 // grows with each commit, never reused
	Key []byte
}

// Tracked says of which buckets a driver keeps the order of changes.
func Tracked(bucket string) bool { return bucket == bucketRecords }

// Small says which buckets have a row for each record, and each of some dozens of bytes. A driver may pack them closer than others.
func Small(bucket string) bool { return slices.Contains(smallBuckets, bucket) }

var smallBuckets = []string{bucketListings, bucketGUIDs, bucketURLs, bucketTexts, bucketOrder, bucketSketches}

// Errors that a caller can tell apart.
var (
	// ErrReadOnly is a write through a view, or through a driver that only reads.
	ErrReadOnly = errors.New("read-only")
	// ErrNotFound is a record, feed or entry that the store does not know.
	ErrNotFound = errors.New("not found")
	// ErrConflict is a state that somebody else changed since it was read.
	ErrConflict = errors.New("changed meanwhile")
	// ErrNewer is a database that a newer version of dateline wrote.
	ErrNewer = errors.New("written by a newer version of dateline")
	// ErrForeign is a database that dateline did not write.
	ErrForeign = errors.New("not a dateline database")
	// ErrDamaged is a database that can't be read as it was written: a page of it was changed, or is missing.
	ErrDamaged = errors.New("damaged")
	// ErrLocked is a database that another process holds.
	ErrLocked = errors.New("in use by another process")

	// errDecode is a row whose value is not what its bucket holds: it is damaged, as ErrDamaged says, but its page can be read.
	errDecode = fmt.Errorf("%w", ErrDamaged)
)
