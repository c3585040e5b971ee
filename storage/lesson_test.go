package storage_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/storage"
	"dateline/storage/storagetest"
)

// TestLearn takes lessons in the order of publication, whatever the order in which the pages came, and each once.
func TestLearn(t *testing.T) {
	s := newStore(t)
	const feed = "http://a.example/rss"
	var drafts []storage.Draft
	for n := range 600 { // more than one transaction takes
		d := storagetest.NewDraft(feed, n)
		d.Record.Published = now.Add(time.Duration(n) * time.Minute)
		drafts = append(drafts, d)
	}
	poll(t, s, feed, drafts...)
	for _, n := range []int{1, 0, 2} {
		drafts[n], drafts[599-n] = drafts[599-n], drafts[n]
	}
	for _, d := range drafts {
		r := d.Record
		r.Text = long(r.Title)
		if _, err := s.PutPage(t.Context(), r, d.Mark, &storage.Lesson{Host: "a.example", Agency: r.Agency.ID, BodyFrom: r.Title}, nil); err != nil {
			t.Fatal(err)
		}
	}
	var order []string
	teach := func(l storage.Lesson, site []byte, h storage.Health) ([]byte, storage.Health) {
		order = append(order, l.BodyFrom)
		h.Pages++
		h.Ails = []string{l.BodyFrom}
		return append(site, 'x'), h
	}
	changes, err := s.Learn(t.Context(), teach)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for n := range 600 {
		want = append(want, fmt.Sprint("Article ", n))
	}
	if !slices.Equal(order, want) {
		t.Errorf("%d lessons, from %q to %q", len(order), order[0], order[len(order)-1])
	}
	if len(changes) != 1 || changes[0].Was.Pages != 0 || changes[0].Now.Pages != 600 {
		t.Errorf("changes %+v", changes)
	}
	site, err := s.Site(t.Context(), "a.example")
	if err != nil || string(site) != strings.Repeat("x", 600) {
		t.Errorf("the site's memory: %d bytes, %v", len(site), err)
	}
	h, err := s.Health(t.Context(), "agency")
	if err != nil || h.Pages != 600 || h.Agency != "agency" {
		t.Errorf("health %+v, %v", h, err)
	}
	if changes, err := s.Learn(t.Context(), teach); err != nil || len(changes) != 0 {
		t.Errorf("with nothing to learn: %+v, %v", changes, err)
	}
	storagetest.Check(t, s)
}

func TestUnknownSite(t *testing.T) {
	s := newStore(t)
	if site, err := s.Site(t.Context(), "a.example"); site != nil || err != nil {
		t.Errorf("%q, %v", site, err)
	}
	if h, err := s.Health(t.Context(), "a"); h.Agency != "a" || h.Pages != 0 || err != nil {
		t.Errorf("%+v, %v", h, err)
	}
}

// TestOneArticleTeachesOnce: neither a revision nor a copy is a further page of the site.
func TestOneArticleTeachesOnce(t *testing.T) {
	s := newStore(t)
	const feed = "http://a.example/rss"
	first, copied := storagetest.NewDraft(feed, 1), storagetest.NewDraft(feed, 2)
	put := func(d storage.Draft, text string) storage.Outcome {
		r := d.Record
		r.Text = text
		out, err := s.PutPage(t.Context(), r, d.Mark, &storage.Lesson{Host: "a.example", Agency: "agency"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	var outs []storage.Outcome
	poll(t, s, feed, first, copied)
	outs = append(outs, put(first, long("one")), put(copied, long("one")))
	first.Mark = "2"
	poll(t, s, feed, first)
	outs = append(outs, put(first, long("two")))
	if want := []storage.Outcome{storage.Added, storage.AlsoIn, storage.Revised}; !slices.Equal(outs, want) {
		t.Errorf("outcomes %q, want %q", outs, want)
	}
	changes, err := s.Learn(t.Context(), func(_ storage.Lesson, site []byte, h storage.Health) ([]byte, storage.Health) {
		h.Pages++
		return site, h
	})
	if err != nil || len(changes) != 1 || changes[0].Now.Pages != 1 {
		t.Errorf("%+v, %v", changes, err)
	}
}
