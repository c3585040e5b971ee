package main

import (
	"strings"
	"testing"
	"time"

	"dateline/config"
	"dateline/storage"
)

func TestConfiguredFeeds(t *testing.T) {
	cfg := &config.Config{Agencies: []config.Agency{
		{ID: "a", Feeds: []string{"http://a.example/1", "http://a.example/2"}},
		{ID: "none"},
		{ID: "b", Feeds: []string{"http://a.example/1", "http://b.example/1"}},
	}}
	var got []string
	for _, l := range configuredFeeds(cfg) {
		got = append(got, l.Agency+" "+l.Feed)
		if l.Outcome != "never" || !l.Configured {
			t.Errorf("%s: %+v", l.Feed, l)
		}
	}
	want := []string{"a http://a.example/1", "a http://a.example/2", "b http://b.example/1"}
	if len(got) != len(want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got %q, want %q", got[i], want[i])
		}
	}
}

func TestFeedLine(t *testing.T) {
	now := time.Date(2025, 11, 3, 8, 0, 0, 0, time.UTC)
	later := now.Add(time.Hour)
	for _, c := range []struct {
		name          string
		state         storage.FeedState
		configured    bool
		outcome, next string
	}{
		{"due", storage.FeedState{Outcome: "ok", NextPoll: now}, true, "ok", "due"},
		{"later", storage.FeedState{Outcome: "ok", NextPoll: later}, true, "ok", "2025-11-03 09:00"},
		{"failed once", storage.FeedState{Outcome: "timeout", Failures: 1, NextPoll: later}, true, "timeout", "2025-11-03 09:00"},
		{"failed often", storage.FeedState{Outcome: "dns", Failures: 7, NextPoll: later}, true, "dns, 7 times in a row", "2025-11-03 09:00"},
		{"gone", storage.FeedState{Outcome: "gone", Failures: 1, Gone: true, NextPoll: later}, true, "gone", "not asked"},
		{"left the configuration", storage.FeedState{Outcome: "ok", NextPoll: now}, false, "ok", "not asked"},
	} {
		l := feedLine{Configured: c.configured}
		l.fill(c.state, storage.Tally{storage.Stored: 3, storage.Partial: 2, storage.Forbidden: 1, storage.Duplicate: 9, storage.Waiting: 0})
		if l.outcome() != c.outcome || l.next(now) != c.next {
			t.Errorf("%s: %q, %q; want %q, %q", c.name, l.outcome(), l.next(now), c.outcome, c.next)
		}
		if _, waits := l.Entries[storage.Waiting]; l.Articles != 6 || waits {
			t.Errorf("%s: %d articles of %v", c.name, l.Articles, l.Entries)
		}
	}
}

func TestFeedNews(t *testing.T) {
	now := time.Date(2025, 11, 30, 8, 0, 0, 0, time.UTC)
	day := func(n int) time.Time { return now.AddDate(0, 0, -n) }
	for _, c := range []struct {
		state storage.FeedState
		rest  *rest
		want  string
	}{
		{state: storage.FeedState{}},
		{state: storage.FeedState{Failing: now.Add(-time.Hour), Outcome: "timeout"}},
		{state: storage.FeedState{Failing: day(40), Outcome: "timeout"}, want: "has failed for 40 days (timeout); it is asked on, ever more rarely"},
		{state: storage.FeedState{Failing: day(40), Gone: true}},
		{state: storage.FeedState{Address: "https://b.example/\x1b"}, want: `has moved for good: name https://b.example/ in the configuration`},
		{state: storage.FeedState{Quiet: day(1), Rhythm: storage.Rhythm{Newest: day(9)}}, want: "nothing new since 2025-11-21 08:00, which is long for it"},
		{state: storage.FeedState{Lost: storage.Loss{At: day(2), Entries: 12, Found: 3}}, want: "about 12 entries may be lost before 2025-11-28 08:00, 3 were found again"},
		{state: storage.FeedState{Lost: storage.Loss{At: day(2)}}, want: "entries may be lost before 2025-11-28 08:00"},
		{state: storage.FeedState{Lost: storage.Loss{At: day(31), Entries: 12}}},
		{state: storage.FeedState{Mended: []string{"charset", "cut"}, Dropped: 7}, want: "came damaged and was mended (charset, cut); 7 entries too many were left out"},
		{rest: &rest{"a.example", now.Add(time.Hour), "rate-limited"}, want: "its host is left alone until 2025-11-30 09:00 (rate-limited)"},
	} {
		l := feedLine{}
		l.fill(c.state, nil)
		l.Rest = c.rest
		if got := strings.Join(l.news(now), "; "); got != c.want {
			t.Errorf("%+v:\ngot  %q\nwant %q", c.state, got, c.want)
		}
	}
}
