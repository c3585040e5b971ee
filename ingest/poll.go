package ingest

import (
	"context"
	"errors"
	"time"

	"dateline/fetch"
	"dateline/storage"
)

// pollResult is how a poll went, in the words of the log and the table.
type pollResult struct {
	outcome string // ok, not-modified, or the reason of the failure
	err     error  // the failure; nil if there was none
	entries int
}

func validators(f storage.FeedState) fetch.Validators {
	return fetch.Validators{ETag: f.ETag, LastModified: f.LastModified, URL: f.Issuer}
}

// poll asks a feed and commits its next state with its new entries. A feed that was asked since the given time is
// left alone. The error is ours, or the context's.
func (w *Worker) poll(ctx context.Context, s *setup, t target, since time.Time) (storage.Saved, pollResult, error) {
	done, err := w.turns.take(ctx, t.feed)
	if err != nil {
		return storage.Saved{}, pollResult{}, err
	}
	defer done()
	state, err := w.store.Feed(ctx, t.feed)
	if err != nil {
		return storage.Saved{}, pollResult{}, ours("storage", err)
	}
	if !since.IsZero() && state.LastPoll.After(since) {
		return storage.Saved{}, pollResult{outcome: state.Outcome}, nil
	}
	feed, pollErr := s.client.Poll(ctx, t.feed, validators(state))
	if ctx.Err() != nil {
		return storage.Saved{}, pollResult{}, ctx.Err()
	}
	now := time.Now().UTC().Truncate(time.Second)
	state.Agency = t.agency.ID
	drafts := draftAll(t.agency, t.feed, feed, now)
	state = next(state, feed, pollErr, s.cfg.Poll.Floor, now)
	res := pollResult{outcome: state.Outcome, err: pollErr, entries: len(drafts)}
	saved, err := w.store.SavePoll(ctx, state, drafts)
	if errors.Is(err, storage.ErrConflict) {
		w.log.Warn("poll given up: somebody else asked the feed meanwhile", "feed", t.feed)
		return storage.Saved{}, res, nil
	}
	if err != nil {
		return storage.Saved{}, res, ours("storage", err)
	}
	w.logPoll(t, state, res, saved)
	return saved, res, nil
}

func (w *Worker) logPoll(t target, state storage.FeedState, res pollResult, saved storage.Saved) {
	log := w.log.With("feed", t.feed, "agency", t.agency.ID)
	if res.err != nil {
		log.Warn("poll failed", "reason", res.outcome, "err", res.err, "failures", state.Failures, "next", state.NextPoll)
		return
	}
	log.Info("polled", "outcome", res.outcome, "entries", res.entries, "new", len(saved.Fresh), "next", state.NextPoll)
}
