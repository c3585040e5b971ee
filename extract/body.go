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
	c := p.ruleBody()
	if c == nil {
		c = p.decide(p.genericBody(), p.ldBody())
	}
	if f := p.feedBody(); f != nil && (c.chars == 0 || c.chars < enough && f.chars > 2*c.chars) {
		c = f
	}
	if len(c.blocks) == 0 {
		return
	}
	p.body = c.blocks
	p.article.BodyFrom = c.from
	p.note("body", c.from+" "+c.detail, c.blocks[0].text)
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

// genericBody finds the article without a rule. A page whose names all point at furniture is read again without
// believing them: some text is better than none.
func (p *page) genericBody() *candidate {
	blocks := p.survey.blocks
	c := p.densest(blocks)
	if c.chars >= enough {
		return c
	}
	trusting := make([]*block, len(blocks))
	for i, b := range blocks {
		t := *b
		t.bad = false
		trusting[i] = &t
	}
	if again := p.densest(trusting); again.chars > 3*c.chars {
		again.detail += ", names not believed"
		return again
	}
	if c.chars == 0 {
		c.blocks, c.detail = p.anything(), "all that is left"
		c.count()
	}
	return c
}

// densest reads the element whose blocks weigh most.
func (p *page) densest(blocks []*block) *candidate {
	c := &candidate{from: "generic"}
	h := p.weighTree(blocks)
	root := h.best
	if root == nil {
		return c
	}
	roots := h.withSiblings(root)
	first := len(blocks)
	for i, b := range blocks {
		if held(b.node, roots) {
			first = min(first, i)
			c.blocks = append(c.blocks, b)
		}
	}
	c.detail = describe(root)
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

// tree weighs every element by the blocks below it.
type tree struct {
	weight map[*html.Node]int
	anchor map[*html.Node]bool // hold the block that opens as the page's description does
	best   *html.Node
	most   int
}

// weighTree finds the element whose blocks weigh most; of equals, the innermost.
func (p *page) weighTree(blocks []*block) *tree {
	t := &tree{weight: map[*html.Node]int{}, anchor: map[*html.Node]bool{}}
	for _, b := range blocks {
		t.weight[b.node] += weight(b)
	}
	for _, b := range blocks {
		if plain(b) > 0 && !b.bad && (p.opens(b.text) || p.described(b.text)) {
			for n := b.node; n != nil; n = n.Parent {
				t.anchor[n] = true
			}
			break
		}
	}
	t.sum(p.root)
	return t
}

func (t *tree) sum(n *html.Node) int {
	total := t.weight[n]
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode {
			total += t.sum(c)
		}
	}
	if total != 0 {
		t.weight[n] = total
	}
	if worth := t.worth(n, total); worth > t.most {
		t.best, t.most = n, worth
	}
	return total
}

// worth raises what the page itself marks as its article.
func (t *tree) worth(n *html.Node, total int) int {
	if t.anchor[n] {
		total += total / 2
	}
	if strings.Contains(attr(n, "itemprop"), "articleBody") {
		total += total / 2
	}
	return total
}

// withSiblings adds the elements that continue the article beside its heaviest part: of the same make, and prose by
// themselves. Sites cut articles into sections to put advertisements between them.
func (t *tree) withSiblings(root *html.Node) map[*html.Node]bool {
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
		if n.DataAtom == root.DataAtom && t.weight[n] > 0 && attr(n, "class") == class && !inside(n, root) {
			in[n] = true
		}
	})
	return in
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
	root, err := html.Parse(strings.NewReader(strings.ToValidUTF8(htm, "\uFFFD")))
	if err != nil {
		root, err = html.Parse(strings.NewReader(flatten([]byte(htm))))
	}
	if err != nil { // unreachable: a flat page does not nest
		return nil
	}
	return look(root).blocks
}

// findText joins the blocks that are left when all finders have read them.
func (p *page) findText() {
	texts := make([]string, 0, len(p.body))
	for _, b := range p.body {
		if b.text != "" {
			texts = append(texts, b.text)
		}
	}
	p.article.Text = strings.Join(texts, "\n\n")
}
