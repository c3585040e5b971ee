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

// A value that could not be sent back as it came is not kept. net/http refuses an answer with a line break in a header.
func TestAttack43HugeValidators(t *testing.T) {
	p, _, c := newPublisher(t)
	p.say(200, "ETag", `"`+strings.Repeat("x", 8000)+`"`)
	f, err := c.Poll(t.Context(), feedURL, fetch.Validators{})
	if err != nil || f.Validators.ETag != "" {
		t.Errorf("an ETag of 8,000 bytes was kept (%v)", err)
	}
}

func TestManner47Statuses(t *testing.T) {
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

func TestManner19to21RetryAfter(t *testing.T) {
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

// The address is asked for as it was configured; only what can't stand in a request line is encoded.
func TestManner35TheVeryAddress(t *testing.T) {
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

func TestAttack09BadAddresses(t *testing.T) {
	for _, addr := range []string{
		"", "news.example/feed", "/feed", "ftp://news.example/feed", "file:///etc/passwd", "javascript:alert(1)", "http://",
		"http:///feed", "http://us er@news.example/", "http://news.example\r\nX: y/", "http://user:secret@news.example/feed",
		"http://news.example@127.0.0.1/", "http://news.example:port/", "http://news.example:99999/", "http://news.example:0/", "http://[::1/", "http://%zz/", "http://\u2028/",
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
