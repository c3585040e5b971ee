package extract

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// parse builds the tree. html.Parse refuses more than 512 open elements; such a page is flattened first.
func (p *page) parse(htm []byte) *html.Node {
	if !utf8.Valid(htm) {
		htm = bytes.ToValidUTF8(htm, []byte("\uFFFD"))
	}
	root, err := html.Parse(bytes.NewReader(htm))
	if err == nil {
		return root
	}
	p.note("page", "fallback flat", err.Error())
	root, err = html.Parse(strings.NewReader(flatten(htm)))
	if err != nil { // unreachable: nothing in a flat page nests
		return &html.Node{Type: html.DocumentNode}
	}
	return root
}

// flatten rewrites a page as a head and a sequence of paragraphs, which can't nest. The text and the metadata stay,
// the structure goes.
func flatten(htm []byte) string {
	var b strings.Builder
	z := html.NewTokenizer(bytes.NewReader(htm))
	skip := atom.Atom(0) // the element whose raw text is left out
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return b.String()
		}
		t := z.Token()
		switch {
		case kind == html.TextToken:
			if skip == 0 {
				b.WriteString(t.String())
			}
		case kind == html.EndTagToken && t.DataAtom == skip:
			skip = 0
		case kind == html.StartTagToken || kind == html.SelfClosingTagToken:
			skip = flatTag(&b, z, t, skip)
		}
	}
}

// flatTag writes what a start tag becomes and gives the element whose text is to be skipped.
func flatTag(b *strings.Builder, z *html.Tokenizer, t html.Token, skip atom.Atom) atom.Atom {
	switch {
	case t.DataAtom == atom.Meta || t.DataAtom == atom.Link:
		b.WriteString(t.String())
	case t.DataAtom == atom.Title || t.DataAtom == atom.Script && isLD(t.Attr):
		b.WriteString(t.String())
		if z.Next() == html.TextToken {
			b.Write(z.Raw())
		}
		b.WriteString("</" + t.Data + ">")
	case t.DataAtom == atom.Script || t.DataAtom == atom.Style || t.DataAtom == atom.Noscript:
		return t.DataAtom
	case isBlock(t.DataAtom) || t.DataAtom == atom.Br:
		b.WriteString("<p>")
	}
	return skip
}

func isLD(attrs []html.Attribute) bool {
	for _, a := range attrs {
		if a.Key == "type" {
			return strings.Contains(strings.ToLower(a.Val), "ld+json")
		}
	}
	return false
}

// drop removes what the site's rules name. A selector that can't be read matches nothing.
func (p *page) drop() {
	for _, sel := range p.src.Rules.Drop {
		for _, n := range p.match(sel) {
			if n.Parent != nil {
				n.Parent.RemoveChild(n)
			}
		}
	}
}

// match finds the nodes of a selector, in reading order.
func (p *page) match(selector string) []*html.Node {
	if selector == "" {
		return nil
	}
	return goquery.NewDocumentFromNode(p.root).Find(selector).Nodes
}

// outer keeps the nodes that lie in no other of the list, which is in reading order: what holds a node comes before it.
func outer(nodes []*html.Node) []*html.Node {
	var out []*html.Node
	for _, n := range nodes {
		if len(out) == 0 || !inside(n, out[len(out)-1]) {
			out = append(out, n)
		}
	}
	return out
}

// inside says whether n is root or lies below it.
func inside(n, root *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n == root {
			return true
		}
	}
	return false
}
