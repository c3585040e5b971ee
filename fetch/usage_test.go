package fetch

import (
	"slices"
	"strings"
	"testing"

	"dateline/fetch/fetchtest"
)

func TestUsageLines(t *testing.T) {
	const file = `License: https://news.example/license.xml
Content-Usage: search=y

User-agent: OtherBot
Content-Signal: ai-train=yes

User-agent: *
Content-Signal: search=yes, ai-train=no
Content-Usage: train-ai=n
Content-Usage: /free/ train-ai=y
Content-Usage: /free/*.pdf train-ai=n
Allow: /
`
	r := parseRobots([]byte(file), productToken)
	for path, want := range map[string]string{
		"/news/1":     "rsl https://news.example/license.xml; content-usage search=y; content-signal search=yes, ai-train=no; content-usage train-ai=n",
		"/free/1":     "rsl https://news.example/license.xml; content-signal search=yes, ai-train=no; content-usage train-ai=y",
		"/free/1.pdf": "rsl https://news.example/license.xml; content-signal search=yes, ai-train=no; content-usage train-ai=n",
	} {
		var got []string
		for _, u := range r.uses(path) {
			got = append(got, u.Name+" "+u.Value)
		}
		if s := strings.Join(got, "; "); s != want {
			t.Errorf("%s: got %s\nwant %s", path, s, want)
		}
	}
	if !r.allow("/news/1") {
		t.Error("a line about use forbids fetching")
	}
}

func TestUsageForUsByName(t *testing.T) {
	r := parseRobots([]byte("User-agent: *\nContent-Signal: ai-train=no\n\nUser-agent: dateline\nContent-Signal: ai-train=yes\nDisallow: /x\n"), productToken)
	if got := r.uses("/a"); len(got) != 1 || got[0].Value != "ai-train=yes" {
		t.Errorf("got %+v", got)
	}
}

func TestUsageIsBounded(t *testing.T) {
	r := parseRobots([]byte("User-agent: *\n"+strings.Repeat("Content-Usage: train-ai="+strings.Repeat("n", 1500)+"\n", 500)), productToken)
	got := r.uses("/")
	if len(got) != maxUsage || len(got[0].Value) > usageSize {
		t.Errorf("%d lines of %d bytes", len(got), len(got[0].Value))
	}
}

func TestParseTDM(t *testing.T) {
	r := rules{Usage: parseTDM([]byte(`[
		{"location": "/free/*", "tdm-reservation": 0},
		{"location": "/odd", "tdm-reservation": 7},
		{"location": "relative", "tdm-reservation": 1},
		{"location": "/silent"},
		{"location": "/*", "tdm-reservation": 1, "tdm-policy": "https://news.example/policy.json"}
	]`))}
	for path, want := range map[string][]Usage{
		"/free/1": {{"tdm-reservation", "0", "tdmrep.json"}},
		"/news/1": {{"tdm-reservation", "1", "tdmrep.json"}, {"tdm-policy", "https://news.example/policy.json", "tdmrep.json"}},
	} {
		if got := r.uses(path); !slices.Equal(got, want) {
			t.Errorf("%s: got %+v, want %+v", path, got, want)
		}
	}
	for _, bad := range []string{"", "{}", "[1]", `[{"location":"/","tdm-reservation":"yes"}]`, "<html>"} {
		if got := parseTDM([]byte(bad)); len(got) > 0 {
			t.Errorf("%q: got %+v", bad, got)
		}
	}
}

// A site's tdmrep.json is asked for when the operator wants to be bound by it, once, and where robots.txt allows it.
func TestTDMFile(t *testing.T) {
	const site = `
-- http://news.example/robots.txt --
User-agent: *
Content-Signal: ai-train=no
-- http://news.example/.well-known/tdmrep.json --
[{"location": "/", "tdm-reservation": 1}]
-- http://news.example/a --
<html><p>text
-- http://news.example/b --
<html><p>text
-- http://closed.example/robots.txt --
User-agent: *
Disallow: /.well-known/
-- http://closed.example/a --
<html><p>text
`
	for _, c := range []struct {
		tdm      bool
		pages    []string
		requests int
		usage    []Usage
	}{
		{false, []string{"http://news.example/a", "http://news.example/b"}, 3, []Usage{{"content-signal", "ai-train=no", "robots.txt Content-Signal"}}},
		{true, []string{"http://news.example/a", "http://news.example/b"}, 4, []Usage{{"content-signal", "ai-train=no", "robots.txt Content-Signal"}, {"tdm-reservation", "1", "tdmrep.json"}}},
		{true, []string{"http://closed.example/a"}, 2, nil},
	} {
		web := fetchtest.New(t, site)
		client := New(Options{HostInterval: -1, Dial: web.Dial, TDM: c.tdm})
		for _, address := range c.pages {
			p, err := client.Page(t.Context(), address)
			if err != nil || !slices.Equal(p.Usage, c.usage) {
				t.Errorf("%s, TDM %v: %+v, %v, want %+v", address, c.tdm, p.Usage, err, c.usage)
			}
		}
		if n := len(web.Requests()); n != c.requests {
			t.Errorf("%v, TDM %v: %d requests, want %d", c.pages, c.tdm, n, c.requests)
		}
		client.Close()
	}
}

// FuzzUsage: whatever a site says, no more is kept than the bounds allow, and nothing panics.
func FuzzUsage(f *testing.F) {
	f.Add([]byte("User-agent: *\nContent-Usage: /a train-ai=n\n"), []byte(`[{"location":"/","tdm-reservation":1}]`), "/a")
	f.Fuzz(func(t *testing.T, robots, tdm []byte, path string) {
		r := parseRobots(robots, productToken)
		r.Usage = append(r.Usage, parseTDM(tdm)...)
		if got := r.uses(path); len(got) > 3*maxUsage {
			t.Errorf("%d lines", len(got))
		}
	})
}
