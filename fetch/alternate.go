package fetch

import (
	"bytes"
	"cmp"
	"mime"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Bounds on what one page may make us keep of the feeds that it names.
const (
	maxAlternates = 100
	titleSize     = 200 // bytes of a link's title
)

// alternate is a feed by the word of a page, of its headers or of its robots.txt. Nobody has asked it yet.
type alternate struct {
	url      string
	title    string
	language string
	found    string
}

// alternates are the feeds that a page names.
type alternates struct {
	language string      // the page's own
	site     string      // what the page calls its site
	links    []alternate // HTTP Link headers, then link elements: what the site declares
	anchors  []alternate // links for readers that look like feeds
}

// findAlternates reads a page and its headers. A header's addresses are relative to the page's own, an element's to its
// first base element (HTML, section 4.2.3). Link elements count in the body too, where many templates put them.
func findAlternates(p Page) alternates {
	at, err := url.Parse(p.URL)
	if err != nil {
		return alternates{}
	}
	s := alternateScan{at: at, base: at}
	for _, l := range parseLinks(http.Header(p.Header).Values("Link")) {
		s.declare(at, l, inHeader)
	}
	z := html.NewTokenizer(bytes.NewReader(p.HTML))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return s.found
		case html.TextToken:
			s.text(z.Text())
		case html.StartTagToken, html.SelfClosingTagToken:
			s.element(z)
		case html.EndTagToken:
			if name, _ := z.TagName(); atom.Lookup(name) == atom.A {
				s.inAnchor = false
			}
		}
	}
}

// alternateScan is where in a page its reader stands.
type alternateScan struct {
	found    alternates
	at, base *url.URL
	based    bool // a base element was seen
	inAnchor bool // of the last anchor that was kept
}

func (s *alternateScan) element(z *html.Tokenizer) {
	name, more := z.TagName()
	element := atom.Lookup(name)
	switch element {
	case atom.Html, atom.Base, atom.Link, atom.Meta, atom.A:
	default:
		return
	}
	l := link{}
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		l.set(string(key), string(value))
	}
	switch element {
	case atom.Html:
		s.found.language = l.params["lang"]
	case atom.Base:
		s.setBase(l.params["href"])
	case atom.Meta:
		s.name(l)
	case atom.Link:
		l.url = l.params["href"]
		s.declare(s.base, l, inLink)
	case atom.A:
		s.anchor(l)
	}
}

// name takes what Open Graph or HTML calls the site; the title of a page says more than a name.
func (s *alternateScan) name(l link) {
	key := strings.ToLower(cmp.Or(l.params["property"], l.params["name"]))
	if (key == "og:site_name" || key == "application-name") && s.found.site == "" {
		s.found.site = cleanLine(clipText(l.params["content"], titleSize))
	}
}

// setBase takes the first base element that can be read.
func (s *alternateScan) setBase(href string) {
	if u, err := s.at.Parse(strings.TrimSpace(href)); err == nil && href != "" && !s.based && isWeb(u) {
		s.base, s.based = u, true
	}
}

// declare keeps a link that says of itself that it is a feed of this page.
func (s *alternateScan) declare(base *url.URL, l link, found string) {
	rels := strings.Fields(strings.ToLower(l.params["rel"]))
	if !slices.Contains(rels, "alternate") && !slices.Contains(rels, "feed") {
		return
	}
	address := absolute(base, l.url)
	u, err := url.Parse(address)
	if err != nil || address == "" || len(address) > maxURL || !isFeedType(l.params["type"], u) && !slices.Contains(rels, "feed") {
		return
	}
	s.found.links = keep(s.found.links, l.alternate(address, found))
}

// anchor keeps a link for readers if it looks like a feed of this site.
func (s *alternateScan) anchor(l link) {
	s.inAnchor = false
	address := absolute(s.base, l.params["href"])
	u, err := url.Parse(address)
	if err != nil || address == "" || len(address) > maxURL || !isNear(u, s.at) && !isFeedHost(u) {
		return
	}
	if l.params["type"] == "" && !looksLikeFeed(u) || l.params["type"] != "" && !isFeedType(l.params["type"], u) {
		return
	}
	before := len(s.found.anchors)
	s.found.anchors = keep(s.found.anchors, l.alternate(address, inAnchor))
	s.inAnchor = len(s.found.anchors) > before && l.params["title"] == ""
}

func (l *link) alternate(address, found string) alternate {
	return alternate{address, cleanLine(clipText(l.params["title"], titleSize)), l.params["hreflang"], found}
}

// isFeedHost tells hosts that serve feeds for others, or for one publisher apart from its pages.
func isFeedHost(u *url.URL) bool {
	first, _, _ := strings.Cut(strings.ToLower(u.Hostname()), ".")
	return isFeedWord(first) || strings.Contains(u.Hostname(), "feedburner.")
}

// text is the title of an anchor that has no other.
func (s *alternateScan) text(b []byte) {
	if !s.inAnchor {
		return
	}
	last := &s.found.anchors[len(s.found.anchors)-1]
	last.title = cleanLine(clipText(last.title+" "+html.UnescapeString(string(b)), titleSize))
}

// keep adds an address that is not there yet.
func keep(all []alternate, a alternate) []alternate {
	if len(all) >= maxAlternates || slices.ContainsFunc(all, func(b alternate) bool { return b.url == a.url }) {
		return all
	}
	return append(all, a)
}

// isFeedType tells the media types of feeds. XML and JSON in general count as far as the address bears them out: oEmbed and
// the APIs of blogs are alternates too. An Atom entry is a document of its own, which lists nothing.
func isFeedType(value string, u *url.URL) bool {
	kind, params, err := mime.ParseMediaType(value)
	if err != nil {
		kind = strings.ToLower(strings.TrimSpace(value))
	}
	switch kind {
	case "application/atom+xml", "application/x-atom+xml", "text/atom+xml":
		return params["type"] != "entry"
	case "application/rss+xml", "application/x-rss+xml", "text/rss+xml", "text/rss", "application/rss",
		"application/rdf+xml", "application/feed+json":
		return true
	case "application/xml", "text/xml", "application/json":
		return looksLikeFeed(u)
	}
	return false
}

// looksLikeFeed goes by the address alone. Words within a longer name don't count: an article may be about atoms.
func looksLikeFeed(u *url.URL) bool {
	for key, values := range u.Query() {
		if key == "feed" || key == "format" && isFeedWord(values[0]) {
			return true
		}
	}
	segments := strings.Split(strings.ToLower(strings.Trim(u.Path, "/")), "/")
	last := segments[len(segments)-1]
	ext := strings.TrimPrefix(path.Ext(last), ".")
	words := strings.FieldsFunc(strings.TrimSuffix(last, "."+ext), func(r rune) bool { return r == '-' || r == '_' || r == '.' })
	switch ext {
	case "rss", "atom", "rdf":
		return true
	case "xml", "json":
		return slices.ContainsFunc(words, isFeedWord) || ext == "xml" && slices.ContainsFunc(segments, isFeedWord)
	}
	// The last name may be of a page that lists the feeds: rss-help, rss_feeds.html.
	onlyFeeds := !slices.ContainsFunc(words, func(w string) bool { return !isFeedWord(w) && !isListWord(w) })
	return onlyFeeds && slices.ContainsFunc(words, isFeedWord) || slices.ContainsFunc(segments, isFeedWord)
}

func isFeedWord(s string) bool {
	switch s {
	case "rss", "rss2", "rss20", "atom", "rdf", "feed", "feeds", "rssfeed", "rssfeeds":
		return true
	}
	return false
}

// isListWord tells the words that stand beside "rss" in the names of pages that list feeds.
func isListWord(s string) bool {
	switch s {
	case "all", "full", "help", "index", "info", "latest", "list", "main", "news", "page":
		return true
	}
	return false
}
