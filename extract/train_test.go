package extract

import (
	"flag"
	"fmt"
	"golang.org/x/net/html"
	"hash/fnv"
	"math"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/publicsuffix"
)

var train = flag.Bool("train", false, "learn model.txt again from the corpora")

// sample is a page of a corpus with what is known of its blocks.
type sample struct {
	set, id, site string
	gold          string
	p             *page
	label         []bool
	cost          []float64 // what a mistake costs: the block's share of the article
	rows          [][]float32
}

// setWeight makes up for the sizes of the corpora, and for how much news is in them.
var setWeight = map[string]float64{"aeb": 2, "fundus": 2.5, "wcxb": 1}

func samples(t testing.TB) []*sample {
	var out []*sample
	for _, set := range []string{"aeb", "fundus", "wcxb"} {
		for _, g := range goldOf(t, set) {
			if g.Text == "" {
				continue
			}
			out = append(out, newSample(set, g, htmlOf(t, set, g)))
		}
	}
	return out
}

func newSample(set string, g gold, htm []byte) *sample {
	s := &sample{set: set, id: g.ID, gold: g.Text, site: siteOf(g)}
	s.p = prepared(g, htm)
	s.label = labels(s.p.survey.blocks, g.Text)
	whole := max(50, len(tokens(g.Text)))
	for _, b := range s.p.survey.blocks {
		s.cost = append(s.cost, setWeight[set]*float64(max(1, len(b.hashes())))/float64(whole))
	}
	return s
}

// prepared reads a page up to its body.
func prepared(g gold, htm []byte) *page {
	p := newPage(htm, Source{URL: g.URL})
	for _, f := range finders() {
		if f.name == "body" {
			break
		}
		f.find(p)
	}
	p.tell()
	return p
}

func siteOf(g gold) string {
	u, err := url.Parse(g.URL)
	if err != nil || u.Hostname() == "" {
		return g.ID
	}
	if site, err := publicsuffix.EffectiveTLDPlusOne(u.Hostname()); err == nil {
		return site
	}
	return u.Hostname()
}

// labels says which blocks are of the article: those whose words, in order, stand in the gold.
func labels(blocks []*block, gold string) []bool {
	var have []uint64
	for _, b := range blocks {
		have = append(have, b.hashes()...)
	}
	want := (&block{text: gold}).hashes()
	hit := make([]int, len(have))
	match(have, want, func(at, n int) {
		for i := range n {
			hit[at+i] = n
		}
	})
	share := make([]float64, len(blocks))
	at := 0
	for i, b := range blocks {
		whole, long := 0, 0
		for _, n := range hit[at : at+len(b.words)] {
			if n > 0 {
				whole++
			}
			if n >= 3 {
				long++
			}
		}
		at += len(b.words)
		share[i] = float64(long) / float64(max(1, len(b.words)))
		if len(b.words) <= 3 && whole == len(b.words) {
			share[i] = 1
		}
	}
	out := make([]bool, len(blocks))
	for i, b := range blocks {
		out[i] = share[i] >= 0.5
		if len(b.words) <= 3 && out[i] { // a word or two stand in any text: they count beside others that do
			out[i] = false
			for j := max(0, i-2); j <= min(len(blocks)-1, i+2); j++ {
				out[i] = out[i] || j != i && share[j] >= 0.5
			}
		}
	}
	return out
}

// match finds the longest run that two sequences share, and so on to its left and right (Ratcliff and Obershelp).
func match(a, b []uint64, found func(at, n int)) {
	where := map[uint64][]int{}
	for j, w := range b {
		where[w] = append(where[w], j)
	}
	var split func(alo, ahi, blo, bhi int)
	split = func(alo, ahi, blo, bhi int) {
		bi, bj, n := 0, 0, 0
		last, next := map[int]int{}, map[int]int{}
		for i := alo; i < ahi; i++ {
			clear(next)
			for _, j := range where[a[i]] {
				if j < blo {
					continue
				}
				if j >= bhi {
					break
				}
				k := last[j-1] + 1
				next[j] = k
				if k > n {
					bi, bj, n = i-k+1, j-k+1, k
				}
			}
			last, next = next, last
		}
		if n == 0 {
			return
		}
		split(alo, bi, blo, bj)
		found(bi, n)
		split(bi+n, ahi, bj+n, bhi)
	}
	split(0, len(a), 0, len(b))
}

// measure fills the rows of a sample with the names and words of a model.
func (s *sample) measure(m *model) {
	s.p.survey.layout = lay(s.p.survey.blocks, m)
	r := s.p.reading(s.p.plainBody().blocks)
	s.rows = s.rows[:0]
	for i := range r.blocks {
		s.rows = append(s.rows, r.traits(i, make(traits, 0, len(traitNames))))
	}
}

// fold is which part of n a site belongs to.
func (s *sample) fold(seed string, n int) int {
	h := fnv.New32a()
	h.Write([]byte(seed + s.site))
	return int(h.Sum32()>>3) % n
}

// learn makes a model of the samples. The names and words that a sample is measured with are learned from other sites,
// as they will be in use.
func learn(all []*sample) *lesson {
	const parts = 4
	for part := range parts {
		var in, out []*sample
		for _, s := range all {
			if s.fold("part", parts) == part {
				out = append(out, s)
			} else {
				in = append(in, s)
			}
		}
		m := newLesson(in)
		for _, s := range out {
			s.measure(m.model)
		}
	}
	var d dataset
	for _, s := range all {
		for i, row := range s.rows {
			d.add(row, s.label[i], s.cost[i])
		}
	}
	m := newLesson(all)
	m.forest = shape.grow(&d)
	return m
}

// lesson is a model that remembers how its words are written.
type lesson struct {
	*model
	written map[string]wordOdds
}

// newLesson learns the names and words of samples.
func newLesson(all []*sample) *lesson {
	l := &lesson{newModel(), map[string]wordOdds{}}
	l.learnNames(all)
	l.learnWords(all)
	return l
}

// count is how often a name or word was seen in and beside articles: a page counts one.
type count struct {
	in, out float64
	sites   map[string]bool
}

type counts map[string]*count

// page adds what one page says.
func (c counts) page(site string, in, out map[string]int) {
	for _, side := range []map[string]int{in, out} {
		for w := range side {
			if c[w] == nil {
				c[w] = &count{sites: map[string]bool{}}
			}
			n := float64(in[w] + out[w])
			c[w].sites[site] = true
			if in[w] > 0 && out[w] > 0 {
				c[w].in += float64(in[w]) / n / 2
				c[w].out += float64(out[w]) / n / 2
			} else {
				c[w].in += float64(in[w]) / n
				c[w].out += float64(out[w]) / n
			}
		}
	}
}

// odds is what a name or word that several sites use says; zero is nothing.
func (c counts) odds(w string) float32 {
	n := c[w]
	if n == nil || len(n.sites) < fewest {
		return 0
	}
	o := math.Log((n.in + 0.5) / (n.out + 0.5))
	if math.Abs(o) < 0.3 {
		return 0
	}
	return float32(math.Round(o*100) / 100)
}

// fewest is on how many sites a name or word has to be seen before it is learned: one site's are no rule.
const fewest = 4

// eachName gives the words of an element's names.
func eachName(n *html.Node, f func(word string)) {
	for _, a := range n.Attr {
		if naming(a.Key) {
			eachWord(a.Val, f)
		}
	}
}

func (m *lesson) learnNames(all []*sample) {
	near, far := counts{}, counts{}
	for _, s := range all {
		ni, no, fi, fo := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
		for i, b := range s.p.survey.blocks {
			n, f := no, fo
			if s.label[i] {
				n, f = ni, fi
			}
			step := 0
			heard := map[string]bool{}
			for at := b.node; at != nil; at = at.Parent {
				eachName(at, func(w string) {
					if heard[w] {
						return
					}
					heard[w] = true
					if step < 2 {
						n[w]++
					}
					f[w]++
				})
				step++
			}
		}
		near.page(s.site, ni, no)
		far.page(s.site, fi, fo)
	}
	for w := range far {
		n := m.names[w]
		n.near, n.far = near.odds(w), far.odds(w)
		if n != (name{}) {
			m.names[w] = n
		}
	}
}

func (m *lesson) learnWords(all []*sample) {
	text, open := counts{}, counts{}
	for _, s := range all {
		ti, to, oi, oo := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
		for i, b := range s.p.survey.blocks {
			tt, o := to, oo
			if s.label[i] {
				tt, o = ti, oi
			}
			w := lower(b.text)
			if len(w) <= short {
				for _, x := range slices.Compact(slices.Sorted(slices.Values(w[:min(12, len(w))]))) {
					tt[x]++
				}
			}
			if len(w) >= 2 {
				o[w[0]+" "+w[1]]++
			}
		}
		text.page(s.site, ti, to)
		open.page(s.site, oi, oo)
	}
	for _, c := range []counts{text, open} {
		for w := range c {
			h := phraseHash(w)
			o := m.words[h]
			if strings.Contains(w, " ") {
				o.open = open.odds(w)
			} else {
				o.text = text.odds(w)
			}
			if o.text != 0 || o.open != 0 {
				m.words[h] = o
				m.begin(w)
				m.written[w] = o
			}
		}
	}
}

// lower gives a text's words as they are hashed.
func lower(t string) []string {
	var out []string
	var b strings.Builder
	for _, r := range t {
		one, in := tokenRune(r)
		if (one || !in) && b.Len() > 0 {
			out = append(out, b.String())
			b.Reset()
		}
		if one {
			out = append(out, string(r))
		} else if in {
			b.WriteString(strings.ToLower(string(r)))
		}
	}
	if b.Len() > 0 {
		out = append(out, b.String())
	}
	return out
}

// String writes a model as parseModel reads it.
func (m *lesson) String() string {
	var b strings.Builder
	b.WriteString("# Written by `go test ./extract -run TestTrain -train`. See model.go for what the lines are.\n")
	var names, words []string
	for w, n := range m.names {
		if n.near == 0 && n.far == 0 {
			continue
		}
		names = append(names, w)
	}
	for w := range m.written {
		words = append(words, w)
	}
	slices.Sort(names)
	slices.Sort(words)
	for _, w := range names {
		fmt.Fprintf(&b, "n\t%s\t%g\t%g\n", w, m.names[w].near, m.names[w].far)
	}
	for _, w := range words {
		fmt.Fprintf(&b, "w\t%s\t%g\t%g\n", w, m.written[w].text, m.written[w].open)
	}
	for _, t := range m.forest {
		b.WriteString("t\t")
		for i, n := range t {
			if i > 0 {
				b.WriteByte(' ')
			}
			if n.trait < 0 {
				fmt.Fprintf(&b, "%.4g", n.value)
			} else {
				fmt.Fprintf(&b, "%d:%g:%d:%d", n.trait, n.value, n.left, n.right)
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// judged is the text of a sample by a model.
func (s *sample) judged(m *model) string {
	s.p.survey.layout = lay(s.p.survey.blocks, m)
	s.p.body, s.p.article.Findings = nil, nil
	s.p.findBody()
	s.p.findText()
	return s.p.article.Text
}

// tallied adds up pages as the corpus's scorer does: each page's agreement is normalised to one.
type tallied struct {
	hit, extra, missing float64
	exact, pages        int
}

func (t *tallied) add(gold, got string) {
	_, extra, missing := f1(gold, got)
	t.hit, t.extra, t.missing = t.hit+1-extra-missing, t.extra+extra, t.missing+missing
	if slices.Equal(tokens(gold), tokens(got)) {
		t.exact++
	}
	t.pages++
}

func (t *tallied) String() string {
	return fmt.Sprintf("F1 %.4f  P %.4f  R %.4f  exact %.3f on %d pages", t.f1(), t.hit/(t.hit+t.extra), t.hit/(t.hit+t.missing),
		float64(t.exact)/float64(t.pages), t.pages)
}

func (t *tallied) f1() float64 { return 2 * t.hit / (2*t.hit + t.extra + t.missing) }

// TestTrain measures the model on sites that it has not seen, by cross-validation, and writes it.
func TestTrain(t *testing.T) {
	if !*train {
		t.Skip("without -train nothing is learned")
	}
	all := samples(t)
	scores := crossValidate(all, 5)
	for _, set := range []string{"aeb", "fundus", "wcxb"} {
		t.Logf("unseen sites of %-6s %v", set, scores[set])
	}
	if err := os.WriteFile("model.txt", []byte(learn(all).String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// crossValidate learns from all sites but a part, in turn, and scores that part.
func crossValidate(all []*sample, folds int) map[string]*tallied {
	scores := map[string]*tallied{}
	for fold := range folds {
		var in, out []*sample
		for _, s := range all {
			if s.fold("fold", folds) == fold {
				out = append(out, s)
			} else {
				in = append(in, s)
			}
		}
		m := learn(in)
		for _, s := range out {
			if scores[s.set] == nil {
				scores[s.set] = &tallied{}
			}
			scores[s.set].add(s.gold, s.judged(m.model))
		}
	}
	return scores
}
