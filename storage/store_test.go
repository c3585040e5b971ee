package storage_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/storage"
	"dateline/storage/storagetest"
)

var now = time.Date(2026, 11, 3, 8, 0, 0, 0, time.UTC)

// newStore is checked for contradictions when the test ends.
func newStore(t *testing.T) *storage.Store {
	t.Helper()
	s, err := storage.Open(t.Context(), storagetest.NewMemory())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func agency(id string) storage.Agency { return storage.Agency{ID: id, Name: "Agency " + id} }

// draft is an entry of a feed.
func draft(agencyID, feed, url, title string, published time.Time) storage.Draft {
	canonical, err := storage.CanonicalURL(url)
	if err != nil {
		panic(err)
	}
	return storage.Draft{
		Record: storage.Record{
			ID: storage.ID(agencyID, storage.URLKey(canonical)), URL: canonical, Agency: agency(agencyID), Feed: feed,
			GUID: url, Title: title, Published: published, Language: "en",
		},
		Page: url, Mark: "1",
	}
}

// poll commits a poll on the feed's latest state.
func poll(t *testing.T, s *storage.Store, feed string, drafts ...storage.Draft) storage.Saved {
	t.Helper()
	state, err := s.Feed(t.Context(), feed)
	if err != nil {
		t.Fatal(err)
	}
	state.LastPoll = now
	saved, err := s.SavePoll(t.Context(), state, drafts)
	if err != nil {
		t.Fatal(err)
	}
	return saved
}

// store commits the article of a draft.
func store(t *testing.T, s *storage.Store, d storage.Draft, text string) storage.Outcome {
	t.Helper()
	r := d.Record
	r.Text, r.Fetched = text, now
	out, err := s.Put(t.Context(), r, d.Mark, storage.Event{At: now, What: "fetched", Detail: d.Page})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func record(t *testing.T, s *storage.Store, idOrURL string) storage.Record {
	t.Helper()
	r, err := s.Record(t.Context(), idOrURL)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func pending(t *testing.T, s *storage.Store, at time.Time) (ids []string) {
	t.Helper()
	for p, err := range s.Pending(t.Context(), at) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, p.ID)
	}
	return ids
}

func wantTally(t *testing.T, s *storage.Store, feed string, want storage.Tally) {
	t.Helper()
	got, err := s.Tally(t.Context(), feed)
	if err != nil {
		t.Fatal(err)
	}
	for _, state := range storage.States {
		if got[state] != want[state] {
			t.Errorf("feed %s: %d %s, want %d", feed, got[state], state, want[state])
		}
	}
}

// long makes a text of more than the length below which a text alone names no article.
func long(s string) string {
	return strings.Repeat(s+" said at some length what had happened on that day. ", 8)
}

const (
	feedA = "http://a.example/rss"
	feedB = "http://b.example/rss"
	urlA  = "http://a.example/news/1"
	urlB  = "http://b.example/story/9"
)

func TestPollKnowsItsEntries(t *testing.T) {
	s := newStore(t)
	one, two := draft("a", feedA, urlA, "One", now), draft("a", feedA, "http://a.example/news/2", "Two", now)
	if saved := poll(t, s, feedA, one, two); len(saved.Fresh) != 2 || len(saved.Known) != 0 {
		t.Errorf("first poll: %+v", saved)
	}
	if saved := poll(t, s, feedA, one, two); len(saved.Fresh) != 0 || len(saved.Known) != 2 {
		t.Errorf("second poll: %+v", saved)
	}
	wantTally(t, s, feedA, storage.Tally{storage.Waiting: 2})
	if ids := pending(t, s, now); len(ids) != 2 {
		t.Errorf("pending: %v", ids)
	}
	storagetest.Check(t, s)
}

func TestPollRefusesAStaleState(t *testing.T) {
	s := newStore(t)
	stale := storage.FeedState{URL: feedA, LastPoll: now}
	poll(t, s, feedA, draft("a", feedA, urlA, "One", now))
	stale.ETag = "other"
	_, err := s.SavePoll(t.Context(), stale, []storage.Draft{draft("a", feedA, "http://a.example/news/2", "Two", now)})
	if !errors.Is(err, storage.ErrConflict) || !strings.Contains(err.Error(), feedA) {
		t.Errorf("a state that somebody else changed: %v", err)
	}
	if ids := pending(t, s, now); len(ids) != 1 {
		t.Errorf("a poll that was refused left %d pending", len(ids))
	}
	storagetest.Check(t, s)
}

// TestPollLargerThanATransaction gets all entries in, and the state with the last of them.
func TestPollLargerThanATransaction(t *testing.T) {
	s := newStore(t)
	var drafts []storage.Draft
	for i := range 1234 {
		drafts = append(drafts, draft("a", feedA, fmt.Sprint("http://a.example/news/", i), fmt.Sprint(i), now))
	}
	if saved := poll(t, s, feedA, drafts...); len(saved.Fresh) != 1234 {
		t.Errorf("%d fresh", len(saved.Fresh))
	}
	wantTally(t, s, feedA, storage.Tally{storage.Waiting: 1234})
	flaky := &storagetest.Flaky{Driver: storagetest.NewMemory()}
	s2, err := storage.Open(t.Context(), flaky)
	if err != nil {
		t.Fatal(err)
	}
	state := storage.FeedState{URL: feedA, ETag: "1", LastPoll: now}
	flaky.Fail = []bool{true, false} // the first part persists and reports an error
	for range 2 {
		if _, err := s2.SavePoll(t.Context(), state, drafts); err == nil {
			t.Fatal("no error")
		}
		if f, err := s2.Feed(t.Context(), feedA); err != nil || f.ETag != "" {
			t.Errorf("validators saved before their entries: %+v, %v", f, err)
		}
	}
	if _, err := s2.SavePoll(t.Context(), state, drafts); err != nil {
		t.Fatal(err)
	}
	wantTally(t, s2, feedA, storage.Tally{storage.Waiting: 1234})
	storagetest.Check(t, s2)
}

func TestGUIDWithAnotherAddress(t *testing.T) {
	s := newStore(t)
	d := draft("a", feedA, urlA, "One", now)
	d.Record.GUID = "g1"
	poll(t, s, feedA, d)
	moved := draft("a", feedA, "http://a.example/news/1-new-slug", "One", now)
	moved.Record.GUID = "g1"
	if saved := poll(t, s, feedA, moved); len(saved.Known) != 1 {
		t.Errorf("the same guid and title under another address: %+v", saved)
	}
	reused := draft("a", feedA, "http://a.example/news/77", "Another article", now)
	reused.Record.GUID = "g1"
	if saved := poll(t, s, feedA, reused); len(saved.Fresh) != 1 {
		t.Errorf("a guid used again for another article: %+v", saved)
	}
	storagetest.Check(t, s)
}

func TestPutOnce(t *testing.T) {
	s := newStore(t)
	d := draft("a", feedA, urlA, "One", now)
	poll(t, s, feedA, d)
	if out := store(t, s, d, long("Mara")); out != storage.Added {
		t.Errorf("first: %s", out)
	}
	if out := store(t, s, d, long("Mara")); out != storage.Unchanged {
		t.Errorf("second: %s", out)
	}
	r := record(t, s, urlA)
	if r.ID != d.Record.ID || r.Revision != 1 || !strings.HasPrefix(r.Hash, "sha256:") {
		t.Errorf("%+v", r)
	}
	if ids := pending(t, s, now); len(ids) != 0 {
		t.Errorf("still pending: %v", ids)
	}
	wantTally(t, s, feedA, storage.Tally{storage.Stored: 1})
	storagetest.Check(t, s)
}

func TestEditedEntryBecomesARevision(t *testing.T) {
	s := newStore(t)
	d := draft("a", feedA, urlA, "One", now)
	poll(t, s, feedA, d)
	store(t, s, d, long("Mara"))
	d.Mark = "2"
	if saved := poll(t, s, feedA, d); len(saved.Fresh) != 1 {
		t.Errorf("an edited entry: %+v", saved)
	}
	wantTally(t, s, feedA, storage.Tally{storage.Waiting: 1})
	if out := store(t, s, d, long("Jon")); out != storage.Revised {
		t.Errorf("changed text: %s", out)
	}
	if r := record(t, s, urlA); r.Revision != 2 || !strings.Contains(r.Text, "Jon") {
		t.Errorf("%+v", r)
	}
	d.Mark = "3"
	poll(t, s, feedA, d)
	if out := store(t, s, d, long("Jon")); out != storage.Unchanged {
		t.Errorf("an edit that left the text: %s", out)
	}
	d.Mark = "4"
	poll(t, s, feedA, d)
	d.Record.Partial = "timeout"
	if out := store(t, s, d, "The feed's own words"); out != storage.Unchanged {
		t.Errorf("a page that no longer comes: %s", out)
	}
	if r := record(t, s, urlA); r.Revision != 2 || r.Partial != "" {
		t.Errorf("a partial record replaced a whole one: %+v", r)
	}
	wantTally(t, s, feedA, storage.Tally{storage.Stored: 1})
	storagetest.Check(t, s)
}

// TestSameText folds two addresses of one text, in either order, under the one that was published first.
func TestSameText(t *testing.T) {
	for _, swap := range []bool{false, true} {
		s := newStore(t)
		early, late := draft("a", feedA, urlA, "Early", now.Add(-time.Hour)), draft("b", feedB, urlB, "Late", now)
		poll(t, s, feedA, early)
		poll(t, s, feedB, late)
		order := []storage.Draft{early, late}
		if swap {
			slices.Reverse(order)
		}
		store(t, s, order[0], long("Mara"))
		if out := store(t, s, order[1], "LONDON, Nov. 3 (XYZ) – "+long("MARA")); out != storage.AlsoIn {
			t.Errorf("swap %v: %s", swap, out)
		}
		for _, name := range []string{urlA, urlB, early.Record.ID, late.Record.ID} {
			if r := record(t, s, name); r.ID != early.Record.ID || len(r.AlsoIn) != 1 || r.AlsoIn[0].URL != urlB || r.AlsoIn[0].Agency.ID != "b" {
				t.Errorf("swap %v, %s: %+v", swap, name, r)
			}
		}
		wantTally(t, s, feedA, storage.Tally{storage.Stored: 1})
		wantTally(t, s, feedB, storage.Tally{storage.Duplicate: 1})
		storagetest.Check(t, s)
	}
}

func TestShortTextsNeedTheirTitle(t *testing.T) {
	s := newStore(t)
	one, two, three := draft("a", feedA, urlA, "Flood in the north", now), draft("b", feedB, urlB, "Fire in the south", now), draft("b", feedB, "http://b.example/3", "Fire in the South", now)
	poll(t, s, feedA, one)
	poll(t, s, feedB, two, three)
	for d, want := range map[*storage.Draft]storage.Outcome{&one: storage.Added, &two: storage.Added} {
		if out := store(t, s, *d, "Read more on our site."); out != want {
			t.Errorf("%s: %s, want %s", d.Record.Title, out, want)
		}
	}
	if out := store(t, s, three, "Read more on our site."); out != storage.AlsoIn {
		t.Errorf("the same short text and title: %s", out)
	}
	storagetest.Check(t, s)
}

func TestRetryAndFail(t *testing.T) {
	s := newStore(t)
	d := draft("a", feedA, urlA, "One", now)
	poll(t, s, feedA, d)
	later := now.Add(time.Hour)
	if err := s.Retry(t.Context(), d.Record.ID, later, storage.Event{At: now, What: "failed", Detail: "timeout"}); err != nil {
		t.Fatal(err)
	}
	if ids := pending(t, s, later.Add(-2*time.Second)); len(ids) != 0 {
		t.Errorf("due before its time: %v", ids)
	}
	if ids := pending(t, s, later); len(ids) != 1 {
		t.Errorf("not due at its time: %v", ids)
	}
	if got, err := s.Draft(t.Context(), d.Record.ID); err != nil || got.Tries != 1 || got.Error != "timeout" {
		t.Errorf("%+v, %v", got, err)
	}
	if at, ok, err := s.NextDue(t.Context()); err != nil || !ok || !at.Equal(later) {
		t.Errorf("next due %v, %v, %v", at, ok, err)
	}
	if err := s.Fail(t.Context(), d.Record.ID, d.Mark, storage.Event{At: now, What: "failed", Detail: "nothing there"}); err != nil {
		t.Fatal(err)
	}
	wantTally(t, s, feedA, storage.Tally{storage.Failed: 1})
	if _, err := s.Draft(t.Context(), d.Record.ID); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("still pending: %v", err)
	}
	for range 2 { // what is no longer pending is left alone
		if err := s.Retry(t.Context(), d.Record.ID, later, storage.Event{}); err != nil {
			t.Error(err)
		}
	}
	storagetest.Check(t, s)
}

func TestExplain(t *testing.T) {
	s := newStore(t)
	d := draft("a", feedA, urlA+"?utm_source=rss", "One", now)
	poll(t, s, feedA, d)
	poll(t, s, feedB, draft("b", feedB, urlA, "One, says B", now.Add(time.Hour)))
	store(t, s, d, long("Mara"))
	a, err := s.Explain(t.Context(), urlA+"?fbclid=1")
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Listings) != 2 || a.Record == nil || a.Pending != nil || len(a.Events) < 3 {
		t.Errorf("%+v", a)
	}
	for _, unknown := range []string{"http://nobody.example/", "nonsense", "", strings.Repeat("x", 1000)} {
		if _, err := s.Explain(t.Context(), unknown); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("%.20q: %v", unknown, err)
		}
	}
}

// TestStoriesAreBounded edits an entry for ever.
func TestStoriesAreBounded(t *testing.T) {
	s := newStore(t)
	d := draft("a", feedA, urlA, "One", now)
	for i := range 400 {
		d.Mark = fmt.Sprint(i)
		poll(t, s, feedA, d)
		store(t, s, d, long(fmt.Sprint("Mara ", i)))
	}
	a, err := s.Explain(t.Context(), urlA)
	if err != nil || len(a.Events) > 200 {
		t.Fatalf("%d events, %v", len(a.Events), err)
	}
	if a.Record.Revision != 400 || a.Events[0].What != "listed" {
		t.Errorf("revision %d, first event %+v", a.Record.Revision, a.Events[0])
	}
}

// arrival is an article as some feed lists it, and its text.
type arrival struct {
	draft storage.Draft
	text  string
}

// TestArrivalDoesNotMatter polls the same feeds and fetches the same pages in many orders. The export and the ledger must
// always be the same.
func TestArrivalDoesNotMatter(t *testing.T) {
	arrivals := []arrival{
		{draft("a", feedA, urlA, "Shared", now.Add(-2*time.Hour)), long("Mara")},
		{draft("b", feedB, urlB, "Shared by B", now.Add(-time.Hour)), long("Mara")},
		{draft("c", "http://c.example/rss", "http://c.example/x", "Shared by C", time.Time{}), long("Mara")},
		{draft("b", feedB, urlA, "A's own address in B's feed", now.Add(-3*time.Hour)), long("Mara")},
		{draft("a", "http://a.example/rss2", urlA, "A's second feed", now.Add(-2*time.Hour)), long("Mara")},
		{draft("a", feedA, "http://a.example/news/2", "Alone", now), long("Jon")},
		{draft("a", "http://a.example/rss2", "http://a.example/news/2", "Alone, again", now), long("Jon")},
		{draft("c", "http://c.example/rss", "http://c.example/y", "Short", now), "Too short."},
	}
	rnd := rand.New(rand.NewPCG(7, 8))
	var want, wantLedger string
	rounds := 200
	if storage.Racing {
		rounds = 25
	}
	for round := range rounds {
		s := newStore(t)
		for _, i := range rnd.Perm(len(arrivals)) {
			poll(t, s, arrivals[i].draft.Record.Feed, arrivals[i].draft)
		}
		waiting := pending(t, s, now)
		rnd.Shuffle(len(waiting), func(i, j int) { waiting[i], waiting[j] = waiting[j], waiting[i] })
		for _, id := range waiting {
			d, err := s.Draft(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(arrivals, func(a arrival) bool { return a.draft.Record.URL == d.Record.URL })
			store(t, s, d, arrivals[i].text)
		}
		storagetest.Check(t, s)
		got, ledger := export(t, s, storage.Filter{}), states(t, s, arrivals)
		if round == 0 {
			want, wantLedger = got, ledger
		}
		if got != want || ledger != wantLedger {
			t.Fatalf("round %d:\n got %s%s\nwant %s%s", round, got, ledger, want, wantLedger)
		}
	}
	if n := strings.Count(want, "\n"); n != 3 {
		t.Errorf("%d records:\n%s", n, want)
	}
}

// states lists what became of each arrival.
func states(t *testing.T, s *storage.Store, arrivals []arrival) string {
	t.Helper()
	var b strings.Builder
	for _, a := range arrivals {
		account, err := s.Explain(t.Context(), a.draft.Record.URL)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range account.Listings {
			if l.Feed == a.draft.Record.Feed && l.URL == a.draft.Record.URL {
				fmt.Fprintf(&b, "%s in %s: %s %s\n", l.URL, l.Feed, l.State, l.ID)
			}
		}
	}
	return b.String()
}

func export(t *testing.T, s *storage.Store, f storage.Filter) string {
	t.Helper()
	var b bytes.Buffer
	if _, err := storage.Export(&b, "jsonl", s.Records(t.Context(), f)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestUnknown: what another feed of any agency brought, pending or stored, is known, and so is what its own feed listed.
func TestUnknown(t *testing.T) {
	s := newStore(t)
	const feed, other = "https://a.example/rss", "https://b.example/rss"
	listed := draft("a", feed, "https://a.example/1", "One", now)
	elsewhere := draft("b", other, "https://a.example/2", "Two", now)
	poll(t, s, feed, listed)
	poll(t, s, other, elsewhere)
	again := draft("a", feed, "https://a.example/moved", "One", now)
	again.Record.GUID = listed.Record.GUID
	fresh := draft("a", feed, "https://a.example/3", "Three", now)
	got, err := s.Unknown(t.Context(), []storage.Draft{listed, draft("a", feed, "https://a.example/2", "Two", now), again, fresh})
	if err != nil || len(got) != 1 || got[0].Record.ID != fresh.Record.ID {
		t.Errorf("got %d drafts %+v, %v", len(got), got, err)
	}
	if got, err := s.Unknown(t.Context(), nil); err != nil || len(got) > 0 {
		t.Errorf("of nothing: %+v, %v", got, err)
	}
}
