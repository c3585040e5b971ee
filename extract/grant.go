package extract

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// tail is how many of the last paragraphs of a text may hold its licence line: running prose about licences is no
// grant.
const tail = 3

// findLicense collects what the page states, from the strongest evidence to the weakest, and judges it together.
func (p *page) findLicense() {
	var found []*License
	found = append(found, p.linkLicenses()...)
	for _, o := range append([]object{p.news}, p.pageNodes()...) {
		for _, key := range []string{"license", "copyrightNotice"} {
			found = append(found, LicenseFrom(o.text(key), "json-ld"))
		}
	}
	for _, name := range []string{"license", "dcterms.license", "dc.rights.license", "dcterms.rights", "dc.rights", "copyright", "rights", "og:license", "cc:license"} {
		for _, v := range p.survey.metaAll(name) {
			found = append(found, LicenseFrom(v, "meta"))
		}
	}
	found = append(found, p.sentenceLicenses()...)
	found = slices.DeleteFunc(found, func(l *License) bool { return l == nil })
	if l := settle(found); l != nil {
		if l.Holder == "" {
			l.Holder = p.news.text("copyrightHolder")
		}
		p.article.License = l
		p.note("license", l.Evidence, strings.TrimSpace(l.SPDX+" "+l.Statement))
	}
}

// pageNodes are the nodes of the structured data that speak of the page as a whole.
func (p *page) pageNodes() []object {
	var out []object
	for _, o := range p.ld {
		if slices.Contains(stringsOf(o["@type"]), "WebPage") {
			out = append(out, o)
		}
	}
	return out
}

// linkLicenses reads links: those with rel=license anywhere but beside a picture or a comment, and those without it
// where a page prints its terms.
func (p *page) linkLicenses() []*License {
	var found []*License
	for _, v := range p.src.Header["Link"] {
		for _, part := range strings.Split(v, ",") {
			if strings.Contains(strings.ToLower(part), "license") && !strings.Contains(part, "rsl+xml") {
				found = append(found, LicenseFrom(strings.ReplaceAll(part, ">", " "), "page-link"))
			}
		}
	}
	for _, n := range p.survey.links {
		href := attr(n, "href")
		rel := slices.Contains(strings.Fields(strings.ToLower(attr(n, "rel"))), "license")
		if apart(n) || !rel && !termsPlace(n) {
			continue
		}
		if l := fromAddress(strings.TrimSpace(href)); l != nil {
			l.Evidence, l.Status = "page-link", "verified"
			found = append(found, l)
		}
	}
	return found
}

// apart says whether an element speaks of a picture, a comment or something else beside the article.
func apart(n *html.Node) bool {
	for e := n; e != nil; e = e.Parent {
		switch e.DataAtom {
		case atom.Figure, atom.Figcaption, atom.Aside:
			return true
		case atom.Body, atom.Article, atom.Main:
			continue // themes name their wrappers after anything
		}
		found := false
		eachWord(attr(e, "class")+" "+attr(e, "id"), func(w []byte) {
			switch string(w) {
			case "caption", "comment", "comments", "credit", "widget", "sidebar", "related", "gallery", "teaser":
				found = true
			}
		})
		if found {
			return true
		}
	}
	return false
}

// termsPlace says whether an element stands where a page prints its terms: a footer, or what is named after them.
func termsPlace(n *html.Node) bool {
	for e := n.Parent; e != nil && e.DataAtom != atom.Body; e = e.Parent {
		if e.DataAtom == atom.Footer {
			return true
		}
		found := false
		eachWord(attr(e, "class")+" "+attr(e, "id"), func(w []byte) {
			switch string(w) {
			case "footer", "copyright", "license", "licence", "lizenz", "licencia", "creativecommons", "cc", "rights":
				found = true
			}
		})
		if found {
			return true
		}
	}
	return false
}

// sentenceLicenses reads grants in words: at the end of the text, or outside of it. The sentence leaves the text.
func (p *page) sentenceLicenses() []*License {
	position := map[*block]int{}
	for i, b := range p.body {
		position[b] = i
	}
	var found []*License
	for _, b := range append(p.survey.blocks, p.foreign()...) {
		at, inBody := position[b]
		if b.node == nil || !mentions(b.text) || apart(b.node) || inBody && at < len(p.body)-tail {
			continue
		}
		if inBody || termsPlace(b.node) || b.chars < 600 {
			found = append(found, p.grant(b, inBody)...)
		}
	}
	return found
}

// mentions is the cheap question before the dear ones: whether a text can name Creative Commons at all.
func mentions(text string) bool {
	for _, s := range []string{"ommons", "OMMONS", "CC", "Cc", "cc by", "cc-by", "оммонс", "کامن", "كامن", "المشاع", "知识共享", "創用", "クリエイティブ"} {
		if strings.Contains(text, s) {
			return true
		}
	}
	return false
}

// foreign are the body's blocks that are not the page's: those of the feed or of structured data.
func (p *page) foreign() []*block {
	if p.article.BodyFrom == "feed" || p.article.BodyFrom == "json-ld" {
		own := map[*block]bool{}
		for _, b := range p.survey.blocks {
			own[b] = true
		}
		return slices.DeleteFunc(slices.Clone(p.body), func(b *block) bool { return own[b] })
	}
	return nil
}

// grant reads a block's licence sentences and takes them out of the text.
func (p *page) grant(b *block, inBody bool) []*License {
	if !commons.MatchString(fold(b.text)) {
		return nil
	}
	var found []*License
	left := b.text
	for _, s := range sentencesOf(b.text) {
		if !states(s) {
			continue
		}
		l := LicenseFrom(s, "page-text")
		if l == nil {
			l = p.linkedLicense(b) // "under a Creative Commons licence", where the link says which
		}
		if l != nil {
			l.Statement, l.Holder = s, holderOf(s)
			found = append(found, l)
			left = strings.Replace(left, s, "", 1)
		}
	}
	if len(found) > 0 && inBody {
		p.cut(b, collapse(left))
	}
	return found
}

// linkedLicense reads the licence that a link inside the block names.
func (p *page) linkedLicense(b *block) *License {
	for _, n := range p.survey.links {
		if inside(n, b.node) {
			if l := fromAddress(attr(n, "href")); l != nil {
				l.Evidence, l.Status = "page-text", "verified"
				return l
			}
		}
	}
	return nil
}

// cut leaves what remains of a block when its licence sentence is gone; a scrap is no paragraph.
func (p *page) cut(b *block, left string) {
	i := slices.Index(p.body, b)
	if weigh(left)*5 < b.chars {
		p.body = slices.Delete(slices.Clone(p.body), i, i+1)
		return
	}
	rest := *b
	rest.text, rest.chars = left, weigh(left)
	p.body = slices.Clone(p.body)
	p.body[i] = &rest
}

// settle makes one verdict of all that was stated. The first evidence leads, what it lacks is taken from the others;
// where they contradict each other, the most restrictive stands and the status says so.
func settle(found []*License) *License {
	if len(found) == 0 {
		return nil
	}
	best := *found[0]
	for _, l := range found[1:] {
		a, av, _, _ := row(best.SPDX)
		b, bv, _, _ := row(l.SPDX)
		switch {
		case a.spdx == b.spdx && a.name == b.name && (av == bv || bv == "" || av == ""):
			fill(&best, l, av == "" && bv != "")
		case b.rank > a.rank:
			best = *l
			best.Status = "conflict"
		default:
			best.Status = "conflict"
		}
	}
	return &best
}

// fill takes over what the leading evidence does not say.
func fill(best, l *License, version bool) {
	if version {
		best.SPDX, best.URL = l.SPDX, l.URL
	}
	if best.Statement == "" {
		best.Statement = l.Statement
	}
	if best.Holder == "" {
		best.Holder = l.Holder
	}
}
