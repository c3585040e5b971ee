package storage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"time"
)

// Revisit is a second look that is due: an article's page is asked for again some time after it was read, since publishers
// correct and withdraw what they have published without a word in their feeds.
type Revisit struct {
	Draft Draft     `json:"draft"` // what the record was made of: a page is read anew with the same help of the feed
	Since time.Time `json:"since"` // when the page was read for the draft; the steps count from here
	Step  int       `json:"step"`  // which look it is, from 0
	Due   time.Time `json:"due"`

	// What the page's server gave to ask again with, as in [FeedState].
	ETag         string `json:"etag,omitempty"`
	LastModified string `json:"last_modified,omitempty"`
	Issuer       string `json:"issuer,omitempty"`
	Digest       string `json:"digest,omitempty"`
}

// Revisits yields the articles whose page is to be looked at again, the longest waiting first. It reads as a stream; what is put off
// meanwhile is not seen again.
func (s *Store) Revisits(ctx context.Context, now time.Time) iter.Seq2[Pending, error] {
	return func(yield func(Pending, error) bool) {
		for row, err := range s.rows(ctx, bucketLooks, nil, timeKey(now.Add(time.Second))) {
			if err != nil {
				yield(Pending{}, err)
				return
			}
			if !yield(Pending{ID: string(row.Key[8:]), Page: string(row.Value)}, nil) {
				return
			}
		}
	}
}

// NextRevisit says when the next second look is due; ok is false if none is.
func (s *Store) NextRevisit(ctx context.Context) (at time.Time, ok bool, err error) {
	err = s.view(ctx, func(t tx) error {
		for row, err := range t.Scan(bucketLooks, nil, nil) {
			if err == nil {
				at, ok = keyTime(row.Key), true
			}
			return err
		}
		return nil
	})
	return at, ok, err
}

// Revisit gives the second look that an article's page is to have; [ErrNotFound] if there is none.
func (s *Store) Revisit(ctx context.Context, id string) (v Revisit, err error) {
	err = s.view(ctx, func(t tx) error {
		var ok bool
		v, ok, err = load[Revisit](t, bucketRevisits, []byte(id))
		if err == nil && !ok {
			err = fmt.Errorf("second look at %q: %w", id, ErrNotFound)
		}
		return err
	})
	return v, err
}

// Revisited commits what a second look brought, in one transaction: the record if r is not nil, and the next look; none if next is nil.
// A look that was put in the place of this one meanwhile stays, and so does the record where its entry is pending: then its page
// is read anyway. The ledger changes only with the record: where a revision is whole now, or repeats another, or no longer does.
func (s *Store) Revisited(ctx context.Context, was Revisit, next *Revisit, r *Record, events ...Event) (out Outcome, err error) {
	id := was.Draft.Record.ID
	var ready *prepared
	if r != nil {
		ready = prepare(r)
	}
	put := func(t tx) error {
		t.ready, out = ready, Unchanged
		v, ok, err := load[Revisit](t, bucketRevisits, []byte(id))
		if err != nil || !ok || v.Step != was.Step || !v.Since.Equal(was.Since) {
			return err
		}
		if err := t.dropRevisit(id); err != nil {
			return err
		}
		old, ok, err := t.record(id)
		if err != nil || !ok {
			return err
		}
		if err := t.tell(id, nil, events...); err != nil {
			return err
		}
		if next != nil {
			if err := t.saveRevisit(*next); err != nil {
				return err
			}
		}
		if wanted, err := t.Get(bucketPending, []byte(id)); err != nil || wanted != nil || r == nil {
			return err
		}
		rec := *r // the function may run again
		rec.ID, rec.Hash = id, t.hash(&rec)
		if tomb, ok, err := t.buried(&rec); err != nil || ok {
			out = Shunned
			return errors.Join(err, t.buryTwin(&rec, tomb, nil))
		}
		if out, err = t.revise(&rec, &old, nil); err != nil || out != Revised {
			return err
		}
		return t.restate(&old, &rec)
	}
	if r != nil {
		s.rehearse(ctx, ready, put)
	}
	if err := s.update(ctx, put); err != nil {
		return "", fmt.Errorf("record %s: %w", id, err)
	}
	return out, nil
}

// plan sets the first second look of a record that was just stored, in the place of whatever looks were left.
func (t tx) plan(v *Revisit) error {
	id := v.Draft.Record.ID
	if err := t.dropRevisit(id); err != nil {
		return err
	}
	stored, err := t.Get(bucketRecords, []byte(id))
	if err != nil || stored == nil { // it became another's duplicate: only who leads is looked at again
		return err
	}
	return t.saveRevisit(*v)
}

func (t tx) saveRevisit(v Revisit) error {
	if err := t.Put(bucketLooks, lookKey(v), []byte(clip(v.Draft.Page, maxURL))); err != nil {
		return err
	}
	return t.put(bucketRevisits, []byte(v.Draft.Record.ID), v)
}

func (t tx) dropRevisit(id string) error {
	v, ok, err := load[Revisit](t, bucketRevisits, []byte(id))
	if err != nil || !ok {
		return err
	}
	if err := t.Delete(bucketLooks, lookKey(v)); err != nil {
		return err
	}
	return t.Delete(bucketRevisits, []byte(id))
}

func lookKey(v Revisit) []byte { return append(timeKey(v.Due), v.Draft.Record.ID...) }

func checkRevisit(c *checker, row Row) error {
	v, ok := checked[Revisit](c, row)
	if !ok {
		return nil
	}
	if v.Draft.Record.ID != string(row.Key) {
		c.wrong(row.Key, "holds the second look at %q", v.Draft.Record.ID)
	}
	if err := c.needs(row, row.Key, "looks again at", bucketRecords); err != nil {
		return err
	}
	return c.needs(row, lookKey(v), "has no turn:", bucketLooks)
}

func checkLook(c *checker, row Row) error {
	v, ok, err := target[Revisit](c, row, bucketRevisits)
	if ok && !bytes.Equal(lookKey(v), row.Key) {
		c.wrong(row.Key, "the second look is due at another time")
	}
	return err
}
