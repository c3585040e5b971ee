package extract

import (
	"math"
	"strings"
	"unicode"

	"golang.org/x/net/html/atom"
)

// traitNames are what is measured of a block, in the order of the vector. The model refers to them by index: a change
// here means that it has to be learned again.
var traitNames = strings.Fields(`
	chars links ends tag digits capitals commas signs colon bold slant quote words
	title described opens author repeated bad plain leadname data depth
	article main aside nav footer header form figure table quoted list body furniture role
	up0.prose up0.blocks up0.share up0.links up0.mean
	up1.prose up1.blocks up1.share up1.links up1.mean
	up2.prose up2.blocks up2.share up2.links up2.mean
	up3.prose up3.blocks up3.share up3.links up3.mean
	furniture.prose
	best.prose best.up best.down best.at best.before best.after best.first best.last best.share prose.before prose.after prose.at
	total blocks h1
	prev3.chars prev3.links prev3.tag prev3.ends prev3.bad prev3.apart
	prev2.chars prev2.links prev2.tag prev2.ends prev2.bad prev2.apart
	prev1.chars prev1.links prev1.tag prev1.ends prev1.bad prev1.apart
	next1.chars next1.links next1.tag next1.ends next1.bad next1.apart
	next2.chars next2.links next2.tag next2.ends next2.bad next2.apart
	next3.chars next3.links next3.tag next3.ends next3.bad next3.apart
	kin0.prose kin0.blocks kin0.share kin0.links kin0.mean kin0.span kin0.at
	kin1.prose kin1.blocks kin1.share kin1.links kin1.mean kin1.span kin1.at
	kin2.prose kin2.blocks kin2.share kin2.links kin2.mean kin2.span kin2.at
	kin3.prose kin3.blocks kin3.share kin3.links kin3.mean kin3.span kin3.at
	near.min near.max near.mean far.min far.max far.mean
	text.min text.max text.mean open
	says.more says.follow says.rights says.consent says.pay says.picture says.byline says.source says.talk says.way
	prev.says next.says`)

// traits is a block's vector while it is filled.
type traits []float32

func (t *traits) add(values ...float32) { *t = append(*t, values...) }

func yes(b bool) float32 {
	if b {
		return 1
	}
	return 0
}

func ratio(a, b int) float32 {
	if b == 0 {
		return 0
	}
	return float32(a) / float32(b)
}

// size is logarithmic: twice as long says as much of a short text as of a long one.
func size(n int) float32 {
	if n >= 0 && n < len(sizes) {
		return sizes[n]
	}
	return float32(math.Log1p(float64(n)))
}

// sizes are the usual ones.
var sizes = func() (out [2048]float32) {
	for n := range out {
		out[n] = float32(math.Log1p(float64(n)))
	}
	return out
}()

// kindOf numbers the elements that make blocks.
func kindOf(a atom.Atom) float32 {
	switch a {
	case atom.P:
		return 0
	case atom.H1:
		return 1
	case atom.H2:
		return 2
	case atom.H3:
		return 3
	case atom.H4, atom.H5, atom.H6:
		return 4
	case atom.Li:
		return 5
	case atom.Td, atom.Th:
		return 6
	case atom.Figcaption, atom.Figure:
		return 7
	case atom.Blockquote:
		return 8
	case atom.Div:
		return 9
	case atom.Section, atom.Article, atom.Main:
		return 10
	}
	return 11
}

// reading measures the blocks of one page.
type reading struct {
	*layout
	p     *page
	best  *place          // the element whose blocks weigh most
	plain map[*block]bool // what the reading without a model takes for the text
	data  shingles        // of the structured data's text; nil if there is none
	seen  map[uint64]int  // how often a text stands on the page
	said  []said          // of each block
	prose []int           // letters of prose before each block, and of all
	h1    int             // index of the first h1; -1 if there is none
}

// said is what a short block's words say.
type said struct {
	kinds [kinds]float32
	text  odds
	open  float32
	never bool // it speaks a phrase that no story does
}

func (p *page) reading(plainText []*block) *reading {
	l := p.survey.layout
	r := &reading{layout: l, p: p, best: p.best, plain: make(map[*block]bool, len(plainText)), seen: make(map[uint64]int, len(l.blocks)),
		said: make([]said, len(l.blocks)), prose: make([]int, len(l.blocks)+1), h1: -1}
	for _, b := range plainText {
		r.plain[b] = true
	}
	for i, b := range l.blocks {
		r.seen[b.hash()]++
		r.prose[i+1] = r.prose[i] + plain(b)
		r.said[i] = l.model.hear(b)
		if b.tag == atom.H1 && r.h1 < 0 {
			r.h1 = i
		}
	}
	if raw, _ := p.news["articleBody"].(string); raw != "" {
		r.data = shingle(ldBlocks(raw))
	}
	return r
}

// short is up to how many words a block is judged by its words: longer ones speak of their subject.
const short = 25

// hear looks the words of a block up. A phrase that opens a block counts as ten.
func (m *model) hear(b *block) (s said) {
	words := b.hashes()
	for i := range words {
		if i >= 60 {
			break
		}
		h := uint64(0)
		for n := 0; n < longest && i+n < len(words); n++ {
			h = h*31 + words[i+n]
			w, known := m.words[h]
			if !known {
				break
			}
			s.never = s.never || w.never && (i == 0 || len(words) <= 40)
			if w.kind > 0 && len(words) <= 60 {
				s.kinds[w.kind-1]++
				if i == 0 {
					s.kinds[w.kind-1] += 10
				}
			}
			if n == 0 && i < 12 && len(words) <= short {
				s.text.hear(w.text)
			}
			if i == 0 && n == 1 {
				s.open = w.open
			}
			if !w.more {
				break
			}
		}
	}
	return s
}

// traits measures one block.
func (r *reading) traits(i int, t traits) traits {
	t = r.own(t, r.blocks[i])
	t = r.around(t, r.blocks[i])
	t = r.position(t, i)
	t.add(size(r.total), size(len(r.blocks)))
	if r.h1 >= 0 {
		t.add(float32(i - r.h1))
	} else {
		t.add(-1000)
	}
	for _, j := range []int{i - 3, i - 2, i - 1, i + 1, i + 2, i + 3} {
		t = r.neighbour(t, r.blocks[i], j)
	}
	t = r.alike(t, i)
	near, far, s := &r.blocks[i].at.near, &r.blocks[i].at.far, &r.said[i]
	if up := r.blocks[i].at.up; up != nil {
		both := up.near
		both.min, both.max = min(both.min, near.min), max(both.max, near.max)
		both.sum, both.n = both.sum+near.sum, both.n+near.n
		near = &both
	}
	t.add(near.min, near.max, near.mean(), far.min, far.max, far.mean())
	t.add(s.text.min, s.text.max, s.text.mean(), s.open)
	t.add(s.kinds[:]...)
	t.add(r.says(i-1), r.says(i+1))
	return t
}

// says is how much of the lexicon a block speaks.
func (r *reading) says(i int) (sum float32) {
	if i < 0 || i >= len(r.said) {
		return 0
	}
	for _, k := range r.said[i].kinds {
		sum += k
	}
	return sum
}

// own measures the block by itself.
func (r *reading) own(t traits, b *block) traits {
	digits, capitals, letters, commas, signs, quotes := 0, 0, 0, 0, 0, false
	for _, c := range b.text {
		switch {
		case c >= 'a' && c <= 'z':
			letters++
		case c >= '0' && c <= '9':
			digits++
		case c == ',' || c == '،' || c == '、' || c == '，':
			commas++
		case c == '|' || c == '•' || c == '›' || c == '©' || c == '@' || c == '→':
			signs++
		case c == '"' || c == '“' || c == '”' || c == '„' || c == '«' || c == '»' || c == '「':
			quotes = true
		case unicode.IsUpper(c):
			capitals++
			letters++
		case c >= 0x80 && unicode.IsLetter(c):
			letters++
		}
	}
	t.add(size(b.chars), ratio(b.links, b.chars), yes(ends(b.text)), kindOf(b.tag), ratio(digits, b.chars), ratio(capitals, letters),
		ratio(commas*100, b.chars), float32(signs), yes(strings.HasSuffix(b.text, ":")), ratio(b.bold, b.chars), ratio(b.slant, b.chars),
		yes(quotes), size(len(b.hashes())))
	t.add(yes(r.p.echo(b)), yes(b.chars >= 40 && r.p.described(b)), yes(b.chars >= 40 && r.p.opens(b)), yes(r.p.named(b.text)),
		float32(min(r.seen[b.hash()], 3)), yes(b.bad), yes(r.plain[b]), yes(leadName(b)))
	if r.data == nil {
		t.add(-1)
	} else {
		t.add(float32(b.shared(r.data)))
	}
	return t
}

// named says whether a text names one of the authors.
func (p *page) named(text string) bool {
	for _, name := range p.article.Authors {
		if strings.Contains(text, name) {
			return true
		}
	}
	return false
}

// around measures the elements that hold the block.
func (r *reading) around(t traits, b *block) traits {
	t.add(float32(b.at.depth))
	for k := range regions {
		t.add(yes(b.at.in&(1<<k) != 0))
	}
	q := b.at
	for range 4 {
		t.add(ratio(q.prose, r.total), size(q.blocks), ratio(q.proses, q.blocks), ratio(q.links, q.chars), size(q.chars/q.blocks))
		if q.up != nil {
			q = q.up
		}
	}
	share := float32(1)
	for q := b.at; q != nil; q = q.up {
		if q.up == nil || q.up.in&inFurniture == 0 && q.in&inFurniture != 0 {
			if q.in&inFurniture != 0 {
				share = ratio(q.prose, r.total)
			}
			break
		}
	}
	t.add(share)
	return t
}

// position measures where the block stands to the element whose blocks weigh most.
func (r *reading) position(t traits, i int) traits {
	if r.best == nil {
		for range 12 {
			t.add(-1)
		}
		return t
	}
	up, down, q, o := 0, 0, r.blocks[i].at, r.best
	for q != o { // the first element that holds both
		if q.depth >= o.depth {
			q = q.up
			down++
		} else {
			o = o.up
			up++
		}
	}
	first, last := r.best.first, r.best.last
	t.add(ratio(q.prose, r.total), float32(up), float32(down), ratio(i-first, max(last-first, 1)), float32(max(0, first-i)), float32(max(0, i-last)),
		float32(i-first), float32(last-i), ratio(r.best.prose, r.total))
	before := max(0, r.prose[min(i, last+1)]-r.prose[first])
	after := max(0, r.prose[last+1]-r.prose[min(max(i+1, first), last+1)])
	t.add(size(before), size(after), ratio(before, before+after))
	return t
}

// neighbour measures a block nearby, and how far up the two are held by one element.
func (r *reading) neighbour(t traits, b *block, j int) traits {
	if j < 0 || j >= len(r.blocks) {
		t.add(-1, -1, -1, -1, -1, -1)
		return t
	}
	apart := 0
	for q := b.at; q != nil && (j < q.first || j > q.last); q = q.up {
		apart++
	}
	o := r.blocks[j]
	t.add(size(o.chars), ratio(o.links, o.chars), kindOf(o.tag), yes(ends(o.text)), yes(o.bad), float32(apart))
	return t
}

// alike measures the blocks whose elements are of one make with this one's.
func (r *reading) alike(t traits, i int) traits {
	for k, key := range r.blocks[i].at.make() {
		a := r.kin[k][key]
		t.add(ratio(a.prose, r.total), size(a.blocks), ratio(a.proses, a.blocks), ratio(a.links, a.chars), size(a.chars/a.blocks),
			ratio(a.last-a.first+1, len(r.blocks)), ratio(i-a.first, max(a.last-a.first, 1)))
	}
	return t
}
