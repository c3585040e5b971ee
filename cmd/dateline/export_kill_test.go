package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"dateline/storage"
	"dateline/storage/bolt"
	"dateline/storage/socket"
)

// exportKills is how often an export of changes is killed.
const exportKills = 25

// changingStore is a store whose records change all the time, in this process, which serves it to others.
type changingStore struct {
	*storage.Store
	t    *testing.T
	n    int
	stop func() // as a process that ends
}

func newChangingStore(t *testing.T, path string) *changingStore {
	t.Helper()
	d, err := bolt.Open(path, bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := storage.Open(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	l, err := socket.Listen(socket.Path(path))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	server := &socket.Server{Driver: d, Name: holderRun, Log: slog.New(slog.DiscardHandler)}
	go func() { done <- server.Serve(ctx, l) }()
	stop := sync.OnceFunc(func() { cancel(); <-done; s.Close() })
	t.Cleanup(stop)
	return &changingStore{Store: s, t: t, stop: stop}
}

// change adds a record, revises one or removes one.
func (s *changingStore) change() {
	s.t.Helper()
	s.n++
	number := s.n
	switch {
	case s.n%7 == 3:
		number = s.n / 2
	case s.n%11 == 5:
		if _, err := s.Forget(s.t.Context(), fmt.Sprintf("https://cove.example/%d", s.n/3), "a court", time.Now()); err != nil && !errors.Is(err, storage.ErrNotFound) {
			s.t.Fatal(err)
		}
		return
	}
	r := storage.Record{
		URL: fmt.Sprintf("https://cove.example/%d", number), Agency: storage.Agency{ID: "cove"}, Feed: "https://cove.example/rss?token=hush",
		Title: fmt.Sprint("Article ", number), Published: time.Date(2026, 11, 2, 0, number, 0, 0, time.UTC),
	}
	r.ID = storage.ID("cove", storage.URLKey(r.URL))
	mark := fmt.Sprint(s.n)
	draft := storage.Draft{Record: r, Page: r.URL, Mark: mark}
	state, err := s.Feed(s.t.Context(), r.Feed)
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := s.SavePoll(s.t.Context(), state, []storage.Draft{draft}); err != nil {
		s.t.Fatal(err)
	}
	r.Text = strings.Repeat(fmt.Sprintf("What article %d says in version %d. ", number, s.n), 200)
	if _, err := s.Put(s.t.Context(), r, mark); err != nil {
		s.t.Fatal(err)
	}
}

// TestKilledConsumer kills an export that follows a changing store at random points, and starts it again. What its lines make
// up must be what the store holds.
func TestKilledConsumer(t *testing.T) {
	dir := t.TempDir()
	s := newChangingStore(t, filepath.Join(dir, "dateline.db"))
	program := linkProgram(t, dir)
	out := filepath.Join(dir, "changes.jsonl")
	start := func(args ...string) *exec.Cmd {
		c := exec.Command(program, append([]string{"export", "-o", out, "--cursor-file", filepath.Join(dir, "cursor")}, args...)...)
		c.Dir = dir
		return c
	}
	for range 100 {
		s.change()
	}
	rnd := rand.New(rand.NewPCG(7, 8))
	for range exportKills {
		c := start("--follow")
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		size := fileLength(out)
		for until := time.Now().Add(10 * time.Second); fileLength(out) == size && time.Now().Before(until); {
			s.change() // until something was written
		}
		for moment := time.Now().Add(time.Duration(rnd.Int64N(int64(30 * time.Millisecond)))); time.Now().Before(moment); {
			s.change()
		}
		if err := c.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = c.Wait()
		tear(t, rnd, out)
	}
	if said, err := start().CombinedOutput(); err != nil || !strings.HasPrefix(string(said), "dateline: cursor ") {
		t.Fatalf("%v\n%s", err, said)
	}
	s.wantCopy(out)
}

// tear cuts off some bytes that a crash of the machine may have lost: those after the last line whose cursor was kept.
func tear(t *testing.T, rnd *rand.Rand, out string) {
	t.Helper()
	kept, err := os.ReadFile(filepath.Join(filepath.Dir(out), "cursor"))
	if err != nil {
		return
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	end := bytes.LastIndex(b, []byte(`"cursor":"`+strings.TrimSpace(string(kept))+`"}}`))
	if end < 0 { // the last change that was read has no line
		return
	}
	end += bytes.IndexByte(b[end:], '\n') + 1
	if lost := len(b) - end; lost > 0 {
		if err := os.Truncate(out, int64(len(b)-rnd.IntN(lost))); err != nil {
			t.Fatal(err)
		}
	}
}

// wantCopy fails if the lines of a file make up anything else than the store.
func (s *changingStore) wantCopy(path string) {
	s.t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		s.t.Fatal(err)
	}
	copied := map[string]string{}
	for line := range strings.Lines(string(b)) {
		var seen struct {
			ID     string
			Change struct{ Kind storage.ChangeKind }
		}
		if err := json.Unmarshal([]byte(line), &seen); err != nil {
			s.t.Fatalf("%q: %v", line, err)
		}
		record, _, _ := strings.Cut(line, `,"change":`)
		copied[seen.ID] = record + "}"
		if seen.Change.Kind.Gone() {
			delete(copied, seen.ID)
		}
	}
	n := 0
	var hide redactor
	for l, err := range s.Lines(s.t.Context(), storage.Filter{}) {
		if err != nil {
			s.t.Fatal(err)
		}
		if l, err = hide.line(l); err != nil {
			s.t.Fatal(err)
		}
		n++
		if copied[l.ID] != string(l.JSON) {
			s.t.Errorf("record %s:\n got %.200s\nwant %.200s", l.ID, copied[l.ID], l.JSON)
		}
	}
	if n != len(copied) || n < 100 || strings.Contains(string(b), "hush") {
		s.t.Errorf("the copy has %d records, the store %d", len(copied), n)
	}
}

func fileLength(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// TestFollowEnds ends an export that follows with SIGTERM: all is written, and the cursor is kept.
func TestFollowEnds(t *testing.T) {
	dir := t.TempDir()
	s := newChangingStore(t, filepath.Join(dir, "dateline.db"))
	for range 200 {
		s.change()
	}
	c := exec.Command(linkProgram(t, dir), "export", "--follow", "-o", "out.jsonl", "--cursor-file", "cursor")
	c.Dir = dir
	var said bytes.Buffer
	c.Stderr = &said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	for until := time.Now().Add(20 * time.Second); fileLength(filepath.Join(dir, "cursor")) == 0 && time.Now().Before(until); {
		time.Sleep(time.Millisecond)
	}
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(); err != nil {
		t.Errorf("%v\n%s", err, said.String())
	}
	cursor, err := os.ReadFile(filepath.Join(dir, "cursor"))
	if err != nil || said.String() != "dateline: cursor "+string(cursor) {
		t.Errorf("kept %q, %v; said %q", cursor, err, said.String())
	}
	s.wantCopy(filepath.Join(dir, "out.jsonl"))
}

// TestFollowOutlivesTheDaemon has the process that holds the database end and another one begin, twice; in between nobody holds it.
func TestFollowOutlivesTheDaemon(t *testing.T) {
	dir := t.TempDir()
	db, out := filepath.Join(dir, "dateline.db"), filepath.Join(dir, "out.jsonl")
	s := newChangingStore(t, db)
	s.change()
	c := exec.Command(linkProgram(t, dir), "export", "--follow", "-o", out)
	c.Dir = dir
	var said bytes.Buffer
	c.Stderr = &said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	wait := func() {
		t.Helper()
		last, err := s.Sequence(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for until := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
			if b, _ := os.ReadFile(out); bytes.Contains(b, fmt.Appendf(nil, `"seq":%d,`, last)) {
				return
			}
			if time.Now().After(until) {
				t.Fatalf("change %d did not come", last)
			}
		}
	}
	wait()
	for range 2 {
		s.stop()
		next := newChangingStore(t, db)
		next.n, s = s.n, next
		for range 90 {
			s.change()
		}
		wait()
	}
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(); err != nil {
		t.Errorf("%v\n%s", err, said.String())
	}
	s.wantCopy(out)
}
