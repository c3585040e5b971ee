package extract

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestLinks(t *testing.T) {
	const day = "https://www.news.example/page/archive.xhtml?dy=7&pi=1"
	for name, c := range map[string]struct {
		like, page string
		want       []string
	}{
		"numbers and slugs": {"https://www.news.example/news/6123/Harbour-opens",
			`<a href="/news/6124/Bread">Bread <b>dearer</b></a> <a href=/news/6125/%D9%86%D8%A7%D9%86>نان</a>`,
			[]string{"https://www.news.example/news/6124/Bread Bread dearer", "https://www.news.example/news/6125/%D9%86%D8%A7%D9%86 نان"}},
		"other kinds of address": {"https://www.news.example/news/6123/Harbour-opens",
			`<a href=/>Home</a><a href=/service/12/Sport>Sport</a><a href=/news/6124>short</a><a href=/news/latest/Bread>x</a>
			<a href=/photo/6124/Bread>x</a><a href=/page/archive.xhtml?dy=6>6</a><a href=/news/6124/Bread?print=1>x</a>`, nil},
		"other hosts": {"https://news.example/news/6123/a",
			`<a href=https://other.example/news/1/b>b</a><a href=//WWW.news.example/news/2/c>c</a><a href=mailto:news@news.example>m</a><a href="javascript:x()">j</a>`,
			[]string{"https://WWW.news.example/news/2/c c"}},
		"each once, the first words": {"https://news.example/news/6123/a",
			`<a href=https://news.example/news/1/b#top><img alt=""></a><a href=https://news.example/news/1/b>The bread</a><a href=https://news.example/news/1/b#c>3 comments</a>`,
			[]string{"https://news.example/news/1/b The bread"}},
		"a title attribute": {"https://www.news.example/n/1", `<a href=/n/2 title=" The  bread "></a>`, []string{"https://www.news.example/n/2 The bread"}},
		"a base":            {"https://news.example/n/1", `<base href=https://news.example/n/><a href=2>x</a>`, []string{"https://news.example/n/2 x"}},
		"a number in the query": {"https://news.example/story.php?id=7", `<base href=https://news.example/><a href=story.php?id=8>x</a><a href=story.php?cat=8>y</a><a href=story.php?id=new>z</a>`,
			[]string{"https://news.example/story.php?id=8 x"}},
		"slugs alone": {"https://news.example/harbour-opens-after-years", `<base href=https://news.example/><a href=bread-dearer-again>x</a><a href=about>About</a>`,
			[]string{"https://news.example/bread-dearer-again x"}},
		"a dated path": {"https://news.example/2026/11/03/harbour", `<base href=https://news.example/><a href=2026/11/02/bread/>x</a><a href=2026/11/02/>2 November</a>`,
			[]string{"https://news.example/2026/11/02/bread/ x"}},
		"nothing to go by": {"", `<a href=/news/1/b>b</a>`, nil},
		"no page":          {"https://news.example/news/6123/a", "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, l := range Links([]byte(c.page), day, []string{c.like}) {
				got = append(got, l.URL+" "+l.Title)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

// A page of any size gives no more than the bound, and no title that is longer than one.
func TestLinksAreBounded(t *testing.T) {
	var b strings.Builder
	for i := range 50_000 {
		fmt.Fprintf(&b, "<a href=/n/%d>%s</a>", i, strings.Repeat("نان ", 500*(i%2)))
		if b.Len() > 4<<20 {
			break
		}
	}
	links := Links([]byte(b.String()), "https://news.example/", []string{"https://news.example/n/1"})
	if len(links) != maxLinks {
		t.Errorf("%d links, want %d", len(links), maxLinks)
	}
	for _, l := range links {
		if len(l.Title) > maxAnchor || !utf8.ValidString(l.Title) {
			t.Errorf("a title of %d bytes: %q", len(l.Title), l.Title)
		}
	}
}

// FuzzLinks: every link has a form that was asked for, comes once, and its title is one clean line.
func FuzzLinks(f *testing.F) {
	f.Add([]byte(nastooh), "https://news.example/", "https://news.example/news/1/a")
	f.Add([]byte(`<base href="//x/"><a href="?id=2;3#y">z</a>`), "https://news.example/%", "https://x/?id=1")
	f.Add([]byte(strings.Repeat("<div>", 600)+"<a href=/2>\u0085"), "https://news.example/", "https://news.example/1")
	for _, page := range seeds(f) {
		f.Add(page, "https://news.example/", "https://news.example/a-b")
	}
	f.Fuzz(func(t *testing.T, page []byte, base, like string) {
		seen := map[string]bool{}
		for _, l := range Links(page, base, []string{like}) {
			u, err := url.Parse(l.URL)
			known, likeErr := url.Parse(like)
			if err != nil || likeErr != nil || formOf(u) != formOf(known) || u.Fragment != "" || seen[l.URL] {
				t.Errorf("%q is no link like %q, or comes again", l.URL, like)
			}
			seen[l.URL] = true
			if !utf8.ValidString(l.Title) || strings.ContainsFunc(l.Title, unicode.IsControl) || strings.TrimSpace(l.Title) != l.Title {
				t.Errorf("title %q", l.Title)
			}
		}
	})
}
