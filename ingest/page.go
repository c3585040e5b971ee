package ingest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"dateline/config"
	"dateline/extract"
	"dateline/fetch"
	"dateline/storage"
	"dateline/storage/raw"
)

// noPage is the Partial of an entry that has no address.
const noPage = "no-link"

// page fetches the page of a pending entry and commits its record, or what its failure means. It gives the ledger's
// keys of the entries concerned. leave is called when the page is there. The error is ours, or the context's.
func (w *Worker) page(ctx context.Context, s *setup, id string, leave func()) (pageResult, error) {
	isDue := func(d *storage.Draft) bool { return !d.Due.After(time.Now()) } // else somebody tried meanwhile and put it off
	return w.pageIf(ctx, s, id, isDue, leave)
}

// pageAgain is page for a trip that was recorded: it was due then.
func (w *Worker) pageAgain(ctx context.Context, s *setup, id string) (pageResult, error) {
	return w.pageIf(ctx, s, id, func(*storage.Draft) bool { return true }, func() {})
}

func (w *Worker) pageIf(ctx context.Context, s *setup, id string, wanted func(*storage.Draft) bool, leave func()) (pageResult, error) {
	done, err := w.turns.take(ctx, id)
	if err != nil {
		return pageResult{}, err
	}
	defer done()
	d, err := w.store.Draft(ctx, id)
	if errors.Is(err, storage.ErrNotFound) || err == nil && !wanted(&d) {
		return pageResult{}, nil // it was stored meanwhile, or is not wanted now
	}
	if err != nil {
		return pageResult{}, ours("storage", err)
	}
	out, err := w.settle(ctx, s, d, leave)
	return pageResult{d.Listings, out}, ours("storage", err)
}

// pageResult is what became of a page: the ledger's keys of the entries concerned, and what the store made of its
// record, if there was one.
type pageResult struct {
	listings [][]byte
	outcome  storage.Outcome
}

func (w *Worker) settle(ctx context.Context, s *setup, d storage.Draft, leave func()) (storage.Outcome, error) {
	a := s.agency(&d.Record)
	ctx, t := w.travel(ctx, raw.KindPage, d.Record.ID, d.Page)
	if d.Page == "" {
		sealed, err := t.seal(ctx, tripData{Draft: kept(d), Reason: noPage}, nil)
		if err != nil {
			return "", err
		}
		return w.partial(sealed, s, a, d, noPage, nil)
	}
	var page fetch.Page
	asked, failure, err := w.visit(ctx, host(d.Page), t.recorded != nil, func() (err error) {
		page, err = s.client.Page(ctx, d.Page)
		return err
	})
	if err != nil || !asked {
		return "", err // still pending, and nothing was counted
	}
	leave()
	if errors.Is(failure, errNotKept) {
		return "", nil
	}
	w.account.wanted(d.Page, failure, time.Now())
	if failure != nil {
		sealed, err := t.seal(ctx, tripData{Draft: kept(d), Reason: judge(failure, d.Tries, 0).reason, Detail: failure.Error()}, nil)
		if err != nil {
			return "", err
		}
		return w.fail(sealed, s, a, d, failure)
	}
	memory, site, err := w.site(ctx, host(page.URL))
	if err != nil {
		return "", err
	}
	if ctx, err = t.seal(ctx, tripData{Draft: kept(d), Usage: page.Usage}, memory); err != nil {
		return "", err
	}
	r, lesson, events, err := w.read(ctx, s, a, d, page, site)
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err != nil {
		return w.fail(ctx, s, a, d, err)
	}
	out, err := w.store.PutPage(ctx, r, d.Mark, lesson, firstLook(s, a, d, page, r.Fetched), events...)
	if err == nil {
		w.log.Debug("stored", "url", r.URL, "id", r.ID, "outcome", out, "body_from", r.BodyFrom)
	}
	return out, err
}

// extract reads HTML.
func (w *Worker) extract(html []byte, src extract.Source) (article extract.Article, err error) {
	err = w.parsing(src.URL, func() { article = extract.Page(html, src) })
	return article, err
}

// parsing does what makes a tree of a page, many times its size. A fault in the extractor is this page's failure, not the
// program's.
func (w *Worker) parsing(url string, do func()) (err error) {
	w.trees <- struct{}{}
	defer func() {
		<-w.trees
		if p := recover(); p != nil {
			w.log.Error("the extractor panicked", "url", url, "panic", p)
			err = fmt.Errorf("%q: the extractor panicked: %v", url, p)
		}
	}()
	do()
	return nil
}

// read extracts a page. Of one without a text the record comes with the error: there may be a notice in it.
func (w *Worker) read(ctx context.Context, s *setup, a config.Agency, d storage.Draft, page fetch.Page, site *extract.Site) (storage.Record, *storage.Lesson, []storage.Event, error) {
	now := clock(ctx).UTC().Truncate(time.Second)
	src := source(a, d, page, now)
	src.Site = site
	article, err := w.extract(page.HTML, src)
	if err != nil {
		return storage.Record{}, nil, nil, err
	}
	article.Rights = append(article.Rights, rightsOf(page)...)
	if right, bound := extract.Binding(allRights(d.Record, article), s.cfg.Honour); bound {
		return storage.Record{}, nil, nil, reservedError{right, article}
	}
	if article.Text == "" {
		return complete(a, d, page, article, now), nil, nil, errNoText
	}
	return complete(a, d, page, article, now), lesson(a, page, article), findings(page, article, now), nil
}

// fail commits what a page's failure means.
func (w *Worker) fail(ctx context.Context, s *setup, a config.Agency, d storage.Draft, err error) (storage.Outcome, error) {
	f := judge(err, d.Tries, s.cfg.Poll.Tries)
	now := clock(ctx).UTC().Truncate(time.Second)
	if f.again > 0 {
		due := wholeSecond(clock(ctx)).Add(f.again)
		w.log.Warn("page failed, to be tried again", "url", d.Page, "reason", f.reason, "err", err, "again", due)
		return "", w.store.Retry(ctx, d.Record.ID, due, storage.Event{At: now, What: "failed", Detail: f.reason})
	}
	w.log.Warn("page failed for good", "url", d.Page, "reason", f.reason, "err", err)
	return w.partial(ctx, s, a, d, f.reason, err)
}

// partial stores an entry from the feed alone, if the feed told anything.
func (w *Worker) partial(ctx context.Context, s *setup, a config.Agency, d storage.Draft, reason string, cause error) (storage.Outcome, error) {
	r, events := w.partialRecord(ctx, s, a, d, reason, cause)
	if r.Title == "" && r.Text == "" {
		return "", w.store.Fail(ctx, d.Record.ID, d.Mark, events[0])
	}
	return w.store.Put(ctx, r, d.Mark, events...)
}

// partialRecord is the record of an entry whose page never came, and what its story tells of that.
func (w *Worker) partialRecord(ctx context.Context, s *setup, a config.Agency, d storage.Draft, reason string, cause error) (storage.Record, []storage.Event) {
	now := clock(ctx).UTC().Truncate(time.Second)
	events := []storage.Event{{At: now, What: "partial", Detail: reason}}
	if cause != nil {
		events = append([]storage.Event{{At: now, What: "failed", Detail: cause.Error()}}, events...)
	}
	body, err := w.extract([]byte(d.Content), contentSource(a, d, now))
	if err != nil { // what the feed says in plain text is left
		events = append(events, storage.Event{At: now, What: "failed", Detail: err.Error()})
	}
	r := fromFeed(a, d, body, reason, now)
	var reserved reservedError
	if errors.As(cause, &reserved) {
		r = withheld(a, d, reserved.article, now)
	} else if _, bound := extract.Binding(allRights(d.Record, body), s.cfg.Honour); bound {
		r = withheld(a, d, body, now)
		r.Partial = reason
	}
	return r, events
}

// findings tell the entry's story: what was fetched and where each field was read.
func findings(page fetch.Page, article extract.Article, now time.Time) []storage.Event {
	events := []storage.Event{{At: now, What: "fetched", Detail: page.URL}}
	for _, f := range article.Findings {
		events = append(events, storage.Event{At: now, What: f.Field, Detail: f.From + ": " + f.Value})
	}
	return events
}
