package fetchtest_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"dateline/fetch/fetchtest"
)

const web = `
-- http://a.example/ --
<p>a body alone
-- http://a.example/x?y=1 --
HTTP/1.1 503 Service Unavailable
Retry-After: 5
X-Two: a
X-Two: b

down
-- http://a.example/bare --
HTTP/1.1 301 Moved Permanently
Location: /
-- http://b.example/none --
HTTP/1.1 204 No Content

`

func get(t *testing.T, w *fetchtest.Web, url string) (*http.Response, string) {
	t.Helper()
	transport := &http.Transport{DialContext: w.Dial}
	t.Cleanup(transport.CloseIdleConnections)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

func TestAnswers(t *testing.T) {
	w := fetchtest.New(t, web)
	for _, c := range []struct {
		url    string
		status int
		body   string
	}{
		{"http://a.example/", 200, "<p>a body alone\n"},
		{"http://a.example/x?y=1", 503, "down\n"},
		{"http://a.example/x", 404, "404 page not found\n"},
		{"http://a.example/bare", 301, ""},
		{"http://b.example/none", 204, ""},
	} {
		if res, body := get(t, w, c.url); res.StatusCode != c.status || body != c.body {
			t.Errorf("%s: %d %q, want %d %q", c.url, res.StatusCode, body, c.status, c.body)
		}
	}
	res, _ := get(t, w, "http://a.example/x?y=1")
	if v := res.Header.Values("X-Two"); len(v) != 2 || res.Header.Get("Retry-After") != "5" {
		t.Errorf("header = %v", res.Header)
	}
}

func TestLog(t *testing.T) {
	w := fetchtest.New(t, web)
	get(t, w, "http://a.example/x?y=1")
	get(t, w, "http://b.example/none")
	log := w.Requests()
	if len(log) != 2 || log[0].URL != "http://a.example/x?y=1" || log[1].Method != "GET" {
		t.Errorf("log = %+v", log)
	}
	if d := w.Dials(); len(d) != 2 || d[1] != "b.example:80" {
		t.Errorf("dials = %q", d)
	}
}

func TestUnknownHostDoesNotExist(t *testing.T) {
	w := fetchtest.New(t, web)
	_, err := w.Dial(t.Context(), "tcp", "c.example:80")
	var lookup *net.DNSError
	if !errors.As(err, &lookup) || !lookup.IsNotFound {
		t.Errorf("error = %v, want a name that is not found", err)
	}
}

// A handler that takes its time takes none in a bubble.
func TestFakeTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := fetchtest.New(t, web)
		w.Handle("slow.example", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(time.Hour)
			fmt.Fprint(w, "at last")
		}))
		begin := time.Now()
		if _, body := get(t, w, "http://slow.example/"); body != "at last" {
			t.Errorf("body = %q", body)
		}
		if took := time.Since(begin); took != time.Hour {
			t.Errorf("took %s of fake time, want 1h", took)
		}
		if log := w.Requests(); !log[0].Time.Equal(begin) {
			t.Errorf("logged at %s, want %s", log[0].Time, begin)
		}
	})
}
