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

// deadAfter is how long an address that a feed has moved to may fail before the old one is tried again.
const deadAfter = 7 * 24 * time.Hour

// followMove counts the polls that a permanent redirect led to one place. What has stood for a day, and at first listed entries
// that the old address had listed, becomes the address that is asked. A redirect for a while (302, 303, 307) leaves nothing
// behind.
func followMove(f storage.FeedState, got polled, now time.Time) storage.FeedState {
	to := got.feed.Hints.MovedTo
	if to == "" {
		f.Move = storage.Move{}
		return f
	}
	if to != f.Move.To {
		// Later polls tell nothing: what was listed before them came from the new place already.
		stranger := f.Move.To != "" && !f.Move.Shared
		f.Move = storage.Move{To: to, Shared: !stranger && isSame(f, got)}
	}
	if f.Move.Polls == 0 {
		f.Move.Since = now
	}
	f.Move.Polls++
	if f.Move.Polls >= movePolls && now.Sub(f.Move.Since) >= moveAge && f.Move.Shared {
		f.Address, f.Move = to, storage.Move{}
		if f.Address == f.URL { // it has moved back
			f.Address = ""
		}
	}
	return f
}

// isSame says whether a document is a later state of what the feed listed. A feed that has never listed anything is whatever its
// address leads to.
func isSame(f storage.FeedState, got polled) bool {
	return len(f.Listed) == 0 || got.feed.NotModified || compare(f.Listed, got.drafts).shared > 0
}

// leaveAddress goes back to the configured address when the one that the feed had moved to is no more. A failure also begins the
// count of polls anew.
func leaveAddress(f storage.FeedState, e *fetch.Error, now time.Time) storage.FeedState {
	f.Move.Polls = 0 // what is known of the place stays
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
		if now.Sub(f.Failing) < deadAfter {
			return f
		}
	}
	f.Address = ""
	f.Move = storage.Move{}
	f.ETag, f.LastModified, f.Issuer, f.Digest = "", "", "", ""
	return f
}
