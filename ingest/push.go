package ingest

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net/url"
	"strings"
	"time"

	"dateline/fetch"
	"dateline/storage"
)

// How hubs are dealt with. A wish that was not verified within the first pause has failed and is repeated, with pauses that
// double up to the longest one. A hub that said no is asked again after a week.
const (
	askedLease   = 10 * 24 * time.Hour
	longestLease = 365 * 24 * time.Hour
	firstAsk     = time.Hour
	longestAsk   = 24 * time.Hour
	deniedAsk    = 7 * 24 * time.Hour
	renewAt      = 85 // per cent of a lease
)

// heed notes what a poll that was answered says of the feed's hub, and whether it found what the hub should have pushed.
func (w *Worker) heed(ctx context.Context, s *setup, feed string, got fetch.Feed, missed bool) error {
	base := s.cfg.Push.Callback
	if base == "" {
		return nil
	}
	note := func(sub *storage.Subscription) bool {
		sub.Feed = feed
		news := missed && sub.State == storage.PushHeld && !sub.Missed
		sub.Missed = sub.Missed || news
		return !got.NotModified && wish(sub, got, base, s.cfg.Fetch.Downgrade) || news
	}
	sub, _, err := w.store.Push(ctx, feed)
	if err != nil || !note(&sub) { // mostly: a transaction for nothing would cost each poll a write
		return ours("storage", err)
	}
	err = w.store.ChangePush(ctx, feed, note)
	w.nudge()
	return ours("storage", err)
}

// wish makes a subscription what a feed says of its hub, and tells whether that changed it.
func wish(sub *storage.Subscription, got fetch.Feed, base string, downgrade bool) bool {
	hub, topic := hubOf(got, sub.Feed, downgrade)
	same := sub.Hub == hub && sub.Topic == topic && sub.Base == base
	switch {
	case hub == "" && (sub.Hub == "" || sub.State == storage.PushUnwanted):
		return false
	case hub == "":
		sub.State, sub.Asked, sub.Next, sub.Failures = storage.PushUnwanted, time.Time{}, time.Time{}, 0
	case same && sub.State != storage.PushUnwanted:
		return false
	default: // the old token goes, and with it whatever an earlier hub goes on to deliver
		secret := make([]byte, 32)
		rand.Read(secret)
		*sub = storage.Subscription{
			Feed: sub.Feed, Hub: hub, Topic: topic, Base: base, Token: storage.PushToken(sub.Feed),
			Secret: hex.EncodeToString(secret), State: storage.PushWanted,
		}
	}
	return true
}

// hubOf is the first hub that a feed names, and the topic under which the hub knows the feed; empty if it names none. A feed that
// came over https trusts no hub that is told its secret over http, unless downgrades are allowed.
func hubOf(got fetch.Feed, feed string, downgrade bool) (hub, topic string) {
	from := cmp.Or(got.URL, feed)
	plain := downgrade || !strings.HasPrefix(from, "https:")
	for _, address := range got.Hubs {
		if isWeb(address) && (plain || strings.HasPrefix(address, "https:")) {
			hub = address
			break
		}
	}
	switch {
	case hub == "":
		return "", ""
	case isWeb(got.Self):
		return hub, got.Self
	}
	return hub, from
}

func isWeb(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != ""
}

// lineUpHubs hands the hubs that are to be told something to their lanes, and says when the next one will be; zero if none.
func (w *Worker) lineUpHubs(ctx context.Context, s *setup, l *lanes, now time.Time) (next time.Time, err error) {
	if s.cfg.Push.Callback == "" {
		return time.Time{}, nil
	}
	for sub, err := range w.store.Pushes(ctx) {
		switch {
		case err != nil:
			return time.Time{}, ours("storage", err)
		case !sub.Next.After(now):
			l.add("hub "+host(sub.Hub), "hub "+sub.Feed, func(ctx context.Context) error {
				return cancelled(ctx, w.tellHub(ctx, s, sub.Feed))
			})
		case next.IsZero() || sub.Next.Before(next):
			next = sub.Next
		}
	}
	return next, nil
}

// tellHub tells a feed's hub what is wanted. That it was told is stored before, since many hubs verify before they answer.
func (w *Worker) tellHub(ctx context.Context, s *setup, feed string) error {
	_, configured := s.target(feed)
	now := time.Now().UTC().Truncate(time.Second)
	var sub storage.Subscription
	var due bool
	err := w.store.ChangePush(ctx, feed, func(p *storage.Subscription) bool {
		if due = p.Hub != "" && !p.Next.After(now); due {
			*p = asked(*p, configured, now)
			sub = *p
		}
		return due
	})
	if err != nil || !due || sub.Hub == "" {
		return ours("storage", err)
	}
	log := w.log.With("feed", feed, "hub", sub.Hub)
	say, what := s.client.Subscribe, "subscription asked for"
	if sub.State == storage.PushUnwanted {
		say, what = s.client.Unsubscribe, "subscription given up"
	}
	told := say(ctx, fetch.Subscription{
		Hub: sub.Hub, Topic: sub.Topic, Callback: sub.Base + "/" + sub.Token, Secret: sub.Secret, Lease: askedLease,
	})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if told == nil {
		log.Info(what, "topic", sub.Topic)
		return nil
	}
	log.Warn("hub not reached", "err", told, "failures", sub.Failures, "again", sub.Next)
	err = w.store.ChangePush(ctx, feed, func(p *storage.Subscription) bool {
		if p.Token != sub.Token || p.Hub == "" {
			return false
		}
		*p = refused(*p, told, now)
		return true
	})
	return ours("storage", err)
}

// asked is a subscription of which the hub is told now. One that was told before and has not been verified since has failed
// once more. A hub is told once that it may stop; what it delivers after that finds no one.
func asked(sub storage.Subscription, configured bool, now time.Time) storage.Subscription {
	if !configured && sub.State != storage.PushUnwanted {
		sub.State, sub.Asked, sub.Failures = storage.PushUnwanted, time.Time{}, 0
	}
	unverified := sub.Asked.After(sub.Verified)
	switch {
	case sub.State == storage.PushUnwanted && !sub.Asked.IsZero():
		return storage.Subscription{}
	case sub.State == storage.PushDenied:
		sub.State = storage.PushWanted
	case unverified:
		sub.Failures++
		sub.Error = cmp.Or(sub.Error, "the hub did not verify it")
	}
	sub.Asked = now
	sub.Next = now.Add(min(firstAsk<<min(sub.Failures, 10), longestAsk))
	return sub
}

// refused is a subscription of which the hub did not want to hear. When it is told again has been decided by then, but for
// what the hub itself asked.
func refused(sub storage.Subscription, err error, now time.Time) storage.Subscription {
	sub.Error = err.Error()
	var e *fetch.Error
	if errors.As(err, &e) {
		if again := now.Add(min(e.RetryAfter, maxRetry)); again.After(sub.Next) {
			sub.Next = again
		}
	}
	return sub
}

// verified is a subscription that the hub has asked about, with the lease that it gives; zero if it did not say.
func verified(sub storage.Subscription, lease time.Duration, now time.Time) storage.Subscription {
	lease = min(cmp.Or(lease, askedLease), longestLease)
	sub.State, sub.Verified, sub.Until = storage.PushHeld, now, now.Add(lease)
	sub.Next = now.Add(max(lease/100*renewAt, firstAsk))
	sub.Failures, sub.Error = 0, ""
	return sub
}

// denied is a subscription that the hub does not grant, or takes back.
func denied(sub storage.Subscription, why string, now time.Time) storage.Subscription {
	sub.State, sub.Error, sub.Until = storage.PushDenied, cmp.Or(why, "the hub gave no reason"), time.Time{}
	sub.Asked, sub.Next = time.Time{}, now.Add(deniedAsk)
	return sub
}

// pushing says whether a feed's news come by themselves, so that it can be polled rarely.
func (w *Worker) pushing(ctx context.Context, s *setup, feed string, now time.Time) (bool, error) {
	if s.cfg.Push.Callback == "" {
		return false, nil
	}
	sub, ok, err := w.store.Push(ctx, feed)
	return ok && sub.Active(now), ours("storage", err)
}
