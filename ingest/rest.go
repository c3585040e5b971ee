package ingest

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"dateline/fetch"
	"dateline/storage"
)

// rests are the hosts that are left alone for all their feeds and pages: they could not be reached, or asked for it. They
// are kept in the store, so that a restart asks none of them too early.
type rests struct {
	mu    sync.Mutex
	hosts map[string]storage.HostState // nil until the store was read
	sweep int                          // forget old ones when there are this many
}

// sweepHosts is how many hosts are kept before the old ones among them are looked for.
const sweepHosts = 1024

// forget drops the hosts whose rest was over long ago: mostly nobody links to them any more. It looks only when their number
// has doubled.
func (r *rests) forget(now time.Time) {
	if len(r.hosts) < max(r.sweep, sweepHosts) {
		return
	}
	for name, h := range r.hosts {
		if h.Until.Before(now.Add(-storage.HostKept)) {
			delete(r.hosts, name)
		}
	}
	r.sweep = 2 * len(r.hosts)
}

// restUntil says until when a host is left alone; a time that has passed or zero means it isn't.
func (w *Worker) restUntil(ctx context.Context, host string) (time.Time, error) {
	w.rests.mu.Lock()
	defer w.rests.mu.Unlock()
	if w.rests.hosts == nil {
		all, err := w.store.Hosts(ctx)
		if err != nil {
			return time.Time{}, err
		}
		w.rests.hosts = map[string]storage.HostState{}
		for _, h := range all {
			w.rests.hosts[h.Host] = h
		}
	}
	h := w.rests.hosts[host]
	if h.Since.After(time.Now().Add(24 * time.Hour)) { // written by a clock that was far ahead
		return time.Time{}, nil
	}
	return h.Until, nil
}

// resting says whether a host is to be left alone now.
func (w *Worker) resting(ctx context.Context, host string) (bool, error) {
	until, err := w.restUntil(ctx, host)
	return until.After(time.Now()), err
}

// visit makes a request when nobody else of this process asks its host, and notes what it told of the host. Waiting in the client's
// own line instead, a request would go out after an answer that wants the host to be left alone. made is false when the
// host is to be left alone; a request that is forced is made all the same. failure is the request's own error.
func (w *Worker) visit(ctx context.Context, host string, forced bool, request func() error) (made bool, failure, err error) {
	done, err := w.turns.take(ctx, "host "+host)
	if err != nil {
		return false, nil, err
	}
	defer done()
	if rest, err := w.resting(ctx, host); err != nil || rest && !forced {
		return false, nil, ours("storage", err)
	}
	failure = w.contain(host, request)
	if ctx.Err() != nil {
		return false, nil, ctx.Err() // given back: nothing was counted
	}
	return true, failure, ours("storage", w.noteHost(ctx, host, failure))
}

// contain makes a panic the failure of this one feed or page: the others go on.
func (w *Worker) contain(host string, request func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			w.log.Error("the client panicked", "host", host, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("%q: the client panicked: %v", host, p)
		}
	}()
	return request()
}

// noteHost draws the conclusions for a host from how a request to it ended.
func (w *Worker) noteHost(ctx context.Context, asked string, err error) error {
	if unasked(err) {
		return nil
	}
	name := asked
	e := hostFailure(err)
	if e != nil {
		name = e.Host
	}
	if _, err := w.restUntil(ctx, name); err != nil { // reads the store once
		return err
	}
	w.rests.mu.Lock()
	h, known := w.rests.hosts[name]
	if e == nil && !known {
		w.rests.mu.Unlock()
		return nil
	}
	h = rest(h, name, e, time.Now().UTC())
	if e == nil {
		delete(w.rests.hosts, name)
	} else {
		w.rests.forget(h.Since)
		w.rests.hosts[name] = h
	}
	w.rests.mu.Unlock()
	h.Since, h.Until = wholeSecond(h.Since), wholeSecond(h.Until)
	if e != nil {
		w.log.Warn("host left alone", "host", name, "reason", h.Why, "until", h.Until)
	}
	return w.store.SaveHost(ctx, h)
}

// unasked tells the failures for which no host was asked.
func unasked(err error) bool {
	var e *fetch.Error
	if !errors.As(err, &e) {
		return errors.Is(err, errNotKept)
	}
	switch e.Reason {
	case fetch.Robots, fetch.BadURL, fetch.Blocked:
		return true
	case fetch.RobotsDown: // known from before
		return hostFailure(err) == nil
	}
	return false
}

// hostFailure finds what says that a whole host is at fault; nil if it isn't.
func hostFailure(err error) *fetch.Error {
	var e *fetch.Error
	for errors.As(err, &e) {
		if e.Host != "" {
			return e
		}
		err = e.Err
	}
	return nil
}

// rest is a host's state after a request; without a failure it is nobody's to remember. A host that can't be reached is tried
// again soon at first; one that limits its visitors is left alone for as long as it says, and an hour at least. The times bear the
// clock that nobody sets, as now does.
func rest(h storage.HostState, name string, e *fetch.Error, now time.Time) storage.HostState {
	if e == nil {
		return storage.HostState{Host: name}
	}
	first := unreached
	if e.Reason == fetch.RateLimited {
		first = limited
	}
	wait := max(min(first<<min(h.Failures, 10), maxBackoff), min(e.RetryAfter, maxRetry))
	return storage.HostState{
		Host: name, Since: now, Why: string(e.Reason), Failures: h.Failures + 1,
		Until: now.Add(wait + spread(name, wait)),
	}
}
