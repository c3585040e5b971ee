// Package calendar reads dates as people print them: in some thirty languages, in the digits of any script, in the Gregorian,
// both Hijri and the Buddhist calendar, with the zones and the clocks that stand beside them. Pages and feeds both print
// dates, and neither packages extract nor fetch knows the other: so this is a floor of its own below them.
//
// [Date] looks for a date within a text that may say more, as a page's line does. [Field] reads a text that is to be a date and
// nothing else, as a feed's element is.
//
// date.go has the orders in which a date is written, month.go the names of months, day.go the calendars, clock.go the time of
// day and its zone.
package calendar

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Earliest is the year before which nothing was published that is read here; a date before it is another number.
const Earliest = 1900

// Latest is the year after which a date is a mistake, or one of another calendar.
const Latest = 2200

// MaxText is how much of a text is looked at for a date, in bytes.
const MaxText = 200

// Date reads a date in one of the forms that news sites print: ISO 8601 and its broken relatives, RFC 822, month names
// of some thirty languages, digits of any script, the solar and lunar Hijri calendars and the Buddhist one, Unix seconds.
// A date that prints no zone is taken in the given one; nil means UTC. It is false for what is no date, and for one that
// can be read in two ways (03/04/2020). A lunar date can be off by a day.
func Date(s string, zone *time.Location) (time.Time, bool) {
	s = Digits(clip(s, MaxText))
	if t, ok := Exact(s, zone); ok {
		return t, true
	}
	return Lunar(s, zone)
}

// Form reads a date in one form; the digits are ASCII by then. No zone means UTC.
type Form func(string, *time.Location) (time.Time, bool)

// Exact reads what tells the very day.
func Exact(s string, zone *time.Location) (time.Time, bool) {
	if zone == nil {
		zone = time.UTC
	}
	for _, read := range []Form{isoDate, cjkDate, namedDate, numericDate, unixDate} {
		if t, ok := read(s, zone); ok {
			return t, true
		}
	}
	return time.Time{}, false
}

// Digits writes the digits of any script as ASCII, and drops the marks that steer direction.
func Digits(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < 0x80 && !unicode.IsSpace(r):
			return r
		case r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return -1
		case unicode.IsSpace(r):
			return ' '
		}
		for _, zero := range zeros {
			if r >= zero && r <= zero+9 {
				return '0' + r - zero
			}
		}
		return r
	}, s)
}

// zeros are where the digits of the scripts begin that dates are printed in, the commonest first.
const zeros = "۰٠０०০๐૦੦௦౦೦൦໐០၀"

// clip cuts a text to a number of bytes, between characters.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
