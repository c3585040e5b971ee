package ingest

import (
	"context"
	"slices"
	"sync"
	"time"

	"dateline/storage"
)

// agenda is when each feed is to be asked, as far as the schedule needs it, so that it need not read the store at each look. A
// poll brings its line up to date; all is read anew at times, for nothing says that this process alone writes.
type agenda struct {
	mu    sync.Mutex
	began time.Time // when the schedule was given its feeds: those that were never polled are spread from here
	crowd int       // how many of them there were
	read  time.Time
	lines map[string]appointment
}

// appointment is a feed's line in the agenda.
type appointment struct {
	address  string
	last     time.Time // by the clock on the wall
	next     time.Time
	gone     bool
	wishes   storage.Wishes
	overflow time.Time // when entries may begin to fall off unseen
	rate     float64   // entries an hour, in the long run
	asked    time.Time // by this process: it bears the clock that nobody sets
}

// rereadEvery is how long the agenda is believed.
const rereadEvery = 5 * time.Minute

func appoint(f storage.FeedState, asked time.Time) appointment {
	return appointment{
		address: address(f), last: f.LastPoll, next: f.NextPoll, gone: f.Gone, wishes: f.Wishes, asked: asked,
		overflow: f.LastPoll.Add(outlook(f.Rhythm, 0, maxWish)), rate: newHabit(&f.Rhythm).rate,
	}
}

// demands are what the feeds that are still asked want.
func (g *agenda) demands(s *setup) (all []demand) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, t := range s.targets() {
		if a := g.lines[t.feed]; !a.gone && !a.last.IsZero() {
			all = append(all, demand{a.rate, s.limits(t.agency).floor})
		}
	}
	return all
}

// note takes over a feed's state after a poll.
func (g *agenda) note(f storage.FeedState, asked time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.lines != nil {
		g.lines[f.URL] = appoint(f, asked)
	}
}

// hasten takes over a time that was changed without a poll.
func (g *agenda) hasten(f storage.FeedState) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if a, ok := g.lines[f.URL]; ok {
		a.next = f.NextPoll
		g.lines[f.URL] = a
	}
}

// refresh reads the store if it has not been read for a while, and says whether it has.
func (g *agenda) refresh(ctx context.Context, s *storage.Store, now time.Time) (bool, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if since := now.Sub(g.read); g.lines != nil && since >= 0 && since < rereadEvery {
		return false, nil
	}
	lines := map[string]appointment{}
	for f, err := range s.Feeds(ctx) {
		if err != nil {
			return false, err
		}
		known := g.lines[f.URL]
		if !known.last.Equal(f.LastPoll) { // another process has asked
			known.asked = time.Time{}
		}
		lines[f.URL] = appoint(f, known.asked)
	}
	g.lines, g.read = lines, now
	return true, nil
}

// begin has the feeds that were never polled spread anew from now.
func (g *agenda) begin(now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.began, g.crowd = now, 0
}

// due sorts the feeds whose time has come, those first whose entries would be lost first, and says how long until the next
// one's has; the longest nap if none waits. It looks at each feed, but only those that are due cost more than that.
func (g *agenda) due(all []target, floor time.Duration, now time.Time) (due []target, nap time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	unasked := 0
	for i := range all {
		if g.lines[all[i].feed].last.IsZero() {
			unasked++
		}
	}
	g.crowd = max(g.crowd, unasked)
	nap = longestNap
	var calls []call
	for i := range all {
		a := g.lines[all[i].feed]
		if a.gone {
			continue
		}
		var wait time.Duration
		if a.last.IsZero() {
			wait = g.began.Add(phase(all[i].feed, g.crowd, floor)).Sub(now)
		} else {
			wait = a.wait(now)
		}
		if wait > 0 {
			nap = min(nap, wait)
			continue
		}
		calls = append(calls, call{i, a.overflow})
	}
	slices.SortStableFunc(calls, func(x, y call) int { return x.overflow.Compare(y.overflow) })
	for _, c := range calls {
		due = append(due, all[c.target])
	}
	return due, nap
}

// call is a feed that is due.
type call struct {
	target   int       // in the list of all
	overflow time.Time // see appointment
}

// address is where a feed is asked for.
func (g *agenda) address(feed string) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	if a := g.lines[feed].address; a != "" {
		return a
	}
	return feed
}

// wait is how long until a feed's time, zero or less if that has come.
func (a appointment) wait(now time.Time) time.Duration {
	passed := now.Sub(a.asked)
	return a.left(now, passed, now.Round(0).Sub(a.asked.Round(0))-passed)
}

// left is what is left of a wait, of which so much has passed since this process asked the feed. The clock that nobody sets counts, so
// that a step of the one on the wall makes no crowd ask too early, nor too late. But it stands still while the machine sleeps:
// when hours are missing from it, or it was not this process that asked, the wall's counts.
func (a appointment) left(now time.Time, passed, step time.Duration) time.Duration {
	left := a.next.Sub(now)
	switch {
	case !a.asked.IsZero() && step <= longestStep:
		left = a.next.Sub(a.last) - passed
	case a.last.After(now.Add(24 * time.Hour)): // by a clock that was far ahead
		left = 0
	}
	if left <= 0 {
		left = outOfSkip(now, a.wishes).Sub(now)
	}
	return left
}

// longestStep is how far ahead a clock is believed to be set; what is more was a sleep.
const longestStep = 2 * time.Hour

// A crowd of feeds that were never asked is spread over up to the floor between two polls: so much for each.
const phaseEach = 360 * time.Millisecond

// phase is when a feed is asked first after a start, by its name: no crowd comes at once, and the same one comes first
// everywhere.
func phase(feed string, crowd int, floor time.Duration) time.Duration {
	return time.Duration(fraction(feed) * float64(min(time.Duration(crowd)*phaseEach, floor)))
}
