package extract

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// maxValue bounds what a [Finding] quotes, in bytes.
const maxValue = 300

// page is one page while it is read.
type page struct {
	src       Source
	base      *url.URL // what relative links are resolved against; never nil
	root      *html.Node
	survey    *survey
	ld        []object // every node of the structured data
	news      object   // the one that describes the article; nil if there is none
	article   Article
	stated    []authorSource // who the page says wrote it; kept, since two finders ask
	about     []*block       // the blocks about the headline; nil until they are asked for
	shown     []stamp        // the dates that stand there; likewise
	told      told           // what is known of the article before its body is looked for
	best      *place         // the element whose blocks weigh most
	proposals proposals
	chosen    *candidate
	body      []*block        // the blocks that were chosen for the text
	memory    memory          // of the site
	forgotten map[*block]bool // blocks that were chosen, and left out since the site repeats them
}

// finder fills one or more fields of the article. A finder may use what those before it found.
type finder struct {
	name string
	find func(*page)
}

// finders are asked in this order: what cleans the body (headline, authors, dates) stands before it, what reads it
// (licence, place) after it.
func finders() []finder {
	return []finder{
		{"url", (*page).findURL},
		{"title", (*page).findTitle},
		{"publisher", (*page).findPublisher},
		{"summary", (*page).findSummary},
		{"language", (*page).findLanguage},
		{"dates", (*page).findDates},
		{"authors", (*page).findAuthors},
		{"section", (*page).findSection},
		{"tags", (*page).findTags},
		{"body", (*page).findBody},
		{"dates printed", (*page).findPrinted},
		{"images", (*page).findImages},
		{"license", (*page).findLicense},
		{"site", (*page).forget},
		{"text", (*page).findText},
		{"language of the text", (*page).checkLanguage},
		{"dateline", (*page).findDateline},
		{"rights", (*page).findRights},
		{"notice", (*page).findNotice},
	}
}

// Page reads a page of UTF-8 HTML. Any bytes give an article, be it an empty one: a page that is too deeply nested
// for the parser is read as a plain sequence of paragraphs, and a finding says so.
func Page(htm []byte, src Source) Article {
	p := newPage(htm, src)
	for _, f := range finders() {
		f.find(p)
	}
	p.sortFindings()
	return p.article
}

// sortFindings puts them in the order of the article's fields.
func (p *page) sortFindings() {
	slices.SortStableFunc(p.article.Findings, func(a, b Finding) int {
		return cmp.Compare(fieldRank(a.Field), fieldRank(b.Field))
	})
}

// newPage parses a page and looks at it once.
func newPage(htm []byte, src Source) *page {
	p := &page{src: src, base: baseURL(src.URL), memory: src.Site.memory()}
	p.root = p.parse(htm)
	p.drop()
	p.survey = look(p.root)
	p.setBase()
	p.readLD()
	return p
}

// fieldRank orders findings as [Article] orders its fields.
func fieldRank(field string) int {
	order := []string{"page", "url", "title", "summary", "body", "lead", "authors", "section", "tags", "dateline",
		"published", "updated", "language", "images", "license", "rights", "notice"}
	if i := slices.Index(order, field); i >= 0 {
		return i
	}
	return len(order)
}

// note records where a field was read.
func (p *page) note(field, from, value string) {
	p.article.Findings = append(p.article.Findings, Finding{Field: field, From: clip(from, maxValue), Value: clip(value, maxValue)})
}

// clip shortens to at most n bytes without cutting a character.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

func baseURL(s string) *url.URL {
	u, err := url.Parse(s)
	if err != nil {
		return &url.URL{}
	}
	return u
}

// setBase honours the page's own <base href>, which moves every relative link.
func (p *page) setBase() {
	if p.survey.base == "" {
		return
	}
	if u, err := p.base.Parse(p.survey.base); err == nil {
		p.base = u
	}
}

// absolute resolves a link; it is empty unless the result is http or https.
func (p *page) absolute(ref string) string {
	ref = strings.TrimSpace(ref)
	if ref == "" || len(ref) > 4096 {
		return ""
	}
	u, err := p.base.Parse(ref)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return u.String()
}
