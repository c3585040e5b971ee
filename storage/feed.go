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

	// ETag and LastModified are the validators of the last answer that was parsed, byte for byte, Issuer the address that
	// gave them, if a redirect led there, and Digest that of the body that they came with.
	ETag         string `json:"etag,omitempty"`
	LastModified string `json:"last_modified,omitempty"`
	Issuer       string `json:"issuer,omitempty"`
	Digest       string `json:"digest,omitempty"`

	LastPoll time.Time `json:"last_poll,omitzero"` // the last attempt
	LastGood time.Time `json:"last_good,omitzero"` // the last 200 or 304
	LastFull time.Time `json:"last_full,omitzero"` // the last answer with a new body
	LastBare time.Time `json:"last_bare,omitzero"` // the last attempt without validators
	NextPoll time.Time `json:"next_poll,omitzero"` // not before; zero means now

	Outcome  string    `json:"outcome,omitempty"`  // ok, not-modified, or the reason of the failure
	Error    string    `json:"error,omitempty"`    // the failure in words
	Failures int       `json:"failures,omitempty"` // in a row
	Failing  time.Time `json:"failing,omitzero"`   // since when; zero while it answers
	Gone     bool      `json:"gone,omitempty"`     // 410: not asked again

	// Address is where the feed is asked for since it has moved for good; empty while that is URL. Move is a move that is
	// not believed yet.
	Address string `json:"address,omitempty"`
	Move    Move   `json:"move,omitzero"`

	Wishes  Wishes   `json:"wishes,omitzero"`
	Mended  []string `json:"mended,omitempty"`  // what was wrong with the last document and was mended
	Dropped int      `json:"dropped,omitempty"` // entries of it that were too many

	Listed []byte `json:"listed,omitempty"` // the entries of the last document, four bytes of a hash each
	Pushed []byte `json:"pushed,omitempty"` // those that a hub has delivered since, in the same form
	Rhythm Rhythm `json:"rhythm,omitzero"`
	Lost   Loss   `json:"lost,omitzero"` // the last time that entries may have been lost
	Influx Influx `json:"influx,omitzero"`

	// Quiet is when the feed was found to be quiet for longer than its rhythm allows; zero while it isn't.
	Quiet time.Time `json:"quiet,omitzero"`

	// Revision is the number of commits of this state. [Store.SavePoll] refuses a state that is not the latest.
	Revision uint64 `json:"revision,omitempty"`
}

// Wishes are what the last answers asked of their next visitor. A 304 does not repeat what the document said.
type Wishes struct {
	MaxAge    time.Duration `json:"max_age,omitempty"`
	TTL       time.Duration `json:"ttl,omitempty"`
	Update    time.Duration `json:"update,omitempty"`
	SkipHours uint32        `json:"skip_hours,omitempty"` // a bit per hour, UTC
	SkipDays  uint8         `json:"skip_days,omitempty"`  // a bit per weekday, Sunday first
}

// Move is the target of a permanent redirect, which is believed when it has stood for a while: publishers redirect whole
// sites to a page about maintenance.
type Move struct {
	To     string    `json:"to"`
	Since  time.Time `json:"since"`
	Polls  int       `json:"polls"`            // that led there, all in a row
	Shared bool      `json:"shared,omitempty"` // it listed entries that the old address had listed
}

// Loss is what a poll may have come too late for: it shared no entry with the one before.
type Loss struct {
	At       time.Time `json:"at"`
	Entries  int       `json:"entries"`           // about how many, at the pace of those listed
	Found    int       `json:"found,omitempty"`   // that archives or sitemaps still listed
	Searched time.Time `json:"searched,omitzero"` // when those were last asked
}

// Influx is how many new entries a feed has brought within an hour.
type Influx struct {
	Since   time.Time `json:"since"` // when the hour began
	Entries int       `json:"entries"`
}

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
