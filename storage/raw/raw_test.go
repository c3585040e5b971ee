package raw

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"dateline/storage"
	"dateline/storage/storagetest"
)

var rawDay = time.Date(2026, 11, 25, 8, 30, 0, 123456000, time.UTC)

// rawTest is a store with a database in memory, in a folder of the test's.
type rawTest struct {
	*Store
	db  *storage.Store
	dir string
}

// openMemory gives a database in memory.
func openMemory(t testing.TB) *storage.Store {
	t.Helper()
	db, err := storage.Open(t.Context(), storagetest.NewMemory())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func newRawTest(t *testing.T, o Options) *rawTest {
	t.Helper()
	r := &rawTest{db: openMemory(t), dir: filepath.Join(t.TempDir(), "dateline.raw")}
	r.open(t, o)
	t.Cleanup(func() { r.Close() })
	return r
}

func (r *rawTest) open(t *testing.T, o Options) {
	t.Helper()
	var err error
	if r.Store, err = Open(t.Context(), r.dir, r.db, o); err != nil {
		t.Fatal(err)
	}
}

// put appends a page and commits its row.
func (r *rawTest) put(t *testing.T, url string, at time.Time, body string) storage.Capture {
	t.Helper()
	c, _, err := r.Append(Exchange{Kind: "page", URL: url, Start: at, Status: 200, Header: map[string][]string{"Content-Type": {"text/html"}},
		Body: []byte(body)}, "entry of "+url)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.db.SaveCaptures(t.Context(), []storage.Capture{c}); err != nil {
		t.Fatal(err)
	}
	return c
}

// clean fails the test if the check finds anything.
func (r *rawTest) clean(t *testing.T) Stats {
	t.Helper()
	s, err := r.Check(t.Context(), r.db, func(p string) { t.Errorf("check: %s", p) })
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (r *rawTest) problems(t *testing.T) (all []string) {
	t.Helper()
	if _, err := r.Check(t.Context(), r.db, func(p string) { all = append(all, p) }); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestExchangesComeBack(t *testing.T) {
	r := newRawTest(t, Options{})
	html := map[string][]string{"Content-Type": {"text/html"}, "Etag": {`"1"`}}
	for _, x := range []Exchange{
		{Kind: "page", URL: "http://a.example/1", Status: 200, Header: html, Body: []byte("<p>text")},
		{Kind: "page", URL: "http://a.example/1", Status: 200, Header: map[string][]string{"Content-Encoding": {"gzip"}}, Body: []byte{0x1f, 0x8b, 8, 0, 1}},
		{Kind: "feed", URL: "http://a.example/rss", Status: 304, Header: map[string][]string{"Etag": {`"1"`}}, Body: []byte{}},
		{Kind: "page", URL: "http://a.example/2", Status: 301, Header: map[string][]string{"Location": {"http://a.example/1"}}, Body: []byte{}},
		{Kind: "page", URL: "http://a.example/3", Status: 200, Header: html, Body: []byte("<p>te"), Cut: "length"},
		{Kind: "page", URL: "http://a.example/4", Status: 200, Header: map[string][]string{"Content-Length": {"100"}}, Body: []byte("<p>te"), Cut: "disconnect"},
		{Kind: "robots", URL: "http://gone.example/robots.txt", Reason: "dns", Detail: "no such host"},
		{Kind: "push", URL: "http://a.example/rss", Status: 200, Header: map[string][]string{"Content-Type": {"application/rss+xml"}}, Body: []byte("<rss>")},
	} {
		x.Start = rawDay
		c, _, err := r.Append(x, "subject")
		if err != nil {
			t.Fatal(err)
		}
		h, block, err := r.Read(c.Place)
		if err != nil {
			t.Fatal(err)
		}
		got, ok, err := ReadExchange(h, block)
		if err != nil || !ok || !reflect.DeepEqual(got, x) {
			t.Errorf("got  %+v, %v, %v\nwant %+v", got, ok, err, x)
		}
	}
}

func TestRowsAndRecordsAgree(t *testing.T) {
	r := newRawTest(t, Options{Size: 2000})
	for i := range 20 {
		r.put(t, "http://a.example/"+string(rune('a'+i)), rawDay, strings.Repeat("text ", i*20))
	}
	s := r.clean(t)
	if s.Captures != 20 || s.Segments < 3 || s.Records != 20+s.Segments {
		t.Errorf("%+v", s)
	}
	n := 0
	for c, err := range r.db.CapturesOf(t.Context(), "http://a.example/c") {
		if err != nil || c.Kind != storage.CapturedPage || !c.Time.Equal(rawDay.Truncate(time.Second)) {
			t.Errorf("%+v, %v", c, err)
		}
		n++
	}
	if n != 1 {
		t.Errorf("%d captures of one address", n)
	}
	if problems, err := r.db.Check(t.Context(), func(p storage.Problem) { t.Error(p) }); err != nil {
		t.Error(problems, err)
	}
}

// Whatever a crash leaves behind the last row is cut at the next start, and what has a row stays.
func TestTornSegmentIsCut(t *testing.T) {
	r := newRawTest(t, Options{})
	r.put(t, "http://a.example/1", rawDay, "<p>one")
	last, _, err := r.Append(Exchange{Kind: "page", URL: "http://a.example/2", Start: rawDay, Status: 200, Body: []byte("two")}, "x")
	if err != nil {
		t.Fatal(err)
	}
	path := r.now.Path
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for cut := last.Offset; cut <= int64(len(whole)); cut += 7 {
		if err := os.WriteFile(path, whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		r.open(t, Options{})
		if info, err := os.Stat(path); err != nil || info.Size() != last.Offset {
			t.Fatalf("cut at %d: %d bytes are left, want %d", cut, info.Size(), last.Offset)
		}
		r.Close()
	}
	r.open(t, Options{})
	r.put(t, "http://a.example/3", rawDay, "<p>three")
	r.clean(t)
}

// What was never committed is erased by the next start, also between what was; what robots.txt said stays.
func TestWhatWasNotCommittedIsVoid(t *testing.T) {
	r := newRawTest(t, Options{})
	r.put(t, "http://a.example/1", rawDay, "<p>one")
	var lost []storage.Capture
	for _, x := range []Exchange{
		{Kind: "page", URL: "http://a.example/2", Body: bytes.Repeat([]byte("lost "), 500)},
		{Kind: "robots", URL: "http://a.example/robots.txt", Body: []byte("User-agent: *")},
		{Kind: "page", URL: "http://a.example/3", Body: []byte("lost too")},
	} {
		x.Start, x.Status = rawDay, 200
		c, _, err := r.Append(x, "x")
		if err != nil {
			t.Fatal(err)
		}
		lost = append(lost, c)
	}
	r.put(t, "http://a.example/4", rawDay, "<p>four")
	for range 2 { // the second time there is nothing to do
		r.Close()
		r.open(t, Options{})
	}
	var left []string
	for _, c := range lost {
		h, _, err := r.Read(c.Place)
		if err != nil {
			t.Fatal(err)
		}
		left = append(left, h.Target())
	}
	if want := []string{"", "http://a.example/robots.txt", ""}; !reflect.DeepEqual(left, want) {
		t.Errorf("left are %q, want %q", left, want)
	}
	if s := r.clean(t); s.Erased != 2 || s.Captures != 2 || s.Records != 6 {
		t.Errorf("%+v", s)
	}
}

// A database that is new, or older than the segments, takes nothing away from them.
func TestSegmentsOfAnotherDatabase(t *testing.T) {
	r := newRawTest(t, Options{})
	first := r.put(t, "http://a.example/1", rawDay, "<p>one")
	path := r.now.Path
	r.Close()
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r.db = openMemory(t)
	r.open(t, Options{})
	next := r.put(t, "http://a.example/2", rawDay, "<p>two")
	if next.Segment != first.Segment+1 {
		t.Errorf("written to segment %d", next.Segment)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, before) {
		t.Errorf("the segment was changed, %v", err)
	}
	r.clean(t)
}

// A segment that lost what rows point at gets nothing more, and the check says what is missing.
func TestLostBytesAreFound(t *testing.T) {
	r := newRawTest(t, Options{})
	r.put(t, "http://a.example/1", rawDay, "<p>one")
	lost := r.put(t, "http://a.example/2", rawDay, "<p>two")
	path := r.now.Path
	r.Close()
	if err := os.Truncate(path, lost.Offset+lost.Length-3); err != nil {
		t.Fatal(err)
	}
	r.open(t, Options{})
	after := r.put(t, "http://a.example/3", rawDay, "<p>three")
	if after.Segment != lost.Segment+1 {
		t.Errorf("written to segment %d", after.Segment)
	}
	if found := r.problems(t); len(found) != 1 || !strings.Contains(found[0], "no record that can be read") {
		t.Errorf("problems %q", found)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if found := r.problems(t); len(found) != 1 || !strings.Contains(found[0], "is missing in") {
		t.Errorf("problems %q", found)
	}
}

func TestEveryFlippedByteOfABlockIsFound(t *testing.T) {
	r := newRawTest(t, Options{})
	c := r.put(t, "http://a.example/1", rawDay, "<p>one")
	r.put(t, "http://a.example/2", rawDay, "<p>two")
	path := r.now.Path
	r.Close()
	_, want, err := r.Read(c.Place)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := c.Offset + 10; at < c.Offset+c.Length; at++ { // behind what a gzip head says of time and system
		damaged := bytes.Clone(whole)
		damaged[at] ^= 0x10
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		all := strings.Join(r.problems(t), "\n")
		if _, block, err := r.Read(c.Place); all == "" && (err != nil || !bytes.Equal(block, want)) {
			t.Errorf("byte %d: not found", at) // some bits at the end of a compressed stream mean nothing
		}
		if strings.Contains(all, "a.example/2") || strings.Count(all, "no record that can be read") > 1 {
			t.Errorf("byte %d: the record behind is said to be damaged too: %s", at, all)
		}
	}
}

// What was erased can't be read from the disk, under none of its names, and all else can.
func TestErase(t *testing.T) {
	r := newRawTest(t, Options{})
	kept := r.put(t, "http://a.example/1", rawDay, "<p>kept text")
	gone := r.put(t, "http://a.example/2", rawDay, "<p>secret text")
	r.put(t, "http://a.example/2", rawDay.Add(time.Hour), "<p>secret text again")
	if err := r.db.Condemn(t.Context(), "http://a.example/2"); err != nil {
		t.Fatal(err)
	}
	if err := r.Erase(t.Context(), r.db); err != nil {
		t.Fatal(err)
	}
	if _, block, err := r.Read(kept.Place); err != nil || !bytes.Contains(block, []byte("kept text")) {
		t.Errorf("what was to stay: %q, %v", block, err)
	}
	h, block, err := r.Read(gone.Place)
	if err != nil || h.Target() != "" || len(bytes.TrimSpace(block)) > 0 {
		t.Errorf("what was to go: %v %q, %v", h, block, err)
	}
	r.put(t, "http://a.example/3", rawDay, "<p>later")
	if s := r.clean(t); s.Captures != 2 || s.Erased != 2 {
		t.Errorf("%+v", s)
	}
	for c := range r.db.Condemned(t.Context()) {
		t.Errorf("still marked: %+v", c)
	}
}

// An erasure that was begun is ended by the next start.
func TestEraseAfterACrash(t *testing.T) {
	r := newRawTest(t, Options{})
	c := r.put(t, "http://a.example/2", rawDay, strings.Repeat("<p>secret text", 1000))
	r.put(t, "http://a.example/4", rawDay, "<p>behind it")
	if err := r.db.Condemn(t.Context(), "entry of http://a.example/2"); err != nil {
		t.Fatal(err)
	}
	path := r.now.Path
	r.Close()
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt([]byte("half of a filler"), c.Offset); err != nil {
		t.Fatal(err)
	}
	f.Close()
	r.open(t, Options{})
	r.put(t, "http://a.example/3", rawDay, "<p>later")
	if s := r.clean(t); s.Erased != 1 || s.Captures != 2 {
		t.Errorf("%+v", s)
	}
}

func TestExpire(t *testing.T) {
	r := newRawTest(t, Options{})
	for day := range 5 {
		r.put(t, "http://a.example/1", rawDay.AddDate(0, 0, day), "<p>text")
	}
	now := rawDay.AddDate(0, 0, 5)
	if n, err := r.Expire(t.Context(), r.db, 0, now); n != 0 || err != nil {
		t.Errorf("for ever: %d, %v", n, err)
	}
	// Kept for two days: the segments of the first two are whole older than that.
	if n, err := r.Expire(t.Context(), r.db, 48*time.Hour, now); n != 2 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if s := r.clean(t); s.Segments != 3 || s.Captures != 3 {
		t.Errorf("%+v", s)
	}
	if n, err := r.Expire(t.Context(), r.db, time.Hour, now.AddDate(1, 0, 0)); n != 2 || err != nil {
		t.Errorf("a year later: %d, %v: the one that is written to stays", n, err)
	}
}

// A record is in the segment before its row is committed: a sync that fails fails the commit.
func TestSyncBeforeCommit(t *testing.T) {
	r := newRawTest(t, Options{})
	c, _, err := r.Append(Exchange{Kind: "page", URL: "http://a.example/1", Start: rawDay, Status: 200}, "x")
	if err != nil {
		t.Fatal(err)
	}
	r.file.Close()
	if err := r.db.SaveCaptures(t.Context(), []storage.Capture{c}); !errors.Is(err, os.ErrClosed) {
		t.Errorf("the commit went on: %v", err)
	}
	// Another day begins another segment, and must not make the commit forget what this one lacks.
	if _, _, err := r.Append(Exchange{Kind: "page", URL: "http://a.example/2", Start: rawDay.AddDate(0, 0, 1), Status: 200}, "y"); !errors.Is(err, os.ErrClosed) {
		t.Errorf("another segment was begun: %v", err)
	}
	if err := r.db.SaveCaptures(t.Context(), []storage.Capture{c}); !errors.Is(err, os.ErrClosed) {
		t.Errorf("the commit went on then: %v", err)
	}
	for range r.db.Captures(t.Context(), storage.Place{}) {
		t.Error("the row is there")
	}
	r.file, r.dirty = nil, false
}

// Many append at once, and nobody's record is torn.
func TestManyAppend(t *testing.T) {
	r := newRawTest(t, Options{Size: 20_000})
	done := make(chan error)
	for i := range 8 {
		go func() {
			for range 20 {
				c, _, err := r.Append(Exchange{Kind: "page", URL: "http://a.example/" + string(rune('a'+i)), Start: rawDay, Status: 200,
					Body: bytes.Repeat([]byte{byte(i)}, 500)}, "x")
				if err == nil {
					err = r.db.SaveCaptures(context.Background(), []storage.Capture{c})
				}
				if err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range 8 {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	if s := r.clean(t); s.Captures != 160 {
		t.Errorf("%+v", s)
	}
}

func TestTrip(t *testing.T) {
	r := newRawTest(t, Options{})
	c, id, err := r.Append(Exchange{Kind: "page", URL: "http://a.example/1", Start: rawDay, Status: 200}, "abc")
	if err != nil {
		t.Fatal(err)
	}
	trip := Trip{Kind: KindPage, Subject: "abc", URL: "http://a.example/1", At: rawDay, Data: []byte(`{"a":1}`)}
	trip.Add(c, id)
	end, err := r.AppendTrip(trip)
	if err != nil {
		t.Fatal(err)
	}
	h, block, err := r.Read(end.Place)
	if err != nil {
		t.Fatal(err)
	}
	got, ok, err := ReadTrip(h, block)
	trip.ids = nil
	if err != nil || !ok || !reflect.DeepEqual(got, trip) || h.Get("WARC-Concurrent-To") != id {
		t.Errorf("got %+v, %v, %v", got, ok, err)
	}
}

func TestSitesAreKeptOncePerSegment(t *testing.T) {
	r := newRawTest(t, Options{})
	memory := []byte("what is remembered")
	first, err := r.AppendSite(memory, rawDay)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.db.SaveCaptures(t.Context(), []storage.Capture{first}); err != nil {
		t.Fatal(err)
	}
	if again, err := r.AppendSite(memory, rawDay); err != nil || again.Place != first.Place {
		t.Errorf("kept twice: %+v, %v", again, err)
	}
	r.put(t, "http://a.example/1", rawDay.AddDate(0, 0, 1), "<p>next day")
	if next, err := r.AppendSite(memory, rawDay.AddDate(0, 0, 1)); err != nil || next.Segment != first.Segment+1 {
		t.Errorf("the next segment lacks it: %+v, %v", next, err)
	}
	if got, err := r.Site(t.Context(), r.db, SiteKey(memory)); err != nil || !bytes.Equal(got, memory) {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := r.Site(t.Context(), r.db, SiteKey([]byte("other"))); !errors.Is(err, ErrMissing) {
		t.Errorf("another: %v", err)
	}
}
