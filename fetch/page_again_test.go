package fetch

import (
	"net/http"
	"testing"

	"dateline/fetch/fetchtest"
)

// TestPageAgain asks a second time with what the first answer gave: a server that compares validators sends nothing, the
// bytes of one that doesn't are compared, and another address is told no validator.
func TestPageAgain(t *testing.T) {
	const page = "<!DOCTYPE html><title>T</title><p>text"
	now, sent := page, ""
	web := fetchtest.New(t, "")
	web.Handle("news.example", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent = r.Header.Get("If-None-Match")
		switch r.URL.Path {
		case "/robots.txt":
			http.NotFound(w, r)
		case "/moved":
			http.Redirect(w, r, "/etag", http.StatusFound)
		case "/etag":
			w.Header().Set("ETag", `"`+now[len(now)-4:]+`"`)
			if sent == w.Header().Get("ETag") {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			fallthrough
		default:
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte(now))
		}
	}))
	c := New(Options{HostInterval: -1, Dial: web.Dial})
	t.Cleanup(c.Close)
	for _, path := range []string{"/etag", "/moved", "/plain"} {
		now = page
		url := "http://news.example" + path
		first, err := c.Page(t.Context(), url)
		if err != nil || first.NotModified || string(first.HTML) != page {
			t.Fatalf("%s: %+v, %v", path, first, err)
		}
		again, err := c.PageAgain(t.Context(), url, first.Validators)
		if err != nil || !again.NotModified || again.Validators != first.Validators || again.HTML != nil {
			t.Errorf("%s, the same: %+v, %v", path, again, err)
		}
		now = page + " more"
		again, err = c.PageAgain(t.Context(), url, first.Validators)
		if err != nil || again.NotModified || string(again.HTML) != now || again.Validators == first.Validators {
			t.Errorf("%s, changed: %+v, %v", path, again, err)
		}
	}
	if _, err := c.PageAgain(t.Context(), "http://news.example/plain", Validators{ETag: `"more"`, URL: "http://news.example/etag"}); err != nil || sent != "" {
		t.Errorf("another address was sent %q, %v", sent, err)
	}
}
