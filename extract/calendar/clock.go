package calendar

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// clock is a time of day and its zone.
type clock struct {
	hour, min, sec int
	zone           *time.Location
}

var (
	clockPattern = regexp.MustCompile(`(?i)(\d{1,2})[:٫](\d{2})(?:[:٫](\d{2}))?(?:[.,]\d+)?\s*([ap]\.?m\b\.?|مساءً?|صباحًا|صباحاً?|ب\.ظ|ق\.ظ|[مص](?:\PL|$))?`)
	halfBefore   = regexp.MustCompile(`(下午|오후|午後|上午|오전|午前)\s*$`)
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

// TimeOn is the time of day that a text prints, in the zone that it prints or else the given one, on the day of t. A text
// without one gives the day's beginning.
func TimeOn(t time.Time, s string, zone *time.Location) time.Time {
	c := readClock(s, zone)
	return time.Date(t.Year(), t.Month(), t.Day(), c.hour, c.min, c.sec, 0, c.zone)
}
