package storage

import (
	"context"
	"fmt"
	"iter"
	"time"
)

// FeedState is what is known of a feed between two polls.
type FeedState struct {
	URL    string `json:"url"`
	Agency string `json:"agency,omitempty"` // id
	Title  string `json:"title,omitempty"`

	// ETag and LastModified are the validators of the last answer that was parsed, byte for byte, and Issuer the
	// address that gave them, if a redirect led there.
	ETag         string `json:"etag,omitempty"`
	LastModified string `json:"last_modified,omitempty"`
	Issuer       string `json:"issuer,omitempty"`

	LastPoll time.Time `json:"last_poll,omitzero"` // the last attempt
	LastGood time.Time `json:"last_good,omitzero"` // the last 200 or 304
	NextPoll time.Time `json:"next_poll,omitzero"` // not before; zero means now
	Outcome  string    `json:"outcome,omitempty"`  // ok, not-modified, or the reason of the failure
	Error    string    `json:"error,omitempty"`    // the failure in words
	Failures int       `json:"failures,omitempty"` // in a row
	Gone     bool      `json:"gone,omitempty"`     // 410: not asked again

	// Revision is the number of commits of this state. [Store.SavePoll] refuses a state that is not the latest.
	Revision uint64 `json:"revision,omitempty"`
}

// Tally counts a feed's entries by state. Their sum is the number of entries that the feed ever listed.
type Tally map[State]int

// Feed gives the state of a feed; for one never polled, a state with its URL alone.
func (s *Store) Feed(ctx context.Context, url string) (f FeedState, err error) {
	err = s.view(ctx, func(t tx) error {
		f, err = t.feed(url)
		return err
	})
	return f, err
}

func (t tx) feed(url string) (FeedState, error) {
	f, ok, err := load[FeedState](t, bucketFeeds, feedKey(url))
	if !ok {
		f = FeedState{URL: url}
	}
	return f, err
}

// Tally gives the counts of a feed's entries.
func (s *Store) Tally(ctx context.Context, url string) (n Tally, err error) {
	err = s.view(ctx, func(t tx) error {
		n, _, err = load[Tally](t, bucketTallies, feedKey(url))
		return err
	})
	return n, err
}

// Feeds yields the states of all feeds ever polled, by URL.
func (s *Store) Feeds(ctx context.Context) iter.Seq2[FeedState, error] {
	return func(yield func(FeedState, error) bool) {
		for row, err := range s.rows(ctx, bucketFeeds, nil, nil) {
			var f FeedState
			if err == nil {
				f, err = decode[FeedState](fmt.Sprintf("feed %q", row.Key), row.Value)
			}
			if !yield(f, err) || err != nil {
				return
			}
		}
	}
}

// feedKey bounds the key of a feed whose address is longer than a driver takes.
func feedKey(url string) []byte {
	if len(url) > 400 {
		return append([]byte(url[:300]), hash16(url)...)
	}
	return []byte(url)
}

// slice is how many rows one view reads. A view that stays open while its reader writes to a slow pipe would keep the
// driver from reusing pages.
const slice = 256

// rows yields copies of a bucket's rows in slices, each from its own view.
func (s *Store) rows(ctx context.Context, bucket string, from, to []byte) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for {
			batch, err := s.batch(ctx, bucket, from, to)
			if err != nil {
				yield(Row{}, err)
				return
			}
			for _, row := range batch {
				if !yield(row, nil) {
					return
				}
			}
			if len(batch) < slice {
				return
			}
			from = after(batch[len(batch)-1].Key)
		}
	}
}

func (s *Store) batch(ctx context.Context, bucket string, from, to []byte) (batch []Row, err error) {
	err = s.view(ctx, func(t tx) error {
		batch = batch[:0]
		for row, err := range t.Scan(bucket, from, to) {
			if err != nil {
				return err
			}
			batch = append(batch, row.clone())
			if len(batch) == slice {
				break
			}
		}
		return nil
	})
	return batch, err
}

func (r Row) clone() Row {
	return Row{Key: append([]byte{}, r.Key...), Value: append([]byte{}, r.Value...)}
}
