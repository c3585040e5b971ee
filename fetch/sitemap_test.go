package fetch

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"dateline/fetch/fetchtest"
)

const newsMap = `<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc> /news/1 </loc><lastmod>2026-11-21T12:30:00+03:30</lastmod>
<news:news><news:publication><news:name>The Wire</news:name><news:language>en</news:language></news:publication>
<news:publication_date>2026-11-21</news:publication_date><news:title><![CDATA[Talks & more]]></news:title><news:keywords>Politics, World, politics</news:keywords></news:news>
<image:image><image:loc>https://cdn.example/1.jpg</image:loc><image:caption>Two men &amp;amp; a table</image:caption></image:image></url>
<url><loc>https://news.example/about</loc></url>
</urlset>`

func TestSitemapNews(t *testing.T) {
	f, err := ParseFeed([]byte(newsMap), "", "https://news.example/sitemap-news.xml")
	if err != nil || len(f.Entries) != 1 || f.Title != "The Wire" || f.Language != "en" {
		t.Fatalf("feed = %+v, %v", f, err)
	}
	want := Entry{
		ID: "https://news.example/news/1", URL: "https://news.example/news/1", Title: "Talks & more", Language: "en", Tags: []string{"Politics", "World"},
		Published: day(21).Add(-9 * 3600e9), Updated: day(21),
		Enclosures: []Enclosure{{URL: "https://cdn.example/1.jpg", Type: "image", Caption: "Two men & a table"}},
	}
	if !reflect.DeepEqual(f.Entries[0], want) {
		t.Errorf("entry = %+v\nwant    %+v", f.Entries[0], want)
	}
}

func TestSitemaps(t *testing.T) {
	page := "<url><loc>http://h.example/1</loc></url>"
	for _, c := range []struct {
		name, body string
		entries    int
	}{
		{"without news", "<urlset>" + page + "<url><loc>http://h.example/2</loc><lastmod>2026-11-21</lastmod></url></urlset>", 2},
		{"cut", "<urlset>" + page + "<url><loc>http://h.exa", 1},
		{"gzip", gzipped("<urlset>" + page + "</urlset>"), 1},
		{"with a prefix", "<s:urlset xmlns:s='http://www.sitemaps.org/schemas/sitemap/0.9'><s:url><s:loc>http://h.example/1</s:loc></s:url></s:urlset>", 1},
		{"with a page that is not closed", "<urlset>" + page[:len(page)-6] + strings.ReplaceAll(page, "/1", "/2") + "</urlset>", 2},
		{"with no page", "<urlset></urlset>", 0},
		{"with links that are none", "<urlset><url><loc>javascript:x</loc></url><url><loc></loc></url></urlset>", 0},
		{"with a BOM and junk behind", "\ufeff<?xml version='1.0'?><urlset>" + page + "</urlset><url><loc>http://h.example/2</loc></url>", 1},
	} {
		f, err := ParseFeed([]byte(c.body), "", "")
		if err != nil || len(f.Entries) != c.entries || c.entries > 0 && f.Entries[0].URL != "http://h.example/1" {
			t.Errorf("%s: %+v, %v", c.name, f, err)
		}
	}
}

// An index leads to the sitemaps that changed last, on its own host, and to no more than a few.
func TestSitemapIndex(t *testing.T) {
	var archive strings.Builder
	archive.WriteString("-- http://news.example/index.xml --\nHTTP/1.1 200 OK\nContent-Type: text/xml\nETag: \"a\"\n\n<sitemapindex><sitemap><loc>http://other.example/0.xml</loc><lastmod>2026-11-30</lastmod></sitemap>")
	for i := range 6 {
		fmt.Fprintf(&archive, "<sitemap><loc>http://news.example/%d.xml</loc><lastmod>2026-11-%02d</lastmod></sitemap>", i, i+1)
	}
	archive.WriteString("</sitemapindex>\n")
	for i := range 5 { // the sixth is missing
		fmt.Fprintf(&archive, "-- http://news.example/%d.xml --\n<urlset><url><loc>/page/%[1]d</loc></url></urlset>\n", i)
	}
	web := fetchtest.New(t, archive.String())
	f, err := New(Options{Dial: web.Dial, HostInterval: -1}).Poll(t.Context(), "http://news.example/index.xml", Validators{})
	if err != nil || len(f.Entries) != 2 || f.Entries[0].URL != "http://news.example/page/4" || f.Entries[1].URL != "http://news.example/page/3" {
		t.Errorf("feed = %+v, %v", f, err)
	}
	if f.Validators != (Validators{}) || len(web.Requests()) != 4 {
		t.Errorf("validators %+v, %d requests", f.Validators, len(web.Requests()))
	}
}

// Who gives up between two sitemaps gets no half of the pages.
func TestSitemapIndexCancelled(t *testing.T) {
	web := fetchtest.New(t, `-- http://news.example/index.xml --
<sitemapindex><sitemap><loc>/1.xml</loc></sitemap><sitemap><loc>/2.xml</loc></sitemap></sitemapindex>
-- http://news.example/1.xml --
<urlset><url><loc>/page/1</loc></url></urlset>
-- http://news.example/2.xml --
<urlset><url><loc>/page/2</loc></url></urlset>
`)
	ctx, cancel := context.WithCancel(t.Context())
	observe := func(r Request) {
		if strings.HasSuffix(r.URL, "/1.xml") {
			cancel()
		}
	}
	_, err := New(Options{Dial: web.Dial, HostInterval: -1, Observe: observe}).Poll(ctx, "http://news.example/index.xml", Validators{})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v", err)
	}
}

func FuzzSitemap(f *testing.F) {
	f.Add([]byte(newsMap))
	f.Add([]byte("<sitemapindex><sitemap><loc>http://h/1</loc><lastmod>2026-11-21</lastmod></sitemap>"))
	f.Add([]byte("<urlset><url><loc>//h</loc></url><url><image:image><image:loc>x</image:loc></image:image></news:news></url>"))
	f.Fuzz(func(t *testing.T, b []byte) {
		doc := document{body: b, format: siteMap, limits: Limits{}.filled()}
		feed, err := readSitemap(&doc, webURL("http://feed.example/sitemap.xml"))
		if err != nil {
			return
		}
		if len(feed.Sitemaps) > maxList || len(feed.Entries) > maxPages {
			t.Errorf("%d entries, %d sitemaps", len(feed.Entries), len(feed.Sitemaps))
		}
		for _, e := range feed.Entries {
			checkWeb(t, e.URL)
		}
		for _, s := range feed.Sitemaps {
			checkWeb(t, s)
		}
	})
}
