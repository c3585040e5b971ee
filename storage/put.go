package storage

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Outcome is what [Store.Put] made of a record.
type Outcome string

const (
	Added     Outcome = "added"     // a record of its own
	Revised   Outcome = "revised"   // the publisher changed the text: one revision more
	Updated   Outcome = "updated"   // the same text under another title or licence, or with a notice
	AlsoIn    Outcome = "also-in"   // another record has the same text and carries this one now
	Unchanged Outcome = "unchanged" // the store holds it already
	Shunned   Outcome = "removed"   // its text was removed before, see Tombstone
)

// Put commits an article: the record, its keys, its row of the ledger and the removal of its pending entry, in one
// transaction. The record's hash, revision and carriers are set here. mark is that of the draft which the record was made
// of: if the publisher edited the entry meanwhile, the record is Unchanged and the entry stays pending. A record
// whose entry is not pending was committed before: it is Unchanged too, so a call that failed after its commit persisted
// may be repeated.
func (s *Store) Put(ctx context.Context, r Record, mark string, events ...Event) (Outcome, error) {
	return s.PutPage(ctx, r, mark, nil, nil, events...)
}

// PutPage is Put for a record that was read from a page. If it is added, the lesson is kept with it; one that is
// revised or repeats another would teach the same twice. look, if not nil, is when its page is looked at again.
func (s *Store) PutPage(ctx context.Context, r Record, mark string, lesson *Lesson, look *Revisit, events ...Event) (out Outcome, err error) {
	ready := prepare(&r)
	put := func(t tx) error {
		t.ready, out = ready, Unchanged
		d, ok, err := load[Draft](t, bucketPending, []byte(r.ID))
		if err != nil || !ok || d.Mark != mark {
			return err
		}
		rec := r // fn may run again
		out, err = t.commit(&rec, d, events)
		if err == nil && d.Folded != "" {
			err = t.unfold(&d)
		}
		if err == nil && out == Added && lesson != nil {
			err = t.put(bucketLessons, orderKey(&rec), lesson)
		}
		if err == nil && look != nil && out != Unchanged { // else a feed that counts visits would have looks begin anew for ever
			err = t.plan(look)
		}
		return err
	}
	s.rehearse(ctx, ready, put)
	if err := s.update(ctx, ready.rehearsed(put)); err != nil {
		return "", fmt.Errorf("record %s: %w", r.ID, err)
	}
	return out, nil
}

func (t tx) commit(r *Record, d Draft, events []Event) (Outcome, error) {
	if err := t.dropPending(d); err != nil {
		return "", err
	}
	if err := t.tell(r.ID, nil, events...); err != nil {
		return "", err
	}
	if err := t.carryAll(r, d.Listings[1:]); err != nil {
		return "", err
	}
	r.Hash, r.Revision = t.hash(r), 1
	if tomb, ok, err := t.buried(r); err != nil || ok {
		return Shunned, errors.Join(err, t.buryTwin(r, tomb, d.Listings))
	}
	if err := t.keepAddress(r, &d); err != nil {
		return "", err
	}
	old, ok, err := t.record(r.ID)
	if err != nil {
		return "", err
	}
	if ok {
		return t.revise(r, &old, d.Listings)
	}
	if d.Folded != "" && r.Partial != "" { // what its page says now is not known
		return Unchanged, t.refold(d)
	}
	twin, err := t.twin(r)
	if err != nil {
		return "", err
	}
	if twin != nil {
		return t.fold(r, twin, d.Listings)
	}
	return Added, t.add(r, d.Listings)
}

// keepAddress gives a record the address that its feed listed, if the one that its page calls canonical is that of another record.
// Pages that were copied often name the page they were copied from, and an address leads to one record only.
func (t tx) keepAddress(r *Record, d *Draft) error {
	if r.URL == d.Record.URL || r.URL == "" || d.Record.URL == "" {
		return nil
	}
	id, err := t.Get(bucketURLs, hash16(URLKey(r.URL)))
	if err != nil || id == nil {
		return err
	}
	owner, err := t.resolve(string(id))
	if err != nil || owner == r.ID {
		return err
	}
	other, ok, err := t.record(owner)
	if err != nil || !ok || other.URL != r.URL {
		return err
	}
	told := Event{At: r.Fetched, What: "canonical", Detail: r.URL + " is record " + owner}
	r.Attribution = strings.ReplaceAll(r.Attribution, r.URL, d.Record.URL)
	r.URL = d.Record.URL
	return t.tell(r.ID, nil, told)
}

// add stores a record under its keys.
func (t tx) add(r *Record, listings [][]byte) error {
	if err := t.claim(bucketURLs, hash16(URLKey(r.URL)), r.URL != "", r.ID); err != nil {
		return err
	}
	key, ok := t.textKey(r)
	if err := t.claim(bucketTexts, key, ok, r.ID); err != nil {
		return err
	}
	if err := t.relate(r); err != nil {
		return err
	}
	if err := t.settleAll(r, listings); err != nil {
		return err
	}
	if err := t.Put(bucketOrder, orderKey(r), nil); err != nil {
		return err
	}
	return t.saveRecord(r)
}

// claim takes a key for a record unless another one has it.
func (t tx) claim(bucket string, key []byte, wanted bool, id string) error {
	if !wanted {
		return nil
	}
	owner, err := t.Get(bucket, key)
	if err != nil || owner != nil {
		return err
	}
	return t.Put(bucket, key, []byte(id))
}

func (t tx) settleAll(r *Record, listings [][]byte) error {
	for i, key := range listings {
		state, why := r.state(), r.why()
		if i > 0 {
			state, why = Duplicate, "address of "+r.ID
		}
		if err := t.settle(key, r.ID, state, why); err != nil {
			return err
		}
	}
	return nil
}

// revise stores what a publisher made of an article that is known. A page that no longer comes never replaces one
// that did.
func (t tx) revise(r, old *Record, listings [][]byte) (Outcome, error) {
	if r.Partial != "" && old.Partial == "" || r.Hash == old.Hash && (r.Partial != "" || old.Partial == "") {
		return t.touch(r, old, listings)
	}
	n := old.Notice.after(r.Notice, r.Partial == "")
	if n != old.Notice {
		if err := t.tell(old.ID, nil, noticed(r, n, old.Notice)); err != nil {
			return "", err
		}
	}
	r.Notice = n
	for _, c := range old.AlsoIn {
		r.carry(c)
	}
	r.Revision = old.Revision + 1
	if err := t.unkey(old); err != nil {
		return "", err
	}
	if err := t.saveRevision(old); err != nil {
		return "", err
	}
	return Revised, t.add(r, listings)
}

// unkey removes the keys that name a record's text and place in the order.
func (t tx) unkey(r *Record) error {
	if key, ok := t.textKey(r); ok {
		owner, err := t.Get(bucketTexts, key)
		if err != nil {
			return err
		}
		if string(owner) == r.ID {
			if err := t.Delete(bucketTexts, key); err != nil {
				return err
			}
		}
	}
	if err := t.dropSketch(r); err != nil {
		return err
	}
	return t.Delete(bucketOrder, orderKey(r))
}

// fold joins two articles with the same text. The one that was published first leads, whichever was fetched first; the
// other becomes a carrier.
func (t tx) fold(r, twin *Record, listings [][]byte) (Outcome, error) {
	if before(twin, r) {
		twin.carryRecord(r)
		if err := t.redirect(r.ID, twin.ID, listings); err != nil {
			return "", err
		}
		return AlsoIn, t.saveRecord(twin)
	}
	if err := t.unkey(twin); err != nil {
		return "", err
	}
	if again, ok, err := load[Draft](t, bucketPending, []byte(twin.ID)); err != nil {
		return "", err
	} else if ok { // a duplicate's edits are not followed
		if err := t.dropPending(again); err != nil {
			return "", err
		}
	}
	if err := t.dropRecord(twin.ID); err != nil { // it has one revision: see before
		return "", err
	}
	r.carryRecord(twin)
	if err := t.redirect(twin.ID, r.ID, nil); err != nil {
		return "", err
	}
	return AlsoIn, t.add(r, listings)
}

// redirect makes one article's id, listings and story those of another, as duplicates.
func (t tx) redirect(from, to string, listings [][]byte) error {
	story, _, err := t.story(from)
	if err != nil {
		return err
	}
	for _, key := range append(story.Listings, listings...) {
		if err := t.settle(key, to, Duplicate, "text of "+to); err != nil {
			return err
		}
	}
	return t.alias(from, to)
}

func orderKey(r *Record) []byte { return append(timeKey(r.date()), r.ID...) }

// date is what a record is ordered by. It doesn't depend on when it was fetched, so that two machines agree.
func (r *Record) date() time.Time {
	if r.Published.IsZero() {
		return r.Updated
	}
	return r.Published
}

// before says which of two copies of an article leads: a whole one before a partial, then the one published first. The
// rest makes the order total. A record with revisions keeps its place.
func before(a, b *Record) bool {
	return cmp.Or(
		-cmp.Compare(min(a.Revision, 2)/2, min(b.Revision, 2)/2),
		cmp.Compare(min(len(a.Partial), 1), min(len(b.Partial), 1)),
		compareDates(a.date(), b.date()),
		strings.Compare(a.Agency.ID, b.Agency.ID),
		strings.Compare(a.Feed, b.Feed),
		strings.Compare(a.URL, b.URL),
		strings.Compare(a.ID, b.ID),
	) < 0
}

// compareDates puts an unknown date last.
func compareDates(a, b time.Time) int {
	if a.IsZero() || b.IsZero() {
		return -cmp.Compare(min(a.Unix(), 0), min(b.Unix(), 0))
	}
	return a.Compare(b)
}

// carryAll adds the carriers of ledger rows.
func (t tx) carryAll(r *Record, listings [][]byte) error {
	for _, key := range listings {
		l, ok, err := t.listing(key)
		if err != nil {
			return err
		}
		if ok {
			r.carry(l.carrier())
		}
	}
	return nil
}

func (r *Record) carryRecord(other *Record) {
	r.carry(Carrier{Agency: other.Agency, Feed: other.Feed, URL: other.URL, GUID: other.GUID, Published: other.Published})
	for _, c := range other.AlsoIn {
		r.carry(c)
	}
}

// carry adds a carrier once, at its place in the order of feed and address.
func (r *Record) carry(c Carrier) {
	if c.Feed == r.Feed && c.URL == r.URL {
		return
	}
	i, found := slices.BinarySearchFunc(r.AlsoIn, c, func(a, b Carrier) int {
		return cmp.Or(strings.Compare(a.Feed, b.Feed), strings.Compare(a.URL, b.URL), strings.Compare(a.GUID, b.GUID))
	})
	if !found {
		r.AlsoIn = slices.Insert(r.AlsoIn, i, c)
	}
}
