package storage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"
)

// feedCount is what the listings of one feed add up to.
type feedCount struct {
	feed  string
	total Tally
	days  map[string]Tally // by key
}

func (n *feedCount) add(l Listing) {
	if n.total == nil {
		n.feed, n.total, n.days = l.Feed, Tally{}, map[string]Tally{}
	}
	n.total[l.State]++
	key := string(dayTallyKey(l.Feed, l.First))
	if n.days[key] == nil {
		n.days[key] = Tally{}
	}
	n.days[key][l.State]++
}

// checkTotals counts the listings, feed by feed, and holds the sums against the totals that were kept. One that differs is
// counted again in a single snapshot, because entries may have come meanwhile.
func (s *Store) checkTotals(ctx context.Context, days bool, found func(Problem)) error {
	var n feedCount
	var feed []byte
	finish := func() error {
		if n.total == nil {
			return nil
		}
		defer func() { n = feedCount{} }()
		return s.checkFeed(ctx, feed, n, days, found)
	}
	for row, err := range s.rows(ctx, bucketListings, nil, nil) {
		if err != nil {
			return err
		}
		if feed == nil || !bytes.HasPrefix(row.Key, feed) {
			if err := finish(); err != nil {
				return err
			}
			feed = row.Key[:min(16, len(row.Key))]
		}
		if l, err := s.counted(ctx, row, n.feed); err == nil {
			n.add(l)
		}
	}
	return finish()
}

// counted is a listing as far as it counts. Of a brief one only the feed's name is missing, which is that of the others.
func (s *Store) counted(ctx context.Context, row Row, feed string) (l Listing, err error) {
	if l, ok := parseBrief(row.Value); ok && feed != "" {
		l.Feed = feed
		return l, nil
	}
	err = s.view(ctx, func(t tx) error {
		l, err = t.readListing(row)
		return err
	})
	return l, err
}

func (s *Store) checkFeed(ctx context.Context, feed []byte, n feedCount, days bool, found func(Problem)) error {
	var problems []Problem
	err := s.view(ctx, func(t tx) (err error) {
		problems, err = t.compare(feed, n, days)
		return err
	})
	if err != nil || len(problems) == 0 {
		return err
	}
	err = s.view(ctx, func(t tx) error {
		n = feedCount{}
		for row, err := range t.Scan(bucketListings, feed, afterPrefix(feed)) {
			if err != nil {
				return err
			}
			if l, err := t.readListing(row); err == nil {
				n.add(l)
			}
		}
		problems, err = t.compare(feed, n, days)
		return err
	})
	for _, p := range problems {
		found(p)
	}
	return err
}

// compare holds the totals of a feed against a count of its listings.
func (t tx) compare(feed []byte, n feedCount, days bool) (problems []Problem, err error) {
	kept, _, err := load[Tally](t, bucketTallies, feedKey(n.feed))
	if errors.Is(err, errDecode) {
		return nil, nil // found wrong in its own bucket
	}
	if err != nil {
		return nil, err
	}
	if !kept.equal(n.total) {
		problems = append(problems, Problem{bucketTallies, n.feed, differ(kept, n.total)})
	}
	if !days {
		return problems, nil
	}
	left := n.days
	for row, err := range t.Scan(bucketDays, feed, afterPrefix(feed)) {
		if err != nil {
			return nil, err
		}
		kept, err := decode[Tally](bucketDays, row.Value)
		if counted := left[string(row.Key)]; err == nil && !kept.equal(counted) {
			problems = append(problems, Problem{bucketDays, shownDay(row.Key, n.feed), differ(kept, counted)})
		}
		delete(left, string(row.Key))
	}
	for key, counted := range left {
		problems = append(problems, Problem{bucketDays, shownDay([]byte(key), n.feed), differ(nil, counted)})
	}
	return problems, nil
}

func shownDay(key []byte, feed string) string {
	return keyDay(key[16:]).Format(time.DateOnly) + " of " + feed
}

// differ says how a total and a count of the listings disagree.
func differ(kept, counted Tally) string {
	for _, state := range States {
		if kept[state] != counted[state] {
			return fmt.Sprintf("counts %d %s, and the ledger has %d", kept[state], state, counted[state])
		}
	}
	return fmt.Sprintf("counts %d entries, and the ledger has %d", kept.Total(), counted.Total())
}
