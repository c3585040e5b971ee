package calendar

import (
	"strings"
	"time"
)

// figure is a number that is a year, a month or a day.
type figure struct {
	n, digits int
	unit      rune // 'y', 'm', 'd', 'w' of a week, 'x' of a day in it; 0 where its place has to tell
	behind    rune // the sign against it, such as a slash
}

// number reads a clock, a date that is written as one number, or a figure.
func (r *fieldReader) number(t token) bool {
	unit := r.peek(1)
	switch {
	case r.colonAhead():
		return r.colons()
	case r.afterT() && len(t.text) == 2: // the hour alone
		r.at++
		return r.setClock(t.n, 0, 0)
	case r.afterT() && (len(t.text) == 4 || len(t.text) == 6):
		r.at++
		return r.setClock(num(t.text[:2]), num(t.text[2:4]), num(t.text[4:]))
	case len(t.text) > 4:
		r.at++
		return r.compact(t.text)
	case unit.kind == word && unitOf(unit.text) != 0:
		return r.withUnit(t, unit)
	case r.complete() && !r.timed && len(t.text) <= 2 && r.joined(1, '.') && r.joined(2, number) && len(r.peek(2).text) == 2:
		return r.dots(t)
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
	if f.unit == 'x' {
		return true
	}
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

// colonAhead says whether the number opens a time of day. Blanks may stand in it once the day is known (RFC 5322, section 4.3).
func (r *fieldReader) colonAhead() bool {
	return r.joined(1, ':') && r.joined(2, number) || r.complete() && r.peek(1).kind == ':' && r.peek(2).kind == number
}

// colons reads a time of day.
func (r *fieldReader) colons() bool {
	parts := []int{r.peek(0).n}
	digits := len(r.peek(0).text)
	for r.colonAhead() {
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

// dots reads a time of day as the Danes, the Finns and the Indonesians print it: 14.30.05.
func (r *fieldReader) dots(t token) bool {
	minute, sec := r.peek(2).n, 0
	r.at += 2
	if r.joined(1, '.') && r.joined(2, number) {
		sec = r.peek(2).n
		r.at += 2
	}
	r.at++
	return r.setClock(t.n, minute, sec)
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
		r.figures[0].behind = '-'
	case 6:
		r.figures = []figure{part(0, 2), part(2, 4), part(4, 6)}
		r.figures[0].behind = '-'
	case 5:
		r.figures = []figure{part(0, 2), part(2, 5)}
		r.figures[0].behind = '-'
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
	r.locate(unit.text)
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
	switch s {
	case "h", "H":
		return 'H'
	case "min":
		return 'M'
	case "s", "sec", "sek":
		return 'S'
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
