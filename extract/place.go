package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// region says in which kinds of elements a place lies.
type region uint32

const (
	inArticle region = 1 << iota
	inMain
	inAside
	inNav
	inFooter
	inHeader
	inForm
	inFigure
	inTable
	inQuote
	inList
	inBody      // marked as articleBody
	inFurniture // named as something beside an article
	inRole      // with an ARIA role of that kind
	regions     = iota
)

// place is an element that holds blocks, directly or further down.
type place struct {
	node                          *html.Node
	up                            *place
	depth                         int
	in                            region
	kin                           uint64 // equal for elements of one make: tag and names
	near                          odds   // what its own names say
	far                           odds   // what the names of all elements around it say, its own included
	furniture, lead, talk, embeds bool   // what it is named as
	judged                        int    // furniture: 0 not yet, 1 no, 2 yes
	kept                          int    // letters that were taken for the article
	tally
}

// tally adds up blocks.
type tally struct {
	first, last   int // indexes of blocks
	blocks, chars int
	links         int // letters inside links
	prose, proses int // letters in blocks of prose, and their number
	weight        int
}

func (t *tally) add(i int, b *block) {
	if t.blocks == 0 {
		t.first = i
	}
	t.last = i
	t.blocks++
	t.chars += b.chars
	t.links += b.links
	if w := plain(b); w > 0 {
		t.prose += w
		t.proses++
	}
}

// layout is where a page's blocks stand.
type layout struct {
	blocks []*block
	model  *model
	places map[*html.Node]*place
	names  map[string]*hearsay  // by the value of an attribute
	order  []*place             // outer before inner, in reading order
	kin    [4]map[uint64]*tally // of blocks alike: by their element's make, with its parent's, with its grandparent's; and among siblings
	total  int                  // letters of prose on the page
}

// lay finds the place of each block, and judges by it what is furniture.
func lay(blocks []*block, m *model) *layout {
	l := &layout{blocks: blocks, model: m, places: make(map[*html.Node]*place, len(blocks)*2), names: make(map[string]*hearsay, len(blocks))}
	for k := range l.kin {
		l.kin[k] = map[uint64]*tally{}
	}
	for i, b := range blocks {
		b.at = l.place(b.node)
		for q := b.at; q != nil; q = q.up {
			q.add(i, b)
		}
		for k, key := range b.at.make() {
			t := l.kin[k][key]
			if t == nil {
				t = &tally{}
				l.kin[k][key] = t
			}
			t.add(i, b)
		}
		l.total += plain(b)
	}
	for _, b := range blocks {
		b.bad = l.beside(b.at)
	}
	return l
}

// place gives an element's place, and makes those of all around it.
func (l *layout) place(n *html.Node) *place {
	if n == nil {
		return nil
	}
	if q := l.places[n]; q != nil {
		return q
	}
	q := &place{node: n, up: l.place(n.Parent)}
	if q.up != nil {
		q.depth, q.in, q.far = q.up.depth+1, q.up.in, q.up.far
	}
	q.in |= regionOf(n)
	q.read(l)
	l.places[n] = q
	l.order = append(l.order, q)
	return q
}

func regionOf(n *html.Node) region {
	switch n.DataAtom {
	case atom.Article:
		return inArticle
	case atom.Main:
		return inMain
	case atom.Aside:
		return inAside
	case atom.Nav:
		return inNav
	case atom.Footer:
		return inFooter
	case atom.Header:
		return inHeader
	case atom.Form:
		return inForm
	case atom.Figure, atom.Figcaption:
		return inFigure
	case atom.Table:
		return inTable
	case atom.Blockquote:
		return inQuote
	case atom.Ul, atom.Ol:
		return inList
	}
	return 0
}

// read hears what the element's attributes say.
func (q *place) read(l *layout) {
	const prime = 1099511628211
	q.kin = uint64(q.node.DataAtom) + 14695981039346656037
	tag, sure := furnitureTag(q.node)
	q.furniture = tag
	for _, a := range q.node.Attr {
		switch {
		case a.Key == "itemprop" && strings.Contains(a.Val, "articleBody"):
			q.in |= inBody
		case a.Key == "itemprop" && a.Val == "description":
			q.lead = true
		case a.Key == "role" && apartRole(a.Val):
			q.in |= inRole
			q.furniture = q.furniture || !sure
		}
	}
	for _, a := range q.node.Attr {
		if !naming(a.Key) {
			continue
		}
		n := l.hear(a.Val)
		q.kin = (q.kin ^ n.hash) * prime
		q.near.join(n.near)
		q.far.join(n.far)
		q.furniture = q.furniture || n.furniture && !sure
		q.lead = q.lead || n.lead
		q.talk = q.talk || n.talk
		q.embeds = q.embeds || n.post
	}
	if q.furniture {
		q.in |= inFurniture
	}
}

// hearsay is what the words of one attribute say together.
type hearsay struct {
	name
	near, far odds
	hash      uint64
}

// hear reads an attribute. Most values of a page are there many times.
func (l *layout) hear(value string) *hearsay {
	if n := l.names[value]; n != nil {
		return n
	}
	const prime = 1099511628211
	n := &hearsay{}
	eachWord(value, func(w string) {
		for _, c := range w {
			n.hash = (n.hash ^ uint64(c)) * prime
		}
		n.hash *= prime
		known := l.model.names[w]
		n.near.hear(known.near)
		n.far.hear(known.far)
		n.furniture = n.furniture || known.furniture
		n.lead = n.lead || known.lead
		n.talk = n.talk || known.talk
		n.post = n.post || known.post
	})
	l.names[value] = n
	return n
}

// naming says whether an attribute names its element.
func naming(key string) bool {
	switch key {
	case "class", "id", "itemprop", "role", "data-component", "data-testid", "data-type":
		return true
	}
	return false
}

// make tells which blocks are alike: the keys of layout.kin.
func (q *place) make() [4]uint64 {
	const prime = 1099511628211
	var keys [4]uint64
	keys[0] = q.kin
	keys[1], keys[2], keys[3] = keys[0], keys[0], keys[0]
	if q.up != nil {
		keys[1] = q.kin*prime + q.up.kin
		keys[2] = keys[1]
		keys[3] = q.kin*prime + uint64(q.up.order())
		if q.up.up != nil {
			keys[2] = keys[1]*prime + q.up.up.kin
		}
	}
	return keys
}

// order tells places apart: the first block below and the depth do.
func (q *place) order() int { return q.first<<10 | q.depth }

// beside judges whether a place is furniture by its name and what it holds. A name is not believed where it holds much
// of what the page says: themes put such words on wrappers too.
func (l *layout) beside(q *place) bool {
	if q == nil {
		return false
	}
	if q.judged == 0 {
		q.judged = 1
		if l.beside(q.up) || q.furniture && q.prose*10 < l.total*q.trust() {
			q.judged = 2
		}
	}
	return q.judged == 2
}

// post says whether the place belongs to an embedded post.
func (q *place) post() bool {
	for up := 0; q != nil && up < 3; q, up = q.up, up+1 {
		if q.embeds {
			return true
		}
	}
	return false
}

// trust is up to how many tenths of the page's prose an element's name is believed to be furniture. Readers may write
// more than the reporter, and a footer is one whatever it holds.
func (q *place) trust() int {
	switch {
	case q.node.DataAtom == atom.Nav || q.node.DataAtom == atom.Footer:
		return 100
	case q.talk:
		return 9
	}
	return 4
}
