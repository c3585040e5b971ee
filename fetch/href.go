package fetch

import (
	"net/url"
	"strings"

	"github.com/mmcdole/gofeed/atom"
	ext "github.com/mmcdole/gofeed/extensions"
)

// atomLinks are the links of Atom inside a feed of another format.
func atomLinks(x ext.Extensions) []*atom.Link {
	var links []*atom.Link
	for _, l := range inAtom(x, "link") {
		links = append(links, &atom.Link{Href: l.Attrs["href"], Rel: l.Attrs["rel"], Type: l.Attrs["type"], Length: l.Attrs["length"]})
	}
	return links
}

// pageLink is the link to the page itself: rel=alternate, which is also what a link without rel means (RFC 4287, section
// 4.2.7.2). Of several, that to HTML counts.
func pageLink(links []*atom.Link, base *url.URL) string {
	page := ""
	for _, l := range links {
		if l.Rel != "" && !strings.EqualFold(l.Rel, "alternate") && !strings.HasSuffix(l.Rel, "/relation/alternate") {
			continue
		}
		u := absolute(base, l.Href)
		if u != "" && (strings.Contains(l.Type, "html") || page == "" && l.Type == "") {
			return u
		}
		page = firstOf(page, u)
	}
	return page
}

// linkWithRel finds the first link of a kind.
func linkWithRel(links []*atom.Link, base *url.URL, rel string) string {
	for _, l := range links {
		if strings.EqualFold(l.Rel, rel) {
			if u := absolute(base, l.Href); u != "" {
				return u
			}
		}
	}
	return ""
}

// addOwnLinks takes what the feed's links say of the feed. The licence is a link too, and need not be resolved.
func (f *Feed) addOwnLinks(links []*atom.Link, base *url.URL) {
	f.Self = firstOf(f.Self, linkWithRel(links, base, "self"))
	for _, l := range links {
		if u := absolute(base, l.Href); strings.EqualFold(l.Rel, "hub") && isAbsolute(u) {
			f.Hubs = appendNew(f.Hubs, u)
		}
	}
	f.Archive = firstOf(f.Archive, linkWithRel(links, base, "prev-archive"), linkWithRel(links, base, "next"))
	f.License = firstOf(linkWithRel(links, base, "license"), f.License)
}

func isAbsolute(s string) bool { return webURL(s) != nil }

// addLinks takes what an entry's links say besides the page: its files and its licence.
func (e *Entry) addLinks(links []*atom.Link, base *url.URL) {
	for _, l := range links {
		if strings.EqualFold(l.Rel, "enclosure") {
			e.enclose(base, Enclosure{URL: l.Href, Type: l.Type, Length: length(l.Length)})
		}
	}
	e.License = firstOf(linkWithRel(links, base, "license"), e.License)
}

// counters are hosts that count a reader's clicks and then send him on to the page.
var counters = []string{"feedproxy.google.com", "feeds.feedburner.com", "feedsportal.com", "feeds.pheedo.com", "rss.feedsportal.com"}

// direct gives the page's own address where the link leads through a counter, and the feed tells the address elsewhere.
func direct(link, original, guid string) string {
	if original = permalink(original); original != "" {
		return original
	}
	u := webURL(link)
	if u == nil {
		return link
	}
	for _, host := range counters {
		if strings.HasSuffix(u.Hostname(), host) && !strings.Contains(guid, host) {
			return firstOf(permalink(guid), link)
		}
	}
	return link
}

// permalink takes an identifier for the page's address, if it is one by itself: a bare number is no relative link.
func permalink(id string) string {
	if webURL(cleanLine(id)) == nil {
		return ""
	}
	return absolute(nil, id)
}

// lastResort is for an entry without any link to a page: the file that it brings is what it is about.
func (e *Entry) lastResort() {
	for _, f := range e.Enclosures {
		if e.URL == "" && f.Type != "image" {
			e.URL = f.URL
		}
	}
}
