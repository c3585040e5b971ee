package storagetest

import (
	"encoding/json"
	"fmt"
	"testing"

	"dateline/storage"
)

// Check fails a test whose store contradicts itself. It reads the buckets as the comment of package storage draws
// them and holds them against each other.
func Check(t testing.TB, s *storage.Store) {
	t.Helper()
	err := s.Driver().View(t.Context(), func(tx storage.Tx) error {
		c := &checker{t: t, tx: tx, tallies: map[string]storage.Tally{}}
		each(c, "pending", c.pending)
		each(c, "records", c.record)
		each(c, "listings", c.listing)
		each(c, "tallies", c.tally)
		each(c, "lessons", func(key string, value []byte) { c.decode("lessons", key[8:], value, &storage.Lesson{}) })
		each(c, "health", func(key string, value []byte) { c.decode("health", key, value, &storage.Health{}) })
		for _, bucket := range []string{"due", "order"} {
			each(c, bucket, func(key string, _ []byte) { c.pointsAt(bucket, key[8:]) })
		}
		for _, bucket := range []string{"urls", "texts", "aliases"} {
			each(c, bucket, func(_ string, id []byte) { c.resolves(bucket, string(id)) })
		}
		for feed := range c.tallies {
			t.Errorf("feed %q: listings and no tally", feed)
		}
		return nil
	})
	if err != nil {
		t.Errorf("check: %v", err)
	}
}

type checker struct {
	t       testing.TB
	tx      storage.Tx
	tallies map[string]storage.Tally // counted from the listings
}

func each(c *checker, bucket string, f func(key string, value []byte)) {
	for row, err := range c.tx.Scan(bucket, nil, nil) {
		if err != nil {
			c.t.Errorf("%s: %v", bucket, err)
			return
		}
		f(string(row.Key), row.Value)
	}
}

func (c *checker) has(bucket, key string) bool {
	v, err := c.tx.Get(bucket, []byte(key))
	return err == nil && v != nil
}

// count is the number of keys in a bucket that end in an id.
func (c *checker) count(bucket, id string) (n int) {
	each(c, bucket, func(key string, _ []byte) {
		if key[8:] == id {
			n++
		}
	})
	return n
}

func (c *checker) pending(id string, value []byte) {
	var d storage.Draft
	c.decode("pending", id, value, &d)
	if d.Record.ID != id || len(d.Listings) == 0 {
		c.t.Errorf("pending %s: holds %s for %d listings", id, d.Record.ID, len(d.Listings))
	}
	if n := c.count("due", id); n != 1 {
		c.t.Errorf("pending %s: due %d times", id, n)
	}
	for _, key := range d.Listings {
		if !c.has("listings", string(key)) {
			c.t.Errorf("pending %s: a listing that is not in the ledger waits for it", id)
		}
	}
}

func (c *checker) record(id string, value []byte) {
	var r storage.Record
	c.decode("records", id, value, &r)
	if r.ID != id {
		c.t.Errorf("record %s: holds %s", id, r.ID)
	}
	if n := c.count("order", id); n != 1 {
		c.t.Errorf("record %s: %d times in the order of export", id, n)
	}
	if c.has("aliases", id) {
		c.t.Errorf("record %s: stored, and an alias too", id)
	}
	if r.Hash != storage.TextHash(&r) {
		c.t.Errorf("record %s: its hash is not that of its text", id)
	}
}

func (c *checker) listing(key string, value []byte) {
	var l storage.Listing
	c.decode("listings", key, value, &l)
	if c.tallies[l.Feed] == nil {
		c.tallies[l.Feed] = storage.Tally{}
	}
	c.tallies[l.Feed][l.State]++
	switch pending, stored := c.has("pending", l.ID), c.has("records", l.ID); l.State {
	case storage.Waiting:
		if !pending {
			c.t.Errorf("listing %s of %s: pending, and nothing is", l.URL, l.Feed)
		}
	case storage.Stored, storage.Partial, storage.Forbidden, storage.Duplicate:
		if !stored {
			c.t.Errorf("listing %s of %s: %s, and there is no record %s", l.URL, l.Feed, l.State, l.ID)
		}
	case storage.Failed:
	default:
		c.t.Errorf("listing %s of %s: state %q", l.URL, l.Feed, l.State)
	}
}

func (c *checker) tally(feed string, value []byte) {
	var n storage.Tally
	c.decode("tallies", feed, value, &n)
	for _, state := range storage.States {
		if n[state] != c.tallies[feed][state] {
			c.t.Errorf("feed %q: tally says %d %s, the ledger %d", feed, n[state], state, c.tallies[feed][state])
		}
	}
	delete(c.tallies, feed)
}

// pointsAt checks a key that ends in an id.
func (c *checker) pointsAt(bucket, id string) {
	target := map[string]string{"due": "pending", "order": "records"}[bucket]
	if !c.has(target, id) {
		c.t.Errorf("%s: %s is not in %s", bucket, id, target)
	}
}

// resolves checks an id that may be an alias. An entry that failed for good leaves its address behind.
func (c *checker) resolves(bucket, id string) {
	for range 16 {
		next, err := c.tx.Get("aliases", []byte(id))
		if err != nil || next == nil {
			break
		}
		id = string(next)
	}
	if !c.has("records", id) && !c.has("pending", id) && !c.has("stories", id) {
		c.t.Errorf("%s: leads to %s, of which nothing is known", bucket, id)
	}
}

func (c *checker) decode(bucket, key string, value []byte, v any) {
	if err := json.Unmarshal(value, v); err != nil {
		c.t.Error(fmt.Errorf("%s %q: %w", bucket, key, err))
	}
}
