package fetch

import (
	"bytes"
	"slices"
	"strings"
)

// repair makes the tags of a document fit each other. It is for documents that gofeed refuses, or of which it loses items
// without a word, as it does behind a wrong end tag; all others are better read as they are.
func repair(b []byte) []byte {
	return balance(escapeBare(b))
}

// escapeBare writes "<" as "&lt;" where it begins neither a tag nor anything else of XML's.
func escapeBare(b []byte) []byte {
	var out []byte
	from := 0
	for i := 0; i < len(b); {
		at := bytes.IndexByte(b[i:], '<')
		if at < 0 {
			break
		}
		i += at
		if n := skipMarkup(b[i:]); n > 0 {
			i += n
			continue
		}
		if t, ok := readTag(b, i); ok {
			i = t.end
			continue
		}
		out = append(append(out, b[from:i]...), "&lt;"...)
		i++
		from = i
	}
	return append(out, b[from:]...)
}

// balance drops end tags that close nothing, and closes what an end tag further out leaves open. Elements that are
// still open at the end are closed there. An end tag that nothing of its name began ends the innermost element all the same
// when only text stands between and the right end tag does not follow: then it is that one, misspelt.
func balance(b []byte) []byte {
	var out []byte
	var open []string
	from, leaf := 0, false // leaf: nothing but text since the innermost element began
	for t := range tags(b) {
		if t.kind == opening {
			open = append(open, t.name)
		}
		if t.kind != closing {
			leaf = t.kind == opening
			continue
		}
		kept := closeTo(open, t.name)
		if len(kept) == len(open) && leaf && !endFollows(b[t.end:], open[len(open)-1]) {
			kept = open[:len(open)-1]
		}
		out = append(append(out, b[from:t.start]...), closers(open[len(kept):])...)
		from, leaf = t.end, leaf && len(kept) == len(open)
		open = kept
	}
	return slices.Concat(out, b[from:], []byte(closers(open)))
}

// endFollows tells whether the next tag is the end of that element.
func endFollows(b []byte, name string) bool {
	for t := range tags(b) {
		return t.kind == closing && strings.EqualFold(t.name, name)
	}
	return false
}
