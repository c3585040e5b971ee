package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// furnitureWords are the names that themes, in any language, give to what stands beside an article.
var furnitureWords = wordSet(`
	related recommended recommendation recommendations teaser teasers promo promotion sidebar widget widgets
	share sharing shares social newsletter subscribe subscription signup comment comments disqus
	advert advertisement advertising ad ads banner sponsor sponsored outbrain taboola
	breadcrumb breadcrumbs menu nav navigation navbar footer byline author authors bio tags tag tagged keywords
	caption captions credit credits copyright cookie cookies consent popup modal paywall print tools toolbar
	meta metadata timestamp dateline pagination pager more trending popular mostread
	jump skip login register gallery slideshow carousel player poll rating donate follow followers
	legal disclaimer notice infobox`)

func wordSet(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

// furniture says whether an element is named, by its tag, role or class, as something beside the article.
func furniture(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Nav, atom.Aside, atom.Footer, atom.Form, atom.Figcaption, atom.Address, atom.Figure:
		return true
	case atom.Header:
		return !within(n, atom.Article, atom.Main)
	case atom.Body, atom.Html, atom.Article, atom.Main, atom.P, atom.H1:
		return false
	}
	return furnitureName(n)
}

// furnitureName judges by role, class, id and the like.
func furnitureName(n *html.Node) bool {
	found := false
	judge := func(w []byte) { found = found || furnitureWords[string(w)] }
	for _, a := range n.Attr {
		switch a.Key {
		case "role":
			if apartRole(a.Val) {
				return true
			}
		case "class", "id", "itemprop", "data-component":
			eachWord(a.Val, judge)
		}
	}
	return found
}

// apartRole knows the ARIA roles of what stands beside an article.
func apartRole(role string) bool {
	switch role {
	case "navigation", "complementary", "banner", "contentinfo", "search", "dialog", "menu", "alert":
		return true
	}
	return false
}

// within says whether an element lies in one of the given kind.
func within(n *html.Node, kinds ...atom.Atom) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		for _, a := range kinds {
			if p.DataAtom == a {
				return true
			}
		}
	}
	return false
}

// eachWord splits names at everything that is no letter and at camel case, in lower case. Words over 32 bytes are
// no names; only the first 1,000 bytes count, since utility classes can fill pages.
func eachWord(s string, f func(word []byte)) {
	s = clip(s, 1000)
	var buf [36]byte
	n, lower := 0, false
	flush := func() {
		if n > 0 && n <= 32 {
			f(buf[:n])
		}
		n = 0
	}
	for _, r := range s {
		letter, upper := unicode.IsLetter(r), unicode.IsUpper(r)
		if !letter || upper && lower {
			flush()
		}
		if letter && n <= 32 {
			n += utf8.EncodeRune(buf[n:], unicode.ToLower(r))
		}
		lower = letter && !upper
	}
	flush()
}

// trust is up to how many tenths of the page's prose an element's name is believed to be furniture. Readers may write
// more than the reporter, and a footer is one whatever it holds.
func trust(n *html.Node) int {
	if n.DataAtom == atom.Nav || n.DataAtom == atom.Footer {
		return 100
	}
	tenths := 4
	eachWord(attr(n, "class")+" "+attr(n, "id"), func(w []byte) {
		if string(w) == "comments" || string(w) == "disqus" {
			tenths = 9
		}
	})
	return tenths
}

// plain is what a block counts as prose.
func plain(b *block) int {
	if b.chars < 40 || b.links*3 > b.chars {
		return 0
	}
	return b.chars
}
