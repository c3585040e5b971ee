package ingest

import (
	"time"

	"dateline/fetch"
	"dateline/storage"
)

// A permanent redirect is believed after this many polls in a row and this much time.
const (
	movePolls = 3
	moveAge   = 24 * time.Hour
)

// followMove counts the polls that a permanent redirect led to one place. What has stood for a day, and lists entries that
// the old address listed, becomes the address that is asked. A redirect for a while (302, 303, 307) leaves nothing behind.
func followMove(f storage.FeedState, got polled, now time.Time) storage.FeedState {
	to := got.feed.Hints.MovedTo
	switch {
	case to == "":
		f.Move = storage.Move{}
		return f
	case to != f.Move.To:
		f.Move = storage.Move{To: to, Since: now}
	}
	f.Move.Polls++
	if !got.feed.NotModified && len(f.Listed) > 0 && compare(f.Listed, got.drafts).shared > 0 {
		f.Move.Shared = true
	}
	if f.Move.Polls >= movePolls && now.Sub(f.Move.Since) >= moveAge && f.Move.Shared {
		f.Address, f.Move = to, storage.Move{}
		if f.Address == f.URL { // it has moved back
			f.Address = ""
		}
	}
	return f
}

// leaveAddress goes back to the configured address when the one that the feed had moved to is no more.
func leaveAddress(f storage.FeedState, e *fetch.Error) storage.FeedState {
	f.Move = storage.Move{}
	if f.Address == "" {
		return f
	}
	switch e.Reason {
	case fetch.Gone, fetch.NotFound, fetch.NotFeed, fetch.BadURL, fetch.Blocked:
	case fetch.DNS:
		if f.Failures < 3 { // it may be this machine
			return f
		}
	default:
		return f
	}
	f.Address = ""
	f.ETag, f.LastModified, f.Issuer, f.Digest = "", "", "", ""
	return f
}
