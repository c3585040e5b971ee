package extract

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// Bounds on the lists of an article.
const (
	maxTags    = 50
	maxTag     = 200  // bytes of one tag or section
	maxSummary = 5000 // bytes
)

// findURL believes a canonical address on the page's own site, unless it sends every article to the home page.
func (p *page) findURL() {
	og, _ := p.survey.meta("og:url")
	for _, c := range []struct{ from, ref string }{{"link rel=canonical", p.canonical()}, {"meta og:url", og}} {
		u := p.absolute(c.ref)
		if u != "" && sameSite(u, p.src.URL) && !toHome(u, p.src.URL) {
			p.article.URL = u
			p.note("url", c.from, u)
			return
		}
	}
}

func (p *page) canonical() string {
	for _, n := range p.survey.links {
		if n.Data == "link" && slices.Contains(strings.Fields(strings.ToLower(attr(n, "rel"))), "canonical") {
			return attr(n, "href")
		}
	}
	return ""
}

// sameSite is SameSite for a page whose address may be unknown.
func sameSite(a, page string) bool { return page == "" || SameSite(a, page) }

// SameSite says whether two addresses belong to one site: the same registrable domain, as the public suffix list draws them, or
// the same host where that knows none.
func SameSite(a, b string) bool { return site(a) != "" && site(a) == site(b) }

func site(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if d, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return d
	}
	return host
}

// toHome says whether a canonical address is the site's root though the page is not.
func toHome(canonical, page string) bool {
	c, err := url.Parse(canonical)
	q, err2 := url.Parse(page)
	if err != nil || err2 != nil || page == "" {
		return false
	}
	return strings.Trim(c.Path, "/") == "" && c.RawQuery == "" && (strings.Trim(q.Path, "/") != "" || q.RawQuery != "")
}

// findPublisher takes the name that the site gives itself.
func (p *page) findPublisher() {
	og, _ := p.survey.meta("og:site_name", "application-name")
	p.article.Publisher = tidy(clip(cmp.Or(p.news.text("publisher"), plainText(og)), maxTag))
}

// findSummary takes the page's description of its article.
func (p *page) findSummary() {
	from, s := "json-ld", p.news.text("description")
	if s == "" {
		v, name := p.survey.meta("og:description", "description", "twitter:description", "dc.description")
		from, s = "meta "+name, plainText(v)
	}
	if s = tidy(clip(s, maxSummary)); s != "" {
		p.article.Summary = s
		p.note("summary", from, s)
	}
}

// header gives a response header's first value.
func (p *page) header(key string) string {
	if v := p.src.Header[key]; len(v) > 0 {
		return v[0]
	}
	return ""
}

func (p *page) findSection() {
	from, s := "json-ld", p.news.text("articleSection")
	if s == "" {
		v, name := p.survey.meta("article:section", "nastooh:topic", "section", "parsely-section")
		from, s = "meta "+name, plainText(v)
	}
	if s = tidy(clip(s, maxTag)); s != "" {
		p.article.Section = s
		p.note("section", from, s)
	}
}

// findTags takes the first source that has any: structured data, article:tag, then the keywords.
func (p *page) findTags() {
	keywords, name := p.survey.meta("news_keywords", "keywords")
	for _, c := range []struct {
		from string
		list []string
	}{
		{"json-ld", stringsOf(p.news["keywords"])},
		{"meta article:tag", p.survey.metaAll("article:tag")},
		{"meta " + name, []string{keywords}},
	} {
		if tags := splitTags(c.list); len(tags) > 0 {
			p.article.Tags = tags
			p.note("tags", c.from, strings.Join(tags, ", "))
			return
		}
	}
}

// splitTags cuts lists that were joined by commas, in any script.
func splitTags(list []string) []string {
	var out []string
	for _, s := range list {
		for _, t := range strings.FieldsFunc(clip(s, maxTags*maxTag), func(r rune) bool { return strings.ContainsRune(",;،؛、，", r) }) {
			t = plainText(t)
			if t != "" && len(t) <= maxTag && len(out) < maxTags && !slices.Contains(out, t) {
				out = append(out, t)
			}
		}
	}
	return out
}
