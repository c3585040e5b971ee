package config

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	utf "golang.org/x/text/encoding/unicode"
)

// Bounds on a subscription list. Lists that people made have some hundreds of feeds in two levels.
const (
	maxOPML     = 4 << 20 // bytes
	maxOutlines = 10_000
	maxNesting  = 32
	maxName     = 200  // bytes
	maxAddress  = 2000 // bytes
)

// ParseOPML reads the agencies of a subscription list, OPML 1.0 to 2.0 (http://opml.org/spec2.opml), and which of its feeds
// are refused, each with the reason. Damaged documents are read as far as they go, and what may be missing is among the
// refused.
//
// A folder that [EncodeOPML] has written is an agency. Otherwise all feeds of one site are an agency; it is called what their
// folder is called if several of them have one to themselves, and else as its first feed is. Such an agency has no id.
func ParseOPML(data []byte) ([]Agency, []Change, error) {
	if len(data) > maxOPML {
		return nil, nil, fmt.Errorf("OPML: expected at most %s, found more", formatSize(maxOPML))
	}
	r := &opmlReader{feeds: map[string]bool{}}
	if err := r.read(plainXML(data)); err != nil {
		return nil, nil, err
	}
	return group(r.found), r.refused, nil
}

// subscription is a feed of the list.
type subscription struct {
	feed, name, home, language string

	folder folder // the one that makes it an agency's, or the one that it is in
	id     string // of the agency; empty unless dateline wrote it
}

// folder is an outline that others are in.
type folder struct {
	number int // among all outlines, from 1
	name   string
}

// opmlReader walks through the document. It goes by its start and end tags as they come: where some are missing, the
// outlines are still worth having.
type opmlReader struct {
	root     string // the document's first element
	outlines int
	open     []level
	found    []subscription
	feeds    map[string]bool // twinKey, to keep the first of two
	refused  []Change
}

// level is a place in the nesting: the outline that is open and the agency that it belongs to.
type level struct {
	folder
	id    string
	owner folder // that carries the id
}

func (r *opmlReader) read(data []byte) error {
	d := xml.NewDecoder(bytes.NewReader(data))
	d.Strict = false
	d.Entity = xml.HTMLEntity
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // it is UTF-8 by now
	for {
		token, err := d.RawToken()
		if err == io.EOF {
			return r.ended()
		}
		if err != nil {
			return r.damaged(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if err := r.start(t); err != nil {
				return err
			}
		case xml.EndElement:
			if isOutline(t.Name) && len(r.open) > 0 {
				r.open = r.open[:len(r.open)-1]
			}
		}
	}
}

func isOutline(n xml.Name) bool { return strings.EqualFold(n.Local, "outline") }

// ended is what to make of the document when all of it was read.
func (r *opmlReader) ended() error {
	if r.outlines == 0 && !strings.EqualFold(r.root, "opml") {
		if r.root == "" {
			return errors.New("OPML: expected an <opml> element, found none")
		}
		return fmt.Errorf("OPML: expected an <opml> element, found <%s>", clipped(r.root))
	}
	if len(r.open) > 0 {
		r.refuse("", "the document ends within an outline: feeds may be missing")
	}
	return nil
}

// damaged keeps what was read before a place that can't be read.
func (r *opmlReader) damaged(err error) error {
	if r.outlines == 0 {
		return fmt.Errorf("OPML: %w", err)
	}
	r.refuse("", fmt.Sprintf("the document is damaged (%v): what follows is missing", err))
	return nil
}

func (r *opmlReader) start(t xml.StartElement) error {
	if r.root == "" {
		r.root = t.Name.Local
	}
	if !isOutline(t.Name) {
		return nil
	}
	if r.outlines++; r.outlines > maxOutlines {
		return fmt.Errorf("OPML: expected at most %d outlines, found more", maxOutlines)
	}
	if len(r.open) == maxNesting {
		return fmt.Errorf("OPML: expected at most %d outlines within each other, found more", maxNesting)
	}
	at := attributes(t.Attr)
	l := level{folder: folder{r.outlines, nameOf(at["text"], at["title"])}}
	above := level{}
	if n := len(r.open); n > 0 {
		above = r.open[n-1]
	}
	if l.id, l.owner = above.id, above.owner; isID(at["dateline:id"]) {
		l.id, l.owner = at["dateline:id"], l.folder
	}
	if address := feedOf(at); address != "" {
		r.subscribe(address, at, l, above.folder)
	}
	r.open = append(r.open, l)
	return nil
}

// attributes are an element's by name in lower case: writers differ in how they spell xmlUrl. The prefix of the
// namespace counts for what we write.
func attributes(list []xml.Attr) map[string]string {
	all := map[string]string{}
	for _, a := range list {
		name := strings.ToLower(a.Name.Local)
		if a.Name.Space != "" {
			name = strings.ToLower(a.Name.Space) + ":" + name
		}
		if all[name] == "" {
			all[name] = strings.TrimSpace(a.Value)
		}
	}
	return all
}

// feedOf is the feed that an outline names; feed: is how some readers marked an address as theirs.
func feedOf(at map[string]string) string {
	address := at["xmlurl"]
	if kind := strings.ToLower(at["type"]); address == "" && (kind == "rss" || kind == "atom") {
		address = at["url"]
	}
	if rest, ok := strings.CutPrefix(address, "feed:"); ok {
		if slashes, ok := strings.CutPrefix(rest, "//"); ok {
			return "http://" + slashes
		}
		return rest
	}
	return address
}

func (r *opmlReader) subscribe(address string, at map[string]string, l level, in folder) {
	switch {
	case len(address) > maxAddress:
		r.refuse(clipped(address), fmt.Sprintf("expected an address of at most %d bytes", maxAddress))
		return
	case !isAddress(address):
		r.refuse(address, "expected "+wantWeb)
		return
	case r.feeds[twinKey(address)]:
		return
	}
	r.feeds[twinKey(address)] = true
	s := subscription{feed: address, name: l.name, id: l.id, folder: in}
	if s.id != "" {
		s.folder = l.owner
	}
	if home := at["htmlurl"]; len(home) <= maxAddress && isAddress(home) {
		s.home = home
	}
	if tag := strings.ReplaceAll(at["language"], "_", "-"); len(tag) <= maxName && isLanguage(tag) {
		s.language = tag
	}
	r.found = append(r.found, s)
}

func (r *opmlReader) refuse(feed, why string) {
	r.refused = append(r.refused, Change{Feed: feed, What: Refused, Why: why})
}

// nameOf is the first text that is a name.
func nameOf(texts ...string) string {
	for _, s := range texts {
		if s = oneLine(s); s != "" {
			return strings.TrimSpace(clipped(s))
		}
	}
	return ""
}

func clipped(s string) string {
	if len(s) <= maxName {
		return s
	}
	return strings.ToValidUTF8(s[:maxName], "")
}

// group makes agencies of feeds, in the order of their first ones.
func group(all []subscription) []Agency {
	sites := map[int]map[string]bool{} // by folder
	for _, s := range all {
		if sites[s.folder.number] == nil {
			sites[s.folder.number] = map[string]bool{}
		}
		sites[s.folder.number][s.agency()] = true
	}
	groups := map[string][]subscription{}
	var order []string
	for _, s := range all {
		key := s.agency()
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], s)
	}
	var agencies []Agency
	for _, key := range order {
		agencies = append(agencies, agencyOf(groups[key], sites))
	}
	return agencies
}

// agency is what feeds of one agency have in common. No id has a colon.
func (s *subscription) agency() string {
	if s.id != "" {
		return s.id
	}
	return "site:" + siteOf(s.feed, s.home)
}

func agencyOf(feeds []subscription, sites map[int]map[string]bool) Agency {
	first := feeds[0]
	a := Agency{ID: first.id, Name: first.name}
	own := len(feeds) > 1 && len(sites[first.folder.number]) == 1 // the folder holds nothing else
	for _, s := range feeds {
		a.Feeds = append(a.Feeds, s.feed)
		own = own && s.folder.number == first.folder.number
		if a.Home == "" {
			a.Home = s.home
		}
		if a.Language == "" {
			a.Language = s.language
		}
	}
	if first.id != "" || own {
		a.Name = nameOf(first.folder.name, a.Name)
	}
	a.Name = nameOf(a.Name, siteOf(first.feed, first.home), first.feed)
	return a
}

// EncodeOPML writes agencies as a subscription list in OPML 2.0: a folder for each, with its id in an attribute of our
// own, and an outline for each feed. The same agencies give the same bytes, and [ParseOPML] makes them again of it, as far
// as OPML has room for them: id, name, home, language and feeds.
func EncodeOPML(w io.Writer, agencies []Agency) error {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0" xmlns:dateline="urn:x-dateline:opml">
  <head>
    <title>dateline</title>
    <docs>http://opml.org/spec2.opml</docs>
  </head>
  <body>
`)
	for _, a := range agencies {
		element(&b, "    <outline", "text", a.Name, "dateline:id", a.ID)
		b.WriteString(">\n")
		for _, feed := range a.Feeds {
			text := a.outlineText(feed)
			element(&b, "      <outline", "type", "rss", "text", text, "title", text, "xmlUrl", feed, "htmlUrl", a.Home, "language", a.Language)
			b.WriteString("/>\n")
		}
		b.WriteString("    </outline>\n")
	}
	b.WriteString("  </body>\n</opml>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// outlineText tells an agency's feeds apart by their addresses; nothing else of them is known here.
func (a Agency) outlineText(feed string) string {
	_, path, ok := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(feed, "https://"), "http://"), "/")
	if len(a.Feeds) == 1 || !ok {
		return a.Name
	}
	return a.Name + " (" + path + ")"
}

// element opens a tag and writes the attributes that have a value.
func element(b *strings.Builder, tag string, pairs ...string) {
	b.WriteString(tag)
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			continue
		}
		b.WriteString(" " + pairs[i] + `="`)
		xml.EscapeText(b, []byte(pairs[i+1])) // a Builder never fails
		b.WriteByte('"')
	}
}

// xmlEncoding is the charset that an XML declaration states.
var xmlEncoding = regexp.MustCompile(`^\s*<\?xml[^>]*\bencoding\s*=\s*["']([^"']+)`)

// plainXML is a document in UTF-8 without its declaration, and without the characters that no XML may have. Bytes that are
// valid UTF-8 are taken for that, whatever the declaration says.
func plainXML(data []byte) []byte {
	var from encoding.Encoding
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		from = utf.UTF16(utf.LittleEndian, utf.UseBOM)
	case !utf8.Valid(data):
		from = charmap.Windows1252
		if m := xmlEncoding.FindSubmatch(data); m != nil {
			if named, err := htmlindex.Get(string(m[1])); err == nil && named != utf.UTF8 {
				from = named
			}
		}
	}
	if from != nil {
		if decoded, err := from.NewDecoder().Bytes(data); err == nil {
			data = decoded
		}
	}
	data = bytes.TrimSpace(bytes.TrimPrefix(bytes.ToValidUTF8(data, []byte("\ufffd")), []byte("\ufeff")))
	if bytes.HasPrefix(data, []byte("<?xml")) {
		if _, rest, ok := bytes.Cut(data, []byte("?>")); ok {
			data = rest
		}
	}
	return bytes.Map(func(c rune) rune {
		if c != '\t' && c != '\n' && c != '\r' && isOdd(c) {
			return -1
		}
		return c
	}, data)
}

// isOdd tells characters that neither XML nor a configuration takes, and those that reorder a line, so that it would be read
// otherwise than it is meant (CVE-2021-42574).
func isOdd(c rune) bool {
	return unicode.IsControl(c) || c == 0xfffe || c == 0xffff || c >= 0x202a && c <= 0x202e || c >= 0x2066 && c <= 0x2069
}
