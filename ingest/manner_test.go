package ingest_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
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

// The numbers are those of the 65 assertions that a strict publisher makes. Here are the ones that a worker keeps from poll to poll
// and from run to run; those of a single request are in package fetch. The publisher itself fails the test for what it
// sees, so that many of these tests only have to bring about what it looks for.

// desk is a worker before a strict publisher at news.example, in a bubble that starts at 8 h on a Tuesday.
type desk struct {
	*ingest.Worker
	*fetchtest.Publisher
	t      *testing.T
	web    *fetchtest.Web
	store  *storage.Store
	client *fetch.Client
	cfg    *config.Config
	log    bytes.Buffer
}

const feed = "http://news.example/rss"

// atDesk runs a test with a desk that reads the feeds.
func atDesk(t *testing.T, feeds []string, f func(d *desk)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2026, 11, 3, 8, 0, 0, 0, time.UTC)))
		d := &desk{t: t, web: fetchtest.New(t, "")}
		d.Publisher = fetchtest.NewPublisher(t, d.web, "news.example")
		d.Pace(time.Hour, time.Second)
		var err error
		if d.store, err = storage.Open(t.Context(), storagetest.NewMemory()); err != nil {
			t.Fatal(err)
		}
		d.cfg, err = config.Parse("test.toml", fmt.Appendf(nil, `
contact = "mailto:desk@test.example"
enable = []
[fetch]
poll_floor = "1h"
[[agency]]
id = "news"
name = "News"
feeds = ["%s"]
`, strings.Join(feeds, `", "`)))
		if err != nil {
			t.Fatal(err)
		}
		d.restart()
		f(d)
		d.client.Close()
	})
}

// restart goes on with a new client and worker on the same store, as a new process would.
func (d *desk) restart() {
	if d.client != nil {
		d.client.Close()
	}
	d.client = d.newClient()
	d.Worker = ingest.New(d.store, d.client, d.cfg, slog.New(slog.NewTextHandler(&d.log, nil)))
}

func (d *desk) newClient() *fetch.Client {
	o := d.cfg.Fetch
	o.Dial, o.Robots = d.web.Dial, ingest.Robots(d.store, slog.New(slog.DiscardHandler))
	return fetch.New(o)
}

// run is the daemon for a while.
func (d *desk) run(during time.Duration) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), during)
	defer cancel()
	if err := d.Run(ctx); err != nil {
		d.t.Fatal(err)
	}
}

// pass is one call of the command `ingest`.
func (d *desk) pass(feeds ...string) {
	d.t.Helper()
	if _, err := d.Once(d.t.Context(), feeds, nil); err != nil {
		d.t.Fatal(err)
	}
}

// passes makes them at an interval for a while, each by a new process.
func (d *desk) passes(every, during time.Duration) {
	d.t.Helper()
	for end := time.Now().Add(during); time.Now().Before(end); time.Sleep(every) {
		d.restart()
		d.pass()
	}
}

// asked are the requests for an address so far.
func (d *desk) asked(address string) (all []fetchtest.Request) {
	for _, r := range d.web.Requests() {
		if r.URL == address {
			all = append(all, r)
		}
	}
	return all
}

func (d *desk) state(feed string) storage.FeedState {
	d.t.Helper()
	f, err := d.store.Feed(d.t.Context(), feed)
	if err != nil {
		d.t.Fatal(err)
	}
	return f
}

func (d *desk) stored() (all []storage.Record) {
	d.t.Helper()
	for r, err := range d.store.Records(d.t.Context(), storage.Filter{}) {
		if err != nil {
			d.t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

// isBare tells a request without validators.
func isBare(r fetchtest.Request) bool {
	return r.Header.Get("If-None-Match")+r.Header.Get("If-Modified-Since") == ""
}

// items is a feed whose entries have the given numbers and no page. It says more about itself in front of them.
func items(front string, from, to int) string {
	var b strings.Builder
	b.WriteString(`<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>News</title>` + front)
	for i := to - 1; i >= from; i-- {
		at := time.Date(2026, 11, 3, 7, 0, 0, 0, time.UTC).Add(time.Duration(i) * time.Hour)
		fmt.Fprintf(&b, `<item><guid isPermaLink="false">%d</guid><title>The %dth report</title><pubDate>%s</pubDate></item>`, i, i, at.Format(time.RFC1123Z))
	}
	return b.String() + `</channel></rss>`
}

func says(body string, header ...string) fetchtest.Answer {
	a := fetchtest.Answer{Body: body, Header: map[string]string{}}
	for i := 0; i < len(header); i += 2 {
		a.Header[header[i]] = header[i+1]
	}
	return a
}

func refuses(status int, header ...string) fetchtest.Answer {
	a := says("", header...)
	a.Status = status
	return a
}

func TestManner10ValidatorsSurviveRestarts(t *testing.T) {
	atDesk(t, []string{feed}, func(d *desk) {
		d.Feed("/rss", says(items("", 0, 3), "ETag", `W/"a b"`, "Last-Modified", "tue, 3 nov 2026 00:00:00 gmt"))
		d.passes(2*time.Hour, 12*time.Hour)
		d.restart()
		d.run(6 * time.Hour)
		all := d.asked(feed)
		if len(all) < 5 {
			t.Fatalf("%d requests", len(all))
		}
		for _, r := range all[1:] {
			if isBare(r) {
				t.Errorf("asked without validators at %s", r.Time)
			}
		}
	})
}

// A server that answers 304 for ever is asked without validators once in eight days, whether it has news then or not.
func TestManner13NothingButNotModified(t *testing.T) {
	for name, always := range map[string]fetchtest.Answer{
		"to those who know it": says(items("", 0, 3), "ETag", `"1"`), "to everybody": {Status: 304},
	} {
		atDesk(t, []string{feed}, func(d *desk) {
			d.Feed("/rss", says(items("", 0, 3), "ETag", `"1"`))
			d.pass()
			d.Feed("/rss", always)
			d.passes(3*time.Hour, 40*24*time.Hour)
			var bare []time.Time
			for _, r := range d.asked(feed) {
				if isBare(r) {
					bare = append(bare, r.Time)
				}
			}
			if len(bare) != 5 {
				t.Errorf("%s: %d requests without validators in 40 days, want 5", name, len(bare))
			}
			for i := range bare[1:] {
				if gap := bare[i+1].Sub(bare[i]); gap < 8*24*time.Hour {
					t.Errorf("%s: again after %v", name, gap)
				}
			}
			if n := strings.Count(d.log.String(), "without validators"); n != 4 {
				t.Errorf("%s: the log tells of %d", name, n)
			}
		})
	}
}

// Without validators each answer is the whole document: it is asked for once a day, as long as nothing falls off.
func TestManner14NoValidators(t *testing.T) {
	atDesk(t, []string{feed}, func(d *desk) {
		for day := range 10 {
			d.Feed("/rss", says(items("", 6*day-200, 6*day)))
			d.passes(time.Hour, 24*time.Hour)
		}
		if n := len(d.asked(feed)); n < 9 || n > 10 {
			t.Errorf("asked %d times in ten days", n)
		}
	})
	atDesk(t, []string{feed}, func(d *desk) { // twenty listed, of 48 a day: to keep to a day would lose most
		d.Pace(0, time.Second)
		for half := range 96 {
			d.Feed("/rss", says(items("", half-20, half)))
			d.passes(30*time.Minute, 30*time.Minute)
		}
		if s := d.state(feed); !s.Lost.At.IsZero() || len(d.asked(feed)) < 6 {
			t.Errorf("asked %d times in two days, lost %+v", len(d.asked(feed)), s.Lost)
		}
	})
}

func TestManner15and16Interval(t *testing.T) {
	atDesk(t, []string{feed, "http://news.example/b", "http://news.example/c"}, func(d *desk) {
		for i := range 40 {
			for _, uri := range []string{"/rss", "/b", "/c"} {
				d.Feed(uri, says(items("", 20*i, 20*i+20), "ETag", fmt.Sprint(i)))
			}
			switch i % 4 {
			case 0:
				d.restart()
			case 1:
				d.pass()
				d.pass()
			case 2:
				d.Configure(d.cfg, d.client)
			}
			d.run(21*time.Minute + 300*time.Millisecond)
		}
		if n := len(d.asked(feed)); n < 10 {
			t.Errorf("asked %d times in 14 hours, though everything is new each time", n)
		}
	})
}

// What a publisher asks for in headers and in the document bounds the next request; the latest counts.
func TestManner17to27Wishes(t *testing.T) {
	const h, day = time.Hour, 24 * time.Hour
	date := func(after time.Duration) string {
		return time.Date(2026, 11, 3, 8, 0, 1, 0, time.UTC).Add(after).Format("Mon, 02 Jan 2006 15:04:05 GMT")
	}
	for _, c := range []struct {
		name   string
		answer fetchtest.Answer
		want   time.Duration
	}{
		{"17 max-age", says(items("", 0, 9), "Cache-Control", "max-age=10800"), 3 * h},
		{"17 max-age of what is old already", says(items("", 0, 9), "Cache-Control", "max-age=10800", "Age", "3600"), 2 * h},
		{"17 a short max-age", says(items("", 0, 9), "Cache-Control", "max-age=60"), h},
		{"17 a max-age of years", says(items("", 0, 9), "Cache-Control", "max-age=999999999"), 7 * day},
		{"17 s-maxage", says(items("", 0, 9), "Cache-Control", "s-maxage=86400"), h},
		{"17 no-store", says(items("", 0, 9), "Cache-Control", "no-store, max-age=86400"), h},
		{"18 Expires", says(items("", 0, 9), "Expires", date(5*h)), 5 * h},
		{"18 Expires beside max-age", says(items("", 0, 9), "Expires", date(5*h), "Cache-Control", "max-age=7200"), 2 * h},
		{"18 Expires 0", says(items("", 0, 9), "Expires", "0"), h},
		{"18 Expires in the past", says(items("", 0, 9), "Expires", date(-5*h)), h},
		{"18 Expires in years", says(items("", 0, 9), "Expires", date(9999*h)), 7 * day},
		{"19 Retry-After with a 200", says(items("", 0, 9), "Retry-After", "10800"), 3 * h},
		{"19 429", refuses(429, "Retry-After", "7200"), 2 * h},
		{"19 429 with a date", refuses(429, "Retry-After", date(4*h)), 4 * h},
		{"19 503", refuses(503, "Retry-After", "7200"), 2 * h},
		{"19 503 with a date", refuses(503, "Retry-After", date(4*h)), 4 * h},
		{"19 five days", refuses(429, "Retry-After", "432000"), 5 * day},
		{"19 a year", refuses(503, "Retry-After", "31536000"), 30 * day},
		{"20 429 without a word", refuses(429), h},
		{"21 429 with max-age", refuses(429, "Retry-After", "7200", "Cache-Control", "max-age=10800"), 3 * h},
		{"21 503 with max-age", refuses(503, "Retry-After", "14400", "Cache-Control", "max-age=10800"), 4 * h},
		{"23 500", refuses(500), h},
		{"24 ttl", says(items("<ttl>180</ttl>", 0, 9)), 3 * h},
		{"24 ttl 0", says(items("<ttl>0</ttl>", 0, 9)), h},
		{"24 a negative ttl", says(items("<ttl>-5</ttl>", 0, 9)), h},
		{"24 a ttl of centuries", says(items("<ttl>1000000000</ttl>", 0, 9)), 7 * day},
		{"26 every other hour", says(items("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>12</sy:updateFrequency>", 0, 9)), 2 * h},
		{"26 yearly", says(items("<sy:updatePeriod>yearly</sy:updatePeriod>", 0, 9)), 7 * day},
		{"27 ttl is the latest", says(items("<ttl>300</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", 0, 9), "Cache-Control", "max-age=7200"), 5 * h},
		{"27 max-age is the latest", says(items("<ttl>180</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", 0, 9), "Cache-Control", "max-age=14400"), 4 * h},
		{"27 sy is the latest", says(items("<ttl>180</ttl><sy:updatePeriod>weekly</sy:updatePeriod>", 0, 9), "Cache-Control", "max-age=14400"), 7 * day},
	} {
		atDesk(t, []string{feed}, func(d *desk) {
			if c.answer.Status == 0 {
				c.answer.Header["ETag"] = `"1"`
			}
			d.Feed("/rss", c.answer)
			d.pass()
			began := d.asked(feed)[0].Time
			wait := d.state(feed).NextPoll.Sub(began)
			if most := c.want + c.want/10 + time.Second; wait < c.want || c.want > h && wait > most {
				t.Errorf("%s: %v, want %v to a tenth more", c.name, wait, c.want)
			}
			time.Sleep(wait - time.Second)
			d.restart()
			d.pass()
			if n := len(d.asked(feed)); n != 1 {
				t.Errorf("%s: asked %d times before that", c.name, n)
			}
			time.Sleep(time.Hour / 4) // a held host opens a little later than its feed
			d.Violations()            // what the publisher wants in earnest may be longer than what it gets
			d.pass()
			if n := len(d.asked(feed)); n != 2 && c.want < 30*day {
				t.Errorf("%s: asked %d times after that", c.name, n)
			}
			d.Violations()
		})
	}
}
