package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"dateline/config"
	"dateline/fetch"
	"dateline/storage"
	"dateline/storage/raw"
)

// errNotKept is a request to an address of which nothing is kept.
var errNotKept = errors.New("not in the raw store")

// replayBatch is how many trips are made side by side at most.
const replayBatch = 256

// Replay makes all trips that a folder of raw segments tells of again, in their order and with the answers of then: the
// k-th request to an address gets the k-th answer. Each has the time that it had, and is made with what was remembered of
// its site, so that the same configuration stores the same records. Nothing is asked of the network. Memory is bounded by
// the answers that no trip has used yet.
//
// A call that was killed is gone on with by the next one, and so is a folder to which more was added meanwhile. It fails with
// [ErrNotNew] for a database of another history. A trip whose entry is not pending is passed over, and an entry whose page was never asked for stays pending. The error
// is ours or the context's.
func (w *Worker) Replay(ctx context.Context, folder *raw.Folder, watch func(Progress)) (*Report, error) {
	s := w.now()
	r := &replay{
		pass:   &pass{w: w, setup: s, watch: watch, touched: map[string]bool{}, seen: map[string]bool{}, began: time.Now()},
		folder: folder, waiting: map[string][]storage.Place{}, names: map[storage.Place]string{}, sites: map[string]storage.Place{}, notes: map[string]fetch.RobotsNote{},
		feeds: map[string]target{}, rows: map[string]*Row{},
	}
	for _, t := range s.targets() {
		r.feeds[fetch.Public(t.feed)] = t
	}
	if err := r.resume(ctx); err != nil {
		return nil, err
	}
	for item, err := range folder.All(ctx) {
		if err == nil {
			err = r.take(ctx, item)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := r.flush(ctx); err != nil {
		return nil, err
	}
	if err := w.learn(ctx, s); err != nil {
		return nil, err
	}
	return r.report(ctx)
}

// replayWork is under what the store remembers how far it is.
const replayWork = "replay"

// ErrNotNew is a database that was not made by replaying the same folder.
var ErrNotNew = errors.New("the database has feeds already that were not replayed from there")

// resume finds out how far an earlier call came. A database of another history is refused: what was said long ago would pass
// for the publishers' latest edits.
func (r *replay) resume(ctx context.Context) error {
	mark, err := r.w.store.Marked(ctx, replayWork)
	if err != nil {
		return ours("storage", err)
	}
	if rest, ok := strings.CutPrefix(mark, r.folder.String()+"\n"); ok {
		r.redo = true
		_, err := fmt.Sscanf(rest, "%d %d", &r.done.Segment, &r.done.Offset)
		return ours("storage", err)
	}
	for _, err := range r.w.store.Feeds(ctx) {
		if err != nil {
			return ours("storage", err)
		}
		return ErrNotNew
	}
	return r.mark(ctx)
}

// mark notes the trip up to which all are made.
func (r *replay) mark(ctx context.Context) error {
	at := fmt.Sprintf("%s\n%d %d", r.folder, r.last.Segment, r.last.Offset)
	return ours("storage", r.w.store.Mark(ctx, replayWork, at))
}

// replay is one call of Replay.
type replay struct {
	*pass
	folder *raw.Folder
	feeds  map[string]target // of the configuration, by their public address
	rows   map[string]*Row   // by feed
	batch  []raw.Trip        // of one kind, no subject twice

	sites map[string]storage.Place // memories of sites, by name
	done  storage.Place            // of the last trip that an earlier call made
	last  storage.Place            // of the last trip in the batch
	redo  bool                     // an earlier call may have made some of the batch

	mu      sync.Mutex
	waiting map[string][]storage.Place // answers that were not asked for yet, by address, in their order
	names   map[storage.Place]string   // the addresses of those that one trip alone asks for
	notes   map[string]fetch.RobotsNote
}

// take looks at a record: an answer waits until it is asked for, a trip is made when all before it were.
func (r *replay) take(ctx context.Context, item raw.Item) error {
	switch kind := item.Header.Get("Dateline-Kind"); {
	case kind == "trip":
		block, err := io.ReadAll(io.LimitReader(item.Block, math.MaxInt32))
		if err != nil {
			return ours("raw store", err)
		}
		t, _, err := raw.ReadTrip(item.Header, block)
		if err != nil {
			return ours("raw store", err)
		}
		if !r.done.Before(item.Place) {
			r.useUp(t)
			return nil
		}
		return r.line(ctx, t, item.Place)
	case kind == "site":
		r.sites[item.Header.Target()] = item.Place
	case kind == raw.KindPush: // its trip knows where it is
	case item.Header.Target() != "" && (kind != "" || item.Header.Get("WARC-Type") == "response"):
		key := string(storage.CaptureKey(item.Header.Target()))
		r.mu.Lock()
		defer r.mu.Unlock()
		r.waiting[key] = append(r.waiting[key], item.Place)
		if !isSiteFile(item.Header.Target()) {
			r.names[item.Place] = key
		}
	}
	return nil
}

// useUp takes what is left of a trip's answers, so that no later one gets them. What was said of a whole site stays: a call
// that goes on with another needs it.
func (r *replay) useUp(t raw.Trip) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, place := range t.Places {
		if key, ok := r.names[place]; ok {
			r.drop(key, place)
		}
	}
}

// drop takes an answer from those that wait; r.mu is held.
func (r *replay) drop(key string, place storage.Place) {
	delete(r.names, place)
	left := slices.DeleteFunc(r.waiting[key], func(p storage.Place) bool { return p == place })
	if r.waiting[key] = left; len(left) == 0 {
		delete(r.waiting, key)
	}
}

// line puts a trip into the batch, after making those that it must not be made beside.
func (r *replay) line(ctx context.Context, t raw.Trip, at storage.Place) error {
	same := func(other raw.Trip) bool { return other.Kind != t.Kind || other.Subject == t.Subject }
	if len(r.batch) == replayBatch || slices.ContainsFunc(r.batch, same) {
		if err := r.flush(ctx); err != nil {
			return err
		}
	}
	r.batch, r.last = append(r.batch, t), at
	return nil
}

// flush makes the trips of the batch. Each batch has a client of its own: what it remembers of robots.txt is as old as
// the batch.
func (r *replay) flush(ctx context.Context) error {
	if len(r.batch) == 0 {
		return nil
	}
	o := r.setup.cfg.Fetch
	o.Replay, o.Robots, o.Record, o.Observe = r, r, nil, nil
	s := *r.setup
	s.client = fetch.New(o)
	g, inner := errgroup.WithContext(ctx)
	g.SetLimit(2 * runtime.GOMAXPROCS(0))
	for _, t := range r.batch {
		switch t.Kind {
		case raw.KindFeed:
			target, err := r.target(t.Subject)
			if err != nil {
				return err
			}
			row := r.row(target)
			g.Go(func() error { return r.poll(inner, &s, target, row, t) })
		case raw.KindPush:
			target, err := r.target(t.Subject)
			if err != nil {
				return err
			}
			g.Go(func() error { return r.push(inner, &s, target, t) })
		case raw.KindPage, raw.KindLook:
			g.Go(func() error { return r.page(inner, &s, t) })
		}
	}
	r.batch = r.batch[:0]
	if err := g.Wait(); err != nil {
		return err
	}
	r.redo = false
	return r.mark(ctx)
}

// target is the feed of a trip.
func (r *replay) target(public string) (target, error) {
	if t, ok := r.feeds[public]; ok {
		return t, nil
	}
	a, err := config.Adhoc(public)
	if err != nil {
		return target{}, fmt.Errorf("raw store: %w", err)
	}
	t := target{public, a, public}
	r.feeds[public] = t
	return t, nil
}

func (r *replay) row(t target) *Row {
	row := r.rows[t.feed]
	if row == nil {
		row = &Row{Feed: t.feed, Agency: t.agency.ID}
		r.rows[t.feed] = row
		r.pass.rows = append(r.pass.rows, row)
		r.step(func(now *Progress) { now.Feeds++ })
	}
	return row
}

func (r *replay) poll(ctx context.Context, s *setup, t target, row *Row, trip raw.Trip) error {
	if done, err := r.polledBefore(ctx, t.feed, trip); err != nil || done {
		r.useUp(trip)
		return err
	}
	ctx = context.WithValue(ctx, againKey{}, &recorded{at: trip.At})
	saved, res, err := r.w.poll(ctx, s, t, time.Time{})
	r.useUp(trip)
	if res.outcome != "" {
		r.polled(row, saved, res)
	}
	return err
}

// push takes again what a hub brought. What an earlier call took is listed already, which changes nothing.
func (r *replay) push(ctx context.Context, s *setup, t target, trip raw.Trip) error {
	for _, place := range trip.Places {
		h, block, err := r.folder.Read(place)
		if err != nil {
			return ours("raw store", err)
		}
		x, ok, err := raw.ReadExchange(h, block)
		if err != nil || !ok {
			return ours("raw store", err)
		}
		ctx := context.WithValue(ctx, againKey{}, &recorded{at: trip.At})
		sub := storage.Subscription{Feed: t.feed, Topic: x.URL}
		if err := r.w.pushed(ctx, s, t, sub, x.Body, http.Header(x.Header).Get("Content-Type")); err != nil {
			return ours("storage", err)
		}
	}
	return nil
}

func (r *replay) page(ctx context.Context, s *setup, trip raw.Trip) error {
	var data tripData
	if err := json.Unmarshal(trip.Data, &data); err != nil {
		return fmt.Errorf("raw store: trip of %q: %w", trip.Subject, err)
	}
	site, err := r.site(data.Site)
	if err != nil {
		return err
	}
	if done, err := r.triedBefore(ctx, trip, data); err != nil || done {
		r.useUp(trip)
		return err
	}
	r.step(func(now *Progress) { now.Pages++ })
	ctx = context.WithValue(ctx, againKey{}, &recorded{at: trip.At, site: site})
	if trip.Kind == raw.KindLook {
		err := r.w.revisit(ctx, s, trip.Subject)
		r.useUp(trip)
		r.step(func(now *Progress) { now.PagesDone++ })
		return err
	}
	res, err := r.w.pageAgain(ctx, s, trip.Subject)
	r.useUp(trip)
	r.pass.mu.Lock()
	r.touch(res.listings, res.outcome == storage.Unchanged)
	r.pass.mu.Unlock()
	r.step(func(now *Progress) { now.PagesDone++ })
	return err
}

// polledBefore says whether a call that was killed had made a poll. Others of its batch it had not.
func (r *replay) polledBefore(ctx context.Context, feed string, trip raw.Trip) (bool, error) {
	if !r.redo {
		return false, nil
	}
	state, err := r.w.store.Feed(ctx, feed)
	return !state.LastPoll.Before(wholeSecond(trip.At)), ours("storage", err)
}

// triedBefore says the same of a page that had failed; one that had come is not pending any more.
func (r *replay) triedBefore(ctx context.Context, trip raw.Trip, data tripData) (bool, error) {
	if !r.redo || data.Draft == nil {
		return false, nil
	}
	d, err := r.w.store.Draft(ctx, trip.Subject)
	if errors.Is(err, storage.ErrNotFound) {
		return false, nil
	}
	return d.Tries > data.Draft.Tries, ours("storage", err)
}

// site is a memory that a page was read with.
func (r *replay) site(name string) ([]byte, error) {
	if name == "" {
		return nil, nil
	}
	place, ok := r.sites[name]
	if !ok {
		return nil, fmt.Errorf("raw store: memory of a site %q: %w", name, raw.ErrMissing)
	}
	_, memory, err := r.folder.Read(place)
	return memory, err
}

// Replay implements [fetch.Replayer].
func (r *replay) Replay(ctx context.Context, url string) (fetch.Exchange, error) {
	place, ok := r.next(url)
	switch {
	case !ok && isSiteFile(url):
		return fetch.Exchange{URL: url, Status: http.StatusNotFound}, nil // the database knew them from an earlier run
	case !ok:
		return fetch.Exchange{}, errNotKept
	}
	h, block, err := r.folder.Read(place)
	if errors.Is(err, raw.ErrMissing) { // nor may it pass for what the server said
		err = fmt.Errorf("%w: %w", errNotKept, err)
	}
	if err != nil {
		return fetch.Exchange{}, err
	}
	x, ok, err := raw.ReadExchange(h, block)
	if err == nil && !ok {
		err = errNotKept
	}
	return fetch.Exchange(x), err
}

// isSiteFile tells what is asked of a site before its pages.
func isSiteFile(url string) bool {
	return strings.HasSuffix(url, "/robots.txt") || strings.HasSuffix(url, "/tdmrep.json")
}

// next takes the answer that was given first of those that wait.
func (r *replay) next(url string) (storage.Place, bool) {
	key := string(storage.CaptureKey(url))
	r.mu.Lock()
	defer r.mu.Unlock()
	places := r.waiting[key]
	if len(places) == 0 {
		return storage.Place{}, false
	}
	first := places[0]
	r.drop(key, first)
	return first, true
}

// LoadRobots implements [fetch.RobotsKeeper]. A robots.txt that was asked for again then is asked for again now.
func (r *replay) LoadRobots(_ context.Context, origin string) (fetch.RobotsNote, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	note, ok := r.notes[origin]
	if len(r.waiting[string(storage.CaptureKey(fetch.Public(origin+"/robots.txt")))]) > 0 {
		return note, false
	}
	note.Asked = time.Now()
	note.Until = note.Asked.Add(time.Hour)
	return note, ok
}

// SaveRobots implements [fetch.RobotsKeeper].
func (r *replay) SaveRobots(_ context.Context, note fetch.RobotsNote) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.notes[note.Origin] = note
}
