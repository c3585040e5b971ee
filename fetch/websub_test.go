package fetch_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"dateline/fetch"
	"dateline/fetch/fetchtest"
)

// hub notes the forms that it is sent, and answers as the test says.
type hub struct {
	forms  []url.Values
	method []string
	answer func(w http.ResponseWriter, r *http.Request)
}

func (h *hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.ParseForm()
	h.forms, h.method = append(h.forms, r.PostForm), append(h.method, r.Method)
	h.answer(w, r)
}

func status(code int, header ...string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
		fmt.Fprint(w, "the hub's\nown words")
	}
}

// observed is what a client told of its requests.
type observed struct {
	mu  sync.Mutex
	all []fetch.Request
}

func (o *observed) note(r fetch.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.all = append(o.all, r)
}

var wish = fetch.Subscription{
	Hub: "http://hub.example/hub?a=1", Topic: "https://news.example/rss?x=1&y=2", Callback: "https://desk.example/push/token",
	Secret: "secret", Lease: 10 * 24 * time.Hour,
}

func TestSubscribe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &hub{answer: status(202)}
		web := fetchtest.New(t, "")
		web.Handle("hub.example", h)
		var seen observed
		c := newClient(t, web, func(o *fetch.Options) { o.Observe = seen.note })
		if err := c.Subscribe(t.Context(), wish); err != nil {
			t.Fatal(err)
		}
		if err := c.Unsubscribe(t.Context(), wish); err != nil {
			t.Fatal(err)
		}
		want := []string{
			"hub.callback=https%3A%2F%2Fdesk.example%2Fpush%2Ftoken&hub.lease_seconds=864000&hub.mode=subscribe&hub.secret=secret&hub.topic=https%3A%2F%2Fnews.example%2Frss%3Fx%3D1%26y%3D2",
			"hub.callback=https%3A%2F%2Fdesk.example%2Fpush%2Ftoken&hub.mode=unsubscribe&hub.topic=https%3A%2F%2Fnews.example%2Frss%3Fx%3D1%26y%3D2",
		}
		for i, form := range h.forms {
			if form.Encode() != want[i] || h.method[i] != "POST" {
				t.Errorf("%s %s, want POST %s", h.method[i], form.Encode(), want[i])
			}
		}
		for _, r := range web.Requests() {
			if got := r.Header.Get("Content-Type") + " " + r.Header.Get("User-Agent"); got != "application/x-www-form-urlencoded dateline/1.2 (+mailto:desk@example.org)" {
				t.Errorf("headers %q", got)
			}
			if r.URL != wish.Hub || r.Header.Get("Referer")+r.Header.Get("Cookie") != "" {
				t.Errorf("request of %s with %v", r.URL, r.Header)
			}
		}
		if len(seen.all) != 2 || seen.all[0].Kind != "hub" || seen.all[0].Status != 202 {
			t.Errorf("told of %+v", seen.all)
		}
	})
}

// TestSubscribeRedirect: a hub that has moved gets the whole form where it is now.
func TestSubscribeRedirect(t *testing.T) {
	for _, code := range []int{301, 302, 307, 308} {
		synctest.Test(t, func(t *testing.T) {
			old := &hub{answer: status(code, "Location", "http://new.example/")}
			moved := &hub{answer: status(204)}
			web := fetchtest.New(t, "")
			web.Handle("hub.example", old)
			web.Handle("new.example", moved)
			c := newClient(t, web)
			if err := c.Subscribe(t.Context(), wish); err != nil {
				t.Fatal(err)
			}
			if len(moved.forms) != 1 || moved.method[0] != "POST" || moved.forms[0].Encode() != old.forms[0].Encode() {
				t.Errorf("%d: the new hub got %v", code, moved.forms)
			}
		})
	}
}

func TestSubscribeFails(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(http.ResponseWriter, *http.Request)
		change func(*fetch.Subscription)
		want   string
	}{
		"refused":     {answer: status(403), want: `"http://hub.example/hub?a=1": denied (HTTP 403): the hub's own words`},
		"busy":        {answer: status(503, "Retry-After", "120"), want: `"http://hub.example/hub?a=1": server-error (HTTP 503): the hub's own words`},
		"a page":      {answer: status(404), want: `"http://hub.example/hub?a=1": not-found (HTTP 404): the hub's own words`},
		"a loop":      {answer: status(307, "Location", "http://hub.example/hub?a=1"), want: `"http://hub.example/hub?a=1": redirects (HTTP 307): a loop through "http://hub.example/hub?a=1"`},
		"no address":  {change: func(s *fetch.Subscription) { s.Hub = "ftp://hub.example/" }, want: `"ftp://hub.example/": bad-url: scheme "ftp": must be http or https`},
		"no such":     {change: func(s *fetch.Subscription) { s.Hub = "http://none.example/" }, want: `"http://none.example/": dns: `},
		"long secret": {change: func(s *fetch.Subscription) { s.Secret = strings.Repeat("x", 200) }, want: `"http://hub.example/hub?a=1": broken: a secret of 200 bytes`},
		"no secret":   {change: func(s *fetch.Subscription) { s.Secret = "" }, want: `"http://hub.example/hub?a=1": broken: a secret of 0 bytes`},
	} {
		synctest.Test(t, func(t *testing.T) {
			web := fetchtest.New(t, "")
			web.Handle("hub.example", &hub{answer: c.answer})
			s := wish
			if c.change != nil {
				c.change(&s)
			}
			err := newClient(t, web).Subscribe(t.Context(), s)
			var e *fetch.Error
			if !errors.As(err, &e) || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("%s: %v, want %s", name, err, c.want)
			}
			if name == "busy" && e.RetryAfter != 2*time.Minute {
				t.Errorf("%s: retry after %s", name, e.RetryAfter)
			}
		})
	}
}

// TestSubscribeBounded: a hub that never ends its answer is left, and a caller who gives up is no failure of the hub.
func TestSubscribeBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		web := fetchtest.New(t, "")
		web.Handle("hub.example", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 1<<16)); err != nil {
					return
				}
			}
		}))
		web.Handle("slow.example", http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			r.ParseForm() // what was posted has to be read before the server sees that the caller is gone
			<-r.Context().Done()
		}))
		c := newClient(t, web)
		if err := c.Subscribe(t.Context(), wish); err != nil {
			t.Errorf("an endless answer of a 200: %v", err)
		}
		s := wish
		s.Hub = "http://slow.example/"
		wantReason(t, c.Subscribe(t.Context(), s), fetch.Timeout)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := c.Subscribe(ctx, s); !errors.Is(err, context.DeadlineExceeded) || errors.As(err, new(*fetch.Error)) {
			t.Errorf("given up: %v", err)
		}
	})
}

// The sums are by openssl: printf hello | openssl dgst -sha1 -hmac secret, and so on.
func TestSigned(t *testing.T) {
	const sha1 = "sha1=5112055c05f944f85755efc5cd8970e194e9f45b"
	for signature, want := range map[string]bool{
		sha1:                                 true,
		" SHA1=" + strings.ToUpper(sha1[5:]): true,
		"sha256=88aab3ede8d3adf94d26ab90d3bafd4a2083070c3bcce9c014ee04a443847c0b":                                                                 true,
		"sha384=7e1e620ca0068fd1fce00c1ad3f5c6dbb12874dd2fb9c26502d09d0d804f2c0ba1d921b9458416cba480417571001e18":                                 true,
		"sha512=db1595ae88a62fd151ec1cba81b98c39df82daae7b4cb9820f446d5bf02f1dcfca6683d88cab3e273f5963ab8ec469a746b5b19086371239f67d1e5f99a79440": true,
		"sha256=88aab3ede8d3adf94d26ab90d3bafd4a2083070c3bcce9c014ee04a443847c0a":                                                                 false,
		"sha256=" + sha1[5:]:                   false,
		"sha1=":                                false,
		"sha1=zz":                              false,
		sha1[:len(sha1)-2]:                     false,
		"md5=bade63863c61ed0b3165806ecd6acefc": false,
		"":                                     false,
		sha1[5:]:                               false,
	} {
		if got := fetch.Signed(signature, "secret", []byte("hello")); got != want {
			t.Errorf("%q: %v, want %v", signature, got, want)
		}
	}
	if fetch.Signed("sha1=fbdb1d1b18aa6c08324b7d64b71fb76370690e1d", "", nil) {
		t.Error("no secret signs anything")
	}
}

func TestAbout(t *testing.T) {
	const topic = "https://news.example/rss?a=1,2"
	for link, want := range map[string]bool{
		"":                                  true,
		`<https://hub.example/>; rel="hub"`: true,
		`<https://hub.example/>; rel="hub", <https://news.example/rss?a=1,2>; rel="self"`: true,
		`</rss?a=1,2>; rel=self`:                      true,
		`<https://news.example/atom>; rel=self`:       false,
		`<https://other.example/rss?a=1,2>; rel=self`: false,
	} {
		if got := fetch.About(http.Header{"Link": {link}}, topic); got != want {
			t.Errorf("%q: %v, want %v", link, got, want)
		}
	}
}
