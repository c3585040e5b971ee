package ingest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"path"
	"strconv"
	"time"

	"dateline/fetch"
	"dateline/storage"
	"dateline/storage/raw"
)

// deliveries is how many bodies are held at once; a hub whose delivery finds no room is told to come again.
const deliveries = 8

// callback is where hubs verify what they were asked and deliver what is new (W3C WebSub, sections 5.3 and 7). Who does
// not know a subscription's token learns nothing here.
type callback struct {
	*Worker
	free chan struct{} // a token per delivery
}

// Callback answers hubs. Of a path only the last part counts, whatever a proxy puts before it. It is meant for a server that
// bounds headers and time.
func (w *Worker) Callback() http.Handler {
	return &callback{w, make(chan struct{}, deliveries)}
}

func (c *callback) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	sub, ok, err := c.store.PushOf(r.Context(), path.Base(r.URL.Path))
	log := c.log.With("feed", sub.Feed, "hub", sub.Hub)
	switch {
	case err != nil:
		c.ail(w, log, err)
	case !ok:
		http.NotFound(w, r)
	case r.Method == http.MethodGet:
		c.verify(w, r, sub, log)
	case r.Method == http.MethodPost:
		c.deliver(w, r, sub, log)
	default:
		w.Header().Set("Allow", "GET, POST")
		http.Error(w, "GET or POST", http.StatusMethodNotAllowed)
	}
}

// ail answers that the fault is ours; the hub comes again.
func (c *callback) ail(w http.ResponseWriter, log *slog.Logger, err error) {
	log.Error("a hub's request failed", "err", err)
	http.Error(w, "not now", http.StatusInternalServerError)
}

// verify answers whether we meant what the hub was told. Only a wish that stands, about this very topic, is affirmed.
func (c *callback) verify(w http.ResponseWriter, r *http.Request, sub storage.Subscription, log *slog.Logger) {
	q := r.URL.Query()
	mode, challenge := q.Get("hub.mode"), q.Get("hub.challenge")
	seconds, _ := strconv.ParseUint(q.Get("hub.lease_seconds"), 10, 31)
	now := time.Now().UTC().Truncate(time.Second)
	meant := false
	err := c.store.ChangePush(r.Context(), sub.Feed, func(p *storage.Subscription) bool {
		meant = p.Token == sub.Token && q.Get("hub.topic") == p.Topic
		wanted := !p.Asked.IsZero() && now.Sub(p.Asked) < longestAsk && challenge != ""
		switch {
		case meant && mode == "subscribe" && wanted && (p.State == storage.PushWanted || p.State == storage.PushHeld):
			*p = verified(*p, time.Duration(seconds)*time.Second, now)
		case meant && mode == "unsubscribe" && wanted && p.State == storage.PushUnwanted:
			*p = storage.Subscription{}
		case meant && mode == "denied" && p.State != storage.PushUnwanted:
			*p = denied(*p, clip(q.Get("hub.reason")), now)
		default:
			meant = false
		}
		return meant
	})
	switch {
	case err != nil:
		c.ail(w, log, err)
		return
	case !meant:
		log.Warn("a hub asks about what was not wanted", "mode", clip(mode), "topic", clip(q.Get("hub.topic")))
		http.NotFound(w, r)
		return
	}
	log.Info("hub answered", "mode", mode, "lease", time.Duration(seconds)*time.Second)
	c.nudge()
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	io.WriteString(w, challenge)
}

// clip bounds a stranger's words that are stored or logged.
func clip(s string) string { return s[:min(len(s), 200)] }

// deliver takes what a hub brings. A delivery that is not the hub's is answered like one that is, as the Recommendation
// wants it, and ignored: nobody learns by trying.
func (c *callback) deliver(w http.ResponseWriter, r *http.Request, sub storage.Subscription, log *slog.Logger) {
	s := c.now()
	t, configured := s.target(sub.Feed)
	if !configured || sub.State != storage.PushHeld || s.cfg.Push.Callback == "" {
		http.Error(w, "not subscribed", http.StatusGone)
		return
	}
	select {
	case c.free <- struct{}{}:
		defer func() { <-c.free }()
	default:
		w.Header().Set("Retry-After", "60")
		http.Error(w, "too many at once", http.StatusServiceUnavailable)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, min(s.cfg.Fetch.MaxBody, s.cfg.Fetch.Limits.Feed)))
	switch {
	case errors.As(err, new(*http.MaxBytesError)):
		log.Warn("delivery ignored", "why", "too large")
		http.Error(w, "too large", http.StatusRequestEntityTooLarge)
		return
	case err != nil:
		http.Error(w, "not read to its end", http.StatusBadRequest)
		return
	}
	if why := forged(r.Header, sub, body); why != "" {
		log.Warn("delivery ignored", "why", why)
	} else if err := c.pushed(r.Context(), s, t, sub, body, r.Header.Get("Content-Type")); err != nil {
		c.ail(w, log, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// forged says why a delivery is not the hub's, or not of this topic; empty if it may be taken.
func forged(h http.Header, sub storage.Subscription, body []byte) string {
	signature := h.Get("X-Hub-Signature")
	switch {
	case signature == "":
		return "not signed"
	case !fetch.Signed(signature, sub.Secret, body):
		return "wrong signature"
	case !fetch.About(h, sub.Topic):
		return "another topic"
	}
	return ""
}

// pushed commits what a hub brought as a poll would, in the feed's turn. A delivery without entries that can be read says
// only that there is something: then the feed is asked.
func (w *Worker) pushed(ctx context.Context, s *setup, t target, sub storage.Subscription, body []byte, kind string) error {
	done, err := w.turns.take(ctx, t.feed)
	if err != nil {
		return err
	}
	defer done()
	ctx, trip := w.travel(ctx, raw.KindPush, fetch.Public(t.feed), sub.Topic)
	trip.hear(ctx, sub.Topic, kind, body)
	now := clock(ctx).UTC().Truncate(time.Second)
	log := w.log.With("feed", t.feed, "agency", t.agency.ID)
	var feed fetch.Feed
	if len(bytes.TrimSpace(body)) > 0 {
		if feed, err = s.cfg.Fetch.Limits.ParseFeed(body, kind, sub.Topic); err != nil {
			log.Warn("delivery not read", "err", err)
		}
	}
	drafts := draftAll(t.agency, t.feed, feed, now)
	state, err := w.store.Feed(ctx, t.feed)
	if err != nil {
		return err
	}
	if len(drafts) == 0 {
		state = hasten(state, s.limits(t.agency), now)
	}
	state, got := admit(state, polled{feed: feed, drafts: drafts}, now)
	if got.feed.Dropped > feed.Dropped { // the feed has them too, and is to send all of it
		state.ETag, state.LastModified, state.Digest, state.Dropped = "", "", "", got.feed.Dropped
	}
	drafts = got.drafts
	state.Pushed = addListed(state.Pushed, drafts)
	save := w.store.SavePushed
	if trip.recorded != nil { // nobody is subscribed
		save = w.store.SaveListed
	}
	if ctx, err = trip.seal(ctx, tripData{}, nil); err != nil {
		return err
	}
	saved, err := save(ctx, state, drafts, now)
	if err != nil {
		return err
	}
	w.agenda.hasten(state)
	log.Info("pushed", "entries", len(drafts), "new", len(saved.Fresh))
	w.nudge()
	return nil
}
