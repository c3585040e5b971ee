package ingest

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"dateline/config"
	"dateline/fetch"
	"dateline/storage"
	"dateline/storage/raw"
)

// trip is one poll or one try at a page: the exchanges that it takes are written to the raw store as they come, and their
// rows are committed with what is made of it. What it brings has one time, that of its last answer: `fetched`, the extractor's
// clock, and when the feed was polled. A trip that is made again has the time of the first one.
type trip struct {
	recorder *Recorder // nil: nobody keeps account
	kept     bool      // into the raw store
	recorded *recorded // nil: the network is asked

	mu       sync.Mutex
	log      raw.Trip
	captures []storage.Capture
	err      error // of the raw store
}

// recorded is a trip that is made again.
type recorded struct {
	at   time.Time
	site []byte // what was remembered of the site; nil if nothing was
}

// tripKey and againKey are under what a context carries the trip that is made, and the one that is made again.
type (
	tripKey  struct{}
	againKey struct{}
)

// travel begins a trip for a feed or for an entry's page.
func (w *Worker) travel(ctx context.Context, kind, subject, url string) (context.Context, *trip) {
	t := &trip{recorder: w.recorder, log: raw.Trip{Kind: kind, Subject: subject, URL: fetch.Public(url)}}
	t.kept = w.recorder.keeps(kind)
	if t.recorded = again(ctx); t.recorded != nil {
		t.recorder, t.kept, t.log.At = nil, false, t.recorded.at
	}
	return context.WithValue(ctx, tripKey{}, t), t
}

// again is the trip that is made again; nil if a new one is made.
func again(ctx context.Context) *recorded {
	r, _ := ctx.Value(againKey{}).(*recorded)
	return r
}

func tripOf(ctx context.Context) *trip {
	t, _ := ctx.Value(tripKey{}).(*trip)
	return t
}

// clock is when what is dealt with was said: the time of the trip's last answer, or now if none came or nobody keeps
// account of them.
func clock(ctx context.Context) time.Time {
	t := tripOf(ctx)
	if t == nil {
		return time.Now()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.log.At.IsZero() {
		return time.Now()
	}
	return t.log.At
}

// tripData is what else is needed to make a page's trip again.
type tripData struct {
	Draft  *storage.Draft `json:"draft,omitempty"`
	Site   string         `json:"site,omitempty"` // the name of what was remembered of the site
	Usage  []fetch.Usage  `json:"usage,omitempty"`
	Reason string         `json:"reason,omitempty"` // why there is no page
	Detail string         `json:"detail,omitempty"`
}

// kept is a draft without what belongs to the database alone, and without credentials.
func kept(d storage.Draft) *storage.Draft {
	d.Listings = nil
	d.Record.Feed = fetch.Public(d.Record.Feed)
	return &d
}

// seal ends a trip: the next writes with the context that it gives commit the rows about it. The error is the raw store's.
func (t *trip) seal(ctx context.Context, data tripData, site []byte) (context.Context, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.err != nil {
		return ctx, t.err
	}
	if !t.kept {
		return ctx, nil
	}
	if t.log.At.IsZero() {
		t.log.At = time.Now().UTC().Truncate(time.Microsecond)
	}
	if err := t.write(data, site); err != nil {
		return ctx, err
	}
	return storage.WithCaptures(ctx, t.captures), nil
}

// write appends what the trip was made with.
func (t *trip) write(data tripData, site []byte) error {
	if site != nil {
		data.Site = raw.SiteKey(site)
		c, err := t.recorder.raw.AppendSite(site, t.log.At)
		if err != nil {
			return err
		}
		t.captures = append(t.captures, c)
	}
	var err error
	if t.log.Data, err = json.Marshal(data); err != nil {
		return err
	}
	c, err := t.recorder.raw.AppendTrip(t.log)
	t.captures = append(t.captures, c)
	return err
}

// Recorder keeps what the network said in a raw store. It belongs into the client's options and into the worker, which gives
// the exchanges their meaning.
type Recorder struct {
	raw  *raw.Store
	keep atomic.Pointer[string] // what the configuration says
}

// NewRecorder keeps nothing, feeds, or pages too: see [config.Raw]. Trips have the time of their answers in any case.
func NewRecorder(store *raw.Store, keep string) *Recorder {
	r := &Recorder{raw: store}
	r.Keep(keep)
	return r
}

// Keep changes what is kept, from the next trip on.
func (r *Recorder) Keep(keep string) { r.keep.Store(&keep) }

var _ fetch.Recorder = (*Recorder)(nil)

// keeps says whether trips of a kind are kept.
func (r *Recorder) keeps(kind string) bool {
	if r == nil {
		return false
	}
	keep := *r.keep.Load()
	return keep == config.KeepAll || keep == config.KeepFeeds && (kind == raw.KindFeed || kind == raw.KindPush)
}

// hear records what a hub brought.
func (t *trip) hear(ctx context.Context, topic, kind string, body []byte) {
	if t.recorder == nil {
		return
	}
	t.recorder.Record(ctx, fetch.Exchange{
		Kind: raw.KindPush, URL: fetch.Public(topic), Start: time.Now().UTC().Truncate(time.Microsecond),
		Status: http.StatusOK, Header: map[string][]string{"Content-Type": {kind}}, Body: body,
	})
}

// Wants implements [fetch.Recorder].
func (r *Recorder) Wants(ctx context.Context, _ string) bool {
	t := tripOf(ctx)
	return t != nil && t.kept
}

// Record implements [fetch.Recorder]. A failure of the raw store ends the run when the trip does.
func (r *Recorder) Record(ctx context.Context, x fetch.Exchange) {
	t := tripOf(ctx)
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.recorded == nil && x.Kind != "robots" && x.Kind != "tdm" {
		t.log.At = x.Start
	}
	if !t.kept || t.err != nil {
		return
	}
	c, id, err := r.raw.Append(raw.Exchange(x), t.log.Subject)
	if err != nil {
		t.err = err
		return
	}
	t.log.Add(c, id)
	t.captures = append(t.captures, c)
}
