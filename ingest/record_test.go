package ingest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/config"
	"dateline/extract"
	"dateline/fetch"
	"dateline/storage"
)

var haven = config.Agency{ID: "haven", Name: "Haven News Agency", Home: "http://news.example/", Language: "en", License: "CC-BY-4.0"}

func entry(change func(*fetch.Entry)) fetch.Entry {
	e := fetch.Entry{
		ID: "guid-1", URL: "https://news.example/1?utm_source=rss", Title: "Title", Summary: "Summary",
		Content: "<p>Content</p>", Published: noon.Add(-time.Hour),
	}
	if change != nil {
		change(&e)
	}
	return e
}

func draftOf(change func(*fetch.Entry)) storage.Draft {
	e := entry(change)
	return draft(haven, "https://news.example/rss", &fetch.Feed{Language: "fr"}, &e, noon)
}

func TestDraftIsAValidRecord(t *testing.T) {
	d := draftOf(nil)
	r := d.Record
	if r.URL != "https://news.example/1" || d.Page != "https://news.example/1?utm_source=rss" {
		t.Errorf("url %q, page %q", r.URL, d.Page)
	}
	if r.Language != "en" || r.Feed != "https://news.example/rss" || r.Agency.ID != "haven" {
		t.Errorf("record %+v", r)
	}
	if l := r.License; l == nil || l.SPDX != "CC-BY-4.0" || l.Status != "asserted" || l.Evidence != "agency-config" || l.Holder != "Haven News Agency" {
		t.Errorf("licence %+v", l)
	}
}

// Media RSS says of a file that it is an image where its type is not stated.
func TestImagesOfAFeed(t *testing.T) {
	got := images([]fetch.Enclosure{
		{URL: "http://a.example/1", Type: "image", Caption: "One", Credit: "Ann"}, {URL: "http://a.example/2", Type: "image/png"},
		{URL: "http://a.example/2", Type: "image/png"}, {URL: "http://a.example/3", Type: "audio/mpeg"}, {URL: "http://a.example/4"},
	})
	want := []storage.Image{{URL: "http://a.example/1", Caption: "One", Credit: "Ann"}, {URL: "http://a.example/2"}}
	if !slices.Equal(got, want) {
		t.Errorf("images %+v, want %+v", got, want)
	}
}

// TestIdentity gives an article one id whatever a feed says beside its address.
func TestIdentity(t *testing.T) {
	id := draftOf(nil).Record.ID
	same := map[string]func(*fetch.Entry){
		"another guid":          func(e *fetch.Entry) { e.ID = "guid-2" },
		"http":                  func(e *fetch.Entry) { e.URL = "http://news.example/1" },
		"another tracker":       func(e *fetch.Entry) { e.URL = "https://news.example/1?fbclid=x" },
		"another title":         func(e *fetch.Entry) { e.Title = "Edited" },
		"a host in upper case":  func(e *fetch.Entry) { e.URL = "https://NEWS.example/1#top" },
		"the port of the https": func(e *fetch.Entry) { e.URL = "https://news.example:443/1" },
	}
	for name, change := range same {
		if got := draftOf(change).Record.ID; got != id {
			t.Errorf("%s: id %s, want %s", name, got, id)
		}
	}
	other := map[string]func(*fetch.Entry){
		"another address":           func(e *fetch.Entry) { e.URL = "https://news.example/2" },
		"a parameter that is an id": func(e *fetch.Entry) { e.URL = "https://news.example/1?id=7" },
		"no address":                func(e *fetch.Entry) { e.URL = "" },
		"a script for address":      func(e *fetch.Entry) { e.URL = "javascript:alert(1)" },
	}
	for name, change := range other {
		if got := draftOf(change).Record.ID; got == id {
			t.Errorf("%s: the same id", name)
		}
	}
}

func TestMarkSeesEdits(t *testing.T) {
	before := draftOf(nil).Mark
	edits := map[string]func(*fetch.Entry){
		"title":                              func(e *fetch.Entry) { e.Title += "!" },
		"summary":                            func(e *fetch.Entry) { e.Summary += "!" },
		"content":                            func(e *fetch.Entry) { e.Content += "!" },
		"updated":                            func(e *fetch.Entry) { e.Updated = noon },
		"a word moved from title to summary": func(e *fetch.Entry) { e.Title, e.Summary = "Tit", "leSummary" },
	}
	for name, change := range edits {
		if draftOf(change).Mark == before {
			t.Errorf("%s: not seen", name)
		}
	}
	if draftOf(nil).Mark != before {
		t.Error("the mark of an entry that nobody edited changed")
	}
}

func TestDraftAllTakesAnIdentityOnce(t *testing.T) {
	f := fetch.Feed{Entries: []fetch.Entry{entry(nil), entry(func(e *fetch.Entry) { e.Title = "again" }), entry(func(e *fetch.Entry) { e.URL = "https://news.example/2" })}}
	if drafts := draftAll(haven, "https://news.example/rss", f, noon); len(drafts) != 2 || drafts[0].Record.Title != "Title" {
		t.Errorf("%d drafts: %+v", len(drafts), drafts)
	}
}

func TestSaneDates(t *testing.T) {
	for _, bad := range []time.Time{{}, time.Unix(-1<<40, 0), noon.Add(25 * time.Hour), noon.AddDate(7000, 0, 0)} {
		if got := sane(bad, noon); !got.IsZero() {
			t.Errorf("%v kept as %v", bad, got)
		}
	}
	if got := sane(noon.Add(time.Hour+time.Millisecond), noon); !got.Equal(noon.Add(time.Hour)) {
		t.Errorf("an hour ahead became %v", got)
	}
}

func TestBetterDate(t *testing.T) {
	day := noon.Truncate(24 * time.Hour)
	tests := []struct{ page, feed, want time.Time }{
		{noon, noon.Add(time.Hour), noon},
		{time.Time{}, noon, noon},
		{noon, time.Time{}, noon},
		{day, noon, noon},                 // the page says the day, the feed the hour
		{day, noon.AddDate(0, 0, 9), day}, // the feed was republished
		{time.Time{}, time.Time{}, time.Time{}},
	}
	for _, tt := range tests {
		if got := better(tt.page, tt.feed); !got.Equal(tt.want) {
			t.Errorf("page %v, feed %v: %v, want %v", tt.page, tt.feed, got, tt.want)
		}
	}
}

// TestPageLicense weighs what the page states against what was known before it.
func TestPageLicense(t *testing.T) {
	const by, bync, bysa = "https://creativecommons.org/licenses/by/4.0/", "https://creativecommons.org/licenses/by-nc/4.0/", "https://creativecommons.org/licenses/by-sa/4.0/"
	page := func(address, scope string) extract.Article {
		l := extract.LicenseFrom(address, "page-link")
		l.Scope = scope
		return extract.Article{License: l}
	}
	reserved := extract.Article{Rights: []extract.Right{{Name: "all-rights-reserved", Value: "All rights reserved.", Evidence: "page-text"}}}
	wire := extract.Article{Rights: []extract.Right{{Name: "third-party", Value: "AFP", Evidence: "byline"}}}
	asserted := func(*fetch.Entry) {}
	item := func(address string) func(*fetch.Entry) { return func(e *fetch.Entry) { e.License = address } }
	for _, c := range []struct {
		name                          string
		entry                         func(*fetch.Entry)
		article                       extract.Article
		spdx, scope, evidence, status string
	}{
		{"the page agrees with the configuration", asserted, page(by, "page"), "CC-BY-4.0", "page", "page-link", "verified"},
		{"the page is narrower than the configuration", asserted, page(bync, "site"), "CC-BY-NC-4.0", "site", "page-link", "conflict"},
		{"the page is silent", asserted, extract.Article{}, "CC-BY-4.0", "agency", "agency-config", "asserted"},
		{"the page reserves what is only asserted", asserted, reserved, "CC-BY-4.0", "agency", "agency-config", "conflict"},
		{"the page reserves what the feed gives", item(by), reserved, "CC-BY-4.0", "item", "feed", "conflict"},
		{"the item goes before the site", item(by), page(bync, "site"), "CC-BY-4.0", "item", "feed", "verified"},
		{"item and page differ", item(by), page(bync, "page"), "CC-BY-NC-4.0", "page", "page-link", "conflict"},
		{"item and page differ the other way", item(bync), page(bysa, "page"), "CC-BY-NC-4.0", "item", "feed", "conflict"},
		{"an agency is credited", asserted, wire, "", "", "", ""},
		{"the feed names an agency as its source", func(e *fetch.Entry) { e.Source = "Reuters" }, page(by, "site"), "", "", "", ""},
		{"the item's own licence covers the agency's text", func(e *fetch.Entry) { e.Source, e.License = "Reuters", by }, wire, "CC-BY-4.0", "item", "feed", "verified"},
	} {
		r := complete(haven, draftOf(c.entry), fetch.Page{}, c.article, noon)
		l := r.License
		if l == nil {
			l = &storage.License{}
		}
		if l.SPDX != c.spdx || l.Scope != c.scope || l.Evidence != c.evidence || l.Status != c.status {
			t.Errorf("%s: %+v", c.name, *l)
		}
		if l.SPDX != "" && l.Holder != "Haven News Agency" {
			t.Errorf("%s: holder %q", c.name, l.Holder)
		}
	}
	if l := pageLicense(config.Agency{}, &storage.Record{}, "", extract.Article{}); l != nil {
		t.Errorf("nobody says anything: %+v", l)
	}
}

// TestAttribution has what CC BY 4.0 section 3(a)(1) asks for, and claims no licence where none is known.
func TestAttribution(t *testing.T) {
	r := storage.Record{
		Title: "Harbour \"opens\"", Authors: []string{"Mara Lind", "Jon Aske"}, URL: "http://news.example/1",
		Agency:  storage.Agency{Name: "Tehran Times"},
		License: &storage.License{SPDX: "CC-BY-4.0", URL: "https://creativecommons.org/licenses/by/4.0/", Holder: "Mehr News Agency", Status: "verified"},
	}
	got := attribution(&r)
	for _, part := range []string{
		"Harbour", "Mara Lind, Jon Aske", "Tehran Times", "(http://news.example/1)", "Mehr News Agency", "CC BY 4.0",
		"(https://creativecommons.org/licenses/by/4.0/)", "Changes: text extracted",
	} {
		if !strings.Contains(got, part) {
			t.Errorf("%s: lacks %q", got, part)
		}
	}
	if strings.Contains(got, "\n") {
		t.Errorf("more than one line: %q", got)
	}
	r.License.Status = "conflict"
	if got := attribution(&r); strings.Contains(got, "licensed") {
		t.Errorf("a licence in conflict is claimed: %s", got)
	}
	r.License = nil
	if got := attribution(&r); strings.Contains(got, "licensed") {
		t.Errorf("no licence, and yet: %s", got)
	}
}

func TestFromFeed(t *testing.T) {
	d := draftOf(func(e *fetch.Entry) {
		e.Content = "<p>First paragraph of what the feed brought along.</p><p>Second one.</p><p>All Content by Haven News Agency is licensed under a Creative Commons Attribution 4.0 International License.</p>"
	})
	r := fromFeed(haven, d, extract.Page([]byte(d.Content), contentSource(haven, d, noon)), "timeout", noon)
	if r.Text != "First paragraph of what the feed brought along.\n\nSecond one." || r.BodyFrom != "feed" || r.Partial != "timeout" {
		t.Errorf("text %q from %q, partial %q", r.Text, r.BodyFrom, r.Partial)
	}
	if r.License == nil || r.License.Status != "verified" {
		t.Errorf("licence %+v", r.License)
	}
	r = fromFeed(haven, draftOf(func(e *fetch.Entry) { e.Content = "" }), extract.Article{}, "robots", noon)
	if r.Text != "Summary" {
		t.Errorf("without content: %q", r.Text)
	}
	r = fromFeed(haven, draftOf(func(e *fetch.Entry) { e.Content, e.Summary = "", "" }), extract.Article{}, "robots", noon)
	if r.Text != "" || r.BodyFrom != "" {
		t.Errorf("without anything: %q from %q", r.Text, r.BodyFrom)
	}
}
