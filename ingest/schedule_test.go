package ingest

import (
	"cmp"
	"errors"
	"testing"
	"time"

	"dateline/fetch"
	"dateline/storage"
)

var noon = time.Date(2026, 11, 3, 12, 0, 0, 0, time.UTC)

// TestNextWaits checks the lower bounds of the next poll: the latest wins, and at most a tenth is added.
func TestNextWaits(t *testing.T) {
	const floor = time.Hour
	refused := func(why fetch.Reason, after time.Duration) error {
		return &fetch.Error{Reason: why, URL: "http://news.example/rss", RetryAfter: after}
	}
	tests := []struct {
		name     string
		floor    time.Duration // an hour if zero
		failures int           // before
		hints    fetch.Hints
		err      error
		want     time.Duration
	}{
		{name: "nothing asked for", want: floor},
		{name: "max-age above the floor", hints: fetch.Hints{MaxAge: 3 * time.Hour}, want: 3 * time.Hour},
		{name: "max-age below the floor", hints: fetch.Hints{MaxAge: time.Minute}, want: floor},
		{name: "ttl above max-age", hints: fetch.Hints{MaxAge: 2 * time.Hour, TTL: 4 * time.Hour}, want: 4 * time.Hour},
		{name: "a wish of a year", hints: fetch.Hints{TTL: 365 * 24 * time.Hour}, want: maxWish},
		{name: "retry-after with a 200", hints: fetch.Hints{RetryAfter: 9 * 24 * time.Hour}, want: 9 * 24 * time.Hour},
		{name: "first failure", err: refused(fetch.Timeout, 0), want: floor},
		{name: "third failure", failures: 2, err: refused(fetch.ServerError, 0), want: 4 * floor},
		{name: "nobody there", err: refused(fetch.DNS, 0), want: unreached},
		{name: "nobody there again", failures: 1, err: refused(fetch.Connect, 0), want: 2 * unreached},
		{name: "hundredth failure", failures: 99, err: refused(fetch.DNS, 0), want: maxBackoff},
		{name: "a floor above a day", floor: 100 * 24 * time.Hour, failures: 40, err: refused(fetch.Timeout, 0), want: 100 * 24 * time.Hour},
		{name: "429 for two days", err: refused(fetch.RateLimited, 48*time.Hour), want: 48 * time.Hour},
		{name: "429 for a year", err: refused(fetch.RateLimited, 365*24*time.Hour), want: maxRetry},
		{name: "an error without a reason", err: errors.New("odd"), want: floor},
	}
	for _, tt := range tests {
		f := next(storage.FeedState{URL: "http://news.example/rss", Failures: tt.failures}, polled{feed: fetch.Feed{Hints: tt.hints, Validators: tagged}, err: tt.err}, limits{floor: cmp.Or(tt.floor, floor), worth: time.Nanosecond}, noon)
		if got := f.NextPoll.Sub(noon); got < tt.want || got > tt.want+tt.want/10 {
			t.Errorf("%s: next poll after %v, want %v to a tenth more", tt.name, got, tt.want)
		}
	}
}

// tagged are validators of a server that gives some.
var tagged = fetch.Validators{ETag: `"a"`}

func TestNextKeepsValidatorsOfWhatWasRead(t *testing.T) {
	lim := limits{floor: time.Hour, worth: time.Hour}
	old := storage.FeedState{URL: "u", ETag: `"a"`, LastModified: "Mon", LastGood: noon.Add(-time.Hour)}
	f := next(old, polled{err: &fetch.Error{Reason: fetch.NotFeed}}, lim, noon)
	if f.ETag != `"a"` || f.LastModified != "Mon" || f.LastGood != old.LastGood || f.Failures != 1 || f.Outcome != "not-a-feed" {
		t.Errorf("after a failure: %+v", f)
	}
	f = next(f, polled{feed: fetch.Feed{Validators: fetch.Validators{ETag: `"b"`, Digest: "d"}, Title: "News"}}, lim, noon)
	if f.ETag != `"b"` || f.Digest != "d" || f.LastModified != "" || f.Failures != 0 || f.Error != "" || f.Outcome != "ok" || f.Title != "News" {
		t.Errorf("after a 200: %+v", f)
	}
	f = next(f, polled{feed: fetch.Feed{NotModified: true, Validators: fetch.Validators{ETag: `"b"`}}}, lim, noon)
	if f.ETag != `"b"` || f.Outcome != "not-modified" || f.Title != "News" {
		t.Errorf("after a 304: %+v", f)
	}
}

func TestGoneIsNeverDue(t *testing.T) {
	lim := limits{floor: time.Hour, worth: time.Hour}
	gone := &fetch.Error{Reason: fetch.Gone, Status: 410}
	f := next(storage.FeedState{URL: "u"}, polled{err: gone}, lim, noon)
	if isDue(f, noon.AddDate(10, 0, 0)) {
		t.Error("a feed that is gone is due after ten years")
	}
	if f := next(f, polled{}, lim, noon); f.Gone {
		t.Error("a feed that answered again when it was asked by hand is still gone")
	}
	f = next(storage.FeedState{URL: "u", Address: "v", ETag: "x"}, polled{err: gone}, lim, noon)
	if f.Gone || f.Address != "" || f.ETag != "" {
		t.Errorf("after the address that it had moved to is gone: %+v; want the configured one, asked anew", f)
	}
}

func TestJudge(t *testing.T) {
	page := func(why fetch.Reason, status int, after time.Duration) error {
		return &fetch.Error{Reason: why, URL: "http://news.example/1", Status: status, RetryAfter: after}
	}
	tests := []struct {
		name  string
		err   error
		tries int
		want  fate
	}{
		{"first time-out", page(fetch.Timeout, 0, 0), 0, fate{10 * time.Minute, "timeout"}},
		{"second", page(fetch.Timeout, 0, 0), 1, fate{time.Hour, "timeout"}},
		{"last", page(fetch.Timeout, 0, 0), 4, fate{0, "timeout"}},
		{"after the last", page(fetch.Timeout, 0, 0), 9, fate{0, "timeout"}},
		{"asked to wait", page(fetch.ServerError, 503, 2*time.Hour), 0, fate{2 * time.Hour, "server-error"}},
		{"forbidden by robots.txt", page(fetch.Robots, 0, 0), 0, fate{0, "robots"}},
		{"robots.txt down", page(fetch.RobotsDown, 0, 0), 0, fate{10 * time.Minute, "robots-down"}},
		{"gone", page(fetch.Gone, 410, 0), 0, fate{0, "gone"}},
		{"payment", page(fetch.Denied, 402, 0), 4, fate{0, "paywall"}},
		{"a PDF", page(fetch.NotHTML, 200, 0), 0, fate{0, "not-html"}},
		{"no text", errNoText, 0, fate{0, "no-text"}},
		{"a panic", errors.New("the extractor panicked"), 0, fate{0, "unreadable"}},
	}
	for _, tt := range tests {
		if got := judge(tt.err, tt.tries, 5); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
}

// A server without validators has to send all of a feed each time. One whose document was cut has some, which were not kept.
func TestNextAsksForAWholeDocumentOnceADay(t *testing.T) {
	for _, c := range []struct {
		name string
		feed fetch.Feed
		lim  limits
		want time.Duration
	}{
		{"validators", fetch.Feed{Validators: tagged}, limits{floor: time.Hour}, time.Hour},
		{"none", fetch.Feed{}, limits{floor: time.Hour}, bareFloor},
		{"none, and a floor of the agency's own", fetch.Feed{}, limits{floor: time.Hour, chosen: true}, time.Hour},
		{"cut", fetch.Feed{Mended: []string{fetch.MendedCut}}, limits{floor: time.Hour}, time.Hour},
	} {
		c.lim.worth = time.Nanosecond
		f := next(storage.FeedState{URL: "u"}, polled{feed: c.feed}, c.lim, noon)
		if got := f.NextPoll.Sub(noon); got < c.want || got > c.want+c.want/10 {
			t.Errorf("%s: next poll after %v, want %v to a tenth more", c.name, got, c.want)
		}
	}
}
