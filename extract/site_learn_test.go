package extract

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"
)

// taught gives the traces of a page with these blocks, all of them kept, of a hundred letters each.
func taught(day int, hashes ...uint64) Traces {
	t := Traces{day: day, container: 7}
	for _, h := range hashes {
		t.blocks = append(t.blocks, trace{h, 100, true})
	}
	return t
}

// own gives hashes that no other page has.
func own(page, n int) []uint64 {
	var out []uint64
	for i := range n {
		out = append(out, uint64(page+1)<<20|uint64(i))
	}
	return out
}

func stands(s Site, hash uint64) int {
	return (&s).memory().blocks[hash].count
}

func TestLearnCounts(t *testing.T) {
	var s Site
	for n := range 10 {
		s = s.Learn(taught(100+n, append(own(n, 8), 1, 2)...))
	}
	if s.Pages() != 10 || stands(s, 1) != 10 || stands(s, own(3, 1)[0]) != 1 {
		t.Errorf("%d pages, one block %d times, another %d times", s.Pages(), stands(s, 1), stands(s, own(3, 1)[0]))
	}
	if m := (&s).memory(); !m.usual(7) || m.usual(8) {
		t.Error("the container that held all articles is not the usual one")
	}
}

// TestLearnIsBounded: neither many pages nor long ones make a memory grow, and what repeats outlives what does not.
func TestLearnIsBounded(t *testing.T) {
	var s Site
	for n := range 1000 {
		s = s.Learn(taught(100+n/10, append(own(n, maxTraces-1), 1)...))
		b, err := s.MarshalBinary()
		if err != nil || len(b) > 16<<10 || len(s.blocks) > maxSiteBlocks || s.Pages() >= maxSitePages {
			t.Fatalf("after %d pages: %d bytes, %d blocks, %d pages, %v", n+1, len(b), len(s.blocks), s.Pages(), err)
		}
	}
	if m := (&s).memory(); m.blocks[1].count*10 < m.pages*9 {
		t.Errorf("a block of all pages is remembered on %d of %d", m.blocks[1].count, m.pages)
	}
	for n := range 2 * maxSitePages {
		s = s.Learn(taught(300, own(2000+n, 8)...))
	}
	if n := stands(s, 1); n > maxSitePages/8 {
		t.Errorf("a block that is gone from the site is still remembered on %d pages", n)
	}
}

func TestLearnForgetsAnOldSite(t *testing.T) {
	s := Site{}.Learn(taught(100, 1, 2, 3))
	if s = s.Learn(taught(100+maxSiteDays+1, 4, 5, 6)); s.Pages() != 1 || stands(s, 1) != 0 {
		t.Errorf("%d pages, and the old block on %d", s.Pages(), stands(s, 1))
	}
}

// TestLearnKnowsVersions: an article that is published again with small changes is no second page.
func TestLearnKnowsVersions(t *testing.T) {
	s := Site{}.Learn(taught(100, own(1, 10)...))
	version := append(own(1, 9), own(2, 3)...)
	if again := s.Learn(taught(101, version...)); !reflect.DeepEqual(again, s) {
		t.Errorf("a version was counted: %d pages", again.Pages())
	}
	if empty := s.Learn(Traces{day: 101}); !reflect.DeepEqual(empty, s) {
		t.Error("a page without an article was counted")
	}
}

// TestSiteNeverEmptiesAnArticle has all of an article repeat: then the memory is not believed.
func TestSiteNeverEmptiesAnArticle(t *testing.T) {
	page := articlePage("", "", "")
	a := Page(page, Source{})
	s := Site{pages: 10}
	for _, b := range a.Traces.blocks {
		s.blocks = append(s.blocks, repeat{b.hash, 10, 0})
	}
	if got := Page(page, Source{Site: &s}); got.Text != a.Text || a.Text == "" || got.Confidence != a.Confidence {
		t.Errorf("of %q is left %q", a.Text, got.Text)
	}
}

// TestSiteKeeps what repeats and is the article's all the same: its lead, which other pages show as a teaser, and a
// heading under which something stands.
func TestSiteKeeps(t *testing.T) {
	d := designs[0]
	lead := "The harbour council has decided after nine years of debate that the old ferry shall sail again, in winter too."
	d.furniture = []string{"<p>" + lead + "</p>", "<h2>What happens next</h2>", "<p>" + strings.Repeat("Our editors choose five stories for you every Friday. ", 2) + "</p>"}
	d.at = []float64{0, 0.5, 1}
	var s Site
	for n := range 10 {
		htm, _ := d.article(n)
		s = s.Learn(Page(htm, Source{}).Traces)
	}
	htm, _ := d.article(10)
	a := Page(htm, Source{Site: &s, Summary: lead})
	if !strings.Contains(a.Text, lead) || !strings.Contains(a.Text, "What happens next") || strings.Contains(a.Text, "Our editors") {
		t.Errorf("text %q", a.Text)
	}
	if a := Page(htm, Source{Site: &s}); strings.Contains(a.Text, lead) {
		t.Errorf("nothing says that the lead is this page's, and it stands on ten others: %q", a.Text)
	}
}

// TestSiteIsReadOnly: reading changes no memory, and the same memory gives the same article.
func TestSiteIsReadOnly(t *testing.T) {
	d := designs[1]
	var s Site
	for n := range 5 {
		htm, _ := d.article(n)
		s = s.Learn(Page(htm, Source{Fetched: time.Unix(1e9, 0)}).Traces)
	}
	before, _ := s.MarshalBinary()
	htm, _ := d.article(5)
	first, second := Page(htm, Source{Site: &s}), Page(htm, Source{Site: &s})
	after, _ := s.MarshalBinary()
	if !reflect.DeepEqual(first, second) || !bytes.Equal(before, after) {
		t.Error("a page that was read changed the memory")
	}
	if s.Learn(first.Traces); !bytes.Equal(before, after) {
		t.Error("learning changed the memory that it started from")
	}
}

func TestUsualElement(t *testing.T) {
	p := newPage(articlePage("", "", ""), Source{})
	var article *place
	for _, q := range p.survey.layout.order {
		if q.node.Data == "article" {
			article = q
		}
	}
	s := Site{pages: 4, containers: []repeat{{article.path(), 3, 0}}}
	p = newPage(articlePage("", "", "<p>Outside of the article stands a paragraph of some length.</p>"), Source{Site: &s})
	home := p.home()
	if home == nil || home.node.Data != "article" {
		t.Fatalf("home %v", home)
	}
	blocks := p.survey.blocks
	if in, out := p.bar(blocks[1], home, sure), p.bar(blocks[len(blocks)-1], home, sure); in >= out {
		t.Errorf("bar %.2f in the usual element, %.2f outside", in, out)
	}
	s.containers[0].count = 2
	if p := newPage(articlePage("", "", ""), Source{Site: &s}); p.home() != nil {
		t.Error("two of four pages make an element the usual one")
	}
}

// FuzzSite: what decodes encodes to the same bytes, and is fit to be read and learned with.
func FuzzSite(f *testing.F) {
	s := Site{}
	for n := range 3 {
		s = s.Learn(taught(100, append(own(n, 3), 1)...))
	}
	for _, m := range []interface{ MarshalBinary() ([]byte, error) }{Site{}, s, taught(3, 1, 2), Traces{}} {
		b, err := m.MarshalBinary()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte{siteForm, 1, 1, 0x80, 0})
	page := articlePage("", "", "")
	f.Fuzz(func(t *testing.T, b []byte) {
		var s Site
		var traces Traces
		isSite, isTraces := s.UnmarshalBinary(b) == nil, traces.UnmarshalBinary(b) == nil
		if isSite {
			if again, _ := s.MarshalBinary(); !bytes.Equal(again, b) {
				t.Errorf("%x decodes and encodes to %x", b, again)
			}
			if Page(page, Source{Site: &s}).Text == "" {
				t.Error("a memory emptied an article")
			}
		}
		if isTraces {
			if again, _ := traces.MarshalBinary(); !bytes.Equal(again, b) {
				t.Errorf("%x decodes and encodes to %x", b, again)
			}
		}
		next, err := s.Learn(traces).MarshalBinary()
		var read Site
		if err != nil || read.UnmarshalBinary(next) != nil {
			t.Errorf("what was learned of %x does not decode: %x", b, next)
		}
	})
}

// TestSiteLeavesTheLicence: a licence line stands on every page of a site, and is read all the same.
func TestSiteLeavesTheLicence(t *testing.T) {
	d := designs[1]
	d.furniture = append([]string{"<p>" + mehr + "</p>"}, d.furniture...)
	d.at = []float64{1, 1, 1}
	var s Site
	for n := range 10 {
		htm, _ := d.article(n)
		s = s.Learn(Page(htm, Source{Site: &s}).Traces)
	}
	htm, text := d.article(10)
	without, with := Page(htm, Source{}), Page(htm, Source{Site: &s})
	if with.License == nil || !reflect.DeepEqual(with.License, without.License) || with.License.SPDX != "CC-BY-4.0" {
		t.Errorf("licence %+v with the memory, %+v without", with.License, without.License)
	}
	if with.Text != text {
		t.Errorf("text %q", with.Text)
	}
	if with.Confidence <= without.Confidence {
		t.Errorf("confidence %.3f, was %.3f", with.Confidence, without.Confidence)
	}
}
