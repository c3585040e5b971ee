package ingest

import (
	"context"
	"sync"
	"time"

	"dateline/config"
	"dateline/fetch"
	"dateline/storage"
	"dateline/storage/raw"
)

// answersKey is under what a context carries the answers of one trip.
type answersKey struct{}

// answers are the exchanges of a trip that were not asked for yet.
type answers struct {
	mu     sync.Mutex
	places []storage.Place
}

// next takes the place of the next exchange.
func (a *answers) next() (storage.Place, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.places) == 0 {
		return storage.Place{}, false
	}
	p := a.places[0]
	a.places = a.places[1:]
	return p, true
}

// Replay implements [fetch.Replayer]: the next exchange of the trip that is about this address.
func (p *reprocess) Replay(ctx context.Context, url string) (fetch.Exchange, error) {
	a, _ := ctx.Value(answersKey{}).(*answers)
	if a == nil {
		return fetch.Exchange{}, errNotKept
	}
	for {
		place, ok := a.next()
		if !ok {
			return fetch.Exchange{}, errNotKept
		}
		h, block, err := p.folder.Read(place)
		if err != nil {
			return fetch.Exchange{}, err
		}
		if h.Target() != url { // a robots.txt that was asked for on the way
			continue
		}
		x, ok, err := raw.ReadExchange(h, block)
		if err == nil && !ok {
			err = errNotKept
		}
		return fetch.Exchange(x), err
	}
}

// read extracts a page with what was remembered of its site then.
func (p *reprocess) read(ctx context.Context, a config.Agency, d storage.Draft, page fetch.Page) (storage.Record, []storage.Event, error) {
	_, site, err := p.w.site(ctx, host(page.URL))
	if err != nil {
		return storage.Record{}, nil, err
	}
	r, _, events, err := p.w.read(ctx, p.setup, a, d, page, site)
	return r, events, err
}

// manySites is how many memories are kept at hand.
const manySites = 256

// site gives a memory by its name; nil if there was none.
func (p *reprocess) site(ctx context.Context, name string) ([]byte, error) {
	if name == "" {
		return nil, nil
	}
	p.mu.Lock()
	memory, ok := p.sites[name]
	p.mu.Unlock()
	if ok {
		return memory, nil
	}
	memory, err := p.folder.Site(ctx, p.w.store, name)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.sites) >= manySites {
		clear(p.sites)
	}
	p.sites[name] = memory
	return memory, nil
}

// openDoors is what robots.txt files said of pages that were fetched: that they may be.
type openDoors struct{}

// LoadRobots implements [fetch.RobotsKeeper].
func (openDoors) LoadRobots(_ context.Context, origin string) (fetch.RobotsNote, bool) {
	now := time.Now()
	return fetch.RobotsNote{Origin: origin, Asked: now, Until: now.Add(time.Hour), Read: now, Rules: []byte("{}")}, true
}

// SaveRobots implements [fetch.RobotsKeeper].
func (openDoors) SaveRobots(context.Context, fetch.RobotsNote) {}
