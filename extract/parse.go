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
	root, why := treeOf(htm)
	if why != "" {
		p.note("page", "fallback flat", why)
	}
	return root
}

// treeOf parses, and flattens what the parser refuses or what would cost too much; why says so.
func treeOf(htm []byte) (root *html.Node, why string) {
	least, size := 1, len(htm)
	htm = stripped(htm)
	if dense(htm, size) {
		why, least = "more markup than text can need", minFlat
	} else if root, err := html.Parse(bytes.NewReader(htm)); err == nil {
		assemble(root, htm)
		return root, ""
	} else {
		why = err.Error()
	}
	root, err := html.Parse(strings.NewReader(flatten(htm, least)))
	if err != nil { // unreachable: nothing in a flat page nests
		return &html.Node{Type: html.DocumentNode}, why
	}
	return root, why
}

// flatten rewrites a page as a head and a sequence of paragraphs, which can't nest, of at least so many bytes each. The
// text and the metadata stay, the structure goes.
func flatten(htm []byte, least int) string {
	f := &flattener{z: html.NewTokenizer(bytes.NewReader(htm)), least: least}
	f.b.Grow(len(htm) / 2)
	for {
		switch f.z.Next() {
		case html.ErrorToken:
			return f.b.String()
		case html.TextToken:
			f.text()
		case html.EndTagToken:
			if name, _ := f.z.TagName(); f.skip != 0 && atom.Lookup(name) == f.skip {
				f.skip = 0
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			f.tag()
		}
	}
}

// minFlat is the least length of a paragraph of a dense page, in bytes: nothing but breaks would make more nodes than
// text.
const minFlat = 100

// flattener writes a flat page.
type flattener struct {
	z     *html.Tokenizer
	b     strings.Builder
	skip  atom.Atom // the element whose raw text is left out
	since int       // bytes since the last paragraph began
	least int       // of them, before the next may begin
	heads int       // elements of the head that were copied
}

func (f *flattener) text() {
	if f.skip != 0 {
		return
	}
	n := f.b.Len()
	f.b.WriteString(html.EscapeString(string(f.z.Text())))
	f.since += f.b.Len() - n
}

// tag writes what a start tag becomes.
func (f *flattener) tag() {
	name, more := f.z.TagName()
	switch a := atom.Lookup(name); a {
	case atom.Html, atom.Base, atom.Meta, atom.Link, atom.Title, atom.Script:
		f.head(html.Token{Type: html.StartTagToken, DataAtom: a, Data: a.String(), Attr: f.attrs(more)})
	case atom.Style, atom.Noscript:
		f.skip = a
	default:
		if isBlock(a) || a == atom.Br {
			f.breakOff()
		}
	}
}

// breakOff begins a paragraph, if there is enough to end one.
func (f *flattener) breakOff() {
	if f.since < f.least {
		f.b.WriteByte(' ')
		return
	}
	f.b.WriteString("<p>")
	f.since = 0
}

// maxAttrs bounds the attributes of one element that are read.
const maxAttrs = 30

func (f *flattener) attrs(more bool) (out []html.Attribute) {
	for more && len(out) < maxAttrs {
		var key, val []byte
		key, val, more = f.z.TagAttr()
		out = append(out, html.Attribute{Key: string(key), Val: string(val)})
	}
	return out
}

// head copies what speaks of the page rather than in it.
func (f *flattener) head(t html.Token) {
	if t.DataAtom == atom.Script && !isLD(t.Attr) {
		f.skip = t.DataAtom
		return
	}
	f.heads++
	keep := f.heads <= maxMetas
	if keep {
		f.b.WriteString(t.String())
	}
	if t.DataAtom != atom.Title && t.DataAtom != atom.Script {
		return
	}
	if f.z.Next() == html.TextToken && keep {
		f.b.Write(f.z.Raw())
	}
	if keep {
		f.b.WriteString("</" + t.Data + ">")
	}
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
