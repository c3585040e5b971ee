package ingest_test

import (
	"context"
	"testing"
	"time"

	"dateline/fetch"
	"dateline/ingest"
	"dateline/storage"
)

// keep gives a bench's worker a client that is counted.
func (b *bench) keep(t *testing.T) {
	t.Helper()
	a := &ingest.Account{}
	o := b.cfg.Fetch
	o.Dial, o.Observe = b.net.Dial, a.Observe
	b.client = fetch.New(o)
	t.Cleanup(b.client.Close)
	b.Keep(a)
	b.Configure(b.cfg, b.client)
}

// manners reads the store's account, summed up by host.
func (b *bench) manners(t *testing.T) map[string]storage.Manners {
	t.Helper()
	all := map[string]storage.Manners{}
	for m, err := range b.store.Manners(t.Context(), time.Now()) {
		if err != nil {
			t.Fatal(err)
		}
		sum := all[m.Host]
		sum.Add(m)
		all[m.Host] = sum
	}
	return all
}

// TestAccount: what each host was asked for is counted by what its own log shows.
func TestAccount(t *testing.T) {
	bubble(t, func(t *testing.T, b *bench) {
		b.keep(t)
		b.web.pages["en.example/robots.txt"] = "User-agent: *\nDisallow: /news/104/\n"
		b.web.status["fa.example/robots.txt"] = 503
		b.web.status["broken.example/rss"] = 500
		b.web.status["gone.example/rss"] = 410
		b.once(t)
		time.Sleep(2 * time.Hour)
		b.once(t)

		got := b.manners(t)
		en := got["en.example"]
		if en.Polls != 2 || en.Unconditional != 1 || en.NotModified != 1 || en.LeastGap != time.Second {
			t.Errorf("en.example: %+v", en)
		}
		if en.Robots[storage.RobotsForbidden] != 1 || en.Robots[storage.RobotsAllowed] != en.Requests["page"] || en.Requests["robots"] != 1 {
			t.Errorf("en.example: robots %v of requests %v", en.Robots, en.Requests)
		}
		if fa := got["fa.example"]; fa.Robots[storage.RobotsUnavailable] == 0 || fa.Requests["page"] != 0 || fa.Answers["503"] != fa.Requests["robots"] {
			t.Errorf("fa.example: %+v", fa)
		}
		if gone := got["gone.example"]; gone.Answers["410"] != 1 || gone.Total() != 1 {
			t.Errorf("gone.example: %+v", gone)
		}
		total := 0
		for _, m := range got {
			total += m.Total()
		}
		if log := b.web.log(); total != len(log) {
			t.Errorf("%d requests in the account, %d in the server's log: %q", total, len(log), log)
		}
	})
}

// TestAccountOfADaemon is stored while it runs, by day, and what is left when it ends.
func TestAccountOfADaemon(t *testing.T) {
	bubble(t, func(t *testing.T, b *bench) {
		b.keep(t)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- b.Run(ctx) }()
		time.Sleep(3 * time.Minute)
		early := b.manners(t)["en.example"]
		if early.Requests["feed"] != 1 || early.Requests["page"] == 0 {
			t.Errorf("after three minutes: %+v", early)
		}
		time.Sleep(20 * time.Hour)
		cancel()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		days := map[string]int{}
		total := 0
		for m, err := range b.store.Manners(t.Context(), time.Now()) {
			if err != nil {
				t.Fatal(err)
			}
			days[m.Day.Format(time.DateOnly)]++
			total += m.Total()
		}
		if len(days) != 2 || days["2026-11-03"] == 0 || days["2026-11-04"] == 0 {
			t.Errorf("rows by day: %v", days)
		}
		if log := b.web.log(); total != len(log) {
			t.Errorf("%d requests in the account, %d in the server's log", total, len(log))
		}
	})
}
