package fetch_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"dateline/fetch"
	"dateline/fetch/fetchtest"
)

// tape records exchanges, and gives them back.
type tape struct {
	mu   sync.Mutex
	all  []fetch.Exchange
	next map[string][]fetch.Exchange
}

func (r *tape) Wants(context.Context, string) bool { return true }

func (r *tape) Record(_ context.Context, x fetch.Exchange) {
	r.mu.Lock()
	defer r.mu.Unlock()
	x.Body = bytes.Clone(x.Body)
	r.all = append(r.all, x)
}

var errNoTape = errors.New("not on the tape")

func (r *tape) Replay(_ context.Context, url string) (fetch.Exchange, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.next == nil {
		r.next = map[string][]fetch.Exchange{}
		for _, x := range r.all {
			r.next[x.URL] = append(r.next[x.URL], x)
		}
	}
	if len(r.next[url]) == 0 {
		return fetch.Exchange{}, errNoTape
	}
	x := r.next[url][0]
	r.next[url] = r.next[url][1:]
	return x, nil
}

// tapeWeb answers in all the ways that a run meets.
func tapeWeb(t *testing.T) *fetchtest.Web {
	web := fetchtest.New(t, "-- http://news.example/plain --\n<!DOCTYPE html><p>plain text")
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	fmt.Fprint(z, "<!DOCTYPE html><p>", strings.Repeat("zipped ", 2000))
	z.Close()
	mux := http.NewServeMux()
	mux.HandleFunc("/zipped", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Set-Cookie", "session=s3cret")
		w.Write(zipped.Bytes())
	})
	mux.HandleFunc("/moved", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "http://mara:s3cret@odd.example/zipped?token=s3cret")
		w.WriteHeader(http.StatusFound)
	})
	mux.HandleFunc("/large", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Write(bytes.Repeat([]byte("<p>large\n"), 20_000))
	})
	mux.HandleFunc("/cut", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<p>only this")
	})
	mux.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<p>begun")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	mux.HandleFunc("/busy", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "busy", http.StatusServiceUnavailable) })
	web.Handle("odd.example", mux)
	return web
}

// Whatever a page was answered, the answer from the tape has the same outcome, and nobody is asked.
func TestReplayedPages(t *testing.T) { synctest.Test(t, testReplayedPages) }

func testReplayedPages(t *testing.T) {
	web, rec := tapeWeb(t), &tape{}
	o := fetch.Options{Dial: web.Dial, HostInterval: -1, Timeout: time.Second, Limits: fetch.Limits{Page: 100_000}, Record: rec}
	first := fetch.New(o)
	defer first.Close()
	urls := []string{
		"http://news.example/plain", "http://odd.example/zipped", "http://odd.example/moved", "http://odd.example/large",
		"http://odd.example/cut", "http://odd.example/slow", "http://odd.example/busy", "http://odd.example/none", "http://nowhere.example/1",
	}
	type outcome struct {
		page   fetch.Page
		reason fetch.Reason
		status int
		host   string
	}
	ask := func(c *fetch.Client, url string) (o outcome) {
		var e *fetch.Error
		var err error
		o.page, err = c.Page(t.Context(), url)
		if errors.As(err, &e) {
			o.reason, o.status, o.host = e.Reason, e.Status, e.Host
		} else if err != nil {
			t.Errorf("%s: %v", url, err)
		}
		return o
	}
	want := map[string]outcome{}
	for _, url := range urls {
		want[url] = ask(first, url)
	}
	asked := len(web.Dials())
	o.Record, o.Replay = nil, rec
	second := fetch.New(o)
	defer second.Close()
	for _, url := range urls {
		if got := ask(second, url); !reflect.DeepEqual(got, want[url]) {
			t.Errorf("%s: got %+.200v\nwant %+.200v", url, got, want[url])
		}
	}
	if n := len(web.Dials()); n != asked {
		t.Errorf("%d connections were made", n-asked)
	}
	if _, err := second.Page(t.Context(), "http://news.example/other"); !errors.Is(err, errNoTape) || errors.As(err, new(*fetch.Error)) {
		t.Errorf("what was never asked for: %v", err)
	}
}

// A recorded exchange says how its body ended, has it as the server coded it, and holds no secrets.
func TestRecordedExchanges(t *testing.T) { synctest.Test(t, testRecordedExchanges) }

func testRecordedExchanges(t *testing.T) {
	web, rec := tapeWeb(t), &tape{}
	c := fetch.New(fetch.Options{Dial: web.Dial, HostInterval: -1, Timeout: time.Second, Limits: fetch.Limits{Page: 100_000}, Record: rec})
	defer c.Close()
	cuts := map[string]string{"/plain": "", "/zipped": "", "/large": "length", "/cut": "disconnect", "/slow": "time", "/busy": ""}
	for path := range cuts {
		host := "http://odd.example"
		if path == "/plain" {
			host = "http://news.example"
		}
		c.Page(t.Context(), host+path)
	}
	c.Page(t.Context(), "http://odd.example/moved?password=s3cret")
	seen := 0
	for _, x := range rec.all {
		if text := fmt.Sprintf("%+v", x); strings.Contains(text, "s3cret") || strings.Contains(text, "mara") {
			t.Errorf("a secret was recorded: %.300s", text)
		}
		for path, cut := range cuts {
			if x.Kind == "page" && strings.HasSuffix(x.URL, path) {
				seen++
				if x.Cut != cut || len(x.Body) == 0 {
					t.Errorf("%s: %d bytes, cut %q, want %q", path, len(x.Body), x.Cut, cut)
				}
			}
		}
		if strings.HasSuffix(x.URL, "/zipped") && !bytes.HasPrefix(x.Body, []byte{0x1f, 0x8b}) {
			t.Error("the body is not as the server coded it")
		}
		if x.Start.IsZero() || x.Start.Nanosecond()%1000 != 0 {
			t.Errorf("%s: begun at %v", x.URL, x.Start)
		}
	}
	if seen < len(cuts) {
		t.Errorf("%d pages were recorded", seen)
	}
}
