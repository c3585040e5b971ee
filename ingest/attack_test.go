package ingest

import (
	"strings"
	"testing"

	"dateline/config"
	"dateline/extract"
	"dateline/fetch"
	"dateline/storage"
)

// TestAttack34GUID: a guid is kept as it came, but for one of a size that only wants room, and for a password in it.
func TestAttack34GUID(t *testing.T) {
	long := strings.Repeat("g", 1<<20)
	for id, want := range map[string]string{
		"":                               "",
		"tag:news.example,2026:1":        "tag:news.example,2026:1",
		"https://news.example/?p=1":      "https://news.example/?p=1",
		"https://u:p@news.example/?p=1":  "https://news.example/?p=1",
		"mara@news.example":              "mara@news.example",
		"\x00\xff":                       "\x00\xff",
		strings.Repeat("g", maxGUID):     strings.Repeat("g", maxGUID),
		strings.Repeat("g", maxGUID+1):   guid(strings.Repeat("g", maxGUID+1)),
		"https://news.example/%zz?u:p@h": "https://news.example/%zz?u:p@h",
	} {
		got := draftOf(func(e *fetch.Entry) { e.ID = id }).Record.GUID
		if got != want || len(got) > maxGUID {
			t.Errorf("%.40q became %.40q, want %.40q", id, got, want)
		}
	}
	one, two := guid(long), guid(long+"2")
	if one == two || !strings.HasPrefix(one, "sha256:") || one != guid(long) {
		t.Errorf("a megabyte: %q and %q", one, two)
	}
}

// TestAttack35Competitor: an article keeps the address where it was fetched, whatever the page says of another site.
func TestAttack35Competitor(t *testing.T) {
	page := func(canonical string) fetch.Page {
		return fetch.Page{URL: "https://news.example/1", HTML: []byte(`<link rel="canonical" href="` + canonical + `"><meta property="og:url" content="` + canonical + `"><p>The harbour opens at four.</p>`)}
	}
	for canonical, want := range map[string]string{
		"https://rival.example/scoop":     "https://news.example/1",
		"https://news.example/tea":        "https://news.example/tea",
		"https://www.news.example/tea":    "https://www.news.example/tea",
		"https://news.example.evil.tld/a": "https://news.example/1",
		"//rival.example/scoop":           "https://news.example/1",
	} {
		p := page(canonical)
		d := draftOf(nil)
		r := complete(haven, d, p, extract.Page(p.HTML, source(haven, d, p, noon)), noon)
		if r.URL != want {
			t.Errorf("%s: the record is at %s, want %s", canonical, r.URL, want)
		}
	}
}

// TestAttack36FakeLicence: what a feed claims for an article whose page reserves all rights is in doubt, and a feed can't license
// what another site publishes.
func TestAttack36FakeLicence(t *testing.T) {
	const by, bync = "https://creativecommons.org/licenses/by/4.0/", "https://creativecommons.org/licenses/by-nc/4.0/"
	reserved := extract.Article{Rights: []extract.Right{{Name: "all-rights-reserved", Value: "All rights reserved.", Evidence: "page-text"}}}
	stated := extract.Article{License: extract.LicenseFrom(bync, "page-link")}
	for _, c := range []struct {
		name, url, license string
		article            extract.Article
		spdx, status       string
	}{
		{"the page reserves", "https://news.example/1", by, reserved, "CC-BY-4.0", "conflict"},
		{"the page says another", "https://news.example/1", by, stated, "CC-BY-NC-4.0", "conflict"},
		{"a rival's page is silent", "https://rival.example/1", by, extract.Article{}, "CC-BY-4.0", "conflict"},
		{"a rival's page reserves", "https://rival.example/1", by, reserved, "CC-BY-4.0", "conflict"},
		{"a rival's page states its own", "https://rival.example/1", by, stated, "CC-BY-NC-4.0", "verified"},
		{"the configuration speaks of no rival", "https://rival.example/1", "", extract.Article{}, "", ""},
		{"a rival's page, and nothing claimed", "https://rival.example/1", "", stated, "CC-BY-NC-4.0", "verified"},
		{"a site below the agency's", "https://en.news.example/1", "", extract.Article{}, "CC-BY-4.0", "asserted"},
	} {
		d := draftOf(func(e *fetch.Entry) { e.URL, e.License = c.url, c.license })
		records := map[string]storage.Record{
			"page": complete(haven, d, fetch.Page{URL: c.url}, c.article, noon),
			"feed": fromFeed(haven, d, c.article, "timeout", noon),
		}
		for from, r := range records {
			l := r.License
			if l == nil {
				l = &storage.License{}
			}
			if l.SPDX != c.spdx || l.Status != c.status {
				t.Errorf("%s, from the %s: %+v", c.name, from, *l)
			}
			if open := l.Status == "verified" && l.SPDX == "CC-BY-4.0"; open && strings.Contains(c.url, "rival") {
				t.Errorf("%s, from the %s: an open licence on a rival's article", c.name, from)
			}
		}
	}
}

// TestAttack37CopiedAttribution: the source that is named is where the article was fetched, not who claims it.
func TestAttack37CopiedAttribution(t *testing.T) {
	rival := draftOf(func(e *fetch.Entry) { e.URL, e.Authors = "https://www.rival.example/1", []string{"Haven News Agency"} })
	own := draftOf(func(e *fetch.Entry) { e.Authors = []string{"Rival Press"} })
	nowhere := storage.Record{Title: "T", URL: "https://rival.example/1", Agency: storage.Agency{Name: "Haven"}, Feed: "https://news.example/rss"}
	for _, c := range []struct{ got, has, lacks string }{
		{attribution(&rival.Record), ", rival.example (https://www.rival.example/1)", ", Haven News Agency ("},
		{AttributionHTML(&rival.Record), `<a href="https://www.rival.example/">rival.example</a>`, `http://news.example/`},
		{attribution(&own.Record), "by Rival Press, Haven News Agency (https://news.example/1)", ", Rival Press ("},
		{attribution(&nowhere), ", Haven (", "rival.example, "}, // the agency's home is not known: nobody can tell
	} {
		if !strings.Contains(c.got, c.has) || strings.Contains(c.got, c.lacks) {
			t.Errorf("%s: lacks %q or has %q", c.got, c.has, c.lacks)
		}
	}
}

// TestAttack47PasswordsInFeeds: an address with a user name is asked for and kept without it.
func TestAttack47PasswordsInFeeds(t *testing.T) {
	d := draftOf(func(e *fetch.Entry) {
		e.URL = "https://mara:s3cret@news.example/1?utm_source=rss"
		e.Enclosures = []fetch.Enclosure{{URL: "https://mara:s3cret@news.example/a.jpg", Type: "image/jpeg"}, {URL: "https://mara:s3cret@[broken/b.jpg", Type: "image/jpeg"}}
	})
	article := extract.Article{Images: []extract.Image{{URL: "https://mara:s3cret@news.example/c.jpg"}}}
	r := complete(config.Agency{ID: "haven"}, d, fetch.Page{}, article, noon)
	line, err := r.Line()
	if err != nil || d.Page != "https://news.example/1?utm_source=rss" {
		t.Errorf("asked for: %q, %v", d.Page, err)
	}
	first, err := d.Record.Line()
	if err != nil || strings.Contains(string(first)+string(line), "s3cret") || strings.Contains(string(first)+string(line), "mara") {
		t.Errorf("%s\n%s", first, line)
	}
}
