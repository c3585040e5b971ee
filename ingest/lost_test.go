package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/config"
	"dateline/ingest"
	"dateline/storage"
)

// lostAgency is the agency whose feed rolls over, with what a test adds to its configuration.
func (b *bench) lostAgency(t *testing.T, keys string) {
	t.Helper()
	cfg, err := config.Parse("test.toml", []byte(strings.Replace(settings, "license = ", keys+"\nlicense = ", 1)))
	if err != nil {
		t.Fatal(err)
	}
	b.cfg = cfg
	b.Configure(cfg, b.client)
}

// dated is when the n-th entry came out; the fifth before the first poll, the twentieth before the second.
func dated(n int) time.Time { return time.Date(2026, 11, 3, 7, 10*n, 0, 0, time.UTC) }

func pageOf(n int) string { return fmt.Sprintf("en.example/news/%d/story", n) }

// stories are the entries from one to another, the latest first.
func stories(from, to int, isDated bool) string {
	var s strings.Builder
	for n := to; n >= from; n-- {
		fmt.Fprintf(&s, "<item><title>Story number %d</title><link>http://%s</link><guid>en-%d</guid>", n, pageOf(n), n)
		if isDated {
			fmt.Fprintf(&s, "<pubDate>%s</pubDate>", dated(n).Format(time.RFC1123Z))
		}
		s.WriteString("</item>")
	}
	return s.String()
}

func document(items, link string) string {
	return `<rss version="2.0" xmlns:a="http://www.w3.org/2005/Atom"><channel><title>Haven News</title>` + link + items + `</channel></rss>`
}

func previous(n int) string {
	return fmt.Sprintf(`<a:link rel="prev-archive" href="http://en.example/old/%d"/>`, n)
}

func newsMap(from, to int) string {
	var s strings.Builder
	s.WriteString(`<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">`)
	for n := from; n <= to; n++ {
		fmt.Fprintf(&s, "<url><loc>http://%s</loc><news:news><news:title>Story number %d</news:title><news:publication_date>%s</news:publication_date></news:news></url>",
			pageOf(n), n, dated(n).Format(time.RFC3339))
	}
	return s.String() + "</urlset>"
}

// dayPage is a page of the date archive, with the navigation that such pages have.
func dayPage(from, to int) string {
	var s strings.Builder
	s.WriteString("<!DOCTYPE html><html><body><a href=/>Home</a><a href=/service/7/Sport>Sport</a><ul>")
	for n := to; n >= from; n-- {
		fmt.Fprintf(&s, "<li><a href=http://%s><img></a><a href=http://%s>Story number %d</a>", pageOf(n), pageOf(n), n)
	}
	return s.String() + "</ul><a href=/news/2/story>Most read</a></body></html>"
}

// serve puts pages on the web, and those of the stories from one to another.
func (b *bench) serve(pages map[string]string, from, to int) {
	b.web.mu.Lock()
	defer b.web.mu.Unlock()
	for n := from; n <= to; n++ {
		var text strings.Builder
		for i := range 8 {
			fmt.Fprintf(&text, "<p>Sentence %d of story %d tells what happened in the harbour on day %d, and who saw ship number %d come in.</p>", i, n, n*7+i, n*100+i)
		}
		b.web.pages[pageOf(n)] = fmt.Sprintf("<!DOCTYPE html><html><body><article><h1>Story number %d</h1>%s</article></body></html>", n, text.String())
	}
	for name, body := range pages {
		b.web.pages["en.example/"+name] = body
	}
}

// rollOver polls a feed of five entries, and again when fifteen more have come and it lists the last five of them. It gives
// what was asked for besides the feed and the stories, in order.
func (b *bench) rollOver(t *testing.T, pages map[string]string, link string, isDated bool) (asked []string) {
	t.Helper()
	b.serve(map[string]string{"rss": document(stories(1, 5, isDated), link)}, 1, 5)
	b.once(t, topic)
	b.serve(pages, 6, 20)
	b.serve(map[string]string{"rss": document(stories(16, 20, isDated), link)}, 1, 0)
	time.Sleep(150 * time.Minute)
	return b.again(t)
}

func (b *bench) again(t *testing.T) (asked []string) {
	t.Helper()
	b.web.log()
	b.once(t, topic)
	for _, line := range b.web.log() {
		if name := strings.TrimPrefix(line, "en.example/"); !strings.HasPrefix(name, "news/") && !strings.HasPrefix(name, "rss ") {
			asked = append(asked, name)
		}
	}
	return asked
}

// stories are the numbers of the stories that are stored with their text, in order.
func (b *bench) stories(t *testing.T) (numbers []int) {
	t.Helper()
	for r, err := range b.store.Records(t.Context(), storage.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		var n int
		if _, err := fmt.Sscanf(r.URL, "http://en.example/news/%d/story", &n); err != nil || !strings.Contains(r.Text, "Sentence 7 of story") ||
			r.Title != fmt.Sprintf("Story number %d", n) || r.Feed != topic {
			t.Errorf("stored %q of %s, partial %q, from %s", r.Title, r.URL, r.Partial, r.Feed)
		}
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	return numbers
}

func upTo(n int) (all []int) {
	for i := range n {
		all = append(all, i+1)
	}
	return all
}

func (b *bench) loss(t *testing.T) storage.Loss {
	t.Helper()
	f, err := b.store.Feed(t.Context(), topic)
	if err != nil {
		t.Fatal(err)
	}
	return f.Lost
}

const (
	ownSitemap = `sitemap = "http://en.example/map.xml"`
	ownArchive = `archive = "/day/{year}/{month}/{day}/{page}"`
	newsRobots = "User-agent: *\nDisallow: /private/\nSitemap: http://en.example/pages.xml\nSitemap: http://en.example/latest-news.xml\n"
	newsIndex  = `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>http://en.example/map/2.xml</loc></sitemap></sitemapindex>`
)

// TestLostEntriesAreFound: a feed of five entries rolls over between two polls, and each place where older entries are gives
// back the ten that it no longer lists, once, as whole articles.
func TestLostEntriesAreFound(t *testing.T) {
	for name, c := range map[string]struct {
		keys, link string
		pages      map[string]string
		undated    bool
		asked      []string
	}{
		"archive": {link: previous(3), asked: []string{"old/3 200", "old/2 200", "old/1 200"}, pages: map[string]string{
			"old/3": document(stories(11, 15, true), previous(2)), "old/2": document(stories(6, 10, true), previous(1)),
			"old/1": document(stories(1, 5, true), previous(0)), "old/0": document(stories(1, 5, true), ""),
		}},
		"archive without dates": {link: previous(1), undated: true, asked: []string{"old/1 200"}, pages: map[string]string{
			"old/1": document(stories(3, 18, false)+stories(6001, 6003, false), previous(0)),
		}},
		"next page": {link: `<a:link rel="next" href="/rss-2"/>`, asked: []string{"rss-2 200"}, pages: map[string]string{
			"rss-2": document(stories(4, 15, true), `<a:link rel="next" href="/rss-3"/>`),
		}},
		"news sitemap of robots.txt": {asked: []string{"latest-news.xml 200"}, pages: map[string]string{
			"robots.txt": newsRobots, "latest-news.xml": newsMap(1, 20),
		}},
		"news sitemap of the configuration": {keys: ownSitemap, asked: []string{"map.xml 200"}, pages: map[string]string{
			"robots.txt": newsRobots, "map.xml": newsMap(5, 20),
		}},
		"index of news sitemaps": {keys: ownSitemap, asked: []string{"map.xml 200", "map/2.xml 200"}, pages: map[string]string{
			"map.xml": newsIndex, "map/2.xml": newsMap(5, 20),
		}},
		"date archive": {keys: ownArchive, asked: []string{"day/2026/11/3/1 200", "day/2026/11/3/2 200", "day/2026/11/3/3 200", "day/2026/11/3/4 200"}, pages: map[string]string{
			"day/2026/11/3/1": dayPage(17, 20), "day/2026/11/3/2": dayPage(9, 17), "day/2026/11/3/3": dayPage(1, 8), "day/2026/11/3/4": dayPage(1, 0),
		}},
		"date archive of a zone": {keys: ownArchive + "\ntimezone = \"America/Anchorage\"", asked: []string{"day/2026/11/3/1 200", "day/2026/11/2/1 200", "day/2026/11/2/2 404"}, pages: map[string]string{
			"day/2026/11/3/1": dayPage(21, 20), "day/2026/11/2/1": dayPage(1, 20),
		}},
		"the next way where one fails": {keys: ownArchive, link: previous(3), asked: []string{"old/3 404", "latest-news.xml 200", "day/2026/11/3/1 200", "day/2026/11/3/2 404"}, pages: map[string]string{
			"robots.txt": newsRobots, "latest-news.xml": newsMap(12, 20), "day/2026/11/3/1": dayPage(6, 20),
		}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, b *bench) {
				b.lostAgency(t, c.keys)
				b.serve(map[string]string{"robots.txt": c.pages["robots.txt"]}, 1, 0)
				asked := b.rollOver(t, c.pages, c.link, !c.undated)
				if !slices.Equal(asked, c.asked) {
					t.Errorf("asked for %q, want %q", asked, c.asked)
				}
				if got := b.stories(t); !slices.Equal(got, upTo(20)) {
					t.Errorf("stored are the stories %d", got)
				}
				if l := b.loss(t); l.Found != 10 || !c.undated && l.Entries != 10 {
					t.Errorf("the alarm says %+v", l)
				}
				if !strings.Contains(b.log.String(), "found=10") {
					t.Error("the log does not say what was found")
				}
				time.Sleep(150 * time.Minute)
				if asked := b.again(t); len(asked) > 0 || !slices.Equal(b.stories(t), upTo(20)) {
					t.Errorf("afterwards: asked for %q, stored %d", asked, b.stories(t))
				}
			})
		})
	}
}

// TestSearchIsBounded: no archive, whatever its size or its links, makes a poll ask for more than five documents or take more
// than a thousand entries. The stories themselves are forbidden here, to have them stored soon.
func TestSearchIsBounded(t *testing.T) {
	if ingest.Racing {
		t.Skip("hours of requests, one after the other")
	}
	chain := map[string]string{}
	for i := range 20 {
		chain[fmt.Sprintf("old/%d", i)] = document(stories(100*i+100, 100*i+101, false), previous(i+1))
	}
	var large strings.Builder
	for n := range 50_000 {
		fmt.Fprintf(&large, "<url><loc>http://%s</loc><news:news><news:publication_date>2026-11-03T09:00:00Z</news:publication_date></news:news></url>", pageOf(100+n))
	}
	for name, c := range map[string]struct {
		keys, link string
		pages      map[string]string
		asked      []string
		found      int
	}{
		"endless chain":      {"", previous(0), chain, []string{"old/0 200", "old/1 200", "old/2 200", "old/3 200", "old/4 200"}, 10},
		"a circle":           {"", previous(0), map[string]string{"old/0": document("", previous(1)), "old/1": document("", previous(0))}, []string{"old/0 200", "old/1 200"}, 0},
		"a link to itself":   {"", `<a:link rel="next" href="http://en.example/rss"/>`, nil, nil, 0},
		"not on the web":     {"", `<a:link rel="next" href="ftp://en.example/rss"/>`, nil, nil, 0},
		"an index of itself": {ownSitemap, "", map[string]string{"map.xml": strings.Replace(newsIndex, "map/2.xml", "map.xml", 1)}, []string{"map.xml 200"}, 0},
		"a large sitemap":    {ownSitemap, "", map[string]string{"map.xml": strings.TrimSuffix(newsMap(1, 0), "</urlset>") + large.String() + "</urlset>"}, []string{"map.xml 200"}, 1000},
		"a large page":       {ownArchive, "", map[string]string{"day/2026/11/3/1": dayPage(100, 10_100)}, []string{"day/2026/11/3/1 200"}, 1000},
		"pages of what was never news": {ownSitemap, "", map[string]string{"map.xml": `<urlset><url><loc>http://en.example/about</loc><lastmod>2026-11-03T09:00:00Z</lastmod></url></urlset>`},
			[]string{"map.xml 200"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, b *bench) {
				b.lostAgency(t, c.keys)
				b.serve(map[string]string{"robots.txt": "User-agent: *\nDisallow: /news/\n"}, 1, 0)
				asked := b.rollOver(t, c.pages, c.link, true)
				if !slices.Equal(asked, c.asked) {
					t.Errorf("asked for %q, want %q", asked, c.asked)
				}
				if l := b.loss(t); l.Found != c.found {
					t.Errorf("found %d, want %d", l.Found, c.found)
				}
			})
		})
	}
}

// TestSearchKeepsManners: robots.txt binds sitemaps and pages, a server that wants rest is asked no more, and a search that found
// nothing is not repeated the same day.
func TestSearchKeepsManners(t *testing.T) {
	both := ownArchive + "\n" + ownSitemap
	full := map[string]string{"map.xml": newsMap(1, 20), "day/2026/11/3/1": dayPage(1, 20), "old/0": document(stories(6, 15, true), "")}
	t.Run("robots.txt", func(t *testing.T) {
		bubble(t, func(t *testing.T, b *bench) {
			b.lostAgency(t, both)
			b.serve(map[string]string{"robots.txt": "User-agent: *\nDisallow: /map\nDisallow: /day/\n"}, 1, 0)
			if asked := b.rollOver(t, full, "", true); len(asked) > 0 || b.loss(t).Found > 0 {
				t.Errorf("asked for %q, found %d", asked, b.loss(t).Found)
			}
		})
	})
	t.Run("rest", func(t *testing.T) {
		bubble(t, func(t *testing.T, b *bench) {
			b.lostAgency(t, both)
			b.web.status["en.example/old/0"] = http.StatusTooManyRequests
			if asked := b.rollOver(t, full, previous(0), true); !slices.Equal(asked, []string{"old/0 429"}) {
				t.Errorf("asked for %q", asked)
			}
			if hosts, err := b.store.Hosts(t.Context()); err != nil || len(hosts) != 1 {
				t.Errorf("hosts at rest: %+v, %v", hosts, err)
			}
		})
	})
	t.Run("in vain", func(t *testing.T) {
		bubble(t, func(t *testing.T, b *bench) {
			b.lostAgency(t, ownSitemap)
			b.rollOver(t, nil, "", true)
			for i, want := range [][]string{nil, nil, {"map.xml 404"}} {
				time.Sleep(9 * time.Hour)
				from := 100 + 100*i
				b.serve(map[string]string{"rss": document(stories(from, from+4, false), "")}, from, from+4)
				asked := slices.DeleteFunc(b.again(t), func(s string) bool { return strings.HasPrefix(s, "robots.txt") })
				if !slices.Equal(asked, want) {
					t.Errorf("alarm %d: asked for %q, want %q", i+2, asked, want)
				}
			}
		})
	})
}

// TestNoSearchWithoutLoss: where dates show that only the names have changed, nobody is asked.
func TestNoSearchWithoutLoss(t *testing.T) {
	bubble(t, func(t *testing.T, b *bench) {
		b.lostAgency(t, ownSitemap)
		b.serve(map[string]string{"rss": document(stories(1, 5, true), previous(0)), "map.xml": newsMap(1, 20), "old/0": document(stories(1, 20, true), "")}, 1, 20)
		b.once(t, topic)
		renamed := strings.NewReplacer("/story<", "/renamed<", ">en-", ">new-").Replace(stories(1, 5, true))
		b.serve(map[string]string{"rss": document(renamed, previous(0))}, 1, 0)
		time.Sleep(2 * time.Hour)
		for _, line := range b.again(t) {
			if !strings.HasPrefix(line, "robots.txt") {
				t.Errorf("asked for %s", line)
			}
		}
		if l := b.loss(t); !l.At.IsZero() {
			t.Errorf("an alarm: %+v", l)
		}
	})
}

// TestSearchCancelled: who stops a search stops the poll, which is then made again as if it had never been.
func TestSearchCancelled(t *testing.T) {
	bubble(t, func(t *testing.T, b *bench) {
		b.lostAgency(t, ownSitemap)
		ctx, cancel := context.WithCancel(t.Context())
		b.net.Handle("en.example", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/map.xml" && ctx.Err() == nil {
				cancel()
				<-r.Context().Done()
			}
			b.web.ServeHTTP(w, r)
		}))
		b.serve(map[string]string{"rss": document(stories(1, 5, true), ""), "map.xml": newsMap(1, 20)}, 1, 20)
		b.once(t, topic)
		b.serve(map[string]string{"rss": document(stories(16, 20, true), "")}, 1, 0)
		time.Sleep(150 * time.Minute)
		if _, err := b.Once(ctx, []string{topic}, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
		if l := b.loss(t); !l.At.IsZero() {
			t.Errorf("a poll that was stopped left %+v", l)
		}
		b.again(t)
		if got := b.stories(t); !slices.Equal(got, upTo(20)) || b.loss(t).Found != 10 {
			t.Errorf("after the second poll: stories %d, %+v", got, b.loss(t))
		}
	})
}
