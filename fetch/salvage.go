package fetch

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Limits on one feed.
const (
	maxEntries  = 1000     // the first ones are kept: feeds list the newest first
	maxDepth    = 256      // nested elements; real feeds stay under 20
	maxInflated = 16 << 20 // bytes, of a feed that is gzip without saying so
)

var errDepth = fmt.Errorf("elements nested more than %d deep", maxDepth)

// mend turns the bytes of a feed, as damaged as they come, into what gofeed can read: each step undoes one kind of damage
// and leaves all else as it is. The next kind gets a function here.
func mend(body []byte, kind string) ([]byte, error) {
	body, err := gunzip(body)
	if err != nil {
		return nil, err
	}
	body = dropControls(feedToUTF8(body, kind))
	if isJSON(body) {
		return bytes.TrimSpace(body), nil
	}
	body, err = fromRoot(body)
	if err != nil {
		return nil, err
	}
	body = mendReferences(body)
	body = mendBases(body)
	body = mendAbout(body)
	return body, nil
}

// gunzip unpacks a body that is gzip by its first bytes: some servers send the file that they have stored.
func gunzip(body []byte) ([]byte, error) {
	if !bytes.HasPrefix(body, gzipMagic) {
		return body, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	plain, err := io.ReadAll(io.LimitReader(z, maxInflated+1))
	if len(plain) > maxInflated {
		return nil, fmt.Errorf("%w: more than %d bytes", errTooLarge, maxInflated)
	}
	if len(plain) == 0 {
		return nil, err
	}
	return plain, nil // what a cut stream still gave is read like any cut feed
}

// dropControls removes the characters that XML forbids and no text needs (XML 1.0, section 2.2).
func dropControls(b []byte) []byte {
	if !hasControls(b) {
		return b
	}
	return bytes.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, b)
}

// hasControls spares most feeds the copy.
func hasControls(b []byte) bool {
	for _, c := range b {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' {
			return true
		}
	}
	return bytes.Contains(b, []byte("\ufffe")) || bytes.Contains(b, []byte("\uffff"))
}

// isJSON tells a JSON Feed from all that is XML or no feed.
func isJSON(b []byte) bool {
	return bytes.HasPrefix(bytes.TrimSpace(b), []byte("{"))
}

// fromRoot drops all before the root element: PHP warnings, blank lines, long comments that hide the root from gofeed
// (it looks at 4,096 bytes), and the DTD, whose entities are never expanded.
func fromRoot(b []byte) ([]byte, error) {
	for t := range tags(b) {
		switch local := strings.ToLower(t.local()); {
		case t.kind == closing:
		case local == "rss", local == "rdf", local == "feed":
			return b[t.start:], nil
		case local == "html":
			return nil, errors.New("an HTML page")
		}
	}
	return nil, errors.New("no RSS, Atom, RDF or JSON feed begins in it")
}

// mendReferences rewrites numeric references to characters that XML forbids: surrogate pairs become the character they
// stand for, the numbers of windows-1252 its characters, all others nothing. gofeed gives the whole feed up on one of them.
func mendReferences(b []byte) []byte {
	if !bytes.Contains(b, []byte("&#")) {
		return b
	}
	numeric := regexp.MustCompile(`&#([xX][0-9a-fA-F]{1,8}|[0-9]{1,10});(?:&#([xX][dD][c-fC-F][0-9a-fA-F]{2}|5[67][0-9]{3});)?`)
	return numeric.ReplaceAllFunc(b, func(ref []byte) []byte {
		m := numeric.FindSubmatch(ref)
		first, second := refRune(m[1]), refRune(m[2])
		if pair := utf16.DecodeRune(first, second); pair != utf8.RuneError {
			return utf8.AppendRune(nil, pair)
		}
		return append(mendReference(m[1], first), mendReference(m[2], second)...)
	})
}

// mendReference writes one numeric reference anew, or leaves it as it is.
func mendReference(digits []byte, r rune) []byte {
	switch {
	case len(digits) == 0:
		return nil
	case r >= 0x80 && r <= 0x9f:
		return utf8.AppendRune(nil, charmap.Windows1252.DecodeByte(byte(r)))
	case r < ' ' && r != '\t' && r != '\n' && r != '\r', !utf8.ValidRune(r), r == 0xFFFE, r == 0xFFFF:
		return nil
	}
	return fmt.Appendf(nil, "&#%s;", digits)
}

// refRune reads the digits of a numeric reference; -1 is none.
func refRune(digits []byte) rune {
	s := strings.ToLower(string(digits))
	base := 10
	if hex, ok := strings.CutPrefix(s, "x"); ok {
		s, base = hex, 16
	}
	n, err := strconv.ParseInt(s, base, 32)
	if err != nil {
		return -1
	}
	return rune(n)
}

// mendBases cuts each xml:base back to its last "/", as RFC 3986, section 5.2.3, resolves against it. gofeed 1.4.2
// takes the name of a file there for a folder.
func mendBases(b []byte) []byte {
	if !bytes.Contains(b, []byte("xml:base")) {
		return b
	}
	attr := regexp.MustCompile(`(\sxml:base\s*=\s*["'])([^"'<>]*)(["'])`)
	return attr.ReplaceAllFunc(b, func(found []byte) []byte {
		m := attr.FindSubmatch(found)
		u, err := url.Parse(string(m[2]))
		if err != nil || u.Path == "" || strings.HasSuffix(u.Path, "/") {
			return found
		}
		u.Path = u.Path[:strings.LastIndexByte(u.Path, '/')+1]
		u.RawPath, u.RawQuery, u.Fragment = "", "", ""
		return slices.Concat(m[1], []byte(u.String()), m[3])
	})
}

// mendAbout copies the rdf:about of an RSS 1.0 item, which is its identity and which gofeed drops, into a guid.
func mendAbout(b []byte) []byte {
	if !bytes.Contains(b[:min(len(b), 4096)], []byte("RDF")) {
		return b
	}
	item := regexp.MustCompile(`<item\s[^<>]*?rdf:about\s*=\s*["']([^"'<>]+)["'][^<>]*?>`)
	return item.ReplaceAllFunc(b, func(tag []byte) []byte {
		if bytes.HasSuffix(tag, []byte("/>")) {
			return tag
		}
		about := item.FindSubmatch(tag)[1]
		return slices.Concat(tag, []byte(`<guid isPermaLink="false">`), about, []byte("</guid>"))
	})
}

// outline is what a look at the tags tells about a document before any parser sees it.
type outline struct {
	depth  int    // of the deepest element
	items  int    // complete items or entries, counted up to one more than maxEntries
	cut    int    // where the last complete one among the first maxEntries ends; without any, the last complete element
	closer string // the end tags of what is still open there
	ended  bool   // the root element was closed, or the document was left early for its many items
}

// survey outlines a document in one pass. Elements that are closed without their inner ones having been, such as a
// paragraph within a description, close those too.
func survey(b []byte) outline {
	var o outline
	var open []string
	for t := range tags(b) {
		switch {
		case t.kind == opening && !isVoid(t.name):
			open = append(open, t.name)
			o.depth = max(o.depth, len(open))
		case t.kind == closing:
			open = closeTo(open, t.name)
			o.ended = o.ended || len(open) == 0
			if isItem(t.name) {
				o.items++
			}
			if whole := isItem(t.name) || o.items == 0 && !slices.ContainsFunc(open, isItem); whole && o.items <= maxEntries {
				o.cut, o.closer = t.end, closers(open)
			}
		}
		if o.depth > maxDepth || o.items > maxEntries {
			o.ended = true
			break
		}
	}
	return o
}

// isItem tells the elements that a feed is a list of, whatever their prefix.
func isItem(name string) bool {
	local := tag{name: name}.local()
	return strings.EqualFold(local, "item") || strings.EqualFold(local, "entry")
}

// whole is the document up to its last complete item, well closed.
func (o outline) whole(b []byte) []byte {
	return slices.Concat(b[:o.cut], []byte(o.closer))
}

// closeTo pops the innermost element of that name and all within it.
func closeTo(open []string, name string) []string {
	for i := len(open) - 1; i >= 0; i-- {
		if strings.EqualFold(open[i], name) {
			return open[:i]
		}
	}
	return open
}

func closers(open []string) string {
	var b strings.Builder
	for i := len(open) - 1; i >= 0; i-- {
		b.WriteString("</" + open[i] + ">")
	}
	return b.String()
}

// isVoid tells HTML elements that are often left open inside a feed's text, and would look like ever deeper nesting.
func isVoid(name string) bool {
	switch strings.ToLower(name) {
	case "br", "img", "hr", "p", "li", "wbr", "input", "source", "embed":
		return true
	}
	return false
}

// tag is one tag of a document.
type tag struct {
	name       string // with its prefix
	kind       int    // opening, closing or empty
	start, end int
}

const (
	opening = iota
	closing
	empty
)

func (t tag) local() string { return t.name[strings.LastIndexByte(t.name, ':')+1:] }

// tags walks over the tags of a document that may be broken anywhere. Comments, CDATA, declarations and processing
// instructions are passed over.
func tags(b []byte) iter.Seq[tag] {
	return func(yield func(tag) bool) {
		for i := 0; i < len(b); {
			at := bytes.IndexByte(b[i:], '<')
			if at < 0 {
				return
			}
			i += at
			if n := skipMarkup(b[i:]); n > 0 {
				i += n
				continue
			}
			t, ok := readTag(b, i)
			if !ok {
				i++
				continue
			}
			if !yield(t) {
				return
			}
			i = t.end
		}
	}
}

// skipMarkup is the length of a comment or CDATA section at the start of b, 0 if none begins there. One that is
// never closed reaches to the end.
func skipMarkup(b []byte) int {
	for _, m := range [][2]string{{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}} {
		if !bytes.HasPrefix(b, []byte(m[0])) {
			continue
		}
		if end := bytes.Index(b[len(m[0]):], []byte(m[1])); end >= 0 {
			return len(m[0]) + end + len(m[1])
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
	rest := b[i:]
	if len(rest) == 0 || !isLetter(rest[0]) {
		return t, false
	}
	stop := bytes.IndexAny(rest, "<>")
	if stop < 0 || rest[stop] == '<' {
		return t, false
	}
	inner := rest[:stop]
	if n := bytes.IndexAny(inner, " \t\r\n/"); n >= 0 {
		t.name = string(inner[:n])
	} else {
		t.name = string(inner)
	}
	if t.kind == opening && bytes.HasSuffix(inner, []byte("/")) {
		t.kind = empty
	}
	t.end = i + stop + 1
	return t, true
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || c >= 0x80 }
