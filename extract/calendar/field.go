package calendar

import (
	"slices"
	"strings"
	"time"
)

// Field reads a text that is a date and nothing else, as the elements of feeds are: RFC 822 with all that is made of it, ISO 8601
// with ordinal days, weeks, two digits of the year and what is left out, asctime, figures in any order, names of months in some
// fifty languages, three calendars, Unix time. A date without a zone is UTC, but for those that only Iran or Korea prints.
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
	r := fieldReader{toks: toks}
	for r.at < len(r.toks) {
		if !r.step() {
			return time.Time{}, false
		}
	}
	return r.time()
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

// figure is a number that is a year, a month or a day.
type figure struct {
	n, digits int
	unit      rune // 'y', 'm', 'd', or 'w' for a week; 0 where its place has to tell
	behind    rune // the sign against it, such as a slash
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
	case '(': // a remark (RFC 5322, section 3.2.2)
		for r.at < len(r.toks) && r.peek(0).kind != ')' {
			r.at++
		}
		r.at++
		return true
	case ':': // behind a label, or before an offset
		r.at++
		return len(r.figures) == 0 && !r.timed || r.timed && strings.ContainsRune("+-", r.peek(0).kind)
	default:
		r.at++
		return strings.ContainsRune(`,./|–—·•;'"’،、。@[]`, t.kind)
	}
}

// number reads a clock, a date that is written as one number, or a figure.
func (r *fieldReader) number(t token) bool {
	unit := r.peek(1)
	switch {
	case r.joined(1, ':') && r.joined(2, number):
		return r.colons()
	case r.afterT() && (len(t.text) == 4 || len(t.text) == 6):
		r.at++
		return r.setClock(num(t.text[:2]), num(t.text[2:4]), num(t.text[4:]))
	case len(t.text) > 4:
		r.at++
		return r.compact(t.text)
	case unit.kind == word && unitOf(unit.text) != 0:
		return r.withUnit(t, unit)
	case r.complete() && !r.timed && len(t.text) <= 2 && r.joined(1, '.') && r.joined(2, number) && len(r.peek(2).text) == 2:
		minute := r.peek(2).n
		r.at += 3
		return r.setClock(t.n, minute, 0)
	case r.timed && r.complete() && t.text == "00":
		r.at++
		return r.setZone(time.UTC)
	}
	f := figure{n: t.n, digits: len(t.text), unit: r.next}
	if r.peek(1).glued && strings.ContainsRune("-/.", r.peek(1).kind) {
		f.behind = r.peek(1).kind
	}
	r.next = 0
	r.at++
	return r.add(f)
}

func (r *fieldReader) add(f figure) bool {
	r.figures = append(r.figures, f)
	return len(r.figures) <= 3
}

// complete says whether year, month and day are there.
func (r *fieldReader) complete() bool {
	return len(r.figures) >= 3 || r.month != 0 && len(r.figures) == 2
}

// afterT says whether the figure is what ISO 8601 puts behind the T.
func (r *fieldReader) afterT() bool {
	before := r.peek(-1)
	return before.kind == word && strings.EqualFold(before.text, "t") && r.peek(0).glued && r.at > 1
}

// colons reads a time of day.
func (r *fieldReader) colons() bool {
	parts := []int{r.peek(0).n}
	digits := len(r.peek(0).text)
	for r.joined(1, ':') && r.joined(2, number) {
		r.at += 2
		parts = append(parts, r.peek(0).n)
		digits = max(digits, len(r.peek(0).text))
	}
	if len(parts) == 4 && parts[3] == 0 && digits == 2 {
		parts = parts[:3] // some print hundredths behind a colon
	}
	if len(parts) > 3 || digits > 2 {
		return false
	}
	if len(parts) == 3 && (r.joined(1, '.') || r.joined(1, ',')) && r.joined(2, number) {
		r.at += 2
	}
	r.at++
	return r.setClock(parts[0], parts[1], append(parts, 0)[2])
}

// setClock takes a time of day. A second one is a mistake, unless the first was midnight: some print the day with a clock of its own.
func (r *fieldReader) setClock(hour, minute, sec int) bool {
	if r.timed && (r.clock.hour != 0 || r.clock.min != 0 || r.clock.sec != 0) {
		return false
	}
	if hour > 24 || minute > 59 || sec > 60 || hour == 24 && minute+sec > 0 {
		return false
	}
	r.timed = true
	r.clock.hour, r.clock.min, r.clock.sec = hour, minute, sec
	return true
}

func (r *fieldReader) setZone(zone *time.Location) bool {
	r.clock.zone = zone
	return true
}

// compact reads a date that is one number: of ISO 8601's basic form, or the seconds since 1970 and parts of them.
func (r *fieldReader) compact(s string) bool {
	if len(r.figures) > 0 || r.month != 0 {
		return false
	}
	part := func(from, to int) figure { return figure{n: num(s[from:to]), digits: to - from} }
	switch len(s) {
	case 14, 12:
		if !r.setClock(num(s[8:10]), num(s[10:12]), num(s[12:])) {
			return false
		}
		fallthrough
	case 8:
		r.figures = []figure{part(0, 4), part(4, 6), part(6, 8)}
	case 7:
		r.figures = []figure{part(0, 4), part(4, 7)}
	case 6:
		r.figures = []figure{part(0, 2), part(2, 4), part(4, 6)}
		r.figures[0].behind = '-'
	case 5:
		r.figures = []figure{part(0, 2), part(2, 5)}
	case 9, 10, 13, 16:
		return r.unix(s)
	default:
		return false
	}
	return true
}

// unix reads the seconds since 1970, or thousandths or millionths of them.
func (r *fieldReader) unix(s string) bool {
	if r.joined(0, '.') && r.joined(1, number) {
		r.at += 2
	}
	if r.at != len(r.toks) {
		return false
	}
	t := time.Unix(int64(num(s[:min(len(s), 10)])), 0).UTC()
	r.figures = []figure{{t.Year(), 4, 'y', 0}, {int(t.Month()), 2, 'm', 0}, {t.Day(), 2, 'd', 0}}
	return r.setClock(t.Clock()) && r.setZone(time.UTC)
}

// withUnit reads a number with its unit behind it: 3月, 20일, 14時, 14h30.
func (r *fieldReader) withUnit(t, unit token) bool {
	r.at += 2
	what := unitOf(unit.text)
	if strings.ContainsAny(unit.text, "년월일시분") {
		r.home = korea
	}
	switch what {
	case 'H':
		ok := r.setClock(t.n, 0, 0)
		if ok && unit.text == "h" && r.peek(0).kind == number && r.peek(0).glued {
			r.clock.min = r.peek(0).n
			r.at++
		}
		return ok && r.clock.min < 60
	case 'M':
		r.clock.min = t.n
		return r.timed && t.n < 60
	case 'S':
		r.clock.sec = t.n
		return r.timed && t.n <= 60
	}
	return r.add(figure{n: t.n, digits: len(t.text), unit: what})
}

// unitOf is the unit that a word names or, in CJK, begins with.
func unitOf(s string) rune {
	if s == "h" || s == "H" {
		return 'H'
	}
	for _, u := range []struct {
		unit  rune
		words string
	}{{'y', "年년"}, {'m', "月월"}, {'d', "日일号"}, {'H', "時时시点點"}, {'M', "分분"}, {'S', "秒초"}} {
		for _, r := range u.words {
			if strings.HasPrefix(s, string(r)) {
				return u.unit
			}
		}
	}
	return 0
}

// sign reads an offset from UTC, or passes over a dash.
func (r *fieldReader) sign(t token) bool {
	offset := r.timed || r.clock.zone != nil || t.kind == '+' && len(r.figures) > 0 || r.complete() && !t.glued
	if !offset || !r.joined(1, number) {
		r.at++
		return t.kind != '+' && (r.at > 1 || r.peek(0).kind == number)
	}
	r.at++
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
	if t.kind != '+' {
		secs = -secs
	}
	return r.setZone(time.FixedZone("", secs))
}

// word reads a name of a month, of a zone, of a day of the week, or the half of the day; others are passed over where
// languages print them.
func (r *fieldReader) word(t token) bool {
	name := strings.ToLower(t.text)
	before := r.peek(-1)
	against := t.glued && before.kind == number
	switch {
	case against && name == "t" && r.joined(1, number):
	case name == "w" && t.glued && len(r.figures) == 1 && r.joined(1, number):
		r.next = 'w'
	case wordUnits[name] != 0:
		r.next = wordUnits[name]
	case halves[name] != 0 && (r.timed || r.peek(1).kind == number && len(name) > 2):
		r.half = halves[name]
		if name == "오전" || name == "오후" {
			r.home = korea
		}
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
	const maxUnknown = 4
	r.at++
	r.unknown++
	switch {
	case r.unknown > maxUnknown:
		return false
	case !r.timed:
		return true
	case len(name) <= 5 && t.text == strings.ToUpper(t.text) && t.text[0] < 0x80:
		return true
	}
	return slices.Contains([]string{"uhr", "น", "hrs", "hs", "h", "ч", "uur", "г", "р", "น", "at", "on", "de", "le", "om"}, name) || len(r.figures) == 0
}

// wordUnits stand before their figure, as Vietnamese prints it.
var wordUnits = map[string]rune{"ngày": 'd', "tháng": 'm', "thg": 'm', "năm": 'y'}

// halves are the halves of the day.
var halves = map[string]rune{
	"am": 'a', "pm": 'p', "ص": 'a', "م": 'p', "صباحا": 'a', "صباحًا": 'a', "صباحاً": 'a', "مساء": 'p', "مساءً": 'p', "πμ": 'a', "μμ": 'p',
	"오전": 'a', "오후": 'p', "上午": 'a', "下午": 'p', "午前": 'a', "午後": 'p', "öö": 'a', "ös": 'p', "sa": 'a', "ch": 'p', "पूर्वाह्न": 'a', "अपराह्न": 'p',
}
