package storage

import (
	"context"
	"encoding/binary"
	"iter"
)

// moves keeps an export from what a change of a record's date does to the order that it goes along: a record that moves ahead would
// come twice, and one that moves behind would not come at all.
type moves struct {
	since uint64              // the last change before the export
	seen  map[uint64]struct{} // hashes of ids: a dozen MB for a million records
}

func (s *Store) watchMoves(ctx context.Context) (*moves, error) {
	since, err := s.Sequence(ctx)
	return &moves{since: since, seen: map[uint64]struct{}{}}, err
}

// first says whether a record comes for the first time. Only one that has changed may have moved, so two ids with the
// same hash cost nothing.
func (m *moves) first(l *Line) bool {
	key := binary.BigEndian.Uint64(hash16(l.ID))
	_, was := m.seen[key]
	m.seen[key] = struct{}{}
	return !was || !l.changed
}

// missed yields the chosen records that moved behind the export. A record that was stored meanwhile is none of them: it may be
// seen or not.
func (m *moves) missed(ctx context.Context, s *Store, f Filter) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		for c, err := range s.Changes(ctx, m.since, f) {
			if err == nil && (!c.Asked() || c.Kind.Gone() || !c.Line.changed || !m.first(&c.Line)) {
				continue
			}
			if !yield(c.Line, err) || err != nil {
				return
			}
		}
	}
}
