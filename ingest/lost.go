package ingest

import (
	"context"
	"log/slog"
	"time"

	"dateline/extract"
	"dateline/fetch"
	"dateline/storage"
)

// Bounds of one search for entries that may have been lost.
const (
	maxDocuments = 5              // that are asked for, of all kinds
	maxDays      = 3              // of a date archive
	searchAgain  = 24 * time.Hour // after a search that found nothing
)

// lookFor searches what the publisher keeps of older entries if this poll shares none with the one before: the feed's archive
// (RFC 5005), then the news sitemap, then the date archive, until one of them reaches back to what was seen. It gives the
// state with their number, and the entries, to be committed with the poll's. What can't be had is logged and no failure; the
// error is ours, or the context's.
func (w *Worker) lookFor(ctx context.Context, s *setup, t target, before, after storage.FeedState, got polled) (storage.FeedState, []storage.Draft, error) {
	if !after.Lost.At.After(before.Lost.At) {
		return after, nil, nil
	}
	after.Lost.Searched = before.Lost.Searched
	if before.Lost.Found == 0 && after.Lost.At.Sub(before.Lost.Searched) < searchAgain {
		return after, nil, nil
	}
	h := w.newSearch(s, t, before, after, got)
	for _, way := range []func(context.Context) (bool, error){h.archives, h.sitemaps, h.days} {
		closed, err := way(ctx)
		if err != nil {
			return after, nil, err
		}
		if closed {
			break
		}
	}
	after.Lost.Found, after.Lost.Searched = len(h.found), h.now
	after.Influx = addTo(after.Influx, len(h.found), after.Lost.At)
	return after, h.found, nil
}

// search is one search for the entries of a gap.
type search struct {
	*Worker
	setup  *setup
	target target
	log    *slog.Logger
	gap    gap
	listed fetch.Feed // what the poll brought
	now    time.Time
	left   int             // documents that may still be asked for
	room   int             // entries that may still be found
	asked  map[string]bool // addresses
	have   map[string]bool // ids of what is listed now, and of what was found
	linked map[string]bool // addresses that pages of the date archive have linked to
	found  []storage.Draft
}

func (w *Worker) newSearch(s *setup, t target, before, after storage.FeedState, got polled) *search {
	h := &search{
		Worker: w, setup: s, target: t, log: w.log.With("feed", t.feed, "agency", t.agency.ID),
		gap: newGap(before, got.drafts, after.Lost.At), listed: got.feed, now: after.Lost.At,
		left: maxDocuments, room: min(maxListed, roomFor(after.Influx, after.Lost.At)),
		asked: map[string]bool{address(before): true, got.feed.URL: true}, have: map[string]bool{}, linked: map[string]bool{},
	}
	for i := range got.drafts {
		h.have[got.drafts[i].Record.ID] = true
	}
	return h
}

// ask asks for a document, if its host is not at rest and the bound allows it; ok says whether it came.
func (h *search) ask(ctx context.Context, address string, get func() error) (ok bool, err error) {
	if h.left == 0 || h.room == 0 || h.asked[address] || !isWeb(address) {
		return false, nil
	}
	if rest, err := h.resting(ctx, host(address)); err != nil || rest {
		return false, ours("storage", err)
	}
	h.left--
	h.asked[address] = true
	failed := get()
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if failed != nil {
		h.log.Info("no older entries here", "url", address, "err", failed)
	}
	return failed == nil, ours("storage", h.noteHost(ctx, host(address), failed))
}

// archives follows the feed's pages into the past.
func (h *search) archives(ctx context.Context) (closed bool, err error) {
	for next := h.listed.Archive; !closed; {
		var f fetch.Feed
		ok, err := h.ask(ctx, next, func() (err error) {
			f, err = h.setup.client.Archive(ctx, next)
			return err
		})
		if !ok || err != nil {
			return false, err
		}
		if _, closed, err = h.take(ctx, f, false); err != nil {
			return false, err
		}
		next = f.Archive
	}
	return closed, nil
}

// sitemaps asks the agency's news sitemap, or those that robots.txt names.
func (h *search) sitemaps(ctx context.Context) (closed bool, err error) {
	maps, err := h.newsSitemaps(ctx)
	if err != nil {
		return false, err
	}
	for i := 0; i < len(maps) && !closed; i++ {
		var f fetch.Feed
		ok, err := h.ask(ctx, maps[i], func() (err error) {
			f, err = h.setup.client.Sitemap(ctx, maps[i])
			return err
		})
		if err != nil {
			return false, err
		}
		if !ok {
			continue
		}
		if _, closed, err = h.take(ctx, newsOf(f), false); err != nil {
			return false, err
		}
		maps = append(maps, f.Sitemaps...) // of an index
	}
	return closed, nil
}

func (h *search) newsSitemaps(ctx context.Context) ([]string, error) {
	a := h.target.agency
	if a.Sitemap != "" {
		return []string{a.Sitemap}, nil
	}
	site := a.Home
	if site == "" {
		site = h.target.feed
	}
	if rest, err := h.resting(ctx, host(site)); err != nil || rest {
		return nil, ours("storage", err)
	}
	maps, err := h.setup.client.NewsSitemaps(ctx, site)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err == nil { // nobody may have been asked: nothing is learned of the host
		return maps, nil
	}
	h.log.Info("no older entries here", "url", site, "err", err)
	return nil, ours("storage", h.noteHost(ctx, host(site), err))
}

// newsOf leaves what a sitemap dates as news. When a page was last changed does not tell whether it is an article.
func newsOf(f fetch.Feed) fetch.Feed {
	var news []fetch.Entry
	for _, e := range f.Entries {
		if !e.Published.IsZero() {
			news = append(news, e)
		}
	}
	f.Entries = news
	return f
}

// days asks the date archive for the days of the gap, the latest first, each page by page until one
// lists nothing that is recent.
func (h *search) days(ctx context.Context) (closed bool, err error) {
	for _, day := range h.gap.days(h.target.agency.Zone) {
		for page, more := 1, true; more; page++ {
			if more, err = h.day(ctx, h.target.agency.ArchiveURL(day, page)); err != nil {
				return false, err
			}
		}
	}
	return false, nil
}

// day takes the links of one page of the date archive that look like the feed's own.
func (h *search) day(ctx context.Context, address string) (more bool, err error) {
	var links []extract.Link
	ok, err := h.ask(ctx, address, func() error {
		page, err := h.setup.client.Page(ctx, address)
		if err != nil {
			return err
		}
		return h.parsing(address, func() { links = extract.Links(page.HTML, page.URL, addresses(h.listed)) })
	})
	if !ok || err != nil {
		return false, err
	}
	f := fetch.Feed{Language: h.listed.Language, Rights: h.listed.Rights, License: h.listed.License}
	for _, l := range links {
		if !h.linked[l.URL] { // what is read most stands beside every page
			h.linked[l.URL] = true
			f.Entries = append(f.Entries, fetch.Entry{URL: l.URL, Title: l.Title})
		}
	}
	recent, _, err := h.take(ctx, f, true)
	return recent > 0, err
}

func addresses(f fetch.Feed) []string {
	all := make([]string, len(f.Entries))
	for i := range f.Entries {
		all[i] = f.Entries[i].URL
	}
	return all
}

// take keeps the entries of a document that lie in the gap and that no document has listed yet. recent is how many it has of them
// and of what is listed now. The gap is closed where the document reaches back to what was seen before; what has no date and comes
// after that is older, if the document has an order.
func (h *search) take(ctx context.Context, f fetch.Feed, unordered bool) (recent int, closed bool, err error) {
	var inside []storage.Draft
	for _, d := range draftAll(h.target.agency, h.target.feed, f, h.now) {
		where := h.gap.place(&d.Record)
		closed = closed || where == older
		undated := dateOf(&d.Record).IsZero()
		switch {
		case h.have[d.Record.ID]:
			recent++
		case where == within && (unordered || !undated || !closed):
			inside = append(inside, d)
		}
	}
	unknown, err := h.store.Unknown(ctx, inside)
	if err != nil {
		return 0, false, ours("storage", err)
	}
	unknown = unknown[:min(len(unknown), h.room)]
	h.room -= len(unknown)
	for i := range unknown {
		h.have[unknown[i].Record.ID] = true
	}
	h.found = append(h.found, unknown...)
	return recent + len(unknown), closed, nil
}
