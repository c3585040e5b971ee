package ingest

import (
	"context"
	"time"
)

// How the schedule looks for work: at least every minute, at most five times a second, and no deeper than this into
// what waits for one host.
const (
	longestNap  = time.Minute
	shortestNap = 200 * time.Millisecond
	laneDepth   = 64
)

// Run asks each feed when it is due and fetches pages as they come, until the context ends. Then nothing new is
// begun; what is under way may finish within the configuration's grace period and is given back after it: still pending, and
// nothing counted. The error is ours; the context's end is none.
func (w *Worker) Run(ctx context.Context) error {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	l := newLanes(work)
	stopped := context.AfterFunc(ctx, func() {
		l.clear()
		time.AfterFunc(w.now().cfg.Poll.Grace, cancel)
	})
	defer stopped()
	err := w.schedule(ctx, l)
	l.clear() // what was lined up while the context ended
	if err != nil {
		cancel()
	}
	if waited := l.wait(); err == nil && work.Err() == nil {
		err = waited
	}
	if noted := w.noteAll(ctx); err == nil {
		err = noted
	}
	return err
}

// schedule lines up what is due until the context ends or a job fails.
func (w *Worker) schedule(ctx context.Context, l *lanes) error {
	w.agenda.begin(time.Now())
	var learned time.Time
	for {
		nap, err := w.lineUp(ctx, l)
		if now := time.Now(); err == nil && now.Sub(learned) >= learnEvery {
			if learned, err = now, w.learn(ctx, w.now()); err == nil {
				err = w.expire(ctx, w.now())
			}
		}
		if err == nil {
			err = w.note(ctx, flushEvery)
		}
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		timer := time.NewTimer(nap)
		select {
		case <-timer.C:
		case <-w.wake:
			timer.Stop()
			pause(ctx, shortestNap)
		case <-l.ctx.Done():
			return nil // a job failed: wait tells why
		case <-ctx.Done():
			return nil
		}
	}
}

// lineUp hands the feeds and pages that are due to their hosts' lanes, and says when to look again.
func (w *Worker) lineUp(ctx context.Context, l *lanes) (nap time.Duration, err error) {
	s, now := w.now(), time.Now()
	if err := w.look(ctx, s, now); err != nil {
		return 0, err
	}
	due, wait := w.agenda.due(s.targets(), s.cfg.Poll.Floor, now)
	for _, t := range due {
		at := host(w.agenda.address(t.feed))
		until, err := w.restUntil(ctx, at)
		if err != nil {
			return 0, ours("storage", err)
		}
		if rest := until.Sub(now); rest > 0 {
			wait = min(wait, rest)
			continue
		}
		l.add("feed "+at, t.feed, func(ctx context.Context) error {
			saved, _, err := w.poll(ctx, s, t, now)
			if len(saved.Fresh) > 0 {
				w.nudge()
			}
			return cancelled(ctx, err)
		})
	}
	for _, lineUp := range []func(context.Context, *setup, *lanes, time.Time) (time.Time, error){w.lineUpPages, w.lineUpLooks, w.lineUpHubs} {
		at, err := lineUp(ctx, s, l, now)
		if err != nil {
			return 0, err
		}
		if !at.IsZero() {
			wait = min(wait, at.Sub(now))
		}
	}
	return max(wait, shortestNap), nil
}

// look brings the agenda up to date, and with it what a request is worth.
func (w *Worker) look(ctx context.Context, s *setup, now time.Time) error {
	fresh, err := w.agenda.refresh(ctx, w.store, now)
	if fresh && s.cfg.Poll.Budget > 0 {
		w.worth.Store(int64(afford(w.agenda.demands(s), s.cfg.Poll.Budget, s.cfg.Poll.Worth)))
	}
	return ours("storage", err)
}

// lineUpPages says when the first entry that is not due yet will be; zero if none waits.
func (w *Worker) lineUpPages(ctx context.Context, s *setup, l *lanes, now time.Time) (time.Time, error) {
	for p, err := range w.store.Pending(ctx, now) {
		if err != nil {
			return time.Time{}, ours("storage", err)
		}
		if l.length(host(p.Page)) >= laneDepth {
			continue
		}
		if rest, err := w.resting(ctx, host(p.Page)); err != nil || rest {
			if err != nil {
				return time.Time{}, ours("storage", err)
			}
			continue
		}
		l.addLeaving(host(p.Page), p.ID, func(ctx context.Context, leave func()) error {
			_, err := w.page(ctx, s, p.ID, leave)
			w.nudgeIfIdle(l, host(p.Page))
			return cancelled(ctx, err)
		})
	}
	at, ok, err := w.store.NextDue(ctx)
	if !ok || !at.After(now) {
		return time.Time{}, err
	}
	return at, err
}

// nudgeIfIdle has the schedule look again when a host's lane runs empty, since more may wait for it.
func (w *Worker) nudgeIfIdle(l *lanes, host string) {
	if l.length(host) == 0 {
		w.nudge()
	}
}

// cancelled makes the end of the grace period no failure.
func cancelled(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
