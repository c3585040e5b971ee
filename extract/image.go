package extract

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

const maxImages = 30

// findImages lists the lead image first, then the captioned pictures inside the text.
func (p *page) findImages() {
	for _, o := range p.news.nodes("image") {
		u := o.text("url")
		if u == "" {
			u = o.text("contentUrl")
		}
		if u == "" {
			u = o.text("name") // a bare address
		}
		p.addImage("json-ld", Image{URL: u, Caption: o.text("caption"), Credit: o.text("creditText")})
	}
	if og, name := p.survey.meta("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"); og != "" {
		p.addImage("meta "+name, Image{URL: og})
	}
	for _, n := range p.survey.images {
		if f := figureOf(n); f != nil && (attr(n, "itemprop") == "image" || captionOf(f) != "") && p.nearBody(f) {
			p.addImage("figure", figureImage(n, f))
		}
	}
}

// addImage keeps an image once. A caption found later is given to it.
func (p *page) addImage(from string, img Image) {
	img.URL = p.absolute(img.URL)
	if img.URL == "" {
		return
	}
	img.Caption, img.Credit = tidy(clip(img.Caption, 2000)), tidy(clip(img.Credit, 500))
	if _, name := splitCredit(img.Credit); name != "" {
		img.Credit = name
	} else if img.Credit == "" {
		img.Caption, img.Credit = splitCredit(img.Caption)
	}
	for i := range p.article.Images {
		if known := &p.article.Images[i]; sameImage(known.URL, img.URL) {
			if known.Caption == "" {
				known.Caption = img.Caption
			}
			if known.Credit == "" {
				known.Credit = img.Credit
			}
			return
		}
	}
	if len(p.article.Images) < maxImages {
		p.article.Images = append(p.article.Images, img)
		p.note("images", from, img.URL)
	}
}

// sameImage compares without the query, which only asks for another size.
func sameImage(a, b string) bool {
	a, _, _ = strings.Cut(a, "?")
	b, _, _ = strings.Cut(b, "?")
	return a == b
}

func figureOf(n *html.Node) *html.Node {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.DataAtom == atom.Figure {
			return p
		}
	}
	return nil
}

func captionOf(figure *html.Node) string {
	var found string
	eachElement(figure, func(n *html.Node) {
		if n.DataAtom == atom.Figcaption && found == "" {
			found = textOf(n)
		}
	})
	return found
}

// creditTail is the credit at the end of a caption: "Photo: A. Maker", "(Foto: dpa)", "© Haven".
var creditTail = regexp.MustCompile(`(?i)(^|[\s(|/–—-])\(?(?:(?:photo(?:graph(?:er|ed)?|s)?|foto(?:s|grafía)?|bild(?:er|quelle)?|images?|picture|credit|crédits?|quelle|fuente|fonte|фото|источник|عکس|عكس|تصویر|صورة|写真|图|사진)(?:[ -](?:credit|by|courtesy of|source|de|von|di))?\s*[:：]|(?:photo|foto|image|picture|photographed) (?:by|von|de|courtesy of)\s|©)\s*([^:：()]{2,80}?)\)?\.?$`)

// splitCredit takes the credit off the end of a caption.
func splitCredit(caption string) (rest, credit string) {
	m := creditTail.FindStringSubmatchIndex(caption)
	if m == nil {
		return caption, ""
	}
	return strings.TrimRight(caption[:m[2]], " (|/–—-"), strings.TrimSpace(caption[m[4]:m[5]])
}

// figureImage reads a figure: its caption, and the part of it that is the credit.
func figureImage(img, figure *html.Node) Image {
	out := Image{URL: attr(img, "src"), Caption: captionOf(figure)}
	if lazy := attr(img, "data-src"); out.URL == "" || strings.HasPrefix(out.URL, "data:") {
		out.URL = lazy
	}
	eachElement(figure, func(n *html.Node) {
		if out.Credit == "" && creditName(n) {
			out.Credit = textOf(n)
		}
	})
	if rest := strings.TrimSuffix(out.Caption, out.Credit); out.Credit != "" && rest != "" {
		out.Caption = strings.TrimSpace(rest)
	}
	return out
}

func creditName(n *html.Node) bool {
	found := false
	eachWord(attr(n, "class")+" "+attr(n, "itemprop"), func(w string) {
		switch w {
		case "credit", "credits", "copyright", "photographer", "copyrightholder", "source":
			found = true
		}
	})
	return found
}

func eachElement(n *html.Node, f func(*html.Node)) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode {
			f(c)
			eachElement(c, f)
		}
	}
}

// nearBody says whether a figure stands in an article, main or the element of a chosen block: pictures elsewhere
// belong to teasers.
func (p *page) nearBody(figure *html.Node) bool {
	if within(figure, atom.Aside, atom.Nav, atom.Footer) {
		return false
	}
	if within(figure, atom.Article, atom.Main) {
		return true
	}
	if len(p.body) == 0 {
		return false
	}
	around := p.body[0].node.Parent
	return around != nil && inside(figure, around)
}
