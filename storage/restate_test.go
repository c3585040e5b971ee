package storage_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"dateline/storage"
	"dateline/storage/storagetest"
)

// TestLedgerFollowsTheRecord has a second look make an article repeat another, and a better extraction leave it so: the ledger says
// the same as the record.
func TestLedgerFollowsTheRecord(t *testing.T) {
	s := newStore(t)
	p := clusterPress{rand.New(rand.NewPCG(1, 2))}
	text := p.text(220)
	first, second := draft("a", feedA, urlA, "One", now), draft("b", feedB, urlB, "Two", now.Add(time.Hour))
	poll(t, s, feedA, first)
	store(t, s, first, text)
	v := lookAt(t, s, second, p.text(220))
	wantTally(t, s, feedB, storage.Tally{storage.Stored: 1})

	want := func(when string) {
		t.Helper()
		storagetest.Check(t, s)
		wantTally(t, s, feedB, storage.Tally{storage.NearDuplicate: 1})
		account, err := s.Explain(t.Context(), second.Record.ID)
		if err != nil || len(account.Listings) != 1 || account.Listings[0].Why != "repeats "+first.Record.ID {
			t.Errorf("%s: %+v, %v", when, account.Listings, err)
		}
	}
	r := second.Record
	r.Text, r.Fetched = p.edited(text, 0.02), v.Due
	if out, err := s.Revisited(t.Context(), v, nil, &r); err != nil || out != storage.Revised {
		t.Fatalf("%s, %v", out, err)
	}
	want("after a second look")

	r.Text += " more"
	if out := replaced(t, s, r); out != storage.Replaced {
		t.Fatalf("%s", out)
	}
	want("after a better extraction")
}
