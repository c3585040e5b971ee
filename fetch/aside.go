package fetch

import (
	"bytes"
	"fmt"
	"html"
	"strings"
)

// ours is the prefix of the elements that the rewriter makes of those that gofeed would read with a loss. Each keeps its
// place, its local name and its attributes, and comes back from gofeed as an extension.
const ours = "dateline"

// maxAttrs bounds the attributes of one element, in bytes.
const maxAttrs = 64 << 10

// name is an element's local name, as far as the rewriter has to know it.
type name int

const (
	unknown   name = iota
	isItem         // item, entry
	isFeed         // feed
	isChannel      // channel
	isSource       // source
	isText         // a text that may be markup
	isDate
	isLink // what holds an address
	isID
	isAuthor
	isHTML // HTML that needs no end tag, and has no business between the elements of a feed
)

// isValue tells what stands beside the texts of an entry, and not within them.
func (n name) isValue() bool { return n == isText || n == isDate || n == isLink || n == isID }

// nameOf reads a local name, whatever its case.
func nameOf(local []byte) name {
	var buf [16]byte
	if len(local) > len(buf) {
		return unknown
	}
	for i, c := range local {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		buf[i] = c
	}
	switch string(buf[:len(local)]) {
	case "item", "entry":
		return isItem
	case "feed":
		return isFeed
	case "channel":
		return isChannel
	case "source":
		return isSource
	case "title", "description", "summary", "content", "encoded", "subtitle", "tagline", "rights", "copyright", "info", "body", "fullitem":
		return isText
	case "pubdate", "lastbuilddate", "updated", "modified", "published", "issued", "created":
		return isDate
	case "id":
		return isID
	case "author":
		return isAuthor
	case "link", "guid", "enclosure", "comments", "category":
		return isLink
	case "br", "img", "hr", "p", "li", "wbr", "input", "embed":
		return isHTML
	}
	return unknown
}

// value meets a child of a feed, an entry or a source. It tells whether it has walked over it.
func (w *rewriter) value(e *element, name name) bool {
	space := w.of(e)
	atomic := space == atomNS || w.isAtom && space == native
	switch {
	case name == isText && space != foreign && e.kind == opening:
		return w.body(e, atomic)
	case name == isDate && space != foreign && atomic == w.isAtom:
		w.rename(e)
	case name == isID && atomic && w.isAtom:
		w.rename(e)
	case name == isAuthor && !w.isAtom && space == native: // of several, gofeed would keep the last
		w.rename(e)
	case name == isLink || name == isID:
		w.resolve(e)
	case name == isHTML && space == native && len(e.prefix()) == 0:
		w.drop(e.start, e.end)
		w.broken = true
		return true
	case name == isSource && atomic:
		e.role = source
	}
	return false
}

// skipItem leaves out all that is left of the item that is open, or of the feed up to the first item.
func (w *rewriter) skipItem(e *element) {
	end := len(w.doc)
	for t, ok := nextTag(w.doc, e.end); ok; t, ok = nextTag(w.doc, t.end) {
		if nameOf(t.local()) == isItem {
			end = t.start
			break
		}
	}
	w.drop(e.start, end)
	w.at = end
}

// rename makes a value one of ours as it is. With a date, gofeed would try some hundred layouts, at a third of the time that it takes
// for a whole feed, and dateline reads dates by itself (see date.go). An id it would take for a link, and write it in another way.
func (w *rewriter) rename(e *element) {
	if e.kind != opening {
		return
	}
	end, ok := w.endOf(e)
	if !ok || !isPlainXML(w.doc[e.end:end.start]) {
		return
	}
	name := ours + ":" + strings.ToLower(string(e.local()))
	w.edit(e.start+1, e.start+1+len(e.name), name)
	w.edit(end.start, end.end, "</"+name+">")
	w.at, e.kind = end.end, empty // it is over
}

// body walks over a text that may hold markup. In Atom it is set aside: what it means depends on its attributes, which gofeed
// does not give. Elsewhere it stays what it is, but where there is more in it than text and CDATA, it is quoted as a whole:
// markup that nobody closed must not reach beyond it.
func (w *rewriter) body(e *element, aside bool) bool {
	w.noteLanguage(e)
	end, ok := w.endOf(e)
	if !ok {
		return false // the document was cut in here
	}
	w.broken = w.broken || end.end == end.start || end.kind == opening
	inner := w.shorten(e.end, w.doc[e.end:end.start])
	name, quoted := string(e.name), !aside && !isPlainXML(inner)
	switch {
	case aside:
		name = ours + ":" + strings.ToLower(string(e.local()))
		w.edit(e.start, e.end, "<"+name+w.asideAttrs(e)+"><![CDATA[")
		w.replaceAll(e.end, inner, "]]>", "]]]]><![CDATA[>")
		w.edit(end.start, end.end, "]]></"+name+">")
	case quoted:
		w.edit(e.end, e.end, "<![CDATA[")
		w.replaceAll(e.end, inner, "<![CDATA[", "")
		w.replaceAll(e.end, inner, "]]>", "")
		w.edit(end.start, end.end, "]]></"+name+">")
	case !bytes.Equal(e.name, end.name) || end.kind == opening:
		w.edit(end.start, end.end, "</"+name+">")
	}
	w.at = end.end
	return true
}

// shorten cuts a text that is far longer than any that was written, and that begins at doc[at].
func (w *rewriter) shorten(at int, inner []byte) []byte {
	if len(inner) <= w.limits.Text {
		return inner
	}
	short := bytes.ToValidUTF8(inner[:w.limits.Text], nil)
	w.drop(at+len(short), at+len(inner))
	w.long = true
	return short
}

// asideAttrs are the attributes that say what a text is.
func (w *rewriter) asideAttrs(e *element) string {
	var b strings.Builder
	for a := range e.eachAttr {
		switch n := strings.ToLower(string(a.name)); n {
		case "type", "mode", "src":
			fmt.Fprintf(&b, ` %s="%s"`, n, quoteAttr(html.UnescapeString(string(a.value))))
		}
	}
	if around := w.top(); e.base != around.base {
		fmt.Fprintf(&b, ` base="%s"`, quoteAttr(e.base))
	}
	return b.String()
}

// setAttr gives an attribute another value. The attributes of its tag begin at doc[at].
func (w *rewriter) setAttr(at int, a attribute, value string) {
	w.edit(at+a.start, at+a.end, string(a.name)+`="`+quoteAttr(value)+`"`)
}

// quoteAttr escapes what may not stand in the value of an attribute.
func quoteAttr(s string) string {
	return strings.NewReplacer("&", "&amp;", `"`, "&quot;", "<", "&lt;").Replace(s)
}

// replaceAll notes an edit for each place of old in a stretch of the document that begins at start.
func (w *rewriter) replaceAll(start int, stretch []byte, old, new string) {
	for {
		n := bytes.Index(stretch, []byte(old))
		if n < 0 || len(w.edits) > maxEdits {
			return
		}
		w.edit(start+n, start+n+len(old), new)
		start, stretch = start+n+len(old), stretch[n+len(old):]
	}
}

// noteLanguage keeps the language of an entry's text: that of its content, else of its summary, else of its title. It is that
// which the element states, or what is in force around it.
func (w *rewriter) noteLanguage(e *element) {
	around, rank := w.top(), 0
	switch string(bytes.ToLower(e.local())) {
	case "content", "encoded", "body", "fullitem":
		rank = 3
	case "summary", "description", "subtitle", "tagline":
		rank = 2
	case "title":
		rank = 1
	}
	if rank > around.langRank {
		around.textLang, around.langRank = e.lang, rank
	}
	if around.role == feed {
		w.textLang = around.textLang
	}
}

// scope puts down what an item has in force that its feed has not, and that gofeed does not tell: the base of its links, its
// language, and the address that RDF knows it by.
func (w *rewriter) scope(e *element, at int) {
	base, lang := e.base, e.lang
	if e.langRank > 0 {
		lang = e.textLang
	}
	if base == w.base {
		base = ""
	}
	if lang == w.lang {
		lang = ""
	}
	about, _ := e.attr("rdf:about")
	if base != "" || lang != "" || about != "" {
		w.edit(at, at, fmt.Sprintf(`<%s:scope base="%s" lang="%s" about="%s"/>`, ours, quoteAttr(base), quoteAttr(lang), quoteAttr(about)))
	}
}

// resolve makes an address absolute that states its own xml:base.
func (w *rewriter) resolve(e *element) {
	if e.base == w.top().base {
		return
	}
	at := e.start + 1 + len(e.name)
	for a := range e.eachAttr {
		if name := string(a.name); (name == "href" || name == "url") && a.end > a.valueAt {
			w.setAttr(at, a, join(e.base, html.UnescapeString(string(a.value))))
		}
	}
	if e.kind != opening { // most links: the search for their end would run to the end of the item
		return
	}
	end, ok := w.endOf(e)
	inner := bytes.TrimSpace(w.doc[e.end:max(end.start, e.end)])
	if ok && len(inner) > 0 && bytes.IndexByte(inner, '<') < 0 {
		w.edit(e.end, end.start, quoteAttr(join(e.base, html.UnescapeString(string(inner)))))
		w.at = end.start
	}
}

// isPlainXML tells a text of character data and CDATA sections, which needs no quoting.
func isPlainXML(b []byte) bool {
	for len(b) > 0 {
		n := bytes.IndexByte(b, '<')
		if n < 0 {
			n = len(b)
		}
		if bytes.Contains(b[:n], []byte("]]>")) {
			return false
		}
		if b = b[n:]; len(b) == 0 {
			break
		}
		if !bytes.HasPrefix(b, []byte("<![CDATA[")) {
			return false
		}
		end := bytes.Index(b, []byte("]]>"))
		if end < 0 {
			return false
		}
		b = b[end+3:]
	}
	return true
}

// endOf finds the end tag of an element that holds text. If there is none before the item ends, the element ends where one
// begins that can't be within it; the tag that is returned is empty then. It fails if the document ends first.
func (w *rewriter) endOf(e *element) (end tag, ok bool) {
	depth, first, sibling := 1, tag{}, tag{}
	for at := e.end; ; {
		t, more := w.nextWithin(e, at)
		if !more {
			w.searched += len(w.doc) - e.end
			return tag{}, false
		}
		if at == e.end && w.lacksSlash(e, t) {
			return t, true
		}
		at = t.end
		switch name := nameOf(t.local()); {
		case bytes.EqualFold(t.name, e.name) && t.kind == opening:
			depth++
		case bytes.EqualFold(t.name, e.name) && t.kind == closing:
			if depth--; depth == 0 {
				return t, true
			}
			if first.end == 0 {
				first = t
			}
		case !bytes.Equal(t.prefix(), w.top().prefix()):
		case name == isItem, t.kind == closing && bytes.EqualFold(t.name, w.top().name):
			w.searched += t.start - e.end
			return stopAt(first, sibling, t), true
		case sibling.end == 0 && t.kind != closing && name.isValue():
			sibling = t
		}
	}
}

// lacksSlash tells a start tag that was meant as the end of the element before it, of the same name: there is text between them, and
// no end tag of its own behind it.
func (w *rewriter) lacksSlash(e *element, t tag) bool {
	if t.kind != opening || !bytes.EqualFold(t.name, e.name) || len(bytes.TrimSpace(w.doc[e.end:t.start])) == 0 {
		return false
	}
	next, ok := nextTag(w.doc, t.end)
	return !ok || next.kind != closing || !bytes.EqualFold(next.name, e.name)
}

// nextWithin is nextTag for the inside of an element that holds text. A CDATA section that was never closed, and reaches beyond
// the element until another's end, does not hide what is in it.
func (w *rewriter) nextWithin(e *element, at int) (tag, bool) {
	for at < len(w.doc) {
		n := bytes.IndexByte(w.doc[at:], '<')
		if n < 0 {
			break
		}
		at += n
		if n := skipMarkup(w.doc[at:]); n > 0 && !w.runsOver(e, at, n) {
			at += n
		} else if t, ok := readTag(w.doc, at); ok {
			return t, true
		} else {
			at++
		}
	}
	return tag{}, false
}

// runsOver tells whether a CDATA section holds the end of its own element or of the item, and the beginning of another
// section or the end of the document behind it.
func (w *rewriter) runsOver(e *element, at, n int) bool {
	section := w.doc[at : at+n]
	if !bytes.HasPrefix(section, []byte("<![CDATA[")) {
		return false
	}
	whole := bytes.HasSuffix(section, []byte("]]>"))
	next := bytes.LastIndex(section[1:], []byte("<![CDATA["))
	if whole && next < 0 {
		return false
	}
	ends := bytes.Index(section, []byte("</"+string(e.name)+">"))
	itemEnds := bytes.Index(section, []byte("</"+string(w.top().name)+">"))
	over := ends >= 0 && ends < next || itemEnds >= 0 && itemEnds < next
	if !whole {
		over = itemEnds >= 0 && (ends >= 0 && ends < itemEnds || bytes.Contains(section[itemEnds:], []byte("<"+string(w.top().name))))
	}
	if over {
		w.searched += n // the walk goes on within it, and may meet as long a one right away
	}
	return over
}

// stopAt is where an element ends whose end tag is missing: at an end tag of its name that seemed to be another's, else
// in front of the next value, else in front of what ends the item.
func stopAt(first, sibling, item tag) tag {
	if first.end > 0 {
		return first
	}
	if sibling.end > 0 {
		item = sibling
	}
	return tag{start: item.start, end: item.start}
}
