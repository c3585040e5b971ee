package config

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"dateline/extract/calendar"

	"golang.org/x/text/language"
)

// wantArchive is what the address of a date archive must be.
const wantArchive = `an address, from the home page or a whole one, with {year}, {month}, {day} and perhaps {page}, such as "/archive/{year}/{month}/{day}"`

// isArchive tells the address of a date archive.
func isArchive(s string) bool {
	for _, name := range []string{"{year}", "{month}", "{day}"} {
		if !strings.Contains(s, name) {
			return false
		}
	}
	s = places("1", "1", "1", "1").Replace(s)
	if strings.HasPrefix(s, "/") {
		s = "http://news.example" + s
	}
	return isWeb(s) && !strings.ContainsAny(s, "{}")
}

func places(year, month, day, page string) *strings.Replacer {
	return strings.NewReplacer("{year}", year, "{month}", month, "{day}", day, "{page}", page)
}

// ArchiveURL is a page of the agency's date archive, counted from 1, for the day that a time falls on where the agency is. Days
// are numbered as its language does: in Persian by the Solar Hijri calendar. It is empty if no archive is known.
func (a Agency) ArchiveURL(at time.Time, page int) string {
	home, err := url.Parse(a.Home)
	if a.Archive == "" || err != nil {
		return ""
	}
	if a.Zone != nil {
		at = at.In(a.Zone)
	}
	year, month, day := at.Year(), int(at.Month()), at.Day()
	if isPersian(a.Language) {
		year, month, day = calendar.SolarDay(at)
	}
	u, err := home.Parse(places(strconv.Itoa(year), strconv.Itoa(month), strconv.Itoa(day), strconv.Itoa(page)).Replace(a.Archive))
	if err != nil || !isWeb(u.String()) { // no home page
		return ""
	}
	return u.String()
}

func isPersian(tag string) bool {
	base, _ := language.Make(tag).Base()
	return base.String() == "fa"
}
