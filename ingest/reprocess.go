package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"dateline/fetch"
	"dateline/storage"
	"dateline/storage/raw"
)

// Reprocess says which records are extracted again.
type Reprocess struct {
	Agency string    // its id; empty means all
	Since  time.Time // only pages that were fetched from then on; zero means all
	DryRun bool      // nothing is stored

	// Watch, if not nil, is told of the counts now and then, one call at a time.
	Watch func(Reprocessed)
}

// Reprocessed counts what became of the pages in the raw store.
type Reprocessed struct {
	Pages   int `json:"pages"`   // that were extracted again
	Same    int `json:"same"`    // of which the same came out
	Changed int `json:"changed"` // whose record was replaced, or would be
	Old     int `json:"old"`     // not extracted: another page, or another article with the same text, is what is stored
	Lost    int `json:"lost"`    // not extracted: the raw store no longer has all that is needed

	Was, Is storage.Record `json:"-"` // the first record that changed
}

// reprocessBatch is how many pages are extracted between two notes of how far it is.
const reprocessBatch = 256

// reprocessWork is under what the store remembers how far it is.
const reprocessWork = "reprocess"

// Reprocess extracts what is stored again from the raw store, after a rule or the extractor changed. Each page is read with what
// was known of its entry and its site then, and with the configuration and the program of now. A run that was killed is gone on
// with by the next one that asks for the same. The error is ours, the context's or the raw store's.
func (w *Worker) Reprocess(ctx context.Context, folder *raw.Folder, job Reprocess) (Reprocessed, error) {
	s := *w.now()
	p := &reprocess{w: w, setup: &s, folder: folder, job: job, sites: map[string][]byte{}}
	o := s.cfg.Fetch
	o.Replay, o.Robots, o.Record, o.Observe, o.TDM = p, openDoors{}, nil, nil, false
	s.client = fetch.New(o)
	var err error
	if p.name, err = p.fingerprint(); err != nil {
		return p.counts, err
	}
	from, err := p.resume(ctx)
	if err != nil {
		return p.counts, err
	}
	var batch []storage.Capture
	for c, err := range w.store.Captures(ctx, from) {
		if err != nil {
			return p.counts, ours("storage", err)
		}
		if c.Kind != storage.CapturedTrip || c.Time.Before(job.Since) {
			continue
		}
		if batch = append(batch, c); len(batch) < reprocessBatch {
			continue
		}
		if err := p.do(ctx, batch); err != nil {
			return p.counts, err
		}
		batch = batch[:0]
	}
	if err := p.do(ctx, batch); err != nil {
		return p.counts, err
	}
	return p.counts, p.mark(ctx, "")
}

// reprocess is one call of Reprocess.
type reprocess struct {
	w      *Worker
	setup  *setup
	folder *raw.Folder
	job    Reprocess
	name   string // of what is asked for

	mu     sync.Mutex
	counts Reprocessed
	sites  map[string][]byte // memories that were read lately, by name
}

// fingerprint names what is asked for: the same job with the same configuration. A new program goes on with what an older
// one began, so whoever changes the extractor starts with a run that ends.
func (p *reprocess) fingerprint() (string, error) {
	h := sha256.New()
	if err := p.setup.cfg.Encode(h); err != nil {
		return "", err
	}
	return fmt.Sprintf("%x %s %d", h.Sum(nil)[:8], p.job.Agency, p.job.Since.Unix()), nil
}

// resume gives the place from which to go on.
func (p *reprocess) resume(ctx context.Context) (storage.Place, error) {
	if p.job.DryRun {
		return storage.Place{}, nil
	}
	mark, err := p.w.store.Marked(ctx, reprocessWork)
	rest, ok := strings.CutPrefix(mark, p.name+" ")
	var at storage.Place
	if err != nil || !ok {
		return at, ours("storage", err)
	}
	if _, err := fmt.Sscanf(rest, "%d %d", &at.Segment, &at.Offset); err != nil {
		return storage.Place{}, nil
	}
	return at, nil
}

// mark notes the place up to which all is done; empty when it is over.
func (p *reprocess) mark(ctx context.Context, place string) error {
	if p.job.DryRun {
		return nil
	}
	if place != "" {
		place = p.name + " " + place
	}
	return ours("storage", p.w.store.Mark(ctx, reprocessWork, place))
}

// do extracts a batch, side by side.
func (p *reprocess) do(ctx context.Context, batch []storage.Capture) error {
	if len(batch) == 0 {
		return nil
	}
	g, inner := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for _, c := range batch {
		g.Go(func() error { return p.page(inner, c) })
	}
	if err := g.Wait(); err != nil {
		return err
	}
	if p.job.Watch != nil {
		p.job.Watch(p.counts)
	}
	last := batch[len(batch)-1].Place
	return p.mark(ctx, fmt.Sprintf("%d %d", last.Segment, last.Offset+1))
}

// page extracts one page again and stores what came out.
func (p *reprocess) page(ctx context.Context, c storage.Capture) error {
	trip, data, err := p.trip(c.Place)
	if errors.Is(err, raw.ErrMissing) {
		p.count(func(n *Reprocessed) { n.Lost++ })
		return nil
	}
	if err != nil || p.job.Agency != "" && data.Draft.Record.Agency.ID != p.job.Agency {
		return err
	}
	old, err := p.w.store.Record(ctx, trip.Subject)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return ours("storage", err)
	}
	if err != nil || old.ID != trip.Subject || old.Fetched.Unix() != trip.At.Unix() {
		p.count(func(n *Reprocessed) { n.Old++ })
		return nil
	}
	r, events, err := p.extract(ctx, trip, data)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, errNotKept), errors.Is(err, raw.ErrMissing):
		p.count(func(n *Reprocessed) { n.Lost++ })
		return nil
	case trip.Kind == raw.KindLook && r.Partial != "": // a look that brought no page: what is stored is of an earlier one
		p.count(func(n *Reprocessed) { n.Old++ })
		return nil
	case err != nil:
		return err
	}
	return p.store(ctx, old, r.Inherit(&old), events)
}

func (p *reprocess) store(ctx context.Context, old, r storage.Record, events []storage.Event) error {
	out := storage.Replaced
	var err error
	if p.job.DryRun {
		out, err = storage.Differs(&old, &r)
	} else {
		events = append([]storage.Event{{At: time.Now().UTC().Truncate(time.Second), What: "reprocessed"}}, events...)
		out, err = p.w.store.Replace(ctx, r, events...)
	}
	p.count(func(n *Reprocessed) {
		n.Pages++
		if out != storage.Replaced {
			n.Same++
			return
		}
		if n.Changed++; n.Changed == 1 {
			n.Was, n.Is = old, r
		}
	})
	return ours("storage", err)
}

func (p *reprocess) count(change func(*Reprocessed)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(&p.counts)
}

// trip reads what a page was asked for with.
func (p *reprocess) trip(place storage.Place) (trip raw.Trip, data tripData, err error) {
	h, block, err := p.folder.Read(place)
	if err != nil {
		return trip, data, err
	}
	trip, ok, err := raw.ReadTrip(h, block)
	if err == nil && ok {
		err = json.Unmarshal(trip.Data, &data)
	}
	if err == nil && (!ok || data.Draft == nil) {
		err = raw.ErrMissing
	}
	return trip, data, err
}

// extract makes the record again as the trip did, but with the extractor of now.
func (p *reprocess) extract(ctx context.Context, trip raw.Trip, data tripData) (storage.Record, []storage.Event, error) {
	site, err := p.site(ctx, data.Site)
	if err != nil {
		return storage.Record{}, nil, err
	}
	d := *data.Draft
	a := p.setup.agency(&d.Record)
	ctx = context.WithValue(ctx, againKey{}, &recorded{at: trip.At, site: site})
	ctx, _ = p.w.travel(ctx, raw.KindPage, trip.Subject, d.Page)
	if len(trip.Places) == 0 && data.Reason != "" {
		r, events := p.w.partialRecord(ctx, p.setup, a, d, data.Reason, nil)
		return r, events, nil
	}
	page, err := p.setup.client.Page(context.WithValue(ctx, answersKey{}, &answers{places: trip.Places}), d.Page)
	if errors.Is(err, errNotKept) || errors.Is(err, raw.ErrMissing) || ctx.Err() != nil {
		return storage.Record{}, nil, err
	}
	if err == nil {
		page.Usage = data.Usage
		r, events, failure := p.read(ctx, a, d, page)
		if failure == nil {
			return r, events, nil
		}
		err = failure
	}
	f := judge(err, d.Tries, p.setup.cfg.Poll.Tries)
	r, events := p.w.partialRecord(ctx, p.setup, a, d, f.reason, err)
	return r, events, nil
}
