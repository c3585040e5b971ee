package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dateline/config"
	"dateline/fetch"
	"dateline/ingest"
	"dateline/storage"
	"dateline/storage/raw"
	"dateline/storage/storagetest"
)

// keepRaw makes a bench keep what its web says.
func keepRaw(t *testing.T, b *bench) *raw.Store {
	t.Helper()
	store, err := raw.Open(t.Context(), filepath.Join(t.TempDir(), "dateline.raw"), b.store, raw.Options{Size: 8000})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	b.record(t, store, config.KeepAll)
	return store
}

// record gives the bench a client that shows its recorder what it sees.
func (b *bench) record(t *testing.T, store *raw.Store, keep string) {
	t.Helper()
	recorder := ingest.NewRecorder(store, keep)
	o := b.cfg.Fetch
	o.Dial, o.Record = b.net.Dial, recorder
	b.client = fetch.New(o)
	t.Cleanup(b.client.Close)
	b.Worker = ingest.New(b.store, b.client, b.cfg, slog.New(slog.NewTextHandler(b.log, nil)))
	b.KeepRaw(recorder)
}

// again replays a folder into a store of its own.
func (b *bench) replayed(t *testing.T, folder *raw.Folder) *bench {
	t.Helper()
	store, err := storage.Open(t.Context(), storagetest.NewMemory())
	if err != nil {
		t.Fatal(err)
	}
	c := &bench{store: store, cfg: b.cfg, client: b.client, log: b.log}
	c.Worker = ingest.New(store, b.client, b.cfg, slog.New(slog.NewTextHandler(b.log, nil)))
	if _, err := c.Replay(t.Context(), folder, nil); err != nil {
		t.Fatal(err)
	}
	storagetest.Check(t, store)
	return c
}

// history is a week of the small agency: failures of all kinds, edits, and pages that come at last.
func (b *bench) history(t *testing.T) {
	t.Helper()
	b.web.fails["en.example/news/103/library"] = 2
	b.web.status["en.example/news/104/lighthouse"] = 500
	b.web.status["broken.example/rss"] = 500
	b.web.status["gone.example/rss"] = 410
	for day := range 7 {
		b.once(t)
		if day == 2 {
			b.web.edit("en.example/rss", "Haven opens its new harbour", "Haven opens its harbour")
			b.web.edit("en.example/news/101/harbour", "eleven years after", "nearly twelve years after")
		}
		time.Sleep(25 * time.Hour)
	}
	if !strings.Contains(b.export(t), `"revision":2`) {
		t.Fatal("no article was revised")
	}
}

func sameExport(t *testing.T, what, got, want string) {
	t.Helper()
	if got == want {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			t.Errorf("%s: line %d\n got %s\nwant %s", what, i+1, g[i], w[i])
		}
	}
	if len(g) != len(w) {
		t.Errorf("%s: %d lines, want %d", what, len(g), len(w))
	}
}

// A run that is made again from its raw segments stores the same bytes, times included, and asks nobody.
func TestReplayGivesTheSameBytes(t *testing.T) {
	bubble(t, func(t *testing.T, b *bench) {
		store := keepRaw(t, b)
		b.history(t)
		first, asked := b.export(t), len(b.net.Requests())
		if stats, err := store.Check(t.Context(), b.store, func(p string) { t.Error(p) }); err != nil || stats.Segments < 3 {
			t.Errorf("%+v, %v", stats, err)
		}
		sites := 0
		for c, err := range b.store.Captures(t.Context(), storage.Place{}) {
			if err != nil {
				t.Fatal(err)
			}
			if c.Kind == storage.CapturedSite {
				sites++
			}
		}
		if sites == 0 {
			t.Error("no page was read with what was learned of its site")
		}
		c := b.replayed(t, raw.OpenFolder(filepath.Dir(firstSegment(t, store))))
		sameExport(t, "replay", c.export(t), first)
		for _, feed := range []string{"http://en.example/rss", "http://broken.example/rss", "http://gone.example/rss"} {
			was, err := b.store.Feed(t.Context(), feed)
			if err != nil {
				t.Fatal(err)
			}
			is, err := c.store.Feed(t.Context(), feed)
			if err != nil || is.Outcome != was.Outcome || !is.LastPoll.Equal(was.LastPoll) || is.Failures != was.Failures || is.ETag != was.ETag {
				t.Errorf("feed %s: %+v, %v\nwant %+v", feed, is, err, was)
			}
		}
		if n := len(b.net.Requests()); n != asked {
			t.Errorf("%d requests were sent", n-asked)
		}
	})
}

func firstSegment(t *testing.T, store *raw.Store) string {
	t.Helper()
	all, err := store.Segments()
	if err != nil || len(all) == 0 {
		t.Fatalf("%d segments, %v", len(all), err)
	}
	return all[0].Path
}

// What is extracted again with nothing changed is the same, and takes no sequence number.
func TestReprocessGivesTheSameBytes(t *testing.T) {
	bubble(t, func(t *testing.T, b *bench) {
		store := keepRaw(t, b)
		b.history(t)
		first, asked := b.export(t), len(b.net.Requests())
		counts, err := b.Reprocess(t.Context(), store.Folder, ingest.Reprocess{})
		if err != nil || counts.Pages < 5 || counts.Changed != 0 || counts.Lost != 0 || counts.Old == 0 {
			t.Errorf("%+v, %v\nwas %s\nis  %s", counts, err, counts.Was.Text, counts.Is.Text)
		}
		sameExport(t, "reprocess", b.export(t), first)
		if n := len(b.net.Requests()); n != asked {
			t.Errorf("%d requests were sent", n-asked)
		}
	})
}

// A rule that was changed changes the records of its agency, not their revision; a dry run changes nothing.
func TestReprocessWithAnotherRule(t *testing.T) {
	bubble(t, func(t *testing.T, b *bench) {
		store := keepRaw(t, b)
		b.history(t)
		before := b.export(t)
		cfg, err := config.Parse("test.toml", []byte(strings.Replace(settings, `body = ".item-text", `, "", 1)))
		if err != nil {
			t.Fatal(err)
		}
		b.Configure(cfg, b.client)
		dry, err := b.Reprocess(t.Context(), store.Folder, ingest.Reprocess{DryRun: true, Agency: "bandar"})
		if err != nil || dry.Changed == 0 || dry.Was.ID != dry.Is.ID || dry.Was.ID == "" {
			t.Fatalf("%+v, %v", dry, err)
		}
		sameExport(t, "dry run", b.export(t), before)
		none, err := b.Reprocess(t.Context(), store.Folder, ingest.Reprocess{Agency: "haven"})
		if err != nil || none.Changed != 0 || none.Pages == 0 {
			t.Errorf("another agency: %+v, %v", none, err)
		}
		late, err := b.Reprocess(t.Context(), store.Folder, ingest.Reprocess{Since: time.Now()})
		if err != nil || late.Pages != 0 {
			t.Errorf("since now: %+v, %v", late, err)
		}
		counts, err := b.Reprocess(t.Context(), store.Folder, ingest.Reprocess{})
		if err != nil || counts.Changed != dry.Changed {
			t.Errorf("%+v, %v", counts, err)
		}
		r, err := b.store.Record(t.Context(), dry.Is.ID)
		if err != nil || r.BodyFrom == "rule" || r.Revision != dry.Was.Revision || !r.Fetched.Equal(dry.Was.Fetched) {
			t.Errorf("%+v, %v", r, err)
		}
		storagetest.Check(t, b.store)
	})
}

// Feeds alone are kept: pages are not, and a replay leaves them pending.
func TestKeepFeeds(t *testing.T) {
	bubble(t, func(t *testing.T, b *bench) {
		store, err := raw.Open(t.Context(), filepath.Join(t.TempDir(), "dateline.raw"), b.store, raw.Options{})
		if err != nil {
			t.Fatal(err)
		}
		b.record(t, store, config.KeepFeeds)
		b.once(t)
		kinds := map[storage.CaptureKind]int{}
		for c, err := range b.store.Captures(t.Context(), storage.Place{}) {
			if err != nil {
				t.Fatal(err)
			}
			kinds[c.Kind]++
		}
		if kinds[storage.CapturedFeed] != 5 || kinds[storage.CapturedPoll] != 5 || len(kinds) != 2 {
			t.Errorf("kept %v", kinds)
		}
		c := b.replayed(t, store.Folder)
		n := 0
		for _, err := range c.store.Pending(t.Context(), time.Now()) {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		if n == 0 {
			t.Error("nothing is pending")
		}
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
}

// A replay that is broken off anywhere is gone on with, to the same bytes: what was read before is not taken for a later edit.
func TestReplayGoesOn(t *testing.T) {
	bubble(t, func(t *testing.T, b *bench) {
		keeper := keepRaw(t, b)
		b.history(t)
		first := b.export(t)
		for stop := 1; stop < 40; stop += 13 {
			store, err := storage.Open(t.Context(), storagetest.NewMemory())
			if err != nil {
				t.Fatal(err)
			}
			c := &bench{store: store}
			c.Worker = ingest.New(store, b.client, b.cfg, slog.New(slog.NewTextHandler(b.log, nil)))
			for breaks := 0; ; breaks++ {
				ctx, cancel := context.WithCancel(t.Context())
				steps := 0
				_, err := c.Replay(ctx, raw.OpenFolder(filepath.Dir(firstSegment(t, keeper))), func(ingest.Progress) {
					if steps++; steps == stop+3*breaks {
						cancel()
					}
				})
				cancel()
				if err == nil {
					if breaks == 0 {
						t.Errorf("stop after %d steps: was not broken off", stop)
					}
					break
				}
				if !errors.Is(err, context.Canceled) {
					t.Fatal(err)
				}
			}
			sameExport(t, fmt.Sprintf("broken off after %d steps", stop), c.export(t), first)
			storagetest.Check(t, store)
		}
	})
}

// A database of another history is left alone.
func TestReplayWantsItsOwnDatabase(t *testing.T) {
	bubble(t, func(t *testing.T, b *bench) {
		store := keepRaw(t, b)
		b.once(t)
		if _, err := b.Replay(t.Context(), store.Folder, nil); !errors.Is(err, ingest.ErrNotNew) {
			t.Errorf("replayed into the database that it comes from: %v", err)
		}
	})
}

// A run of reprocess that is broken off goes on where it was.
func TestReprocessGoesOn(t *testing.T) {
	bubble(t, func(t *testing.T, b *bench) {
		store := keepRaw(t, b)
		b.history(t)
		ctx, cancel := context.WithCancel(t.Context())
		if _, err := b.Reprocess(ctx, store.Folder, ingest.Reprocess{Watch: func(ingest.Reprocessed) { cancel() }}); !errors.Is(err, context.Canceled) {
			t.Fatalf("was not broken off: %v", err)
		}
		counts, err := b.Reprocess(t.Context(), store.Folder, ingest.Reprocess{})
		if err != nil || counts.Pages == 0 {
			t.Errorf("%+v, %v", counts, err)
		}
		if mark, err := b.store.Marked(t.Context(), "reprocess"); err != nil || mark != "" {
			t.Errorf("mark %q, %v", mark, err)
		}
	})
}

// A daemon's day, with entries that come while it runs, is replayed to the same bytes too.
func TestReplayOfADaemon(t *testing.T) {
	bubble(t, func(t *testing.T, b *bench) {
		store := keepRaw(t, b)
		b.web.fails["en.example/news/103/library"] = 2
		b.web.status["gone.example/rss"] = 410
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- b.Run(ctx) }()
		time.Sleep(6 * time.Hour)
		b.web.edit("en.example/rss", "Haven opens its new harbour", "Haven opens its harbour")
		b.web.edit("en.example/news/101/harbour", "eleven years after", "nearly twelve years after")
		time.Sleep(30 * time.Hour)
		cancel()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		c := b.replayed(t, store.Folder)
		sameExport(t, "replay", c.export(t), b.export(t))
		counts, err := b.Reprocess(t.Context(), store.Folder, ingest.Reprocess{})
		if err != nil || counts.Changed != 0 || counts.Pages < 5 {
			t.Errorf("%+v, %v", counts, err)
		}
	})
}

// What a hub brought comes again too, without the hub.
func TestReplayOfAPush(t *testing.T) {
	bubble(t, func(t *testing.T, b *bench) {
		cfg, err := config.Parse("test.toml", []byte(settings+pushTable))
		if err != nil {
			t.Fatal(err)
		}
		b.cfg = cfg
		store := keepRaw(t, b)
		h := &hub{t: t, callback: b.Callback(), lease: 10 * time.Hour, named: true}
		b.net.Handle("hub.example", h)
		b.net.Handle("en.example", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Add("Link", `<http://hub.example/>; rel="hub", <`+topic+`>; rel="self"`)
			b.web.ServeHTTP(w, r)
		}))
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- b.Run(ctx) }()
		time.Sleep(10 * time.Minute)
		if got := h.deliver(b.news(106)); got.Code != http.StatusNoContent {
			t.Errorf("delivery answered with %d", got.Code)
		}
		time.Sleep(3 * time.Hour)
		cancel()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		first := b.export(t)
		if !strings.Contains(first, "lantern of 106 lights") {
			t.Fatal("the pushed article is not stored")
		}
		sameExport(t, "replay", b.replayed(t, store.Folder).export(t), first)
	})
}
