package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// pipelinePages is how many pages the agency of BenchmarkPipeline has.
const pipelinePages = 1000

// BenchmarkPipeline ingests an agency's 1,000 pages of 100 KB with everything on: robots.txt, the raw store, extraction,
// near-duplicates, the ledger. The floor downloads the same pages and parses them, no more. The agency, the floor and dateline are
// processes of their own, so that each one's CPU is its own. Run it with -benchtime 1x.
func BenchmarkPipeline(b *testing.B) {
	for range b.N {
		press := startPress(b)
		floor := timed(b, exec.Command(self(b, "pipeline-floor"), press))
		ours := timed(b, ingestOf(b, press))
		b.ReportMetric(floor.cpu.Seconds()/pipelinePages*1e3, "floor-cpu-ms/page")
		b.ReportMetric(ours.cpu.Seconds()/pipelinePages*1e3, "cpu-ms/page")
		b.ReportMetric(ours.cpu.Seconds()/floor.cpu.Seconds(), "x-floor")
		b.ReportMetric(pipelinePages/floor.wall.Seconds(), "floor-pages/s")
		b.ReportMetric(pipelinePages/ours.wall.Seconds(), "pages/s")
		b.ReportMetric(ours.cpu.Seconds()/ours.wall.Seconds(), "cores")
	}
}

// self gives the test's binary a name under which TestMain runs another program.
func self(b *testing.B, name string) string {
	exe, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	link := filepath.Join(b.TempDir(), name)
	if err := os.Symlink(exe, link); err != nil {
		b.Fatal(err)
	}
	return link
}

// cost is what a process used.
type cost struct{ cpu, wall time.Duration }

func timed(b *testing.B, c *exec.Cmd) cost {
	b.Helper()
	c.Stderr = os.Stderr
	start := time.Now()
	if err := c.Run(); err != nil {
		b.Fatalf("%v: %v", c.Args, err)
	}
	return cost{c.ProcessState.UserTime() + c.ProcessState.SystemTime(), time.Since(start)}
}

// startPress runs the agency, and gives its address.
func startPress(b *testing.B) string {
	c := exec.Command(self(b, "pipeline-press"))
	out, err := c.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	stop, err := c.StdinPipe() // its end tells the agency to end
	if err != nil {
		b.Fatal(err)
	}
	if err := c.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { stop.Close(); _ = c.Wait() })
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return strings.TrimSpace(address)
}

func ingestOf(b *testing.B, press string) *exec.Cmd {
	dir := b.TempDir()
	config := fmt.Sprintf("enable = []\n[fetch]\nallow = [\"127.0.0.0/8\"]\nhost_interval = \"0s\"\n[raw]\nkeep = \"all\"\n"+
		"[[agency]]\nid = \"press\"\nname = \"Press\"\nfeeds = [\"%s/rss\"]\n", press)
	if err := os.WriteFile(filepath.Join(dir, "dateline.toml"), []byte(config), 0o644); err != nil {
		b.Fatal(err)
	}
	c := exec.Command(self(b, "dateline"), "ingest")
	c.Dir = dir
	b.Cleanup(func() {
		out, err := exec.Command(self(b, "dateline"), "--db", filepath.Join(dir, "dateline.db"), "export").Output()
		if n := bytes.Count(out, []byte("\n")); n != pipelinePages {
			b.Errorf("%d records stored, %v", n, err)
		}
	})
	return c
}

// pipelineFloor downloads and parses.
func pipelineFloor() {
	press := os.Args[1]
	var wg sync.WaitGroup
	next := make(chan int)
	for range 2 {
		wg.Go(func() {
			for n := range next {
				resp, err := http.Get(fmt.Sprintf("%s/news/%d", press, n))
				if err == nil {
					_, err = html.Parse(resp.Body)
					resp.Body.Close()
				}
				if err != nil {
					fmt.Fprintln(os.Stderr, err)
					os.Exit(1)
				}
			}
		})
	}
	for n := range pipelinePages {
		next <- n
	}
	close(next)
	wg.Wait()
}

// pipelinePress serves the agency until its standard input ends.
func pipelinePress() {
	pages := make([][]byte, pipelinePages)
	for n := range pages {
		pages[n] = zipped(pipelinePage(n))
	}
	mux := http.NewServeMux()
	send := func(kind string, body []byte) func(http.ResponseWriter, *http.Request) {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(body)
		}
	}
	s := httptest.NewUnstartedServer(mux)
	mux.HandleFunc("/rss", func(w http.ResponseWriter, r *http.Request) {
		send("application/rss+xml", zipped(pipelineFeed("http://"+r.Host)))(w, r)
	})
	for n := range pages {
		mux.HandleFunc(fmt.Sprintf("/news/%d", n), send("text/html; charset=utf-8", pages[n]))
	}
	s.Start()
	fmt.Println(s.URL)
	_, _ = io.Copy(io.Discard, os.Stdin)
	s.Close()
}

func zipped(s string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = io.WriteString(z, s)
	_ = z.Close()
	return b.Bytes()
}

func pipelineFeed(host string) string {
	var s strings.Builder
	s.WriteString(`<rss version="2.0"><channel><title>Press</title>`)
	for n := range pipelinePages {
		at := time.Date(2026, 11, 2, 0, n, 0, 0, time.UTC).Format(time.RFC1123Z)
		fmt.Fprintf(&s, `<item><title>Article %d</title><link>%s/news/%d</link><pubDate>%s</pubDate></item>`, n, host, n, at)
	}
	s.WriteString(`</channel></rss>`)
	return s.String()
}

// pipelinePage is a page of some 100 KB in the proportions of real ones of that size: 650 elements, of which 130 are links, with 40 KB
// of attributes, 35 KB of scripts and styles and 8 KB of text, half of it the article.
func pipelinePage(n int) string {
	rnd := rand.New(rand.NewPCG(uint64(n), 7))
	words := func(k int) string {
		var s strings.Builder
		for i := range k {
			if i > 0 {
				s.WriteByte(' ')
			}
			if rnd.IntN(5) < 2 {
				s.WriteString(pipelineWords[rnd.IntN(len(pipelineWords))])
			} else {
				for range 2 + rnd.IntN(3) {
					s.WriteString(pipelineSyllables[rnd.IntN(len(pipelineSyllables))])
				}
			}
		}
		return s.String()
	}
	title := "Article " + fmt.Sprint(n) + ": " + words(7)
	var s strings.Builder
	fmt.Fprintf(&s, `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>%s | Press</title><meta property="og:title" content="%s"><meta property="og:type" content="article">`, title, title)
	fmt.Fprintf(&s, `<meta name="author" content="Mara %s"><meta property="article:published_time" content="2026-11-02T%02d:%02d:00Z">`, words(1), n/60%24, n%60)
	fmt.Fprintf(&s, `<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle","headline":%q,"datePublished":"2026-11-02T%02d:%02d:00Z","author":{"@type":"Person","name":"Mara"},"publisher":{"@type":"Organization","name":"Press"}}</script>`, title, n/60%24, n%60)
	for range 5 {
		fmt.Fprintf(&s, "<script>window.__state=window.__state||[];window.__state.push({\"ids\":[%d,%d],\"text\":\"%s\"});</script>\n", rnd.IntN(1e6), rnd.IntN(1e6), words(900))
	}
	fmt.Fprintf(&s, "<style>%s</style></head><body class=\"article-page\"><header><nav><ul>", strings.Repeat(".teaser__link:hover{color:#123456;text-decoration:underline}\n", 90))
	for i := range 45 {
		fmt.Fprintf(&s, `<li class="menu__item menu__item--level-1 flex items-center px-4 py-2"><a class="menu__link text-sm font-medium hover:underline" href="/section/%s" data-track="nav:main:%d" data-vars-event="navigation-click" data-vars-section="%s">%s</a></li>`, words(1), i, words(1), words(2))
	}
	fmt.Fprintf(&s, `</ul></nav></header><main><article class="article"><h1>%s</h1><p class="byline">By Mara</p><div class="article__body">`, title)
	for i := range 13 + rnd.IntN(5) {
		fmt.Fprintf(&s, "<p class=\"article__paragraph\" data-component=\"text-block\">%s, <a href=\"/topic/%d\">%s</a> %s.</p>\n", words(25), i, words(2), words(12))
	}
	s.WriteString(`<p>All Content by Press is licensed under a Creative Commons Attribution 4.0 International License.</p></div></article></main><aside>`)
	for i := range 46 {
		fmt.Fprintf(&s, `<div class="teaser teaser--small grid grid-cols-3 gap-4 border-b border-gray-200 py-4" data-teaser-id="%d" data-tracking="teaser-click:related:small"><a class="teaser__link block col-span-3" href="/news/%d"><figure class="teaser__figure aspect-w-16 aspect-h-9 overflow-hidden rounded"><img loading="lazy" decoding="async" width="320" height="180" sizes="(min-width: 1024px) 320px, (min-width: 640px) 50vw, 100vw" src="https://images.press.example/photo/crop-16x9/%[1]d-320.jpg" srcset="https://images.press.example/photo/crop-16x9/%[1]d-320.jpg 320w, https://images.press.example/photo/crop-16x9/%[1]d-640.jpg 640w, https://images.press.example/photo/crop-16x9/%[1]d-960.jpg 960w, https://images.press.example/photo/crop-16x9/%[1]d-1280.jpg 1280w" alt="%[3]s"></figure><h3 class="teaser__title text-base font-semibold leading-tight">%[4]s</h3><span class="teaser__time"><svg class="icon" width="12" height="12"><path d="M12 2a10 10 0 100 20 10 10 0 000-20zm0 4v6l4 2"></path></svg>%[1]d min ago</span><span class="teaser__more"></span></a></div>`+"\n", i, i, words(3), words(5))
	}
	s.WriteString(`</aside><footer>`)
	for range 35 {
		fmt.Fprintf(&s, `<a class="footer__link" href="/%s">%s</a> `, words(1), words(2))
	}
	s.WriteString(`</footer></body></html>`)
	return s.String()
}

var (
	pipelineWords     = strings.Fields("the of and to in a that is was for on with as by at from it he she they were had has been said who which when after before")
	pipelineSyllables = strings.Fields("ka lo mi ter ren ves tor al in du pra shen go ri bel con sta ner ou lim fa hol quay ost ing er est mar ch un de fi")
)
