package storage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
)

// Replaced is what [Store.Replace] made of a record: its row is another now.
const Replaced Outcome = "replaced"

// Replace commits what a better extraction made of the page that a record was made of. It is no revision, since the
// publisher changed nothing: the row is replaced, its sequence number grows, and what came together in the store stays
// (carriers, the number of the revision, what was noticed since). A record that is no longer the one of that page is left
// alone and Unchanged, as is one of which every byte stays.
func (s *Store) Replace(ctx context.Context, r Record, events ...Event) (out Outcome, err error) {
	ready := prepare(&r)
	replace := func(t tx) error {
		t.ready, out = ready, Unchanged
		old, ok, err := t.record(r.ID)
		if err != nil || !ok || !old.Fetched.Equal(r.Fetched) {
			return err
		}
		next := r.Inherit(&old)
		same, err := sameLine(&old, &next)
		if err != nil || same {
			return err
		}
		if tomb, ok, err := t.buried(&next); err != nil || ok {
			out = Shunned
			return errors.Join(err, t.buryTwin(&next, tomb, nil))
		}
		out = Replaced
		return t.replace(&old, &next, events)
	}
	s.rehearse(ctx, ready, replace)
	if err := s.update(ctx, ready.rehearsed(replace)); err != nil {
		return "", fmt.Errorf("record %s: %w", r.ID, err)
	}
	return out, nil
}

// Inherit is the record as [Store.Replace] stores it in place of an old one.
func (r Record) Inherit(old *Record) Record {
	r.Feed, r.AlsoIn, r.Revision, r.Hash = old.Feed, old.AlsoIn, old.Revision, TextHash(&r)
	r.DuplicateOf, r.Similarity = old.DuplicateOf, old.Similarity
	if old.Notice != nil {
		r.Notice = old.Notice
	}
	return r
}

// Differs says what [Store.Replace] would make of a record in place of an old one, once it is inherited.
func Differs(old, r *Record) (Outcome, error) {
	same, err := sameLine(old, r)
	if err != nil || same {
		return Unchanged, err
	}
	return Replaced, nil
}

func sameLine(a, b *Record) (bool, error) {
	x, err := a.Line()
	if err != nil {
		return false, err
	}
	y, err := b.Line()
	return bytes.Equal(x, y), err
}

// replace changes a record's row and keys, and the state of the entries that it was made of.
func (t tx) replace(old, r *Record, events []Event) error {
	if err := t.unkey(old); err != nil {
		return err
	}
	if err := t.tell(r.ID, nil, events...); err != nil {
		return err
	}
	key, ok := t.textKey(r)
	if err := t.claim(bucketURLs, hash16(URLKey(r.URL)), r.URL != "", r.ID); err != nil {
		return err
	}
	if err := t.claim(bucketTexts, key, ok, r.ID); err != nil {
		return err
	}
	if err := t.relate(r); err != nil {
		return err
	}
	if err := t.restate(old, r); err != nil {
		return err
	}
	if err := t.Put(bucketOrder, orderKey(r), nil); err != nil {
		return err
	}
	return t.saveRecord(r)
}

// restate has the ledger say of a record's own entries what it said of the old one, as it is of the record now.
func (t tx) restate(old, r *Record) error {
	if old.state() == r.state() && old.why() == r.why() {
		return nil
	}
	story, _, err := t.story(r.ID)
	if err != nil {
		return err
	}
	for _, key := range story.Listings {
		l, ok, err := t.listing(key)
		if err != nil {
			return err
		}
		if !ok || l.ID != r.ID || l.State != old.state() {
			continue
		}
		if err := t.settle(key, r.ID, r.state(), r.why()); err != nil {
			return err
		}
	}
	return nil
}

// Mark remembers how far a long piece of work is, under its name; an empty mark forgets it.
func (s *Store) Mark(ctx context.Context, work, mark string) error {
	key := []byte("mark " + work)
	return s.update(ctx, func(t tx) error {
		if mark == "" {
			return t.Delete(bucketMeta, key)
		}
		return t.Put(bucketMeta, key, []byte(mark))
	})
}

// Marked gives the mark of a piece of work; empty if there is none.
func (s *Store) Marked(ctx context.Context, work string) (mark string, err error) {
	err = s.view(ctx, func(t tx) error {
		b, err := t.Get(bucketMeta, []byte("mark "+work))
		mark = string(b)
		return err
	})
	return mark, err
}
