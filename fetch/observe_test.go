package fetch_test

import (
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"dateline/fetch"
	"dateline/fetch/fetchtest"
)

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

// TestObserve: each hop is told of once it has ended, with its kind, its pause and what came of it.
func TestObserve(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		web := fetchtest.New(t, `
-- http://news.example/old --
HTTP/1.1 302 Found
Location: http://news.example/feed

-- http://news.example/feed --
<rss version="2.0"><channel><title>T</title></channel></rss>
-- http://news.example/page --
<!DOCTYPE html><p>Text</p>
`)
		web.Handle("slow.example", http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
		var seen observed
		c := newClient(t, web, func(o *fetch.Options) { o.HostInterval, o.Observe = time.Second, seen.note })
		c.Poll(t.Context(), "http://news.example/old", fetch.Validators{})
		c.Poll(t.Context(), "http://news.example/feed", fetch.Validators{ETag: `"a"`})
		c.Page(t.Context(), "http://news.example/page")
		c.Poll(t.Context(), "http://slow.example/feed", fetch.Validators{})

		var got []fetch.Request
		for _, r := range seen.all {
			r.Start = time.Time{}
			got = append(got, r)
		}
		want := []fetch.Request{
			{Kind: "feed", URL: "http://news.example/old", Status: 302},
			{Kind: "feed", URL: "http://news.example/feed", Status: 200, Gap: time.Second},
			{Kind: "feed", URL: "http://news.example/feed", Status: 200, Gap: time.Second, Conditional: true},
			{Kind: "robots", URL: "http://news.example/robots.txt", Status: 404, Gap: time.Second},
			{Kind: "page", URL: "http://news.example/page", Status: 200, Gap: time.Second},
			{Kind: "feed", URL: "http://slow.example/feed", Reason: fetch.Timeout},
		}
		if !slices.Equal(got, want) {
			t.Errorf("told of\n%+v\nwant\n%+v", got, want)
		}
	})
}
