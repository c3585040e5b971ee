package storage_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"dateline/storage"
	"dateline/storage/storagetest"
)

const pushed = "http://a.example/rss"

// subscribe stores a subscription of a feed that holds for an hour.
func subscribe(t *testing.T, s *storage.Store, feed string) storage.Subscription {
	t.Helper()
	sub := storage.Subscription{Feed: feed, Hub: "http://hub.example/", Topic: feed, Token: storage.PushToken(feed), Secret: "secret",
		State: storage.PushHeld, Until: now.Add(time.Hour), Missed: true}
	err := s.ChangePush(t.Context(), feed, func(old *storage.Subscription) bool {
		if old.Feed != feed || old.Hub != "" {
			t.Errorf("a new subscription begins as %+v", *old)
		}
		*old = sub
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	return sub
}

// TestPush: a subscription is found by its feed and by its whole token alone.
func TestPush(t *testing.T) {
	s := newStore(t)
	sub := subscribe(t, s, pushed)
	other := subscribe(t, s, "http://b.example/rss")
	if got, ok, err := s.Push(t.Context(), pushed); err != nil || !ok || got != sub {
		t.Errorf("by feed: %+v, %v, %v", got, ok, err)
	}
	if got, ok, err := s.PushOf(t.Context(), other.Token); err != nil || !ok || got != other {
		t.Errorf("by token: %+v, %v, %v", got, ok, err)
	}
	for _, token := range []string{
		"", "x", sub.Token[:32], sub.Token[:63], sub.Token + "00", sub.Token[:32] + other.Token[32:], storage.PushToken(pushed),
		strings.ToUpper(sub.Token), strings.Repeat("0", 64), strings.Repeat("z", 64), strings.Repeat("00", 1<<20),
	} {
		if got, ok, err := s.PushOf(t.Context(), token); ok || err != nil || got.Secret != "" {
			t.Errorf("token %.80q: %+v, %v", token, got, err)
		}
	}
	n := 0
	for _, err := range s.Pushes(t.Context()) {
		if n++; err != nil {
			t.Fatal(err)
		}
	}
	if n != 2 {
		t.Errorf("%d subscriptions, want 2", n)
	}
}

func TestChangePush(t *testing.T) {
	s := newStore(t)
	sub := subscribe(t, s, pushed)
	for _, c := range []struct {
		change func(*storage.Subscription) bool
		want   string
		ok     bool
	}{
		{func(sub *storage.Subscription) bool { sub.Error = "x"; return false }, "", true},
		{func(sub *storage.Subscription) bool { sub.Error = "x"; return true }, "x", true},
		{func(sub *storage.Subscription) bool { sub.Hub = ""; return true }, "", false},
	} {
		if err := s.ChangePush(t.Context(), pushed, c.change); err != nil {
			t.Fatal(err)
		}
		if got, ok, err := s.Push(t.Context(), pushed); err != nil || ok != c.ok || got.Error != c.want {
			t.Errorf("%+v, %v, %v, want error %q, %v", got, ok, err, c.want, c.ok)
		}
	}
	if _, ok, _ := s.PushOf(t.Context(), sub.Token); ok {
		t.Error("a token outlives its subscription")
	}
}

// TestSavePushed: what is pushed is pending like what is polled, once, and commits with the feed's state or not at all.
func TestSavePushed(t *testing.T) {
	s := newStore(t)
	poll(t, s, pushed, storagetest.NewDraft(pushed, 0))
	var drafts []storage.Draft
	for n := range 600 { // more than one transaction takes
		drafts = append(drafts, storagetest.NewDraft(pushed, n))
	}
	at := now.Add(time.Minute)
	save := func(drafts []storage.Draft, revision uint64) (storage.Saved, error) {
		state, err := s.Feed(t.Context(), pushed)
		if err != nil {
			t.Fatal(err)
		}
		state.Pushed = []byte("1234")
		state.Revision += revision
		return s.SavePushed(t.Context(), state, drafts, at)
	}
	if _, err := save(drafts[1:2], 0); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("without a subscription: %v", err)
	}
	subscribe(t, s, pushed)
	if _, err := save(drafts[1:2], 7); !errors.Is(err, storage.ErrConflict) {
		t.Errorf("on another revision: %v", err)
	}
	if sub, _, _ := s.Push(t.Context(), pushed); !sub.LastPush.IsZero() {
		t.Errorf("what was not committed is noted: %+v", sub)
	}
	for i, fresh := range []int{599, 0} {
		saved, err := save(drafts, 0)
		if err != nil || len(saved.Fresh) != fresh || len(saved.Known) != 600-fresh {
			t.Errorf("push %d: %d fresh, %d known, %v", i, len(saved.Fresh), len(saved.Known), err)
		}
	}
	if state, err := s.Feed(t.Context(), pushed); err != nil || string(state.Pushed) != "1234" {
		t.Errorf("the feed's state is %+v (%v)", state, err)
	}
	if sub, _, _ := s.Push(t.Context(), pushed); !sub.LastPush.Equal(at) || sub.Missed {
		t.Errorf("subscription %+v", sub)
	}
	storagetest.Check(t, s)
}

func TestActive(t *testing.T) {
	held := storage.Subscription{State: storage.PushHeld, Until: now.Add(time.Hour), LastPush: now.Add(-time.Hour)}
	with := func(change func(*storage.Subscription)) storage.Subscription {
		s := held
		change(&s)
		return s
	}
	for name, c := range map[string]struct {
		sub  storage.Subscription
		want bool
	}{
		"none":        {storage.Subscription{}, false},
		"held":        {held, true},
		"wanted":      {with(func(s *storage.Subscription) { s.State = storage.PushWanted }), false},
		"denied":      {with(func(s *storage.Subscription) { s.State = storage.PushDenied }), false},
		"over":        {with(func(s *storage.Subscription) { s.Until = now }), false},
		"no push yet": {with(func(s *storage.Subscription) { s.LastPush = time.Time{} }), false},
		"silent":      {with(func(s *storage.Subscription) { s.Missed = true }), false},
	} {
		if got := c.sub.Active(now); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
