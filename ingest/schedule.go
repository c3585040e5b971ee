package ingest

import (
	"cmp"
	"errors"
	"hash/fnv"
	"slices"
	"time"

	"dateline/fetch"
	"dateline/storage"
)

// Bounds of the time between two polls. A publisher's own wish is followed up to a week; what 429 and 503 ask for, up
// to 30 days.
const (
	maxWish  = 7 * 24 * time.Hour
	maxRetry = 30 * 24 * time.Hour

	// longest is the most that the rhythm of a feed alone makes it wait. While a hub pushes, it is the rule.
	longest = 24 * time.Hour

	// bareFloor is how often a feed is asked whose server gives no validators, and so has to send all of it each time.
	bareFloor = 24 * time.Hour

	// stale is how long a feed brings nothing before it is asked four times a day at most.
	stale      = 30 * 24 * time.Hour
	staleFloor = 6 * time.Hour

	// maxUnchanged is how long a server may answer 304 before it is asked without validators, once: some never say
	// anything else.
	maxUnchanged = 8 * 24 * time.Hour
)

// The outcomes of a poll that was answered; those of the others are fetch's reasons.
const (
	outcomeOK          = "ok"
	outcomeNotModified = "not-modified"
)

// limits are what the operator asks for.
type limits struct {
	floor  time.Duration // least time between two polls
	chosen bool          // the floor is the agency's own: it counts for servers without validators too
	worth  time.Duration // how long entries may wait, all together, to spare a request
	pushed bool          // a hub tells of new entries
}

// polled is what a poll brought.
type polled struct {
	feed   fetch.Feed
	drafts []storage.Draft // of its entries
	err    error           // no answer, or none that can be read
	bare   bool            // it was asked without validators
}

// address is where a feed is asked for.
func address(f storage.FeedState) string { return cmp.Or(f.Address, f.URL) }

// known are the validators to ask with. A server that has answered nothing but 304 for long gets none.
func known(f storage.FeedState, now time.Time) fetch.Validators {
	v := fetch.Validators{ETag: f.ETag, LastModified: f.LastModified, URL: f.Issuer, Digest: f.Digest}
	asked := f.LastFull
	if f.LastBare.After(asked) {
		asked = f.LastBare
	}
	if !asked.IsZero() && now.Sub(asked) >= maxUnchanged {
		v.ETag, v.LastModified = "", ""
	}
	return v
}

func isBare(v fetch.Validators) bool { return v.ETag == "" && v.LastModified == "" }

// next is a feed's state after a poll: the only place that decides when a feed is asked again. It asks nobody and knows
// no clock but now.
func next(f storage.FeedState, got polled, lim limits, now time.Time) storage.FeedState {
	before := f.LastPoll
	f.LastPoll = now
	if got.bare {
		f.LastBare = now
	}
	if got.err != nil {
		return failed(f, got.err, lim, now)
	}
	f.LastGood, f.Failures, f.Failing, f.Error, f.Gone = now, 0, time.Time{}, "", false
	f.Outcome = outcomeNotModified
	v := got.feed.Validators
	f.ETag, f.LastModified, f.Issuer, f.Digest = v.ETag, v.LastModified, v.URL, v.Digest
	f.Wishes = wishes(f.Wishes, got.feed)
	if !got.feed.NotModified {
		f.Outcome, f.Title, f.Mended, f.Dropped = outcomeOK, got.feed.Title, got.feed.Mended, got.feed.Dropped
	}
	if !got.feed.NotModified || got.bare {
		f.LastFull = now
	}
	f = followMove(f, got, now)
	f, soon := lookOver(f, got, before, now)
	f.NextPoll = plan(f, got.feed.Hints.RetryAfter, soon, lim, now)
	return f
}

// wishes keeps what the document asked for while it is not sent again.
func wishes(w storage.Wishes, got fetch.Feed) storage.Wishes {
	h := got.Hints
	if got.NotModified {
		if h.MaxAge > 0 {
			w.MaxAge = h.MaxAge
		}
		return w
	}
	return storage.Wishes{MaxAge: h.MaxAge, TTL: h.TTL, Update: h.Update, SkipHours: h.SkipHours, SkipDays: h.SkipDays}
}

// lookOver compares what is listed now with what was listed before, and learns the feed's rhythm. soon is a bound on the
// next wait, 0 for none: entries may have been lost.
func lookOver(f storage.FeedState, got polled, before, now time.Time) (_ storage.FeedState, soon time.Duration) {
	var o observed
	if !got.feed.NotModified && len(got.drafts) > 0 {
		l := compare(f.Listed, got.drafts)
		o = l.observed
		if renamed(f, l) {
			o.fresh = slices.DeleteFunc(o.fresh, func(t time.Time) bool { return !t.After(f.Rhythm.Dated) })
		}
		if loss, ok := lost(f, l); ok && compare(f.Pushed, got.drafts).shared == 0 {
			f.Lost = storage.Loss{At: now, Entries: loss}
			soon = now.Sub(before) / 2
		}
		f.Listed, f.Pushed = l.hashes, nil
	}
	f.Rhythm = learn(f.Rhythm, o, now)
	switch {
	case !isQuiet(f.Rhythm, now):
		f.Quiet = time.Time{}
	case f.Quiet.IsZero():
		f.Quiet = now
	}
	return f, soon
}

// plan is when a feed that answered is asked again: when its rhythm makes news likely, but not before the latest of all
// lower bounds. Up to a tenth is added to those, by the feed's name, so that feeds which were asked together drift apart.
func plan(f storage.FeedState, retryAfter, soon time.Duration, lim limits, now time.Time) time.Time {
	least := max(leastWait(f, lim, now), min(retryAfter, maxRetry))
	if lim.pushed {
		least = max(least, longest)
	}
	want := outlook(f.Rhythm, lim.worth, longest)
	if soon > 0 {
		want = min(want, soon)
	}
	at := now.Add(max(least+spread(f.URL, least), want))
	return outOfSkip(wholeSecond(at), f.Wishes)
}

// leastWait is the latest of the lower bounds on the time between two polls that last.
func leastWait(f storage.FeedState, lim limits, now time.Time) time.Duration {
	w := f.Wishes
	least := max(lim.floor, min(max(w.MaxAge, w.TTL, w.Update), maxWish))
	if f.ETag == "" && f.LastModified == "" && !lim.chosen && !slices.Contains(f.Mended, fetch.MendedCut) {
		least = max(least, min(bareFloor, outlook(f.Rhythm, 0, bareFloor)))
	}
	if at := f.Rhythm.Newest; !at.IsZero() && now.Sub(at) >= stale {
		least = max(least, staleFloor)
	}
	return least
}

// hasten makes a feed due as soon as it may be asked again, for there is said to be something. A feed that fails keeps its pause.
func hasten(f storage.FeedState, lim limits, now time.Time) storage.FeedState {
	soon := outOfSkip(latest(now, f.LastPoll.Add(leastWait(f, lim, now))), f.Wishes)
	if f.Failures == 0 && soon.Before(f.NextPoll) {
		f.NextPoll = soon
	}
	return f
}

// outOfSkip moves a time to the first hour and day in which the feed does not mind (RSS 2.0, skipHours and skipDays).
func outOfSkip(t time.Time, w storage.Wishes) time.Time {
	t = t.UTC()
	for range 8 * 24 {
		if w.SkipHours>>t.Hour()&1 == 0 && w.SkipDays>>t.Weekday()&1 == 0 {
			break
		}
		rest := time.Duration(t.Minute())*time.Minute + time.Duration(t.Second())*time.Second // the same minute, so that not all begin on the hour
		t = t.Truncate(time.Hour).Add(time.Hour + rest)
	}
	return t
}

// isDue also believes no plan of a clock that was far ahead. A feed that could not be asked in its time, for the program was off or
// busy, is not asked in an hour that it wants to be spared either.
func isDue(f storage.FeedState, now time.Time) bool {
	due := !f.NextPoll.After(now) || f.LastPoll.After(now.Add(24*time.Hour))
	return due && !f.Gone && !outOfSkip(now, f.Wishes).After(now)
}

// Back-off after failures, by class. It doubles up to a day; a feed that has failed for a month is asked the more rarely
// the longer it fails, and at least once in 30 days for ever: many come back.
const (
	maxBackoff  = 24 * time.Hour
	lostHope    = 30 * 24 * time.Hour
	maxInterval = 30 * 24 * time.Hour

	// unreached is the first pause where no server was asked: the name did not resolve, or nobody answered. Mostly it is
	// this machine that was offline.
	unreached = 5 * time.Minute

	// limited is the least pause after a 429 that names none.
	limited = time.Hour
)

// failed keeps the validators, which still vouch for the last answer that was read.
func failed(f storage.FeedState, pollErr error, lim limits, now time.Time) storage.FeedState {
	f.Failures++
	if f.Failing.IsZero() {
		f.Failing = now
	}
	f.Outcome, f.Error = "error", pollErr.Error()
	first, asked := lim.floor, time.Duration(0)
	var e *fetch.Error
	if errors.As(pollErr, &e) {
		f.Outcome = string(e.Reason)
		asked = min(e.RetryAfter, maxRetry)
		switch e.Reason {
		case fetch.Gone:
			f.Gone = f.Address == ""
		case fetch.DNS, fetch.Connect:
			first = min(lim.floor, unreached)
		case fetch.RateLimited:
			first = max(lim.floor, limited)
		}
		f = leaveAddress(f, e, now)
	}
	wait := max(asked, first, min(min(first, maxBackoff)<<min(f.Failures-1, 10), maxBackoff))
	if failing := now.Sub(f.Failing); failing > lostHope {
		wait = max(wait, min(failing/10, maxInterval))
	}
	wait = min(wait+spread(f.URL, wait), max(wait, maxInterval))
	f.NextPoll = outOfSkip(wholeSecond(now.Add(wait)), f.Wishes)
	return f
}

// wholeSecond is the first one that is not before a time. What is stored has seconds: less than what a publisher asks for is too
// early, be it by half of one.
func wholeSecond(t time.Time) time.Time { return t.Add(time.Second - 1).Truncate(time.Second).UTC() }

// spread is up to a tenth of a wait, always the same for one feed: no randomness, the same in a test and in
// production.
func spread(url string, wait time.Duration) time.Duration {
	return time.Duration(float64(wait) / 10 * fraction(url))
}

// fraction is a number from 0 to 1 that a name always has.
func fraction(name string) float64 {
	h := fnv.New32a()
	h.Write([]byte(name))
	// FNV leaves the upper bits of similar names alike; a multiplication brings the lower ones up.
	return float64(h.Sum32()*2654435761) / (1 << 32)
}
