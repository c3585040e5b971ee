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
// A trip whose entry is not pending is passed over, and an entry whose page was never asked for stays pending. The error
// is ours or the context's.
func (w *Worker) Replay(ctx context.Context, folder *raw.Folder, watch func(Progress)) (*Report, error) {
	s := w.now()
	r := &replay{
		pass:   &pass{w: w, setup: s, watch: watch, touched: map[string]bool{}, seen: map[string]bool{}, began: time.Now()},
		folder: folder, waiting: map[string][]storage.Place{}, sites: map[string]storage.Place{}, notes: map[string]fetch.RobotsNote{},
		feeds: map[string]target{}, rows: map[string]*Row{},
	}
	for _, t := range s.targets() {
		r.feeds[fetch.Public(t.feed)] = t
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

// replay is one call of Replay.
type replay struct {
	*pass
	folder *raw.Folder
	feeds  map[string]target // of the configuration, by their public address
	rows   map[string]*Row   // by feed
	batch  []raw.Trip        // of one kind, no subject twice

	sites map[string]storage.Place // memories of sites, by name

	mu      sync.Mutex
	waiting map[string][]storage.Place // answers that were not asked for yet, by address, in their order
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
		return r.line(ctx, t)
	case kind == "site":
		r.sites[item.Header.Target()] = item.Place
	case item.Header.Target() != "" && (kind != "" || item.Header.Get("WARC-Type") == "response"):
		key := string(storage.CaptureKey(item.Header.Target()))
		r.mu.Lock()
		r.waiting[key] = append(r.waiting[key], item.Place)
		r.mu.Unlock()
	}
	return nil
}

// line puts a trip into the batch, after making those that it must not be made beside.
func (r *replay) line(ctx context.Context, t raw.Trip) error {
	same := func(other raw.Trip) bool { return other.Kind != t.Kind || other.Subject == t.Subject }
	if len(r.batch) == replayBatch || slices.ContainsFunc(r.batch, same) {
		if err := r.flush(ctx); err != nil {
			return err
		}
	}
	r.batch = append(r.batch, t)
	return nil
}

// flush makes the trips of the batch. Each batch has a client of its own: what it remembers of robots.txt is as old as
// the batch.
func (r *replay) flush(ctx context.Context) error {
	o := r.setup.cfg.Fetch
	o.Replay, o.Robots, o.Record, o.Observe = r, r, nil, nil
	s := *r.setup
	s.client = fetch.New(o)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(2 * runtime.GOMAXPROCS(0))
	for _, t := range r.batch {
		switch t.Kind {
		case raw.KindFeed:
			target, err := r.target(t.Subject)
			if err != nil {
				return err
			}
			row := r.row(target)
			g.Go(func() error { return r.poll(ctx, &s, target, row, t) })
		case raw.KindPage, raw.KindLook:
			g.Go(func() error { return r.page(ctx, &s, t) })
		}
	}
	r.batch = r.batch[:0]
	return g.Wait()
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
	ctx = context.WithValue(ctx, againKey{}, &recorded{at: trip.At})
	saved, res, err := r.w.poll(ctx, s, t, time.Time{})
	if res.outcome != "" {
		r.polled(row, saved, res)
	}
	return err
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
	r.step(func(now *Progress) { now.Pages++ })
	ctx = context.WithValue(ctx, againKey{}, &recorded{at: trip.At, site: site})
	if trip.Kind == raw.KindLook {
		err := r.w.revisit(ctx, s, trip.Subject)
		r.step(func(now *Progress) { now.PagesDone++ })
		return err
	}
	res, err := r.w.pageAgain(ctx, s, trip.Subject)
	r.pass.mu.Lock()
	r.touch(res.listings, res.outcome == storage.Unchanged)
	r.pass.mu.Unlock()
	r.step(func(now *Progress) { now.PagesDone++ })
	return err
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
	case !ok && (strings.HasSuffix(url, "/robots.txt") || strings.HasSuffix(url, "/tdmrep.json")):
		return fetch.Exchange{URL: url, Status: http.StatusNotFound}, nil // the database knew them from an earlier run
	case !ok:
		return fetch.Exchange{}, errNotKept
	}
	h, block, err := r.folder.Read(place)
	if err != nil {
		return fetch.Exchange{}, err
	}
	x, ok, err := raw.ReadExchange(h, block)
	if err == nil && !ok {
		err = errNotKept
	}
	return fetch.Exchange(x), err
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
	if r.waiting[key] = places[1:]; len(places) == 1 {
		delete(r.waiting, key)
	}
	return places[0], true
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
