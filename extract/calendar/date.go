package calendar

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

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
	case year < Earliest:
		return time.Time{}, false
	}
	return build(year, month, day, readClock(s, zone))
}

// Lunar reads a date with the name of a lunar month, or with a year that is one in figures.
func Lunar(s string, zone *time.Location) (time.Time, bool) {
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

// num reads what a pattern has matched as digits; nothing is zero.
func num(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
