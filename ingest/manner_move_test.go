package ingest_test

import (
	"fmt"
	"testing"
	"time"

	"dateline/fetch/fetchtest"
)

const newFeed = "http://new.example/feed"

// moving is a desk whose feed answers with a redirect to another host.
func moving(t *testing.T, status int, f func(d *desk, there *fetchtest.Publisher)) {
	atDesk(t, []string{feed}, func(d *desk) {
		there := fetchtest.NewPublisher(t, d.web, "new.example")
		there.Pace(time.Hour, time.Second)
		d.Feed("/rss", says(items("", 0, 10), "ETag", `"here"`))
		there.Feed("/feed", says(items("", 3, 13), "ETag", `"there"`))
		d.pass()
		d.Feed("/rss", refuses(status, "Location", newFeed))
		f(d, there)
	})
}

// A permanent redirect is believed after three polls over a day; then the old address is left in peace, until the new one is no
// more. Entries stay those of the feed that is configured, each of them once.
func TestManner41MovedForGood(t *testing.T) {
	for _, status := range []int{301, 308} {
		moving(t, status, func(d *desk, there *fetchtest.Publisher) {
			d.passes(time.Hour, 4*24*time.Hour)
			here := d.asked(feed)
			last := here[len(here)-1].Time
			if moved := d.state(feed).Address; moved != newFeed || last.Sub(here[1].Time) < 24*time.Hour || len(here) < 4 {
				t.Fatalf("%d: after %d polls in %v the address is %q", status, len(here)-1, last.Sub(here[1].Time), moved)
			}
			there.Feed("/feed", says(items("", 5, 15), "ETag", `"news"`))
			d.run(2 * 24 * time.Hour)
			if n := len(d.asked(feed)); n != len(here) {
				t.Errorf("%d: the old address was asked %d times after the move", status, n-len(here))
			}
			all := d.stored()
			for _, r := range all {
				if r.Feed != feed {
					t.Errorf("%d: %s is said to be of %s", status, r.ID, r.Feed)
				}
			}
			if len(all) != 15 {
				t.Errorf("%d: %d records, want 15", status, len(all))
			}
			there.Feed("/feed", refuses(404))
			d.Feed("/rss", says(items("", 8, 18), "ETag", `"back"`))
			d.passes(time.Hour, 4*24*time.Hour)
			if n := len(d.stored()); d.state(feed).Address != "" || len(d.asked(feed)) == len(here) || n != 18 {
				t.Errorf("%d: the new address died, and the old one was asked %d times; %d records", status, len(d.asked(feed))-len(here), n)
			}
		})
	}
}

// A site that redirects all its feeds to one that is another's, or to a page, has moved none of them.
func TestManner41MovedToAnother(t *testing.T) {
	for name, answer := range map[string]fetchtest.Answer{
		"another feed": says(items("", 1000, 1010), "ETag", `"other"`), "a page": {Body: "<!doctype html><title>Soon</title>", Spoiled: true},
	} {
		moving(t, 301, func(d *desk, there *fetchtest.Publisher) {
			there.Feed("/feed", answer)
			d.passes(time.Hour, 5*24*time.Hour)
			if s := d.state(feed); s.Address != "" || len(d.asked(feed)) < 4 {
				t.Errorf("%s: the address is %q", name, s.Address)
			}
			d.Feed("/rss", says(items("", 3, 13), "ETag", `"back"`))
			d.passes(time.Hour, 3*24*time.Hour)
			if s := d.state(feed); s.Outcome == "error" || s.Failures > 0 {
				t.Errorf("%s: when the feed was back: %s %q", name, s.Outcome, s.Error)
			}
		})
	}
}

func TestManner42MovedForAWhile(t *testing.T) {
	for _, status := range []int{302, 303, 307} {
		moving(t, status, func(d *desk, there *fetchtest.Publisher) {
			d.passes(time.Hour, 6*24*time.Hour)
			here, elsewhere := len(d.asked(feed)), len(d.asked(newFeed))
			if d.state(feed).Address != "" || here != elsewhere+1 || here < 6 {
				t.Errorf("%d: asked %d times here and %d there, the address is %q", status, here, elsewhere, d.state(feed).Address)
			}
		})
	}
}

// What is gone is not asked for again, until somebody names it.
func TestManner44Gone(t *testing.T) {
	atDesk(t, []string{feed}, func(d *desk) {
		d.Feed("/rss", says(items("", 0, 10), "ETag", `"1"`))
		d.pass()
		d.Feed("/rss", refuses(410))
		d.passes(12*time.Hour, 400*24*time.Hour)
		d.Configure(d.cfg, d.client)
		d.run(24 * time.Hour)
		if s := d.state(feed); len(d.asked(feed)) != 2 || !s.Gone || len(d.stored()) != 10 {
			t.Errorf("asked %d times: %+v; %d records", len(d.asked(feed)), s, len(d.stored()))
		}
		d.Feed("/rss", says(items("", 5, 15), "ETag", `"2"`))
		d.pass(feed)
		d.Violations() // the operator's decision
		d.passes(12*time.Hour, 3*24*time.Hour)
		if len(d.asked(feed)) < 4 || len(d.stored()) != 15 {
			t.Errorf("asked %d times, %d records after it was named", len(d.asked(feed)), len(d.stored()))
		}
	})
}

// A feed that fails for years is asked on, ever more rarely, and read when it comes back from the dead.
func TestManner45BackFromTheDead(t *testing.T) {
	for _, status := range []int{401, 403, 404, 451, 500} {
		atDesk(t, []string{feed}, func(d *desk) {
			d.Feed("/rss", refuses(status))
			d.passes(12*time.Hour, 2*365*24*time.Hour)
			all := d.asked(feed)
			if gap := all[len(all)-1].Time.Sub(all[len(all)-2].Time); gap < 20*24*time.Hour || gap > 31*24*time.Hour || len(all) > 100 {
				t.Errorf("%d: asked %d times in two years, at last after %v", status, len(all), gap)
			}
			d.Feed("/rss", says(items("", 0, 10), "ETag", `"1"`))
			d.passes(12*time.Hour, 31*24*time.Hour)
			if s := d.state(feed); len(d.stored()) != 10 || !s.Failing.IsZero() {
				t.Errorf("%d: %d records when it was back: %+v", status, len(d.stored()), s)
			}
		})
	}
}

// An error page, or nothing, is not a feed without entries: what is stored stays, and what it is known by is not replaced.
func TestManner46ErrorPages(t *testing.T) {
	atDesk(t, []string{feed}, func(d *desk) {
		d.Feed("/rss", says(items("", 0, 10), "ETag", `"1"`))
		d.pass()
		for i, body := range []string{"<!doctype html><html><title>Sorry</title></html>", "", " "} {
			a := says(body, "Content-Type", "text/html", "ETag", `"sorry"`)
			a.Spoiled = true
			d.Feed("/rss", a)
			d.passes(12*time.Hour, 24*time.Hour)
			if s := d.state(feed); s.Failures == 0 || s.ETag != `"1"` || len(s.Listed) != 40 || len(d.stored()) != 10 {
				t.Errorf("%d: %+v, %d records", i, s, len(d.stored()))
			}
		}
		d.Feed("/rss", says(items("", 0, 10), "ETag", `"1"`))
		d.passes(12*time.Hour, 3*24*time.Hour)
		if s := d.state(feed); s.Outcome != "not-modified" {
			t.Errorf("when it was back: %q", s.Outcome)
		}
	})
}

// A page is asked for once, whatever lists it and whoever is restarted, and robots.txt once a day before it. The publisher
// looks at both.
func TestManner48and49Pages(t *testing.T) {
	atDesk(t, []string{feed, "http://news.example/b"}, func(d *desk) {
		d.File("/robots.txt", says("User-agent: *\nDisallow: /private\n"))
		for i := range 24 {
			from := 2 * i
			for n := from; n < from+10; n++ {
				d.Page(fmt.Sprintf("/%d", n), article(n))
			}
			d.Feed("/rss", says(linked("news.example", from, from+10), "ETag", fmt.Sprint(i)))
			d.Feed("/b", says(linked("news.example", from+2, from+8), "ETag", fmt.Sprint(i)))
			d.restart()
			if i%2 == 0 {
				d.pass()
			}
			d.run(100 * time.Minute)
		}
		pages := 0
		for _, r := range d.web.Requests() {
			var n int
			if k, _ := fmt.Sscanf(r.URL, "http://news.example/%d", &n); k == 1 {
				pages++
			}
		}
		if stored := len(d.stored()); pages != stored || stored < 30 || len(d.asked("http://news.example/robots.txt")) != 2 {
			t.Errorf("%d pages were asked for, %d stored; robots.txt %d times in 40 hours", pages, stored, len(d.asked("http://news.example/robots.txt")))
		}
	})
}
