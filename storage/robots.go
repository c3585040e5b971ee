package storage

import (
	"context"
	"encoding/json"
	"time"
)

// Robots is what an origin's robots.txt said when it was last asked for. How long it counts is decided where it is read.
type Robots struct {
	Origin  string          `json:"origin"` // such as https://news.example
	Asked   time.Time       `json:"asked"`
	Until   time.Time       `json:"until,omitzero"` // when it is asked for again
	Read    time.Time       `json:"read,omitzero"`  // when the rules were had; zero if never
	Down    time.Time       `json:"down,omitzero"`  // since when it can't be had; zero if it can
	Refused string          `json:"refused,omitempty"`
	Rules   json.RawMessage `json:"rules,omitempty"` // as package fetch writes them
}

// Bounds on what is kept of robots.txt files. A month is how long one that can't be had is remembered.
const (
	maxRobots   = 128 << 10 // bytes of one row
	robotsKept  = 31 * 24 * time.Hour
	robotsSwept = 8 // rows that each write looks at for old ones
)

// Robots gives what is known of an origin's robots.txt; ok is false if nothing is.
func (s *Store) Robots(ctx context.Context, origin string) (r Robots, ok bool, err error) {
	err = s.view(ctx, func(t tx) error {
		r, ok, err = load[Robots](t, bucketRobots, hash16(origin))
		return err
	})
	return r, ok, err
}

// SaveRobots replaces what is known of an origin's robots.txt. Each write drops a few rows that have not been renewed for
// a month, if it comes upon them: those behind its own. Keys are hashes, so all rows have their turn, and none costs more.
func (s *Store) SaveRobots(ctx context.Context, r Robots) error {
	if len(r.Rules)+len(r.Origin)+len(r.Refused) > maxRobots {
		r = Robots{Origin: clip(r.Origin, maxRobots/2), Asked: r.Asked}
	}
	key := hash16(r.Origin)
	return s.update(ctx, func(t tx) error {
		old, err := t.oldRobots(after(key), r.Asked.Add(-robotsKept))
		if err != nil {
			return err
		}
		for _, k := range old {
			if err := t.Delete(bucketRobots, k); err != nil {
				return err
			}
		}
		return t.put(bucketRobots, key, r)
	})
}

// oldRobots are the keys, among the next rows from a key on, of what was asked for before a time.
func (t tx) oldRobots(from []byte, before time.Time) (old [][]byte, err error) {
	n := 0
	for row, err := range t.Scan(bucketRobots, from, nil) {
		if err != nil {
			return nil, err
		}
		r, err := decode[Robots]("robots", row.Value)
		if err != nil || r.Asked.Before(before) { // what can't be read is of no use either
			old = append(old, row.clone().Key)
		}
		if n++; n == robotsSwept {
			break
		}
	}
	return old, nil
}
