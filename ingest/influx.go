package ingest

import (
	"slices"
	"time"

	"dateline/fetch"
	"dateline/storage"
)

// mostNew is how many new entries a feed may bring in an hour: twice what one document can list. No agency publishes as many. A
// feed that gives its entries new addresses in every poll would otherwise have us fetch all their pages again each time, and
// find out only then that their text is known.
const mostNew = 2 * maxListed

// admit cuts from a document the new entries beyond what its feed may bring in an hour. What was cut is told in the state, and
// no validators are kept, so that it is sent again: nothing is lost.
func admit(f storage.FeedState, got polled, now time.Time) (storage.FeedState, polled) {
	seen := hashesOf(f.Listed, f.Pushed)
	cut := 0
	got.drafts = slices.DeleteFunc(got.drafts, func(d storage.Draft) bool {
		if seen[hash32(d.Record.ID)] {
			return false
		}
		if roomFor(f.Influx, now) == 0 {
			cut++
			return true
		}
		f.Influx = addTo(f.Influx, 1, now)
		return false
	})
	if cut > 0 {
		got.feed.Dropped += cut
		got.feed.Validators = fetch.Validators{}
	}
	return f, got
}

// roomFor is how many new entries a feed may still bring.
func roomFor(in storage.Influx, now time.Time) int {
	if isPast(in, now) {
		return mostNew
	}
	return max(mostNew-in.Entries, 0)
}

// addTo adds new entries to those of the hour.
func addTo(in storage.Influx, n int, now time.Time) storage.Influx {
	if n > 0 && isPast(in, now) {
		in = storage.Influx{Since: now}
	}
	in.Entries += n
	return in
}

// isPast says whether the hour has passed. One that has not begun is of a clock that was ahead.
func isPast(in storage.Influx, now time.Time) bool {
	return now.Sub(in.Since) >= time.Hour || in.Since.After(now)
}
