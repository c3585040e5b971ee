package ingest_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"dateline/fetch"
)

// TestAttack32Dates: dates that can't be are left out of the record, which has the time of the fetch, and the rhythm of the feed
// is none the wiser: it is asked as a feed without dates would be.
func TestAttack32Dates(t *testing.T) {
	const good = "Tue, 03 Nov 2026 06:00:00 GMT"
	dates := map[string]bool{ // whether it is believed
		"Sat, 01 Jan 0000 00:00:00 GMT": false, "Fri, 31 Dec 9999 23:59:59 GMT": false, "Thu, 01 Jan 1970 00:00:00 GMT": false,
		"Wed, 31 Dec 1969 19:00:00 -0500": false, "Tue, 03 Nov 2036 06:00:00 GMT": false, "2026-13-03T06:00:00Z": false,
		"tomorrow": false, "": false, good: true, "Tue, 3 Nov 2026 06:00:00 +0000": true,
	}
	atDesk(t, []string{feed}, func(d *desk) {
		var b strings.Builder
		for date, believed := range dates {
			fmt.Fprintf(&b, `<item><guid isPermaLink="false">%s</guid><title>Believed: %t</title><pubDate>%s</pubDate></item>`, date, believed, date)
		}
		d.Feed("/rss", says("<rss version='2.0'><channel><title>News</title>"+b.String()+"</channel></rss>", "ETag", `"1"`))
		d.pass()
		all := d.stored()
		for _, r := range all {
			if dates[r.GUID] != !r.Published.IsZero() || r.Fetched.IsZero() || r.Published.After(r.Fetched) {
				t.Errorf("%q: published %s, fetched %s", r.GUID, r.Published, r.Fetched)
			}
		}
		if len(all) != len(dates) {
			t.Errorf("%d of %d entries are stored", len(all), len(dates))
		}
		s := d.state(feed)
		if now := time.Now(); s.Rhythm.Newest.Before(now.AddDate(0, 0, -1)) || s.Rhythm.Newest.After(now) || !s.Quiet.IsZero() {
			t.Errorf("the newest entry is taken to be of %s; quiet since %s", s.Rhythm.Newest, s.Quiet)
		}
		d.passes(time.Hour, 3*24*time.Hour)
		if n := len(d.asked(feed)); n < 3 || n > 40 {
			t.Errorf("asked %d times in three days", n)
		}
	})
}

// TestAttack52Panic: a panic while a feed or a page is read is its failure. The process lives, all else goes on, and nothing stays
// behind.
func TestAttack52Panic(t *testing.T) {
	atDesk(t, []string{feed, "http://news.example/bad"}, func(d *desk) {
		d.Feed("/rss", says(linked("news.example", 0, 4), "ETag", `"1"`))
		d.Feed("/bad", says(items("", 0, 4), "ETag", `"1"`))
		for i := range 4 {
			d.Page(fmt.Sprintf("/%d", i), article(i))
		}
		o := d.cfg.Fetch
		o.Dial = d.web.Dial
		o.Observe = func(r fetch.Request) {
			if strings.HasSuffix(r.URL, "/bad") || strings.HasSuffix(r.URL, "/2") {
				panic("a fault in the parser")
			}
		}
		before := runtime.NumGoroutine()
		client := fetch.New(o)
		d.Configure(d.cfg, client)
		d.run(10 * time.Minute)
		client.Close()
		after := runtime.NumGoroutine()
		for try := 0; after > before && try < 100; try++ { // others of the program come and go too: they get real time to end
			synctest.Wait()
			runtime.GC()
			after = runtime.NumGoroutine()
		}
		if after > before {
			t.Errorf("%d goroutines before, %d after", before, after)
		}
		if s := d.state("http://news.example/bad"); s.Failures != 1 || !strings.Contains(s.Error, "a fault in the parser") || s.ETag != "" {
			t.Errorf("the feed's state: %+v", s)
		}
		whole, partial := 0, ""
		for _, r := range d.stored() {
			if r.Partial == "" {
				whole++
			} else {
				partial += r.Partial
			}
		}
		if whole != 3 || partial != "unreadable" {
			t.Errorf("%d articles are stored, and partly %q", whole, partial)
		}
	})
}
