package storage

import (
	"context"
	"fmt"
	"time"
)

// Tombstone is what is left of an article that was removed. The addresses, the texts' hashes and the rows of the ledger that lead
// to its id stay, so that it does not come back under any of them.
type Tombstone struct {
	ID     string        `json:"id"`
	Kind   TombstoneKind `json:"kind"`
	Reason string        `json:"reason"`
	At     time.Time     `json:"at"`

	// Done is set when all else of the article is erased. What a kill interrupted is gone on with when the store is opened.
	Done bool `json:"done,omitempty"`
}

// TombstoneKind says who removed an article.
type TombstoneKind string

const (
	Forgotten TombstoneKind = "forgotten" // the operator
	Expired   TombstoneKind = "expired"   // its age
)

// Tombstone gives an article's tombstone; ok is false if it has none.
func (s *Store) Tombstone(ctx context.Context, id string) (tomb Tombstone, ok bool, err error) {
	err = s.view(ctx, func(t tx) error {
		tomb, ok, err = t.tombstone(id)
		return err
	})
	return tomb, ok, err
}

func (t tx) tombstone(id string) (Tombstone, bool, error) {
	return load[Tombstone](t, bucketTombstones, []byte(id))
}

func checkTombstone(c *checker, row Row) error {
	tomb, ok := checked[Tombstone](c, row)
	if !ok {
		return nil
	}
	if tomb.ID != string(row.Key) {
		c.wrong(row.Key, "holds the tombstone of %q", tomb.ID)
	}
	if !tomb.Done {
		c.wrong(row.Key, "its article is not erased yet: dateline forget %s goes on with it", tomb.ID)
		return nil
	}
	for _, bucket := range []string{bucketRecords, bucketPending, bucketStories} {
		left, err := c.has(row.Key, bucket)
		if err != nil {
			return err
		}
		if left {
			c.wrong(row.Key, "%s still has the article", bucket)
		}
	}
	return nil
}

func (t Tombstone) String() string {
	return fmt.Sprintf("%s on %s: %s", t.Kind, t.At.UTC().Format(time.DateOnly), t.Reason)
}
