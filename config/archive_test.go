package config_test

import (
	"testing"
	"time"
	_ "time/tzdata"

	"dateline/config"
)

// The archive of a day: in the agency's zone, in its language's calendar, from its home page.
func TestArchiveURL(t *testing.T) {
	evening := time.Date(2026, 11, 3, 22, 0, 0, 0, time.UTC) // the 4th in Tehran, 13 Aban 1405
	const own, other = "archive = '/a/{year}/{month}/{day}?p={page}'\n", "archive = 'https://old.example/{year}-{month}-{day}'\n"
	const home, tehran = "home = 'https://news.example/en/'\n", "timezone = 'Asia/Tehran'\n"
	for _, c := range []struct{ agency, want string }{
		{own + home + "language = 'en'", "https://news.example/a/2026/11/3?p=2"},
		{own + home + tehran, "https://news.example/a/2026/11/4?p=2"},
		{own + home + tehran + "language = 'fa-IR'", "https://news.example/a/1405/8/13?p=2"},
		{other + home, "https://old.example/2026-11-3"},
		{other, "https://old.example/2026-11-3"},
		{own, ""}, // no home page
		{home, ""},
	} {
		cfg := parse(t, "enable = []\n[[agency]]\nid = 'x'\nname = 'X'\nfeeds = ['https://news.example/rss']\n"+c.agency)
		if got := cfg.Agencies[0].ArchiveURL(evening, 2); got != c.want {
			t.Errorf("%s: got %q, want %q", c.agency, got, c.want)
		}
	}
	if got := (config.Agency{Home: "https://news.example/"}).ArchiveURL(evening, 1); got != "" {
		t.Errorf("an agency without an archive has one at %q", got)
	}
}

// Sites made with Nastooh have their archives by their profile.
func TestNastoohArchive(t *testing.T) {
	day := time.Date(2024, 9, 28, 12, 0, 0, 0, time.UTC)
	for id, want := range map[string]string{
		"mehr-fa":     "https://www.mehrnews.com/page/archive.xhtml?mn=7&wide=0&dy=7&ms=0&pi=1&yr=1403",
		"mehr-en":     "https://en.mehrnews.com/page/archive.xhtml?mn=9&wide=0&dy=28&ms=0&pi=1&yr=2024",
		"tehrantimes": "https://www.tehrantimes.com/page/archive.xhtml?mn=9&wide=0&dy=28&ms=0&pi=1&yr=2024",
		"voa-en":      "",
	} {
		a, ok := config.Lookup(id)
		if got := a.ArchiveURL(day, 1); !ok || got != want {
			t.Errorf("%s: got %q, want %q", id, got, want)
		}
	}
}
