package ingest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"dateline/ingest"
	"dateline/storage"
)

// TestAttack25GUIDs: a feed gives its entries new guids and addresses in every poll. It brings no more of them in an hour than the
// bound, nothing is skipped for good by a validator, and what its pages say is stored once.
func TestAttack25GUIDs(t *testing.T) {
	bubble(t, func(t *testing.T, b *bench) {
		b.lostAgency(t, `poll_floor = "10m"`)
		b.serve(nil, 1, 3)
		polls := 0
		b.net.Handle("en.example", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/rss" {
				b.web.ServeHTTP(w, r) // whatever the query says
				return
			}
			polls++
			w.Header().Set("ETag", `"the same"`)
			if r.Header.Get("If-None-Match") != "" {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			fmt.Fprint(w, strings.NewReplacer("/story<", fmt.Sprintf("/story?cb=%d<", polls), ">en-", fmt.Sprintf(">%d-", polls)).Replace(document(stories(1, 3, true), "")))
		}))
		for range 4 {
			b.once(t, topic)
			time.Sleep(9 * 24 * time.Hour) // until the feed is asked without validators
		}
		var stored int
		for r, err := range b.store.Records(t.Context(), storage.Filter{}) {
			if err != nil {
				t.Fatal(err)
			}
			if stored++; r.DuplicateOf != "" {
				t.Errorf("%s is stored as a near duplicate", r.URL)
			}
		}
		if n, err := b.store.Tally(t.Context(), topic); err != nil || polls != 4 || stored != 3 || n[storage.Stored] != 3 || n[storage.Duplicate] != 9 {
			t.Errorf("%d polls, %d records, %v, %v", polls, stored, n, err)
		}
	})
}

// TestAttack25Influx: with a thousand new names in every poll, two polls fill the hour. What was cut is said, and the server is
// asked for all of it again.
func TestAttack25Influx(t *testing.T) {
	if ingest.Racing {
		t.Skip("thousands of entries, one after the other")
	}
	bubble(t, func(t *testing.T, b *bench) {
		b.lostAgency(t, `poll_floor = "10m"`)
		b.serve(map[string]string{"robots.txt": "User-agent: *\nDisallow: /news/\n"}, 1, 0) // stored from the feed alone: sooner
		var listed int
		for i, want := range []int{1000, 2000, 2000, 2000, 3000} {
			if i == 4 {
				time.Sleep(time.Hour)
			}
			b.serve(map[string]string{"rss": document(stories(5000*i+1, 5000*i+1000, false), "")}, 1, 0)
			if _, err := b.Once(t.Context(), []string{topic}, nil); err != nil {
				t.Fatal(err)
			}
			n, err := b.store.Tally(t.Context(), topic)
			if err != nil {
				t.Fatal(err)
			}
			listed = 0
			for _, count := range n {
				listed += count
			}
			f, err := b.store.Feed(t.Context(), topic)
			if err != nil {
				t.Fatal(err)
			}
			full := i == 2 || i == 3
			if listed != want || full != (f.Dropped == 1000) || full != (f.ETag == "") {
				t.Errorf("poll %d: %d entries listed, want %d; dropped %d, ETag %q", i+1, listed, want, f.Dropped, f.ETag)
			}
			time.Sleep(10 * time.Minute)
		}
	})
}

// TestAttack25Push: what a hub delivers counts too, and the feed is then asked for all that it lists.
func TestAttack25Push(t *testing.T) {
	pushBubble(t, func(t *testing.T, b *bench, h *hub) {
		before, err := b.store.Feed(t.Context(), topic)
		if err != nil || before.ETag == "" {
			t.Fatalf("state %+v, %v", before, err)
		}
		known := before.Influx.Entries
		for i := range 3 {
			if got := h.deliver(document(stories(5000*i+1, 5000*i+1000, false), "")); got.Code != http.StatusNoContent {
				t.Fatalf("delivery %d answered with %d %s", i, got.Code, got.Body)
			}
		}
		f, err := b.store.Feed(t.Context(), topic)
		if err != nil || f.Influx.Entries != 2000 || f.Dropped != 1000 || f.ETag != "" {
			t.Errorf("after %d entries: influx %+v, dropped %d, ETag %q, %v", known+3000, f.Influx, f.Dropped, f.ETag, err)
		}
	})
}
