package storage_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"dateline/storage"
)

// filled is a value without a field that is empty, so that one which is not stored is seen.
func filled[T any](change func(*T)) T {
	var v T
	fill(reflect.ValueOf(&v).Elem(), "x ا")
	change(&v)
	return v
}

// TestRoundTrip: what the store keeps between two runs comes back as it was, every field of it.
func TestRoundTrip(t *testing.T) {
	s := newStore(t)
	ctx := t.Context()
	state := filled(func(f *storage.FeedState) { f.URL, f.Revision = feedA, 0 })
	_, err := s.SavePoll(ctx, state, nil)
	same(t, err, state, func() (storage.FeedState, error) {
		f, err := s.Feed(ctx, feedA)
		f.Revision--
		return f, err
	})
	host := filled(func(*storage.HostState) {})
	same(t, s.SaveHost(ctx, host), host, func() (storage.HostState, error) {
		all, err := s.Hosts(ctx)
		return all[0], err
	})
	robots := filled(func(r *storage.Robots) { r.Rules = []byte(`{"delay":5}`) })
	same(t, s.SaveRobots(ctx, robots), robots, func() (storage.Robots, error) {
		r, _, err := s.Robots(ctx, robots.Origin)
		return r, err
	})
	day := filled(func(m *storage.Manners) { m.Day = storage.Day(now) })
	same(t, s.NoteRequests(ctx, []storage.Manners{day}, now), day, func() (m storage.Manners, err error) {
		for m, err = range s.Manners(ctx, now) {
			break
		}
		return m, err
	})
	sub := filled(func(p *storage.Subscription) { p.Feed = feedA })
	err = s.ChangePush(ctx, feedA, func(p *storage.Subscription) bool { *p = sub; return true })
	same(t, err, sub, func() (storage.Subscription, error) {
		p, _, err := s.Push(ctx, feedA)
		return p, err
	})
}

// same reads back what was saved.
func same[T any](t *testing.T, saved error, want T, read func() (T, error)) {
	t.Helper()
	if saved != nil {
		t.Errorf("%T: %v", want, saved)
		return
	}
	if got, err := read(); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%T, %v: read\n %+v, want\n %+v", want, err, got, want)
	}
}

// TestFeedStateIsSmall bounds what is read for every feed at every start.
func TestFeedStateIsSmall(t *testing.T) {
	for entries, most := range map[int]int{50: 2500, 1000: 8 << 10} {
		b, err := json.Marshal(filled(func(f *storage.FeedState) { f.Listed, f.Pushed = make([]byte, 4*entries), nil }))
		if err != nil || len(b) > most {
			t.Errorf("the state of a feed of %d entries has %d bytes, want %d at most (%v)", entries, len(b), most, err)
		}
	}
}
