package extract

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"dateline/extract/calendar"
)

// findPrinted looks for the date of publication on the page itself, where nothing states it for machines: what is named
// a date, then what is printed about the text, then the day in the page's address. A date that the address confirms is
// preferred, since pages print the dates of other articles too.
func (p *page) findPrinted() {
	if !p.article.Published.IsZero() {
		return
	}
	day, inURL := addressDay(p.src.URL)
	at, first := p.printed(calendar.Exact, day)
	if first == nil {
		at, first = p.printed(calendar.Lunar, day)
	}
	vague, vagueStamp := p.vague()
	switch {
	case !vague.IsZero() && (first == nil || !first.named() || vague.Format(time.DateOnly) == at.Format(time.DateOnly)):
		p.setPublished(vague, vagueStamp)
	case first != nil:
		p.setPublished(at, *first)
	case inURL && p.plausible(day):
		p.setPublished(day, stamp{"url", p.src.URL})
	}
}

// printed is the first date printed that is the given day; no day means any.
func (p *page) printed(read calendar.Form, day time.Time) (time.Time, *stamp) {
	for _, s := range p.printedStamps() {
		t, ok := p.dateAs(s.value, read)
		if ok && (day.IsZero() || t.Format(time.DateOnly) == day.Format(time.DateOnly)) {
			return t, &s
		}
	}
	return time.Time{}, nil
}

// setPublished replaces what was found before.
func (p *page) setPublished(t time.Time, s stamp) {
	p.article.Findings = slices.DeleteFunc(p.article.Findings, func(f Finding) bool { return f.Field == "published" })
	p.article.Published = t
	p.note("published", s.from, s.value)
	p.orderDates()
}

// named says whether a stamp was read about the headline in an element that is named a date, or that holds no more.
func (s stamp) named() bool {
	return strings.HasPrefix(s.from, "printed in ") || s.from == "printed" && weigh(s.value) <= 24
}

// vague is the first date of the vague sources.
func (p *page) vague() (time.Time, stamp) {
	for _, s := range p.vagueSources() {
		if t, ok := calendar.Date(s.value, p.src.Zone); ok && p.plausible(t) {
			return t, s
		}
	}
	return time.Time{}, stamp{}
}

// printedStamps are the places where a page prints its date, the likeliest first.
func (p *page) printedStamps() []stamp {
	const maxPrinted = 200 // a page has few dates, and each look has its price
	var out []stamp
	var far []stamp
	for _, n := range p.survey.dated {
		t := textOf(n)
		if len(t) > maxDateText || within(n, atom.Aside, atom.Nav, atom.Footer) || otherDate(n) {
			continue
		}
		if p.nearTitle(n) {
			out = append(out, stamp{"printed in " + describe(n), t})
		} else if !within(n, atom.Li) {
			far = append(far, stamp{"printed far in " + describe(n), t})
		}
	}
	blocks := p.survey.blocks
	first, last := p.bodySpan()
	near := func(b *block) {
		if len(out) < maxPrinted && b.chars <= 2*maxDateText && b.links*4 <= b.chars*3 && !p.inCaption(b.node) {
			out = append(out, stamp{"printed", clip(b.text, maxDateText)})
		}
	}
	for i := first - 1; i >= max(0, first-aboveBody); i-- {
		near(blocks[i])
	}
	for i := first; i < min(first+3, len(blocks)); i++ {
		out = append(out, stamp{"printed", clip(blocks[i].text, maxDateText)}) // a dateline opens the text
	}
	out = append(out, far...)
	for i := max(last-2, first+3); i < min(last+belowBody, len(blocks)); i++ {
		near(blocks[i])
	}
	for i := first + 3; i < last; i++ {
		near(blocks[i])
	}
	return out
}

// inCaption says whether an element belongs to a picture. Some themes put the headline into a figure; that is none.
func (p *page) inCaption(n *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n.DataAtom == atom.Figcaption || n.DataAtom == atom.Figure {
			return !slices.ContainsFunc(p.survey.h1, func(h *html.Node) bool { return holds(n, h) })
		}
	}
	return false
}

// How far from the text a date is looked for, in blocks, and in how long a text, in characters.
const (
	aboveBody   = 15
	belowBody   = 8
	maxDateText = calendar.MaxText
)

// bodySpan is the first block of the body and the one after its last.
func (p *page) bodySpan() (first, last int) {
	takeOnly(p.survey.blocks, p.body)
	for i, b := range p.survey.blocks {
		if !b.taken {
			continue
		}
		if last == 0 {
			first = i
		}
		last = i + 1
	}
	return first, last
}

// dateIn finds a date within a text.
func (p *page) dateIn(text string) (time.Time, bool) {
	if t, ok := p.dateAs(text, calendar.Exact); ok {
		return t, true
	}
	return p.dateAs(text, calendar.Lunar)
}

func (p *page) dateAs(text string, read calendar.Form) (time.Time, bool) {
	s := calendar.Digits(clip(text, 4*maxDateText))
	if t, ok := relativeDate(s, p.src.Fetched, p.src.Zone); ok && len(s) <= maxRelative && p.plausible(t) {
		return t, true
	}
	for _, window := range p.dateWindows(s) {
		if t, ok := read(window, p.src.Zone); ok && p.plausible(t) && t.Year() > 1990 {
			return t, true
		}
	}
	return time.Time{}, false
}

// maxRelative bounds the texts in which a relative date is one of the text itself, in bytes: 'three days ago' inside a
// paragraph dates what it tells.
const maxRelative = 60

// gluedYear is a day and a year that stand in elements of their own without a space: Feb 182009.
var gluedYear = regexp.MustCompile(`(\pL\.? ?\d{1,2})((?:19|20)\d\d)\b`)

// shortYear is a day as German speakers print it, with two digits of the year.
var shortYear = regexp.MustCompile(`(?:^|[^\d.])(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{2})(?:[^\d.]|$)`)

var figures = regexp.MustCompile(`\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}(?:[-/.]\s?| \| )\d{1,2}(?:[-/.]\s?| \| )\d{4}|\d{4}\s*[年년]\s*\d{1,2}\s*[月월]\s*\d{1,2}\s*[日일]`)

// dateWindows cuts out of a text what can be dates, with the time of day behind or before them.
func (p *page) dateWindows(s string) []string {
	if !strings.ContainsAny(s, "0123456789") {
		return nil
	}
	var out []string
	for _, m := range figures.FindAllStringIndex(s, 3) {
		day := p.dayFirst(strings.NewReplacer(". ", ".", " | ", ".").Replace(s[m[0]:m[1]]))
		out = append(out, day+" "+clip(s[m[1]:], 30), day)
	}
	if m := shortYear.FindStringSubmatchIndex(s); m != nil {
		out = append(out, s[m[2]:m[3]]+"."+s[m[4]:m[5]]+".20"+s[m[6]:m[7]]+" "+clip(s[m[1]:], 30))
	}
	words := strings.Fields(calendar.JoinNames(gluedYear.ReplaceAllString(s, "$1 $2")))
	for i, w := range words {
		if !calendar.IsMonth(strings.ToLower(strings.Trim(w, ".,;:()|-–"))) {
			continue
		}
		from, to := max(0, i-2), min(len(words), i+3)
		out = append(out, strings.Join(words[from:min(len(words), to+4)], " "), strings.Join(words[from:to], " "))
		if len(out) > 20 {
			break
		}
	}
	return out
}

// dayFirst writes a day in figures that can be read in two ways with dots, by the habit of the page's country: only the
// United States and the Philippines print the month first.
func (p *page) dayFirst(s string) string {
	f := strings.FieldsFunc(s, func(r rune) bool { return r == '/' || r == '-' })
	if len(f) != 3 || len(f[2]) != 4 {
		return s
	}
	if p.monthFirst() {
		f[0], f[1] = f[1], f[0]
	}
	if n, _ := strconv.Atoi(f[1]); n > 12 {
		f[0], f[1] = f[1], f[0]
	}
	return strings.Join(f, ".")
}

// monthFirst goes by the page's language and region. English without a region is taken for American unless the host is
// of another country; an address that names the region counts as the page's word.
func (p *page) monthFirst() bool {
	locale, _ := p.survey.meta("og:locale")
	lang := strings.ReplaceAll(strings.ToLower(cmp.Or(p.survey.lang, locale)), "_", "-")
	if m := localePath.FindStringSubmatch(p.src.URL); m != nil && (lang == "" || lang == "en") {
		lang = strings.ToLower(m[1])
	}
	host := strings.ToLower(p.base.Hostname())
	tld := host[strings.LastIndex(host, ".")+1:]
	switch lang {
	case "en-us", "en-ph":
		return true
	case "", "en":
		return len(tld) != 2 || tld == "us" || tld == "ph" || tld == "co" || tld == "io"
	}
	return false
}

// localePath is a language and a region as the first part of an address: /en-gb/.
var localePath = regexp.MustCompile(`^https?://[^/]+/([a-zA-Z]{2}-[a-zA-Z]{2})/`)

// otherDate says whether an element dates something else than the article: a comment, a teaser, an event.
func otherDate(n *html.Node) bool {
	found := false
	for up := 0; n != nil && up < 4; n, up = n.Parent, up+1 {
		eachClass(n, func(w string) {
			switch w {
			case "widget", "related", "teaser", "sidebar", "event", "calendar", "archive":
				found = true
			}
			found = found || discussion(w)
		})
	}
	return found
}

// archived is how the Internet Archive puts the day of its copy before an address.
var archived = regexp.MustCompile(`^https?://web\.archive\.org/web/\d+[a-z_]*/`)

// addressDays are the forms in which addresses hold a day: 2020/04/22, 2020-04-22, 20200422, 22.04.2020.
var addressDays = []*regexp.Regexp{
	regexp.MustCompile(`[/_=.-](?P<y>(?:19|20)\d\d)[/_.-](?P<m>\d{1,2})[/_.-](?P<d>\d{1,2})(?:[/_.?&-]|$)`),
	regexp.MustCompile(`[/_=-](?P<y>20\d\d)(?P<m>[01]\d)(?P<d>[0-3]\d)(?:[/_.?&-]|\d{4,6}\b|$)`),
	regexp.MustCompile(`[/_=-](?P<d>\d{1,2})[._-](?P<m>\d{1,2})[._-](?P<y>20\d\d)(?:[/_.?&-]|$)`),
}

// addressDay reads the day out of an address.
func addressDay(address string) (time.Time, bool) {
	address = archived.ReplaceAllString(clip(address, 2000), "/")
	for _, form := range addressDays {
		// the last match counts: an archive's own date stands before the page's
		all := form.FindAllStringSubmatch(address, 10)
		for i := len(all) - 1; i >= 0; i-- {
			part := func(name string) int {
				n, _ := strconv.Atoi(all[i][form.SubexpIndex(name)])
				return n
			}
			if t, ok := calendar.Day(part("y"), part("m"), part("d")); ok {
				return t, true
			}
		}
	}
	return time.Time{}, false
}

// dateClass knows the names that themes give to the date of an article.
func dateClass(w string) bool {
	switch w {
	case "date", "datum", "fecha", "datetime", "published", "pubdate", "publishdate", "posted", "timestamp", "datetimes", "postdate",
		"dateline", "zeit", "erstellt", "publicationdate", "tarih", "дата", "created", "createdate", "articledate", "time", "veröffentlicht", "published_at":
		return true
	}
	return false
}
