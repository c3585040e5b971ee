package extract

import (
	"strings"

	"golang.org/x/net/html"
)

// maxTitle bounds a headline, in bytes.
const maxTitle = 1000

// findTitle asks the rule, the structured data, Open Graph, the headline on the page and the window's title.
func (p *page) findTitle() {
	og, ogName := p.survey.meta("og:title", "twitter:title", "dc.title", "parsely-title")
	for _, c := range []struct{ from, title string }{
		{"rule " + p.src.Rules.Title, firstText(p.match(p.src.Rules.Title))},
		{"json-ld", p.news.text("headline")},
		{"meta " + ogName, plainText(og)},
		{"h1", p.headline()},
		{"title", p.survey.title},
		{"feed", plainText(p.src.Title)},
	} {
		if t := p.bare(c.title); t != "" {
			p.article.Title = t
			p.note("title", c.from, t)
			return
		}
	}
}

// headline is the page's h1: the one that the window's title repeats, else the only one.
func (p *page) headline() string {
	for _, n := range p.survey.h1 {
		if t := textOf(n); t != "" && strings.Contains(letters(p.survey.title), letters(t)) {
			return t
		}
	}
	if len(p.survey.h1) == 1 {
		return textOf(p.survey.h1[0])
	}
	return ""
}

// bare takes the site's name off a title. A part after a separator is the site's name if the page, the agency or
// the host says so, or if what is left is the page's h1.
func (p *page) bare(t string) string {
	t = collapse(clip(t, maxTitle))
	for _, sep := range []string{" | ", " - ", " – ", " — ", " :: ", " » ", " • ", " · ", " / "} {
		if i := strings.LastIndex(t, sep); i > 0 && p.siteName(t[i+len(sep):], t[:i]) {
			return strings.TrimSpace(t[:i])
		}
		if i := strings.Index(t, sep); i > 0 && p.siteName(t[:i], t[i+len(sep):]) {
			return strings.TrimSpace(t[i+len(sep):])
		}
	}
	return t
}

// siteName says whether a part of a title names the site, given the rest of it.
func (p *page) siteName(part, rest string) bool {
	name := letters(part)
	if name == "" || len(name) > 80 {
		return false
	}
	for _, known := range p.siteNames() {
		if k := letters(known); k != "" && (name == k || len(k) > 3 && strings.HasPrefix(name, k) || len(name) > 3 && strings.HasPrefix(k, name)) {
			return true
		}
	}
	for _, n := range p.survey.h1 {
		if same(textOf(n), rest) {
			return true
		}
	}
	return false
}

// siteNames are the names that the page, its publisher and its host go by.
func (p *page) siteNames() []string {
	og, _ := p.survey.meta("og:site_name")
	app, _ := p.survey.meta("application-name")
	host := strings.TrimPrefix(p.base.Hostname(), "www.")
	label, _, _ := strings.Cut(site(p.src.URL), ".")
	return []string{og, app, p.news.text("publisher"), p.src.Agency, host, label}
}

// firstText is the text of the first node that has any.
func firstText(nodes []*html.Node) string {
	for _, n := range nodes {
		if t := textOf(n); t != "" {
			return t
		}
	}
	return ""
}

// textOf is the text that a reader sees in a node, on one line.
func textOf(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		if n.Type == html.ElementNode && (skipped(n.DataAtom) || hidden(n)) || b.Len() > 1<<16 {
			return
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
		if isBlock(n.DataAtom) || n.Data == "br" {
			b.WriteByte(' ')
		}
	}
	walk(n)
	return collapse(b.String())
}
