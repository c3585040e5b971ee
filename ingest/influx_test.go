package ingest

import (
	"fmt"
	"testing"
	"time"

	"dateline/fetch"
	"dateline/storage"
)

// numbered is what a poll brings that lists so many entries from a number on.
func numbered(from, n int) polled {
	got := polled{feed: fetch.Feed{Validators: fetch.Validators{ETag: `"1"`, Digest: "d"}}}
	for i := range n {
		got.drafts = append(got.drafts, storage.Draft{Record: storage.Record{ID: fmt.Sprint(from + i)}})
	}
	return got
}

// TestAdmit: a feed brings what it may in an hour, of a document the first; what it listed before never counts; what was cut is
// new in the next hour.
func TestAdmit(t *testing.T) {
	f := storage.FeedState{URL: "https://news.example/rss"}
	for _, c := range []struct {
		name          string
		after         time.Duration // since the poll before
		from, entries int
		kept, cut     int
	}{
		{"the first document", 0, 0, 1000, 1000, 0},
		{"the same", 5 * time.Minute, 0, 1000, 1000, 0},
		{"half new", 5 * time.Minute, 500, 1000, 1000, 0},
		{"all new, more than may be", 5 * time.Minute, 5000, 1000, 500, 500},
		{"the same, the hour is not over", 5 * time.Minute, 5000, 1000, 500, 500},
		{"all new again", 30 * time.Minute, 9000, 1000, 0, 1000},
		{"the next hour", 15 * time.Minute, 5000, 1000, 1000, 0},
		{"a clock that is set back", -48 * time.Hour, 20_000, 1000, 1000, 0},
	} {
		now := noon
		if !f.LastPoll.IsZero() {
			now = f.LastPoll.Add(c.after)
		}
		var got polled
		f, got = admit(f, numbered(c.from, c.entries), now)
		f = next(f, got, limits{floor: time.Minute}, now)
		if len(got.drafts) != c.kept || f.Dropped != c.cut {
			t.Errorf("%s: kept %d, cut %d, want %d and %d", c.name, len(got.drafts), f.Dropped, c.kept, c.cut)
		}
		if kept := f.ETag != "" && f.Digest != ""; kept != (c.cut == 0) {
			t.Errorf("%s: validators kept %t", c.name, kept)
		}
	}
}
