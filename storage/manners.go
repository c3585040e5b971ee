package storage

import (
	"context"
	"encoding/binary"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"
)

// Manners is what a host was asked for on one day, and what came of it: what a publisher would want to see.
type Manners struct {
	Host string    `json:"host"`
	Day  time.Time `json:"day"` // its first second, UTC

	Requests map[string]int `json:"requests,omitempty"` // by kind: feed, page, robots, tdm, hub
	Answers  map[string]int `json:"answers,omitempty"`  // by HTTP status, or the reason why none came

	// Polls are the requests of feeds that were answered, redirects aside; Unconditional those of them that carried no validators, NotModified
	// those that a 304 answered.
	Polls         int `json:"polls,omitempty"`
	Unconditional int `json:"unconditional,omitempty"`
	NotModified   int `json:"not_modified,omitempty"`

	// LeastGap is the shortest pause from the end of one request to the start of the next; 0 if there were not two.
	LeastGap time.Duration `json:"least_gap,omitempty"`

	// Robots counts the pages that were wanted by what robots.txt said of them: allowed, forbidden, or unavailable.
	Robots map[string]int `json:"robots,omitempty"`
}

// What robots.txt says of a page.
const (
	RobotsAllowed     = "allowed"
	RobotsForbidden   = "forbidden"
	RobotsUnavailable = "unavailable" // it could not be read, so the page was not asked for
)

// Add counts in what else is known of the same host and day, or of another one for a sum.
func (m *Manners) Add(o Manners) {
	m.Requests = addCounts(m.Requests, o.Requests)
	m.Answers = addCounts(m.Answers, o.Answers)
	m.Robots = addCounts(m.Robots, o.Robots)
	m.Polls += o.Polls
	m.Unconditional += o.Unconditional
	m.NotModified += o.NotModified
	if m.LeastGap == 0 || o.LeastGap > 0 && o.LeastGap < m.LeastGap {
		m.LeastGap = o.LeastGap
	}
}

// Total is the number of requests.
func (m Manners) Total() int {
	n := 0
	for _, k := range m.Requests {
		n += k
	}
	return n
}

func addCounts(to, from map[string]int) map[string]int {
	if to == nil {
		return maps.Clone(from)
	}
	for key, n := range from {
		to[key] += n
	}
	return to
}

// Day is the first second of a time's day in UTC, as [Manners] count them.
func Day(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

// How long the account goes back, and how many rows that are older one call deletes: more than it adds, so that they go for
// good, and few enough not to be noticed.
const (
	MannersDays = 30
	mannersOld  = 2 * pollBatch
)

// NoteRequests adds counts to the account, a row per host and day, and drops rows that are older than [MannersDays] before the
// given time. Counters can't be added twice without harm, so a call that failed is not repeated: what it brought is lost or
// is there. A crash costs what was not noted yet.
func (s *Store) NoteRequests(ctx context.Context, rows []Manners, now time.Time) error {
	for chunk := range slices.Chunk(rows, pollBatch) {
		err := s.update(ctx, func(t tx) error {
			for _, m := range chunk {
				if err := t.noteRequests(m); err != nil {
					return err
				}
			}
			return t.dropManners(now)
		})
		if err != nil {
			return fmt.Errorf("account of requests: %w", err)
		}
	}
	return nil
}

func (t tx) noteRequests(m Manners) error {
	key := mannersKey(m.Day, m.Host)
	sum, ok, err := load[Manners](t, bucketManners, key)
	if err != nil {
		return err
	}
	if !ok {
		sum = Manners{Host: m.Host, Day: Day(m.Day)}
	}
	sum.Add(m)
	return t.put(bucketManners, key, sum)
}

// dropManners deletes what is too old. The days come first in the keys, so it is all at the start.
func (t tx) dropManners(now time.Time) error {
	var old [][]byte
	for row, err := range t.Scan(bucketManners, nil, dayKey(firstDay(now))) {
		if err != nil {
			return err
		}
		if old = append(old, slices.Clone(row.Key)); len(old) == mannersOld {
			break
		}
	}
	for _, key := range old {
		if err := t.Delete(bucketManners, key); err != nil {
			return err
		}
	}
	return nil
}

// Manners yields the account of the last [MannersDays], the day of the given time among them, day by day.
func (s *Store) Manners(ctx context.Context, now time.Time) iter.Seq2[Manners, error] {
	return func(yield func(Manners, error) bool) {
		for row, err := range s.rows(ctx, bucketManners, dayKey(firstDay(now)), nil) {
			var m Manners
			if err == nil {
				m, err = decode[Manners](fmt.Sprintf("manners %x", row.Key), row.Value)
			}
			if !yield(m, err) || err != nil {
				return
			}
		}
	}
}

// firstDay is the first day of the account at a time.
func firstDay(now time.Time) time.Time { return Day(now).AddDate(0, 0, 1-MannersDays) }

func mannersKey(day time.Time, host string) []byte { return append(dayKey(day), hash16(host)...) }

// dayKey sorts as the days do, from 1970 on.
func dayKey(day time.Time) []byte {
	return binary.BigEndian.AppendUint32(nil, uint32(max(day.Unix(), 0)/(24*60*60)))
}
