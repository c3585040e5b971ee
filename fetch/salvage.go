package fetch

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// maxInflated bounds a feed that is gzip without saying so, in bytes.
const maxInflated = 16 << 20

// document is a feed on its way to a parser.
type document struct {
	body   []byte
	format format
	limits Limits
	mended []string // see Feed.Mended
	cut    bool     // it ended too early
}

// format is what a document is by its root.
type format int

const (
	xmlFeed format = iota // RSS, RDF or Atom
	jsonFeed
	siteMap
)

// What may be wrong with a document: the words of [Feed.Mended].
const (
	mendedGzip       = "gzip"       // compressed, and the server did not say so
	mendedCharset    = "charset"    // not in the encoding that it states
	mendedCharacters = "characters" // characters, or references to some, that XML forbids
	mendedLead       = "lead"       // something stood in front of it
	mendedEntities   = "entities"   // it declares entities of its own
	mendedTags       = "tags"       // tags that do not fit each other
	mendedTypes      = "types"      // JSON with other types than the standard's
	mendedLong       = "long"       // texts of more than a mebibyte were cut
	MendedCut        = "cut"        // it ended too early
)

// note keeps that something was mended, once.
func (d *document) note(was bool, word string) {
	if was && !slices.Contains(d.mended, word) {
		d.mended = append(d.mended, word)
	}
}

// mend turns the bytes of a feed, as damaged as they come, into a document that begins with its root: each step undoes
// one kind of damage and leaves all else as it is. What is damaged within the root, the parsers' own mends undo.
func mend(body []byte, kind string) (d document, err error) {
	plain, err := gunzip(body)
	if err != nil {
		return d, err
	}
	text, lied := feedToUTF8(plain, kind)
	d.note(lied, mendedCharset)
	d.body = dropControls(text)
	d.note(len(d.body) != len(text), mendedCharacters)
	if isJSON(d.body) {
		d.format, d.body = jsonFeed, bytes.TrimSpace(d.body)
		return d, nil
	}
	root, err := findRoot(d.body)
	if err != nil {
		return d, err
	}
	if isSitemap(root.local()) {
		d.format = siteMap
	} else { // of sitemaps, the protocol allows it
		d.note(len(plain) != len(body), mendedGzip)
	}
	lead := d.body[:root.start]
	d.note(len(bytes.TrimSpace(lead)) > 0 && bytes.TrimSpace(lead)[0] != '<', mendedLead)
	whole := mendReferences(d.body[root.start:])
	d.note(len(whole) != len(d.body[root.start:]), mendedCharacters)
	d.body = expand(whole, lead)
	d.note(len(d.body) != len(whole), mendedEntities)
	return d, nil
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

// findRoot finds the root element. What stands before it is dropped: PHP warnings, blank lines, comments, the DTD. An HTML
// page is no feed, unless a feed with an item stands in it: some servers print their failures or their frame around one.
func findRoot(b []byte) (tag, error) {
	page, itemEnd := false, 0
	for t := range tags(b) {
		isPage := bytes.EqualFold(t.name, []byte("html"))
		if t.kind == closing || !isPage && !isRoot(t.local()) {
			continue
		}
		if page = page || isPage; !page {
			return t, nil
		}
		if itemEnd < t.end { // searched for anew only behind the last that was found, or a page of roots would take hours
			next := itemEnds.FindIndex(b[t.end:])
			if next == nil {
				break
			}
			itemEnd = t.end + next[1]
		}
		if !isPage {
			return t, nil
		}
	}
	if page {
		return tag{}, errors.New("an HTML page")
	}
	return tag{}, errors.New("no RSS, Atom, RDF or JSON feed and no sitemap begins in it")
}

// itemEnds is the end of what a feed is a list of.
var itemEnds = regexp.MustCompile(`(?i)</(?:[a-z]+:)?(?:item|entry|url|sitemap)\s*>`)

// isRoot tells the root elements of all that is read.
func isRoot(local []byte) bool {
	switch strings.ToLower(string(local)) {
	case "rss", "rdf", "feed", "entry":
		return true
	}
	return isSitemap(local)
}

var declaredEntity = regexp.MustCompile(`<!ENTITY\s+([A-Za-z_][\w.-]*)\s+(?:"([^"<%]{0,256})"|'([^'<%]{0,256})')\s*>`)

// Limits on entities that a document declares itself.
const (
	maxEntities  = 100
	maxExpansion = 64 << 10 // bytes that they may add to the document
)

// expand puts in what the document's own entities stand for. Only texts count, with references to characters or without: one that
// refers to another entity, or to a file, is left alone, and so are all of them where they would blow the document up.
func expand(b, lead []byte) []byte {
	if !bytes.Contains(lead, []byte("<!ENTITY")) {
		return b
	}
	whole := b
	for _, m := range declaredEntity.FindAllSubmatch(lead, maxEntities) {
		name, value := []byte("&"+string(m[1])+";"), append(m[2], m[3]...)
		if n := bytes.Count(whole, name); n > 0 && bytes.Count(value, []byte("&")) == bytes.Count(value, []byte("&#")) {
			if len(whole)+n*len(value) > len(b)+maxExpansion {
				return b
			}
			whole = bytes.ReplaceAll(whole, name, value)
		}
	}
	return whole
}

// mendReferences rewrites numeric references to characters that XML forbids: surrogate pairs become the character they
// stand for, the numbers of windows-1252 its characters, all others nothing. gofeed gives the whole feed up on one of them.
func mendReferences(b []byte) []byte {
	var out []byte
	from := 0
	for i := 0; ; {
		n := bytes.Index(b[i:], []byte("&#"))
		if n < 0 {
			break
		}
		i += n
		r, size := reference(b[i:])
		if size == 0 || r >= ' ' && r < 0x80 || r > 0x9f && utf8.ValidRune(r) && r != 0xFFFE && r != 0xFFFF || r == '\t' || r == '\n' || r == '\r' {
			i += max(size, 2) // sound, or no reference at all
			continue
		}
		out = append(out, b[from:i]...)
		i += size
		if r >= 0x80 && r <= 0x9f {
			out = utf8.AppendRune(out, charmap.Windows1252.DecodeByte(byte(r)))
		} else if low, more := reference(b[i:]); utf16.DecodeRune(r, low) != utf8.RuneError {
			out = utf8.AppendRune(out, utf16.DecodeRune(r, low))
			i += more
		}
		from = i
	}
	if out == nil {
		return b
	}
	return append(out, b[from:]...)
}

// reference reads the numeric reference that b begins with, and its length; 0 is none.
func reference(b []byte) (r rune, size int) {
	digits, ok := bytes.CutPrefix(b, []byte("&#"))
	end := 0
	for end < len(digits) && (digits[end] >= '0' && digits[end] <= '9' || isLetter(digits[end])) { // zeros may lead, any number of them
		end++
	}
	if !ok || end < 1 || end == len(digits) || digits[end] != ';' {
		return 0, 0
	}
	s, base := string(digits[:end]), 10
	if s[0] == 'x' || s[0] == 'X' {
		s, base = s[1:], 16
	}
	n, err := strconv.ParseUint(s, base, 31)
	if errors.Is(err, strconv.ErrRange) {
		return utf8.MaxRune + 1, end + 3
	}
	if err != nil {
		return 0, 0
	}
	return rune(n), end + 3
}
