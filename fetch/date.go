package fetch

import (
	"strings"
	"time"

	ext "github.com/mmcdole/gofeed/extensions"

	"dateline/extract/calendar"
)

// readDate reads a date as a feed writes it, in UTC. Most write one of two forms to the letter, RFC 822's or RFC 3339's; those
// are read here, and whatever else people print by package calendar. It is false for what is no date.
func readDate(s string) (time.Time, bool) {
	t, ok := mailDate(s)
	if !ok {
		t, ok = stampDate(s)
	}
	if !ok {
		t, ok = calendar.Field(s)
	}
	return t.UTC(), ok
}

// moment is the date, or the zero time.
func moment(s string) time.Time {
	t, _ := readDate(s)
	return t
}

// addDates takes the dates of an entry's elements, those of another format among them. Dublin Core's date is said to be of any event in
// the life of an entry.
func (e *Entry) addDates(x ext.Extensions) {
	e.Published, e.Updated = firstDate(x, publishedNames), firstDate(x, updatedNames)
}

// named is an element of an extension.
type named struct{ prefix, name string }

// Elements that tell when an entry or a feed was published and changed, the best first. Those of the format itself have been
// made ours by the rewriter.
var (
	publishedNames = []named{
		{ours, "pubdate"}, {ours, "published"}, {ours, "issued"},
		{"atom", "published"}, {"atom03", "issued"}, {"dcterms", "issued"}, {"dcterms", "available"},
		{"dc", "date"}, {ours, "created"}, {"atom03", "created"}, {"dcterms", "created"},
	}
	updatedNames = []named{
		{ours, "lastbuilddate"}, {ours, "updated"}, {ours, "modified"},
		{"atom", "updated"}, {"atom03", "modified"}, {"dcterms", "modified"}, {"dc", "date"},
	}
)

// firstDate is the first date that can be read.
func firstDate(x ext.Extensions, names []named) time.Time {
	for _, n := range names {
		for _, e := range x[n.prefix][n.name] {
			if t := moment(e.Value); !t.IsZero() {
				return t
			}
		}
	}
	return time.Time{}
}

// mailDate reads RFC 822's form with the year in full, as RFC 1123 and RFC 2822 have it: Tue, 03 Nov 2020 10:00:00 GMT. The day of
// the week may be missing, and is not compared.
func mailDate(s string) (time.Time, bool) {
	if len(s) > 5 && s[3] == ',' && s[4] == ' ' && inLatin(s[:3]) {
		s = s[5:]
	}
	day, s, _ := strings.Cut(s, " ")
	if len(day) > 2 || len(s) < 21 || s[3] != ' ' || s[8] != ' ' || s[17] != ' ' { // Nov 2020 10:00:00 GMT
		return time.Time{}, false
	}
	month := monthOf(s[0:3])
	offset, ok := mailZone(s[18:])
	if month == 0 || !ok {
		return time.Time{}, false
	}
	return onClock(digits(s[4:8]), month, digits(day), s[9:17], offset)
}

// stampDate reads RFC 3339's form: 2020-11-03T10:00:00Z. Fractions of the second are dropped.
func stampDate(s string) (time.Time, bool) {
	if len(s) < 20 || s[4] != '-' || s[7] != '-' || s[10] != 'T' {
		return time.Time{}, false
	}
	rest := s[19:]
	if rest[0] == '.' {
		i := 1
		for i < len(rest) && rest[i] >= '0' && rest[i] <= '9' {
			i++
		}
		rest = rest[i:]
	}
	offset := 0
	if rest != "Z" {
		if len(rest) != 6 || rest[3] != ':' {
			return time.Time{}, false
		}
		var ok bool
		if offset, ok = numericZone(rest[0], rest[1:3], rest[4:6]); !ok {
			return time.Time{}, false
		}
	}
	return onClock(digits(s[0:4]), digits(s[5:7]), digits(s[8:10]), s[11:19], offset)
}

// onClock is a day with a clock (hh:mm:ss), so many seconds east of UTC. Leap seconds, the end of the day and the years of
// other calendars are left to package calendar.
func onClock(year, month, day int, clock string, offset int) (time.Time, bool) {
	hour, minute, sec := digits(clock[0:2]), digits(clock[3:5]), digits(clock[6:8])
	if clock[2] != ':' || clock[5] != ':' || year <= calendar.Earliest || year >= calendar.Latest || month < 1 || month > 12 || day < 1 ||
		hour < 0 || hour > 23 || minute < 0 || minute > 59 || sec < 0 || sec > 59 {
		return time.Time{}, false
	}
	t := time.Date(year, time.Month(month), day, hour, minute, sec-offset, 0, time.UTC)
	return t, day <= 28 || time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Day() == day
}

// mailZone reads the zones that nearly all feeds write, in seconds east of UTC.
func mailZone(s string) (int, bool) {
	switch s {
	case "GMT", "UTC":
		return 0, true
	}
	if len(s) != 5 {
		return 0, false
	}
	return numericZone(s[0], s[1:3], s[3:5])
}

func numericZone(sign byte, hours, minutes string) (int, bool) {
	h, m := digits(hours), digits(minutes)
	if h < 0 || h > 23 || m < 0 || m > 59 {
		return 0, false
	}
	switch sign {
	case '+':
		return h*3600 + m*60, true
	case '-':
		return -h*3600 - m*60, true
	}
	return 0, false
}

// digits reads a number of so many digits; -1 is none.
func digits(s string) int {
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return -1
		}
		n = 10*n + int(s[i]-'0')
	}
	return n
}

// inLatin says whether a word has ASCII letters alone.
func inLatin(s string) bool {
	for i := range len(s) {
		if c := s[i] | 0x20; c < 'a' || c > 'z' {
			return false
		}
	}
	return true
}

// monthOf is the month of an English abbreviation; 0 is none.
func monthOf(s string) int {
	switch s {
	case "Jan":
		return 1
	case "Feb":
		return 2
	case "Mar":
		return 3
	case "Apr":
		return 4
	case "May":
		return 5
	case "Jun":
		return 6
	case "Jul":
		return 7
	case "Aug":
		return 8
	case "Sep":
		return 9
	case "Oct":
		return 10
	case "Nov":
		return 11
	case "Dec":
		return 12
	}
	return 0
}
