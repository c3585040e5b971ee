package fetch

import (
	"net/url"
	"reflect"
	"testing"
)

func TestParseLinks(t *testing.T) {
	for _, c := range []struct {
		header string
		want   []link
	}{
		{``, nil},
		{`</a>`, []link{{url: "/a"}}},
		{`</a>; rel=next`, []link{{"/a", map[string]string{"rel": "next"}}}},
		{`</a>;Rel = "next prev" ; rel=last, <b>; x`, []link{{"/a", map[string]string{"rel": "next prev"}}, {"b", map[string]string{"x": ""}}}},
		{`</a,b>; title="a \"b\"; c, d"; type=t/x`, []link{{"/a,b", map[string]string{"title": `a "b"; c, d`, "type": "t/x"}}}},
		{`, ,</a>;;rel=a`, []link{{"/a", map[string]string{"": "", "rel": "a"}}}},
		{`</a>; title="open`, []link{{"/a", map[string]string{"title": "open"}}}},
		{`</a`, nil},
		{`/a; rel=next, <b>`, []link{{url: "b"}}},
		{`</a> junk, </b>`, []link{{url: "/a"}, {url: "/b"}}},
	} {
		if got := parseLinks([]string{c.header}); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.header, got, c.want)
		}
	}
}

func TestLooksLikeFeed(t *testing.T) {
	for addr, want := range map[string]bool{
		"/rss": true, "/feed/": true, "/en/rss/tp/1": true, "/feeds/posts/default": true, "/index.rdf": true, "/a.rss": true,
		"/rss.xml": true, "/world_rss.xml": true, "/rss.php": true, "/?feed=rss2": true, "/list?format=rss": true,
		"/feeds/news.xml": true, "/feed.json": true, "/rss-help": true, "/rss_feeds.html": true, "/RSS": true,
		"/": false, "/news": false, "/atom-bomb": false, "/animal-feed.html": false, "/sitemap.xml": false,
		"/press": false, "/feedback": false, "/data.json": false,
	} {
		u, err := url.Parse("http://news.example" + addr)
		if err != nil {
			t.Fatal(err)
		}
		if got := looksLikeFeed(u); got != want {
			t.Errorf("%s: %v", addr, got)
		}
	}
}

func TestKindOf(t *testing.T) {
	for _, c := range []struct {
		addr, title string
		want        Kind
	}{
		{"/feed", "News", MainFeed},
		{"/comments/feed/", "", CommentFeed},
		{"/2026/11/storm/feed/", "News » Storm Comments Feed", CommentFeed},
		{"/feed", "Kommentare zu: Sturm", CommentFeed},
		{"/?feed=comments-rss2", "", CommentFeed},
		{"/tag/storm/feed", "", SectionFeed},
		{"/feed?cat=3", "", SectionFeed},
		{"/podcast.xml", "", PodcastFeed},
		{"/sitemap-news.xml", "", SitemapFeed},
		{"/commentary.rss", "Commentary", MainFeed},
	} {
		u, err := url.Parse("http://news.example" + c.addr)
		if err != nil {
			t.Fatal(err)
		}
		if got := kindOf(u, c.title); got != c.want {
			t.Errorf("%s %q: %s, want %s", c.addr, c.title, got, c.want)
		}
	}
}

// FuzzAlternates: whatever a page and its headers say, what is found is bounded and could be asked for.
func FuzzAlternates(f *testing.F) {
	f.Add("<base href=/x/><link rel=alternate type=application/rss+xml href=feed><a href=/rss>RSS</a>", `</f>; rel="alternate"; type=application/atom+xml`)
	f.Add("<a href='/feed'>a<script><a href=/rss></script><a href=//[::1/rss>", `<a>;rel=alternate;;title="\`)
	f.Fuzz(func(t *testing.T, page, header string) {
		found := findAlternates(Page{URL: "http://news.example/a/b", HTML: []byte(page), Header: map[string][]string{"Link": {header}}})
		if len(found.links) > maxAlternates || len(found.anchors) > maxAlternates {
			t.Fatalf("%d links, %d anchors", len(found.links), len(found.anchors))
		}
		for _, a := range append(found.links, found.anchors...) {
			if u, err := url.Parse(a.url); err != nil || !isWeb(u) || len(a.url) > maxURL || len(a.title) > titleSize {
				t.Errorf("found %+v (%v)", a, err)
			}
		}
	})
}
