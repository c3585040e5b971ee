package calendar

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Field reads a text that is a date and nothing else, as the elements of feeds are: RFC 822 with all that is made of it, ISO 8601
// with ordinal days, weeks, two digits of the year and what is left out, asctime, figures in any order, names of months in some
// eighty languages, three calendars, Unix time. A date without a zone is UTC, but for those that only Iran or Korea prints.
// Fractions of a second are dropped, and a day without a clock begins at midnight.
//
// A date that could be read in two ways is read as its day of the week says, else with the day before the month, as RFC 822 has
// it, or with the month first beside am and pm. It is false for what is no date, has no year, or holds more than a date.
func Field(s string) (time.Time, bool) {
	if len(s) > MaxText {
		return time.Time{}, false
	}
	s = joinNames.Replace(fieldMarks.Replace(Digits(s)))
	var room [maxTokens]token
	toks, ok := tokens(s, room[:0])
	if !ok {
		return time.Time{}, false
	}
	r := fieldReader{toks: withoutRemarks(toks)}
	for r.at < len(r.toks) {
		if !r.step() {
			return time.Time{}, false
		}
	}
	t, ok := r.time()
	if year := t.UTC().Year(); !ok || year < Earliest || year > Latest {
		return time.Time{}, false
	}
	return t, true
}

// fieldReader goes through a field once and keeps what it has met.
type fieldReader struct {
	toks []token
	at   int

	figures []figure
	month   int  // by its name, with the offset of its calendar; 0 is none
	early   bool // the month stood before every figure: it may be a day of the week, as the French "mar."
	thai    bool
	weekday int  // 1 is Sunday; 0 is none
	next    rune // the unit that a word gives to the figure behind it

	clock clock
	timed bool
	half  rune           // 'a' or 'p'
	home  *time.Location // where dates of this kind are printed

	unknown int // words
}

func (r *fieldReader) peek(n int) token {
	if r.at+n < len(r.toks) && r.at+n >= 0 {
		return r.toks[r.at+n]
	}
	return token{}
}

// joined says whether the tokens up to the n-th ahead stand without spaces, and that one is of a kind.
func (r *fieldReader) joined(n int, kind rune) bool {
	for i := 1; i <= n; i++ {
		if !r.peek(i).glued {
			return false
		}
	}
	return r.peek(n).kind == kind
}

// step reads what comes next; false says that this is no date.
func (r *fieldReader) step() bool {
	switch t := r.peek(0); t.kind {
	case number:
		return r.number(t)
	case word:
		return r.word(t)
	case '+', '-', '−':
		return r.sign(t)
	case ':': // behind a label or the day, or before an offset
		r.at++
		return !r.timed && (len(r.figures) == 0 || !r.peek(0).glued) || r.timed && strings.ContainsRune("+-", r.peek(0).kind)
	default:
		r.at++
		return strings.ContainsRune(`,./|–—·•;'"’،、。@[]׳॰ʼ`, t.kind)
	}
}

// sign reads an offset from UTC, or passes over a dash.
func (r *fieldReader) sign(t token) bool {
	offset := r.timed || r.clock.zone != nil || t.kind == '+' && len(r.figures) > 0 || r.complete() && !t.glued
	if !offset || !r.joined(1, number) {
		r.at++
		return t.kind != '+' && (r.at > 1 || r.peek(0).kind == number)
	}
	r.at++
	return r.offset(t.kind)
}

// offset reads the figures behind a sign: hours, hours and minutes, and seconds, which are dropped.
func (r *fieldReader) offset(sign rune) bool {
	d := r.peek(0)
	r.at++
	h, m := d.n, 0
	switch {
	case len(d.text) == 3 || len(d.text) == 4:
		h, m = d.n/100, d.n%100
	case len(d.text) == 6:
		h, m = d.n/10000, d.n/100%100
	case len(d.text) > 2:
		return false
	}
	for first := true; r.peek(0).kind == ':' && r.peek(0).glued; first = false {
		if !r.joined(1, number) {
			return false
		}
		if first {
			m = r.peek(1).n
		}
		r.at += 2
	}
	if h > 23 || m > 59 {
		return false // RFC 3339, section 5.6
	}
	secs := h*3600 + m*60
	if sign != '+' {
		secs = -secs
	}
	return r.setZone(time.FixedZone("", secs))
}

// word reads a name of a month, of a zone, of a day of the week, or the half of the day; others are passed over where
// languages print them.
func (r *fieldReader) word(t token) bool {
	name := strings.ToLower(t.text)
	against := t.glued && r.peek(-1).kind == number
	r.locate(t.text)
	switch {
	case against && name == "t" && r.joined(1, number):
	case name == "w" && t.glued && len(r.figures) == 1 && r.joined(1, number):
		r.next = 'w'
	case wordUnits[name] != 0 && r.peek(1).kind == number:
		r.next = wordUnits[name]
	case halves[name] != 0 && (r.timed || r.peek(1).kind == number && (len(name) > 2 || r.complete())):
		r.half = halves[name]
	case r.setMonth(name):
	case r.zone(t):
	case r.setWeekday(name):
	case against:
		return r.suffix(name)
	default:
		return r.passOver(t, name)
	}
	r.at++
	return true
}

// locate notes that a word is Korean: all who print dates in that script share a zone.
func (r *fieldReader) locate(text string) {
	if first, _ := utf8.DecodeRuneInString(text); unicode.Is(unicode.Hangul, first) {
		r.home = korea
	}
}

// setMonth takes the name of a month. One before all figures is a day of the week if another follows: mar., 01 déc.
func (r *fieldReader) setMonth(name string) bool {
	m := fieldMonth(name)
	if m == 0 || r.month != 0 && !(r.early && len(r.figures) > 0 && !r.timed) {
		return false
	}
	r.month, r.early, r.thai = m, len(r.figures) == 0, thai(name)
	return true
}

// zone takes an abbreviation or the name of a region: Europe/Brussels.
func (r *fieldReader) zone(t token) bool {
	if len(r.figures) == 0 || t.text[0] >= 0x80 {
		return false
	}
	if r.joined(1, '/') && r.joined(2, word) {
		name := t.text
		for r.joined(1, '/') && r.joined(2, word) {
			name += "/" + r.peek(2).text
			r.at += 2
		}
		if (r.joined(1, '+') || r.joined(1, '-')) && r.joined(2, number) { // Etc/GMT+3
			name += r.peek(1).text + r.peek(2).text
			r.at += 2
		}
		if r.clock.zone == nil {
			r.clock.zone = regionNamed(name)
		}
		return r.clock.zone != nil
	}
	upper := strings.ToUpper(t.text)
	if upper != t.text && !(r.timed && len(upper) >= 3) && upper != "Z" || len(upper) == 1 && upper != "Z" && !r.timed {
		return false
	}
	zone := zoneNamed(upper)
	if zone == nil {
		return false
	}
	if r.clock.zone == nil {
		r.clock.zone = zone
	}
	return true
}

func (r *fieldReader) setWeekday(name string) bool {
	if len(name) < 3 {
		return false
	}
	for day := time.Sunday; day <= time.Saturday; day++ {
		if strings.HasPrefix(strings.ToLower(day.String()), name) {
			r.weekday = int(day) + 1
			return true
		}
	}
	return false
}

// suffix takes what stands against a figure: ordinals, and the marks of an era.
func (r *fieldReader) suffix(name string) bool {
	r.at++
	return slices.Contains([]string{"st", "nd", "rd", "th", "er", "e", "º", "ª", "o", "a", "ème", "de", "г", "р", "م", "هـ", "ه", "ش"}, name)
}

// passOver takes a word that is not known: a label or a day of the week in any language, and behind the clock a zone that nobody
// knows, which is UTC by RFC 5322, section 4.3, or the word for the hour.
func (r *fieldReader) passOver(t token, name string) bool {
	const maxUnknown = 6
	r.at++
	r.unknown++
	switch {
	case r.unknown > maxUnknown:
		return false
	case !r.timed, t.text[0] >= 0x80 && !t.glued:
		return true
	case len(name) <= 5 && t.text == strings.ToUpper(t.text) && t.text[0] < 0x80:
		return true
	}
	return slices.Contains([]string{"uhr", "น", "hrs", "hs", "h", "uur", "at", "on", "de", "le", "om"}, name) || len(r.figures) == 0
}

// wordUnits stand before their figure, as Vietnamese prints it.
var wordUnits = map[string]rune{"ngày": 'd', "tháng": 'm', "thg": 'm', "năm": 'y', "thứ": 'x'}

// halves are the halves of the day.
var halves = map[string]rune{
	"am": 'a', "pm": 'p', "ص": 'a', "م": 'p', "صباحا": 'a', "صباحًا": 'a', "صباحاً": 'a', "مساء": 'p', "مساءً": 'p', "πμ": 'a', "μμ": 'p',
	"오전": 'a', "오후": 'p', "上午": 'a', "下午": 'p', "午前": 'a', "午後": 'p', "öö": 'a', "ös": 'p', "pg": 'a', "ptg": 'p', "sa": 'a', "ch": 'p', "पूर्वाह्न": 'a', "अपराह्न": 'p',
}
