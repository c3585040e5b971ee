package fetch_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"dateline/fetch"
	"dateline/fetch/fetchtest"
)

const smallFeed = `<?xml version="1.0"?><rss version="2.0"><channel><title>News &amp; more</title><link>/</link>
<item><title>One</title><link>/one</link><guid>1</guid></item></channel></rss>`

// publisher answers a feed with what the test says next, and keeps what it was sent.
type publisher struct {
	header http.Header
	status int
	body   string
}

func (p *publisher) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for name, values := range p.header {
		w.Header()[name] = values
	}
	w.WriteHeader(p.status)
	fmt.Fprint(w, p.body)
}

func (p *publisher) say(status int, header ...string) {
	p.status, p.header, p.body = status, http.Header{}, ""
	if status == http.StatusOK {
		p.body = smallFeed
	}
	for i := 0; i < len(header); i += 2 {
		p.header.Set(header[i], header[i+1])
	}
}

// newPublisher is a web of one host whose feed says what it is told to.
func newPublisher(t *testing.T) (*publisher, *fetchtest.Web, *fetch.Client) {
	web := fetchtest.New(t, "")
	p := &publisher{}
	web.Handle("news.example", p)
	return p, web, newClient(t, web)
}

const feedURL = "http://news.example/feed"

func lastRequest(t *testing.T, web *fetchtest.Web) fetchtest.Request {
	t.Helper()
	all := web.Requests()
	if len(all) == 0 {
		t.Fatal("nothing was requested")
	}
	return all[len(all)-1]
}

// A strict publisher blocks pollers whose validators differ from what it sent in a single byte.
func TestPollEchoesValidators(t *testing.T) {
	for _, v := range []fetch.Validators{
		{},
		{ETag: `"abc"`},
		{ETag: `W/"a b, c"`, LastModified: "Sat, 21 Nov 2026 10:00:00 GMT"},
		{ETag: "unquoted", LastModified: "sat, 21 nov 2041 10:00:00 +0330"},
		{LastModified: "yesterday, or so"},
		{ETag: `"` + strings.Repeat("x", 1022) + `"`},
	} {
		p, web, c := newPublisher(t)
		p.say(200)
		if v.ETag != "" {
			p.header["Etag"] = []string{v.ETag}
		}
		if v.LastModified != "" {
			p.header["Last-Modified"] = []string{v.LastModified}
		}
		f, err := c.Poll(t.Context(), feedURL, fetch.Validators{})
		if err != nil {
			t.Fatal(err)
		}
		first := lastRequest(t, web)
		if first.Header["If-None-Match"] != nil || first.Header["If-Modified-Since"] != nil {
			t.Errorf("first request is conditional: %v", first.Header)
		}
		if f.Validators.Digest == "" {
			t.Error("no digest")
		}
		known := f.Validators
		if known.Digest = ""; known != v {
			t.Errorf("validators = %+v, want %+v", f.Validators, v)
		}
		c.Poll(t.Context(), feedURL, v)
		second := lastRequest(t, web).Header
		if got := second.Get("If-None-Match"); got != v.ETag {
			t.Errorf("If-None-Match = %q, want %q", got, v.ETag)
		}
		if got := second.Get("If-Modified-Since"); got != v.LastModified {
			t.Errorf("If-Modified-Since = %q, want %q", got, v.LastModified)
		}
	}
}

func TestPollRenewsValidatorsOn304(t *testing.T) {
	p, _, c := newPublisher(t)
	known := fetch.Validators{ETag: `"1"`, LastModified: "Sat, 21 Nov 2026 10:00:00 GMT"}
	p.say(304)
	f, err := c.Poll(t.Context(), feedURL, known)
	if err != nil || !f.NotModified || f.Validators != known {
		t.Fatalf("a plain 304: %+v, %v; want the validators as they were", f, err)
	}
	p.say(304, "ETag", `"2"`, "Cache-Control", "max-age=7200")
	f, err = c.Poll(t.Context(), feedURL, known)
	want := fetch.Validators{ETag: `"2"`, LastModified: known.LastModified}
	if err != nil || f.Validators != want || f.Hints.MaxAge != 2*time.Hour {
		t.Errorf("a 304 with a new ETag: %+v, %v; want %+v and 2h", f, err, want)
	}
}

// A validator is dropped with the 200 that no longer gives it, and never kept from a body that can't be read.
func TestPollValidatorsComeFromTheBodyThatWasRead(t *testing.T) {
	p, _, c := newPublisher(t)
	p.say(200, "ETag", `"2"`)
	f, err := c.Poll(t.Context(), feedURL, fetch.Validators{ETag: `"1"`, LastModified: "x"})
	if want := (fetch.Validators{ETag: `"2"`, Digest: f.Validators.Digest}); err != nil || f.Validators != want {
		t.Errorf("validators = %+v, %v; want %+v", f.Validators, err, want)
	}
	p.body = "<!doctype html><html><title>Sorry</title></html>"
	f, err = c.Poll(t.Context(), feedURL, fetch.Validators{})
	wantReason(t, err, fetch.NotFeed)
	if f.Validators != (fetch.Validators{}) {
		t.Errorf("validators of an HTML page were kept: %+v", f.Validators)
	}
}

// What a cut document still holds is taken, but the server must not be told that we have the rest.
func TestPollKeepsNoValidatorsOfACutFeed(t *testing.T) {
	p, _, c := newPublisher(t)
	p.say(200, "ETag", `"1"`)
	p.body = strings.TrimSuffix(smallFeed, "</channel></rss>") + "<item><title>Tw"
	f, err := c.Poll(t.Context(), feedURL, fetch.Validators{})
	if err != nil || len(f.Entries) != 1 || f.Validators != (fetch.Validators{}) {
		t.Errorf("feed = %+v, %v; want one entry and no validators", f, err)
	}
}

func TestPollIgnoresHugeValidators(t *testing.T) {
	p, _, c := newPublisher(t)
	p.say(200, "ETag", `"`+strings.Repeat("x", 8000)+`"`)
	f, err := c.Poll(t.Context(), feedURL, fetch.Validators{})
	if err != nil || f.Validators.ETag != "" {
		t.Errorf("an ETag of 8,000 bytes was kept (%v)", err)
	}
}

func TestPollStatuses(t *testing.T) {
	for _, c := range []struct {
		status int
		want   fetch.Reason
	}{
		{204, fetch.Empty}, {206, fetch.Status}, {226, fetch.Status}, {300, fetch.Status}, {304, fetch.Status}, {400, fetch.Status},
		{401, fetch.Denied}, {402, fetch.Denied}, {403, fetch.Denied}, {404, fetch.NotFound}, {410, fetch.Gone},
		{418, fetch.Status}, {429, fetch.RateLimited}, {451, fetch.Denied}, {500, fetch.ServerError}, {503, fetch.ServerError},
		{599, fetch.ServerError}, {999, fetch.ServerError},
	} {
		p, _, client := newPublisher(t)
		p.say(c.status)
		_, err := client.Poll(t.Context(), feedURL, fetch.Validators{})
		wantReason(t, err, c.want)
	}
}

func wantReason(t *testing.T, err error, want fetch.Reason) *fetch.Error {
	t.Helper()
	var e *fetch.Error
	if !errors.As(err, &e) {
		t.Fatalf("error = %v, want reason %q", err, want)
	}
	if e.Reason != want {
		t.Errorf("reason = %q (%v), want %q", e.Reason, err, want)
	}
	return e
}

func TestPollRetryAfter(t *testing.T) {
	for _, c := range []struct {
		status int
		header []string
		want   time.Duration
	}{
		{429, []string{"Retry-After", "120"}, 2 * time.Minute},
		{503, []string{"Retry-After", "Sat, 21 Nov 2026 13:00:00 GMT"}, time.Hour},
		{429, []string{"Cache-Control", "max-age=172800", "Retry-After", "3600"}, 48 * time.Hour},
		{500, []string{"Cache-Control", "max-age=60"}, 0},
		{429, []string{"Retry-After", "soon"}, 0},
	} {
		p, _, client := newPublisher(t)
		p.say(c.status, append(c.header, "Date", "Sat, 21 Nov 2026 12:00:00 GMT")...)
		_, err := client.Poll(t.Context(), feedURL, fetch.Validators{})
		var e *fetch.Error
		if !errors.As(err, &e) || e.RetryAfter != c.want || e.Status != c.status {
			t.Errorf("%v: error = %+v, want to retry after %s", c.header, e, c.want)
		}
	}
}

func TestPollMeetsAChallenge(t *testing.T) {
	for _, status := range []int{200, 403, 503} {
		p, _, c := newPublisher(t)
		p.say(status)
		p.body = `<html><script src="/cdn/arvancloud.js"></script></html>`
		_, err := c.Poll(t.Context(), feedURL, fetch.Validators{})
		wantReason(t, err, fetch.Challenge)
	}
}

// What a visitor's request may hold is a closed list: publishers complain of every header beyond it.
func TestRequestShape(t *testing.T) {
	web := fetchtest.New(t, "")
	web.Handle("news.example", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Set-Cookie", "id=1; Path=/")
		switch r.URL.Path {
		case "/feed":
			http.Redirect(w, r, "http://other.example/feed", http.StatusFound)
		case "/page":
			http.Redirect(w, r, "/page2", http.StatusFound)
		default:
			fmt.Fprint(w, "<html><body>text")
		}
	}))
	web.Handle("other.example", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, smallFeed) }))
	c := newClient(t, web)
	known := fetch.Validators{ETag: `"1"`, LastModified: "x"}
	if _, err := c.Poll(t.Context(), feedURL, known); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Page(t.Context(), "http://news.example/page"); err != nil {
		t.Fatal(err)
	}
	requests := web.Requests()
	if len(requests) != 5 { // feed, its target, robots.txt, page, its target
		t.Fatalf("%d requests, want 5: %+v", len(requests), requests)
	}
	for i, r := range requests {
		if r.Method != http.MethodGet {
			t.Errorf("%s %s: want GET", r.Method, r.URL)
		}
		for name, values := range r.Header {
			switch name {
			case "User-Agent":
				if values[0] != "dateline/1.2 (+mailto:desk@example.org)" {
					t.Errorf("%s: User-Agent %q", r.URL, values)
				}
			case "Accept":
			case "Accept-Encoding":
				if values[0] != "gzip, br, zstd" {
					t.Errorf("%s: Accept-Encoding %q", r.URL, values)
				}
			case "If-None-Match", "If-Modified-Since":
				if i != 0 {
					t.Errorf("%s was sent the validators of another address", r.URL)
				}
			default:
				t.Errorf("%s: unexpected header %s: %q", r.URL, name, values)
			}
		}
	}
	if a := requests[0].Header.Get("Accept"); !strings.HasPrefix(a, "application/atom+xml, application/rss+xml") {
		t.Errorf("Accept %q does not name feed types first", a)
	}
}

// The address is asked for as it was configured; only what can't stand in a request line is encoded.
func TestPollAsksForTheVeryAddress(t *testing.T) {
	for _, c := range []struct{ asked, want string }{
		{"http://news.example/feed?b=2&a=1&&c", "http://news.example/feed?b=2&a=1&&c"},
		{"http://news.example/a%2Fb/%e3%83%84?q=%7e", "http://news.example/a%2Fb/%e3%83%84?q=%7e"},
		{"http://news.example/rss#top", "http://news.example/rss"},
		{"http://NEWS.example", "http://news.example/"},
		{"http://news.example/اخبار?بخش=۱", "http://news.example/%D8%A7%D8%AE%D8%A8%D8%A7%D8%B1?%D8%A8%D8%AE%D8%B4=%DB%B1"},
	} {
		p, web, client := newPublisher(t)
		p.say(200)
		if _, err := client.Poll(t.Context(), c.asked, fetch.Validators{}); err != nil {
			t.Errorf("%q: %v", c.asked, err)
			continue
		}
		if got := lastRequest(t, web).URL; got != c.want {
			t.Errorf("%q was asked for as %q, want %q", c.asked, got, c.want)
		}
	}
}

func TestPollBadAddresses(t *testing.T) {
	for _, addr := range []string{
		"", "news.example/feed", "/feed", "ftp://news.example/feed", "file:///etc/passwd", "javascript:alert(1)", "http://",
		"http:///feed", "http://us er@news.example/", "http://news.example\r\nX: y/", "http://user:secret@news.example/feed",
		"http://news.example@127.0.0.1/", "http://news.example:port/", "http://[::1/", "http://%zz/", "http://\u2028/",
		"http://news.example/" + strings.Repeat("x", 9000),
	} {
		web := fetchtest.New(t, "")
		_, err := newClient(t, web).Poll(t.Context(), addr, fetch.Validators{})
		wantReason(t, err, fetch.BadURL)
		if strings.Contains(err.Error(), "secret") {
			t.Errorf("the password is in the error: %v", err)
		}
		if n := len(web.Dials()); n != 0 {
			t.Errorf("%q: %d connections were made", addr, n)
		}
	}
}

// A context that the caller cancelled is not the server's failure: it must not be counted as one.
func TestPollCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		web := fetchtest.New(t, "")
		web.Handle("news.example", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
		c := newClient(t, web)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := c.Poll(ctx, feedURL, fetch.Validators{})
		var e *fetch.Error
		if !errors.Is(err, context.DeadlineExceeded) || errors.As(err, &e) {
			t.Errorf("error = %#v, want the context's own", err)
		}
		_, err = c.Poll(t.Context(), feedURL, fetch.Validators{})
		if !errors.As(err, &e) || e.Reason != fetch.Timeout || errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error = %#v, want a timeout that is nobody's context", err)
		}
		cancelled, stop := context.WithCancel(t.Context())
		stop()
		if _, err := c.Page(cancelled, "http://news.example/p"); !errors.Is(err, context.Canceled) || errors.As(err, &e) {
			t.Errorf("error = %#v, want context.Canceled", err)
		}
	})
}

// A feed behind a redirect is asked conditionally too: its validators go to the address that issued them, and to no
// other on the way.
func TestPollConditionallyBehindARedirect(t *testing.T) {
	web := fetchtest.New(t, "")
	web.Handle("news.example", http.RedirectHandler("http://other.example/feed", http.StatusMovedPermanently))
	web.Handle("other.example", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"1"`)
		if r.Header.Get("If-None-Match") == `"1"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		fmt.Fprint(w, smallFeed)
	}))
	c := newClient(t, web)
	first, err := c.Poll(t.Context(), feedURL, fetch.Validators{})
	if err != nil {
		t.Fatal(err)
	}
	if want := (fetch.Validators{ETag: `"1"`, URL: "http://other.example/feed", Digest: first.Validators.Digest}); first.Validators != want {
		t.Fatalf("validators %+v, want %+v", first.Validators, want)
	}
	second, err := c.Poll(t.Context(), feedURL, first.Validators)
	if err != nil || !second.NotModified || second.Validators != first.Validators {
		t.Errorf("second poll: %+v, %v", second, err)
	}
	for _, r := range web.Requests() {
		if r.URL == feedURL && r.Header.Get("If-None-Match") != "" {
			t.Errorf("%s was sent the validators of another address", r.URL)
		}
	}
}
