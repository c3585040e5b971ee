package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// Of the press below: hosts, articles of each, and how often an ingest is killed.
const (
	pressHosts    = 3
	pressArticles = 50
	kills         = 20
)

// press serves one agency on each of several loopback addresses. Every fifth article of a host is a text that all
// hosts carry.
type press struct {
	asked atomic.Int64
	hosts []string
}

func newPress(t *testing.T) *press {
	p := &press{}
	for i := range pressHosts {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.%d:0", i+1))
		if err != nil {
			t.Skipf("no more than one loopback address here: %v", err)
		}
		s := httptest.NewUnstartedServer(http.HandlerFunc(p.serve))
		s.Listener.Close()
		s.Listener = l
		s.Start()
		t.Cleanup(s.Close)
		p.hosts = append(p.hosts, s.URL)
	}
	return p
}

func (p *press) serve(w http.ResponseWriter, r *http.Request) {
	p.asked.Add(1)
	time.Sleep(2 * time.Millisecond)
	host := "http://" + r.Host
	var n int
	switch {
	case r.URL.Path == "/rss":
		w.Header().Set("ETag", `"one"`)
		fmt.Fprint(w, `<rss version="2.0"><channel><title>Press</title>`)
		for i := range pressArticles {
			fmt.Fprintf(w, `<item><title>Article %d</title><link>%s/news/%d</link><pubDate>%s</pubDate></item>`,
				i, host, i, time.Date(2026, 11, 2, 0, i, 0, 0, time.UTC).Format(time.RFC1123Z))
		}
		fmt.Fprint(w, `</channel></rss>`)
	case scan(r.URL.Path, &n):
		who := r.Host
		if n%5 == 0 {
			who = "all"
		}
		fmt.Fprintf(w, `<!DOCTYPE html><html lang="en"><head><title>Article %d</title></head><body><article><h1>Article %d</h1>`, n, n)
		for i := range 4 {
			fmt.Fprintf(w, "<p>Paragraph %d of article %d of %s says at some length what happened on that day, who was there, and what they said of it afterwards.</p>\n", i, n, who)
		}
		fmt.Fprint(w, `<p>All Content by Press is licensed under a Creative Commons Attribution 4.0 International License.</p></article></body></html>`)
	default:
		http.NotFound(w, r)
	}
}

func scan(path string, n *int) bool {
	_, err := fmt.Sscanf(path, "/news/%d", n)
	return err == nil
}

// TestKill kills an ingest at random points and then lets one run through. The export must be that of a run that
// nobody disturbed.
func TestKill(t *testing.T) {
	slowUnderRace(t)
	p := newPress(t)
	dir := t.TempDir()
	program := linkProgram(t, dir)
	settings := "enable = []\n[fetch]\nallow = [\"127.0.0.0/8\"]\nhost_interval = \"0s\"\n"
	for i, host := range p.hosts {
		settings += fmt.Sprintf("[[agency]]\nid = \"press%d\"\nname = \"Press %d\"\nfeeds = [\"%s/rss\"]\n", i, i, host)
	}
	if err := os.WriteFile(filepath.Join(dir, "dateline.toml"), []byte(settings), 0o644); err != nil {
		t.Fatal(err)
	}
	command := func(args ...string) *exec.Cmd {
		c := exec.Command(program, args...)
		c.Dir = dir
		return c
	}
	finish := func(db string) string {
		t.Helper()
		if out, err := command("ingest", "--db", db).CombinedOutput(); err != nil {
			t.Fatalf("ingest: %v\n%s", err, out)
		}
		out, err := command("export", "--db", db).Output()
		if err != nil {
			t.Fatalf("export: %v", err)
		}
		return withoutFetched(t, string(out))
	}
	want := finish("undisturbed.db")
	if n := strings.Count(want, "\n"); n != pressHosts*pressArticles-(pressHosts-1)*pressArticles/5 {
		t.Fatalf("the undisturbed run stored %d records", n)
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	unfinished := 0
	for range kills {
		before := p.asked.Load()
		after := before + 2 + rnd.Int64N(10)
		c := command("ingest", "--db", "killed.db")
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- c.Wait() }()
		if killAt(c, ended, func() bool { return p.asked.Load() >= after }, time.Duration(rnd.Int64N(int64(5*time.Millisecond)))) {
			unfinished++
		}
	}
	if unfinished < kills/2 {
		t.Errorf("only %d of %d runs were killed before they ended", unfinished, kills)
	}
	if got := finish("killed.db"); got != want {
		t.Errorf("after %d kills the export differs: %s", unfinished, firstDifference(got, want))
	}
}

// killAt kills the process a moment after the condition holds; false if it ended by itself before.
func killAt(c *exec.Cmd, ended <-chan error, reached func() bool, moment time.Duration) bool {
	for !reached() {
		select {
		case <-ended:
			return false
		case <-time.After(200 * time.Microsecond):
		}
	}
	time.Sleep(moment)
	killed := c.Process.Kill() == nil
	<-ended
	return killed
}

// linkProgram gives the test's own binary the name under which TestMain runs dateline.
func linkProgram(t *testing.T, dir string) string {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "dateline")
	if err := os.Symlink(self, program); err != nil {
		t.Fatal(err)
	}
	return program
}

// seen are the times of a carrier, which are those of the polls.
var seen = regexp.MustCompile(`,"(first|last)_seen":"[^"]*"`)

// withoutFetched drops the keys that may differ between two runs: the times of polls and of fetching.
func withoutFetched(t *testing.T, jsonl string) string {
	t.Helper()
	var out strings.Builder
	for line := range strings.Lines(jsonl) {
		var r struct{ Fetched string }
		if err := json.Unmarshal([]byte(line), &r); err != nil || r.Fetched == "" {
			t.Fatalf("line %s: %v", line, err)
		}
		out.WriteString(strings.Replace(line, `"fetched":"`+r.Fetched+`"`, `"fetched":""`, 1))
	}
	return seen.ReplaceAllString(out.String(), "")
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return fmt.Sprintf("line %d\n got %s\nwant %s", i+1, g[i], w[i])
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(g), len(w))
}
