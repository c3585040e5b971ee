package ingest

import (
	"testing"
	"time"

	"dateline/fetch"
	"dateline/storage"
)

// TestOutOfSkip: a time moves to the first hour and day in which the feed does not mind, at the same minute.
func TestOutOfSkip(t *testing.T) {
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 11, day, hour, minute, 7, 0, time.UTC) } // the 3rd is a Tuesday
	hours := func(all ...int) (set uint32) {
		for _, h := range all {
			set |= 1 << h
		}
		return set
	}
	const tuesday, wednesday, sunday = 1 << 2, 1 << 3, 1
	for _, c := range []struct {
		name string
		t    time.Time
		w    storage.Wishes
		want time.Time
	}{
		{"nothing asked for", at(3, 22, 30), storage.Wishes{}, at(3, 22, 30)},
		{"another hour", at(3, 22, 30), storage.Wishes{SkipHours: hours(21, 23)}, at(3, 22, 30)},
		{"this hour", at(3, 22, 30), storage.Wishes{SkipHours: hours(22)}, at(3, 23, 30)},
		{"over midnight", at(3, 22, 30), storage.Wishes{SkipHours: hours(22, 23, 0, 1, 2)}, at(4, 3, 30)},
		{"this day", at(3, 22, 30), storage.Wishes{SkipDays: tuesday}, at(4, 0, 30)},
		{"over midnight into a day to be skipped", at(3, 23, 30), storage.Wishes{SkipHours: hours(23), SkipDays: wednesday}, at(5, 0, 30)},
		{"a day, and the night after it", at(3, 12, 30), storage.Wishes{SkipHours: hours(0, 1, 2, 3), SkipDays: tuesday}, at(4, 4, 30)},
		{"all but an hour a week", at(3, 12, 30), storage.Wishes{SkipHours: 1<<24 - 1 - 1<<5, SkipDays: 1<<7 - 1 - sunday}, at(8, 5, 30)},
		{"all but the hour that has begun", at(8, 6, 0), storage.Wishes{SkipHours: 1<<24 - 1 - 1<<5, SkipDays: 1<<7 - 1 - sunday}, at(15, 5, 0)},
	} {
		if got := outOfSkip(c.t, c.w); !got.Equal(c.want) {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		tehran := time.FixedZone("", 12600)
		if got := outOfSkip(c.t.In(tehran), c.w); !got.Equal(c.want) {
			t.Errorf("%s, told by a clock in Tehran: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestLateInSkip: a feed whose time passed while nobody could ask is not asked in an hour that it wants to be spared.
func TestLateInSkip(t *testing.T) {
	f := storage.FeedState{URL: "u", LastPoll: noon.Add(-time.Hour), NextPoll: noon, Wishes: storage.Wishes{SkipHours: 1 << 13}}
	for after, want := range map[time.Duration]bool{0: true, 59 * time.Minute: true, 61 * time.Minute: false, 2 * time.Hour: true} {
		if got := isDue(f, noon.Add(after)); got != want {
			t.Errorf("after %v, due is %t", after, got)
		}
	}
}

// TestWholeWaits: times are stored with seconds, and no wait is shorter for it.
func TestWholeWaits(t *testing.T) {
	const asked = 3*time.Hour + 250*time.Millisecond
	for _, url := range []string{"http://a.example/", "http://b.example/", "http://c.example/"} {
		f := plan(storage.FeedState{URL: url, ETag: "e"}, asked, 0, limits{floor: time.Hour, worth: 1}, noon)
		if wait := f.Sub(noon); wait < asked || f.Nanosecond() != 0 {
			t.Errorf("%s: after %v, want at least %v in whole seconds", url, wait, asked)
		}
		err := &fetch.Error{Reason: fetch.RateLimited, RetryAfter: asked}
		if wait := failed(storage.FeedState{URL: url}, err, limits{floor: time.Hour}, noon).NextPoll.Sub(noon); wait < asked {
			t.Errorf("%s: after a failure %v, want at least %v", url, wait, asked)
		}
	}
	for _, now := range []time.Time{noon, noon.Add(1), noon.Add(time.Second - 1), noon.Add(time.Second)} {
		if got := wholeSecond(now); got.Before(now) || got.Sub(now) >= time.Second || got.Nanosecond() != 0 {
			t.Errorf("%s becomes %s", now, got)
		}
	}
}

// TestManner45NeverGivenUp: no feed is given up, and the longer it fails the more rarely it is asked, once in 30 days at least.
func TestManner45NeverGivenUp(t *testing.T) {
	const day = 24 * time.Hour
	for _, why := range []fetch.Reason{fetch.NotFound, fetch.Denied, fetch.DNS, fetch.TLS, fetch.Timeout, fetch.ServerError, fetch.NotFeed, fetch.Challenge} {
		f := storage.FeedState{URL: "http://news.example/rss", ETag: "e"}
		now, least, polls := noon, time.Duration(0), 0
		for now.Before(noon.AddDate(5, 0, 0)) {
			f = next(f, polled{err: &fetch.Error{Reason: why}}, limits{floor: time.Hour}, now)
			wait := f.NextPoll.Sub(now)
			switch failing := now.Sub(noon); {
			case wait < least || wait > maxInterval:
				t.Fatalf("%s: after %v of failures it waits for %v, and waited for %v before", why, failing, wait, least)
			case failing < lostHope && wait > day+day/10:
				t.Fatalf("%s: after %v it waits for %v", why, failing, wait)
			}
			now, least, polls = f.NextPoll, wait-time.Second, polls+1
		}
		if f.Gone || f.ETag != "e" || least < maxInterval-time.Minute {
			t.Errorf("%s: after five years and %d polls: %+v", why, polls, f)
		}
	}
}
