package fetch

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"slices"
	"strings"
)

// rewriter walks over the tags of a document once. It notes what has to change before gofeed can read it: tags that do not
// fit each other, and elements of which gofeed would lose something (see aside.go). It also finds out what bounds need to
// know. A sound feed costs it little: text and CDATA sections are passed over, and nothing is copied before [rewriter.apply].
type rewriter struct {
	doc    []byte
	limits Limits
	at     int // what is before it has been walked over
	open   []element
	edits  []edit

	spaces     map[string]space // what prefixes stand for, by their declarations
	items      int
	dropped    int    // items past the limit
	within     int    // elements within the item that is open, or the feed before it
	all        int    // elements so far
	searched   int    // bytes that were searched for end tags in vain
	missing    string // the end tag that was searched for last, and is not in the rest
	leaf       bool   // nothing but text stands behind the last start tag
	channel    tag    // the end tag of the first channel
	channelEnd int    // and its edit
	isAtom     bool

	base, lang, textLang string // xml:base and xml:lang of the feed itself, and what a text of it states
	broken               bool   // tags did not fit each other
	unsound              bool   // attributes that XML would not take
	again                bool   // this is the second walk, after they were mended
	long                 bool   // a text was cut for its length
	cut                  bool   // the document ended within the root element
}

// Limits on the mends of one document, beside those of [Limits]. Sound feeds stay far below them.
const (
	maxEdits  = 250_000 // changes to the document
	maxSearch = 8       // searches in vain over the whole document
)

var (
	errDepth  = errors.New("nested too deep")
	errDamage = errors.New("more is damaged than can be mended")
)

func tooDeep(limit int) error {
	return fmt.Errorf("%w: more than %d elements in each other", errDepth, limit)
}

// edit replaces a stretch of the document.
type edit struct {
	start, end int
	text       string
}

// element is one that is open where the walk has come to.
type element struct {
	tag
	role       role
	base, lang string // xml:base and xml:lang in force
	textLang   string // the language of a text within this item
	langRank   int    // how much that text's word weighs
	closed     int    // whether its end tag follows: 1 if so, -1 if not, 0 if nobody has asked
	space      space  // its default namespace
}

// role is what an element is in the structure of a feed.
type role int

const (
	other  role = iota
	root        // rss, RDF
	feed        // channel, Atom's feed
	item        // item, entry
	source      // Atom's source within an entry: its children are those of a feed
	person      // author, contributor
)

// rewrite walks over a document that begins with its root element. It fails on one that is nested too deep, or in which nearly
// nothing is sound.
func rewrite(doc []byte, l Limits) (*rewriter, error) {
	w := &rewriter{doc: doc, limits: l, spaces: map[string]space{}}
	if err := w.walk(); err != nil {
		return nil, err
	}
	if w.unsound { // rare, so that it may cost a second walk
		w = &rewriter{doc: mendAttrs(doc), limits: l, spaces: map[string]space{}, again: true}
		if err := w.walk(); err != nil {
			return nil, err
		}
		w.broken = true
	}
	return w, nil
}

func (w *rewriter) walk() error {
	for w.at < len(w.doc) && w.dropped == 0 {
		next := bytes.IndexByte(w.doc[w.at:], '<')
		if next < 0 {
			break
		}
		w.text(w.at + next)
		if n := skipMarkup(w.doc[w.at:]); n > 0 {
			w.markup(n)
		} else if t, ok := readTag(w.doc, w.at); ok {
			w.at = t.end
			w.tag(t)
		} else {
			w.edit(w.at, w.at+1, "&lt;")
			w.at++
		}
		switch {
		case len(w.open) > w.limits.Depth:
			return tooDeep(w.limits.Depth)
		case len(w.edits) > maxEdits || w.searched > maxSearch*len(w.doc):
			return errDamage
		}
		if len(w.open) == 0 && w.at > 0 {
			break // the root element is over, and what follows is junk
		}
	}
	w.finish()
	return nil
}

func (w *rewriter) edit(start, end int, text string) {
	w.edits = append(w.edits, edit{start, end, text})
}

// drop takes a stretch out.
func (w *rewriter) drop(start, end int) { w.edit(start, end, "") }

// top is the innermost element that is open; outside the root element one without a role.
func (w *rewriter) top() *element {
	if len(w.open) == 0 {
		return &element{}
	}
	return &w.open[len(w.open)-1]
}

// text walks over character data. "]]>" may not stand in it (XML 1.0, section 2.4), and gofeed gives the feed up for it.
func (w *rewriter) text(end int) {
	for w.at < end {
		n := bytes.Index(w.doc[w.at:end], []byte("]]>"))
		if n < 0 {
			break
		}
		w.edit(w.at+n+2, w.at+n+3, "&gt;")
		w.at += n + 3
	}
	w.at = end
}

// markup walks over what is no element. CDATA sections stay. The rest says nothing, and a comment with two hyphens in it or a
// second XML declaration makes gofeed give the feed up.
func (w *rewriter) markup(n int) {
	if !bytes.HasPrefix(w.doc[w.at:], []byte("<![")) {
		w.drop(w.at, w.at+n)
	} else if len(w.open) > 1 && w.runsOver(w.top(), w.at, n) {
		n = len("<![CDATA[") // it was never closed
		w.drop(w.at, w.at+n)
		w.broken = true
	} else if !bytes.HasSuffix(w.doc[w.at:w.at+n], []byte("]]>")) {
		w.drop(w.at, w.at+n) // it was cut
	}
	w.at += n
}

func (w *rewriter) tag(t tag) {
	if t.kind == closing {
		w.close(t)
		return
	}
	if e := w.top(); w.leaf && e.role == other && (nameOf(e.local()).isValue() || nameOf(e.local()) == isAuthor) && w.lacksSlash(e, t) {
		t.kind, w.broken = closing, true
		w.edit(t.start+1, t.start+1, "/")
		w.close(t)
		return
	}
	w.leaf = t.kind == opening
	w.begin(t)
}

// begin meets the start of an element.
func (w *rewriter) begin(t tag) {
	e := w.newElement(t)
	name := nameOf(t.local())
	w.within, w.all = w.within+1, w.all+1
	switch {
	case name == isItem && w.of(&e) <= atomNS && !w.isForeign():
		if !w.beginItem(&e) {
			return
		}
	case w.within > w.limits.Elements:
		w.skipItem(&e)
		return
	case name == isChannel && len(w.open) <= 1:
		e.role = feed
		if w.channel.end > 0 {
			w.joinChannel(e)
			return
		}
	case len(w.open) == 0 && name == isFeed:
		e.role, w.isAtom = feed, true
	case len(w.open) == 0:
		e.role = root
	case w.top().holdsValues():
		if w.value(&e, name) {
			return
		}
	}
	w.push(e)
}

// push opens an element, unless it is empty. What it states of itself outside of its name is set right here.
func (w *rewriter) push(e element) {
	if e.role == feed || e.role == root {
		w.base, w.lang = e.base, e.lang
	}
	if e.kind == opening {
		w.open = append(w.open, e)
	}
}

// newElement takes over what is in force around it, and reads what it declares.
func (w *rewriter) newElement(t tag) element {
	around := w.top()
	e := element{tag: t, base: around.base, lang: around.lang, space: around.space}
	if len(t.attrs) > maxAttrs || !t.isSound() {
		if w.unsound = true; w.again { // it was within what looked like CDATA
			w.drop(t.start+1+len(t.name), t.start+1+len(t.name)+len(t.attrs))
			e.attrs = nil
			return e
		}
	}
	if bytes.IndexByte(t.attrs, ':') < 0 && !bytes.Contains(t.attrs, []byte("xmlns")) {
		return e
	}
	at := t.start + 1 + len(t.name)
	for a := range t.eachAttr {
		switch name := string(a.name); {
		case name == "xml:lang":
			e.lang = cleanLine(string(a.value))
		case name == "xml:base":
			e.base = join(around.base, html.UnescapeString(string(a.value)))
			w.edit(at+a.start, at+a.start+len("xml:base"), "base") // gofeed takes the name of a file in it for a folder
		case name == "xmlns":
			var rootName []byte
			if len(w.open) == 0 {
				rootName = t.local()
			}
			e.space = w.declare(a, at, rootName)
		case strings.HasPrefix(name, "xmlns:"):
			w.spaces[name[len("xmlns:"):]] = w.declare(a, at, nil)
		}
	}
	return e
}

// mendAttrs writes the attributes of all tags anew that XML would not take, and leaves out those of a tag that is nothing but
// attributes.
func mendAttrs(doc []byte) []byte {
	var out []byte
	from := 0
	for t := range tags(doc) {
		if t.kind == closing || len(t.attrs) <= maxAttrs && t.isSound() {
			continue
		}
		at := t.start + 1 + len(t.name)
		out = append(out, doc[from:at]...)
		from = at + len(t.attrs)
		if t.kind == empty && isContainer(t.local()) { // the slash is the end of an address
			t.attrs = doc[at : from+1]
			from++
		}
		if len(t.attrs) <= maxAttrs {
			out = append(out, t.mended()...)
		}
	}
	return append(out, doc[from:]...)
}

// isContainer tells the elements that are never empty.
func isContainer(local []byte) bool {
	switch nameOf(local) {
	case isItem, isFeed, isChannel:
		return true
	}
	return bytes.EqualFold(local, []byte("rss")) || bytes.EqualFold(local, []byte("rdf"))
}

// holdsValues tells the elements whose children are the values of a feed or an entry.
func (e *element) holdsValues() bool { return e.role == feed || e.role == item || e.role == source }

// apply carries the edits out.
func (w *rewriter) apply() []byte {
	slices.SortStableFunc(w.edits, func(a, b edit) int { return a.start - b.start })
	size := len(w.doc)
	for _, e := range w.edits {
		size += len(e.text)
	}
	out, from := make([]byte, 0, size), 0
	for _, e := range w.edits {
		if e.start < from {
			continue // within what another has replaced
		}
		out = append(append(out, w.doc[from:e.start]...), e.text...)
		from = e.end
	}
	return append(out, w.doc[from:]...)
}
