package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"dateline/storage"
	"dateline/storage/storagetest"
)

// TestUpgrade opens a database of every earlier schema, which the dateline of its time made of the demo's agencies while one
// page was out of order: what it knew still holds, and the next pass goes on from there.
func TestUpgrade(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "schema*.db.gz"))
	if err != nil || len(files) < 3 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { testUpgrade(t, file) })
	}
}

func testUpgrade(t *testing.T, file string) {
	asked := &asked{}
	server := httptest.NewServer(asked)
	defer server.Close()
	d, err := newApp(strings.NewReader(""), io.Discard, io.Discard).newDemo(t.TempDir(), &demoWeb{addr: server.Listener.Addr().String()})
	if err != nil {
		t.Fatal(err)
	}
	unpack(t, file, d.dbPath)

	var said strings.Builder
	d.stderr = &said
	var before map[string]storage.Record
	inStore(t, d, true, func(ctx context.Context, s *storage.Store) { before = byURL(t, ctx, s) })
	if said.Len() > 0 { // reading changes nothing, so there is nothing to tell
		t.Errorf("it said %q", &said)
	}
	if len(before) != 5 {
		t.Fatalf("%d records, want 5", len(before))
	}
	if err := d.ingest(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := asked.pollsWithTag(); got != 3 {
		t.Errorf("%d feeds were asked with the validator that was kept, want 3: %q", got, asked.requests)
	}
	inStore(t, d, false, func(ctx context.Context, s *storage.Store) {
		after := byURL(t, ctx, s)
		if _, ok := after["http://harbour.example/wire/87"]; !ok || len(after) != 6 {
			t.Errorf("%d records, and the pending entry is among them: %v", len(after), ok)
		}
		for url, r := range before {
			if a := after[url]; a.ID != r.ID || a.Revision != r.Revision || a.Text != r.Text {
				t.Errorf("%s: record %s, revision %d was %s, revision %d", url, a.ID, a.Revision, r.ID, r.Revision)
			}
		}
		for state, err := range s.Feeds(ctx) {
			if err != nil || state.Outcome != "not-modified" || state.ETag == "" || state.Revision != 2 {
				t.Errorf("%+v, %v", state, err)
			}
		}
	})

	asked.web.corrected.Store(true)
	if err := d.ingest(t.Context(), demoCorrectedFeed); err != nil {
		t.Fatal(err)
	}
	inStore(t, d, false, func(ctx context.Context, s *storage.Store) {
		r := byURL(t, ctx, s)[demoCorrected]
		if r.ID != before[demoCorrected].ID || r.Revision != 2 {
			t.Errorf("the corrected article is %s, revision %d", r.ID, r.Revision)
		}
		storagetest.Check(t, s)
	})
}

// asked is the demo's web that notes how it is asked.
type asked struct {
	web demoWeb

	mu       sync.Mutex
	requests []string // address and If-None-Match
}

func (a *asked) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	a.requests = append(a.requests, r.Host+r.URL.Path+" "+r.Header.Get("If-None-Match"))
	a.mu.Unlock()
	a.web.ServeHTTP(w, r)
}

func (a *asked) pollsWithTag() (n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, r := range a.requests {
		if strings.Contains(r, `.xml "`) {
			n++
		}
	}
	return n
}

func unpack(t *testing.T, from, to string) {
	t.Helper()
	b := gunzipped(t, from)
	if err := os.WriteFile(to, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// inStore looks into the demo's store.
func inStore(t *testing.T, d *demo, readOnly bool, look func(context.Context, *storage.Store)) {
	t.Helper()
	db, err := d.open(t.Context(), readOnly)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	look(t.Context(), db.Store)
}

func byURL(t *testing.T, ctx context.Context, s *storage.Store) map[string]storage.Record {
	t.Helper()
	all := map[string]storage.Record{}
	for r, err := range s.Records(ctx, storage.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		all[r.URL] = r
	}
	return all
}
