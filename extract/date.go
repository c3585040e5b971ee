package extract

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// earliest is the year before which no page was published; a date before it is another number.
const earliest = 1900

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
	for _, read := range []dateForm{exactDate, lunarDate} {
		for _, s := range sources {
			if t, ok := read(asciiDigits(clip(s.value, maxDateText)), p.src.Zone); ok && p.plausible(t) {
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
	return t.Year() >= earliest && (p.src.Fetched.IsZero() || !t.After(p.src.Fetched.Add(24*time.Hour)))
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

// Date reads a date in one of the forms that news sites print: ISO 8601 and its broken relatives, RFC 822, month names
// of some thirty languages, digits of any script, the solar and lunar Hijri calendars and the Buddhist one, Unix seconds.
// A date that prints no zone is taken in the given one; nil means UTC. It is false for what is no date, and for one that
// can be read in two ways (03/04/2020). A lunar date can be off by a day.
func Date(s string, zone *time.Location) (time.Time, bool) {
	s = asciiDigits(clip(s, maxDateText))
	if t, ok := exactDate(s, zone); ok {
		return t, true
	}
	return lunarDate(s, zone)
}

// Printed says whether a time is in a zone that its page stated. Otherwise the zone is the configuration's, or was inferred
// from the day that the page shows.
func Printed(t time.Time) bool {
	name := t.Location().String()
	return name != dayShown && !strings.Contains(name, "/")
}

// dateForm reads a date in one form; the digits are ASCII by then. No zone means UTC.
type dateForm func(string, *time.Location) (time.Time, bool)

// exactDate reads what tells the very day.
func exactDate(s string, zone *time.Location) (time.Time, bool) {
	if zone == nil {
		zone = time.UTC
	}
	for _, read := range []dateForm{isoDate, cjkDate, namedDate, numericDate, unixDate} {
		if t, ok := read(s, zone); ok {
			return t, true
		}
	}
	return time.Time{}, false
}

// asciiDigits writes the digits of any script as ASCII, and drops the marks that steer direction.
func asciiDigits(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '۰' && r <= '۹':
			return '0' + r - '۰'
		case r >= '٠' && r <= '٩':
			return '0' + r - '٠'
		case r >= '０' && r <= '９':
			return '0' + r - '０'
		case r >= '०' && r <= '९':
			return '0' + r - '०'
		case r >= '๐' && r <= '๙':
			return '0' + r - '๐'
		case r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return -1
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, s)
}

var (
	isoPattern = regexp.MustCompile(`(?:^|[^\d])(\d{4})([-/.])(\d{1,2})[-/.](\d{1,2})(?:[^\d]|$)`)
	isoCompact = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?)?(Z?)$`)
	cjkPattern = regexp.MustCompile(`(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]`)
	numPattern = regexp.MustCompile(`(?:^|[^\d])(\d{1,2})([-/.])(\d{1,2})[-/.](\d{4})(?:[^\d]|$)`)
	unixForm   = regexp.MustCompile(`^\d{10}(?:\d{3})?$`)
)

// isoDate reads year, month, day and what time follows: 2020-04-17 T 19:14:22 +0430.
func isoDate(s string, zone *time.Location) (time.Time, bool) {
	if t, err := time.Parse(time.RFC3339, s); err == nil { // what most pages state
		return build(t.Year(), int(t.Month()), t.Day(), clock{t.Hour(), t.Minute(), t.Second(), t.Location()})
	}
	if m := isoCompact.FindStringSubmatch(strings.TrimSpace(s)); m != nil {
		if m[7] == "Z" {
			zone = time.UTC
		}
		return build(num(m[1]), num(m[2]), num(m[3]), clock{num(m[4]), num(m[5]), num(m[6]), zone})
	}
	m := isoPattern.FindStringSubmatchIndex(s)
	if m == nil {
		return time.Time{}, false
	}
	rest := s[m[9]:]
	if !strings.Contains(rest, ":") {
		rest = s // the time may stand before the day
	}
	return build(num(s[m[2]:m[3]]), num(s[m[6]:m[7]]), num(s[m[8]:m[9]]), readClock(rest, zone))
}

func cjkDate(s string, zone *time.Location) (time.Time, bool) {
	m := cjkPattern.FindStringSubmatchIndex(s)
	if m == nil {
		return time.Time{}, false
	}
	rest := strings.NewReplacer("時", ":", "时", ":", "시", ":", "分", "", "분", "", " ", "").Replace(s[m[1]:])
	return build(num(s[m[2]:m[3]]), num(s[m[4]:m[5]]), num(s[m[6]:m[7]]), readClock(rest, zone))
}

// numericDate reads day, month and year in figures. A dot means that the day comes first; with another sign, only
// a number over 12 tells which is which.
func numericDate(s string, zone *time.Location) (time.Time, bool) {
	m := numPattern.FindStringSubmatch(s)
	if m == nil {
		return time.Time{}, false
	}
	a, b, year := num(m[1]), num(m[3]), num(m[4])
	switch {
	case m[2] == "." || a > 12 || a == b:
		return build(year, b, a, readClock(s, zone))
	case b > 12:
		return build(year, a, b, readClock(s, zone))
	}
	return time.Time{}, false
}

func unixDate(s string, _ *time.Location) (time.Time, bool) {
	s = strings.TrimSpace(s)
	if !unixForm.MatchString(s) {
		return time.Time{}, false
	}
	n, _ := strconv.ParseInt(s[:10], 10, 64)
	t := time.Unix(n, 0).UTC()
	return build(t.Year(), int(t.Month()), t.Day(), clock{t.Hour(), t.Minute(), t.Second(), time.UTC})
}

// namedDate reads a date with the name of its month, in any order: Tue, 03 Nov 2020 10:00 GMT; November 3, 2020;
// ۲۵ مهر ۱۳۹۶. A lunar date beside it is passed over.
func namedDate(s string, zone *time.Location) (time.Time, bool) {
	words := dateWords(s)
	if i := lunarAt(words); i >= 0 {
		from, to := lunarSpan(words, i)
		words = slices.Concat(words[:from], words[to:])
	}
	year, month, day := dayOf(words)
	switch {
	case month == 0 || month > lunarOffset || year == 0 || day == 0:
		return time.Time{}, false
	case month > solarOffset:
		if year < 1200 || year > 1500 {
			return time.Time{}, false // a Persian month name needs a Persian year
		}
		return solar(year, month-solarOffset, day, readClock(s, zone))
	case year < earliest:
		return time.Time{}, false
	}
	return build(year, month, day, readClock(s, zone))
}

// lunarDate reads a date with the name of a lunar month, or with a year that is one in figures.
func lunarDate(s string, zone *time.Location) (time.Time, bool) {
	if zone == nil {
		zone = time.UTC
	}
	if m := isoPattern.FindStringSubmatch(s); m != nil && num(m[1]) >= lunarFrom && num(m[1]) <= 1500 {
		return lunar(num(m[1]), num(m[3]), num(m[4]), readClock(s, zone))
	}
	words := dateWords(s)
	i := lunarAt(words)
	if i < 0 {
		return time.Time{}, false
	}
	from, to := lunarSpan(words, i)
	year, month, day := dayOf(words[from:to])
	if year < 1300 || year > 1500 {
		return time.Time{}, false
	}
	return lunar(year, month-lunarOffset, day, readClock(s, zone))
}

// dateWords are the words and numbers of a text, without its time of day.
func dateWords(s string) []string {
	s = joinNames.Replace(clockPattern.ReplaceAllString(s, " "))
	return strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) })
}

// lunarAt is where a lunar month stands, or -1.
func lunarAt(words []string) int {
	return slices.IndexFunc(words, func(w string) bool { return monthNames[w] > lunarOffset })
}

// lunarSpan are the month, the number before it and the year behind it.
func lunarSpan(words []string, i int) (from, to int) {
	from, to = i, i+1
	if i > 0 && num(words[i-1]) > 0 {
		from--
	}
	if to < len(words) && num(strings.TrimRight(words[to], "هـ")) > 0 {
		to++
	}
	return from, to
}

// dayOf finds the first number that can be a year, the first that can be a day, and the first name of a month.
func dayOf(words []string) (year, month, day int) {
	for i, w := range words {
		n, err := strconv.Atoi(strings.TrimRight(w, "stndrhºªeهـم"))
		switch {
		case err == nil && len(w) >= 4 && year == 0:
			year = n
		case err == nil && n >= 1 && n <= 31 && day == 0:
			day = n
		case err == nil && n > 0 && n < 100 && len(w) == 2 && year == 0 && i > 0 && thai(words[i-1]):
			year = 2500 + n
		case month == 0:
			month = monthNames[strings.ToLower(w)]
		}
	}
	return year, month, day
}

func thai(w string) bool {
	return strings.ContainsFunc(w, func(r rune) bool { return unicode.Is(unicode.Thai, r) })
}

// clock is a time of day and its zone.
type clock struct {
	hour, min, sec int
	zone           *time.Location
}

var (
	clockPattern  = regexp.MustCompile(`(?i)(\d{1,2})[:٫](\d{2})(?:[:٫](\d{2}))?(?:[.,]\d+)?\s*([ap]\.?m\b\.?|مساءً?|صباحًا|صباحاً?|ب\.ظ|ق\.ظ|[مص](?:\PL|$))?`)
	halfBefore    = regexp.MustCompile(`(下午|오후|午後|上午|오전|午前)\s*$`)
	offsetPattern = regexp.MustCompile(`^\s*(?:UTC|GMT)?\s*([+-])(\d{2}):?(\d{2})?(?:\D|$)`)
	zonePattern   = regexp.MustCompile(`^\s*\(?([A-Z]{1,5})\b`)
)

// readClock finds the time of day in a text, and the zone behind it.
func readClock(s string, zone *time.Location) clock {
	m := clockPattern.FindStringSubmatchIndex(s)
	if m == nil {
		return clock{zone: zone}
	}
	g := clockPattern.FindStringSubmatch(s)
	c := clock{num(g[1]), num(g[2]), num(g[3]), zone}
	half := strings.ToLower(g[4])
	if b := halfBefore.FindString(s[:m[0]]); b != "" {
		half = strings.TrimSpace(b)
	}
	switch r, _ := utf8.DecodeRuneInString(half); {
	case (strings.ContainsRune("pمب下", r) || half == "오후" || half == "午後") && c.hour < 12:
		c.hour += 12
	case (strings.ContainsRune("aصق上", r) || half == "오전" || half == "午前") && c.hour == 12:
		c.hour = 0
	}
	if z := readZone(s[m[1]:]); z != nil {
		c.zone = z
	}
	return c
}

// readZone reads the zone that follows a time: an offset, or an abbreviation that means one thing only.
func readZone(s string) *time.Location {
	if m := offsetPattern.FindStringSubmatch(s); m != nil {
		secs := num(m[2])*3600 + num(m[3])*60
		if m[1] == "-" {
			secs = -secs
		}
		if secs > -15*3600 && secs < 15*3600 {
			return time.FixedZone("", secs)
		}
	}
	m := zonePattern.FindStringSubmatch(s)
	if m == nil {
		return nil
	}
	switch m[1] {
	case "Z", "UTC", "GMT", "UT", "WET":
		return time.UTC
	case "EST", "EDT", "CDT", "MST", "MDT", "PST", "PDT", "CET", "CEST", "EET", "EEST", "WEST", "MSK", "JST", "KST", "IRST", "IRDT":
		hours := map[string]float64{"EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "CET": 1,
			"CEST": 2, "EET": 2, "EEST": 3, "WEST": 1, "MSK": 3, "JST": 9, "KST": 9, "IRST": 3.5, "IRDT": 4.5}
		return time.FixedZone(m[1], int(hours[m[1]]*3600))
	}
	return nil
}

// num reads what a pattern has matched as digits; nothing is zero.
func num(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
