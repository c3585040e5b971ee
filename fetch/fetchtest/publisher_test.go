package fetchtest_test

import (
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"dateline/fetch/fetchtest"
)

// visitor sends requests that are well behaved but for what a test changes.
type visitor struct {
	t         *testing.T
	transport *http.Transport
}

func (v visitor) ask(method, uri string, headers ...string) {
	v.t.Helper()
	req, err := http.NewRequestWithContext(v.t.Context(), method, "http://news.example"+uri, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	req.Header.Set("User-Agent", "dateline/1 (+mailto:desk@example.org)")
	req.Header.Set("Accept-Encoding", "gzip")
	req.Header.Set("Accept", "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, "+
		"application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1")
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := v.transport.RoundTrip(req)
	if err != nil {
		v.t.Fatal(err)
	}
	io.Copy(io.Discard, res.Body)
	res.Body.Close()
}

// Each thing that a visitor may get wrong is noticed, and by its number. A publisher that notices nothing proves nothing.
func TestPublisherMinds(t *testing.T) {
	validated := fetchtest.Answer{Header: map[string]string{"ETag": `"1"`, "Last-Modified": "x"}, Body: "feed"}
	for _, c := range []struct {
		name  string
		wants []int
		visit func(v visitor, p *fetchtest.Publisher)
	}{
		{"nothing wrong", nil, func(v visitor, p *fetchtest.Publisher) {
			v.ask("GET", "/feed")
			time.Sleep(2 * time.Hour)
			v.ask("GET", "/feed", "If-None-Match", `"1"`, "If-Modified-Since", "x")
		}},
		{"validators at first", []int{1}, func(v visitor, p *fetchtest.Publisher) { v.ask("GET", "/feed", "If-None-Match", `"1"`) }},
		{"another ETag", []int{2}, func(v visitor, p *fetchtest.Publisher) {
			v.ask("GET", "/feed")
			time.Sleep(2 * time.Hour)
			v.ask("GET", "/feed", "If-None-Match", "1", "If-Modified-Since", "x")
		}},
		{"one validator of two", []int{3}, func(v visitor, p *fetchtest.Publisher) {
			v.ask("GET", "/feed")
			time.Sleep(2 * time.Hour)
			v.ask("GET", "/feed", "If-None-Match", `"1"`)
		}},
		{"invented validators", []int{4}, func(v visitor, p *fetchtest.Publisher) {
			p.Feed("/feed", fetchtest.Answer{Body: "feed"})
			v.ask("GET", "/feed")
			time.Sleep(25 * time.Hour)
			v.ask("GET", "/feed", "If-Modified-Since", "x")
		}},
		{"validators of a spoiled body", []int{9}, func(v visitor, p *fetchtest.Publisher) {
			p.Feed("/feed", fetchtest.Answer{Header: validated.Header, Spoiled: true})
			v.ask("GET", "/feed")
			time.Sleep(2 * time.Hour)
			v.ask("GET", "/feed", "If-None-Match", `"1"`, "If-Modified-Since", "x")
		}},
		{"a refresh in eight days", nil, func(v visitor, p *fetchtest.Publisher) {
			v.ask("GET", "/feed")
			time.Sleep(8 * 24 * time.Hour)
			v.ask("GET", "/feed")
		}},
		{"whole again within a day", []int{14}, func(v visitor, p *fetchtest.Publisher) {
			p.Feed("/feed", fetchtest.Answer{Body: "feed"})
			v.ask("GET", "/feed")
			time.Sleep(2 * time.Hour)
			v.ask("GET", "/feed")
		}},
		{"too soon", []int{15}, func(v visitor, p *fetchtest.Publisher) {
			v.ask("GET", "/feed")
			time.Sleep(59 * time.Minute)
			v.ask("GET", "/feed", "If-None-Match", `"1"`, "If-Modified-Since", "x")
		}},
		{"before max-age is over", []int{17}, func(v visitor, p *fetchtest.Publisher) {
			p.Feed("/feed", fetchtest.Answer{Header: map[string]string{"ETag": "a", "Cache-Control": "max-age=7200"}})
			v.ask("GET", "/feed")
			time.Sleep(90 * time.Minute)
			v.ask("GET", "/feed", "If-None-Match", "a")
		}},
		{"before Retry-After is over", []int{19}, func(v visitor, p *fetchtest.Publisher) {
			p.Feed("/feed", fetchtest.Answer{Status: 503, Header: map[string]string{"Retry-After": "36000"}})
			v.ask("GET", "/feed")
			time.Sleep(2 * time.Hour)
			p.Pace(time.Hour, 0)
			v.ask("GET", "/feed")
		}},
		{"another feed after 429", []int{22}, func(v visitor, p *fetchtest.Publisher) {
			p.Feed("/feed", fetchtest.Answer{Status: 429, Header: map[string]string{"Retry-After": "7200"}})
			p.Feed("/two", fetchtest.Answer{})
			v.ask("GET", "/feed")
			time.Sleep(time.Hour)
			v.ask("GET", "/two")
		}},
		{"without a pause", []int{29}, func(v visitor, p *fetchtest.Publisher) { v.ask("GET", "/robots.txt"); v.ask("GET", "/feed") }},
		{"HEAD", []int{31}, func(v visitor, p *fetchtest.Publisher) { v.ask("HEAD", "/feed") }},
		{"a browser's name", []int{32}, func(v visitor, p *fetchtest.Publisher) { v.ask("GET", "/feed", "User-Agent", "Mozilla/5.0") }},
		{"a cookie", []int{33}, func(v visitor, p *fetchtest.Publisher) { v.ask("GET", "/feed", "Cookie", "a=b") }},
		{"a referer", []int{34}, func(v visitor, p *fetchtest.Publisher) { v.ask("GET", "/feed", "Referer", "http://x/") }},
		{"a query", []int{35}, func(v visitor, p *fetchtest.Publisher) { v.ask("GET", "/feed?t=1") }},
		{"any type", []int{36}, func(v visitor, p *fetchtest.Publisher) { v.ask("GET", "/feed", "Accept", "*/*") }},
		{"no coding", []int{37}, func(v visitor, p *fetchtest.Publisher) { v.ask("GET", "/feed", "Accept-Encoding", "identity") }},
		{"a range", []int{38}, func(v visitor, p *fetchtest.Publisher) { v.ask("GET", "/feed", "Range", "bytes=0-99") }},
		{"a second connection", []int{39}, func(v visitor, p *fetchtest.Publisher) {
			v.ask("GET", "/feed")
			time.Sleep(2 * time.Hour)
			other := visitor{v.t, v.transport.Clone()}
			defer other.transport.CloseIdleConnections()
			other.ask("GET", "/feed", "If-None-Match", `"1"`, "If-Modified-Since", "x")
		}},
		{"after a 410", []int{44}, func(v visitor, p *fetchtest.Publisher) {
			p.Feed("/feed", fetchtest.Answer{Status: 410})
			v.ask("GET", "/feed")
			time.Sleep(25 * time.Hour)
			v.ask("GET", "/feed")
		}},
		{"a page twice", []int{48}, func(v visitor, p *fetchtest.Publisher) {
			v.ask("GET", "/robots.txt")
			time.Sleep(time.Second)
			v.ask("GET", "/page")
			time.Sleep(time.Hour)
			v.ask("GET", "/page")
		}},
		{"a page before robots.txt", []int{49}, func(v visitor, p *fetchtest.Publisher) { v.ask("GET", "/page") }},
		{"robots.txt twice a day", []int{49}, func(v visitor, p *fetchtest.Publisher) {
			v.ask("GET", "/robots.txt")
			time.Sleep(23 * time.Hour)
			v.ask("GET", "/robots.txt")
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := fetchtest.New(t, "")
				p := fetchtest.NewPublisher(t, w, "news.example")
				p.Feed("/feed", validated)
				p.Page("/page", fetchtest.Answer{Body: "<html>"})
				p.Pace(time.Hour, time.Second)
				v := visitor{t, &http.Transport{DialContext: w.Dial}}
				defer v.transport.CloseIdleConnections()
				c.visit(v, p)
				var got []int
				for _, v := range p.Violations() {
					got = append(got, v.Assertion)
				}
				if len(got) != len(c.wants) || len(got) == 1 && got[0] != c.wants[0] {
					t.Errorf("violations of %v, want %v", got, c.wants)
				}
			})
		})
	}
}
