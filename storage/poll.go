package storage

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Saved says what a poll brought that was not known.
type Saved struct {
	// Fresh are the ledger's keys of the entries that are new or changed, for [Store.Listings].
	Fresh [][]byte
	// Known are those of the entries that were listed before and stand as they were.
	Known [][]byte
}

// has tells whether an entry of this poll was met already: some feeds list an article twice, and the second must
// not pass for an edit of the first.
func (s *Saved) has(key []byte) bool {
	same := func(k []byte) bool { return bytes.Equal(k, key) }
	return slices.ContainsFunc(s.Fresh, same) || slices.ContainsFunc(s.Known, same)
}

// pollBatch is how many entries one transaction takes; bbolt slows down on larger ones.
const pollBatch = 500

// SavePoll commits what a poll changed: the feed's state and its unseen entries as pending, in one transaction. Of a
// poll too large for one, the state goes into the last, so a crash between them only makes the feed be asked again. The
// drafts of one poll must differ in their identity.
//
// It fails with [ErrConflict] if the state is not built on the latest revision. Repeating a call that failed after its
// commit persisted is safe.
func (s *Store) SavePoll(ctx context.Context, state FeedState, drafts []Draft) (Saved, error) {
	saved, err := s.saveDrafts(ctx, drafts, state.LastPoll, func(t tx) error { return t.saveFeed(state) })
	if err != nil {
		return saved, fmt.Errorf("feed %q: %w", state.URL, err)
	}
	return saved, nil
}

// Unknown gives those of the drafts whose entry its feed has never listed and whose article is neither pending nor stored.
func (s *Store) Unknown(ctx context.Context, drafts []Draft) (unknown []Draft, err error) {
	err = s.view(ctx, func(t tx) error {
		unknown = nil
		for i := range drafts {
			_, listed, err := t.known(&drafts[i])
			if err != nil {
				return err
			}
			owner, err := t.owner(&drafts[i])
			if err != nil {
				return err
			}
			if !listed && owner == "" {
				unknown = append(unknown, drafts[i])
			}
		}
		return nil
	})
	return unknown, err
}

// saveDrafts enters entries into the ledger; last joins the last transaction.
func (s *Store) saveDrafts(ctx context.Context, drafts []Draft, now time.Time, last func(tx) error) (saved Saved, err error) {
	for len(drafts) > pollBatch {
		part, err := s.savePart(ctx, drafts[:pollBatch], now, func(tx) error { return nil })
		if err != nil {
			return saved, err
		}
		saved.add(part)
		drafts = drafts[pollBatch:]
	}
	part, err := s.savePart(ctx, drafts, now, last)
	if err != nil {
		return saved, err
	}
	saved.add(part)
	return saved, nil
}

func (s *Saved) add(part Saved) {
	s.Fresh = append(s.Fresh, part.Fresh...)
	s.Known = append(s.Known, part.Known...)
}

func (s *Store) savePart(ctx context.Context, drafts []Draft, now time.Time, last func(tx) error) (saved Saved, err error) {
	err = s.update(ctx, func(t tx) error {
		saved = Saved{}
		for i := range drafts {
			if err := t.list(&drafts[i], now, &saved); err != nil {
				return err
			}
		}
		return last(t)
	})
	return saved, err
}

// saveFeed writes the next revision of a feed's state. The very state that is stored already is a commit that
// persisted and reported an error: fine.
func (t tx) saveFeed(next FeedState) error {
	now, err := t.feed(next.URL)
	if err != nil {
		return err
	}
	read := next.Revision
	next.Revision++
	if now.Revision == next.Revision && sameJSON(now, next) {
		return nil
	}
	if now.Revision != read {
		return ErrConflict
	}
	return t.put(bucketFeeds, feedKey(next.URL), next)
}

func sameJSON(a, b any) bool {
	x, errA := json.Marshal(a)
	y, errB := json.Marshal(b)
	return errA == nil && errB == nil && bytes.Equal(x, y)
}

// list enters one entry of a poll into the ledger and, if its page is wanted, into pending.
func (t tx) list(d *Draft, now time.Time, saved *Saved) error {
	l, ok, err := t.known(d)
	if err != nil {
		return err
	}
	if ok && saved.has(l.key()) {
		return nil
	}
	if ok && l.State == Removed {
		saved.Known = append(saved.Known, l.key())
		return nil
	}
	if ok {
		return t.relist(l, d, now, saved)
	}
	l = d.listing()
	l.First, l.Last = now, now
	saved.Fresh = append(saved.Fresh, l.key())
	owner, err := t.owner(d)
	if err != nil {
		return err
	}
	if owner == "" {
		return t.pend(d, l, now)
	}
	if tomb, ok, err := t.tombstone(owner); err != nil || ok {
		if err != nil {
			return err
		}
		return t.buryNew(tomb, l)
	}
	return t.join(owner, d, l, now)
}

// owner is the id under which the entry's article is already pending, stored or removed, by the agency and identity, by its
// address or by the number in it; empty if it is neither.
func (t tx) owner(d *Draft) (string, error) {
	candidates := []string{d.Record.ID}
	if d.Record.URL != "" {
		id, err := t.Get(bucketURLs, hash16(URLKey(d.Record.URL)))
		if err != nil {
			return "", err
		}
		if id != nil {
			candidates = append(candidates, string(id))
		}
		numbered, err := t.numbered(d)
		if err != nil {
			return "", err
		}
		if numbered != "" {
			candidates = append(candidates, numbered)
		}
	}
	for _, id := range candidates {
		id, err := t.resolve(id)
		if err != nil {
			return "", err
		}
		for _, bucket := range []string{bucketPending, bucketRecords, bucketTombstones} {
			if b, err := t.Get(bucket, []byte(id)); err != nil || b != nil {
				return id, err
			}
		}
	}
	return "", nil
}

// errCircle is an article that was folded into itself by way of others.
var errCircle = errors.New("its aliases run in a circle")

// resolve follows the alias of an article that was folded into another. Chains are short: each fold points at a
// record that stands.
func (t tx) resolve(id string) (string, error) {
	for range 16 {
		next, err := t.Get(bucketAliases, []byte(id))
		if err != nil || next == nil {
			return id, err
		}
		id = string(next)
	}
	return "", fmt.Errorf("record %q: %w", id, errCircle)
}

// pend makes an entry's page wanted.
func (t tx) pend(d *Draft, l Listing, now time.Time) error {
	l.State = Waiting
	next := *d
	next.Listings = [][]byte{l.key()}
	if err := t.Delete(bucketAliases, []byte(l.ID)); err != nil { // it stands for itself now
		return err
	}
	if err := t.saveListing(l); err != nil {
		return err
	}
	if err := t.savePending(next); err != nil {
		return err
	}
	if l.URL != "" {
		if err := t.Put(bucketURLs, hash16(URLKey(l.URL)), []byte(l.ID)); err != nil {
			return err
		}
		if err := t.claimNumber(l.URL, l.ID); err != nil {
			return err
		}
	}
	return t.tell(l.ID, []Listing{l}, Event{At: now, What: "listed", Detail: l.Feed})
}

// join adds an entry to the article that another listing brought first. Which of the two leads a pending article does
// not depend on who came first, so that two machines, or a run that was killed and repeated, agree. One that is stored
// already keeps its lead: its id has been exported.
func (t tx) join(owner string, d *Draft, l Listing, now time.Time) error {
	lead, ok, err := load[Draft](t, bucketPending, []byte(owner))
	if err != nil {
		return err
	}
	if !ok {
		return t.joinRecord(owner, l, now)
	}
	l.State, l.ID = Waiting, owner
	if err := t.saveListing(l); err != nil {
		return err
	}
	event := Event{At: now, What: "listed", Detail: l.Feed}
	if err := t.tell(owner, []Listing{l}, event); err != nil {
		return err
	}
	stored, err := t.Get(bucketRecords, []byte(owner))
	if err != nil {
		return err
	}
	if stored != nil || before(&lead.Record, &d.Record) {
		lead.Listings = append(lead.Listings, l.key())
		return t.savePending(lead)
	}
	return t.lead(owner, lead, *d, l.key())
}

// lead replaces the draft that leads a pending article.
func (t tx) lead(owner string, old, d Draft, key []byte) error {
	if err := t.dropPending(old); err != nil {
		return err
	}
	d.Listings = append([][]byte{key}, old.Listings...)
	d.Tries, d.Error, d.Due = old.Tries, old.Error, old.Due
	if d.Record.ID != owner {
		if err := t.rename(owner, d.Record.ID, d.Listings); err != nil {
			return err
		}
	}
	return t.savePending(d)
}

// rename gives an article another id, under which its listings, its story and its address go on.
func (t tx) rename(from, to string, listings [][]byte) error {
	for _, key := range listings {
		l, ok, err := t.listing(key)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		l.ID = to
		if err := t.saveListing(l); err != nil {
			return err
		}
		if l.URL != "" {
			if err := t.Put(bucketURLs, hash16(URLKey(l.URL)), []byte(to)); err != nil {
				return err
			}
		}
	}
	return t.alias(from, to)
}

// alias makes one article's id and story those of another, which stands for itself.
func (t tx) alias(from, to string) error {
	if err := t.Delete(bucketAliases, []byte(to)); err != nil {
		return err
	}
	if err := t.Put(bucketAliases, []byte(from), []byte(to)); err != nil {
		return err
	}
	return t.moveStory(from, to)
}

// joinRecord adds a late carrier to a record that is stored.
func (t tx) joinRecord(owner string, l Listing, now time.Time) error {
	r, ok, err := t.record(owner)
	if err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("record %q: missing", owner)
	}
	l.State, l.ID, l.Why = Duplicate, owner, "address of "+owner
	if err := t.saveListing(l); err != nil {
		return err
	}
	if err := t.tell(owner, []Listing{l}, Event{At: now, What: "listed", Detail: l.Feed}); err != nil {
		return err
	}
	r.carry(l.carrier())
	return t.saveRecord(&r)
}

// relist notes that a known entry is still listed. If the publisher edited it, its page is wanted again.
func (t tx) relist(l Listing, d *Draft, now time.Time, saved *Saved) error {
	edited := l.Mark != d.Mark
	l.Last, l.Mark = now, d.Mark
	if l.URL != "" { // else the title is what the entry is known by
		l.Title = d.listing().Title
	}
	if edited && l.State == Duplicate {
		return t.followDuplicate(l, d, now, saved)
	}
	if !edited {
		saved.Known = append(saved.Known, l.key())
		return t.saveListing(l)
	}
	saved.Fresh = append(saved.Fresh, l.key())
	next := *d
	next.Record.ID = l.ID // the same article, whatever its new address would make of it
	next.Listings = [][]byte{l.key()}
	if waiting, ok, err := load[Draft](t, bucketPending, []byte(l.ID)); err != nil {
		return err
	} else if ok {
		if !bytes.Equal(waiting.Listings[0], l.key()) {
			return t.wait(waiting, l) // another listing leads; what this one says is not used
		}
		next.Listings, next.Tries, next.Error, next.Due = waiting.Listings, waiting.Tries, waiting.Error, waiting.Due
		if err := t.dropPending(waiting); err != nil {
			return err
		}
	}
	l.State, l.Why = Waiting, ""
	if err := t.saveListing(l); err != nil {
		return err
	}
	if err := t.tell(l.ID, nil, Event{At: now, What: "edited", Detail: l.Feed}); err != nil {
		return err
	}
	return t.savePending(next)
}

// wait has a listing wait for a pending article that another one leads.
func (t tx) wait(d Draft, l Listing) error {
	l.State, l.Why = Waiting, ""
	if err := t.saveListing(l); err != nil {
		return err
	}
	if slices.ContainsFunc(d.Listings, func(key []byte) bool { return bytes.Equal(key, l.key()) }) {
		return nil
	}
	d.Listings = append(d.Listings, l.key())
	return t.savePending(d)
}
