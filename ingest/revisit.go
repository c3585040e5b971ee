package ingest

import (
	"context"
	"errors"
	"net/url"
	"time"

	"dateline/config"
	"dateline/extract"
	"dateline/fetch"
	"dateline/storage"
	"dateline/storage/raw"
)

// firstLook is when a page that was just read is looked at again; nil if its agency does not ask for that.
func firstLook(s *setup, a config.Agency, d storage.Draft, page fetch.Page, read time.Time) *storage.Revisit {
	d.Tries, d.Error, d.Due = 0, "", time.Time{}
	return nextLook(storage.Revisit{Draft: d, Since: read, Step: -1}, s.cfg.Looks(a), page.Validators, read)
}

// nextLook is the first look that is still to come; nil after the last. What was missed while nobody ran is not made up for:
// one look sees all that was changed till then.
func nextLook(v storage.Revisit, after []time.Duration, known fetch.Validators, now time.Time) *storage.Revisit {
	for _, d := range after {
		if due := v.Since.Add(d); due.After(now) {
			v.Step, v.Due = v.Step+1, wholeSecond(due)
			v.ETag, v.LastModified, v.Issuer, v.Digest = known.ETag, known.LastModified, known.URL, known.Digest
			return &v
		}
	}
	return nil
}

// sight is what a second look found.
type sight struct {
	record *storage.Record  // nil: nothing is to be written
	known  fetch.Validators // to look again with
	events []storage.Event

	usage  []fetch.Usage // what the page was read with, for the raw store
	memory []byte
}

// revisit looks at an article's page again, and commits what that brought with the time of the next look. A look that fails is
// not repeated: the next one comes. The error is ours, or the context's.
func (w *Worker) revisit(ctx context.Context, s *setup, id string) error {
	done, err := w.turns.take(ctx, id)
	if err != nil {
		return err
	}
	defer done()
	v, err := w.store.Revisit(ctx, id)
	if errors.Is(err, storage.ErrNotFound) || err == nil && v.Due.After(time.Now()) && again(ctx) == nil {
		return nil
	}
	if err != nil {
		return ours("storage", err)
	}
	a := s.agency(&v.Draft.Record)
	after := s.cfg.Looks(a)
	ctx, t := w.travel(ctx, raw.KindLook, id, v.Draft.Page)
	r, err := w.store.Record(ctx, id)
	if errors.Is(err, storage.ErrNotFound) || err == nil && len(after) == 0 { // nobody asks any more
		_, err = w.store.Revisited(ctx, v, nil, nil)
		return ours("storage", err)
	}
	if err != nil {
		return ours("storage", err)
	}
	found, made, err := w.lookAgain(ctx, s, a, v, r)
	if err != nil || !made {
		return err
	}
	if ctx, err = t.seal(ctx, tripData{Draft: kept(v.Draft), Usage: found.usage}, found.memory); err != nil {
		return ours("storage", err)
	}
	out, err := w.store.Revisited(ctx, v, nextLook(v, after, found.known, clock(ctx)), found.record, found.events...)
	if err == nil {
		w.log.Debug("looked again", "url", v.Draft.Page, "id", id, "outcome", out, "found", found.events[0].Detail)
	}
	return ours("storage", err)
}

// lookAgain asks for a page that was read before. made is false if its host is to be left alone.
func (w *Worker) lookAgain(ctx context.Context, s *setup, a config.Agency, v storage.Revisit, r storage.Record) (found sight, made bool, err error) {
	d := v.Draft
	known := fetch.Validators{ETag: v.ETag, LastModified: v.LastModified, URL: v.Issuer, Digest: v.Digest}
	var page fetch.Page
	made, failure, err := w.visit(ctx, host(d.Page), again(ctx) != nil, func() (err error) {
		page, err = s.client.PageAgain(ctx, d.Page, known)
		return err
	})
	if err != nil || !made || errors.Is(failure, errNotKept) {
		return sight{}, false, err
	}
	w.account.wanted(d.Page, failure, time.Now())
	switch {
	case failure != nil:
		return failedLook(ctx, d, known, failure), true, nil
	case page.NotModified:
		return unchangedLook(ctx, r, page.Validators), true, nil
	case leadsHome(d.Page, page.URL):
		return looked(ctx, known, "the page leads to the home page", nil), true, nil
	}
	memory, site, err := w.site(ctx, host(page.URL))
	if err != nil {
		return sight{}, false, ours("storage", err)
	}
	found, err = w.readAgain(ctx, s, a, d, page, site, r)
	found.usage, found.memory = page.Usage, memory
	if found.known == (fetch.Validators{}) { // nothing was read
		found.known = known
	}
	return found, err == nil, err
}

// looked is a look with its event.
func looked(ctx context.Context, known fetch.Validators, detail string, r *storage.Record) sight {
	event := storage.Event{At: clock(ctx).UTC().Truncate(time.Second), What: "looked again", Detail: detail}
	return sight{record: r, known: known, events: []storage.Event{event}}
}

// failedLook is one that brought no page. One that is gone is marked; all else may be over at the next look.
func failedLook(ctx context.Context, d storage.Draft, known fetch.Validators, failure error) sight {
	f := judge(failure, 0, 1)
	found := looked(ctx, known, f.reason, nil)
	if f.reason == storage.PartialGone || f.reason == storage.PartialNotFound {
		r := d.Record
		r.Partial, r.Fetched = f.reason, found.events[0].At
		found.record = &r
	}
	return found
}

// unchangedLook is one at a page that is as it was. One that was gone in between is back.
func unchangedLook(ctx context.Context, r storage.Record, known fetch.Validators) sight {
	found := looked(ctx, known, "not modified", nil)
	if r.Notice != nil && r.Notice.Kind == storage.NoticeGone {
		r.Notice, r.Fetched = nil, found.events[0].At
		found.record = &r
	}
	return found
}

// leadsHome tells what many sites do in place of 404: they send whoever asks for a page that is gone to the front page, which is
// no article.
func leadsHome(asked, answered string) bool {
	from, errFrom := url.Parse(asked)
	to, errTo := url.Parse(answered)
	bare := func(u *url.URL) bool { return (u.Path == "" || u.Path == "/") && u.RawQuery == "" }
	return errFrom == nil && errTo == nil && bare(to) && !bare(from)
}

// readAgain reads a page that has changed somewhere. A text that differs only because of what was learned of the site since is no
// change of the publisher's.
func (w *Worker) readAgain(ctx context.Context, s *setup, a config.Agency, d storage.Draft, page fetch.Page, site *extract.Site, r storage.Record) (sight, error) {
	now, _, events, err := w.read(ctx, s, a, d, page, site)
	if site != nil && err == nil && storage.TextHash(&now) != r.Hash {
		if plain, _, _, err := w.read(ctx, s, a, d, page, nil); err == nil && storage.TextHash(&plain) == r.Hash {
			now = plain
		}
	}
	if ctx.Err() != nil {
		return sight{}, ctx.Err()
	}
	var reserved reservedError
	switch {
	case errors.As(err, &reserved):
		now = withheld(a, d, reserved.article, clock(ctx).UTC().Truncate(time.Second))
		return looked(ctx, page.Validators, reserved.Error(), &now), nil
	case errors.Is(err, errNoText) && now.Notice != nil: // all that is left of the article
		r.Notice, r.Fetched = now.Notice, now.Fetched
		return looked(ctx, fetch.Validators{}, now.Notice.Kind, &r), nil
	case err != nil:
		return looked(ctx, fetch.Validators{}, err.Error(), nil), nil
	case storage.TextHash(&now) == r.Hash:
		return looked(ctx, page.Validators, "the text is as it was", &now), nil
	}
	found := looked(ctx, page.Validators, "the text has changed", &now)
	found.events = append(found.events, events...)
	return found, nil
}

// lineUpLooks hands second looks that are due to their hosts' lanes, and says when the first that is not due yet will be; zero if
// there is none. One waits at a time, and only where no page does that was never read.
func (w *Worker) lineUpLooks(ctx context.Context, s *setup, l *lanes, now time.Time) (time.Time, error) {
	for p, err := range w.store.Revisits(ctx, now) {
		if err != nil {
			return time.Time{}, ours("storage", err)
		}
		if l.length(host(p.Page)) > 0 {
			continue
		}
		if rest, err := w.resting(ctx, host(p.Page)); err != nil || rest {
			if err != nil {
				return time.Time{}, ours("storage", err)
			}
			continue
		}
		l.add(host(p.Page), "look "+p.ID, func(ctx context.Context) error {
			err := w.revisit(ctx, s, p.ID)
			w.nudgeIfIdle(l, host(p.Page))
			return cancelled(ctx, err)
		})
	}
	at, ok, err := w.store.NextRevisit(ctx)
	if !ok || !at.After(now) {
		return time.Time{}, ours("storage", err)
	}
	return at, nil
}

// looks makes the second looks that are due when all pages were read that never had been; a round of them, the next pass has the
// others.
func (p *pass) looks(ctx context.Context) error {
	l, n := newLanes(ctx), 0
	for next, err := range p.w.store.Revisits(ctx, time.Now()) {
		if err != nil {
			return errors.Join(err, l.wait())
		}
		wanted, err := p.wantsLook(ctx, next.ID)
		if err != nil {
			return errors.Join(err, l.wait())
		}
		if !wanted {
			continue
		}
		p.step(func(now *Progress) { now.Pages++ })
		l.add(host(next.Page), next.ID, func(ctx context.Context) error {
			err := p.w.revisit(ctx, p.setup, next.ID)
			p.step(func(now *Progress) { now.PagesDone++ })
			if err != nil {
				return err
			}
			return p.w.note(ctx, flushEvery)
		})
		if n++; n == roundSize {
			break
		}
	}
	return l.wait()
}

// wantsLook says whether a second look belongs to this pass.
func (p *pass) wantsLook(ctx context.Context, id string) (bool, error) {
	if len(p.only) == 0 {
		return true, nil
	}
	v, err := p.w.store.Revisit(ctx, id)
	if errors.Is(err, storage.ErrNotFound) {
		return false, nil
	}
	for _, feed := range p.only {
		if v.Draft.ListedBy(feed) {
			return true, err
		}
	}
	return false, err
}
