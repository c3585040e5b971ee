package calendar

import (
	"math"
	"time"
)

// buddhist is what the Thai calendar counts more than the Gregorian one. Its years begin in January since 1941.
const buddhist = 543

// lunarFrom is the first Hijri year that is lunar where no month says which calendar is meant: the solar year of that
// number begins in 2041.
const lunarFrom = 1420

// Day is the beginning of a day in UTC; it is false for one that does not exist. Years of the other calendars are told by their size.
func Day(year, month, day int) (time.Time, bool) {
	return build(year, month, day, clock{zone: time.UTC})
}

// build makes a time of its parts; it is false for a day that does not exist. No page was published in the Middle Ages:
// years from 1200 on are Solar Hijri, those after 2480 Buddhist.
func build(year, month, day int, c clock) (time.Time, bool) {
	if month < 1 || month > 12 || day < 1 || day > 31 || c.hour > 24 || c.min > 59 || c.sec > 60 {
		return time.Time{}, false
	}
	switch {
	case year >= 1200 && year < lunarFrom:
		return solar(year, month, day, c)
	case year > 1940+buddhist && year < Latest+buddhist:
		year -= buddhist
	}
	t := time.Date(year, time.Month(month), day, c.hour, c.min, c.sec, 0, c.zone)
	noon := time.Date(year, time.Month(month), day, 12, 0, 0, 0, time.UTC)
	if year < Earliest || year > Latest || noon.Day() != day {
		return time.Time{}, false
	}
	return t, true
}

// lunar counts the days from 1 Muharram 1445, which was 19 July 2023, by the tabular civil calendar: odd months have 30 days, even ones 29, and 11 years of 30 have a day
// more. What is printed follows the Umm al-Qura calendar or the moon, so the day can be off by one: it is
// believed only where no source gives another date.
func lunar(year, month, day int, c clock) (time.Time, bool) {
	if day < 1 || day > 30 || month < 1 || month > 12 {
		return time.Time{}, false
	}
	days := 354*(year-1445) + leapsBefore(year) - leapsBefore(1445) + (59*(month-1)+1)/2 + day - 1
	t := time.Date(2023, time.July, 19+days, c.hour, c.min, c.sec, 0, c.zone)
	return t, t.Year() >= Earliest
}

// leapsBefore counts the years before one that have a day more: 2, 5, 7, 10, 13, 16, 18, 21, 24, 26 and 29 of each 30.
func leapsBefore(year int) int { return (11*year + 3) / 30 }

// solar counts the days from 1 Farvardin 1396, which was 21 March 2017.
func solar(year, month, day int, c clock) (time.Time, bool) {
	if month > 6 && day > 30 || month == 12 && day == 30 && !solarLeap(year) {
		return time.Time{}, false
	}
	days := 31*(month-1) + day - 1
	if month > 7 {
		days -= month - 7
	}
	for y := 1396; y < year; y++ {
		days += solarDays(y)
	}
	for y := year; y < 1396; y++ {
		days -= solarDays(y)
	}
	t := time.Date(2017, time.March, 21+days, c.hour, c.min, c.sec, 0, c.zone)
	return t, t.Year() >= Earliest
}

func solarDays(year int) int {
	if solarLeap(year) {
		return 366
	}
	return 365
}

// solarLeap follows the 33-year cycle, which agrees with the observed equinox for the years accepted here.
func solarLeap(year int) bool {
	switch year % 33 {
	case 1, 5, 9, 13, 17, 22, 26, 30:
		return true
	}
	return false
}

// SolarDay gives the day of a time, where that is, by the Solar Hijri calendar, which sites in Persian count by.
func SolarDay(t time.Time) (year, month, day int) {
	noon := time.Date(t.Year(), t.Month(), t.Day(), 12, 0, 0, 0, time.UTC)
	since := func(year int) int {
		began, _ := solar(year, 1, 1, clock{zone: time.UTC})
		return int(math.Floor(noon.Sub(began).Hours() / 24))
	}
	year = t.Year() - 621
	if since(year) < 0 {
		year--
	}
	month, day = 1, since(year)+1
	for month < 12 && day > solarMonth(month) {
		day -= solarMonth(month)
		month++
	}
	return year, month, day
}

// solarMonth is the number of days of a month; the twelfth has 29 or 30.
func solarMonth(month int) int {
	if month <= 6 {
		return 31
	}
	return 30
}
