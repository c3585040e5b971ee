package extract

import (
	"fmt"
	"strings"

	"golang.org/x/net/html"
)

// Explanation is how the body of a page was found, for whoever writes a rule or wonders about a text.
type Explanation struct {
	Article    Article
	Candidates []Candidate // those that there were, in the order in which they are preferred
	Blocks     []Verdict   // every block of the page, in reading order
}

// Candidate is a proposal for the body.
type Candidate struct {
	From       string // rule, generic, json-ld, feed
	Detail     string // the selector, the element, the field
	Letters    int
	Confidence float64 // see [Article]
	Chosen     bool
}

// Verdict is what became of one block, and the traits that speak for or against it.
type Verdict struct {
	Text        string // at most 300 bytes
	Element     string // as a selector
	Probability float64
	Kept        bool
	Why         []string
}

// Explain reads a page as [Page] does and tells how its body was found.
func Explain(htm []byte, src Source) Explanation {
	p := newPage(htm, src)
	var kept []*block
	for _, f := range finders() {
		f.find(p)
		if f.name == "body" {
			kept = p.body
		}
	}
	p.sortFindings()
	e := Explanation{Article: p.article, Candidates: p.candidates()}
	in, stays := map[*block]bool{}, map[*html.Node]bool{}
	for _, b := range kept {
		in[b] = true
	}
	for _, b := range p.body {
		stays[b.node] = true // it may be shorter by a sentence
	}
	r := p.reading(p.proposals.tree.blocks)
	for i, b := range r.blocks {
		v := Verdict{Text: clip(b.text, maxValue), Element: describe(b.node), Probability: b.odds, Kept: in[b] && stays[b.node] && !p.forgotten[b], Why: r.why(i)}
		if in[b] && !stays[b.node] {
			v.Why = append(v.Why, "a licence or signature")
		}
		e.Blocks = append(e.Blocks, v)
	}
	return e
}

// candidates are the proposals, a rule that matches nothing among them.
func (p *page) candidates() (out []Candidate) {
	all := &p.proposals
	if all.rule == nil && p.src.Rules.Body != "" {
		out = append(out, Candidate{From: "rule", Detail: p.src.Rules.Body + " matches nothing"})
	}
	for _, c := range []*candidate{all.rule, all.judged, all.tree, all.data, all.feed} {
		if c != nil {
			out = append(out, Candidate{From: c.from, Detail: c.detail, Letters: c.chars, Confidence: p.confidence(c), Chosen: c == p.chosen})
		}
	}
	return out
}

// why names the traits of a block that speak loudest.
func (r *reading) why(i int) (out []string) {
	b := r.blocks[i]
	say := func(is bool, format string, args ...any) {
		if is {
			out = append(out, fmt.Sprintf(format, args...))
		}
	}
	say(b.bad, "named as furniture")
	say(b.links*2 > b.chars, "%d %% links", 100*b.links/max(b.chars, 1))
	say(b.at.near.sum < -1 || b.at.near.sum > 1, "names %+.1f", b.at.near.mean())
	say(b.at.far.mean() < -0.5 || b.at.far.mean() > 0.5, "names around %+.1f", b.at.far.mean())
	say(r.said[i].text.mean() < -0.5 || r.said[i].text.mean() > 0.5, "words %+.1f", r.said[i].text.mean())
	for k, n := range r.said[i].kinds {
		say(n > 0, "speaks of %s", lexiconKinds()[k])
	}
	say(r.p.echo(b), "the headline")
	say(r.p.described(b), "the page's description")
	say(r.seen[b.hash()] > 1, "stands %d times on the page", r.seen[b.hash()])
	say(r.p.memory.blocks[b.hash()].count > 0, "stands on %d of %d pages of the site", r.p.memory.blocks[b.hash()].count, r.p.memory.pages)
	say(r.data != nil && b.shared(r.data) > 0.8, "in the structured data")
	say(r.plain[b], "in the heaviest element")
	return out
}

// lexiconKinds gives the headings of the lexicon.
func lexiconKinds() []string {
	var out []string
	for line := range strings.Lines(lexiconText) {
		if kind, ok := strings.CutPrefix(strings.TrimSpace(line), "# "); ok {
			out = append(out, kind)
		}
	}
	return out
}
