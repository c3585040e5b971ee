package extract

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// enough is the weight, in letters, from which a text is believed to be an article's.
const enough = 140

// candidate is one proposal for the body.
type candidate struct {
	from   string // rule, json-ld, generic, feed
	detail string // what it was found by
	blocks []*block
	chars  int
}

func (c *candidate) count() *candidate {
	c.chars = 0
	for _, b := range c.blocks {
		c.chars += b.chars
	}
	return c
}

// findBody chooses the blocks of the text: the site's rule if it holds, else the page's own reading checked against
// its structured data, else what the feed brought along.
func (p *page) findBody() {
	p.tell()
	p.proposals = p.propose()
	c := p.choose()
	p.chosen = c
	if len(c.blocks) == 0 {
		return
	}
	p.body = c.blocks
	p.article.BodyFrom = c.from
	p.article.Confidence = p.confidence(c)
	p.note("body", c.from+" "+c.detail, c.blocks[0].text)
}

// proposals are the candidates for the body; nil where there is none.
type proposals struct {
	rule, judged, tree, data, feed *candidate
}

func (p *page) propose() proposals {
	tree := p.plainBody()
	return proposals{tree: tree, judged: p.judge(tree), rule: p.ruleBody(), data: p.ldBody(), feed: p.feedBody()}
}

// choose decides between the proposals.
func (p *page) choose() *candidate {
	all := &p.proposals
	if all.rule != nil {
		return all.rule
	}
	c := all.judged
	if c.chars < enough && all.tree.chars > 2*c.chars {
		c = all.tree
	}
	c = p.decide(c, all.data)
	if f := all.feed; f != nil && (c.chars == 0 || c.chars < enough && f.chars > 2*c.chars) {
		c = f
	}
	return c
}

// judge gives each block its probability of being of the article, by what was learned, and proposes those that are more
// likely so than not. The plain reading of the tree is one of the traits.
func (p *page) judge(tree *candidate) *candidate {
	r := p.reading(tree.blocks)
	t := make(traits, 0, len(traitNames))
	for i, b := range r.blocks {
		t = r.traits(i, t[:0])
		b.odds = r.model.forest.probability(t)
	}
	c := &candidate{from: "generic", detail: "judged"}
	home, bar := p.home(), threshold(r.blocks)
	for i, b := range r.blocks {
		if b.odds >= p.bar(b, home, bar) && !r.never(i) && !p.titled(b) && !shouts(b) || r.quoted(i) {
			c.blocks = append(c.blocks, b)
		}
	}
	c.blocks = trimHeadings(tables(r.blocks, between(r.blocks, core(c.blocks))))
	return c.count()
}

// never says whether a block speaks a phrase that no story does: prompts to subscribe, to read on, to consent. What was
// learned says little of them in languages that it has seen few pages of.
func (r *reading) never(i int) bool {
	return r.said[i].never && r.blocks[i].odds < 0.97
}

// quoted says whether a block belongs to a post that stands amid the story: it is quoted there.
func (r *reading) quoted(i int) bool {
	const near = 6 // blocks to look for the story on both sides
	if !r.blocks[i].at.post() {
		return false
	}
	before, after := false, false
	for j := max(0, i-near); j <= min(len(r.blocks)-1, i+near); j++ {
		of := r.blocks[j].odds > 0.6
		before, after = before || of && j < i, after || of && j > i
	}
	return before && after
}

// sure is the probability from which a block is taken for a part of the article.
const sure = 0.5

// strange is the probability that is given to text which does not stand on the page: nothing was learned about it.
const strange = 0.6

// confidence is what share of the text and of what is missing in it is expected to be right: of all letters that are in
// the text or should be, those that are both.
func (p *page) confidence(c *candidate) float64 {
	right, all := 0.0, 0.0
	in := map[*block]bool{}
	for _, b := range c.blocks {
		in[b] = true
		odds := b.odds
		if b.at == nil || p.survey.layout.places[b.node] != b.at {
			odds = strange
		}
		right += odds * float64(b.chars)
		all += float64(b.chars)
	}
	for _, b := range p.survey.blocks {
		if !in[b] {
			all += b.odds * float64(b.chars)
		}
	}
	if all == 0 {
		return 0
	}
	return right / all
}

// ruleBody reads what the site's rule matches. A rule that finds too little is no rule: sites change.
func (p *page) ruleBody() *candidate {
	nodes := outer(p.match(p.src.Rules.Body))
	if len(nodes) == 0 {
		return nil
	}
	in := map[*html.Node]bool{}
	for _, n := range nodes {
		in[n] = true
	}
	c := &candidate{from: "rule", detail: p.src.Rules.Body}
	for _, b := range p.survey.blocks {
		if held(b.node, in) {
			c.blocks = append(c.blocks, b)
		}
	}
	c.blocks = p.clean(c.blocks)
	if c.count().chars < enough {
		p.note("body", "rule failed "+p.src.Rules.Body, "too little text")
		return nil
	}
	c.blocks = append(p.ruleLead(c.blocks), c.blocks...)
	return c
}

// ruleLead reads the lead that stands outside the body. What the body holds already is not repeated.
func (p *page) ruleLead(body []*block) []*block {
	in, have := map[*html.Node]bool{}, map[*block]bool{}
	for _, n := range p.match(p.src.Rules.Lead) {
		in[n] = true
	}
	for _, b := range body {
		have[b] = true
	}
	var lead []*block
	for _, b := range p.survey.blocks {
		if len(in) > 0 && !have[b] && held(b.node, in) && !repeats(b.text, body) {
			lead = append(lead, b)
			p.note("lead", "rule "+p.src.Rules.Lead, b.text)
		}
	}
	return lead
}

// held says whether a node lies in one of a set.
func held(n *html.Node, in map[*html.Node]bool) bool {
	for ; n != nil; n = n.Parent {
		if in[n] {
			return true
		}
	}
	return false
}

// plainBody reads the element whose blocks weigh most. A page whose names all point at furniture is read again without
// believing them: some text is better than none.
func (p *page) plainBody() *candidate {
	c := p.densest()
	if c.chars >= enough {
		return c
	}
	bad := make([]bool, len(p.survey.blocks))
	for i, b := range p.survey.blocks {
		bad[i], b.bad = b.bad, false
	}
	again := p.densest()
	if again.chars > 3*c.chars {
		again.detail += ", names not believed"
		return again
	}
	for i, b := range p.survey.blocks {
		b.bad = bad[i]
	}
	if c.chars == 0 {
		c.blocks, c.detail = p.anything(), "all that is left"
		c.count()
	}
	return c
}

// densest reads the element whose blocks weigh most.
func (p *page) densest() *candidate {
	c := &candidate{from: "generic"}
	p.best = p.heaviest()
	if p.best == nil {
		return c
	}
	blocks := p.survey.blocks
	roots := p.withSiblings(p.best.node)
	first := len(blocks)
	for i, b := range blocks {
		if held(b.node, roots) {
			first = min(first, i)
			c.blocks = append(c.blocks, b)
		}
	}
	c.detail = describe(p.best.node)
	c.blocks = p.clean(c.blocks)
	c.blocks = append(p.lead(blocks[:first], c.blocks), c.blocks...)
	return c.count()
}

// anything is the last resort: every block that is not mostly links.
func (p *page) anything() []*block {
	var out []*block
	for _, b := range p.survey.blocks {
		if b.links*2 <= b.chars && !same(b.text, p.article.Title) {
			out = append(out, b)
		}
	}
	return out
}

// weight is what a block says for the element that holds it: prose counts for its length, all else against it.
func weight(b *block) int {
	switch {
	case b.bad && pictured(b.node):
		return 0 // stories have pictures
	case b.bad:
		return -min(b.chars, 150) - 20
	case b.links*2 > b.chars:
		return -min(b.chars, 150) - 10
	case heading(b.tag) && b.tag != atom.H5 && b.tag != atom.H6:
		return 0
	case b.chars < 30:
		return -10
	case b.chars < 60 && !ends(b.text):
		return -5
	default:
		return b.chars - 2*b.links
	}
}

// pictured says whether a block belongs to a picture.
func pictured(n *html.Node) bool {
	return n.DataAtom == atom.Figure || n.DataAtom == atom.Figcaption || within(n, atom.Figure)
}

// ends says whether a text closes like a sentence, in any script.
func ends(t string) bool {
	r, _ := utf8.DecodeLastRuneInString(t)
	return strings.ContainsRune(`.!?…。！？؟۔।"”»」:`, r)
}

// heaviest is the element whose blocks weigh most; of equals, the innermost. It is nil where nothing weighs anything.
func (p *page) heaviest() (best *place) {
	l := p.survey.layout
	for _, q := range l.order {
		q.weight = 0
	}
	var anchor *place // holds the block that opens as the page's description does
	for _, b := range l.blocks {
		w := weight(b)
		for q := b.at; q != nil; q = q.up {
			q.weight += w
		}
		if anchor == nil && plain(b) > 0 && !b.bad && (p.opens(b) || p.described(b)) {
			anchor = b.at
		}
	}
	anchored := map[*place]bool{}
	for q := anchor; q != nil; q = q.up {
		anchored[q] = true
	}
	most := 0
	for _, q := range l.order {
		if w := worth(q, anchored[q]); w > most || w == most && best != nil && q.depth > best.depth && inside(q.node, best.node) {
			best, most = q, w
		}
	}
	return best
}

// worth raises what the page itself marks as its article.
func worth(q *place, anchored bool) int {
	w := q.weight
	if anchored {
		w += w / 2
	}
	if strings.Contains(attr(q.node, "itemprop"), "articleBody") {
		w += w / 2
	}
	return w
}

// withSiblings adds the elements that continue the article beside its heaviest part: of the same make, and prose by
// themselves. Sites cut articles into sections to put advertisements between them.
func (p *page) withSiblings(root *html.Node) map[*html.Node]bool {
	in := map[*html.Node]bool{root: true}
	class := attr(root, "class")
	if class == "" {
		return in
	}
	around := root
	for i := 0; i < kinship && around.Parent != nil && around.Parent.DataAtom != atom.Body; i++ {
		around = around.Parent
	}
	eachElement(around, func(n *html.Node) {
		if n.DataAtom == root.DataAtom && p.weighs(n) && attr(n, "class") == class && !inside(n, root) {
			in[n] = true
		}
	})
	return in
}

// weighs says whether an element's blocks are prose on the whole.
func (p *page) weighs(n *html.Node) bool {
	q := p.survey.layout.places[n]
	return q != nil && q.weight > 0
}

// kinship is how many generations up the common ancestor of an article's parts is looked for: some templates wrap each.
const kinship = 2

// describe names an element as a selector would.
func describe(n *html.Node) string {
	s := n.Data
	if id := attr(n, "id"); id != "" {
		s += "#" + id
	}
	for _, class := range strings.Fields(clip(attr(n, "class"), 100)) {
		s += "." + class
	}
	return s
}

// feedBody reads the content that the feed brought along.
func (p *page) feedBody() *candidate {
	if p.src.Content == "" {
		return nil
	}
	c := &candidate{from: "feed", detail: "content", blocks: p.clean(fragment(p.src.Content))}
	return c.count()
}

// fragment cuts HTML that stands inside something else (a feed's content, JSON-LD) into blocks.
func fragment(htm string) []*block {
	root, _ := treeOf([]byte(strings.ToValidUTF8(htm, "\uFFFD")))
	return look(root).blocks
}

// findText joins the blocks that are left when all finders have read them.
func (p *page) findText() {
	texts := make([]string, 0, len(p.body))
	for _, b := range p.body {
		if t := tidy(entities(b.text)); t != "" {
			texts = append(texts, t)
		}
	}
	if len(texts) == 0 { // a body of nothing but a licence
		p.article.BodyFrom = ""
	}
	p.article.Text = strings.Join(texts, "\n\n")
}
