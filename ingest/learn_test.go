package ingest_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"dateline/config"
	"dateline/fetch"
	"dateline/fetch/fetchtest"
	"dateline/ingest"
	"dateline/storage"
	"dateline/storage/storagetest"
)

// paper is the web of one agency that changes its markup half-way. Each of its pages carries the same notice among the
// paragraphs of its article.
type paper struct {
	mu       sync.Mutex
	articles int
	markup   string // around the text, as for Sprintf
	asked    []string
}

const (
	oldMarkup = `<main><article><h1>%s</h1><div class="story">%s</div></article></main>`
	newMarkup = `<div id="app"><section><h1>%s</h1><div class="x9-body">%s</div></section></div>`
	notice    = "Every Friday our editors choose five stories from the region and write down why they matter to the people who live there."
)

var words = strings.Fields(`harbour council teachers bridge engineers morning ferry winter budget fishermen school hospital tram
	market river museum orchestra nurses harvest drought reservoir election mayor deputies court judge witness workers strike`)

func (p *paper) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = append(p.asked, r.URL.Path)
	if r.URL.Path == "/rss" {
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprint(w, `<rss version="2.0"><channel><title>Herald</title>`)
		for n := p.articles - 1; n >= 0; n-- {
			fmt.Fprintf(w, `<item><title>%s</title><link>http://%s/news/%d</link><pubDate>%s</pubDate></item>`,
				headline(n), r.Host, n, time.Date(2026, 11, 1, 0, n, 0, 0, time.UTC).Format(time.RFC1123Z))
		}
		fmt.Fprint(w, `</channel></rss>`)
		return
	}
	var n int
	if _, err := fmt.Sscanf(r.URL.Path, "/news/%d", &n); err != nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, `<!DOCTYPE html><html lang="en"><head><title>%s</title></head><body><nav><a href="/">Home</a></nav>`+p.markup+
		`<footer><p>Imprint</p></footer></body></html>`, headline(n), headline(n), story(n))
}

func headline(n int) string {
	return fmt.Sprintf("%s and %s meet for the %dth time", words[n%len(words)], words[(n*7+3)%len(words)], n+2)
}

// story gives six paragraphs that no other article has, with the notice in the middle.
func story(n int) string {
	var b strings.Builder
	rnd := uint64(n)*2654435761 + 99
	for i := range 6 {
		if i == 3 {
			fmt.Fprintf(&b, "<p>%s</p>\n", notice)
		}
		b.WriteString("<p>")
		for range 30 {
			rnd = rnd*6364136223846793005 + 1442695040888963407
			b.WriteString(words[int(rnd>>33)%len(words)] + " ")
		}
		fmt.Fprintf(&b, "was said on day %d.</p>\n", n)
	}
	return b.String()
}

// herald is a worker that reads a paper.
type herald struct {
	*ingest.Worker
	*paper
	store  *storage.Store
	client *fetch.Client
	log    *bytes.Buffer
}

func heraldConfig(t *testing.T, rule string) *config.Config {
	t.Helper()
	cfg, err := config.Parse("test.toml", []byte(`
contact = "mailto:desk@test.example"
enable = []
[[agency]]
id = "herald"
name = "The Northern Herald"
feeds = ["http://herald.example/rss"]
`+rule))
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func newHerald(t *testing.T, rule string) *herald {
	t.Helper()
	h := &herald{paper: &paper{markup: oldMarkup}, log: &bytes.Buffer{}}
	web := fetchtest.New(t, "")
	web.Handle("herald.example", h.paper)
	cfg := heraldConfig(t, rule)
	o := cfg.Fetch
	o.Dial = web.Dial
	h.client = fetch.New(o)
	t.Cleanup(h.client.Close)
	var err error
	if h.store, err = storage.Open(t.Context(), storagetest.NewMemory()); err != nil {
		t.Fatal(err)
	}
	h.Worker = ingest.New(h.store, h.client, cfg, slog.New(slog.NewTextHandler(h.log, nil)))
	return h
}

// publish lets the paper print n more articles and makes a pass.
func (h *herald) publish(t *testing.T, n int) {
	t.Helper()
	h.mu.Lock()
	h.articles += n
	h.mu.Unlock()
	if _, err := h.Once(t.Context(), []string{"http://herald.example/rss"}, nil); err != nil {
		t.Fatal(err)
	}
	storagetest.Check(t, h.store)
}

func (h *herald) records(t *testing.T) (all []storage.Record) {
	t.Helper()
	for r, err := range h.store.Records(t.Context(), storage.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

func inHerald(t *testing.T, rule string, f func(*testing.T, *herald)) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2026, 11, 3, 8, 0, 0, 0, time.UTC)))
		f(t, newHerald(t, rule))
	})
}

const storyRule = `rules = { body = ".story" }`

// TestMarkupChanges has a site change its markup half-way: its rule matches nothing any more, all articles come
// nevertheless, and the log and the account say so once, by name, until the rule is mended.
func TestMarkupChanges(t *testing.T) {
	inHerald(t, storyRule, func(t *testing.T, h *herald) {
		h.publish(t, 12)
		const worse, better = "pages are read worse than before", "pages are read well again"
		if strings.Contains(h.log.String(), worse) {
			t.Errorf("of a site that is well: %s", h.log)
		}
		h.mu.Lock()
		h.markup = newMarkup
		h.mu.Unlock()
		h.publish(t, 8)
		h.publish(t, 3)
		if n := strings.Count(h.log.String(), worse); n != 1 {
			t.Errorf("said %d times that the rule fails:\n%s", n, h.log)
		}
		for _, s := range []string{"agency=herald", `name="The Northern Herald"`, "its rule matched none of the last 8 pages"} {
			if !strings.Contains(h.log.String(), s) {
				t.Errorf("no %s in the log:\n%s", s, h.log)
			}
		}
		account, err := h.store.Health(t.Context(), "herald")
		if err != nil {
			t.Fatal(err)
		}
		if got := ingest.Complaints(account); len(got) != 1 || got[0] != "its rule matched none of the last 11 pages" {
			t.Errorf("complaints %q", got)
		}
		all := h.records(t)
		if len(all) != 23 {
			t.Errorf("%d records", len(all))
		}
		for i, r := range all {
			want := "rule"
			if i >= 12 {
				want = "generic"
			}
			last := fmt.Sprintf("day %d.", i)
			if r.BodyFrom != want || strings.Count(r.Text, last) != 6 || r.Confidence <= 0 || r.Confidence > 1 {
				t.Errorf("%s: body from %q, confidence %.3f: %s", r.URL, r.BodyFrom, r.Confidence, r.Text)
			}
		}

		h.Configure(heraldConfig(t, `rules = { body = ".x9-body" }`), h.client)
		h.publish(t, 2)
		if n := strings.Count(h.log.String(), better); n != 1 {
			t.Errorf("said %d times that all is well again:\n%s", n, h.log)
		}
	})
}

// TestSiteIsRemembered reads the pages of one pass alike, and those of the next with what the first has taught.
func TestSiteIsRemembered(t *testing.T) {
	inHerald(t, "", func(t *testing.T, h *herald) {
		h.publish(t, 10)
		h.publish(t, 5)
		all := h.records(t)
		if len(all) != 15 {
			t.Fatalf("%d records", len(all))
		}
		for i, r := range all {
			if knew := i >= 10; strings.Contains(r.Text, notice) == knew {
				t.Errorf("article %d: the notice: %v", i, !knew)
			}
			if strings.Count(r.Text, fmt.Sprintf("day %d.", i)) != 6 {
				t.Errorf("article %d is not whole: %s", i, r.Text)
			}
		}
	})
}

// TestInterruptedPassRemembersTheSame: a pass that is broken off and repeated gives what an unbroken one does.
func TestInterruptedPassRemembersTheSame(t *testing.T) {
	read := func(t *testing.T, stop int) (out string) {
		inHerald(t, "", func(t *testing.T, h *herald) {
			h.mu.Lock()
			h.articles = 12
			h.mu.Unlock()
			ctx, cancel := context.WithCancel(t.Context())
			_, err := h.Once(ctx, []string{"http://herald.example/rss"}, func(p ingest.Progress) {
				if stop > 0 && p.PagesDone == stop {
					cancel()
				}
			})
			if (err != nil) != (stop > 0) {
				t.Fatalf("stopped after %d pages: %v", stop, err)
			}
			cancel()
			h.publish(t, 0)
			h.publish(t, 6)
			for _, r := range h.records(t) {
				out += r.ID + " " + r.Hash + "\n"
			}
			site, err := h.store.Site(t.Context(), "herald.example")
			if err != nil || len(site) == 0 {
				t.Fatalf("%d bytes, %v", len(site), err)
			}
			out += fmt.Sprintf("%x", site)
		})
		return out
	}
	whole := read(t, 0)
	for _, stop := range []int{3, 7} {
		if broken := read(t, stop); broken != whole {
			t.Errorf("stopped after %d pages:\n%s\nwant\n%s", stop, broken, whole)
		}
	}
}

// TestDamagedMemory: what can't be read is said, and begins anew.
func TestDamagedMemory(t *testing.T) {
	inHerald(t, "", func(t *testing.T, h *herald) {
		h.publish(t, 3)
		garble := func(storage.Lesson, []byte, storage.Health) ([]byte, storage.Health) {
			return []byte("garbage"), storage.Health{Agency: "herald"}
		}
		d := h.store.Driver()
		if err := d.Update(t.Context(), func(tx storage.Tx) error {
			return tx.Put("lessons", []byte("a lesson"), []byte(`{"host":"herald.example","agency":"herald"}`))
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.store.Learn(t.Context(), garble); err != nil {
			t.Fatal(err)
		}
		h.publish(t, 4)
		if !strings.Contains(h.log.String(), "damaged") || len(h.records(t)) != 7 {
			t.Errorf("%d records, log:\n%s", len(h.records(t)), h.log)
		}
		h.log.Reset()
		h.publish(t, 1)
		if strings.Contains(h.log.String(), "damaged") {
			t.Errorf("still damaged: %s", h.log)
		}
	})
}

// TestScheduleLearns: the daemon learns too, as it has no passes that end.
func TestScheduleLearns(t *testing.T) {
	inHerald(t, "", func(t *testing.T, h *herald) {
		h.articles = 10
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- h.Run(ctx) }()
		time.Sleep(3 * time.Hour)
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if site, err := h.store.Site(t.Context(), "herald.example"); err != nil || len(site) == 0 {
			t.Errorf("after hours: %d bytes remembered, %v", len(site), err)
		}
	})
}
