package extract

import (
	"regexp"
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
	g := p.granter()
	g.linkHeader()
	for _, n := range p.survey.terms {
		g.link(n)
	}
	for _, o := range append([]object{p.news}, p.pageNodes()...) {
		for _, key := range []string{"license", "copyrightNotice", "usageInfo"} {
			g.add(LicenseFrom(o.text(key), "json-ld"), "page", 0)
		}
	}
	for _, name := range []string{"license", "dcterms.license", "dc.rights.license", "dc.license", "dcterms.rights", "dc.rights", "copyright", "rights", "og:license", "cc:license"} {
		for _, v := range p.survey.metaAll(name) {
			g.add(LicenseFrom(v, "meta"), "page", 0)
		}
	}
	g.sentences()
	p.findReserved()
	p.findCredits()
	p.signOff()
	p.verdict(g.found)
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

// granter collects the licences of a page.
type granter struct {
	page  *page
	site  []string // the site's names, their letters alone
	at    map[*block]int
	text  map[*html.Node][]*block
	heard map[string]hearing // by statement: a page may put ten thousand links into one
	found []*License
}

// hearing is what the words of a statement say by themselves, wherever they stand.
type hearing struct {
	opens, denied, states bool
	subject               subject
}

func (g *granter) read(statement string) hearing {
	r, ok := g.heard[statement]
	if !ok {
		r = hearing{opens(statement), denied(statement), states(statement), subjectOf(statement, g.site)}
		g.heard[statement] = r
	}
	return r
}

func (p *page) granter() *granter {
	g := &granter{page: p, at: map[*block]int{}, text: map[*html.Node][]*block{}, heard: map[string]hearing{}}
	for _, n := range p.siteNames() {
		g.site = append(g.site, letters(n))
	}
	for i, b := range p.body {
		g.at[b] = i
	}
	if len(p.survey.terms) > 0 {
		for _, b := range p.survey.blocks {
			g.text[b.node] = append(g.text[b.node], b)
		}
	}
	return g
}

// add keeps a licence with the scope that its place gives it, unless its own words say otherwise. Less is what its
// confidence loses by where it stands.
func (g *granter) add(l *License, scope string, less float64) {
	if l == nil {
		return
	}
	l.Scope = scope
	if s := wordedScope(l.Statement); s != "" {
		l.Scope = s
	}
	l.Confidence = round2(l.Confidence - less)
	g.found = append(g.found, l)
}

// linkHeader reads the HTTP header Link (RFC 8288) with rel=license (RFC 4946).
func (g *granter) linkHeader() {
	for _, link := range g.page.headerLinks() {
		if strings.Contains(strings.ToLower(link), "license") && !strings.Contains(link, rslType) {
			if l := fromAddress(strings.NewReplacer("<", " ", ">", " ").Replace(link)); l != nil {
				g.add(l.read("page-link"), "page", 0)
			}
		}
	}
}

// link reads a link to a licence, and judges by its place and its sentence whether it speaks of the article.
func (g *granter) link(n *html.Node) {
	l := fromHref(attr(n, "href"))
	if l == nil {
		l = fromBadge(n)
	}
	if l == nil || aboutElse(n, g.page.src.URL) || concealed(n) {
		return
	}
	rel := slices.Contains(strings.Fields(strings.ToLower(attr(n, "rel"))), "license")
	where := g.zoneOf(n)
	statement, blk := g.statement(n)
	if !g.believes(rel, where, statement, n) {
		return
	}
	l.read("page-link").Holder = holderOf(statement)
	if g.read(statement).states {
		l.Statement = statement
	}
	less := 0.0
	if !rel && l.Statement == "" {
		less = 0.15
	}
	scope := "site"
	if where == inHead || where == atEnd || where == inText {
		scope = "page"
	}
	g.add(l, scope, less)
	if _, is := g.at[blk]; is && l.Statement != "" {
		g.page.cut(blk, collapse(strings.Replace(blk.text, statement, "", 1)))
	}
}

// believes weighs a link's place against its words.
func (g *granter) believes(rel bool, where zone, statement string, n *html.Node) bool {
	if where == inMedia || where == inText && !rel {
		return false
	}
	said := g.read(statement)
	if where <= atEnd && !said.opens || said.denied {
		return false
	}
	switch said.subject {
	case ofOthers:
		return false
	case ofOwn:
		return true
	case ofUnknown:
		return rel && (where == inTerms || where == inHead) || said.states && (rel || where == inTerms && termsNamed(n))
	}
	switch where {
	case inTerms, inHead, inSide:
		return true
	default:
		return rel
	}
}

// statement is the sentence that a link stands in, and its block. A badge has no words of its own: it speaks with all
// that its block says.
func (g *granter) statement(n *html.Node) (string, *block) {
	said := textOf(n)
	e := n
	for e != nil && !isBlock(e.DataAtom) {
		e = e.Parent
	}
	blocks := g.text[e]
	if said == "" {
		var all []string
		for _, b := range blocks {
			all = append(all, b.text)
		}
		whole := clip(strings.Join(all, " "), 2000)
		for _, s := range segments(whole) {
			if states(s) {
				return s, nil
			}
		}
		return clip(whole, 200), nil
	}
	for _, b := range blocks {
		before := ""
		for _, s := range segments(clip(b.text, 5000)) {
			if !strings.Contains(s, said) {
				before = lately(before, s)
				continue
			}
			if belongs(s, before) {
				return before + " " + s, b
			}
			return s, b
		}
	}
	return said, nil
}

// maxTerms bounds how much of a block is read for licences, in bytes: terms are short, and a block may be a page.
const maxTerms = 20_000

// lately is the end of what was said in a line so far.
func lately(before, s string) string {
	before += " " + s
	if len(before) > 300 {
		before = strings.ToValidUTF8(before[len(before)-300:], "")
	}
	return before
}

// made are the words that a template's maker signs with.
var made = regexp.MustCompile(`\b(?:themes?|templates?|design(?:e?d)?|layout|icons?|fonts?)(?: is)?(?: by|:| von| de| par)`)

// belongs says whether a bare name of a licence continues what stands before it in its line: "Theme by X • Licence:
// CC BY" speaks of the theme.
func belongs(s, before string) bool {
	return weigh(s) < 60 && made.MatchString(fold(before)) && subjectOf(s, nil) == ofNothing && !copyrightLine.MatchString(fold(s))
}

// fromBadge reads the licence that a linked badge shows, where the link itself leads to the site's own terms.
func fromBadge(a *html.Node) *License {
	for c := a.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom == atom.Img {
			return fromHref(attr(c, "src"))
		}
	}
	if said := textOf(a); len(said) < 120 && slices.Contains(strings.Fields(strings.ToLower(attr(a, "rel"))), "license") {
		return named(said)
	}
	return nil
}

// sentences reads grants in words: at the end of the text, or outside of it. The sentence leaves the text.
func (g *granter) sentences() {
	for _, b := range append(slices.Clip(g.page.survey.blocks), g.page.foreign()...) {
		at, body := g.at[b]
		if b.node == nil || !mentions(b.text) || body && at < len(g.page.body)-tail && !alone(b) {
			continue
		}
		where := g.zoneOf(b.node)
		if where == inMedia || aboutElse(b.node, g.page.src.URL) || concealed(b.node) {
			continue
		}
		if body {
			where = atEnd
		}
		if where != inText || b.chars < 600 {
			g.block(b, where, body)
		}
	}
}

// alone says whether a block is nothing but a site's terms: such a line is no prose, wherever it stands.
func alone(b *block) bool {
	return b.chars < 250 && len(segments(b.text)) == 1 && states(b.text) && wordedScope(b.text) == "site" && opens(b.text)
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

// block reads a block's licence sentences and takes them out of the text.
func (g *granter) block(b *block, where zone, ofText bool) {
	left, before := b.text, ""
	parts := segments(clip(b.text, maxTerms))
	for i, s := range parts {
		if l, less := g.sentence(s, withCondition(parts, i), before, where, b); l != nil {
			l.Statement, l.Holder = s, holderOf(s)
			scope := "site"
			if where == atEnd {
				scope = "page"
			}
			g.add(l.read("page-text"), scope, less)
			left = strings.Replace(left, s, "", 1)
		}
		before = lately(before, s)
	}
	if left != b.text && ofText {
		g.page.cut(b, collapse(left))
	}
}

// sentence reads one statement. Less is what it loses in confidence.
func (g *granter) sentence(s, whole, before string, where zone, b *block) (l *License, less float64) {
	if !mentions(s) || belongs(s, before) || denied(s) {
		return nil, 0
	}
	is, granted := subjectOf(s, g.site), states(s)
	switch {
	case is == ofOthers || is == ofUnknown || where == atEnd && !opens(s):
		return nil, 0
	case granted:
	case where == inTerms: // the licence's name in a copyright line
		less = 0.15
	default:
		return nil, 0
	}
	if l = fromSentence(whole); l == nil {
		l = fromID(whole)
	}
	if l == nil && granted {
		l = g.page.linked(b) // "under a Creative Commons licence", where the link says which
	}
	return l, less
}

// leading is the exception that a statement begins with: "Unless otherwise noted, …".
var leading = regexp.MustCompile(`^(?:sofern|soweit|falls|wenn|except|unless|if|salvo|sauf|exceto|se non)\b[^,]{0,60},\s*`)

// opens says whether a statement begins with its subject or says "this" or "all": news that tells of somebody's licence
// comes to it later.
func opens(s string) bool {
	f := leading.ReplaceAllString(exceptions.ReplaceAllString(fold(s), ""), "")
	early := func(at []int, most int) bool { return at != nil && at[0] < most }
	own := ownWords.FindStringIndex(f)
	return own == nil || early(own, 16) || early(siteWords.FindStringIndex(f), 24) || early(pageWords.FindStringIndex(f), 24)
}

// linked reads the licence that a link inside the block names.
func (p *page) linked(b *block) *License {
	for _, n := range p.survey.terms {
		if inside(n, b.node) {
			if l := fromHref(attr(n, "href")); l != nil {
				return l
			}
		}
	}
	return nil
}

// cut leaves what remains of a block when its licence sentence is gone; a scrap is no paragraph.
func (p *page) cut(b *block, left string) {
	i := slices.Index(p.body, b)
	if i < 0 {
		return
	}
	p.body = slices.Clone(p.body)
	if weigh(left)*5 < b.chars {
		p.body = slices.Delete(p.body, i, i+1)
		return
	}
	rest := *b
	rest.text, rest.chars = left, weigh(left)
	p.body[i] = &rest
}
