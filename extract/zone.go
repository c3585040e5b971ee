package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// zone is where on a page a statement stands.
type zone uint8

const (
	inText  zone = iota // running text, or nowhere in particular
	atEnd               // the last paragraphs of the text
	inTerms             // where a page prints its terms: a footer, or what is named after them
	inSide              // a column beside the article
	inMedia             // at a picture, a comment or a teaser: speaks of that alone
	inHead              // the document's head
)

// aboutElse says whether RDFa or microdata set the link's subject to something other than the page.
func aboutElse(n *html.Node, address string) bool {
	for e := n; e != nil; e = e.Parent {
		for _, key := range []string{"about", "resource"} {
			if v := attr(e, key); v != "" && e.DataAtom != atom.A {
				return v != address && !strings.HasPrefix(v, "#") && site(v) != ""
			}
		}
		if t := attr(e, "itemtype"); strings.Contains(t, "ImageObject") || strings.Contains(t, "VideoObject") || strings.Contains(t, "Person") || strings.Contains(t, "Dataset") {
			return true
		}
	}
	return false
}

// zoneOf walks up from an element to what it stands in.
func (g *granter) zoneOf(n *html.Node) zone {
	where, footer := inText, false
	for e := n; e != nil; e = e.Parent {
		switch e.DataAtom {
		case atom.Figure, atom.Figcaption:
			return inMedia
		case atom.Head:
			return inHead
		case atom.Aside:
			if where == inText {
				where = inSide
			}
			continue
		case atom.Footer:
			if where == inText || where == inSide {
				where = inTerms
			}
			footer = true
		case atom.Body, atom.Main, atom.Html: // themes name their wrappers after anything
			continue
		case atom.A: // a link's own class names its looks
			continue
		}
		eachClass(e, func(w string) {
			switch {
			case discussion(w):
				where = max(where, inMedia)
			case termsWord(w) && (where == inText || where == inSide):
				where = inTerms
			}
			switch w {
			case "caption", "credit", "related", "gallery", "teaser", "teasers", "lightbox":
				where = max(where, inMedia)
			case "footer", "colophon", "imprint":
				if where == inText || where == inSide {
					where = inTerms
				}
			case "widget", "sidebar", "side", "textwidget":
				if where == inText {
					where = inSide
				}
			}
		})
		if where == inMedia {
			return where
		}
	}
	if where != inSide && !footer && atPicture(n) {
		return inMedia
	}
	if where == inText && g.last(n) {
		return inTerms
	}
	if where == inText && g.ends(n) {
		return atEnd
	}
	return where
}

// last says whether an element stands in one of the page's last lines, where a footer is that is not marked as one.
func (g *granter) last(n *html.Node) bool {
	blocks := g.page.survey.blocks
	for _, b := range blocks[max(0, len(blocks)-8):] {
		if _, body := g.at[b]; !body && inside(n, b.node) && b.node.DataAtom != atom.Body {
			return true
		}
	}
	return false
}

// ends says whether an element stands behind all but the last paragraphs of the text, and not in one of the others.
func (g *granter) ends(n *html.Node) bool {
	body := g.page.body
	if len(body) == 0 {
		return true
	}
	for _, b := range body[:max(0, len(body)-tail)] {
		if inside(n, b.node) {
			return false
		}
	}
	return true
}

// atPicture says whether a short run of text around an element holds a picture that is no badge: then its licence is
// the picture's.
func atPicture(n *html.Node) bool {
	e := n
	for range 4 {
		if e.Parent == nil || e.Parent.DataAtom == atom.Body {
			return false
		}
		if e = e.Parent; len(textOf(e)) > 250 {
			return false
		}
		picture := false
		eachElement(e, func(c *html.Node) {
			if c.DataAtom == atom.Img && !isBadge(c) && !inside(c, n) {
				picture = true
			}
		})
		if picture {
			return true
		}
	}
	return false
}

// isBadge knows the pictures of Creative Commons and of other licences.
func isBadge(img *html.Node) bool {
	said := strings.ToLower(attr(img, "src") + " " + attr(img, "alt") + " " + attr(img, "title"))
	for _, s := range []string{"creativecommons", "creative commons", "licensebuttons", "88x31", "80x15", "license", "lizenz", "licence", "cc-by", "cc_by", "/cc"} {
		if strings.Contains(said, s) {
			return true
		}
	}
	return false
}

// termsNamed says whether an element stands in something that is named after a licence, not merely in a footer.
func termsNamed(n *html.Node) bool {
	for e := n.Parent; e != nil && e.DataAtom != atom.Body; e = e.Parent {
		named := false
		eachClass(e, func(w string) { named = named || termsWord(w) })
		if named {
			return true
		}
	}
	return false
}

// termsWord knows the names that themes give to a page's terms.
func termsWord(w string) bool {
	switch w {
	case "copyright", "license", "licence", "lizenz", "licencia", "creativecommons", "rights":
		return true
	}
	return false
}
