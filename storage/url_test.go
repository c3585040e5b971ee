package storage_test

import (
	"net/url"
	"strings"
	"testing"

	"dateline/storage"
)

func TestCanonicalURL(t *testing.T) {
	tests := []struct{ raw, want string }{
		{"http://news.example", "http://news.example/"},
		{"HTTP://News.Example:80/A/b", "http://news.example/A/b"},
		{"https://news.example:443/", "https://news.example/"},
		{"https://news.example:8443/", "https://news.example:8443/"},
		{" https://news.example/a \n", "https://news.example/a"},
		{"https://user:secret@news.example/a", "https://news.example/a"},
		{"https://news.example/a#comments", "https://news.example/a"},
		{"https://news.example/#!/a", "https://news.example/#!/a"},
		{"https://news.example/a/../b/./c/", "https://news.example/b/c/"},
		{"https://news.example/a//b", "https://news.example/a//b"},
		{"https://news.example./a", "https://news.example/a"},
		{"https://xn--mgb9awbf.example/", "https://xn--mgb9awbf.example/"},
		{"https://bücher.example/", "https://xn--bcher-kva.example/"},
		// One slug in UTF-8 and percent-encoded.
		{"https://www.mehrnews.com/news/4066203/بندر", "https://www.mehrnews.com/news/4066203/%D8%A8%D9%86%D8%AF%D8%B1"},
		{"https://www.mehrnews.com/news/4066203/%d8%a8%d9%86%d8%af%d8%b1", "https://www.mehrnews.com/news/4066203/%D8%A8%D9%86%D8%AF%D8%B1"},
		{"https://news.example/%7Euser/%61", "https://news.example/~user/a"},
		{"https://news.example/a%2Fb", "https://news.example/a%2Fb"},
		{"https://news.example/100%-sure", "https://news.example/100%25-sure"},
		{"https://news.example/a b", "https://news.example/a%20b"},
		// Trackers go, ids stay, and what stays is as it was.
		{"https://news.example/?utm_source=rss&UTM_Medium=x&p=100", "https://news.example/?p=100"},
		{"https://news.example/a?fbclid=1", "https://news.example/a"},
		{"https://news.example/a?", "https://news.example/a"},
		{"https://news.example/a?z=1&id=2&z=3", "https://news.example/a?z=1&id=2&z=3"},
		{"https://news.example/a?newsid=7&gclid=2", "https://news.example/a?newsid=7"},
		{"https://news.example/a?q=x+y%20z", "https://news.example/a?q=x+y%20z"},
		{"https://news.example/i?crop/1420x708", "https://news.example/i?crop/1420x708"},
		{"https://news.example/a?mcid=1&source=2&ref=3&session=4", "https://news.example/a?mcid=1&source=2&ref=3&session=4"},
		{"http://[2001:db8::1]:8080/a", "http://[2001:db8::1]:8080/a"},
		{"http://news.example:0080/", "http://news.example/"},
		{"https://NEWS。example/", "https://news.example/"}, // a full stop as CJK prints it
		{"https://news.example//a", "https://news.example/a"},
		{"https://news.example/..//a//b/./c/..", "https://news.example/a//b/"},
		{"https://news.example/.well-known//a", "https://news.example/.well-known//a"},
		{"https://news.example/a/%2e%2e/b", "https://news.example/b"},
		{"https://news.example/A/", "https://news.example/A/"},
		{"https://news.example/A", "https://news.example/A"},
		{"https://news.example/amp/a", "https://news.example/amp/a"}, // only the page can tell what it is the copy of
		{"https://m.news.example/a?amp=1", "https://m.news.example/a?amp=1"},
		{"https://news.example/news/4902834/tea", "https://news.example/news/4902834/tea"},
		{"https://news.example/?P=100&ID=2", "https://news.example/?P=100&ID=2"},
		{"https://news.example/?a=1;utm_source=rss;b=2", "https://news.example/?a=1;b=2"},
		{"https://news.example/?a=1&amp;utm_source=rss&amp;b=2", "https://news.example/?a=1&amp;b=2"},
		{"https://news.example/?a=1&amp;gclid=2", "https://news.example/?a=1"},
		{"https://news.example/?utm%5Fsource=rss&a=%7e", "https://news.example/?a=~"},
		{"https://news.example/?utm_source&&a&", "https://news.example/?a"},
		{"https://news.example/?utm=1&autm_source=2&gclid2=3", "https://news.example/?utm=1&autm_source=2&gclid2=3"},
		{"https://news.example/?source=1&sid=2&PHPSESSID=3&mc=4", "https://news.example/?source=1&sid=2&PHPSESSID=3&mc=4"},
		{"https://news.example/?ref=www.news.example", "https://news.example/"},
		{"https://news.example/?ref=feeds.example&a=1", "https://news.example/?a=1"},
		{"https://news.example/?REF=site.example", "https://news.example/"},
		{"https://news.example/?ref=another.example", "https://news.example/?ref=another.example"},
		{"https://news.example/a#!b?utm_source=rss", "https://news.example/a#!b?utm_source=rss"},
	}
	from := []string{"https://feeds.example/rss", "https://www.site.example"}
	for _, tt := range tests {
		if got, err := storage.CanonicalURL(tt.raw, from...); err != nil || got != tt.want {
			t.Errorf("%s: %s, %v; want %s", tt.raw, got, err, tt.want)
		}
	}
}

func TestCanonicalURLRefuses(t *testing.T) {
	for _, raw := range []string{
		"", "news", "/a", "//news.example/a", "mailto:desk@news.example", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd",
		"ftp://news.example/a", "http://", "https://:80/", "http://a b/", "http://news.example:port/",
		"https://news.example/" + strings.Repeat("a", 3000),
	} {
		if got, err := storage.CanonicalURL(raw); err == nil {
			t.Errorf("%.40q: taken as %.40q", raw, got)
		}
	}
}

// FuzzKeptParameters: what is no tracker stays as it was, in its order.
func FuzzKeptParameters(f *testing.F) {
	f.Add("100", "a b&c", "بندر")
	f.Add("", "%zz", ";=#")
	f.Fuzz(func(t *testing.T, p, id, slug string) {
		p, id, slug = "p="+url.QueryEscape(p), "id="+url.QueryEscape(id), "Slug="+url.QueryEscape(slug)
		want := "https://news.example/?" + strings.Join([]string{p, id, p, slug}, "&")
		raw := "https://news.example/?utm_source=rss&" + strings.Join([]string{p, "fbclid=" + id, id, p, "GCLID", slug, "xtor=" + slug}, "&")
		if got, err := storage.CanonicalURL(raw); len(want) <= 2048 && (err != nil || got != want) {
			t.Errorf("%q became %q, %v; want %q", raw, got, err, want)
		}
	})
}

func FuzzCanonicalURL(f *testing.F) {
	for _, seed := range []string{
		"https://news.example/a?utm_source=rss&p=1#x", "http://[::1]:80/%zz/../b", "https://bücher.example/بندر?q=%D8", "http://a/%", "http://a/.//..",
		"http://a/?&&=&utm_=", "http://a/#!%20", "HTTP://A:80", "http://a/..%2f..", "http://a.:443/;x=y",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		once, err := storage.CanonicalURL(raw)
		if err != nil {
			return
		}
		u, err := url.Parse(once)
		if err != nil || u.Host == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
			t.Fatalf("%q became %q, which is no address: %v", raw, once, err)
		}
		if twice, err := storage.CanonicalURL(once); err != nil || twice != once {
			t.Fatalf("%q became %q, and that %q, %v", raw, once, twice, err)
		}
	})
}
