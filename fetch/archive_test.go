package fetch

import (
	"context"
	"errors"
	"slices"
	"testing"

	"dateline/fetch/fetchtest"
)

func TestArchiveAndSitemap(t *testing.T) {
	web := fetchtest.New(t, `
-- http://news.example/robots.txt --
User-agent: *
Disallow: /old/
Sitemap: http://news.example/sitemap.xml
Sitemap: /map/News-1.xml
Sitemap: http://maps.example/news/2.xml
Sitemap: http://news.example/map/news-3.xml
Sitemap: http://news.example/map/news-4.xml
-- http://news.example/old/feed --
<rss version="2.0"><channel><item><title>Old</title><link>http://news.example/1</link></item></channel></rss>
-- http://news.example/map/news.xml --
<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>http://news.example/map/3.xml</loc></sitemap></sitemapindex>
-- http://down.example/robots.txt --
HTTP/1.1 503 Service Unavailable

-- http://bare.example/ --
<html>
`)
	var kinds []string
	c := New(Options{HostInterval: -1, Dial: web.Dial, Observe: func(r Request) { kinds = append(kinds, r.Kind) }})
	t.Cleanup(c.Close)

	if f, err := c.Archive(t.Context(), "http://news.example/old/feed"); err != nil || len(f.Entries) != 1 {
		t.Errorf("archive: %+v, %v", f, err)
	}
	var failed *Error
	if _, err := c.Sitemap(t.Context(), "http://news.example/old/feed"); !errors.As(err, &failed) || failed.Reason != Robots {
		t.Errorf("a sitemap that robots.txt forbids: %v", err)
	}
	if f, err := c.Sitemap(t.Context(), "http://news.example/map/news.xml"); err != nil || len(f.Sitemaps) != 1 || len(f.Entries) != 0 {
		t.Errorf("an index: %+v, %v", f, err)
	}
	if _, err := c.Archive(t.Context(), "http://news.example/none"); !errors.As(err, &failed) || failed.Reason != NotFound {
		t.Errorf("an archive that is not there: %v", err)
	}
	if want := []string{"archive", "robots", "sitemap", "archive"}; !slices.Equal(kinds, want) {
		t.Errorf("requests for %q, want %q", kinds, want)
	}

	want := []string{"http://news.example/map/News-1.xml", "http://maps.example/news/2.xml", "http://news.example/map/news-3.xml"}
	if maps, err := c.NewsSitemaps(t.Context(), "http://news.example/rss"); err != nil || !slices.Equal(maps, want) {
		t.Errorf("news sitemaps %q, %v, want %q", maps, err, want)
	}
	if maps, err := c.NewsSitemaps(t.Context(), "http://bare.example/"); err != nil || len(maps) > 0 {
		t.Errorf("news sitemaps of a site without robots.txt: %q, %v", maps, err)
	}
	if _, err := c.NewsSitemaps(t.Context(), "http://down.example/"); !errors.As(err, &failed) || failed.Reason != RobotsDown || failed.URL != "http://down.example/" {
		t.Errorf("robots.txt can't be had: %v", err)
	}
	if _, err := c.NewsSitemaps(t.Context(), "ftp://news.example/"); !errors.As(err, &failed) || failed.Reason != BadURL {
		t.Errorf("no web address: %v", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.NewsSitemaps(gone, "http://other.example/"); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
