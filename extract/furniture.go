package extract

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// furnitureWords are the names that themes, in any language, give to what stands beside an article.
const furnitureWords = `
	related recommended recommendation recommendations teaser teasers promo promotion sidebar widget widgets
	share sharing shares social newsletter subscribe subscription signup comment comments disqus
	advert advertisement advertising ad ads banner sponsor sponsored outbrain taboola
	breadcrumb breadcrumbs menu nav navigation navbar footer byline author authors bio tags tag tagged keywords
	caption captions credit credits copyright cookie cookies consent popup modal paywall print tools toolbar
	meta metadata timestamp dateline pagination pager more trending popular mostread
	jump skip login register gallery slideshow carousel player poll rating donate follow followers
	legal disclaimer notice infobox`

// leadWords are the names that themes give to the paragraph that opens a story.
const leadWords = `
	lead lede intro introtext summary standfirst chapo vorspann teasertext deck dek abstract sapo entradilla ingress manchet
	subtitle subheadline sommario bajada`

// postWords are the names of the elements that networks give out to embed their posts.
const postWords = `tweet bluesky mastodon`

// knownNames gives the words that need not be learned.
func knownNames() map[string]name {
	m := map[string]name{}
	for _, w := range strings.Fields(furnitureWords) {
		m[w] = name{furniture: true, talk: w == "comments" || w == "disqus"}
	}
	for _, w := range strings.Fields(leadWords) {
		m[w] = name{furniture: m[w].furniture, lead: true}
	}
	for _, w := range strings.Fields(postWords) {
		n := m[w]
		n.post = true
		m[w] = n
	}
	return m
}

// furniture says whether an element is, by its tag, one that stands beside an article; sure says that its names need
// not be asked.
func furnitureTag(n *html.Node) (is, sure bool) {
	switch n.DataAtom {
	case atom.Nav, atom.Aside, atom.Footer, atom.Form, atom.Figcaption, atom.Address, atom.Figure:
		return true, true
	case atom.Header:
		return !within(n, atom.Article, atom.Main), true
	case atom.Body, atom.Html, atom.Article, atom.Main, atom.P, atom.H1:
		return false, true
	}
	return false, false
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

// discussion knows the names that themes give to readers' comments.
func discussion(w string) bool {
	switch w {
	case "comment", "comments", "commentlist", "kommentar", "kommentare", "comentarios", "commentaires", "commenti", "yorumlar", "respond", "disqus", "نظرات", "التعليقات":
		return true
	}
	return false
}

// eachClass gives the words of an element's class and id.
func eachClass(n *html.Node, f func(word string)) {
	for _, a := range n.Attr {
		if a.Key == "class" || a.Key == "id" {
			eachWord(a.Val, f)
		}
	}
}

// eachWord splits names at everything that is no letter and at camel case, in lower case. Words over 32 bytes are
// no names; only the first 1,000 bytes count, since utility classes can fill pages.
func eachWord(s string, f func(word string)) {
	s = clip(s, 1000)
	start, lower, capital := -1, false, false // where the word began, whether its last letter is small, whether any is not
	flush := func(end int) {
		if start >= 0 && end-start <= 32 {
			word := s[start:end]
			if capital {
				word = strings.ToLower(word)
			}
			f(word)
		}
		start, capital = -1, false
	}
	for i, r := range s {
		small := r >= 'a' && r <= 'z' || r >= 0x80 && unicode.IsLetter(r) && !unicode.IsUpper(r)
		large := r >= 'A' && r <= 'Z' || r >= 0x80 && unicode.IsUpper(r)
		if !small && !large || large && lower {
			flush(i)
		}
		if (small || large) && start < 0 {
			start = i
		}
		capital = capital || large
		lower = small
	}
	flush(len(s))
}

// plain is what a block counts as prose.
func plain(b *block) int {
	if b.chars < 40 || b.links*3 > b.chars {
		return 0
	}
	return b.chars
}
