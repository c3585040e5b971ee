package ingest

import (
	"errors"
	"hash/fnv"
	"time"

	"dateline/fetch"
	"dateline/storage"
)

// Bounds of the time between two polls. A publisher's own wish is followed up to a week; what 429 and 503 ask for, up
// to 30 days. Failures stretch the pause to a day.
const (
	maxWish    = 7 * 24 * time.Hour
	maxRetry   = 30 * 24 * time.Hour
	maxBackoff = 24 * time.Hour

	// unreached is the first pause where no server was asked: the name did not resolve, or nobody answered. Mostly it is
	// this machine that was offline.
	unreached = 5 * time.Minute
)

// The outcomes of a poll that was answered; those of the others are fetch's reasons.
const (
	outcomeOK          = "ok"
	outcomeNotModified = "not-modified"
)

// isDue also believes no plan of a clock that was far ahead.
func isDue(f storage.FeedState, now time.Time) bool {
	return !f.Gone && (!f.NextPoll.After(now) || f.LastPoll.After(now.Add(24*time.Hour)))
}

// next is a feed's state after a poll: the only place that decides when a feed is asked again. The latest of all
// lower bounds wins, and up to a tenth is added, by the feed's name, so that feeds that were asked together drift apart.
func next(f storage.FeedState, got fetch.Feed, pollErr error, floor time.Duration, now time.Time) storage.FeedState {
	f.LastPoll = now
	if pollErr != nil {
		return failed(f, pollErr, floor, now)
	}
	f.LastGood, f.Failures, f.Error, f.Gone = now, 0, "", false
	f.ETag, f.LastModified, f.Issuer = got.Validators.ETag, got.Validators.LastModified, got.Validators.URL
	f.Outcome = outcomeNotModified
	if !got.NotModified {
		f.Outcome, f.Title = outcomeOK, got.Title
	}
	wish := min(max(got.Hints.MaxAge, got.Hints.TTL, got.Hints.Update), maxWish)
	wait := max(floor, wish, min(got.Hints.RetryAfter, maxRetry))
	f.NextPoll = now.Add(wait + spread(f.URL, wait)).Truncate(time.Second)
	return f
}

// failed keeps the validators, which still vouch for the last answer that was read.
func failed(f storage.FeedState, pollErr error, floor time.Duration, now time.Time) storage.FeedState {
	f.Failures++
	f.Outcome, f.Error = "error", pollErr.Error()
	var e *fetch.Error
	first, asked := floor, time.Duration(0)
	if errors.As(pollErr, &e) {
		f.Outcome = string(e.Reason)
		f.Gone = e.Reason == fetch.Gone
		asked = min(e.RetryAfter, maxRetry)
		if e.Reason == fetch.DNS || e.Reason == fetch.Connect {
			first = min(floor, unreached)
		}
	}
	wait := max(asked, first, min(min(first, maxBackoff)<<min(f.Failures-1, 10), maxBackoff))
	f.NextPoll = now.Add(wait + spread(f.URL, wait)).Truncate(time.Second)
	return f
}

// spread is up to a tenth of a wait, always the same for one feed: no randomness, the same in a test and in
// production.
func spread(url string, wait time.Duration) time.Duration {
	h := fnv.New32a()
	h.Write([]byte(url))
	return wait / 1000 * time.Duration(h.Sum32()%100)
}
