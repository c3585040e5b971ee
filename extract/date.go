package extract

import (
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"dateline/extract/calendar"
)

// findDates takes publication and revision from the first source that gives a date that can be.
func (p *page) findDates() {
	p.article.Published = p.firstDate("published", p.publishedSources())
	p.article.Updated = p.firstDate("updated", p.updatedSources())
	p.outvote()
	p.orderDates()
}

// orderDates drops a revision before the publication: it is a template's, not this article's.
func (p *page) orderDates() {
	if p.article.Updated.Before(p.article.Published) && !p.article.Updated.IsZero() {
		p.article.Updated = time.Time{}
		p.article.Findings = slices.DeleteFunc(p.article.Findings, func(f Finding) bool { return f.Field == "updated" })
	}
}

// stamp is a date as a source prints it.
type stamp struct{ from, value string }

// firstDate takes the first source that gives a date that can be. One in the lunar calendar is off by a day at times,
// so it is asked only where no source gives another.
func (p *page) firstDate(field string, sources []stamp) time.Time {
	for _, read := range []calendar.Form{calendar.Exact, calendar.Lunar} {
		for _, s := range sources {
			if t, ok := read(calendar.Digits(clip(s.value, maxDateText)), p.src.Zone); ok && p.plausible(t) {
				p.note(field, s.from, s.value)
				return p.local(t, s.value)
			}
		}
	}
	return time.Time{}
}

// plausible says whether an article can bear the date: a page is not fetched before it was published. A day is given
// for clocks and zones that are wrong.
func (p *page) plausible(t time.Time) bool {
	return t.Year() >= calendar.Earliest && (p.src.Fetched.IsZero() || !t.After(p.src.Fetched.Add(24*time.Hour)))
}

func (p *page) publishedSources() []stamp {
	var out []stamp
	for _, n := range p.match(p.src.Rules.Date) {
		out = append(out, nodeStamp("rule "+p.src.Rules.Date, n))
	}
	for _, key := range []string{"datePublished", "dateCreated", "uploadDate"} {
		out = append(out, stamp{"json-ld " + key, p.news.text(key)})
	}
	out = append(out, stamp{"json-ld WebPage", p.webPage().text("datePublished")})
	out = p.metaStamps(out, "article:published_time", "datepublished", "og:article:published_time", "nastooh:publishdate",
		"article.published", "parsely-pub-date", "sailthru.date", "publishdate", "publish-date", "pubdate", "dcterms.issued",
		"dc.date.issued", "article:published", "publication_date")
	return append(out, p.timeStamps("datePublished")...)
}

// vagueSources are the meta elements that some systems fill with the day of the last change, or of the page's making.
func (p *page) vagueSources() []stamp {
	return p.metaStamps(nil, "date", "dc.date", "datecreated", "dcterms.created", "dcterms.date")
}

func (p *page) metaStamps(out []stamp, names ...string) []stamp {
	for _, name := range names {
		for _, v := range p.survey.metaAll(name) {
			out = append(out, stamp{"meta " + name, v})
		}
	}
	return out
}

// webPage is the node that describes the page itself; some templates date only that.
func (p *page) webPage() object {
	for _, o := range p.ld {
		for _, t := range stringsOf(o["@type"]) {
			if strings.HasSuffix(t, "WebPage") || strings.HasSuffix(t, "ItemPage") {
				return o
			}
		}
	}
	return nil
}

func (p *page) updatedSources() []stamp {
	out := []stamp{{"json-ld dateModified", p.news.text("dateModified")}}
	out = p.metaStamps(out, "article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "last-modified", "lastmod")
	for _, n := range p.survey.times {
		if attr(n, "itemprop") == "dateModified" {
			out = append(out, nodeStamp("itemprop dateModified", n))
		}
	}
	return out
}

// timeStamps are the dates that stand on the page: the marked ones first, then the time elements outside of teasers.
func (p *page) timeStamps(prop string) []stamp {
	var marked, plain []stamp
	for _, n := range p.survey.times {
		switch {
		case attr(n, "itemprop") == prop:
			marked = append(marked, nodeStamp("itemprop "+prop, n))
		case n.DataAtom == atom.Time && attr(n, "itemprop") == "" && !otherDate(n) && !within(n, atom.Aside, atom.Nav, atom.Footer) && (!within(n, atom.Li) || p.nearTitle(n)):
			plain = append(plain, nodeStamp("time", n))
		}
	}
	return append(marked, plain...)
}

// nodeStamp reads an element's machine-readable date, else its text.
func nodeStamp(from string, n *html.Node) stamp {
	for _, key := range []string{"datetime", "content"} {
		if v := attr(n, key); v != "" {
			return stamp{from, v}
		}
	}
	return stamp{from, textOf(n)}
}

// Printed says whether a time is in a zone that its page stated. Otherwise the zone is the configuration's, or was inferred
// from the day that the page shows.
func Printed(t time.Time) bool {
	name := t.Location().String()
	return name != dayShown && !strings.Contains(name, "/")
}
