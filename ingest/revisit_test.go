package ingest_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"dateline/config"
	"dateline/extract"
	"dateline/fetch"
	"dateline/fetch/fetchtest"
	"dateline/ingest"
	"dateline/storage"
	"dateline/storage/storagetest"
)

// lookSite is a publisher with a feed of one article, whose page a test changes.
type lookSite struct {
	mu     sync.Mutex
	status int
	title  string
	text   string // a paragraph of the page
	beside string // what stands beside the article, other at each visit
	to     string // where the page redirects to
	tag    bool   // the page has an ETag
	asked  []lookAsked
}

type lookAsked struct {
	at          time.Time
	path        string
	conditional bool
}

const lookFeed = `<rss version="2.0"><channel><title>News</title><item><guid>1</guid><title>Harbour council votes</title><link>http://look.example/news/1</link>
<pubDate>Tue, 03 Nov 2026 07:00:00 GMT</pubDate></item></channel></rss>`

func (s *lookSite) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	match := r.Header.Get("If-None-Match")
	s.asked = append(s.asked, lookAsked{time.Now(), r.URL.Path, match != ""})
	switch r.URL.Path {
	case "/rss":
		w.Header().Set("ETag", `"feed"`)
		if match == `"feed"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprint(w, lookFeed)
	case "/news/1":
		s.article(w, match)
	case "/news/2", "/news/3", "/news/4":
		s.article(w, "")
	case "/":
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<title>Look</title>", strings.Repeat("<p>The front page has the day's news in a few words each, and none of them at length.</p>", 9))
	default:
		http.NotFound(w, r)
	}
}

func (s *lookSite) article(w http.ResponseWriter, match string) {
	tag := fmt.Sprintf(`"%x"`, s.title+s.text)
	switch {
	case s.to != "":
		w.Header().Set("Location", s.to)
		w.WriteHeader(http.StatusFound)
		s.to = ""
		return
	case s.status != 0:
		w.WriteHeader(s.status)
		return
	case s.tag && match == tag:
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if s.tag {
		w.Header().Set("ETag", tag)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, "<html><head><title>%[1]s</title></head><body><article><h1>%[1]s</h1><p>%s</p>", s.title, s.text)
	for i := range 5 {
		fmt.Fprintf(w, "<p>Paragraph %d tells that the harbour council met on Monday, and that its members talked until late at night about the new pier.</p>", i)
	}
	fmt.Fprintf(w, "</article><div class='views'>%s</div></body></html>", s.beside)
}

// change does something to the site while nobody asks.
func (s *lookSite) change(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

// visits are when the article's page was asked for, since the first time.
func (s *lookSite) visits() (all []time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var first time.Time
	for _, a := range s.asked {
		if a.path != "/news/1" {
			continue
		}
		if first.IsZero() {
			first = a.at
		}
		all = append(all, a.at.Sub(first).Round(time.Minute))
	}
	return all
}

// lookBench is a worker before a lookSite, in a bubble.
type lookBench struct {
	*ingest.Worker
	*lookSite
	t     *testing.T
	store *storage.Store
	log   *strings.Builder
}

func atLookSite(t *testing.T, settings string, f func(b *lookBench)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2026, 11, 3, 8, 0, 0, 0, time.UTC)))
		b := &lookBench{t: t, log: &strings.Builder{}, lookSite: &lookSite{title: "Harbour council votes", tag: true,
			text: "The harbour council voted on Monday for a pier of three hundred metres, its speaker said in the evening."}}
		web := fetchtest.New(t, "")
		web.Handle("look.example", b.lookSite)
		cfg, err := config.Parse("test.toml", []byte(`
contact = "mailto:desk@test.example"
enable = []
`+settings+`
[[agency]]
id = "look"
name = "Look"
home = "http://look.example/"
feeds = ["http://look.example/rss"]
`))
		if err != nil {
			t.Fatal(err)
		}
		o := cfg.Fetch
		o.Dial = web.Dial
		client := fetch.New(o)
		defer client.Close()
		if b.store, err = storage.Open(t.Context(), storagetest.NewMemory()); err != nil {
			t.Fatal(err)
		}
		b.Worker = ingest.New(b.store, client, cfg, slog.New(slog.NewTextHandler(b.log, nil)))
		f(b)
		storagetest.Check(t, b.store)
	})
}

const fiveLooks = "[revisit]\nafter = ['10m', '1h', '6h', '24h', '168h']"

// run has the daemon work for a time.
func (b *lookBench) run(d time.Duration) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.t.Context(), d)
	defer cancel()
	if err := b.Run(ctx); err != nil {
		b.t.Fatal(err)
	}
}

func (b *lookBench) record() storage.Record {
	b.t.Helper()
	r, err := b.store.Record(b.t.Context(), "http://look.example/news/1")
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

// told are the details of the looks in the article's story.
func (b *lookBench) told() (all []string) {
	b.t.Helper()
	a, err := b.store.Explain(b.t.Context(), "http://look.example/news/1")
	if err != nil {
		b.t.Fatal(err)
	}
	for _, e := range a.Events {
		if e.What == "looked again" || e.What == "changed" {
			all = append(all, e.Detail)
		}
	}
	return all
}

// TestLooksOfTheDaemon come when they are due, ask with validators, and end; the ledger never calls the entry pending.
func TestLooksOfTheDaemon(t *testing.T) {
	atLookSite(t, fiveLooks, func(b *lookBench) {
		b.run(30 * time.Minute)
		if n, err := b.store.Tally(b.t.Context(), "http://look.example/rss"); err != nil || n[storage.Stored] != 1 || n[storage.Waiting] != 0 {
			t.Errorf("tally %v, %v", n, err)
		}
		b.run(20 * 24 * time.Hour)
		const h = time.Hour
		want := []time.Duration{0, 10 * time.Minute, h, 6 * h, 24 * h, 168 * h}
		if got := b.visits(); !slices.Equal(got, want) {
			t.Errorf("asked after %v, want %v", got, want)
		}
		for i, a := range b.asked {
			if a.path == "/news/1" && a.conditional != (a.at.Sub(b.record().Fetched) > time.Minute) {
				t.Errorf("request %d: conditional is %v", i, a.conditional)
			}
		}
		if r := b.record(); r.Revision != 1 || r.Notice != nil {
			t.Errorf("revision %d, notice %+v", r.Revision, r.Notice)
		}
		if got := b.told(); !slices.Equal(got, slices.Repeat([]string{"not modified"}, 5)) {
			t.Errorf("told %q", got)
		}
	})
}

// TestNoLooks are made unless somebody asks for them, and none any more when nobody does.
func TestNoLooks(t *testing.T) {
	atLookSite(t, "", func(b *lookBench) {
		b.run(24 * time.Hour)
		if got := b.visits(); len(got) != 1 {
			t.Errorf("asked after %v", got)
		}
	})
}

// TestWhatALookFinds has a page be changed between its first and its second reading, and again before the third.
func TestWhatALookFinds(t *testing.T) {
	const other = "The harbour council voted on Monday for a pier of three hundred and fifty metres, its speaker said in the evening."
	for _, c := range []struct {
		name          string
		change, again func(*lookSite)
		revision      int
		notice        string
		told          []string
	}{
		{"the same bytes, without an ETag", func(s *lookSite) { s.tag = false }, nil, 1, "", []string{"not modified", "not modified"}},
		{"views and white space", func(s *lookSite) { s.tag, s.beside, s.text = false, "1,043 views", s.text+"&nbsp; " }, nil, 1, "", []string{"the text is as it was", "not modified"}},
		{"the text", func(s *lookSite) { s.text = other }, nil, 2, "", []string{"the text has changed", "not modified"}},
		{"the text, twice", func(s *lookSite) { s.text = other }, func(s *lookSite) { s.text = "At last it was four hundred metres, and everybody went home content." }, 3, "",
			[]string{"the text has changed", "the text has changed"}},
		{"the title", func(s *lookSite) { s.title = "Harbour council votes for pier" }, nil, 1, "",
			[]string{"the text is as it was", `title: "Harbour council votes for pier", was "Harbour council votes"`, "not modified"}},
		{"gone", func(s *lookSite) { s.status = 410 }, nil, 1, "gone", []string{"gone", "notice: gone (HTTP 410), was none", "gone"}},
		{"not found, then back", func(s *lookSite) { s.status = 404 }, func(s *lookSite) { s.status = 0 }, 1, "",
			[]string{"not-found", "notice: gone (HTTP 404), was none", "not modified", "notice: none, was gone (HTTP 404)"}},
		{"gone, then back with another text", func(s *lookSite) { s.status = 404 }, func(s *lookSite) { s.status, s.text = 0, other }, 2, "",
			[]string{"not-found", "notice: gone (HTTP 404), was none", "the text has changed", "notice: none, was gone (HTTP 404)"}},
		{"an outage", func(s *lookSite) { s.status = 503 }, func(s *lookSite) { s.status = 0 }, 1, "", []string{"server-error", "not modified"}},
		{"the home page in its place", func(s *lookSite) { s.to = "/" }, nil, 1, "", []string{"the page leads to the home page", "not modified"}},
		{"a correction", func(s *lookSite) {
			s.text = "Correction: An earlier version of this story gave the wrong length of the pier."
		}, nil, 2, "corrected",
			[]string{"the text has changed", `notice: corrected (page-text: Correction: An earlier version of this story gave the wrong length of the pier.), was none`, "not modified"}},
		{"a retraction", func(s *lookSite) { s.title = "RETRACTED: Harbour council votes" }, nil, 1, "retracted",
			[]string{"the text is as it was", "notice: retracted (headline: RETRACTED: Harbour council votes), was none",
				`title: "RETRACTED: Harbour council votes", was "Harbour council votes"`, "not modified"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			atLookSite(t, "[revisit]\nafter = ['10m', '3h']", func(b *lookBench) {
				b.run(5 * time.Minute)
				first := b.record()
				b.change(func() { c.change(b.lookSite) })
				b.run(time.Hour)
				if c.again != nil {
					b.change(func() { c.again(b.lookSite) })
				}
				b.run(5 * time.Hour)
				r, kind := b.record(), ""
				if r.Notice != nil {
					kind = r.Notice.Kind
				}
				if r.Revision != c.revision || kind != c.notice || r.Text == "" {
					t.Errorf("revision %d, notice %q, want %d and %q", r.Revision, kind, c.revision, c.notice)
				}
				if got := b.told(); !slices.Equal(got, c.told) {
					t.Errorf("told %q,\nwant %q", got, c.told)
				}
				was, err := b.store.Revision(b.t.Context(), first.ID, 1)
				if err != nil || was.Text != first.Text {
					t.Errorf("the first revision: %q, %v", was.Text, err)
				}
			})
		})
	}
}

// TestLooksWaitForPages has pages that were never read come before a page that is looked at again, and a host that rests be left
// alone.
func TestLooksWaitForPages(t *testing.T) {
	atLookSite(t, fiveLooks, func(b *lookBench) {
		b.run(5 * time.Minute)
		time.Sleep(10 * time.Minute)
		state, err := b.store.Feed(b.t.Context(), "http://look.example/rss")
		if err != nil {
			t.Fatal(err)
		}
		var drafts []storage.Draft
		for i := 2; i <= 4; i++ {
			url := fmt.Sprintf("http://look.example/news/%d", i)
			r := storage.Record{ID: storage.ID("look", url), URL: url, Agency: b.record().Agency, Feed: state.URL, Title: fmt.Sprint("Title ", i)}
			drafts = append(drafts, storage.Draft{Record: r, Page: url, Mark: "1"})
		}
		if _, err := b.store.SavePoll(b.t.Context(), state, drafts); err != nil {
			t.Fatal(err)
		}
		begun := len(b.asked)
		b.run(5 * time.Minute)
		var paths []string
		for _, a := range b.asked[begun:] {
			if a.path != "/rss" && a.path != "/robots.txt" {
				paths = append(paths, a.path)
			}
		}
		if want := []string{"/news/2", "/news/3", "/news/4", "/news/1"}; !slices.Equal(slices.Sorted(slices.Values(paths[:3])), want[:3]) || !slices.Equal(paths[3:], want[3:]) {
			t.Errorf("asked for %v, want %v", paths, want)
		}

		b.change(func() { b.status = http.StatusTooManyRequests })
		time.Sleep(time.Hour)
		b.run(30 * time.Minute)
		if got := len(b.visits()); got != 3 {
			t.Errorf("asked %d times, want 3: the last was refused, and the host rests", got)
		}
	})
}

// TestWhatWasLearnedIsNoChange has a box be known as the site's own when a page is looked at again: that its text is shorter now is not
// the publisher's doing.
func TestWhatWasLearnedIsNoChange(t *testing.T) {
	atLookSite(t, fiveLooks, func(b *lookBench) {
		b.change(func() { b.tag = false })
		b.run(5 * time.Minute)
		first := b.record()
		site := learnedBox(b.t, first.Text)
		_, err := b.store.Learn(b.t.Context(), func(_ storage.Lesson, _ []byte, h storage.Health) ([]byte, storage.Health) { return site, h })
		if err != nil {
			t.Fatal(err)
		}
		if memory, err := b.store.Site(b.t.Context(), "look.example"); err != nil || memory == nil {
			t.Fatalf("nothing was learned: %v", err)
		}
		b.change(func() { b.beside = "12 views" })
		b.run(20 * time.Minute)
		if r := b.record(); r.Revision != 1 || r.Text != first.Text {
			t.Errorf("revision %d: %q", r.Revision, r.Text)
		}
		if got := b.told(); !slices.Equal(got, []string{"the text is as it was"}) {
			t.Errorf("told %q", got)
		}
	})
}

// learnedBox is the memory of a site that prints the second paragraph of a text on every page.
func learnedBox(t *testing.T, text string) []byte {
	t.Helper()
	box := strings.Split(text, "\n\n")[1]
	var site extract.Site
	for i := range 30 {
		htm := fmt.Sprintf("<html><head><title>Story %[1]d</title></head><body><article><h1>Story %[1]d</h1>", i)
		for j := range 5 {
			htm += fmt.Sprintf("<p>Story %d tells in its paragraph %d what nobody else has told, of a day with the number %d.</p>", i, j, 100*i+j)
			if j == 1 {
				htm += "<p>" + box + "</p>"
			}
		}
		a := extract.Page([]byte(htm+"</article></body></html>"), extract.Source{URL: fmt.Sprintf("http://look.example/story/%d", i)})
		site = site.Learn(a.Traces)
	}
	b, err := site.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestLooksOfAPass are made by `ingest` too: what is due, after the pages, and one for all that were missed.
func TestLooksOfAPass(t *testing.T) {
	atLookSite(t, fiveLooks, func(b *lookBench) {
		pass := func(feeds ...string) {
			t.Helper()
			if _, err := b.Once(b.t.Context(), feeds, nil); err != nil {
				t.Fatal(err)
			}
		}
		pass()
		time.Sleep(5 * time.Minute)
		pass()
		time.Sleep(8 * time.Hour)
		pass()
		pass()
		if got, want := len(b.visits()), 2; got != want {
			t.Errorf("asked %d times, want %d", got, want)
		}
		v, err := b.store.Revisit(b.t.Context(), b.record().ID)
		if want := b.record().Fetched.Add(24 * time.Hour); err != nil || !v.Due.Equal(want) {
			t.Errorf("the next look is due %v, want %v; %v", v.Due, want, err)
		}
	})
}

// TestLooksEndWithTheirSetting has an agency be asked about until the configuration no longer says so.
func TestLooksEndWithTheirSetting(t *testing.T) {
	atLookSite(t, fiveLooks, func(b *lookBench) {
		b.run(5 * time.Minute)
		cfg, err := config.Parse("test.toml", []byte("enable = []"))
		if err != nil {
			t.Fatal(err)
		}
		b.Configure(cfg, fetch.New(cfg.Fetch))
		b.run(24 * time.Hour)
		if got := len(b.visits()); got != 1 {
			t.Errorf("asked %d times", got)
		}
		if _, ok, err := b.store.NextRevisit(b.t.Context()); ok || err != nil {
			t.Errorf("a look is left: %v", err)
		}
	})
}
