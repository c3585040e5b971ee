package ingest

import (
	"fmt"
	"testing"
	"time"

	"dateline/fetch"
	"dateline/storage"
)

// listOf makes drafts with the given numbers, published an hour apart.
func listOf(from, to int) (all []storage.Draft) {
	for i := from; i < to; i++ {
		at := noon.Add(time.Duration(i) * time.Hour)
		all = append(all, storage.Draft{Record: storage.Record{ID: fmt.Sprint(i), Published: at}})
	}
	return all
}

// step is a poll of a feed that may have moved.
type step struct {
	after time.Duration // since the first
	to    string        // where a permanent redirect led
	list  []storage.Draft
	same  bool // not modified
	err   fetch.Reason
}

func play(f storage.FeedState, steps []step) storage.FeedState {
	for _, s := range steps {
		got := polled{drafts: s.list, feed: fetch.Feed{NotModified: s.same, Validators: tagged, Hints: fetch.Hints{MovedTo: s.to}}}
		if s.err != "" {
			got.err = &fetch.Error{Reason: s.err}
		}
		f = next(f, got, limits{floor: time.Hour, worth: time.Hour}, noon.Add(s.after))
	}
	return f
}

// TestFollowMove: a permanent redirect is believed once the same target was seen on three polls over a day, was a feed, and shared
// entries with the old address.
func TestFollowMove(t *testing.T) {
	const h = time.Hour
	old, later, strange := listOf(0, 10), listOf(5, 15), listOf(500, 510)
	start := step{list: old}
	for _, c := range []struct {
		name  string
		steps []step
		want  string
	}{
		{"three polls over a day", []step{start, {after: 1 * h, to: "b", list: later}, {after: 13 * h, to: "b", same: true}, {after: 25 * h, to: "b", same: true}}, "b"},
		{"a redirect from the first poll on", []step{{to: "b", list: old}, {after: 13 * h, to: "b", same: true}, {after: 24 * h, to: "b", same: true}}, "b"},
		{"the same bytes there", []step{start, {after: h, to: "b", same: true}, {after: 13 * h, to: "b", same: true}, {after: 25 * h, to: "b", same: true}}, "b"},
		{"three polls within a day", []step{start, {after: 1 * h, to: "b", list: later}, {after: 2 * h, to: "b", list: later}, {after: 24 * h, to: "b", list: later}}, ""},
		{"two polls over a day", []step{start, {after: 1 * h, to: "b", list: later}, {after: 30 * h, to: "b", list: later}}, ""},
		{"another feed", []step{start, {after: 1 * h, to: "b", list: strange}, {after: 13 * h, to: "b", list: strange}, {after: 90 * h, to: "b", list: strange}}, ""},
		{"another feed, after a failure", []step{start, {after: 1 * h, to: "b", list: strange}, {after: 2 * h, err: fetch.Timeout},
			{after: 3 * h, to: "b", list: strange}, {after: 13 * h, to: "b", list: strange}, {after: 90 * h, to: "b", list: strange}}, ""},
		{"another feed at a place that changes", []step{start, {after: 1 * h, to: "b1", list: strange}, {after: 3 * h, to: "b2", list: strange},
			{after: 13 * h, to: "b2", list: strange}, {after: 90 * h, to: "b2", list: strange}}, ""},
		{"a failure begins the count anew", []step{start, {after: 1 * h, to: "b", list: later}, {after: 13 * h, to: "b", list: later},
			{after: 14 * h, err: fetch.ServerError}, {after: 26 * h, to: "b", list: later}}, ""},
		{"and goes on after it", []step{start, {after: 1 * h, to: "b", list: later}, {after: 14 * h, err: fetch.ServerError}, {after: 26 * h, to: "b", list: later},
			{after: 27 * h, to: "b", list: later}, {after: 50 * h, to: "b", list: later}}, "b"},
		{"a redirect that ends", []step{start, {after: 1 * h, to: "b", list: later}, {after: 13 * h, list: later}, {after: 30 * h, to: "b", list: later}}, ""},
		{"another target", []step{start, {after: 1 * h, to: "b", list: later}, {after: 13 * h, to: "b", list: later}, {after: 30 * h, to: "c", list: later}}, ""},
	} {
		if f := play(storage.FeedState{URL: "a"}, c.steps); f.Address != c.want {
			t.Errorf("%s: the address is %q, want %q", c.name, f.Address, c.want)
		}
	}
}

// TestMovedBack: a feed that is sent back to the configured address has not moved.
func TestMovedBack(t *testing.T) {
	back := step{to: "a", list: listOf(0, 3)}
	f := play(storage.FeedState{URL: "a", Address: "b"}, []step{back, {after: 12 * time.Hour, to: "a", same: true}, {after: 24 * time.Hour, to: "a", same: true}})
	if f.Address != "" || address(f) != "a" {
		t.Errorf("the address is %q", f.Address)
	}
}

// TestLeaveAddress: the configured address is asked again when the new one is no feed any more, at once or after a week of
// failures that may pass.
func TestLeaveAddress(t *testing.T) {
	for _, c := range []struct {
		why      fetch.Reason
		failures int // before
		failing  time.Duration
		leaves   bool
	}{
		{why: fetch.Gone, leaves: true}, {why: fetch.NotFound, leaves: true}, {why: fetch.NotFeed, leaves: true},
		{why: fetch.BadURL, leaves: true}, {why: fetch.Blocked, leaves: true},
		{why: fetch.DNS}, {why: fetch.DNS, failures: 1}, {why: fetch.DNS, failures: 2, leaves: true},
		{why: fetch.Connect, failures: 20, failing: 6 * 24 * time.Hour}, {why: fetch.Connect, failures: 20, failing: 7 * 24 * time.Hour, leaves: true},
		{why: fetch.TLS}, {why: fetch.TLS, failures: 9, failing: 8 * 24 * time.Hour, leaves: true},
		{why: fetch.ServerError}, {why: fetch.Timeout}, {why: fetch.RateLimited}, {why: fetch.Redirects},
	} {
		f := storage.FeedState{URL: "a", Address: "b", ETag: "e", Digest: "d", Failures: c.failures}
		if c.failures > 0 {
			f.Failing = noon.Add(-c.failing)
		}
		f = next(f, polled{err: &fetch.Error{Reason: c.why}}, limits{floor: time.Hour}, noon)
		if left := f.Address == ""; left != c.leaves || left != (f.ETag == "") || f.Gone {
			t.Errorf("%s after %d failures in %v: %+v", c.why, c.failures, c.failing, f)
		}
	}
}
