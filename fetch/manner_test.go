package fetch_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"dateline/fetch"
	"dateline/fetch/fetchtest"
)

// The numbers are those of the 65 assertions that a strict publisher makes. Here are the ones that the client alone can
// keep; those about robots.txt are in robots_test.go, those about when a feed is asked again in package ingest.

// strict is a publisher at news.example, and a client.
func strict(t *testing.T) (*fetchtest.Publisher, *fetch.Client) {
	web := fetchtest.New(t, "")
	p := fetchtest.NewPublisher(t, web, "news.example")
	return p, newClient(t, web)
}

// reader polls a feed as a caller should: it takes the validators of what was read and keeps them else.
type reader struct {
	t     *testing.T
	c     *fetch.Client
	known fetch.Validators
}

func (r *reader) poll() (fetch.Feed, error) {
	f, err := r.c.Poll(r.t.Context(), feedURL, r.known)
	if err == nil {
		r.known = f.Validators
	}
	return f, err
}

// must polls a feed that is expected to come.
func (r *reader) must() fetch.Feed {
	r.t.Helper()
	f, err := r.poll()
	if err != nil {
		r.t.Fatal(err)
	}
	return f
}

func says(body string, header ...string) fetchtest.Answer {
	a := fetchtest.Answer{Body: body, Header: map[string]string{}}
	for i := 0; i < len(header); i += 2 {
		a.Header[header[i]] = header[i+1]
	}
	return a
}

// The publisher blocks pollers whose validators differ from what it sent in a single byte, and those who invent some.
func TestManner01to04Validators(t *testing.T) {
	for _, v := range [][]string{
		nil,
		{"ETag", `"abc"`},
		{"ETag", `W/"a b, c"`, "Last-Modified", "Sat, 21 Nov 2026 10:00:00 GMT"},
		{"ETag", "unquoted", "Last-Modified", "sat, 21 nov 2041 10:00:00 +0330"},
		{"Last-Modified", "yesterday, or so"},
		{"ETag", `"` + strings.Repeat("x", 1022) + `"`},
		{"Date", "Sat, 21 Nov 2026 10:00:00 GMT"},
	} {
		p, c := strict(t)
		r := reader{t: t, c: c}
		p.Feed("/feed", says(smallFeed, v...))
		r.must()
		if f := r.must(); !f.NotModified {
			t.Errorf("%q: the second poll brought %d entries", v, len(f.Entries))
		}
	}
}

// Last-Modified has seconds: a feed that changes twice in one differs in its ETag alone.
func TestManner05NewETagWithOldDate(t *testing.T) {
	p, c := strict(t)
	r := reader{t: t, c: c}
	for i := range 3 {
		p.Feed("/feed", says(strings.Replace(smallFeed, "One", fmt.Sprint(i), 1), "ETag", fmt.Sprintf(`"%d"`, i), "Last-Modified", "x"))
		if f := r.must(); f.NotModified {
			t.Errorf("poll %d: not modified", i)
		}
	}
	r.must()
}

func TestManner06ValidatorsOfA304(t *testing.T) {
	p, c := strict(t)
	r := reader{t: t, c: c}
	p.Feed("/feed", says(smallFeed, "ETag", `"1"`, "Last-Modified", "x"))
	r.must()
	p.Feed("/feed", fetchtest.Answer{Status: 304, Header: map[string]string{"ETag": `"2"`, "Cache-Control": "max-age=7200"}})
	before := r.known.Digest
	if f := r.must(); !f.NotModified || f.Hints.MaxAge != 2*time.Hour || f.Validators.Digest != before {
		t.Errorf("feed %+v, want not modified, 2h, and the digest of the body that is known", f)
	}
	p.Feed("/feed", fetchtest.Answer{Status: 304})
	r.must()
	r.must()
}

func TestManner07DroppedValidator(t *testing.T) {
	p, c := strict(t)
	r := reader{t: t, c: c}
	p.Feed("/feed", says(smallFeed, "ETag", `"1"`, "Last-Modified", "x"))
	r.must()
	p.Feed("/feed", says(smallFeed, "ETag", `"2"`))
	r.must()
	r.must()
}

// The same bytes are not read again, but their new validators count.
func TestManner08SameBody(t *testing.T) {
	p, c := strict(t)
	r := reader{t: t, c: c}
	for i := range 3 {
		p.Feed("/feed", says(smallFeed, "ETag", fmt.Sprintf(`"%d"`, i)))
		if f := r.must(); f.NotModified != (i > 0) {
			t.Errorf("poll %d: not modified is %t", i, f.NotModified)
		}
	}
}

// Whoever keeps the validators of a body that it could not read is told "not modified" for a broken copy from then on.
func TestManner09ValidatorsOfABrokenBody(t *testing.T) {
	cut := strings.TrimSuffix(smallFeed, "</channel></rss>") + "<item><title>Tw"
	for name, body := range map[string]string{
		"HTML": "<!doctype html><html><title>Sorry</title></html>", "cut": cut, "empty": " ", "junk": "}",
		"too large": smallFeed + strings.Repeat(" ", 9<<20),
	} {
		t.Run(name, func(t *testing.T) {
			p, c := strict(t)
			r := reader{t: t, c: c}
			spoiled := says(body, "ETag", `"broken"`, "Last-Modified", "then")
			spoiled.Spoiled = true
			p.Feed("/feed", spoiled)
			if f, err := r.poll(); err == nil && (name != "cut" || len(f.Entries) != 1 || f.Validators != (fetch.Validators{})) {
				t.Errorf("feed = %+v", f)
			}
			r.poll()
			p.Feed("/feed", says(smallFeed, "ETag", `"1"`))
			r.must()
			p.Feed("/feed", spoiled)
			r.poll()
			r.poll()
		})
	}
}

// Validators go to the address that issued them and to no other on the way.
func TestManner11ValidatorsBehindARedirect(t *testing.T) {
	web := fetchtest.New(t, "")
	a, b := fetchtest.NewPublisher(t, web, "news.example"), fetchtest.NewPublisher(t, web, "other.example")
	a.Feed("/feed", fetchtest.Answer{Status: 301, Header: map[string]string{"Location": "http://other.example/feed", "ETag": `"a"`}})
	b.Feed("/feed", says(smallFeed, "ETag", `"b"`))
	r := reader{t: t, c: newClient(t, web)}
	first := r.must()
	if first.Validators.URL != "http://other.example/feed" || first.Hints.MovedTo != "http://other.example/feed" {
		t.Errorf("first poll: %+v", first)
	}
	if second := r.must(); !second.NotModified || second.Validators != first.Validators {
		t.Errorf("second poll: %+v", second)
	}
}

// One journey over two hosts that set cookies at every turn: what it sends is a closed list.
func TestManner31to38RequestShape(t *testing.T) {
	web := fetchtest.New(t, "")
	a, b := fetchtest.NewPublisher(t, web, "news.example"), fetchtest.NewPublisher(t, web, "other.example")
	moved := func(to string) fetchtest.Answer {
		return fetchtest.Answer{Status: 302, Header: map[string]string{"Location": to, "Set-Cookie": "id=1; Path=/"}}
	}
	a.Feed("/feed", moved("http://other.example/feed"))
	b.Feed("/feed", says(smallFeed, "Set-Cookie", "id=2", "ETag", `"1"`))
	a.Page("/page?id=1&utm_source=rss", moved("/page2#top"))
	a.Page("/page2", moved("http://other.example/page3"))
	b.Page("/page3", says("<html>text"))
	r := reader{t: t, c: newClient(t, web, func(o *fetch.Options) { o.TDM = true })}
	r.must()
	r.must()
	if _, err := r.c.Page(t.Context(), "http://news.example/page?id=1&utm_source=rss"); err != nil {
		t.Fatal(err)
	}
	if n := len(web.Requests()); n != 11 { // 2 polls of 2 hops, 3 hops of the page, robots.txt and tdmrep.json of 2 hosts
		t.Errorf("%d requests, want 11: %+v", n, web.Requests())
	}
	for _, q := range web.Requests() {
		if ua := q.Header.Get("User-Agent"); ua != "dateline/1.2 (+mailto:desk@example.org)" {
			t.Errorf("%s: User-Agent %q", q.URL, ua)
		}
		if e := q.Header.Get("Accept-Encoding"); e != "gzip, br, zstd" {
			t.Errorf("%s: Accept-Encoding %q", q.URL, e)
		}
	}
}

// A host sees one connection, for its feed, its robots.txt and its pages, and is let go after 90 s.
func TestManner39OneConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		web := fetchtest.New(t, "")
		p := fetchtest.NewPublisher(t, web, "news.example")
		p.Feed("/feed", says(smallFeed))
		p.Page("/page", says("<html>text"))
		p.Pace(0, time.Second)
		c := newClient(t, web, func(o *fetch.Options) { o.HostInterval = time.Second })
		visit := func() {
			t.Helper()
			if _, err := c.Poll(t.Context(), feedURL, fetch.Validators{}); err != nil {
				t.Fatal(err)
			}
			if _, err := c.Page(t.Context(), "http://news.example/page"); err != nil {
				t.Fatal(err)
			}
		}
		for range 3 {
			visit()
			time.Sleep(80 * time.Second)
		}
		if n := len(web.Dials()); n != 1 {
			t.Errorf("%d connections, want 1", n)
		}
		time.Sleep(11 * time.Second)
		visit()
		if n := len(web.Dials()); n != 2 {
			t.Errorf("%d connections after an idle 91 s, want 2", n)
		}
	})
}

func TestManner46NoFeed(t *testing.T) {
	for _, body := range []string{"<!doctype html><html><body>Site is down</body></html>", "", "\n\n"} {
		p, c := strict(t)
		p.Feed("/feed", says(body, "Content-Type", "text/html"))
		f, err := c.Poll(t.Context(), feedURL, fetch.Validators{})
		if err == nil {
			t.Errorf("%q: read as a feed: %+v", body, f)
		}
	}
}

// A feed that says it has not changed to one who knows nothing of it is broken, and not empty.
func TestManner47NotModifiedOutOfTheBlue(t *testing.T) {
	p, c := strict(t)
	p.Feed("/feed", fetchtest.Answer{Status: 304})
	_, err := c.Poll(t.Context(), feedURL, fetch.Validators{})
	wantReason(t, err, fetch.Status)
}

// A page brings along a hundred things. None is asked for, and neither what it refreshes to, as Mehr's do every 300 s.
func TestManner50to51NothingInsideAPage(t *testing.T) {
	web := fetchtest.New(t, "")
	p := fetchtest.NewPublisher(t, web, "news.example")
	p.Page("/page", says(`<html><head><meta http-equiv="refresh" content="0; url=/b"><link rel="icon" href="/favicon.ico">
<script src="/s.js"></script><script>location = "/c"</script></head><body><img src="/i.png"><iframe src="/f"></iframe>text`))
	got, err := newClient(t, web).Page(t.Context(), "http://news.example/page")
	if err != nil || !strings.Contains(string(got.HTML), "text") {
		t.Fatalf("page = %q, %v", got.HTML, err)
	}
	if n := len(web.Requests()); n != 2 {
		t.Errorf("%d requests, want robots.txt and the page", n)
	}
}

// What a Link header says of WebSub goes before the document.
func TestLinksOfTheHeader(t *testing.T) {
	p, c := strict(t)
	a := says(smallFeed, "Link", `<https://hub.example/a,b>; rel="hub", </feed>; rel=self, <javascript:x>; rel=hub, `+
		`<https://hub.example/2>; title="x, y"; rel="alternate HUB", <https://u:p@hub.example/>; rel=hub, broken`)
	p.Feed("/feed", a)
	f, err := c.Poll(t.Context(), feedURL, fetch.Validators{})
	if err != nil || f.Self != feedURL || fmt.Sprint(f.Hubs) != "[https://hub.example/a,b https://hub.example/2]" {
		t.Errorf("self %q, hubs %q, %v", f.Self, f.Hubs, err)
	}
}

// Whoever keeps account hears of each exchange, once.
func TestObserve(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		web := fetchtest.New(t, "")
		p := fetchtest.NewPublisher(t, web, "news.example")
		slow := says(smallFeed, "ETag", `"1"`)
		slow.Takes = 2 * time.Second
		p.Feed("/feed", slow)
		p.Page("/page", says("<html>text"))
		web.Handle("down.example", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
		var seen []string
		began := time.Now()
		r := reader{t: t, c: newClient(t, web, func(o *fetch.Options) {
			o.HostInterval = time.Second
			o.Observe = func(q fetch.Request) {
				seen = append(seen, fmt.Sprintf("%s %s at %s gap %s %t %d %s", q.Kind, q.URL, q.Start.Sub(began), q.Gap, q.Conditional, q.Status, q.Reason))
			}
		})}
		r.must()
		r.must()
		r.c.Page(t.Context(), "http://news.example/page")
		r.c.Poll(t.Context(), "http://down.example/feed", fetch.Validators{})
		r.c.Poll(t.Context(), "http://nowhere.example/feed", fetch.Validators{})
		want := []string{
			"feed http://news.example/feed at 0s gap 0s false 200 ",
			"feed http://news.example/feed at 3s gap 1s true 304 ",
			"robots http://news.example/robots.txt at 6s gap 1s false 404 ",
			"page http://news.example/page at 7s gap 1s false 200 ",
			"feed http://down.example/feed at 7s gap 0s false 0 timeout",
			"feed http://nowhere.example/feed at 17s gap 0s false 0 dns",
		}
		if fmt.Sprint(seen) != fmt.Sprint(want) {
			t.Errorf("seen\n%s\nwant\n%s", strings.Join(seen, "\n"), strings.Join(want, "\n"))
		}
	})
}

// Where the host is what failed, its other addresses need not be tried.
func TestErrorNamesTheHostThatFailed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		web := fetchtest.New(t, "")
		web.Handle("news.example", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/silent":
				<-r.Context().Done()
			case "/slow":
				fmt.Fprint(w, "<rss")
				w.(http.Flusher).Flush()
				<-r.Context().Done()
			case "/away":
				http.Redirect(w, r, "http://nowhere.example/", http.StatusFound)
			default:
				w.WriteHeader(http.StatusInternalServerError)
			}
		}))
		c := newClient(t, web)
		for addr, want := range map[string]string{
			"http://news.example/silent": "news.example",
			"http://news.example/slow":   "",
			"http://news.example/500":    "",
			"http://news.example/away":   "nowhere.example",
			"http://nowhere.example/":    "nowhere.example",
		} {
			_, err := c.Poll(t.Context(), addr, fetch.Validators{})
			e, ok := err.(*fetch.Error)
			if !ok || e.Host != want {
				t.Errorf("%s: %v names host %q, want %q", addr, err, e.Host, want)
			}
		}
		_, err := c.Page(t.Context(), "http://nowhere.example/page")
		if e, ok := err.(*fetch.Error); !ok || e.Reason != fetch.RobotsDown || e.Host != "nowhere.example" {
			t.Errorf("page: %+v", err)
		}
	})
}
