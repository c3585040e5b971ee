// Package ingest is the worker: it asks feeds when they are due, fetches the pages of their new entries, and stores
// what comes of them. It is the only package that knows the others' words and translates between them.
//
// A pass has two steps, each ended by one transaction: poll.go asks a feed and commits its state with its new
// entries; page.go fetches a pending entry's page and commits its record. Where an agency asks for it, revisit.go looks at a page
// again later. What they decide is pure and stands apart:
// record.go drafts and completes a record, schedule.go says when a feed is asked next, fate.go what a failure means, and
// health.go whether an agency's pages are read as well as they were. Behind schedule.go stand rhythm.go (when news is
// likely), budget.go (what a request is worth), move.go (permanent redirects) and rest.go (hosts that are left alone); agenda.go
// keeps what it decided at hand for the daemon, run.go. overlap.go finds out that entries may have been lost, and
// lost.go looks for them; influx.go bounds what one feed may bring. learn.go ends a pass: what the pages taught is
// remembered for the next one. trip.go keeps what the network said, replay.go and reprocess.go do the work again with
// that. All the while, account.go counts what each host was asked for. push.go has hubs
// deliver what is new where feeds name one, and callback.go is where they do.
//
// There are three classes of failure. A feed's or a page's is stored as a result, and the worker goes on. Ours, the
// storage's, ends the run. A cancelled context is none: nothing is counted or written for it.
package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"dateline/config"
	"dateline/fetch"
	"dateline/storage"
)

// Worker reads the feeds of a configuration into a store. Its methods may be called from many goroutines; a pass asked
// for by hand runs beside the schedule.
type Worker struct {
	store *storage.Store
	log   *slog.Logger
	turns turns         // one job at a time for a feed or an entry
	wake  chan struct{} // a new reason for the schedule to look
	trees chan struct{} // a token per page that may be in memory as a tree, many times its size

	rests  rests
	agenda agenda
	worth  atomic.Int64 // what a request is worth with the budget of polls; 0: what the configuration says

	account  *Account  // nil: none is kept
	recorder *Recorder // nil: neither are the network's answers

	mu    sync.Mutex
	setup *setup // guarded by mu, replaced whole
}

// setup is what a reload replaces.
type setup struct {
	cfg      *config.Config
	client   *fetch.Client
	agencies map[string]config.Agency // by id
	all      []target                 // the feeds of the configuration, in its order
}

// New gives a worker. The client is built from the configuration's Fetch options.
func New(store *storage.Store, client *fetch.Client, cfg *config.Config, log *slog.Logger) *Worker {
	w := &Worker{store: store, log: log, wake: make(chan struct{}, 1), trees: make(chan struct{}, runtime.GOMAXPROCS(0))}
	w.Configure(cfg, client)
	return w
}

// KeepRaw has the trips of the worker kept by the recorder that its clients have. It is called before the work begins.
func (w *Worker) KeepRaw(r *Recorder) { w.recorder = r }

// Configure makes the worker go on with another configuration. What is under way ends with the old one, whose client keeps no
// connection for later: to a host, the two are one visitor.
func (w *Worker) Configure(cfg *config.Config, client *fetch.Client) {
	s := &setup{cfg: cfg, client: client, agencies: map[string]config.Agency{}}
	for _, a := range cfg.Agencies {
		s.agencies[a.ID] = a
		for _, feed := range a.Feeds {
			s.all = append(s.all, target{feed, a, feed})
		}
	}
	w.mu.Lock()
	old := w.setup
	w.setup = s
	w.mu.Unlock()
	if old != nil && old.client != client {
		old.client.Close()
	}
	w.agenda.begin(time.Now())
	w.nudge()
}

func (w *Worker) now() *setup {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.setup
}

// nudge makes the schedule look for work now.
func (w *Worker) nudge() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// target is a feed to ask, and whose it is.
type target struct {
	feed    string
	agency  config.Agency
	address string // where it was asked for last
}

// limits are what the configuration asks for an agency's feeds.
func (s *setup) limits(a config.Agency) limits {
	return limits{floor: cmp.Or(a.Floor, s.cfg.Poll.Floor), chosen: a.Floor > 0, worth: s.cfg.Poll.Worth}
}

// targets are all feeds of the configuration, in its order. Nobody changes them.
func (s *setup) targets() []target { return s.all }

// target is a feed of the configuration.
func (s *setup) target(feed string) (target, bool) {
	for _, a := range s.cfg.Agencies {
		if slices.Contains(a.Feeds, feed) {
			return target{feed, a, feed}, true
		}
	}
	return target{}, false
}

// named are feeds given by hand. One that no agency has gets an agency of its host's name.
func (s *setup) named(feeds []string) ([]target, error) {
	var all []target
	for i, feed := range feeds {
		if slices.Contains(feeds[:i], feed) {
			continue
		}
		a, ok := s.cfg.Agency(feed)
		if !ok {
			var err error
			if a, err = config.Adhoc(feed); err != nil {
				return nil, err
			}
		}
		all = append(all, target{feed, a, feed})
	}
	return all, nil
}

// agency is whose entry it is, also if the configuration no longer has it.
func (s *setup) agency(r *storage.Record) config.Agency {
	if a, ok := s.agencies[r.Agency.ID]; ok {
		return a
	}
	return config.Agency{ID: r.Agency.ID, Name: r.Agency.Name, Home: r.Agency.Home}
}

// Progress is how far a pass is.
type Progress struct {
	Feeds, FeedsDone int
	Pages, PagesDone int
}

// Once makes one pass: it asks the feeds, then fetches all pages that are due. Without feeds, it asks those of the
// configuration that are due; named feeds are asked now, and only their pages are fetched. watch, if not nil, is told
// of each step, one call at a time. The error is ours or the context's; what feeds and pages got wrong is in the report.
func (w *Worker) Once(ctx context.Context, feeds []string, watch func(Progress)) (report *Report, err error) {
	defer func() {
		if noted := w.noteAll(ctx); err == nil {
			err = noted
		}
	}()
	s := w.now()
	p := &pass{w: w, setup: s, watch: watch, touched: map[string]bool{}, seen: map[string]bool{}, began: time.Now()}
	all, err := s.named(feeds)
	if err != nil {
		return nil, err
	}
	if len(feeds) == 0 {
		if all, err = p.due(ctx, s.targets()); err != nil {
			return nil, err
		}
	} else {
		p.only = feeds
	}
	if err := p.polls(ctx, all); err != nil {
		return nil, err
	}
	if err := p.pages(ctx); err != nil {
		return nil, err
	}
	if err := p.looks(ctx); err != nil {
		return nil, err
	}
	if err := w.learn(ctx, s); err != nil {
		return nil, err
	}
	if err := w.expire(ctx, s); err != nil {
		return nil, err
	}
	return p.report(ctx)
}

// pass is one call of Once.
type pass struct {
	w     *Worker
	setup *setup
	watch func(Progress)
	only  []string // feeds whose pages are wanted; empty means all
	began time.Time

	mu       sync.Mutex
	progress Progress
	notDue   int
	rows     []*Row          // a row per feed that was asked, in order
	touched  map[string]bool // keys of the ledger that this pass may have changed; true: the page was as it is stored
	seen     map[string]bool // ids of pending entries that had their try
}

// due chooses the feeds whose time has come.
func (p *pass) due(ctx context.Context, all []target) ([]target, error) {
	if p.setup.cfg.Poll.Budget > 0 {
		if err := p.w.look(ctx, p.setup, p.began); err != nil {
			return nil, err
		}
	}
	var due []target
	for _, t := range all {
		state, err := p.w.store.Feed(ctx, t.feed)
		if err != nil {
			return nil, err
		}
		rest, err := p.w.resting(ctx, host(address(state)))
		if err != nil {
			return nil, ours("storage", err)
		}
		if rest || !isDue(state, p.began) {
			p.notDue++
			continue
		}
		t.address = address(state)
		due = append(due, t)
	}
	return due, nil
}

// polls asks the feeds. The pages wait until all have answered: then which listing leads an article does not depend on
// whose server was faster.
func (p *pass) polls(ctx context.Context, all []target) error {
	p.step(func(now *Progress) { now.Feeds = len(all) })
	l := newLanes(ctx)
	since := p.began
	if len(p.only) > 0 {
		since = time.Time{}
	}
	for _, t := range all {
		row := &Row{Feed: t.feed, Agency: t.agency.ID}
		p.rows = append(p.rows, row)
		l.add(host(t.address), t.feed, func(ctx context.Context) error {
			saved, res, err := p.w.poll(ctx, p.setup, t, since)
			p.polled(row, saved, res)
			if err != nil {
				return err
			}
			return p.w.note(ctx, flushEvery)
		})
	}
	return l.wait()
}

// polled notes what a poll brought.
func (p *pass) polled(row *Row, saved storage.Saved, res pollResult) {
	p.mu.Lock()
	row.Outcome, row.Err = res.outcome, res.err
	row.listed = saved.Known
	p.touch(saved.Fresh, false)
	p.mu.Unlock()
	p.step(func(now *Progress) { now.FeedsDone++ })
}

// touch notes entries that this pass did something about; unchanged, if their page was as it is stored. It is called
// with p.mu held.
func (p *pass) touch(keys [][]byte, unchanged bool) {
	for _, key := range keys {
		p.touched[string(key)] = unchanged
	}
}

func (p *pass) step(change func(*Progress)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(&p.progress)
	if p.watch != nil {
		p.watch(p.progress)
	}
}

// roundSize is how many pages are lined up at a time.
const roundSize = 20_000

// pages fetches what is pending and due, round by round until a round finds nothing that has not had its try.
func (p *pass) pages(ctx context.Context) error {
	for {
		n, err := p.round(ctx)
		if err != nil || n == 0 {
			return err
		}
	}
}

func (p *pass) round(ctx context.Context) (n int, err error) {
	l := newLanes(ctx)
	for next, err := range p.w.store.Pending(ctx, time.Now()) {
		if err != nil {
			return 0, errors.Join(err, l.wait())
		}
		if p.seen[next.ID] {
			continue
		}
		wanted, err := p.wants(ctx, next.ID)
		if err != nil {
			return 0, errors.Join(err, l.wait())
		}
		if !wanted {
			continue
		}
		p.seen[next.ID] = true
		p.step(func(now *Progress) { now.Pages++ })
		l.addLeaving(host(next.Page), next.ID, func(ctx context.Context, leave func()) error { return p.page(ctx, next.ID, leave) })
		if n++; n == roundSize {
			break
		}
	}
	return n, l.wait()
}

// wants says whether a pending entry's page belongs to this pass.
func (p *pass) wants(ctx context.Context, id string) (bool, error) {
	if len(p.only) == 0 {
		return true, nil
	}
	d, err := p.w.store.Draft(ctx, id)
	if errors.Is(err, storage.ErrNotFound) {
		return false, nil
	}
	return slices.ContainsFunc(p.only, d.ListedBy), err
}

func (p *pass) page(ctx context.Context, id string, leave func()) error {
	res, err := p.w.page(ctx, p.setup, id, leave)
	p.mu.Lock()
	p.touch(res.listings, res.outcome == storage.Unchanged)
	p.mu.Unlock()
	p.step(func(now *Progress) { now.PagesDone++ })
	if err != nil {
		return err
	}
	return p.w.note(ctx, flushEvery)
}

// host is the lane of an address.
func host(address string) string { return fetch.Host(address) }

// ours marks a failure that ends the run.
func ours(what string, err error) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	return fmt.Errorf("%s: %w", what, err)
}
