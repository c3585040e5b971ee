package ingest

import (
	"context"
	"time"
	"unicode/utf8"

	"dateline/config"
	"dateline/extract"
	"dateline/fetch"
	"dateline/storage"
)

// learnEvery is how often the schedule learns; a pass does when it ends. Between, all pages are read with the same
// memory of their sites.
const learnEvery = time.Hour

// site gives what is remembered of a host's pages, also as it is stored; nil if nothing is. A trip that is made again is made
// with what was remembered then.
func (w *Worker) site(ctx context.Context, host string) (memory []byte, site *extract.Site, err error) {
	if t := tripOf(ctx); t != nil && t.recorded != nil {
		memory = t.recorded.site
	} else if memory, err = w.store.Site(ctx, host); err != nil {
		return nil, nil, err
	}
	if memory == nil {
		return nil, nil, nil
	}
	var s extract.Site
	if err := s.UnmarshalBinary(memory); err != nil {
		w.log.Warn("the memory of a site is damaged and begins anew", "host", host, "err", err)
		return nil, nil, nil
	}
	return memory, &s, nil
}

// lesson is what a page teaches of its site and of how well its agency is read.
func lesson(a config.Agency, p fetch.Page, article extract.Article) *storage.Lesson {
	traces, _ := article.Traces.MarshalBinary() // never fails
	return &storage.Lesson{
		Host: host(p.URL), Agency: a.ID, Traces: traces,
		Rule: a.Rules.Body != "", BodyFrom: article.BodyFrom, Confidence: article.Confidence,
		Letters: utf8.RuneCountInString(article.Text),
	}
}

// teach gives a site's next memory and an agency's next account.
func teach(l storage.Lesson, site []byte, h storage.Health) ([]byte, storage.Health) {
	return learned(site, l.Traces), account(h, l)
}

// learned is the next memory. One that is damaged begins anew.
func learned(site, traces []byte) []byte {
	var s extract.Site
	var t extract.Traces
	if err := s.UnmarshalBinary(site); err != nil {
		s = extract.Site{}
	}
	if err := t.UnmarshalBinary(traces); err != nil { // of another version
		return site
	}
	next, _ := s.Learn(t).MarshalBinary() // never fails
	return next
}

// learn takes the lessons of the pages that were read since the last time, and says which agencies fare worse or better.
func (w *Worker) learn(ctx context.Context, s *setup) error {
	changes, err := w.store.Learn(ctx, teach)
	if err != nil {
		return ours("storage", err)
	}
	for _, c := range changes {
		w.logHealth(s, c)
	}
	return nil
}
