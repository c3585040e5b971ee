package fetch

import (
	"bytes"
	"html"
	"strings"
)

// tag is one tag of a document, as a view of its bytes.
type tag struct {
	name       []byte // with its prefix
	attrs      []byte // what stands between the name and the end
	kind       int    // opening, closing or empty
	start, end int    // in the document
}

const (
	opening = iota
	closing
	empty
)

// local is the name without its prefix.
func (t tag) local() []byte { return t.name[bytes.LastIndexByte(t.name, ':')+1:] }

// prefix is what stands before the colon.
func (t tag) prefix() []byte { return t.name[:max(bytes.LastIndexByte(t.name, ':'), 0)] }

// attr is the value of an attribute by its full name, and where it stands in attrs. Names are compared without regard to
// case, as broken feeds write them.
func (t tag) attr(name string) (value string, ok bool) {
	for a := range t.eachAttr {
		if strings.EqualFold(string(a.name), name) {
			return html.UnescapeString(string(a.value)), true
		}
	}
	return "", false
}

// attribute is one attribute of a tag, its value still escaped.
type attribute struct {
	name, value []byte
	start, end  int // of the whole attribute in the tag's attrs
	valueAt     int // of the value
}

// eachAttr walks over the attributes. Values without quotes, which HTML allows, are taken to the next white space.
func (t tag) eachAttr(yield func(attribute) bool) {
	b := t.attrs
	for i := 0; i < len(b); {
		if isSpace(b[i]) || b[i] == '/' {
			i++
			continue
		}
		a := attribute{start: i}
		for i < len(b) && !isSpace(b[i]) && b[i] != '=' {
			i++
		}
		a.name = b[a.start:i]
		for i < len(b) && isSpace(b[i]) {
			i++
		}
		if i < len(b) && b[i] == '=' {
			i++
			for i < len(b) && isSpace(b[i]) {
				i++
			}
			i = a.readValue(b, i)
		}
		if a.end = i; !yield(a) {
			return
		}
	}
}

// readValue takes the value that begins at b[i], and returns where it is over.
func (a *attribute) readValue(b []byte, i int) int {
	if i < len(b) && (b[i] == '"' || b[i] == '\'') {
		quote := b[i]
		a.valueAt = i + 1
		if n := bytes.IndexByte(b[i+1:], quote); n >= 0 {
			a.value = b[i+1 : i+1+n]
			return i + n + 2
		}
		a.value = b[i+1:]
		return len(b)
	}
	a.valueAt = i
	for i < len(b) && !isSpace(b[i]) {
		i++
	}
	a.value = b[a.valueAt:i]
	return i
}

// isSound tells whether the attributes are written as XML wants them: names, and values in quotes.
func (t tag) isSound() bool {
	b := t.attrs
	for {
		b = bytes.TrimLeft(b, " \t\r\n")
		if len(b) == 0 {
			return true
		}
		name, rest, ok := bytes.Cut(b, []byte("="))
		rest = bytes.TrimLeft(rest, " \t\r\n")
		if !ok || !isXMLName(bytes.TrimRight(name, " \t\r\n")) || len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
			return false
		}
		end := bytes.IndexByte(rest[1:], rest[0])
		if end < 0 || bytes.IndexByte(rest[1:1+end], '<') >= 0 {
			return false
		}
		b = rest[end+2:]
	}
}

// isXMLName tells names of the usual characters from what else may stand before a "=".
func isXMLName(name []byte) bool {
	for i, c := range name {
		if !isLetter(c) && (i == 0 || c != ':' && c != '-' && c != '.' && (c < '0' || c > '9')) {
			return false
		}
	}
	return len(name) > 0
}

// mended writes the attributes anew, as XML wants them. What has no name that could be one is left out.
func (t tag) mended() string {
	var b strings.Builder
	for a := range t.eachAttr {
		if isXMLName(a.name) {
			b.WriteString(" " + string(a.name) + `="` + quoteAttr(html.UnescapeString(string(a.value))) + `"`)
		}
	}
	return b.String()
}

// nextTag finds the first tag at or after b[i]. Comments, CDATA sections, declarations and processing instructions are
// passed over; so is a "<" that begins nothing.
func nextTag(b []byte, i int) (tag, bool) {
	for i < len(b) {
		at := bytes.IndexByte(b[i:], '<')
		if at < 0 {
			break
		}
		i += at
		if n := skipMarkup(b[i:]); n > 0 {
			i += n
		} else if t, ok := readTag(b, i); ok {
			return t, true
		} else {
			i++
		}
	}
	return tag{}, false
}

// tags walks over the tags of a document that may be broken anywhere.
func tags(b []byte) func(yield func(tag) bool) {
	return func(yield func(tag) bool) {
		for t, ok := nextTag(b, 0); ok && yield(t); t, ok = nextTag(b, t.end) {
		}
	}
}

// skipMarkup is the length of a comment, a CDATA section, a declaration or a processing instruction at the start of b, 0 if
// none begins there. One that is never closed reaches to the end.
func skipMarkup(b []byte) int {
	if len(b) < 2 || b[1] != '!' && b[1] != '?' {
		return 0
	}
	for _, m := range [...]struct{ begin, end string }{{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}} {
		if len(b) < len(m.begin) || string(b[:len(m.begin)]) != m.begin {
			continue
		}
		if end := bytes.Index(b[len(m.begin):], []byte(m.end)); end >= 0 {
			return len(m.begin) + end + len(m.end)
		}
		return len(b)
	}
	return 0
}

// readTag reads the tag at b[start]. A "<" that begins no name, or a tag that another "<" interrupts, is text.
func readTag(b []byte, start int) (tag, bool) {
	t := tag{start: start, kind: opening}
	i := start + 1
	if i < len(b) && b[i] == '/' {
		t.kind, i = closing, i+1
	}
	if i >= len(b) || !isLetter(b[i]) {
		return t, false
	}
	nameAt := i
	for i < len(b) && !isSpace(b[i]) && b[i] != '/' && b[i] != '>' && b[i] != '<' {
		i++
	}
	t.name = b[nameAt:i]
	end := endOfTag(b, i)
	if end < 0 {
		return t, false
	}
	t.attrs, t.end = b[i:end], end+1
	if t.kind == opening && bytes.HasSuffix(t.attrs, []byte("/")) {
		t.kind, t.attrs = empty, t.attrs[:len(t.attrs)-1]
	}
	return t, true
}

// endOfTag finds the ">" that ends the tag whose attributes begin at b[i]; -1 if there is none. Within quotes it may
// stand as a character, but only where the quotes are closed before the next "<"; one before a space begins nothing.
func endOfTag(b []byte, i int) int {
	first, quote := -1, byte(0)
	for ; i < len(b); i++ {
		switch c := b[i]; {
		case c == '<' && (quote == 0 || i+1 == len(b) || !isSpace(b[i+1])):
			return first
		case c == '>' && quote == 0:
			return i
		case c == '>' && first < 0:
			first = i
		case c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		}
	}
	return first
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || c >= 0x80 }

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
