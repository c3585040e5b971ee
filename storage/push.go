package storage

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"iter"
	"time"
)

// Subscription is what a WebSub hub was asked to deliver of a feed, and how that stands. A feed has one at most.
type Subscription struct {
	Feed   string `json:"feed"`
	Hub    string `json:"hub"`
	Topic  string `json:"topic"` // the feed's address by its own word
	Base   string `json:"base"`  // the callback without its token
	Token  string `json:"token"` // the callback's last part; see [PushToken]
	Secret string `json:"secret"`

	State    PushState `json:"state"`
	Asked    time.Time `json:"asked,omitzero"`    // the hub was told last
	Verified time.Time `json:"verified,omitzero"` // it asked whether we meant it
	Until    time.Time `json:"until,omitzero"`    // the end of the lease that it gave
	Next     time.Time `json:"next,omitzero"`     // when it is told again; zero means now
	Failures int       `json:"failures,omitempty"`
	Error    string    `json:"error,omitempty"` // why it does not hold, in the hub's words or ours

	LastPush time.Time `json:"last_push,omitzero"` // the last delivery that was signed
	Missed   bool      `json:"missed,omitempty"`   // a poll since then found news that was not delivered
}

// PushState is how a subscription stands.
type PushState string

// The states of a subscription.
const (
	PushWanted   PushState = "wanted"   // the hub has not verified it yet
	PushHeld     PushState = "held"     // verified, and good until the lease ends
	PushDenied   PushState = "denied"   // by the hub
	PushUnwanted PushState = "unwanted" // to be ended
)

// Active says whether what is new comes by itself: a lease holds, the hub has delivered before, and no poll since then has
// found news that it kept to itself.
func (s Subscription) Active(now time.Time) bool {
	return s.State == PushHeld && now.Before(s.Until) && !s.LastPush.IsZero() && !s.Missed
}

// PushToken makes the secret part of a callback's address for a feed. Its first half finds the subscription; its second is
// 128 random bits, without which nobody gets further.
func PushToken(feed string) string {
	secret := make([]byte, 16)
	rand.Read(secret) // never fails (crypto/rand)
	return hex.EncodeToString(hash16(feed)) + hex.EncodeToString(secret)
}

// Push gives a feed's subscription; ok is false if it has none.
func (s *Store) Push(ctx context.Context, feed string) (sub Subscription, ok bool, err error) {
	return s.push(ctx, hash16(feed))
}

// PushOf gives the subscription that a callback's token is of; ok is false if it is of none.
func (s *Store) PushOf(ctx context.Context, token string) (sub Subscription, ok bool, err error) {
	raw, err := hex.DecodeString(token)
	if err != nil || len(raw) != 32 {
		return Subscription{}, false, nil
	}
	sub, ok, err = s.push(ctx, raw[:16])
	if !ok || subtle.ConstantTimeCompare([]byte(sub.Token), []byte(token)) != 1 {
		return Subscription{}, false, err
	}
	return sub, true, nil
}

func (s *Store) push(ctx context.Context, key []byte) (sub Subscription, ok bool, err error) {
	err = s.view(ctx, func(t tx) error {
		sub, ok, err = load[Subscription](t, bucketPushes, key)
		return err
	})
	return sub, ok, err
}

// Pushes yields all subscriptions.
func (s *Store) Pushes(ctx context.Context) iter.Seq2[Subscription, error] {
	return func(yield func(Subscription, error) bool) {
		for row, err := range s.rows(ctx, bucketPushes, nil, nil) {
			var sub Subscription
			if err == nil {
				sub, err = decode[Subscription](fmt.Sprintf("push %x", row.Key), row.Value)
			}
			if !yield(sub, err) || err != nil {
				return
			}
		}
	}
}

// ChangePush commits what change makes of a feed's subscription, which is one with Feed alone if there was none; one that it
// leaves without a hub is deleted. change may run more than once, and returns false to leave all as it is.
func (s *Store) ChangePush(ctx context.Context, feed string, change func(*Subscription) bool) error {
	err := s.update(ctx, func(t tx) error {
		sub, ok, err := load[Subscription](t, bucketPushes, hash16(feed))
		if err != nil {
			return err
		}
		if !ok {
			sub = Subscription{Feed: feed}
		}
		switch {
		case !change(&sub):
			return nil
		case sub.Hub == "":
			return t.Delete(bucketPushes, hash16(feed))
		}
		return t.put(bucketPushes, hash16(feed), sub)
	})
	if err != nil {
		return fmt.Errorf("push of feed %q: %w", feed, err)
	}
	return nil
}

// SavePushed commits the entries of a delivery with its feed's state, like those of a poll (see [Store.SavePoll]), and notes
// that it came. It fails with [ErrNotFound] if the subscription has ended meanwhile.
func (s *Store) SavePushed(ctx context.Context, state FeedState, drafts []Draft, now time.Time) (Saved, error) {
	saved, err := s.saveDrafts(ctx, drafts, now, func(t tx) error {
		if err := t.saveFeed(state); err != nil {
			return err
		}
		return t.notePush(state.URL, now)
	})
	if err != nil {
		return saved, fmt.Errorf("push of feed %q: %w", state.URL, err)
	}
	return saved, nil
}

// SaveListed commits entries with their feed's state, like SavePushed, where nobody is subscribed.
func (s *Store) SaveListed(ctx context.Context, state FeedState, drafts []Draft, now time.Time) (Saved, error) {
	saved, err := s.saveDrafts(ctx, drafts, now, func(t tx) error { return t.saveFeed(state) })
	if err != nil {
		return saved, fmt.Errorf("feed %q: %w", state.URL, err)
	}
	return saved, nil
}

func (t tx) notePush(feed string, now time.Time) error {
	sub, ok, err := load[Subscription](t, bucketPushes, hash16(feed))
	if err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("subscription: %w", ErrNotFound)
	}
	sub.LastPush, sub.Missed = now, false
	return t.put(bucketPushes, hash16(feed), sub)
}
