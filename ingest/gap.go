package ingest

import (
	"time"

	"dateline/storage"
)

// gap is the time whose entries two polls may have missed.
type gap struct {
	from, to time.Time       // of the newest entry that was seen before, and of the oldest that is listed now
	seen     map[uint32]bool // what was listed before, or pushed
}

// Where an entry lies, seen from a gap.
const (
	older = iota
	within
	newer
)

// newGap ends now where the document that is listed has entries without dates.
func newGap(before storage.FeedState, listed []storage.Draft, now time.Time) gap {
	g := gap{from: before.Rhythm.Newest, to: now, seen: hashesOf(before.Listed, before.Pushed)}
	if g.from.IsZero() {
		g.from = before.LastGood
	}
	if l := compare(nil, listed); l.dated {
		g.to = l.oldest
	}
	return g
}

// place says where an entry lies. One without a date that was not listed before may lie within.
func (g gap) place(r *storage.Record) int {
	at := dateOf(r)
	switch {
	case g.seen[hash32(r.ID)]:
		return older
	case at.IsZero():
		return within
	case at.Before(g.from):
		return older
	case at.After(g.to):
		return newer
	}
	return within
}

// days are middays of the days that the gap touches, the latest first and three at most.
func (g gap) days(zone *time.Location) (days []time.Time) {
	if zone == nil {
		zone = time.UTC
	}
	first, day := midday(g.from.In(zone)), midday(g.to.In(zone))
	for !day.Before(first) && len(days) < maxDays {
		days = append(days, day)
		day = day.AddDate(0, 0, -1)
	}
	return days
}

func midday(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 12, 0, 0, 0, t.Location())
}
