package storage

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Tombstone is what is left of an article that was removed. The addresses, the texts' hashes and the rows of the ledger that lead
// to its id stay, so that it does not come back under any of them.
type Tombstone struct {
	ID     string        `json:"id"`
	Agency string        `json:"agency,omitempty"` // id
	Kind   TombstoneKind `json:"kind"`
	Reason string        `json:"reason"`
	At     time.Time     `json:"at"`
}

// TombstoneKind says who removed an article.
type TombstoneKind string

const (
	Forgotten TombstoneKind = "forgotten" // the operator
	Expired   TombstoneKind = "expired"   // its age
)

// maxReason bounds a tombstone's reason, in bytes.
const maxReason = 1000

func (t Tombstone) String() string {
	return fmt.Sprintf("%s on %s: %s", t.Kind, t.At.UTC().Format(time.DateOnly), t.Reason)
}

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

// Forget removes an article, named by its id or its address, with all that it said: its record and earlier revisions, what
// waits for its page, its story, and the titles in the ledger; its raw pages are marked to be erased, see [Store.Condemned]. A
// tombstone with the reason stays. One that has a tombstone already keeps it. It fails with [ErrNotFound] if no feed ever listed
// the article.
func (s *Store) Forget(ctx context.Context, idOrURL, reason string, now time.Time) (tomb Tombstone, err error) {
	err = s.update(ctx, func(t tx) error {
		id, err := t.find(idOrURL)
		if err != nil {
			return err
		}
		if known, err := t.isKnown(id); err != nil || !known {
			return errors.Join(err, fmt.Errorf("%q: %w", clip(idOrURL, 200), ErrNotFound))
		}
		tomb, err = t.remove(id, Tombstone{Kind: Forgotten, Reason: clip(reason, maxReason), At: now.UTC().Truncate(time.Second)})
		return err
	})
	return tomb, err
}

func (t tx) isKnown(id string) (bool, error) {
	for _, bucket := range []string{bucketStories, bucketRecords, bucketPending, bucketTombstones} {
		if b, err := t.Get(bucket, []byte(id)); err != nil || b != nil {
			return b != nil, err
		}
	}
	return false, nil
}

// remove puts a tombstone in an article's place.
func (t tx) remove(id string, tomb Tombstone) (Tombstone, error) {
	if old, ok, err := t.tombstone(id); err != nil || ok {
		return old, err
	}
	r, _, err := t.record(id)
	if err != nil {
		return tomb, err
	}
	tomb.ID, tomb.Agency = id, r.Agency.ID
	if err := t.put(bucketTombstones, []byte(id), tomb); err != nil {
		return tomb, err
	}
	listings, err := t.erase(id)
	if err != nil {
		return tomb, err
	}
	return tomb, t.bury(listings, tomb, string(tomb.Kind)+": "+tomb.Reason)
}

// erase removes all that an article said, and gives the ledger's keys of its entries. What leads to its id stays.
func (t tx) erase(id string) (listings [][]byte, err error) {
	story, _, err := t.story(id)
	if err != nil {
		return nil, err
	}
	listings = story.Listings
	d, ok, err := load[Draft](t, bucketPending, []byte(id))
	if err != nil {
		return nil, err
	}
	if ok {
		listings = append(listings, d.Listings...)
		if err := t.dropPending(d); err != nil {
			return nil, err
		}
	}
	if err := t.condemnAll(id, listings); err != nil {
		return nil, err
	}
	if err := t.eraseRecord(id); err != nil {
		return nil, err
	}
	return listings, t.Delete(bucketStories, []byte(id))
}

func (t tx) eraseRecord(id string) error {
	r, ok, err := t.record(id)
	if err != nil || !ok {
		return err
	}
	if err := t.claimTexts(&r); err != nil {
		return err
	}
	for _, bucket := range []string{bucketOrder, bucketLessons} {
		if err := t.Delete(bucket, orderKey(&r)); err != nil {
			return err
		}
	}
	if err := t.dropSketch(&r); err != nil {
		return err
	}
	return t.dropRecord(id)
}

// condemnAll marks the raw pages of an article to be erased: those of its own entry, and of the entries that were folded into it.
func (t tx) condemnAll(id string, listings [][]byte) error {
	names := []string{id}
	for _, key := range listings {
		l, ok, err := t.listing(key)
		if err != nil {
			return err
		}
		if ok {
			names = append(names, l.URL, ID(l.Agency.ID, l.identity()))
		}
	}
	slices.Sort(names)
	return t.condemn(slices.Compact(names)...)
}

// claimTexts has the texts of all revisions lead to a record, so that none of them comes back.
func (t tx) claimTexts(r *Record) error {
	texts := []*Record{r}
	for n := 1; n < r.Revision; n++ {
		line, err := t.revisionLine(r.ID, n)
		if err != nil || line == nil {
			continue // one that can't be read can't be compared either
		}
		if old, err := decode[Record]("revision", line); err == nil {
			texts = append(texts, &old)
		}
	}
	for _, r := range texts {
		key, ok := t.textKey(r)
		if err := t.claim(bucketTexts, key, ok, r.ID); err != nil {
			return err
		}
	}
	return nil
}

// bury makes entries those of a tombstone. Its story keeps no more than who listed it, and why it is gone.
func (t tx) bury(listings [][]byte, tomb Tombstone, why string) error {
	story, _, err := load[Story](t, bucketStories, []byte(tomb.ID))
	if err != nil {
		return err
	}
	if len(story.Events) == 0 {
		story.Events = []Event{{At: tomb.At, What: string(tomb.Kind), Detail: clip(tomb.Reason, maxEventDetail)}}
	}
	story.ID = tomb.ID
	for _, key := range listings {
		same := func(k []byte) bool { return bytes.Equal(k, key) }
		if !slices.ContainsFunc(story.Listings, same) && len(story.Listings) < maxListings {
			story.Listings = append(story.Listings, key)
		}
		l, ok, err := t.listing(key)
		if err != nil {
			return err
		}
		if !ok || l.State == Removed && l.ID == tomb.ID {
			continue
		}
		l.ID, l.State, l.Why = tomb.ID, Removed, why
		if l.Title != "" {
			l.Trace, l.Title = trace(l.Title), ""
		}
		if err := t.saveListingAt(key, l); err != nil {
			return err
		}
	}
	return t.put(bucketStories, []byte(tomb.ID), story)
}

// trace is what is kept of a removed entry's title, to know the entry again by its guid.
func trace(title string) string { return hex.EncodeToString(hash16(strings.ToLower(title))) }

// titled says whether a row of the ledger is of an entry with this title.
func (l *Listing) titled(title string) bool {
	if l.Trace != "" {
		return l.Trace == trace(title)
	}
	return strings.EqualFold(l.Title, title)
}

// buryNew enters an entry of an article that has a tombstone into the ledger, and nowhere else.
func (t tx) buryNew(tomb Tombstone, l Listing) error {
	key := l.key()
	l.ID, l.State = tomb.ID, Waiting
	if err := t.saveListing(l); err != nil {
		return err
	}
	return t.bury([][]byte{key}, tomb, "address of "+tomb.ID)
}

// buried gives the tombstone of a record's text, if the text was removed.
func (t tx) buried(r *Record) (tomb Tombstone, ok bool, err error) {
	key, ok := t.textKey(r)
	if !ok {
		return tomb, false, nil
	}
	id, err := t.Get(bucketTexts, key)
	if err != nil || id == nil {
		return tomb, false, err
	}
	return t.tombstone(string(id))
}

// buryTwin removes an article whose text was removed, under another address or by another agency. Of no tombstone it does
// nothing.
func (t tx) buryTwin(r *Record, tomb Tombstone, listings [][]byte) error {
	if tomb.ID == "" {
		return nil
	}
	more, err := t.erase(r.ID)
	if err != nil {
		return err
	}
	if r.ID != tomb.ID {
		if err := t.Put(bucketAliases, []byte(r.ID), []byte(tomb.ID)); err != nil {
			return err
		}
	}
	return t.bury(append(more, listings...), tomb, "text of "+tomb.ID)
}

func checkTombstone(c *checker, row Row) error {
	tomb, ok := checked[Tombstone](c, row)
	if !ok {
		return nil
	}
	if tomb.ID != string(row.Key) {
		c.wrong(row.Key, "holds the tombstone of %q", tomb.ID)
	}
	left, err := c.has(row.Key, bucketPending)
	if err == nil && left {
		c.wrong(row.Key, "its page is still wanted")
	}
	return err
}
