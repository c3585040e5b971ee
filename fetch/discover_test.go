package fetch_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"dateline/fetch"
	"dateline/fetch/fetchtest"
)

// rss is a file of a small web: a feed of n entries from the first day of a month on, whose addresses begin with a prefix.
func rss(address, title, prefix string, n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "-- %s --\n<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>%s</title>", address, title)
	for i := range n {
		fmt.Fprintf(&b, "<item><title>%d</title><link>http://news.example/%s%d</link><pubDate>%02d Nov 2026 08:00:00 GMT</pubDate></item>", i, prefix, i, i+1)
	}
	b.WriteString("</channel></rss>\n")
	return b.String()
}

// home is a file of a small web: the home page, with this in its head and that in its body.
func home(head, body string) string {
	return "-- http://news.example/ --\n<!DOCTYPE html><html lang=en><head>" + head + "</head><body>" + body + "</body></html>\n"
}

func TestDiscover(t *testing.T) {
	const link = `<link rel="alternate" type="application/rss+xml" `
	main, comments := rss("http://news.example/feed", "News", "", 5), rss("http://news.example/comments/feed", "Comments", "c", 3)
	for _, c := range []struct {
		name, url, web string
		want           string // a line per candidate: kind, address, where it was found
	}{
		{"a feed is its own", "http://news.example/feed", main, "main http://news.example/feed itself"},
		{"link elements, comments last", "http://news.example/",
			home(link+`href="/comments/feed" title="News » Comments Feed">`+link+`href="/feed">`, "") + main + comments,
			"main http://news.example/feed link\ncomments http://news.example/comments/feed link"},
		{"any case, in the body, several rels", "http://news.example/",
			home("", `<LINK REL="Home ALTERNATE" TYPE="Application/RSS+XML; charset=utf-8" HREF=" /feed ">`) + main,
			"main http://news.example/feed link"},
		{"relative to the first base", "http://news.example/",
			home(`<base href="http://news.example/sub/"><base href="http://other.example/">`+link+`href="feed">`, "") +
				rss("http://news.example/sub/feed", "News", "", 2),
			"main http://news.example/sub/feed link"},
		{"Link header", "http://news.example/",
			"-- http://news.example/ --\nHTTP/1.1 200 OK\nContent-Type: text/html\n" +
				`Link: </style.css>; rel=preload, </feed>; title="a, b; c"; rel="alternate"; type="application/rss+xml"` + "\n\n<p>Home\n" + main,
			"main http://news.example/feed header"},
		{"anchors, where nothing is declared", "http://news.example/",
			home("", `<a href="/about">About</a> <a href="/atom-bomb">Atoms</a> <a href="http://social.example/feed">Us</a> <a href="/feed"><b>RSS</b> feed</a>`) + main,
			"main http://news.example/feed anchor"},
		{"anchors don't count beside links", "http://news.example/",
			home(link+`href="/feed">`, `<a href="/other.rss">RSS</a>`) + main + rss("http://news.example/other.rss", "Other", "o", 5),
			"main http://news.example/feed link"},
		{"a page that lists feeds", "http://news.example/",
			home("", `<a href="/rss-help">RSS</a>`) + "-- http://news.example/rss-help --\n<!DOCTYPE html><a href='/rss'>All</a> <a href='/rss/tp/5'>Sports</a>\n" +
				rss("http://news.example/rss", "News", "", 5) + rss("http://news.example/rss/tp/5", "Sports", "s", 8),
			"main http://news.example/rss anchor\nsection http://news.example/rss/tp/5 anchor"},
		{"oEmbed and API are none", "http://news.example/",
			home(`<link rel=alternate type="text/xml+oembed" href="/oembed?format=xml"><link rel=alternate type="application/json" href="/wp-json/wp/v2/pages/2">
				<link rel=alternate hreflang=fa href="/fa/"><link rel=stylesheet type="application/rss+xml" href="/x">`+link+`href="/feed">`, "") + main,
			"main http://news.example/feed link"},
		{"two forms of one feed", "http://news.example/",
			home(link+`href="/feed/atom">`+link+`href="/feed">`, "") + main + rss("http://news.example/feed/atom", "News", "", 5),
			"main http://news.example/feed/atom link = http://news.example/feed"},
		{"sections behind the main feed, other hosts behind both", "http://news.example/",
			home(link+`href="/category/sports/feed">`+link+`href="http://other.example/feed">`+link+`href="/feed">`, "") + main +
				rss("http://news.example/category/sports/feed", "Sports", "s", 9) + rss("http://other.example/feed", "Other", "o", 9),
			"main http://news.example/feed link\nmain http://other.example/feed link\nsection http://news.example/category/sports/feed link"},
		{"the page's language first", "http://news.example/",
			home(link+`href="/fa/feed" hreflang=fa>`+link+`href="/english/feed" hreflang=en-GB>`, "") +
				rss("http://news.example/fa/feed", "Akhbar", "f", 9) + rss("http://news.example/english/feed", "News", "e", 2),
			"main http://news.example/english/feed link\nmain http://news.example/fa/feed link"},
		{"what can't be read comes last", "http://news.example/",
			home(link+`href="/gone">`+link+`href="/feed">`, "") + main,
			"main http://news.example/feed link\nmain http://news.example/gone link !"},
		{"a permanent redirect is followed", "http://news.example/",
			home(link+`href="/old">`, "") + "-- http://news.example/old --\nHTTP/1.1 301 Moved\nLocation: /feed\n\n" + main,
			"main http://news.example/feed link"},
		{"a usual path, the first that is a feed", "http://news.example/story/1",
			"-- http://news.example/story/1 --\n<!DOCTYPE html><p>A story\n" + rss("http://news.example/rss.xml", "News", "", 2) + rss("http://news.example/atom.xml", "News", "", 2),
			"main http://news.example/rss.xml usual path"},
		{"the home page, where another names nothing", "http://news.example/story/1",
			"-- http://news.example/story/1 --\n<!DOCTYPE html><p>A story\n" + home(link+`href="/deep/down">`, "") + rss("http://news.example/deep/down", "News", "", 2) + rss("http://news.example/rss", "News", "", 2),
			"main http://news.example/deep/down link"},
		{"a story's own feed is not the site's", "http://news.example/story/1/",
			"-- http://news.example/story/1/ --\n<!DOCTYPE html>" + link + `href="/story/1/feed/">` + link + `href="/en/feed/">` + "\n" +
				rss("http://news.example/story/1/feed/", "Story", "s", 4) + rss("http://news.example/en/feed/", "News", "", 2),
			"main http://news.example/en/feed/ link\nsection http://news.example/story/1/feed/ link"},
		{"what is further down is a section", "http://news.example/",
			home(link+`href="/race/feed">`+link+`href="/feed?format=xml">`+link+`href="/feed?level=2">`, "") + rss("http://news.example/race/feed", "Race", "r", 9) +
				rss("http://news.example/feed?level=2", "Two", "t", 9) + rss("http://news.example/feed?format=xml", "News", "", 2),
			"main http://news.example/feed?format=xml link\nsection http://news.example/race/feed link\nsection http://news.example/feed?level=2 link"},
		{"a host for feeds", "http://news.example/",
			home("", `<a href="http://feeds.other.example/news">RSS</a>`+`<a href="http://feeds.other.example/news/rss.xml">RSS</a>`) + rss("http://feeds.other.example/news/rss.xml", "News", "", 2),
			"main http://feeds.other.example/news/rss.xml anchor"},
		{"a feed that is abandoned", "http://news.example/",
			home(link+`href="/a.rss">`+link+`href="/b.rss">`, "") + rss("http://news.example/b.rss", "B", "", 2) +
				strings.ReplaceAll(rss("http://news.example/a.rss", "A", "a", 9), "2026", "2019"),
			"main http://news.example/b.rss link\nmain http://news.example/a.rss link"},
		{"a podcast", "http://news.example/",
			home(link+`href="/a.rss">`+link+`href="/b.rss">`, "") + rss("http://news.example/b.rss", "B", "", 2) +
				strings.ReplaceAll(rss("http://news.example/a.rss", "A", "a", 9), "</link>", `</link><enclosure url="/1.mp3" type="audio/mpeg" length="1"/>`),
			"main http://news.example/b.rss link\npodcast http://news.example/a.rss link"},
	} {
		t.Run(c.name, func(t *testing.T) {
			all, err := newClient(t, fetchtest.New(t, c.web)).Discover(t.Context(), c.url)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, n := range all {
				line := fmt.Sprintf("%s %s %s", n.Kind, n.URL, n.Found)
				for _, s := range n.Same {
					line += " = " + s
				}
				if n.Err != nil {
					line += " !"
				}
				got = append(got, line)
			}
			if g := strings.Join(got, "\n"); g != c.want {
				t.Errorf("got\n%s\nwant\n%s", g, c.want)
			}
		})
	}
}

// What is printed of a candidate comes from the feed itself.
func TestDiscoverFacts(t *testing.T) {
	full := strings.ReplaceAll(rss("http://news.example/feed", "News", "", 3), "</link>", "</link><description>"+strings.Repeat("word ", 250)+"</description>")
	all, err := newClient(t, fetchtest.New(t, home(`<meta property=og:site_name content="The News"><link rel=alternate type=application/rss+xml href=/feed title="By its link">`, "")+full)).
		Discover(t.Context(), "http://news.example/")
	if err != nil || len(all) != 1 {
		t.Fatalf("%d candidates, %v", len(all), err)
	}
	n := all[0]
	if n.Title != "News" || n.Site != "The News" || !n.Full || !n.Asked || len(n.Feed.Entries) != 3 || !n.Newest.Equal(time.Date(2026, 11, 3, 8, 0, 0, 0, time.UTC)) {
		t.Errorf("candidate %q of %q: full %v, asked %v, %d entries, newest %s", n.Title, n.Site, n.Full, n.Asked, len(n.Feed.Entries), n.Newest)
	}
}

// newsSitemap is a file of a small web: one story.
func newsSitemap(address string) string {
	return "-- " + address + ` --
<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>http://news.example/9</loc><news:news><news:publication_date>2026-11-03</news:publication_date><news:title>Nine</news:title></news:news></url></urlset>
`
}

func TestDiscoverSitemaps(t *testing.T) {
	const news, index = "http://news.example/News-Sitemap.xml", "http://news.example/sitemap.xml"
	robots := "-- http://news.example/robots.txt --\nUser-agent: *\nDisallow: /private\nsitemap: /sitemap.xml\nSitemap: " + news + "\n"
	noNews := "-- http://news.example/robots.txt --\nSitemap: " + index + "\n"
	feed := home(`<link rel=alternate type=application/rss+xml href=/feed>`, "") + rss("http://news.example/feed", "News", "", 2)
	plain := "-- " + index + " --\n<?xml version=\"1.0\"?><urlset><url><loc>http://news.example/9</loc></url></urlset>\n"
	list := func(maps ...string) string {
		return "-- " + index + " --\n<?xml version=\"1.0\"?><sitemapindex><sitemap><loc>" + strings.Join(maps, "</loc></sitemap><sitemap><loc>") + "</loc></sitemap></sitemapindex>\n"
	}
	const old, latest = "http://news.example/map-2019.xml", "http://news.example/map-latest.xml"
	for _, c := range []struct{ name, web, want string }{
		{"behind a feed, and only those about news", feed + robots + newsSitemap(news), "main http://news.example/feed; sitemap " + news},
		{"where there is no feed", home("", "") + robots + newsSitemap(news), "sitemap " + news},
		{"an index", home("", "") + noNews + list(old, news) + newsSitemap(news), "sitemap " + news},
		{"an index that speaks of no news", home("", "") + noNews + list(latest, old) + newsSitemap(latest), "sitemap " + latest},
		{"a sitemap of all pages is none", home("", "") + noNews + plain + rss("http://news.example/feed", "News", "", 2), "main http://news.example/feed"},
		{"an index at a usual path", home("", "") + strings.Replace(list(news), index, "http://news.example/sitemap-news.xml", 1) + newsSitemap(news), "sitemap " + news},
		{"a usual path", home("", "") + newsSitemap("http://news.example/news-sitemap.xml"), "sitemap http://news.example/news-sitemap.xml"},
	} {
		t.Run(c.name, func(t *testing.T) {
			all, err := newClient(t, fetchtest.New(t, c.web)).Discover(t.Context(), "http://news.example/")
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, n := range all {
				if n.Err == nil {
					got = append(got, fmt.Sprintf("%s %s", n.Kind, n.URL))
				}
			}
			if g := strings.Join(got, "; "); g != c.want {
				t.Errorf("got %s, want %s", g, c.want)
			}
		})
	}
}

// Publishers complain of clients that try addresses which were never published. There are few of them here, each once, none
// that robots.txt forbids, with the host's pause between them, and none once something was found.
func TestDiscoverGuessesLittle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		web := fetchtest.New(t, "-- http://news.example/ --\n<!DOCTYPE html><p>Nothing here\n"+
			"-- http://news.example/robots.txt --\nUser-agent: *\nDisallow: /feed\n")
		c := newClient(t, web, func(o *fetch.Options) { o.HostInterval = time.Second })
		_, err := c.Discover(t.Context(), "http://news.example/")
		if e := wantReason(t, err, fetch.NotFeed); !strings.Contains(e.Error(), "6 were tried") {
			t.Errorf("error %q does not say how many were tried", e)
		}
		log := web.Requests()
		var seen []string
		for i, r := range log {
			if strings.HasPrefix(r.URL, "http://news.example/feed") || slices.Contains(seen, r.URL) {
				t.Errorf("%s was asked for", r.URL)
			}
			seen = append(seen, r.URL)
			if i > 0 && r.Time.Sub(log[i-1].Time) < time.Second {
				t.Errorf("%s came %s after the request before it", r.URL, r.Time.Sub(log[i-1].Time))
			}
		}
		if len(log) > 12 {
			t.Errorf("%d requests", len(log))
		}
	})
}

// A server in trouble is not asked for more.
func TestDiscoverStopsGuessing(t *testing.T) {
	for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
		web := fetchtest.New(t, "")
		guesses := 0
		web.Handle("news.example", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/":
				fmt.Fprint(w, "<!DOCTYPE html><p>Nothing here")
			case "/robots.txt":
				http.NotFound(w, r)
			default:
				guesses++
				w.WriteHeader(status)
			}
		}))
		_, err := newClient(t, web).Discover(t.Context(), "http://news.example/")
		if err == nil || guesses != 1 {
			t.Errorf("status %d: error %v after %d guesses", status, err, guesses)
		}
	}
}

// Nor is it asked for the other feeds that its page names.
func TestDiscoverStopsAsking(t *testing.T) {
	web := fetchtest.New(t, "")
	asked := 0
	web.Handle("news.example", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			fmt.Fprint(w, "<!DOCTYPE html><link rel=alternate type=application/rss+xml href=/1.rss><link rel=alternate type=application/rss+xml href=/2.rss>")
		case "/robots.txt":
			http.NotFound(w, r)
		default:
			asked++
			w.WriteHeader(http.StatusTooManyRequests)
		}
	}))
	_, err := newClient(t, web).Discover(t.Context(), "http://news.example/")
	if e := wantReason(t, err, fetch.RateLimited); asked != 1 || !strings.Contains(e.Error(), "/1.rss") {
		t.Errorf("%d feeds were asked for: %v", asked, err)
	}
}

// However many feeds a page names, few are kept and fewer are asked.
func TestDiscoverBounds(t *testing.T) {
	var head strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&head, "<link rel=alternate type=application/rss+xml href=/%d.rss>", i)
	}
	web := fetchtest.New(t, home(head.String(), ""))
	_, err := newClient(t, web).Discover(t.Context(), "http://news.example/")
	if e := wantReason(t, err, fetch.NotFeed); !strings.Contains(e.Error(), `can't be read: "http://news.example/0.rss": not-found`) {
		t.Errorf("error %q does not say what was named", e)
	}
	if n := len(web.Requests()); n > 2+10+9 {
		t.Errorf("%d requests", n)
	}
	// Many links that look like feeds and are pages: those that were not asked are none either.
	var body, pages strings.Builder
	for i := range 30 {
		fmt.Fprintf(&body, "<a href=/%d/rss>RSS</a>", i)
		fmt.Fprintf(&pages, "-- http://news.example/%d/rss --\n<!DOCTYPE html><p>Page\n", i)
	}
	_, err = newClient(t, fetchtest.New(t, home("", body.String())+pages.String())).Discover(t.Context(), "http://news.example/")
	wantReason(t, err, fetch.NotFeed)
	web = fetchtest.New(t, home(head.String(), "")+rss("http://news.example/3.rss", "News", "", 2))
	if all, err := newClient(t, web).Discover(t.Context(), "http://news.example/"); err != nil || len(all) > 50 {
		t.Errorf("%d candidates, %v", len(all), err)
	}
}

func TestDiscoverFailures(t *testing.T) {
	web := fetchtest.New(t, `
-- http://news.example/image --
HTTP/1.1 200 OK
Content-Type: image/png

PNG
-- http://shut.example/robots.txt --
User-agent: *
Disallow: /
-- http://shut.example/ --
<!DOCTYPE html><link rel=alternate type=application/rss+xml href=/feed>
`)
	c := newClient(t, web)
	for addr, want := range map[string]fetch.Reason{
		"http://news.example/none": fetch.NotFound, "http://news.example/image": fetch.NotFeed,
		"http://shut.example/": fetch.Robots, "http://nowhere.example/": fetch.DNS, "news.example": fetch.BadURL,
	} {
		_, err := c.Discover(t.Context(), addr)
		if e := wantReason(t, err, want); e != nil && e.URL != addr {
			t.Errorf("%s: the error is about %q", addr, e.URL)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Discover(ctx, "http://news.example/"); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled discovery: %v", err)
	}
}

// A page can't send the client to where nobody may be dialled.
func TestDiscoverStaysOutside(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `<!DOCTYPE html><link rel=alternate type=application/rss+xml href=/feed><link rel=alternate type=application/rss+xml href=http://127.0.0.2/latest/meta-data.rss>`)
	})
	mux.HandleFunc("/feed", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, smallFeed) })
	web := httptest.NewServer(mux)
	defer web.Close()
	c := fetch.New(fetch.Options{HostInterval: -1, Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}})
	defer c.Close()
	all, err := c.Discover(t.Context(), web.URL)
	if err != nil || len(all) != 2 || all[0].Err != nil {
		t.Fatalf("%+v, %v", all, err)
	}
	wantReason(t, all[1].Err, fetch.Blocked)
}
