package ingest

import (
	"errors"
	"strings"
	"time"

	"dateline/extract"
	"dateline/fetch"
	"dateline/storage"
)

// pauses are the waits before a page is tried again: soon at first, because most failures are over within the hour.
var pauses = []time.Duration{10 * time.Minute, time.Hour, 6 * time.Hour, 24 * time.Hour}

// fate is what a page's failure means: try again after a pause, or store the entry from the feed alone, because.
type fate struct {
	again  time.Duration // 0: no more
	reason string
}

// errNoText is a page that came and held no article.
var errNoText = errors.New("the page has no text")

// reservedError is a page whose publisher reserves what the configuration honours: the right that binds, and what the page
// says.
type reservedError struct {
	right   extract.Right
	article extract.Article
}

func (e reservedError) Error() string {
	return strings.TrimSpace("the publisher reserves its use: "+e.right.Name+" "+e.right.Value) + " (" + e.right.Evidence + ")"
}

// judge decides about a page that failed; tries counts the failures before this one, most is how many are allowed.
func judge(err error, tries, most int) fate {
	var e *fetch.Error
	if !errors.As(err, &e) {
		if errors.Is(err, errNoText) {
			return fate{reason: storage.PartialNoText}
		}
		if errors.As(err, new(reservedError)) {
			return fate{reason: storage.PartialRights}
		}
		return fate{reason: "unreadable"}
	}
	f := fate{reason: reason(e)}
	switch e.Reason {
	case fetch.Robots, fetch.Gone, fetch.BadURL, fetch.Blocked, fetch.NotHTML, fetch.TooLarge:
		return f // asking again would get the same answer
	}
	if tries+1 >= most {
		return f
	}
	f.again = max(pauses[min(tries, len(pauses)-1)], min(e.RetryAfter, maxRetry))
	return f
}

// reason is a record's `partial`.
func reason(e *fetch.Error) string {
	switch {
	case e.Reason == fetch.Robots:
		return storage.PartialRobots
	case e.Status == 402:
		return "paywall"
	default:
		return string(e.Reason)
	}
}
