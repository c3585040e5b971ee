package fetch

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// isForeign tells whether the walk is in an element of another vocabulary that stands beside the items and is closed: an entry in
// there is none of the feed's.
func (w *rewriter) isForeign() bool {
	if len(w.open) < 2 || w.open[len(w.open)-2].role != feed {
		return false
	}
	e := w.top()
	if e.role != other || len(e.prefix()) == 0 || w.of(e) != foreign {
		return false
	}
	if e.closed == 0 {
		e.closed = -1
		end := "</" + string(e.name) + ">"
		switch {
		case end == w.missing:
		case bytes.Contains(w.doc[w.at:], []byte(end)):
			e.closed = 1
		default:
			w.missing = end
			w.searched += len(w.doc) - w.at
		}
	}
	return e.closed > 0
}

// beginItem meets the start of an item. Whatever is still open in the feed ends before it: an item holds no items, and
// nothing but the feed holds any. It tells whether there is room for one more.
func (w *rewriter) beginItem(e *element) bool {
	if w.items++; w.items > w.limits.Entries || w.all > w.limits.AllElements {
		w.dropped = countItems(w.doc[e.start:])
		return false
	}
	keep := len(w.open)
	for keep > 0 && w.open[keep-1].role != feed && w.open[keep-1].role != root {
		keep--
	}
	w.unwind(keep, e.start)
	if len(w.open) == 0 { // an Atom entry document (RFC 4287, section 2)
		w.isAtom = true
		w.edit(e.start, e.start, `<feed xmlns="http://www.w3.org/2005/Atom">`)
		w.push(element{tag: tag{name: []byte("feed"), kind: opening, start: e.start, end: e.start}, role: feed})
	}
	e.role, w.within = item, 0
	return true
}

// unwind closes the innermost elements but the first keep ones, in front of doc[at].
func (w *rewriter) unwind(keep, at int) {
	for len(w.open) > keep {
		e := w.top()
		if e.role == item {
			w.scope(e, at)
		}
		w.edit(at, at, "</"+string(e.name)+">")
		w.open = w.open[:len(w.open)-1]
		w.broken = true
	}
}

// close meets an end tag. What it leaves open is closed before it. One that closes nothing is dropped, but when only text
// stands between it and the innermost start tag, and the right end tag does not follow, it is that one, misspelt.
func (w *rewriter) close(t tag) {
	keep := len(w.open) - 1
	for keep >= 0 && !bytes.EqualFold(w.open[keep].name, t.name) {
		keep--
	}
	if keep < 0 {
		if w.leaf && w.top().role == other && len(w.open) > 1 && !w.endFollows(t.end) {
			w.unwind(len(w.open)-1, t.start)
		}
		w.drop(t.start, t.end)
		w.leaf, w.broken = false, true
		return
	}
	w.leaf = false
	w.unwind(keep+1, t.start)
	e := w.top()
	if e.role == item {
		w.scope(e, t.start)
	}
	if e.role == feed && len(w.open) == 2 {
		w.channel, w.channelEnd = t, len(w.edits)
		w.channel.name = e.name
		w.edit(t.start, t.end, "</"+string(e.name)+">")
	} else if !bytes.Equal(e.name, t.name) {
		w.edit(t.start, t.end, "</"+string(e.name)+">")
	}
	w.open = w.open[:keep]
}

// endFollows tells whether the next tag ends the innermost element.
func (w *rewriter) endFollows(at int) bool {
	t, ok := nextTag(w.doc, at)
	return ok && t.kind == closing && bytes.EqualFold(t.name, w.top().name)
}

// finish ends a document that was left early. An item that was cut is dropped: half a text is worse than none. So is a value of
// the feed that was cut.
func (w *rewriter) finish() {
	w.cut = len(w.open) > 0 && w.dropped == 0
	end := min(w.at, len(w.doc))
	if w.dropped > 0 {
		end = w.at // behind the start tag of the first item too many
		for end > 0 && w.doc[end-1] != '<' {
			end--
		}
		end--
	}
	for i, e := range w.open {
		if e.role != feed && e.role != root {
			end = e.start
			w.open = w.open[:i]
			break
		}
	}
	w.edits = slices.DeleteFunc(w.edits, func(e edit) bool { return e.start >= end && e.end > e.start || e.start > end })
	var closers strings.Builder
	for i := len(w.open) - 1; i >= 0; i-- {
		fmt.Fprintf(&closers, "</%s>", w.open[i].name)
	}
	w.edit(end, len(w.doc), closers.String())
}

// joinChannel meets a second channel, of which gofeed would keep the items alone: it becomes one with the first.
func (w *rewriter) joinChannel(e element) {
	w.drop(e.start, e.end)
	if e.kind == opening {
		w.edits[w.channelEnd].text = ""
		e.name = w.channel.name
		w.push(e)
	}
}

// countItems counts the items of a document without a look at their structure.
func countItems(b []byte) int {
	return max(bytes.Count(b, []byte("<item>"))+bytes.Count(b, []byte("<item ")),
		bytes.Count(b, []byte("<entry>"))+bytes.Count(b, []byte("<entry ")), 1)
}
