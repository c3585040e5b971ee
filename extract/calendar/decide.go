package calendar

import "time"

// date is a year, a month and a day; the month bears the offset of its calendar.
type date struct{ year, month, day int }

// time makes of what was met the time that it says.
func (r *fieldReader) time() (time.Time, bool) {
	dates := r.dates()
	c := r.clock
	switch {
	case r.half == 'p' && c.hour < 12:
		c.hour += 12
	case r.half == 'a' && c.hour == 12:
		c.hour = 0
	}
	c.zone = time.UTC
	if r.home != nil {
		c.zone = r.home
	}
	var read time.Time
	found := 0
	for _, d := range dates {
		t, ok := r.build(d, c)
		if !ok {
			continue
		}
		if r.weekday != 0 && int(t.Weekday()) == r.weekday-1 {
			return t, true
		}
		if found == 0 {
			read = t
		}
		found++
	}
	return read, found > 0 && !(found > 1 && r.undecided())
}

// build makes a time of a date in its calendar, in the zone that was printed, or else in the calendar's own.
func (r *fieldReader) build(d date, c clock) (time.Time, bool) {
	if d.month > 12 && d.month != r.month {
		return time.Time{}, false
	}
	isSolar := d.month > solarOffset && d.month <= lunarOffset || d.month <= 12 && d.year >= 1200 && d.year < lunarFrom
	if isSolar && r.home == nil {
		c.zone = iran()
	}
	if r.clock.zone != nil {
		c.zone = r.clock.zone
	}
	switch {
	case d.month > solarOffset && (d.year < 1300 || d.year > 1500):
		return time.Time{}, false
	case d.month > lunarOffset:
		return lunar(d.year, d.month-lunarOffset, d.day, c)
	case d.month > solarOffset:
		return solar(d.year, d.month-solarOffset, d.day, c)
	case d.year >= lunarFrom && d.year <= 1500:
		return lunar(d.year, d.month, d.day, c)
	}
	return build(d.year, d.month, d.day, c)
}

// dates are the ways in which the figures can be read, the likeliest first.
func (r *fieldReader) dates() []date {
	f := r.figures
	switch {
	case len(f) == 0:
		return nil
	case f[0].unit != 0 || len(f) > 1 && f[1].unit != 0:
		return r.byUnit()
	case r.month != 0 && !(r.early && len(f) == 3):
		return r.named()
	case len(f) == 3:
		return r.three()
	case len(f) == 2:
		return r.two()
	case f[0].digits == 4:
		return r.one()
	}
	return nil
}

// one is a year, or a year and a month behind the dash that ISO 8601 leaves for the century.
func (r *fieldReader) one() []date {
	if r.toks[0].kind == '-' {
		return []date{{century(r.figures[0].n/100, 2), r.figures[0].n % 100, 1}}
	}
	return []date{{r.figures[0].n, 1, 1}}
}

// byUnit takes figures that say what they are.
func (r *fieldReader) byUnit() []date {
	d := date{0, r.month, 0}
	for i, f := range r.figures {
		switch f.unit {
		case 'y':
			d.year = century(f.n, f.digits)
		case 'm':
			d.month = f.n
		case 'd':
			d.day = f.n
		case 'w':
			return r.week(i)
		default:
			switch {
			case f.digits == 4 && d.year == 0:
				d.year = f.n
			case d.day == 0:
				d.day = f.n
			default:
				return nil
			}
		}
	}
	d.day = max(d.day, 1)
	return []date{d}
}

// week is the Monday of a week, or another of its days: 2003-W52-3 (ISO 8601, section 4.1.4).
func (r *fieldReader) week(at int) []date {
	if at != 1 || r.figures[0].digits != 4 {
		return nil
	}
	week, day := r.figures[1].n, 1
	if r.figures[1].digits == 3 {
		week, day = week/10, week%10
	} else if len(r.figures) == 3 {
		day = r.figures[2].n
	}
	if week < 1 || week > 53 || day < 1 || day > 7 {
		return nil
	}
	fourth := time.Date(r.figures[0].n, time.January, 4, 0, 0, 0, 0, time.UTC) // is in the first week
	t := fourth.AddDate(0, 0, -(int(fourth.Weekday())+6)%7+7*(week-1)+day-1)
	return []date{{t.Year(), int(t.Month()), t.Day()}}
}

// named takes the figures beside the name of a month: a day and a year, or a year alone.
func (r *fieldReader) named() []date {
	f := r.figures
	year := func(f figure) int {
		if r.thai && f.digits == 2 {
			return 2500 + f.n
		}
		return century(f.n, f.digits)
	}
	switch {
	case len(f) == 1 && f[0].digits == 4:
		return []date{{f[0].n, r.month, 1}}
	case len(f) == 3 && !r.timed && f[1].digits == 4 && f[2].n < 24 && r.clock.zone != nil:
		r.clock.hour = f[2].n // some leave out the minutes
	case len(f) != 2:
		return nil
	}
	if f[0].digits >= 3 || f[0].n > 31 {
		f[0], f[1] = f[1], f[0]
	}
	return []date{{year(f[1]), r.month, f[0].n}}
}

// three takes a day in figures.
func (r *fieldReader) three() []date {
	a, b, c := r.figures[0], r.figures[1], r.figures[2]
	switch {
	case a.digits == 4:
		return []date{{a.n, b.n, c.n}}
	case b.digits > 2 && c.digits != 4 || c.digits < 2:
		if a.digits == 2 && b.digits <= 2 {
			return []date{{century(a.n, 2), b.n, c.n}}
		}
		return nil
	}
	year := century(c.n, c.digits)
	dayFirst, monthFirst := date{year, b.n, a.n}, date{year, a.n, b.n}
	yearFirst := date{century(a.n, 2), b.n, c.n}
	switch {
	case c.digits == 4 && a.behind == '.' || a.n == b.n && c.digits == 4:
		return []date{dayFirst}
	case a.behind == '.':
		return []date{dayFirst, yearFirst}
	case a.behind == '-' && c.digits == 2:
		return []date{yearFirst, dayFirst, monthFirst}
	case r.half != 0:
		return []date{monthFirst, dayFirst}
	case c.digits == 4:
		return []date{dayFirst, monthFirst}
	case a.digits == 1:
		return []date{dayFirst, monthFirst}
	}
	return []date{dayFirst, monthFirst, yearFirst}
}

// undecided says whether more than one reading of the figures is as good as the first: three pairs of digits between slashes.
func (r *fieldReader) undecided() bool {
	f := r.figures
	if len(f) != 3 || f[2].digits != 2 || f[0].digits != 2 || f[0].behind != '/' || r.half != 0 || r.month != 0 {
		return false
	}
	_, ok := r.build(date{century(f[0].n, 2), f[1].n, f[2].n}, clock{zone: time.UTC})
	return ok
}

// two takes a year with a month or with a day of the year.
func (r *fieldReader) two() []date {
	a, b := r.figures[0], r.figures[1]
	switch {
	case a.behind == 0:
		return nil
	case a.digits == 4 && b.digits <= 2:
		return []date{{a.n, b.n, 1}}
	case (a.digits == 4 || a.digits == 2) && b.digits == 3:
		return r.ordinal(century(a.n, a.digits), b.n)
	case a.digits <= 2 && b.digits == 4:
		return []date{{b.n, a.n, 1}}
	case r.toks[0].kind == '-' && a.digits == 2 && b.digits == 2:
		return []date{{century(a.n, 2), b.n, 1}}
	}
	return nil
}

// ordinal is a day by its number in the year.
func (r *fieldReader) ordinal(year, day int) []date {
	t := time.Date(year, time.January, day, 0, 0, 0, 0, time.UTC)
	if day < 1 || t.Year() != year {
		return nil
	}
	return []date{{t.Year(), int(t.Month()), t.Day()}}
}

// century completes a year as RFC 5322, section 4.3, says: two digits up to 49 are of this century, three count from 1900.
func century(n, digits int) int {
	switch {
	case digits <= 2 && n < 50:
		return 2000 + n
	case digits <= 3 && n < 1000:
		return 1900 + n
	}
	return n
}
