package storage

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"slices"
	"time"
)

// Draft is a pending entry: a record without its article. If the page never comes, the draft is what is stored.
type Draft struct {
	Record  Record `json:"record"`            // what the feed alone can tell
	Page    string `json:"page,omitempty"`    // the address to fetch, as published
	Content string `json:"content,omitempty"` // the feed's own body, HTML
	Mark    string `json:"mark"`              // changes when the publisher edits the entry

	Tries int       `json:"tries,omitempty"` // how often the page was asked for in vain
	Error string    `json:"error,omitempty"` // why the last time
	Due   time.Time `json:"due,omitzero"`    // not before; zero means now

	Folded string `json:"folded,omitempty"` // the record that carried it before the publisher edited the entry

	// Listings are the ledger's keys of the entries that wait for this page, the one that the record is made of first.
	Listings [][]byte `json:"listings,omitempty"`
}

func (d *Draft) listing() Listing {
	r := &d.Record
	return Listing{
		Feed: r.Feed, Agency: r.Agency, ID: r.ID, URL: r.URL, GUID: r.GUID,
		Title: clip(r.Title, 200), Published: r.Published, Mark: d.Mark,
	}
}

// Pending is an entry whose page is to be fetched.
type Pending struct {
	ID   string
	Page string // its address; empty if the entry has none
}

// Pending yields the entries whose page is due, the longest waiting first. It reads as a stream: what is put off or
// stored meanwhile is not seen again.
func (s *Store) Pending(ctx context.Context, now time.Time) iter.Seq2[Pending, error] {
	return func(yield func(Pending, error) bool) {
		for row, err := range s.rows(ctx, bucketDue, nil, timeKey(now.Add(time.Second))) {
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

// ListedBy says whether an entry of the feed waits for this page.
func (d *Draft) ListedBy(feed string) bool {
	h := hash16(feed)
	return slices.ContainsFunc(d.Listings, func(key []byte) bool { return bytes.HasPrefix(key, h) })
}

// NextDue says when the next pending entry is due; ok is false if none waits.
func (s *Store) NextDue(ctx context.Context) (at time.Time, ok bool, err error) {
	err = s.view(ctx, func(t tx) error {
		for row, err := range t.Scan(bucketDue, nil, nil) {
			if err == nil {
				at, ok = keyTime(row.Key), true
			}
			return err
		}
		return nil
	})
	return at, ok, err
}

// Draft gives a pending entry; [ErrNotFound] if it is no longer pending.
func (s *Store) Draft(ctx context.Context, id string) (d Draft, err error) {
	err = s.view(ctx, func(t tx) error {
		var ok bool
		d, ok, err = load[Draft](t, bucketPending, []byte(id))
		if err == nil && !ok {
			err = fmt.Errorf("pending %q: %w", id, ErrNotFound)
		}
		return err
	})
	return d, err
}

// Retry keeps an entry pending after its page failed, and due again later.
func (s *Store) Retry(ctx context.Context, id string, due time.Time, e Event) error {
	return s.update(ctx, func(t tx) error {
		d, ok, err := load[Draft](t, bucketPending, []byte(id))
		if err != nil || !ok {
			return err
		}
		if err := t.dropPending(d); err != nil {
			return err
		}
		d.Tries, d.Error, d.Due = d.Tries+1, e.Detail, due
		for _, key := range d.Listings {
			if err := t.settle(key, id, Waiting, e.Detail); err != nil {
				return err
			}
		}
		if err := t.tell(id, nil, e); err != nil {
			return err
		}
		return t.savePending(d)
	})
}

// Fail ends a pending entry of which nothing can be stored. An article that was stored before stays. mark is as in
// [Store.Put].
func (s *Store) Fail(ctx context.Context, id, mark string, e Event) error {
	return s.update(ctx, func(t tx) error {
		d, ok, err := load[Draft](t, bucketPending, []byte(id))
		if err != nil || !ok || d.Mark != mark {
			return err
		}
		if err := t.dropPending(d); err != nil {
			return err
		}
		if err := t.tell(id, nil, e); err != nil {
			return err
		}
		r, ok, err := t.record(id)
		if err != nil {
			return err
		}
		if ok {
			return t.settleAll(&r, d.Listings)
		}
		if d.Folded != "" {
			return t.refold(d)
		}
		for _, key := range d.Listings {
			if err := t.settle(key, id, Failed, e.Detail); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t tx) savePending(d Draft) error {
	if err := t.Put(bucketDue, dueKey(d), []byte(clip(d.Page, maxURL))); err != nil {
		return err
	}
	return t.put(bucketPending, []byte(d.Record.ID), d)
}

func (t tx) dropPending(d Draft) error {
	if err := t.Delete(bucketDue, dueKey(d)); err != nil {
		return err
	}
	return t.Delete(bucketPending, []byte(d.Record.ID))
}

func dueKey(d Draft) []byte { return append(timeKey(d.Due), d.Record.ID...) }
