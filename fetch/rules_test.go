package fetch

import (
	"bufio"
	"encoding/json"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"
)

// allowedBy asks a robots.txt about an address, as the cases of the corpus put it.
func allowedBy(robots, agent, addr string) bool {
	path := "/"
	if u, err := url.Parse(addr); err == nil && addr != "" {
		path = u.RequestURI()
	}
	return parseRobots([]byte(robots), agent).allow(path)
}

func TestManner52to57RobotsCorpus(t *testing.T) {
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

func TestMannerRobots(t *testing.T) {
	for _, c := range []struct {
		name, robots, path string
		want               bool
	}{
		{"59 no file", "", "/a", true},
		{"53 everybody", "User-agent: *\nDisallow: /a", "/a/b", false},
		{"52 another", "User-agent: otherbot\nDisallow: /", "/a", true},
		{"52 our name, in any case", "User-Agent: DateLine\nDisallow: /", "/a", false},
		{"52 our name with a version", "User-agent: dateline/2.0\nDisallow: /", "/a", false},
		{"52 a longer name", "User-agent: datelinebot\nDisallow: /", "/a", true},
		{"53 our group hides the one for all", "User-agent: *\nDisallow: /\nUser-agent: dateline\nDisallow: /x", "/a", true},
		{"53 our group without a rule", "User-agent: *\nDisallow: /\n\nUser-agent: dateline\nDisallow:", "/a", true},
		{"52 groups of one name merge", "User-agent: dateline\nDisallow: /a\nUser-agent: x\nDisallow: /\nUser-agent: dateline\nDisallow: /b", "/b", false},
		{"52 two names, one group", "User-agent: x\nUser-agent: dateline\nDisallow: /a", "/a", false},
		{"54 the longest rule wins", "User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", true},
		{"54 the longest rule wins, whatever the order", "User-agent: *\nAllow: /a/b\nDisallow: /a/b/c", "/a/b/c", false},
		{"54 a tie allows", "User-agent: *\nDisallow: /a\nAllow: /a", "/a", true},
		{"54 a tie allows, whatever the order", "User-agent: *\nAllow: /a\nDisallow: /a", "/a", true},
		{"55 a star", "User-agent: *\nDisallow: /*.pdf", "/x/y.pdf?z", false},
		{"55 the end", "User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf?z", true},
		{"55 the end, met", "User-agent: *\nDisallow: /*.pdf$", "/x.pdf/y.pdf", false},
		{"55 the end without a star", "User-agent: *\nDisallow: /$", "/a", true},
		{"55 many stars", "User-agent: *\nDisallow: /a*b*c*d$", "/a1b2c3c4d", false},
		{"55 a dollar inside", "User-agent: *\nDisallow: /a$b", "/a$b", false},
		{"55 a query", "User-agent: *\nDisallow: /*?print=", "/a?print=1", false},
		{"55 a comment", "User-agent: * # all\nDisallow: /a # this", "/a", false},
		{"57 rules before any group", "Disallow: /\nUser-agent: *\nAllow: /", "/a", true},
		{"57 other records don't end a group", "User-agent: *\nCrawl-delay: 5\nSitemap: http://x/\nDisallow: /a", "/a", false},
		{"63 CR alone", "User-agent: *\rDisallow: /a\r", "/a", false},
		{"63 a byte order mark", "\ufeffUser-agent: *\nDisallow: /a", "/a", false},
		{"63 NUL", "User-agent: *\x00\nDisallow: /a\x00\n", "/a", false},
		{"56 percent in small letters", "User-agent: *\nDisallow: /%d8%a7", "/%D8%A7", false},
		{"56 bytes beyond ASCII", "User-agent: *\nDisallow: /ا", "/%D8%A7", false},
		{"56 an encoded letter is the letter", "User-agent: *\nDisallow: /foo/bar/%62%61%7A", "/foo/bar/baz", false},
		{"56 an encoded letter is itself", "User-agent: *\nDisallow: /foo/bar/%62%61%7A", "/foo/bar/%62%61%7a", false},
		{"56 a letter is the encoded one", "User-agent: *\nDisallow: /foo/bar/baz", "/foo/bar/%62%61%7A", false},
		{"56 who allows letters allows them encoded", "User-agent: *\nDisallow: /\nAllow: /foo/bar/baz", "/foo/bar/baz?q", true},
		{"56 a slash that is encoded is none", "User-agent: *\nDisallow: /a/b", "/a%2Fb", true},
		{"56 a star that is encoded is one in the path", "User-agent: *\nDisallow: /a-%2A.html", "/a-*.html", false},
		{"56 a star that is encoded is no wildcard", "User-agent: *\nDisallow: /a-%2A.html", "/a-x.html", true},
		{"56 a dollar that is encoded is one in the path", "User-agent: *\nDisallow: /a-%24", "/a-$b", false},
		{"63 CRLF", "User-agent: *\r\nDisallow: /a\r\n", "/a", false},
		{"63 a line of 16 KiB", "User-agent: *\n# " + strings.Repeat("x", 16<<10) + "\nDisallow: /a", "/a", false},
		{"63 the path in a line that is too long is cut", "User-agent: *\nDisallow: /a" + strings.Repeat("*", 20<<10) + "\nAllow: /a", "/a", false},
		{"57 a delay between names", "User-agent: x\nCrawl-delay: 5\nUser-agent: dateline\nDisallow: /a", "/a", false},
		{"64 robots.txt itself", "User-agent: *\nDisallow: /", "/robots.txt", true},
		{"57 HTML instead", "<!doctype html>\n<title>User-agent: *</title>\n<p>Disallow: /", "/a", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := parseRobots([]byte(c.robots), productToken).allow(c.path); got != c.want {
				t.Errorf("%q allowed %t, want %t", c.path, got, c.want)
			}
		})
	}
}

func TestManner61RobotsReadsItsLimit(t *testing.T) {
	filler := strings.Repeat("# nothing here\n", robotsLimit/15+1)
	if !allowedBy(filler+"User-agent: *\nDisallow: /\n", productToken, "http://h/a") {
		t.Error("a rule beyond the limit counted")
	}
	if allowedBy("User-agent: *\nDisallow: /\n"+filler, productToken, "http://h/a") {
		t.Error("a rule before the limit did not count")
	}
}

func TestManner65CrawlDelay(t *testing.T) {
	for _, c := range []struct {
		robots string
		want   time.Duration
	}{
		{"User-agent: *\nCrawl-delay: 5", 5 * time.Second},
		{"User-agent: *\nCrawl-delay: 0.5 # of a second", 500 * time.Millisecond},
		{"User-agent: *\nCrawl-delay: 3600", time.Minute},
		{"User-agent: *\nCrawl-delay: 1e300", time.Minute},
		{"User-agent: *\nCrawl-delay: Inf", time.Minute},
		{"User-agent: *\nCrawl-delay: NaN", 0},
		{"User-agent: *\nCrawl-delay: -5", 0},
		{"User-agent: *\nCrawl-delay: soon", 0},
		{"Crawl-delay: 5\nUser-agent: *\nDisallow:", 0},
		{"User-agent: other\nCrawl-delay: 5", 0},
		{"User-agent: *\nCrawl-delay: 5\nUser-agent: dateline\nDisallow:", 0},
		{"User-agent: *\nDisallow:\nUser-agent: dateline\nCrawl-delay: 2\nCrawl-delay: 1", 2 * time.Second},
	} {
		if got := parseRobots([]byte(c.robots), productToken).Delay; got != c.want {
			t.Errorf("%q: %s, want %s", c.robots, got, c.want)
		}
	}
}

func FuzzRobots(f *testing.F) {
	f.Add("User-agent: *\nDisallow: /a*b$\nAllow: /", "/a/b")
	f.Add("user-agent dateline\rdisallow /\x00", "/x?y")
	f.Add("user-agent: *\nallow: /"+strings.Repeat("*a", 40)+"$\ndisallow: /*.php$", "/"+strings.Repeat("a", 200))
	f.Add("\ufeffUser-Agent: dateline\nDisallow: /%d8\nAllow: /ا*", "/%D8%A7")
	f.Fuzz(func(t *testing.T, robots, path string) {
		got := parseRobots([]byte(robots), productToken)
		allowed := got.allow(path)
		if !got.allow("/robots.txt") {
			t.Error("robots.txt itself is forbidden")
		}
		now := time.Now()
		kept := verdict{rules: got}.note("http://news.example", now)
		if again := kept.verdict(false, now); kept.Rules != nil && again.rules.allow(path) != allowed {
			t.Errorf("kept for another run, the rules no longer say %t", allowed)
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
