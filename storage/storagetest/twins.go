package storagetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"dateline/storage"
)

// ErrCommit is the failure of a [Flaky] driver's commit.
var ErrCommit = errors.New("the commit failed")

// Flaky is a driver whose commits fail when they are told to.
type Flaky struct {
	storage.Driver

	// Fail makes the next commits fail, one for each element: true, after they persisted; false, before.
	Fail []bool
}

// Update implements [storage.Driver].
func (f *Flaky) Update(ctx context.Context, fn func(storage.Tx) error) error {
	if len(f.Fail) == 0 {
		return f.Driver.Update(ctx, fn)
	}
	persisted := f.Fail[0]
	f.Fail = f.Fail[1:]
	if !persisted {
		err := f.Driver.Update(ctx, func(tx storage.Tx) error { return errors.Join(fn(tx), ErrCommit) })
		return err
	}
	return errors.Join(f.Driver.Update(ctx, fn), ErrCommit)
}

// testTwins repeats each of the store's transactions after a commit that failed, whether it persisted or not. The
// store must come out as if nothing had failed.
func testTwins(t *testing.T, d storage.Driver) {
	f := &Flaky{Driver: d}
	s, err := storage.Open(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 3, 8, 0, 0, 0, time.UTC)
	for i, persisted := range []bool{false, true} {
		feed := fmt.Sprintf("http://news.example/%d", i)
		drafts := []storage.Draft{NewDraft(feed, 1), NewDraft(feed, 2)}
		state := storage.FeedState{URL: feed, ETag: `"1"`, LastPoll: now}

		f.Fail = []bool{persisted}
		if _, err := s.SavePoll(t.Context(), state, drafts); !errors.Is(err, ErrCommit) {
			t.Fatalf("poll: %v", err)
		}
		if got, err := s.Feed(t.Context(), feed); err != nil || (got.ETag != "") != persisted {
			t.Errorf("persisted %v: validators %q, %v", persisted, got.ETag, err)
		}
		if _, err := s.SavePoll(t.Context(), state, drafts); err != nil {
			t.Errorf("poll, repeated: %v", err)
		}

		due := now.Add(time.Hour)
		f.Fail = []bool{persisted}
		if err := s.Retry(t.Context(), drafts[1].Record.ID, due, storage.Event{At: now, What: "failed", Detail: "timeout"}); !errors.Is(err, ErrCommit) {
			t.Fatalf("retry: %v", err)
		}

		r := drafts[0].Record
		r.Text = fmt.Sprintf("The text of the article of feed %d.", i)
		f.Fail = []bool{persisted}
		lesson := &storage.Lesson{Host: fmt.Sprint("host-", i), Agency: "agency"}
		if _, err := s.PutPage(t.Context(), r, "1", lesson, nil); !errors.Is(err, ErrCommit) {
			t.Fatalf("put: %v", err)
		}
		if _, err := s.PutPage(t.Context(), r, "1", lesson, nil); err != nil {
			t.Errorf("put, repeated: %v", err)
		}
		f.Fail = []bool{persisted}
		if _, err := s.Learn(t.Context(), count); !errors.Is(err, ErrCommit) {
			t.Fatalf("learn: %v", err)
		}
		if _, err := s.Learn(t.Context(), count); err != nil {
			t.Errorf("learn, repeated: %v", err)
		}
		if h, err := s.Health(t.Context(), "agency"); err != nil || h.Pages != i+1 {
			t.Errorf("persisted %v: %d pages learned, want %d, %v", persisted, h.Pages, i+1, err)
		}
		if got, err := s.Record(t.Context(), r.ID); err != nil || got.Revision != 1 || got.Text != r.Text {
			t.Errorf("persisted %v: revision %d, %q, %v", persisted, got.Revision, got.Text, err)
		}
		tally, err := s.Tally(t.Context(), feed)
		if err != nil || tally[storage.Stored] != 1 || tally[storage.Waiting] != 1 {
			t.Errorf("persisted %v: %v, %v", persisted, tally, err)
		}
	}
	Check(t, s)
}

// count learns how many pages there were.
func count(l storage.Lesson, _ []byte, h storage.Health) ([]byte, storage.Health) {
	h.Pages++
	return []byte(l.Host), h
}

// NewDraft is a pending entry of a feed, as a poll brings it.
func NewDraft(feed string, n int) storage.Draft {
	url := fmt.Sprintf("%s/article/%d", feed, n)
	return storage.Draft{
		Record: storage.Record{
			ID: storage.ID("agency", storage.URLKey(url)), URL: url, Feed: feed, GUID: fmt.Sprint("guid-", n),
			Agency: storage.Agency{ID: "agency", Name: "Agency"}, Title: fmt.Sprint("Article ", n),
			Published: time.Date(2026, 11, 2, n%24, 0, 0, 0, time.UTC),
		},
		Page: url, Mark: "1",
	}
}
