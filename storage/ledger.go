package storage

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"iter"
	"time"
)

// State is what became of an entry. Every entry that a feed ever listed is in exactly one.
type State string

const (
	Waiting       State = "pending"        // its page is still to be fetched
	Stored        State = "stored"         // it is a record of its own
	Duplicate     State = "duplicate"      // another record carries it, see also_in
	NearDuplicate State = "near-duplicate" // a record of its own that nearly repeats another, see duplicate_of
	Partial       State = "partial"        // a record from the feed alone: the page never came
	NotArticle    State = "not-an-article" // as partial, because the page came and is none
	Forbidden     State = "forbidden"      // as partial, because robots.txt or the publisher's rights forbid it
	Failed        State = "failed"         // nothing could be stored: neither page nor text
	Removed       State = "removed"        // it was stored and is a tombstone now: forgotten, or aged out
)

// States are all of them, in the order of a table.
var States = []State{Stored, Duplicate, NearDuplicate, Partial, NotArticle, Forbidden, Failed, Waiting, Removed}

// HasRecord says whether an entry in this state leads a record of its own.
func (s State) HasRecord() bool {
	switch s {
	case Stored, NearDuplicate, Partial, NotArticle, Forbidden:
		return true
	default:
		return false
	}
}

// Reasons for which a record has only what the feed told, as in [Record.Partial], that say more of the entry than that its page
// did not come.
const (
	PartialRobots  = "robots"   // robots.txt forbids the page
	PartialRights  = "rights"   // the publisher reserves what the configuration honours
	PartialNoText  = "no-text"  // the page came and holds no article
	PartialNotHTML = "not-html" // the page is a PDF, an image, …
)

// state is the one that a record's own listing settles in.
func (r *Record) state() State {
	switch {
	case r.Partial != "":
		return partialState(r.Partial)
	case r.DuplicateOf != "":
		return NearDuplicate
	}
	return Stored
}

func partialState(why string) State {
	switch why {
	case PartialRobots, PartialRights:
		return Forbidden
	case PartialNoText, PartialNotHTML:
		return NotArticle
	default:
		return Partial
	}
}

// Tally counts entries by state. Their sum is the number of entries that were ever listed.
type Tally map[State]int

// Total is the number of entries.
func (n Tally) Total() (sum int) {
	for _, k := range n {
		sum += k
	}
	return sum
}

// Records is the number of entries that lead a record of their own.
func (n Tally) Records() (sum int) {
	for state, k := range n {
		if state.HasRecord() {
			sum += k
		}
	}
	return sum
}

// Add counts another tally in.
func (n Tally) Add(other Tally) {
	for state, k := range other {
		n[state] += k
	}
}

func (n Tally) equal(other Tally) bool {
	for _, state := range States {
		if n[state] != other[state] {
			return false
		}
	}
	return n.Total() == other.Total()
}

// Tally gives the counts of a feed's entries.
func (s *Store) Tally(ctx context.Context, url string) (n Tally, err error) {
	err = s.view(ctx, func(t tx) error {
		n, _, err = load[Tally](t, bucketTallies, feedKey(url))
		return err
	})
	return n, err
}

// DayTally counts the entries that a feed listed first on one day.
type DayTally struct {
	Day     time.Time `json:"day"` // its first second, UTC
	Entries Tally     `json:"entries"`
}

// Days yields a feed's counts by the day on which it listed the entries first, from a day on, the oldest first. A day without new
// entries is left out.
func (s *Store) Days(ctx context.Context, feed string, since time.Time) iter.Seq2[DayTally, error] {
	return func(yield func(DayTally, error) bool) {
		for row, err := range s.rows(ctx, bucketDays, dayTallyKey(feed, since), afterPrefix(hash16(feed))) {
			var d DayTally
			if err == nil {
				d.Day = keyDay(row.Key[16:])
				d.Entries, err = decode[Tally](fmt.Sprintf("day %x", row.Key), row.Value)
			}
			if !yield(d, err) || err != nil {
				return
			}
		}
	}
}

// saveListing writes a row of the ledger and keeps the totals of its feed and day true. It is the only place that does.
func (t tx) saveListing(l Listing) error { return t.saveListingAt(l.key(), l) }

// saveListingAt is saveListing for an entry whose key can't be made again, because its title was all that it was known by and
// is gone.
func (t tx) saveListingAt(key []byte, l Listing) error {
	old, existed, err := t.listed(key)
	if err != nil {
		return err
	}
	if !existed || old.State != l.State {
		for bucket, total := range map[string][]byte{bucketTallies: feedKey(l.Feed), bucketDays: dayTallyKey(l.Feed, l.First)} {
			if err := t.count(bucket, total, old.State, l.State); err != nil {
				return err
			}
		}
	}
	if !existed && l.GUID != "" && !l.permalink() {
		if err := t.Put(bucketGUIDs, guidKey(l.Feed, l.GUID), key); err != nil {
			return err
		}
	}
	return t.putListing(key, l)
}

// count moves one entry of a total from one state to another.
func (t tx) count(bucket string, key []byte, from, to State) error {
	return t.once(func(t tx) error { return t.countNow(bucket, key, from, to) })
}

func (t tx) countNow(bucket string, key []byte, from, to State) error {
	n, _, err := load[Tally](t, bucket, key)
	if err != nil {
		return err
	}
	if n == nil {
		n = Tally{}
	}
	if from != "" {
		if n[from]--; n[from] == 0 {
			delete(n, from)
		}
	}
	n[to]++
	return t.put(bucket, key, n)
}

// settleLedger brings the ledger of an older database up: states that were told apart later, and the totals by day. It walks the
// listings in slices, a feed after the other, and writes whole rows, so it may be stopped anywhere and begun again.
func (s *Store) settleLedger(ctx context.Context) error {
	days := map[string]Tally{} // of one feed at a time, by key
	var feed []byte
	flush := func() error {
		if len(days) == 0 {
			return nil
		}
		defer clear(days)
		return s.update(ctx, func(t tx) error {
			for key, n := range days {
				if err := t.put(bucketDays, []byte(key), n); err != nil {
					return err
				}
			}
			return nil
		})
	}
	for row, err := range s.rows(ctx, bucketListings, nil, nil) {
		if err != nil {
			return err
		}
		l, err := decode[Listing](fmt.Sprintf("listing %x", row.Key), row.Value)
		if err != nil {
			return err
		}
		if !bytes.HasPrefix(row.Key, feed) || feed == nil {
			if err := flush(); err != nil {
				return err
			}
			feed = row.Key[:16]
		}
		if state := partialState(l.Why); l.State == Partial && state != Partial {
			l.State = state
			if err := s.resettle(ctx, row.Key, state); err != nil {
				return err
			}
		}
		key := string(dayTallyKey(l.Feed, l.First))
		if days[key] == nil {
			days[key] = Tally{}
		}
		days[key][l.State]++
	}
	return flush()
}

// resettle gives a listing another state in a ledger that has no days yet.
func (s *Store) resettle(ctx context.Context, key []byte, state State) error {
	return s.update(ctx, func(t tx) error {
		l, ok, err := t.listing(key)
		if err != nil || !ok || l.State == state {
			return err
		}
		if err := t.count(bucketTallies, feedKey(l.Feed), l.State, state); err != nil {
			return err
		}
		l.State = state
		return t.put(bucketListings, key, l)
	})
}

func dayTallyKey(feed string, day time.Time) []byte { return append(hash16(feed), dayKey(day)...) }

// keyDay is the day of four bytes that dayKey made.
func keyDay(key []byte) time.Time {
	return time.Unix(int64(binary.BigEndian.Uint32(key))*24*60*60, 0).UTC()
}

// afterPrefix is the least key that is greater than all that begin with a prefix; nil if there is none.
func afterPrefix(prefix []byte) []byte {
	for i := len(prefix) - 1; i >= 0; i-- {
		if prefix[i] < 0xff {
			end := bytes.Clone(prefix[:i+1])
			end[i]++
			return end
		}
	}
	return nil
}
