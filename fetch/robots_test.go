package fetch

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"dateline/fetch/fetchtest"
)

// allowedBy asks a robots.txt about an address, as the cases of the corpus put it.
func allowedBy(robots, agent, addr string) bool {
	path := "/"
	if u, err := url.Parse(addr); err == nil && addr != "" {
		path = u.RequestURI()
	}
	return parseRobots([]byte(robots), agent).allow(path)
}

func TestRobotsCorpus(t *testing.T) {
	f, err := os.Open("../../shared/corpus/robots/cases.jsonl")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the corpus of robots.txt cases is not here")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n := 0
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c struct {
			Test, Robots, Agent, URL string
			Allow                    bool
		}
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		n++
		if got := allowedBy(c.Robots, c.Agent, c.URL); got != c.Allow {
			t.Errorf("%s: agent %q, %.80q: allowed %t, want %t by %.200q", c.Test, c.Agent, c.URL, got, c.Allow, c.Robots)
		}
	}
	if err := lines.Err(); err != nil || n != 145 {
		t.Errorf("read %d cases (%v), want 145", n, err)
	}
}

func TestRobotsRules(t *testing.T) {
	for _, c := range []struct {
		name, robots, path string
		want               bool
	}{
		{"no file", "", "/a", true},
		{"everybody", "User-agent: *\nDisallow: /a", "/a/b", false},
		{"another", "User-agent: otherbot\nDisallow: /", "/a", true},
		{"our name, in any case", "User-Agent: DateLine\nDisallow: /", "/a", false},
		{"our name with a version", "User-agent: dateline/2.0\nDisallow: /", "/a", false},
		{"a longer name", "User-agent: datelinebot\nDisallow: /", "/a", true},
		{"our group hides the one for all", "User-agent: *\nDisallow: /\nUser-agent: dateline\nDisallow: /x", "/a", true},
		{"our group without a rule", "User-agent: *\nDisallow: /\n\nUser-agent: dateline\nDisallow:", "/a", true},
		{"groups of one name merge", "User-agent: dateline\nDisallow: /a\nUser-agent: x\nDisallow: /\nUser-agent: dateline\nDisallow: /b", "/b", false},
		{"two names, one group", "User-agent: x\nUser-agent: dateline\nDisallow: /a", "/a", false},
		{"the longest rule wins", "User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", true},
		{"the longest rule wins, whatever the order", "User-agent: *\nAllow: /a/b\nDisallow: /a/b/c", "/a/b/c", false},
		{"a tie allows", "User-agent: *\nDisallow: /a\nAllow: /a", "/a", true},
		{"a tie allows, whatever the order", "User-agent: *\nAllow: /a\nDisallow: /a", "/a", true},
		{"a star", "User-agent: *\nDisallow: /*.pdf", "/x/y.pdf?z", false},
		{"the end", "User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf?z", true},
		{"the end, met", "User-agent: *\nDisallow: /*.pdf$", "/x.pdf/y.pdf", false},
		{"the end without a star", "User-agent: *\nDisallow: /$", "/a", true},
		{"many stars", "User-agent: *\nDisallow: /a*b*c*d$", "/a1b2c3c4d", false},
		{"a dollar inside", "User-agent: *\nDisallow: /a$b", "/a$b", false},
		{"a query", "User-agent: *\nDisallow: /*?print=", "/a?print=1", false},
		{"a comment", "User-agent: * # all\nDisallow: /a # this", "/a", false},
		{"rules before any group", "Disallow: /\nUser-agent: *\nAllow: /", "/a", true},
		{"other records don't end a group", "User-agent: *\nCrawl-delay: 5\nSitemap: http://x/\nDisallow: /a", "/a", false},
		{"CR alone", "User-agent: *\rDisallow: /a\r", "/a", false},
		{"a byte order mark", "\ufeffUser-agent: *\nDisallow: /a", "/a", false},
		{"NUL", "User-agent: *\x00\nDisallow: /a\x00\n", "/a", false},
		{"percent in small letters", "User-agent: *\nDisallow: /%d8%a7", "/%D8%A7", false},
		{"bytes beyond ASCII", "User-agent: *\nDisallow: /ا", "/%D8%A7", false},
		{"robots.txt itself", "User-agent: *\nDisallow: /", "/robots.txt", true},
		{"HTML instead", "<!doctype html>\n<title>User-agent: *</title>\n<p>Disallow: /", "/a", true},
	} {
		if got := parseRobots([]byte(c.robots), productToken).allow(c.path); got != c.want {
			t.Errorf("%s: %q allowed %t, want %t", c.name, c.path, got, c.want)
		}
	}
}

func TestRobotsReadsNoFurtherThanItsLimit(t *testing.T) {
	filler := strings.Repeat("# nothing here\n", robotsLimit/15+1)
	if !allowedBy(filler+"User-agent: *\nDisallow: /\n", productToken, "http://h/a") {
		t.Error("a rule beyond the limit counted")
	}
	if allowedBy("User-agent: *\nDisallow: /\n"+filler, productToken, "http://h/a") {
		t.Error("a rule before the limit did not count")
	}
}

// robotsWeb answers robots.txt by the host's name: its first label is the status.
func robotsWeb(t *testing.T) (*fetchtest.Web, *Client) {
	web := fetchtest.New(t, `
-- http://forbids.example/robots.txt --
User-agent: *
Disallow: /private/
-- http://forbids.example/public --
<html>text
-- http://forbids.example/leads --
HTTP/1.1 302 Found
Location: /private/page

-- http://moved.example/robots.txt --
HTTP/1.1 301 Moved Permanently
Location: http://forbids.example/robots.txt

-- http://moved.example/private/page --
<html>text
`)
	for _, status := range []int{204, 401, 403, 404, 410, 429, 500, 503} {
		web.Handle(fmt.Sprintf("%d.example", status), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/robots.txt" {
				w.Header().Set("Retry-After", "7200")
				w.WriteHeader(status)
				return
			}
			fmt.Fprint(w, "<html>text")
		}))
	}
	web.Handle("around.example", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "robots.txt") {
			http.Redirect(w, r, "/x"+r.URL.Path, http.StatusFound)
			return
		}
		fmt.Fprint(w, "<html>text")
	}))
	c := New(Options{HostInterval: -1, Dial: web.Dial})
	t.Cleanup(c.Close)
	return web, c
}

func TestPageAsksRobots(t *testing.T) {
	_, c := robotsWeb(t)
	for addr, want := range map[string]Reason{
		"http://forbids.example/public":      "",
		"http://forbids.example/private/x":   Robots,
		"http://forbids.example/leads":       Robots, // each hop is asked about
		"http://moved.example/private/page":  Robots, // by rules that another host keeps for it
		"http://204.example/a":               "",
		"http://401.example/a":               "",
		"http://403.example/a":               "",
		"http://404.example/a":               "",
		"http://410.example/a":               "",
		"http://around.example/a":            "",
		"http://429.example/a":               RobotsDown,
		"http://500.example/a":               RobotsDown,
		"http://503.example/a":               RobotsDown,
		"http://unknown.example/a":           RobotsDown,
		"http://forbids.example/private/%zz": BadURL,
	} {
		_, err := c.Page(t.Context(), addr)
		if got := reasonOf(err); got != want || err != nil && want == "" {
			t.Errorf("%s: %v, want reason %q", addr, err, want)
		}
	}
	_, err := c.Page(t.Context(), "http://429.example/a")
	var e *Error
	if !errors.As(err, &e) || e.RetryAfter != 2*time.Hour || e.URL != "http://429.example/a" {
		t.Errorf("error = %+v, want two hours of rest for the page", e)
	}
}

// A host is asked for its robots.txt once a day, however many pages are wanted from it and at once.
func TestRobotsIsAskedOnceADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		web, c := robotsWeb(t)
		count := func() (n int) {
			for _, r := range web.Requests() {
				if strings.HasSuffix(r.URL, "/robots.txt") {
					n++
				}
			}
			return n
		}
		var wg sync.WaitGroup
		for range 5 {
			wg.Go(func() { c.Page(t.Context(), "http://forbids.example/public") })
		}
		wg.Wait()
		time.Sleep(robotsFresh - time.Minute)
		c.Page(t.Context(), "http://forbids.example/public")
		if n := count(); n != 1 {
			t.Errorf("asked %d times within a day, want once", n)
		}
		time.Sleep(2 * time.Minute)
		c.Page(t.Context(), "http://forbids.example/public")
		if n := count(); n != 2 {
			t.Errorf("asked %d times after a day, want twice", n)
		}
		for range 3 {
			c.Page(t.Context(), "http://500.example/a")
		}
		if n := count(); n != 3 {
			t.Errorf("a server that fails was asked %d times at once, want once", n-2)
		}
	})
}

func TestRobotsMemoryIsBounded(t *testing.T) {
	r := newRobots(nil, Options{})
	for i := range 3 * robotsHosts {
		r.makeRoom()
		r.kept[fmt.Sprint(i)] = verdict{until: time.Now().Add(time.Hour + time.Duration(i))}
	}
	if len(r.kept) > robotsHosts {
		t.Errorf("%d verdicts are kept, want at most %d", len(r.kept), robotsHosts)
	}
	if _, ok := r.kept[fmt.Sprint(3*robotsHosts-1)]; !ok {
		t.Error("the newest verdict was dropped")
	}
}

func FuzzRobots(f *testing.F) {
	f.Add("User-agent: *\nDisallow: /a*b$\nAllow: /", "/a/b")
	f.Add("user-agent dateline\rdisallow /\x00", "/x?y")
	f.Add("\ufeffUser-Agent: dateline\nDisallow: /%d8\nAllow: /ا*", "/%D8%A7")
	f.Fuzz(func(t *testing.T, robots, path string) {
		got := parseRobots([]byte(robots), productToken)
		allowed := got.allow(path)
		if !got.allow("/robots.txt") {
			t.Error("robots.txt itself is forbidden")
		}
		if bodyless := parseRobots([]byte("#"+robots), productToken); len(bodyless.Lines) > len(got.Lines) {
			t.Errorf("a comment sign in front added rules: %d, then %d", len(got.Lines), len(bodyless.Lines))
		}
		// Once a rule, even an empty one, has closed the last group, another crawler's changes nothing.
		more := parseRobots([]byte(robots+"\r\nAllow:\r\nSitemap: /x\r\n\r\nUser-agent: nobody\nDisallow: /\n"), productToken)
		if len(robots) < robotsLimit/2 && more.allow(path) != allowed {
			t.Errorf("a group for another crawler changed %t", allowed)
		}
	})
}
