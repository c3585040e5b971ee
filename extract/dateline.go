package extract

import (
	"regexp"
	"strings"
	"unicode"

	"dateline/extract/calendar"
)

// datelinePattern is the head of a dispatch: a place, a date perhaps, an agency in brackets perhaps, and a dash.
var datelinePattern = regexp.MustCompile(`^([\p{L}][\p{L}\p{M}.'’\- /]{1,40}?)(?:,\s*([^–—()]{1,40}?))?\s*(\([^()]{2,40}\)\s*)?(?:--|[–—―]|-{1,2}\s)\s*\S`)

// findDateline reads the place at the head of the text. The text keeps it, as published.
func (p *page) findDateline() {
	place := datelineOf(clip(p.article.Text, 300))
	if place != "" {
		p.article.Dateline = place
		p.note("dateline", "text", clip(p.article.Text, 80))
	}
}

// datelineOf wants proof that the words before a dash are a dateline: capitals, a date or an agency's signature. A
// sentence may have a dash too.
func datelineOf(text string) string {
	m := datelinePattern.FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	place, rest, agency := strings.TrimSpace(m[1]), m[2], m[3]
	if len(strings.Fields(place)) > 4 {
		return ""
	}
	switch {
	case capitals(place):
		return place
	case agency != "" && !unicode.IsLower([]rune(place)[0]):
		return place
	case rest != "" && monthIn(rest):
		return place
	case caseless(place) && len(strings.Fields(place)) < 3:
		return place // one or two words before a dash at the very head of a text
	}
	return ""
}

// capitals says whether a place is printed in capitals, in a script that has them.
func capitals(s string) bool {
	upper := 0
	for _, r := range s {
		if unicode.IsLower(r) {
			return false
		}
		if unicode.IsUpper(r) {
			upper++
		}
	}
	return upper >= 3
}

// caseless says whether a script has no capitals to print a place in.
func caseless(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsUpper(r) || unicode.IsLower(r) || unicode.IsDigit(r) })
}

// monthIn says whether a text names a month and a day.
func monthIn(s string) bool {
	day := strings.ContainsFunc(s, unicode.IsDigit)
	for _, w := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) }) {
		if day && calendar.IsMonth(w) {
			return true
		}
	}
	return false
}
