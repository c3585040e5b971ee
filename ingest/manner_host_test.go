package ingest_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"dateline/fetch/fetchtest"
	"dateline/ingest"
)

// article is a page with enough text for the extractor.
func article(n int) fetchtest.Answer {
	return says(fmt.Sprintf(`<!DOCTYPE html><html lang="en"><title>%s</title><main><article><h1>%s</h1>%s</article></main></html>`,
		headline(n), headline(n), story(n)), "Content-Type", "text/html; charset=utf-8")
}

// linked is a feed whose entries have pages on a host.
func linked(host string, from, to int) string {
	var b strings.Builder
	b.WriteString(`<rss version="2.0"><channel><title>News</title>`)
	for i := to - 1; i >= from; i-- {
		fmt.Fprintf(&b, `<item><title>%s</title><link>http://%s/%d</link></item>`, headline(i), host, i)
	}
	return b.String() + `</channel></rss>`
}

// A 429 holds the host's other feeds and its pages for the same time, those that were waiting for their turn too, and after a
// restart; what is pending stays so, without a try being counted.
func TestManner22HoldOfTheHost(t *testing.T) {
	atDesk(t, []string{feed, "http://news.example/b"}, func(d *desk) {
		d.Feed("/rss", says(linked("news.example", 0, 30), "ETag", `"1"`))
		d.Feed("/b", refuses(429, "Retry-After", "7200"))
		for i := range 30 {
			d.Page(fmt.Sprintf("/%d", i), article(i))
		}
		d.run(10 * time.Minute)
		held := d.asked("http://news.example/b")
		if len(held) != 1 {
			t.Fatalf("the feed that is limited was asked %d times", len(held))
		}
		before := len(d.web.Requests())
		d.restart()
		d.run(100 * time.Minute)
		d.pass()
		if n := len(d.web.Requests()); n != before || len(d.stored()) == 30 {
			t.Errorf("%d requests while the host was held, %d articles stored", n-before, len(d.stored()))
		}
		for p, err := range d.store.Pending(t.Context(), time.Now()) {
			draft, err2 := d.store.Draft(t.Context(), p.ID)
			if err != nil || err2 != nil || draft.Tries != 0 {
				t.Errorf("%s: %d tries, %v, %v", p.Page, draft.Tries, err, err2)
			}
		}
		d.Feed("/b", says(items("", 0, 3), "ETag", `"1"`))
		d.run(6 * time.Hour)
		if n := len(d.stored()); n != 33 || len(d.asked(feed)) < 2 || len(d.asked("http://news.example/b")) < 2 {
			t.Errorf("%d articles stored when the hold was over, want 33; %d requests", n, len(d.web.Requests())-before)
		}
	})
}

// The publisher would see the request for a page that waited in line while a feed of its host was answered 429.
func TestManner22HoldOfThoseInLine(t *testing.T) {
	atDesk(t, []string{feed}, func(d *desk) {
		d.Feed("/rss", says(linked("news.example", 0, 30), "ETag", `"1"`))
		for i := range 30 {
			d.Page(fmt.Sprintf("/%d", i), article(i))
		}
		slow := refuses(429, "Retry-After", "7200")
		slow.Takes = 5 * time.Second
		d.Feed("/b", slow)
		ended := make(chan struct{})
		go func() {
			d.run(10 * time.Minute)
			close(ended)
		}()
		time.Sleep(10 * time.Second)
		d.pass("http://news.example/b")
		<-ended
		if n := len(d.stored()); n < 3 || n > 20 {
			t.Errorf("%d pages were stored before the host was held", n)
		}
	})
}

// A 503 concerns the address alone.
func TestManner19UnavailableIsNotTheHost(t *testing.T) {
	atDesk(t, []string{feed, "http://news.example/b"}, func(d *desk) {
		d.Feed("/rss", refuses(503, "Retry-After", "36000"))
		d.Feed("/b", says(items("", 0, 30), "ETag", `"1"`))
		for i := range 9 {
			d.run(time.Hour)
			d.Feed("/b", says(items("", 0, 31+9*i), "ETag", fmt.Sprint(i)))
		}
		if a, b := len(d.asked(feed)), len(d.asked("http://news.example/b")); a != 1 || b < 4 {
			t.Errorf("the one that is unavailable was asked %d times, the other %d", a, b)
		}
	})
}

// A 429 that says nothing more doubles the pause, up to a day.
func TestManner20Doubling(t *testing.T) {
	atDesk(t, []string{feed}, func(d *desk) {
		d.Feed("/rss", refuses(429))
		d.passes(20*time.Minute, 10*24*time.Hour)
		all := d.asked(feed)
		want := time.Hour
		for i := range all[1:] {
			if gap := all[i+1].Time.Sub(all[i].Time); gap < want || gap > want+want/10+40*time.Minute {
				t.Errorf("after %d refusals: %v, want %v", i+1, gap, want)
			}
			want = min(2*want, 24*time.Hour)
		}
		if len(all) < 10 {
			t.Errorf("%d requests", len(all))
		}
	})
}

// A server's failures don't cost the validators of what was read before.
func TestManner23FailuresKeepValidators(t *testing.T) {
	atDesk(t, []string{feed}, func(d *desk) {
		d.Feed("/rss", says(items("", 0, 3), "ETag", `"1"`, "Last-Modified", "x"))
		d.pass()
		for _, a := range []fetchtest.Answer{refuses(500), refuses(404), says("<html>sorry</html>", "Content-Type", "text/html")} {
			a.Spoiled = a.Status == 0
			d.Feed("/rss", a)
			d.passes(5*time.Hour, 15*time.Hour)
		}
		d.Feed("/rss", says(items("", 0, 3), "ETag", `"1"`, "Last-Modified", "x"))
		d.passes(5*time.Hour, 50*time.Hour)
		all := d.asked(feed)
		if last := all[len(all)-1]; isBare(last) || d.state(feed).Outcome != "not-modified" {
			t.Errorf("the last request's header is %v, its outcome %q", last.Header, d.state(feed).Outcome)
		}
	})
}

// A host that does not answer rests for all its feeds and pages, and those that are passed over count no try.
func TestManner23SilentHost(t *testing.T) {
	dead := []string{"http://dead.example/a", "http://dead.example/b", "http://dead.example/c"}
	atDesk(t, append([]string{feed}, dead...), func(d *desk) {
		d.Feed("/rss", says(linked("dead.example", 0, 20), "ETag", `"1"`))
		d.run(24 * time.Hour)
		n := 0
		for _, addr := range d.web.Dials() {
			if strings.HasPrefix(addr, "dead.") {
				n++
			}
		}
		if n > 11 { // 5 minutes, doubled up to a day: nine in a day; three lanes may meet at one end of a rest
			t.Errorf("dialled %d times in a day", n)
		}
		tries := 0
		for p, err := range d.store.Pending(t.Context(), time.Now().AddDate(1, 0, 0)) {
			draft, err2 := d.store.Draft(t.Context(), p.ID)
			if err != nil || err2 != nil {
				t.Fatal(err, err2)
			}
			tries += draft.Tries
		}
		for _, f := range dead {
			tries += d.state(f).Failures
		}
		if tries != n {
			t.Errorf("%d tries are counted, and it was dialled %d times", tries, n)
		}
	})
}

// Hours and days that a feed wants to be spared, over midnight and after a restart in their midst.
func TestManner25SkippedHours(t *testing.T) {
	spared := func(at time.Time) bool {
		return at.Hour() >= 22 || at.Hour() < 5 || at.Hour() == 12 || at.Weekday() == time.Thursday
	}
	front := "<skipHours><hour>22</hour><hour>23</hour><hour>0</hour><hour>1</hour><hour>2</hour><hour>3</hour><hour>4</hour>" +
		"<hour>12</hour></skipHours><skipDays><day>Thursday</day></skipDays>"
	atDesk(t, []string{feed}, func(d *desk) {
		for i := range 16 {
			d.Feed("/rss", says(items(front, 10*i-20, 10*i), "ETag", fmt.Sprint(i)))
			if i%2 == 0 { // off for 3 hours, so that it is late when it starts
				time.Sleep(3 * time.Hour)
				d.restart()
				d.pass()
			}
			d.run(3*time.Hour + 20*time.Minute)
		}
		all := d.asked(feed)
		for _, r := range all {
			if spared(r.Time.UTC()) {
				t.Errorf("asked on %s", r.Time.Format("Monday, 15:04"))
			}
		}
		if len(all) < 10 {
			t.Errorf("asked %d times in %d hours", len(all), 16*5)
		}
	})
}

// All hours are none.
func TestManner25AllHours(t *testing.T) {
	var front strings.Builder
	for h := range 24 {
		fmt.Fprintf(&front, "<hour>%d</hour>", h)
	}
	atDesk(t, []string{feed}, func(d *desk) {
		d.Feed("/rss", says(items("<skipHours>"+front.String()+"</skipHours>", 0, 20), "ETag", `"1"`))
		d.run(24 * time.Hour)
		if n := len(d.asked(feed)); n < 3 {
			t.Errorf("asked %d times in a day", n)
		}
	})
}

// A feed that brings nothing for a month is asked four times a day at most.
func TestManner28Stale(t *testing.T) {
	atDesk(t, []string{feed}, func(d *desk) {
		d.Feed("/rss", says(items("", -60*24, -60*24+20), "ETag", `"1"`))
		d.passes(time.Hour, 10*24*time.Hour)
		all := d.asked(feed)
		for i := range all[1:] {
			if gap := all[i+1].Time.Sub(all[i].Time); gap < 6*time.Hour {
				t.Errorf("again after %v", gap)
			}
		}
		if len(all) < 9 || d.state(feed).Quiet.IsZero() {
			t.Errorf("asked %d times in ten days: %+v", len(all), d.state(feed).Quiet)
		}
	})
}

// Many feeds of one host are asked one by one and not at one time of the hour. The publisher looks at their pauses.
func TestManner29ManyFeedsOfAHost(t *testing.T) {
	if ingest.Racing {
		t.Skip("hours of requests, one after the other")
	}
	feeds := []string{feed}
	for i := range 30 {
		feeds = append(feeds, fmt.Sprintf("http://news.example/%d.rss", i))
	}
	atDesk(t, feeds, func(d *desk) {
		for i := range 8 {
			d.Feed("/rss", says(items("", i*6, i*6+6), "ETag", fmt.Sprint(i)))
			for k := range 30 {
				d.Feed(fmt.Sprintf("/%d.rss", k), says(items("", i*6, i*6+6), "ETag", fmt.Sprint(i)))
			}
			d.run(time.Hour)
		}
		byMinute, most := map[int]int{}, 0
		for _, r := range d.web.Requests() {
			if r.Time.Sub(d.web.Requests()[0].Time) > 4*time.Hour {
				byMinute[r.Time.Minute()]++
				most = max(most, byMinute[r.Time.Minute()])
			}
		}
		if n := len(d.web.Requests()); n < 120 || most > n/8 {
			t.Errorf("%d requests, of them %d in one minute of the hour", n, most)
		}
	})
}

// Whoever replaces a client leaves no connection behind: the publisher sees one visitor.
func TestManner39Reload(t *testing.T) {
	atDesk(t, []string{feed}, func(d *desk) {
		d.Pace(0, time.Second)
		d.Feed("/rss", says(items("", 0, 3), "ETag", `"1"`))
		for range 4 {
			d.pass(feed)
			next := d.newClient()
			d.Configure(d.cfg, next)
			d.client = next
			synctest.Wait()
			time.Sleep(2 * time.Second)
		}
	})
}
