package storage_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"dateline/storage"
	"dateline/storage/storagetest"
)

// oldStore is a store with records as schema 3 wrote them: plain lines, with their stories and listings beside them.
func oldStore(t *testing.T, records int) (d *storagetest.Memory, lines map[string]string) {
	t.Helper()
	d, lines = storagetest.NewMemory(), map[string]string{}
	s, err := storage.Open(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 3, 8, 0, 0, 0, time.UTC)
	var drafts []storage.Draft
	for i := range records {
		drafts = append(drafts, storagetest.NewDraft("http://news.example/rss", i))
	}
	if _, err := s.SavePoll(t.Context(), storage.FeedState{URL: "http://news.example/rss", LastPoll: now}, drafts); err != nil {
		t.Fatal(err)
	}
	for i, draft := range drafts {
		r := draft.Record
		r.Text = fmt.Sprintf("Text %d. %s", i, strings.Repeat("A sentence of it. ", 20))
		if _, err := s.Put(t.Context(), r, "1", storage.Event{At: now, What: "fetched", Detail: r.URL}); err != nil {
			t.Fatal(err)
		}
	}
	err = d.Update(t.Context(), func(tx storage.Tx) error {
		for _, draft := range drafts {
			line, err := unpackRecord(t.Context(), s, tx, draft.Record.ID)
			if err != nil {
				return err
			}
			lines[draft.Record.ID] = line
		}
		return tx.Put("meta", []byte("schema"), []byte("3"))
	})
	if err != nil {
		t.Fatal(err)
	}
	return d, lines
}

// unpackRecord writes a record's rows in the older form, and gives its line.
func unpackRecord(ctx context.Context, s *storage.Store, tx storage.Tx, id string) (string, error) {
	var r storage.Record
	row, err := tx.Get("records", []byte(id))
	if err != nil {
		return "", err
	}
	if err := storage.Decode(tx, "records", storage.Row{Key: []byte(id), Value: row}, &r); err != nil {
		return "", err
	}
	story := storage.Story{ID: id, Events: []storage.Event{{What: "listed"}, {What: "fetched"}}}
	for row, err := range tx.Scan("listings", nil, nil) {
		if err != nil {
			return "", err
		}
		var l storage.Listing
		if err := storage.Decode(tx, "listings", row, &l); err != nil {
			return "", err
		}
		if l.ID == id {
			b, err := json.Marshal(l)
			if err := errors.Join(err, tx.Put("listings", row.Key, b)); err != nil {
				return "", err
			}
			story.Listings = append(story.Listings, row.Key)
		}
	}
	line, err := r.Line()
	if err != nil {
		return "", err
	}
	b, err := json.Marshal(story)
	return string(line), errors.Join(err, tx.Put("records", []byte(id), line), tx.Put("stories", []byte(id), b))
}

// TestUpgradeGoesOn has the first commit of the upgrade fail, then the second one, and so on, before it persisted and after, as a
// kill would: opened again, it goes on, and in the end nothing is lost or changed.
func TestUpgradeGoesOn(t *testing.T) {
	d, lines := oldStore(t, 450)
	step := 1
	if storage.Racing {
		step = 5
	}
	for run := 0; ; run += step {
		f := &storagetest.Flaky{Driver: keepOpen{d}}
		s, err := storage.Open(t.Context(), &failAt{f: f, at: run / 2, persisted: run%2 == 1})
		if err == nil {
			if run < 6 {
				t.Errorf("the upgrade of 450 records was done in %d transactions: they are not bounded", run/2)
			}
			checkUpgraded(t, s, lines)
			return
		}
		if !errors.Is(err, storagetest.ErrCommit) || run > 45 {
			t.Fatal(err)
		}
	}
}

// failAt is a driver of which one commit fails, by its number.
type failAt struct {
	f         *storagetest.Flaky
	at        int
	persisted bool
}

func (d *failAt) Update(ctx context.Context, fn func(storage.Tx) error) error {
	if d.at == 0 {
		d.f.Fail = []bool{d.persisted}
	}
	d.at--
	return d.f.Update(ctx, fn)
}

func (d *failAt) View(ctx context.Context, fn func(storage.Tx) error) error { return d.f.View(ctx, fn) }
func (d *failAt) Close() error                                              { return d.f.Close() }
func (d *failAt) Changes(ctx context.Context, bucket string, after uint64, limit int) ([]storage.Change, error) {
	return d.f.Changes(ctx, bucket, after, limit)
}

// keepOpen is a driver that a failed open does not close.
type keepOpen struct{ storage.Driver }

func (keepOpen) Close() error { return nil }

func checkUpgraded(t *testing.T, s *storage.Store, lines map[string]string) {
	t.Helper()
	n := 0
	for r, err := range s.Records(t.Context(), storage.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		line, err := r.Line()
		if err != nil || string(line) != lines[r.ID] {
			t.Errorf("record %s is\n%s, was\n%s, %v", r.ID, line, lines[r.ID], err)
		}
		a, err := s.Explain(t.Context(), r.ID)
		if err != nil || len(a.Events) != 2 || len(a.Listings) != 1 || a.Listings[0].ID != r.ID || a.Listings[0].Title != r.Title {
			t.Errorf("record %s: %+v, %v", r.ID, a, err)
		}
		n++
	}
	if n != len(lines) {
		t.Errorf("%d records, want %d", n, len(lines))
	}
	storagetest.Check(t, s)
	err := s.Driver().View(t.Context(), func(tx storage.Tx) error {
		for row, err := range tx.Scan("records", nil, nil) {
			if err != nil {
				return err
			}
			if row.Value[0] == '{' {
				t.Errorf("record %s is not packed", row.Key)
			}
		}
		for row := range tx.Scan("stories", nil, nil) {
			t.Errorf("story %s stands beside its record", row.Key)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
