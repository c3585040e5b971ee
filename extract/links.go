package extract

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
)

// Link is an anchor of a page.
type Link struct {
	URL   string
	Title string // its text, or else what its title attribute says
}

// Bounds on the links of one page.
const (
	maxLinks   = 1000   // that are given
	maxAnchors = 20_000 // that are looked at
	maxAnchor  = 500    // bytes of a title
)

// Links finds the anchors of a page of UTF-8 HTML that lead to addresses like the given ones: of the same host, with the same
// words in the path, and with numbers and slugs where those have numbers and slugs. Each address comes once, without its
// fragment, in the page's order; a thousand at most. base is the page's own address.
func Links(htm []byte, base string, like []string) []Link {
	forms := map[string]bool{}
	for _, s := range like {
		if u, err := url.Parse(s); err == nil {
			forms[formOf(u)] = true
		}
	}
	p := &page{base: baseURL(base)}
	doc := goquery.NewDocumentFromNode(p.parse(htm))
	if u, err := p.base.Parse(doc.Find("base[href]").AttrOr("href", "")); err == nil {
		p.base = u
	}
	var links []Link
	at := map[string]int{} // where an address is in links
	anchors := doc.Find("a[href]").Nodes
	for _, a := range anchors[:min(len(anchors), maxAnchors)] {
		address := p.linkLike(attr(a, "href"), forms)
		if address == "" {
			continue
		}
		i, known := at[address]
		if !known && len(links) == maxLinks {
			break
		}
		if !known {
			i = len(links)
			at[address] = i
			links = append(links, Link{URL: address})
		}
		// The picture of an article is an anchor of its own, mostly before the one with the headline.
		links[i].Title = cmp.Or(links[i].Title, anchorTitle(a))
	}
	return links
}

func anchorTitle(a *html.Node) string {
	return strings.TrimSpace(clip(cmp.Or(tidy(textOf(a)), tidy(attr(a, "title"))), maxAnchor))
}

// linkLike is a link's whole address if that has one of the forms; else empty.
func (p *page) linkLike(href string, forms map[string]bool) string {
	u, err := url.Parse(p.absolute(href))
	if err != nil || u.Host == "" || !forms[formOf(u)] {
		return ""
	}
	u.Fragment, u.RawFragment = "", ""
	return u.String()
}

// formOf is what addresses of one kind have in common: /news/101/harbour becomes /news/#/*. The last part of a path is a
// slug also if it is a single word, unless it is all of the path: /about is no article.
func formOf(u *url.URL) string {
	parts := strings.Split(strings.Trim(u.EscapedPath(), "/"), "/")
	for i, part := range parts {
		switch {
		case isNumber(part):
			parts[i] = "#"
		case isSlug(part) || i > 0 && i == len(parts)-1:
			parts[i] = "*"
		}
	}
	var query []string
	for name, values := range u.Query() {
		if value := values[0]; isNumber(value) {
			query = append(query, name+"=#")
		} else {
			query = append(query, name+"="+value)
		}
	}
	slices.Sort(query)
	host := strings.TrimPrefix(strings.ToLower(u.Host), "www.")
	return host + "/" + strings.Join(parts, "/") + "?" + strings.Join(query, "&")
}

func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// isSlug tells the part of a path that is made of a title or an identifier from one that names a section.
func isSlug(s string) bool { return len(s) > 24 || strings.ContainsAny(s, "-_.%0123456789") }
