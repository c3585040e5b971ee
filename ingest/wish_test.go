package ingest

import (
	"errors"
	"testing"
	"time"

	"dateline/fetch"
	"dateline/storage"
)

// TestHubOf: which hub a feed's word leads to, and as what.
func TestHubOf(t *testing.T) {
	const hub, other = "https://hub.example/", "https://other.example/"
	for name, c := range map[string]struct {
		got        fetch.Feed
		downgrade  bool
		hub, topic string
	}{
		"none":             {got: fetch.Feed{URL: "https://a.example/rss", Self: "https://a.example/self"}},
		"self":             {got: fetch.Feed{URL: "https://a.example/rss", Self: "https://a.example/self", Hubs: []string{hub, other}}, hub: hub, topic: "https://a.example/self"},
		"no self":          {got: fetch.Feed{URL: "https://a.example/rss", Hubs: []string{hub}}, hub: hub, topic: "https://a.example/rss"},
		"odd self":         {got: fetch.Feed{URL: "https://a.example/rss", Self: "urn:x", Hubs: []string{hub}}, hub: hub, topic: "https://a.example/rss"},
		"nothing known":    {got: fetch.Feed{Hubs: []string{hub}}, hub: hub, topic: "http://a.example/rss"},
		"odd hubs":         {got: fetch.Feed{Hubs: []string{"", "mailto:a@b.example", "http://", "::", hub}}, hub: hub, topic: "http://a.example/rss"},
		"http of http":     {got: fetch.Feed{Hubs: []string{"http://hub.example/"}}, hub: "http://hub.example/", topic: "http://a.example/rss"},
		"http of https":    {got: fetch.Feed{URL: "https://a.example/rss", Hubs: []string{"http://hub.example/", other}}, hub: other, topic: "https://a.example/rss"},
		"http alone":       {got: fetch.Feed{URL: "https://a.example/rss", Hubs: []string{"http://hub.example/"}}},
		"http and allowed": {got: fetch.Feed{URL: "https://a.example/rss", Hubs: []string{"http://hub.example/"}}, downgrade: true, hub: "http://hub.example/", topic: "https://a.example/rss"},
	} {
		if h, topic := hubOf(c.got, "http://a.example/rss", c.downgrade); h != c.hub || topic != c.topic {
			t.Errorf("%s: hub %q, topic %q, want %q, %q", name, h, topic, c.hub, c.topic)
		}
	}
}

// TestWish: a subscription stays while hub, topic and callback do, and begins anew with another secret when one changes.
func TestWish(t *testing.T) {
	const base = "https://desk.example"
	got := fetch.Feed{URL: "http://a.example/rss", Hubs: []string{"http://hub.example/"}}
	sub := storage.Subscription{Feed: "http://a.example/rss"}
	if !wish(&sub, got, base, false) || sub.State != storage.PushWanted || len(sub.Secret) != 64 || sub.Token == "" || sub.Base != base {
		t.Fatalf("the first time: %+v", sub)
	}
	sub.State = storage.PushHeld
	if first := sub; wish(&sub, got, base, false) || sub != first {
		t.Errorf("nothing is new: %+v", sub)
	}
	for name, change := range map[string]func(*fetch.Feed, *string){
		"hub":      func(f *fetch.Feed, _ *string) { f.Hubs = []string{"http://new.example/"} },
		"topic":    func(f *fetch.Feed, _ *string) { f.Self = "http://a.example/new" },
		"callback": func(_ *fetch.Feed, base *string) { *base = "https://new.example" },
	} {
		next, f, b := sub, got, base
		change(&f, &b)
		if !wish(&next, f, b, false) || next.State != storage.PushWanted || next.Token == sub.Token || next.Secret == sub.Secret || !next.Next.IsZero() {
			t.Errorf("another %s: %+v", name, next)
		}
	}
	if !wish(&sub, fetch.Feed{}, base, false) || sub.State != storage.PushUnwanted || sub.Hub == "" || wish(&sub, fetch.Feed{}, base, false) {
		t.Errorf("no hub: %+v", sub)
	}
	if !wish(&sub, got, base, false) || sub.State != storage.PushWanted {
		t.Errorf("the hub again: %+v", sub)
	}
}

// TestAsked: the pauses between two wishes, by how often they failed.
func TestAsked(t *testing.T) {
	now := time.Date(2026, 11, 3, 8, 0, 0, 0, time.UTC)
	sub := storage.Subscription{Feed: "f", Hub: "h", State: storage.PushWanted}
	for i, want := range []time.Duration{1, 2, 4, 8, 16, 24, 24} {
		sub = asked(sub, true, now)
		if pause := sub.Next.Sub(now); pause != want*time.Hour || sub.Failures != i {
			t.Errorf("wish %d: a pause of %s after %d failures, want %d h", i, pause, sub.Failures, want)
		}
		now = sub.Next
	}
	sub = verified(sub, 0, now)
	if sub = asked(sub, true, sub.Next); sub.Failures != 0 || sub.State != storage.PushHeld {
		t.Errorf("renewed: %+v", sub)
	}
	sub = refused(sub, &fetch.Error{Reason: fetch.ServerError, RetryAfter: 90 * 24 * time.Hour}, now)
	if sub.Next.Sub(now) != maxRetry {
		t.Errorf("a hub that asks for 90 days gets %s", sub.Next.Sub(now))
	}
	if refused(sub, errors.New("x"), now).Next != sub.Next {
		t.Error("an error without a wish changes the time")
	}
}
