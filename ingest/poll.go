package ingest

import (
	"context"
	"errors"
	"time"

	"dateline/fetch"
	"dateline/storage"
	"dateline/storage/raw"
)

// pollResult is how a poll went, in the words of the log and the table.
type pollResult struct {
	outcome string // ok, not-modified, or the reason of the failure
	err     error  // the failure; nil if there was none
	entries int
}

// poll asks a feed and commits its next state with its new entries. A feed that was asked since the given time, or
// whose host is to be left alone, is passed over; the zero time asks in any case, because somebody named the feed. The error
// is ours, or the context's.
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
	ctx, trip := w.travel(ctx, raw.KindFeed, fetch.Public(t.feed), address(state))
	forced := since.IsZero()
	if now := time.Now(); !forced && (state.LastPoll.After(since) || outOfSkip(now, state.Wishes).After(now)) {
		return storage.Saved{}, pollResult{}, nil
	}
	var got polled
	asked, failure, err := w.visit(ctx, host(address(state)), forced, func() (err error) {
		got, err = w.ask(ctx, s, t, state)
		return err
	})
	if err != nil || !asked || errors.Is(failure, errNotKept) {
		return storage.Saved{}, pollResult{}, err
	}
	got.err = failure
	return w.savePoll(ctx, s, t, trip, state, got)
}

// ask sends the request.
func (w *Worker) ask(ctx context.Context, s *setup, t target, state storage.FeedState) (polled, error) {
	v := known(state, clock(ctx))
	got := polled{bare: isBare(v)}
	if got.bare && (state.ETag != "" || state.LastModified != "") {
		w.log.Info("asked without validators: nothing but 304 for days", "feed", t.feed)
	}
	var err error
	got.feed, err = s.client.Poll(ctx, address(state), v)
	return got, err
}

// savePoll commits what a poll brought.
func (w *Worker) savePoll(ctx context.Context, s *setup, t target, trip *trip, state storage.FeedState, got polled) (storage.Saved, pollResult, error) {
	asked := clock(ctx)
	now := wholeSecond(asked)
	state.Agency = t.agency.ID
	got.drafts = draftAll(t.agency, t.feed, got.feed, now)
	before := state
	state, got = admit(state, got, now)
	lim := s.limits(t.agency)
	lim.worth = max(lim.worth, time.Duration(w.worth.Load()))
	pushing, err := w.pushing(ctx, s, t.feed, now)
	if err != nil {
		return storage.Saved{}, pollResult{}, err
	}
	missed := got.err == nil && missed(state, got.drafts)
	lim.pushed = pushing && !missed
	state = next(state, got, lim, now)
	res := pollResult{outcome: state.Outcome, err: got.err, entries: len(got.drafts)}
	state, found, err := w.lookFor(ctx, s, t, before, state, got)
	if err != nil {
		return storage.Saved{}, pollResult{}, err
	}
	sealed, err := trip.seal(ctx, tripData{}, nil)
	if err != nil {
		return storage.Saved{}, res, ours("storage", err)
	}
	saved, err := w.store.SavePoll(sealed, state, append(got.drafts, found...))
	if errors.Is(err, storage.ErrConflict) {
		w.log.Warn("poll given up: somebody else asked the feed meanwhile", "feed", t.feed)
		return storage.Saved{}, res, nil
	}
	if err != nil {
		return storage.Saved{}, res, ours("storage", err)
	}
	w.agenda.note(state, asked)
	w.logPoll(t, state, res, saved)
	w.logChanges(t, before, state)
	if got.err == nil {
		err = w.heed(ctx, s, t.feed, got.feed, missed)
	}
	return saved, res, err
}

func (w *Worker) logPoll(t target, state storage.FeedState, res pollResult, saved storage.Saved) {
	log := w.log.With("feed", t.feed, "agency", t.agency.ID)
	if res.err != nil {
		log.Warn("poll failed", "reason", res.outcome, "err", res.err, "failures", state.Failures, "next", state.NextPoll)
		return
	}
	log.Info("polled", "outcome", res.outcome, "entries", res.entries, "new", len(saved.Fresh), "next", state.NextPoll)
}

// logChanges tells what is new about a feed itself, once each.
func (w *Worker) logChanges(t target, before, after storage.FeedState) {
	log := w.log.With("feed", t.feed, "agency", t.agency.ID)
	if after.Lost.At.After(before.Lost.At) {
		log.Warn("entries may be lost: this poll shares none with the one before", "about", after.Lost.Entries, "found", after.Lost.Found)
	}
	if before.Quiet.IsZero() && !after.Quiet.IsZero() {
		log.Warn("quiet for longer than its rhythm allows", "newest", after.Rhythm.Newest)
	}
	if after.Address != before.Address {
		log.Warn("the feed has moved for good: the configuration should name its new address", "address", address(after))
	}
}
