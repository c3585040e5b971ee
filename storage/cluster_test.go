package storage_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/storage"
	"dateline/storage/storagetest"
)

// clusterPress makes texts and edited copies of them.
type clusterPress struct{ rnd *rand.Rand }

func (p clusterPress) text(words int) string {
	out := make([]string, words)
	for i := range out {
		out[i] = p.word()
	}
	return strings.Join(out, " ")
}

func (p clusterPress) word() string {
	return fmt.Sprintf("wo%crd%x", 'a'+rune(p.rnd.IntN(26)), p.rnd.IntN(3000))
}

// edited changes a share of the words.
func (p clusterPress) edited(text string, share float64) string {
	out := strings.Fields(text)
	for i := range out {
		if p.rnd.Float64() < share {
			out[i] = p.word()
		}
	}
	return strings.Join(out, " ")
}

// clusterCase is an article with what its publisher said first and last.
type clusterCase struct {
	draft       storage.Draft
	first, last string
	forgotten   bool
}

// clusterCases are chains of copies, each edited a little further, spread over a month and several agencies.
func clusterCases(p clusterPress) (all []clusterCase) {
	for family := range 6 {
		text := p.text(220)
		for member := range 5 {
			agency := string(rune('a' + p.rnd.IntN(4)))
			url := fmt.Sprintf("http://%s.example/story/%d-%d", agency, family, member)
			at := now.AddDate(0, 0, -p.rnd.IntN(30)).Add(time.Duration(p.rnd.IntN(3)) * time.Hour)
			c := clusterCase{draft: draft(agency, "http://"+agency+".example/rss", url, fmt.Sprint("Story ", family), at), last: text}
			c.first, c.forgotten = p.edited(text, 0.1), p.rnd.IntN(8) == 0
			if p.rnd.IntN(2) == 0 {
				c.first = p.text(200) // another text altogether, at first
			}
			all = append(all, c)
			text = p.edited(text, 0.06+0.1*p.rnd.Float64())
		}
	}
	return all
}

// clusterWorld stores all cases, in some order, with or without what they said first.
func clusterWorld(t *testing.T, cases []clusterCase, rnd *rand.Rand) *storage.Store {
	s := newStore(t)
	for _, i := range rnd.Perm(len(cases)) {
		c := cases[i]
		poll(t, s, c.draft.Record.Feed, c.draft)
		if rnd.IntN(2) == 0 {
			store(t, s, c.draft, c.last)
			continue
		}
		store(t, s, c.draft, c.first)
		defer func() {
			putAgain(t, s, c.draft, "2", func(r *storage.Record) { r.Text = c.last })
		}()
	}
	return s
}

// duplicates says which address repeats which, and how.
func duplicates(t *testing.T, s *storage.Store) map[string]string {
	t.Helper()
	all := map[string]string{}
	for r, err := range s.Records(t.Context(), storage.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		all[r.URL] = ""
		if r.DuplicateOf != "" {
			all[r.URL] = fmt.Sprintf("%s %+v", record(t, s, r.DuplicateOf).URL, *r.Similarity)
		}
	}
	return all
}

// TestClustersInAnyOrder stores the same articles in many orders, with detours: other texts first, articles that are forgotten at
// the end. The clusters are the same.
func TestClustersInAnyOrder(t *testing.T) {
	seeds := uint64(4)
	if storage.Racing {
		seeds = 1
	}
	for seed := range seeds {
		rnd := rand.New(rand.NewPCG(seed, 1))
		cases := clusterCases(clusterPress{rnd})
		var want map[string]string
		for order := range 5 {
			s := clusterWorld(t, cases, rnd)
			storagetest.Check(t, s)
			for _, c := range cases {
				if !c.forgotten {
					continue
				}
				if _, err := s.Forget(t.Context(), c.draft.Record.ID, "asked", now); err != nil && !errors.Is(err, storage.ErrNotFound) {
					t.Fatal(err)
				}
			}
			storagetest.Check(t, s)
			got := duplicates(t, s)
			if order == 0 {
				want = got
			}
			if !maps.Equal(got, want) {
				t.Fatalf("seed %d, order %d:\n got %v\nwant %v", seed, order, got, want)
			}
		}
		if n := len(slices.DeleteFunc(slices.Collect(maps.Values(want)), func(s string) bool { return s == "" })); n < 5 {
			t.Errorf("seed %d: %d duplicates: is anything tested?", seed, n)
		}
	}
}

// TestClusterDoesNotChain has three texts, each a copy of the one before it; the third is too far from the first to be one of it.
func TestClusterDoesNotChain(t *testing.T) {
	s := newStore(t)
	p := clusterPress{rand.New(rand.NewPCG(3, 4))}
	texts := []string{p.text(300)}
	texts = append(texts, p.edited(texts[0], 0.14))
	texts = append(texts, p.edited(texts[1], 0.14), p.edited(texts[1], 0.02))
	var urls []string
	for i, text := range texts {
		url := fmt.Sprintf("http://%c.example/%d", 'a'+i, i)
		d := draft(string(rune('a'+i)), fmt.Sprintf("http://%c.example/rss", 'a'+i), url, "Story", now.Add(time.Duration(i)*time.Hour))
		poll(t, s, d.Record.Feed, d)
		store(t, s, d, text)
		urls = append(urls, d.Record.URL)
	}
	lead := record(t, s, urls[0])
	for i, want := range []string{"", lead.ID, "", lead.ID} {
		r := record(t, s, urls[i])
		if r.DuplicateOf != want {
			t.Errorf("%s repeats %q, want %q (%+v)", urls[i], r.DuplicateOf, want, r.Similarity)
		}
	}
	c, err := s.Cluster(t.Context(), urls[3])
	if err != nil || c.Leader.ID != lead.ID || len(c.Members) != 2 {
		t.Errorf("cluster of %s with %d members, %v", c.Leader.URL, len(c.Members), err)
	}
	wantTally(t, s, "http://b.example/rss", storage.Tally{storage.NearDuplicate: 1})
	wantTally(t, s, "http://a.example/rss", storage.Tally{storage.Stored: 1})
	storagetest.Check(t, s)
}

// TestClusterWindow has the same dispatch again after three weeks: an anniversary, not a copy.
func TestClusterWindow(t *testing.T) {
	s := newStore(t)
	p := clusterPress{rand.New(rand.NewPCG(5, 6))}
	text := p.text(200)
	for i, days := range []int{0, 14, 15, 40} {
		d := draft("a", feedA, fmt.Sprintf("http://a.example/%d", i), "Story", now.AddDate(0, 0, days))
		poll(t, s, feedA, d)
		store(t, s, d, p.edited(text, 0.03))
	}
	lead := record(t, s, "http://a.example/0")
	for i, want := range []string{"", lead.ID, "", ""} {
		if got := record(t, s, fmt.Sprintf("http://a.example/%d", i)).DuplicateOf; got != want {
			t.Errorf("article %d repeats %q, want %q", i, got, want)
		}
	}
}
