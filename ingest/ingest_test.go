package ingest_test

import (
	"bytes"
	"context"
	"flag"
	"log/slog"
	"os"
	"slices"
	"strings"
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

var update = flag.Bool("update", false, "write the golden file anew")

// bench is a worker with its web and store, in the fake time of a synctest bubble that starts on a day of 2026.
type bench struct {
	*ingest.Worker
	web    *agency
	store  *storage.Store
	net    *fetchtest.Web
	client *fetch.Client
	cfg    *config.Config
	log    *bytes.Buffer
}

var hosts = []string{"en.example", "wire.example", "fa.example", "broken.example", "gone.example"}

const settings = `
contact = "mailto:desk@test.example"
enable = []
[fetch]
host_interval = "1s"
poll_floor = "1h"
poll_worth = "1s"
[[agency]]
id = "haven"
name = "Haven News Agency"
home = "http://en.example"
language = "en"
feeds = ["http://en.example/rss"]
license = "CC-BY-4.0"
[[agency]]
id = "isles"
name = "Outer Isles Wire"
language = "en"
feeds = ["http://wire.example/atom"]
[[agency]]
id = "bandar"
name = "Bandar News Agency"
language = "fa"
timezone = "Asia/Tehran"
feeds = ["http://fa.example/rdf"]
rules = { body = ".item-text", lead = ".introtext", date = ".item-date span" }
[[agency]]
id = "troubled"
name = "Troubled"
feeds = ["http://broken.example/rss", "http://gone.example/rss"]
`

// newBench is called inside a bubble.
func newBench(t *testing.T) *bench {
	t.Helper()
	time.Sleep(time.Until(time.Date(2026, 11, 3, 8, 0, 0, 0, time.UTC)))
	b := &bench{web: newAgency(t), log: &bytes.Buffer{}}
	web := fetchtest.New(t, "")
	for _, h := range hosts {
		web.Handle(h, b.web)
	}
	cfg, err := config.Parse("test.toml", []byte(settings))
	if err != nil {
		t.Fatal(err)
	}
	o := cfg.Fetch
	o.Dial = web.Dial
	b.cfg, b.net, b.client = cfg, web, fetch.New(o)
	t.Cleanup(b.client.Close)
	if b.store, err = storage.Open(t.Context(), storagetest.NewMemory()); err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(b.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	b.Worker = ingest.New(b.store, b.client, cfg, log)
	return b
}

// once makes a pass and checks that its table adds up.
func (b *bench) once(t *testing.T, feeds ...string) *ingest.Report {
	t.Helper()
	r, err := b.Once(t.Context(), feeds, nil)
	if err != nil {
		t.Fatal(err)
	}
	storagetest.Check(t, b.store)
	for _, row := range r.Rows {
		if sum := row.New + row.Known + row.Duplicates + row.Partial + row.Pending + row.Failed; sum != row.Entries {
			t.Errorf("feed %s: columns add up to %d of %d entries: %+v", row.Feed, sum, row.Entries, row)
		}
	}
	return r
}

func row(t *testing.T, r *ingest.Report, feed string) ingest.Row {
	t.Helper()
	i := slices.IndexFunc(r.Rows, func(row ingest.Row) bool { return row.Feed == feed })
	if i < 0 {
		t.Fatalf("no row for %s in %+v", feed, r.Rows)
	}
	return r.Rows[i]
}

func (b *bench) export(t *testing.T) string {
	t.Helper()
	var out bytes.Buffer
	if _, err := storage.Export(&out, "jsonl", b.store.Records(t.Context(), storage.Filter{})); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func bubble(t *testing.T, f func(t *testing.T, b *bench)) {
	synctest.Test(t, func(t *testing.T) { f(t, newBench(t)) })
}

// TestAgency is the main job from end to end: three feeds in three formats, one of them Persian, the same text twice, a
// page that fails twice, one that never comes, a feed that is broken and one that is gone.
func TestAgency(t *testing.T) {
	bubble(t, func(t *testing.T, b *bench) {
		b.web.fails["en.example/news/103/library"] = 2
		b.web.status["en.example/news/104/lighthouse"] = 500
		b.web.status["broken.example/rss"] = 500
		b.web.status["gone.example/rss"] = 410

		first := b.once(t)
		if got := row(t, first, "http://en.example/rss"); got.Entries != 5 || got.New != 2 || got.Duplicates != 1 || got.Pending != 2 {
			t.Errorf("first pass: %+v", got)
		}
		if got := row(t, first, "http://broken.example/rss"); got.Why != "server-error" {
			t.Errorf("broken feed: %+v", got)
		}
		if got := row(t, first, "http://gone.example/rss"); got.Why != "gone" {
			t.Errorf("feed that is gone: %+v", got)
		}
		for range 6 { // more passes than a page gets tries
			time.Sleep(25 * time.Hour)
			b.once(t)
		}
		var gone []string
		for _, asked := range b.web.log() {
			if strings.HasPrefix(asked, "gone.example/rss") {
				gone = append(gone, asked)
			}
		}
		if len(gone) != 1 {
			t.Errorf("a feed that is gone was asked %d times", len(gone))
		}
		compareGolden(t, "testdata/export.golden.jsonl", b.export(t))
	})
}

func compareGolden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	gotLines, wantLines := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range max(len(gotLines), len(wantLines)) {
		var g, w string
		if i < len(gotLines) {
			g = gotLines[i]
		}
		if i < len(wantLines) {
			w = wantLines[i]
		}
		if g != w {
			t.Errorf("%s:%d differs\n got %s\nwant %s", name, i+1, g, w)
		}
	}
}

// TestSecondPass asks only whether the feeds changed.
func TestSecondPass(t *testing.T) {
	bubble(t, func(t *testing.T, b *bench) {
		b.web.pages["en.example/news/104/lighthouse"] = b.web.pages["en.example/news/105/bread"]
		feeds := []string{"http://en.example/rss", "http://wire.example/atom", "http://fa.example/rdf"}
		b.once(t, feeds...)
		before := b.export(t)
		b.web.log()
		r := b.once(t, feeds...)
		want := []string{"en.example/rss 304", "fa.example/rdf 304", "wire.example/atom 304"}
		if asked := slices.Sorted(slices.Values(b.web.log())); !slices.Equal(asked, want) {
			t.Errorf("asked for %q, want %q", asked, want)
		}
		if r.Failures() || r.Total().New != 0 {
			t.Errorf("second pass: %+v", r)
		}
		if after := b.export(t); after != before {
			t.Errorf("the store changed from\n%s to\n%s", before, after)
		}
	})
}

// TestReportCountsAnEntryOnce asks a feed that changed while pages of it are still wanted.
func TestReportCountsAnEntryOnce(t *testing.T) {
	bubble(t, func(t *testing.T, b *bench) {
		b.web.status["en.example/news/104/lighthouse"] = 500
		b.web.fails["en.example/news/103/library"] = 1
		b.once(t)
		b.web.edit("en.example/rss", "News of Haven", "All the news of Haven")
		time.Sleep(2 * time.Hour)
		got := row(t, b.once(t), "http://en.example/rss")
		if got.Entries != 5 || got.Known != 3 || got.New != 1 || got.Pending != 1 {
			t.Errorf("five entries, one page new, one failing again: %+v", got)
		}
		b.web.edit("en.example/rss", "Haven opens its new harbour", "Haven opens its harbour")
		time.Sleep(2 * time.Hour)
		if got := row(t, b.once(t), "http://en.example/rss"); got.New != 0 || got.Known != 4 {
			t.Errorf("an edit that left the page as it was: %+v", got)
		}
	})
}

// TestRunBesideOnce makes a pass by hand while the schedule works: nothing is asked for or stored twice.
func TestRunBesideOnce(t *testing.T) {
	bubble(t, func(t *testing.T, b *bench) {
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- b.Run(ctx) }()
		b.once(t, "http://en.example/rss", "http://fa.example/rdf")
		time.Sleep(time.Minute)
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		pages := map[string]int{}
		for _, asked := range b.web.log() {
			if page, ok := strings.CutSuffix(asked, " 200"); ok && strings.Contains(page, "/news/") {
				pages[page]++
			}
		}
		for page, n := range pages {
			if n != 1 {
				t.Errorf("%s was fetched %d times", page, n)
			}
		}
		if len(pages) != 6 {
			t.Errorf("%d pages fetched: %v", len(pages), pages)
		}
		storagetest.Check(t, b.store)
	})
}

// TestNotDue leaves feeds alone within their interval, and says how many.
func TestNotDue(t *testing.T) {
	bubble(t, func(t *testing.T, b *bench) {
		b.once(t)
		b.web.log()
		time.Sleep(59 * time.Minute)
		r := b.once(t)
		if r.NotDue != 5 {
			t.Errorf("within the hour: %d feeds not due", r.NotDue)
		}
		for _, asked := range b.web.log() {
			if !strings.HasPrefix(asked, "en.example/news/104/") { // a page that failed is due before its feed
				t.Errorf("asked for %s within the hour", asked)
			}
		}
	})
}

// TestRevision fetches an edited entry again and keeps what it said before.
func TestRevision(t *testing.T) {
	bubble(t, func(t *testing.T, b *bench) {
		b.once(t)
		b.web.edit("en.example/rss", "The harbour took eleven years to build.", "The harbour took twelve years to build.")
		b.web.edit("en.example/news/101/harbour", "room for forty ships", "room for fifty ships")
		time.Sleep(2 * time.Hour)
		if got := row(t, b.once(t), "http://en.example/rss"); got.New < 1 {
			t.Errorf("after the edit: %+v", got)
		}
		r, err := b.store.Record(t.Context(), "http://en.example/news/101/harbour")
		if err != nil {
			t.Fatal(err)
		}
		if r.Revision != 2 || !strings.Contains(r.Text, "fifty ships") || strings.Contains(r.Text, "forty ships") {
			t.Errorf("revision %d: %s", r.Revision, r.Text)
		}
	})
}

// TestRobots stores what the feed says of a page that robots.txt forbids, and never asks for the page.
func TestRobots(t *testing.T) {
	bubble(t, func(t *testing.T, b *bench) {
		b.web.pages["en.example/robots.txt"] = "User-agent: dateline\nDisallow: /news/101/\n"
		b.once(t)
		for _, asked := range b.web.log() {
			if strings.HasPrefix(asked, "en.example/news/101/") {
				t.Errorf("asked for %s", asked)
			}
		}
		r, err := b.store.Record(t.Context(), "http://en.example/news/101/harbour")
		if err != nil {
			t.Fatal(err)
		}
		if r.Partial != "robots" || r.Text != "The harbour took eleven years to build." || r.BodyFrom != "feed" {
			t.Errorf("partial %q, body from %q: %q", r.Partial, r.BodyFrom, r.Text)
		}
		if n, err := b.store.Tally(t.Context(), "http://en.example/rss"); err != nil || n[storage.Forbidden] != 1 {
			t.Errorf("tally %v, %v", n, err)
		}
	})
}

// TestCancelled counts nothing when a pass is interrupted: a cancelled context is no failure.
func TestCancelled(t *testing.T) {
	bubble(t, func(t *testing.T, b *bench) {
		ctx, cancel := context.WithCancel(t.Context())
		_, err := b.Once(ctx, nil, func(p ingest.Progress) {
			if p.PagesDone == 2 {
				cancel()
			}
		})
		if err == nil || ctx.Err() == nil {
			t.Fatalf("error %v", err)
		}
		for next, err := range b.store.Pending(t.Context(), time.Now()) {
			if err != nil {
				t.Fatal(err)
			}
			if d, err := b.store.Draft(t.Context(), next.ID); err != nil || d.Tries != 0 {
				t.Errorf("%s: %d tries, %v", next.Page, d.Tries, err)
			}
		}
	})
}

// TestRun polls on schedule, fetches what is new, and ends within its grace period.
func TestRun(t *testing.T) {
	bubble(t, func(t *testing.T, b *bench) {
		b.web.status["broken.example/rss"] = 500
		b.web.status["gone.example/rss"] = 410
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- b.Run(ctx) }()
		time.Sleep(30 * time.Minute)
		if n := strings.Count(b.export(t), "\n"); n < 6 {
			t.Errorf("%d records after half an hour", n)
		}
		b.web.log()
		time.Sleep(10 * time.Hour)
		polls := map[string]int{}
		for _, asked := range b.web.log() {
			polls[asked]++
		}
		if n := polls["en.example/rss 304"]; n < 9 || n > 10 {
			t.Errorf("%d polls in ten hours, one an hour expected: %v", n, polls)
		}
		if n := polls["broken.example/rss 500"]; n != 3 {
			t.Errorf("%d polls of a broken feed in ten hours, 3 expected", n)
		}
		cancel()
		if err := <-done; err != nil {
			t.Errorf("run ended with %v", err)
		}
	})
}
