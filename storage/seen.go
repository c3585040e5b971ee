package storage

import (
	"bytes"
	"context"
)

// When a feed listed an article first and last is in the ledger and changes with every poll. It is read from there when a record is
// handed out, and is no part of the record's row.

// Seen fills in when the other carriers of a record listed it.
func (s *Store) Seen(ctx context.Context, r *Record) error {
	if len(r.AlsoIn) == 0 {
		return nil
	}
	carriers := make([]Carrier, len(r.AlsoIn))
	copy(carriers, r.AlsoIn)
	r.AlsoIn = carriers
	return s.view(ctx, func(t tx) error {
		for i := range carriers {
			c := &carriers[i]
			l, ok, err := t.listing(listingKey(c.Feed, Identity(c.URL, c.GUID, "")))
			if err != nil {
				return err
			}
			if ok {
				c.FirstSeen, c.LastSeen = l.First.UTC(), l.Last.UTC()
			}
		}
		return nil
	})
}

// fillSeen is Seen for a line. As a rule an article has no other carriers, and its line stays as it is stored.
func (s *Store) fillSeen(ctx context.Context, l *Line) error {
	if !bytes.Contains(l.JSON, []byte(`,"also_in":[{`)) {
		return nil
	}
	r, err := l.Record()
	if err != nil {
		return err
	}
	if err := s.Seen(ctx, &r); err != nil {
		return err
	}
	l.JSON, err = r.Line()
	return err
}
