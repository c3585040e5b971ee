package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"dateline/fetch/fetchtest"
)

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

func TestManner58to59PageAsksRobots(t *testing.T) {
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
func TestManner62RobotsIsAskedOnceADay(t *testing.T) {
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

// notes is a keeper of robots.txt files, as the store is one.
type notes struct {
	mu  sync.Mutex
	all map[string]RobotsNote
}

func (n *notes) LoadRobots(ctx context.Context, origin string) (RobotsNote, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	note, ok := n.all[origin]
	return note, ok
}

func (n *notes) SaveRobots(ctx context.Context, note RobotsNote) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.all[note.Origin] = note
}

// mood is a host whose robots.txt says what a test tells it to.
type mood struct {
	status int
	robots string
}

func (m *mood) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/robots.txt" {
		fmt.Fprint(w, "<html>text")
		return
	}
	if m.status != http.StatusOK {
		w.Header().Set("Retry-After", "7200")
	}
	w.WriteHeader(m.status)
	fmt.Fprint(w, m.robots)
}

// runs gives what each new run of the program finds of one host: the reason of a page's failure, and how many requests
// robots.txt has had so far.
func runs(t *testing.T, m *mood, change func(*Options)) func(path string) (why Reason, asked int) {
	web := fetchtest.New(t, "")
	web.Handle("news.example", m)
	o := Options{HostInterval: -1, Dial: web.Dial, Robots: &notes{all: map[string]RobotsNote{}}}
	return func(path string) (why Reason, asked int) {
		if change != nil {
			change(&o)
		}
		c := New(o)
		defer c.Close()
		_, err := c.Page(t.Context(), "http://news.example"+path)
		for _, r := range web.Requests() {
			if strings.HasSuffix(r.URL, "/robots.txt") {
				asked++
			}
		}
		return reasonOf(err), asked
	}
}

// A program that cron starts every few minutes is one visitor.
func TestManner49RobotsAcrossRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		run := runs(t, &mood{200, "User-agent: *\nDisallow: /private\nCrawl-delay: 1"}, nil)
		for i := range 20 {
			path, want := "/public", Reason("")
			if i%2 == 1 {
				path, want = "/private", Robots
			}
			if why, asked := run(path); why != want || asked != 1 {
				t.Fatalf("run %d: %q after asking %d times, want %q after 1", i, why, asked, want)
			}
			time.Sleep(time.Hour)
		}
		time.Sleep(4 * time.Hour)
		if _, asked := run("/public"); asked != 2 {
			t.Errorf("asked %d times after a day, want 2", asked)
		}
	})
}

// Without a copy nothing is allowed while robots.txt can't be had; after a month it counts as absent.
func TestManner60RobotsThatCannotBeHad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &mood{500, ""}
		run := runs(t, m, nil)
		for day := range 30 {
			if why, _ := run("/public"); why != RobotsDown {
				t.Fatalf("day %d: %q, want %q", day, why, RobotsDown)
			}
			time.Sleep(24 * time.Hour)
		}
		if why, _ := run("/public"); why != "" {
			t.Errorf("after 30 days: %q, want it allowed", why)
		}
		m.status, m.robots = 200, "User-agent: *\nDisallow: /"
		time.Sleep(24 * time.Hour)
		if why, _ := run("/public"); why != Robots {
			t.Errorf("when it is back: %q, want %q", why, Robots)
		}
	})
}

// An earlier copy counts while robots.txt can't be had, but a server that limits its visitors is left alone.
func TestManner60RobotsFromACopy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &mood{200, "User-agent: *\nDisallow: /private"}
		run := runs(t, m, nil)
		run("/public")
		m.status, m.robots = 503, ""
		time.Sleep(25 * time.Hour)
		for _, want := range []struct {
			path string
			why  Reason
		}{{"/public", ""}, {"/private", Robots}} {
			if why, asked := run(want.path); why != want.why || asked != 2 {
				t.Errorf("%s: %q after asking %d times, want %q after 2", want.path, why, asked, want.why)
			}
		}
		m.status = 429
		time.Sleep(3 * time.Hour)
		if why, _ := run("/public"); why != RobotsDown {
			t.Errorf("429: %q, want %q", why, RobotsDown)
		}
		time.Sleep(time.Hour) // of the two that it asked for
		if why, asked := run("/public"); why != RobotsDown || asked != 3 {
			t.Errorf("before the time is over: %q after asking %d times, want %q after 3", why, asked, RobotsDown)
		}
	})
}

// A note that lacks what is asked for today, or comes from a clock that was ahead, is not believed.
func TestRobotsNoteIsDoubted(t *testing.T) {
	now := time.Now()
	good := verdict{rules: rules{Lines: []rule{{"/a", false}}}, until: now.Add(time.Hour), read: now}.note("http://h", now)
	if v := good.verdict(false, now); !v.until.Equal(good.Until) || v.rules.allow("/a") {
		t.Errorf("a good note: %+v", v)
	}
	ahead := good
	ahead.Asked = now.Add(time.Minute)
	broken := good
	broken.Rules = []byte("{")
	for name, v := range map[string]verdict{
		"without tdmrep.json": good.verdict(true, now), "from the future": ahead.verdict(false, now), "broken": broken.verdict(false, now),
	} {
		if !v.until.IsZero() {
			t.Errorf("%s: believed until %s", name, v.until)
		}
	}
	huge := verdict{until: now.Add(time.Hour)}
	for range 5000 {
		huge.rules.Lines = append(huge.rules.Lines, rule{strings.Repeat("/x", 20), false})
	}
	if n := huge.note("http://h", now); len(n.Rules) > 0 || !n.Until.IsZero() {
		t.Errorf("%d bytes of rules are kept", len(n.Rules))
	}
}

// Feeds are bound by robots.txt if the operator wants it.
func TestRobotsBindFeedsOnDemand(t *testing.T) {
	for _, bound := range []bool{false, true} {
		web := fetchtest.New(t, "-- http://news.example/robots.txt --\nUser-agent: *\nDisallow: /\n-- http://news.example/feed --\n"+tinyFeed)
		c := New(Options{HostInterval: -1, Dial: web.Dial, RobotsFeeds: bound})
		defer c.Close()
		_, err := c.Poll(t.Context(), "http://news.example/feed", Validators{})
		if (reasonOf(err) == Robots) != bound || len(web.Requests()) != 1 {
			t.Errorf("bound %t: %v after %d requests", bound, err, len(web.Requests()))
		}
	}
}

// Crawl-delay lengthens the pause before every request to the host, feeds too.
func TestManner65CrawlDelayIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		web := fetchtest.New(t, "-- http://news.example/robots.txt --\nUser-agent: *\nCrawl-delay: 10\n"+
			"-- http://news.example/a --\n<html>text\n-- http://news.example/feed --\n"+tinyFeed)
		keeper := &notes{all: map[string]RobotsNote{}}
		o := Options{HostInterval: time.Second, Dial: web.Dial, Robots: keeper}
		c := New(o)
		defer c.Close()
		for range 2 {
			if _, err := c.Page(t.Context(), "http://news.example/a"); err != nil {
				t.Fatal(err)
			}
		}
		again := New(o) // which has it from the keeper
		defer again.Close()
		for range 2 {
			if _, err := again.Poll(t.Context(), "http://news.example/feed", Validators{}); err != nil {
				t.Fatal(err)
			}
		}
		var gaps []time.Duration
		for i, r := range web.Requests()[1:] {
			gaps = append(gaps, r.Time.Sub(web.Requests()[i].Time))
		}
		if want := "[10s 10s 0s 10s]"; fmt.Sprint(gaps) != want {
			t.Errorf("gaps %v, want %s", gaps, want)
		}
	})
}
