package extract

import (
	"cmp"
	"slices"
	"time"

	"golang.org/x/net/html/atom"
)

// Bounds of a site's memory. A block takes some ten bytes of it.
const (
	maxSiteBlocks     = 512
	maxSiteContainers = 16
	maxSitePages      = 64  // then all counts are halved: what stopped repeating goes
	maxSiteDays       = 120 // without a page: then the site is met anew
	maxTraces         = 256 // blocks of one page
)

// Site is what is remembered of a site's pages: the texts that repeat over them, and the elements that held their
// articles. The zero value knows nothing. It is not changed while a page is read; [Site.Learn] gives the next one.
type Site struct {
	pages      int
	day        int // of the last page, since 1970
	blocks     []repeat
	containers []repeat
}

// repeat counts on how many pages something stood. Those seen last stand last.
type repeat struct {
	hash  uint64
	count int
	since int // pages before the first that had it
}

// Traces are what one page can teach of its site.
type Traces struct {
	day       int
	container uint64 // of the article, by its make and that of all around it; 0 if there is none
	blocks    []trace
}

// trace is one block of a page.
type trace struct {
	hash    uint64
	letters int
	kept    bool // for a part of the article
}

// Pages is how many pages are remembered.
func (s Site) Pages() int { return s.pages }

// Learn gives the memory with one page more. A page that mostly repeats a single other one is a version of its article,
// and teaches nothing about the site.
func (s Site) Learn(t Traces) Site {
	if t.day-s.day > maxSiteDays {
		s = Site{}
	}
	known := map[uint64]int{}
	for _, r := range s.blocks {
		known[r.hash] = r.count
	}
	var all, again struct{ blocks, letters int }
	for _, b := range t.blocks {
		if b.kept {
			all.blocks, all.letters = all.blocks+1, all.letters+b.letters
			if known[b.hash] == 1 {
				again.blocks, again.letters = again.blocks+1, again.letters+b.letters
			}
		}
	}
	if all.letters == 0 || again.blocks*2 > all.blocks && again.letters*2 > all.letters {
		return s
	}
	hashes := make([]uint64, len(t.blocks))
	for i, b := range t.blocks {
		hashes[i] = b.hash
	}
	next := Site{pages: s.pages, day: max(s.day, t.day)}
	next.blocks = remember(s.blocks, hashes, s.pages, maxSiteBlocks)
	next.containers = s.containers
	if t.container != 0 {
		next.containers = remember(s.containers, []uint64{t.container}, s.pages, maxSiteContainers)
	}
	if next.pages++; next.pages >= maxSitePages {
		next.pages /= 2
		next.blocks, next.containers = halve(next.blocks), halve(next.containers)
	}
	return next
}

// remember counts what a page had. What was seen only once, longest ago, makes room.
func remember(old []repeat, seen []uint64, pages, most int) []repeat {
	counts := map[uint64]repeat{}
	for _, r := range old {
		counts[r.hash] = r
	}
	here := map[uint64]bool{}
	var fresh []repeat
	for _, h := range seen {
		if here[h] {
			continue
		}
		here[h] = true
		r, ok := counts[h]
		if !ok {
			r = repeat{hash: h, since: pages}
		}
		r.count++
		fresh = append(fresh, r)
	}
	out := make([]repeat, 0, len(old)+len(fresh))
	for _, r := range old {
		if !here[r.hash] {
			out = append(out, r)
		}
	}
	out = append(out, fresh...)
	spare := len(out) - most
	for _, least := range []int{1, maxSitePages} { // the single ones go first
		out = slices.DeleteFunc(out, func(r repeat) bool {
			gone := spare > 0 && r.count <= least
			if gone {
				spare--
			}
			return gone
		})
	}
	return out
}

func halve(all []repeat) []repeat {
	var out []repeat
	for _, r := range all {
		if r.count /= 2; r.count > 0 {
			r.since /= 2
			out = append(out, r)
		}
	}
	return out
}

// outermost is the depth of what every page has: the document, html and body.
const outermost = 2

// memory is a site's memory as it is asked while one of its pages is read.
type memory struct {
	pages      int
	blocks     map[uint64]repeat
	containers map[uint64]int
}

func (s *Site) memory() memory {
	if s == nil {
		return memory{}
	}
	m := memory{s.pages, make(map[uint64]repeat, len(s.blocks)), make(map[uint64]int, len(s.containers))}
	for _, r := range s.blocks {
		m.blocks[r.hash] = r
	}
	for _, r := range s.containers {
		m.containers[r.hash] = r.count
	}
	return m
}

// repeats says on how many pages a block stood, if it does often enough to be furniture: on two besides this one, and on
// three of ten since it was first seen. One other page may be a version of this.
func (m *memory) repeats(b *block) int {
	r, ok := m.blocks[b.hash()]
	if !ok || r.count < 2 || r.count*10 < 3*(m.pages-r.since) {
		return 0
	}
	return r.count
}

// usual says whether most of the site's articles, of three at least, stood in elements of this make.
func (m *memory) usual(path uint64) bool {
	n := m.containers[path]
	return n >= 3 && n*2 > m.pages
}

// home is the element that articles of the site usually stand in; nil if it is not known, or not there.
func (p *page) home() *place {
	if len(p.memory.containers) == 0 {
		return nil
	}
	var found *place
	for _, q := range p.survey.layout.order {
		if p.memory.usual(q.path()) && (found == nil || q.prose > found.prose) {
			found = q
		}
	}
	return found
}

// bar is the probability from which a block is of the article; it is lower in the article's usual element.
func (p *page) bar(b *block, home *place, bar float64) float64 {
	if home != nil && inside(b.node, home.node) {
		return bar * 9 / 10
	}
	return bar
}

// path is equal for places of one make in places of one make, up to the root.
func (q *place) path() uint64 {
	const prime = 1099511628211
	h := uint64(1)
	for ; q != nil; q = q.up {
		h = h*prime + q.kin
	}
	return h
}

// forget drops from the body what repeats on the site's pages, and notes what this page can teach. It never drops more
// than half: then the page is a version of others, and no furniture.
func (p *page) forget() {
	p.trace()
	if p.memory.pages == 0 || p.article.BodyFrom == "feed" {
		return
	}
	gone, letters, all := map[*block]bool{}, 0, 0
	stays, goes := false, false // whether anything below the heading above does
	for i := len(p.body) - 1; i >= 0; i-- {
		b := p.body[i]
		headless := heading(b.tag) && goes && !stays && p.memory.repeats(b) > 0
		if gone[b] = p.furniture(b) || headless; gone[b] {
			letters += b.chars
		}
		all += b.chars
		if heading(b.tag) {
			stays, goes = false, false
		}
		stays, goes = stays || !gone[b], goes || gone[b]
	}
	if letters == 0 || letters*2 > all {
		return
	}
	p.forgotten = gone
	p.note("body", "site", "left out, as it repeats over its pages: "+firstOf(p.body, gone).text)
	left := func(b *block) bool { return gone[b] }
	p.body = trimHeadings(slices.DeleteFunc(slices.Clone(p.body), left))
	for b, is := range gone {
		if is {
			b.odds = 0
		}
	}
	p.article.Confidence = p.confidence(&candidate{blocks: slices.DeleteFunc(slices.Clone(p.chosen.blocks), left)})
}

func firstOf(blocks []*block, in map[*block]bool) *block {
	return blocks[slices.IndexFunc(blocks, func(b *block) bool { return in[b] })]
}

// furniture weighs how likely a block is of the article against on how many pages it stood: each makes it four times
// less likely. A heading or label may head a part of every article, so for it only one counts.
func (p *page) furniture(b *block) bool {
	n := p.memory.repeats(b)
	if n == 0 || p.opens(b) || p.described(b) {
		return false
	}
	if heading(b.tag) || b.chars < 30 {
		n = 1
	}
	odds := b.odds
	if b.at == nil || p.survey.layout.places[b.node] != b.at {
		odds = strange
	}
	return odds < (1-odds)*float64(int(1)<<(2*min(n, 10)))
}

// trace notes the blocks that were taken for the article or nearly were, and the element that holds the most of them.
func (p *page) trace() {
	t := &p.article.Traces
	t.day = int(min(max(0, p.src.Fetched.Unix()/int64(24*time.Hour/time.Second)), maxDay))
	in := map[*block]bool{}
	all := 0
	for _, b := range p.body {
		in[b] = true
		all += b.chars
	}
	inside := map[*place]int{}
	for _, b := range p.survey.blocks {
		if b.tag != atom.H1 && (in[b] || b.odds > 0.2) {
			t.blocks = append(t.blocks, trace{b.hash(), b.chars, in[b]})
		}
		if in[b] {
			for q := b.at; q != nil; q = q.up {
				inside[q] += b.chars
			}
		}
	}
	if n := len(t.blocks); n > maxTraces {
		t.blocks = slices.Delete(t.blocks, maxTraces/2, n-maxTraces/2)
	}
	var holds []*place
	for q, n := range inside {
		if n*10 >= all*9 && q.depth > outermost {
			holds = append(holds, q)
		}
	}
	if len(holds) > 0 {
		t.container = slices.MaxFunc(holds, func(a, b *place) int { return cmp.Compare(a.depth, b.depth) }).path()
	}
}
