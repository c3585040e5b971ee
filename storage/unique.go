package storage

import (
	"bytes"
	"context"
	"errors"
	"iter"
)

// UniqueLines yields one of the chosen records of each cluster: its leader, or, if that is not among the chosen, the first in
// the order of export that is. So whoever asks for open licences gets the open copy of an article whose original is not. The others of
// the cluster, chosen or not, are its carriers: that names where they are, and lends nobody their licence.
func (s *Store) UniqueLines(ctx context.Context, f Filter) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		for l, err := range s.Lines(ctx, f) {
			ok := err == nil
			if ok {
				l, ok, err = s.unique(ctx, l, &f)
			}
			if (ok || err != nil) && !yield(l, err) || err != nil {
				return
			}
		}
	}
}

// unique makes a line one for its whole cluster; ok is false if another record stands for that.
func (s *Store) unique(ctx context.Context, l Line, f *Filter) (_ Line, ok bool, err error) {
	c, tied, err := s.tiedCluster(ctx, l.ID)
	if errors.Is(err, ErrNotFound) || err == nil && !tied {
		return l, true, nil // it was removed since, or is alone
	}
	led := c.Leader.ID != l.ID
	if err != nil || led && f.chooses(&c.Leader) {
		return l, false, err
	}
	r, err := l.Record()
	if err != nil {
		return l, false, err
	}
	for i := range c.Members {
		m := &c.Members[i]
		if led && f.chooses(m) && bytes.Compare(orderKey(m), orderKey(&r)) < 0 {
			return l, false, nil
		}
		r.carryRecord(m)
	}
	r.carryRecord(&c.Leader)
	if err := s.Seen(ctx, &r); err != nil {
		return l, false, err
	}
	l.JSON, err = r.Line()
	return l, true, err
}

// tiedCluster is the cluster of a record that has ties; nearly all have none, which takes a look at one key.
func (s *Store) tiedCluster(ctx context.Context, id string) (c Cluster, tied bool, err error) {
	err = s.view(ctx, func(t tx) error {
		_, tied, err = t.ties(id)
		return err
	})
	if err == nil && tied {
		c, err = s.Cluster(ctx, id)
	}
	return c, tied, err
}

// chooses says whether a record is among the chosen.
func (f *Filter) chooses(r *Record) bool { return f.match(r) && f.spans(r.date()) }
