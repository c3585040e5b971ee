package fetch_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"dateline/fetch"
	"dateline/fetch/fetchtest"
)

// moves is a web of redirects; the name of each file says where it leads.
const moves = `
-- http://a.example/permanent --
HTTP/1.1 301 Moved Permanently
Location: http://b.example/feed
ETag: "of a"

-- http://a.example/permanent-twice --
HTTP/1.1 308 Permanent Redirect
Location: /permanent

-- http://a.example/temporary --
HTTP/1.1 302 Found
Location: http://b.example/feed

-- http://a.example/temporary-then-permanent --
HTTP/1.1 307 Temporary Redirect
Location: /permanent

-- http://a.example/permanent-then-temporary --
HTTP/1.1 301 Moved Permanently
Location: /temporary

-- http://a.example/nowhere --
HTTP/1.1 302 Found

-- http://a.example/broken --
HTTP/1.1 302 Found
Location: http://[::1/

-- http://a.example/file --
HTTP/1.1 302 Found
Location: file:///etc/passwd

-- http://a.example/user --
HTTP/1.1 302 Found
Location: http://a.example:secret@b.example/feed

-- http://a.example/loop --
HTTP/1.1 302 Found
Location: http://b.example/loop

-- http://a.example/to-304 --
HTTP/1.1 302 Found
Location: http://b.example/304

-- http://b.example/loop --
HTTP/1.1 302 Found
Location: http://a.example/loop#again

-- http://b.example/304 --
HTTP/1.1 304 Not Modified

-- http://b.example/feed --
HTTP/1.1 200 OK
ETag: "of b"

<rss version="2.0"><channel><title>B</title><item><link>one</link></item></channel></rss>
`

func TestRedirects(t *testing.T) {
	c := newClient(t, fetchtest.New(t, moves))
	for _, r := range []struct{ path, movedTo string }{
		{"permanent", "http://b.example/feed"},
		{"permanent-twice", "http://b.example/feed"},
		{"temporary", ""},
		{"temporary-then-permanent", ""},
		{"permanent-then-temporary", "http://a.example/temporary"},
	} {
		f, err := c.Poll(t.Context(), "http://a.example/"+r.path, fetch.Validators{})
		if err != nil {
			t.Errorf("%s: %v", r.path, err)
			continue
		}
		if f.URL != "http://b.example/feed" || f.Hints.MovedTo != r.movedTo || f.Entries[0].URL != "http://b.example/one" {
			t.Errorf("%s: %+v, want moved to %q", r.path, f, r.movedTo)
		}
		if f.Validators.URL != "http://b.example/feed" {
			t.Errorf("%s: validators %+v, issued by http://b.example/feed", r.path, f.Validators)
		}
	}
}

func TestAttack18RedirectsThatFail(t *testing.T) {
	web := fetchtest.New(t, moves)
	c := newClient(t, web)
	for _, path := range []string{"nowhere", "broken", "file", "user", "loop"} {
		_, err := c.Poll(t.Context(), "http://a.example/"+path, fetch.Validators{})
		e := wantReason(t, err, fetch.Redirects)
		if e.URL != "http://a.example/"+path || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: error %v", path, err)
		}
	}
	_, err := c.Poll(t.Context(), "http://a.example/loop", fetch.Validators{})
	if chain := `"http://a.example/loop", "http://b.example/loop"`; !strings.HasSuffix(err.Error(), chain) {
		t.Errorf("%v does not show the chain %s", err, chain)
	}
	_, err = c.Poll(t.Context(), "http://a.example/to-304", fetch.Validators{ETag: `"1"`})
	wantReason(t, err, fetch.Status)
}

// Each hop looks new, and each is as long as an address may be.
func TestAttack18RedirectsThatGrow(t *testing.T) {
	web := fetchtest.New(t, "")
	for _, host := range []string{"a.example", "b.example"} {
		other := map[string]string{"a.example": "b.example", "b.example": "a.example"}[host]
		web.Handle(host, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://"+other+"/"+strings.Repeat("x", 1000)+r.URL.Path, http.StatusFound)
		}))
	}
	_, err := newClient(t, web).Poll(t.Context(), "http://a.example/feed", fetch.Validators{})
	wantReason(t, err, fetch.Redirects)
	if n := len(err.Error()); n > 1000 {
		t.Errorf("an error of %d bytes", n)
	}
}

func TestManner43RedirectsAreCounted(t *testing.T) {
	web := fetchtest.New(t, "")
	web.Handle("a.example", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var n int
		fmt.Sscanf(r.URL.Path, "/%d", &n)
		if n == 0 {
			fmt.Fprint(w, smallFeed)
			return
		}
		http.Redirect(w, r, fmt.Sprintf("/%d", n-1), http.StatusFound)
	}))
	c := newClient(t, web)
	if _, err := c.Poll(t.Context(), "http://a.example/5", fetch.Validators{}); err != nil {
		t.Errorf("five redirects: %v", err)
	}
	before := len(web.Requests())
	_, err := c.Poll(t.Context(), "http://a.example/6", fetch.Validators{})
	wantReason(t, err, fetch.Redirects)
	if n := len(web.Requests()) - before; n != 6 {
		t.Errorf("%d requests for six redirects, want 6: the first and five more", n)
	}
}

func gz(s string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write([]byte(s))
	z.Close()
	return b.String()
}

func TestBodies(t *testing.T) {
	large := func(o *fetch.Options) { o.MaxBody = int64(len(smallFeed)) }
	for _, c := range []struct {
		name, coding, body string
		want               fetch.Reason
	}{
		{"as large as allowed", "", smallFeed, ""},
		{"one byte larger", "", smallFeed + " ", fetch.TooLarge},
		{"gzip", "gzip", gz(smallFeed), ""},
		{"gzip by its old name", "X-GZIP", gz(smallFeed), ""},
		{"gzip in two members", "gzip", gz(smallFeed[:100]) + gz(smallFeed[100:]), ""},
		{"gzip that inflates too far", "gzip", gz(smallFeed + strings.Repeat(" ", 1<<20)), fetch.TooLarge},
		{"gzip cut short", "gzip", gz(smallFeed)[:60], fetch.Broken},
		{"gzip in name only", "gzip", smallFeed, ""},
		{"gzip without a byte", "gzip", "", fetch.Empty},
		{"gzip followed by junk", "gzip", gz(smallFeed) + "junk", ""},
		{"gzip that nobody named", "", gz(smallFeed), ""},
		{"a coding nobody asked for", "compress", "x", fetch.Broken},
		{"two codings", "gzip, gzip", gz(gz(smallFeed)), fetch.Broken},
		{"only white space", "", " \r\n\t ", fetch.Empty},
	} {
		t.Run(c.name, func(t *testing.T) {
			web := fetchtest.New(t, "")
			p := &publisher{status: 200, body: c.body, header: http.Header{}}
			if c.coding != "" {
				p.header.Set("Content-Encoding", c.coding)
			}
			web.Handle("news.example", p)
			f, err := newClient(t, web, large).Poll(t.Context(), feedURL, fetch.Validators{})
			if c.want != "" {
				wantReason(t, err, c.want)
			} else if err != nil || len(f.Entries) != 1 {
				t.Errorf("feed = %+v, %v", f, err)
			}
		})
	}
}

// answerRaw writes bytes on the connection that no http.ResponseWriter would.
func answerRaw(raw string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		conn.Write([]byte(raw))
	})
}

func TestAttack14to17BrokenAnswers(t *testing.T) {
	for _, c := range []struct {
		name, raw string
		want      fetch.Reason
	}{
		{"14 longer than it says", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + smallFeed, fetch.NotFeed},
		{"16 cookies without end", "HTTP/1.1 200 OK\r\n" + strings.Repeat("Set-Cookie: a=b\r\n", 100000) + "\r\n" + smallFeed, fetch.TooLarge},
		{"43 a line break in a validator", "HTTP/1.1 200 OK\r\nETag: a\rb\r\n\r\n" + smallFeed, fetch.Broken},
		{"14 nothing", "", fetch.Broken},
		{"14 not HTTP", "SSH-2.0-OpenSSH_9.9\r\n", fetch.Broken},
		{"14 shorter than it says", "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<rss>", fetch.Broken},
		{"14 a negative length", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n<rss>", fetch.Broken},
		{"14 two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 50\r\n\r\n<rss>", fetch.Broken},
		{"14 a broken chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n<rss>", fetch.Broken},
		{"16 headers without end", "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("y", 100<<10) + "\r\n\r\n", fetch.TooLarge},
		{"15 a body without end", "HTTP/1.1 200 OK\r\n\r\n" + strings.Repeat(" ", 9<<20), fetch.TooLarge},
		{"17 leave to go on without end", strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 10000), fetch.TooLarge},
		{"17 interim answers without end", strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", 10000), fetch.TooLarge},
	} {
		t.Run(c.name, func(t *testing.T) {
			web := fetchtest.New(t, "")
			web.Handle("news.example", answerRaw(c.raw))
			_, err := newClient(t, web).Poll(t.Context(), feedURL, fetch.Validators{})
			wantReason(t, err, c.want)
		})
	}
}

// Each stage has its own limit, and a body that trickles is not given the whole time.
func TestAttack15Trickles(t *testing.T) {
	for _, c := range []struct {
		name  string
		serve http.HandlerFunc
		after time.Duration
	}{
		{"no headers", func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, 10 * time.Second},
		{"a byte of the headers a second", func(w http.ResponseWriter, r *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			for err == nil {
				time.Sleep(time.Second)
				_, err = conn.Write([]byte("H"))
			}
		}, 10 * time.Second},
		{"a byte a second", func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				fmt.Fprint(w, " ")
				w.(http.Flusher).Flush()
				time.Sleep(time.Second)
			}
		}, 5 * time.Second},
		{"fast at first, then a byte a second", func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, strings.Repeat(" ", 10000))
			for r.Context().Err() == nil {
				fmt.Fprint(w, " ")
				w.(http.Flusher).Flush()
				time.Sleep(time.Second)
			}
		}, 11 * time.Second},
		{"steady, without end", func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				fmt.Fprint(w, strings.Repeat(" ", 2000))
				w.(http.Flusher).Flush()
				time.Sleep(time.Second)
			}
		}, 30 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				web := fetchtest.New(t, "")
				web.Handle("news.example", c.serve)
				start := time.Now()
				_, err := newClient(t, web).Poll(t.Context(), feedURL, fetch.Validators{})
				wantReason(t, err, fetch.Timeout)
				if took := time.Since(start); took != c.after {
					t.Errorf("gave up after %s, want %s", took, c.after)
				}
			})
		})
	}
}

// The time is that of the whole journey, redirects included, but not of waiting in a queue.
func TestTimeoutCoversRedirects(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		web := fetchtest.New(t, "")
		web.Handle("news.example", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(9 * time.Second)
			http.Redirect(w, r, r.URL.Path+"x", http.StatusFound)
		}))
		c := newClient(t, web, func(o *fetch.Options) { o.HostInterval = time.Minute })
		start := time.Now()
		_, err := c.Poll(t.Context(), feedURL, fetch.Validators{})
		wantReason(t, err, fetch.Timeout)
		if took, want := time.Since(start), 3*time.Minute+30*time.Second; took != want {
			t.Errorf("gave up after %s, want %s: three pauses and the 30 s", took, want)
		}
	})
}

// Two hosts that send all visitors to each other: whoever held one turn while waiting for the other would wait for ever.
func TestCrossedRedirectsDoNotLock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		web := fetchtest.New(t, "")
		for host, other := range map[string]string{"a.example": "b.example", "b.example": "a.example"} {
			web.Handle(host, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				time.Sleep(time.Second)
				switch r.URL.Path {
				case "/there":
					fmt.Fprint(w, "<html>text")
				default: // robots.txt too
					http.Redirect(w, r, "http://"+other+"/there", http.StatusFound)
				}
			}))
		}
		c := newClient(t, web, func(o *fetch.Options) { o.HostInterval = time.Second })
		var wg sync.WaitGroup
		for range 10 {
			for _, host := range []string{"a.example", "b.example"} {
				wg.Go(func() {
					if _, err := c.Page(t.Context(), "http://"+host+"/page"); err != nil {
						t.Error(err)
					}
				})
			}
		}
		wg.Wait()
		// Not one request to a host began before the last one there had ended and the pause was over.
		last := map[string]time.Time{}
		for _, r := range web.Requests() {
			host := strings.Split(r.URL, "/")[2]
			if gap := r.Time.Sub(last[host]); gap < 2*time.Second {
				t.Errorf("%s came %s after the one before", r.URL, gap)
			}
			last[host] = r.Time
		}
	})
}
