package socket_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dateline/storage"
	"dateline/storage/socket"
	"dateline/storage/storagetest"
)

// serve gives a store in memory and a driver that reads it through a socket. stop ends the server.
func serve(t *testing.T, ask func(context.Context, []byte, func([]byte) error) error) (held *storagetest.Memory, far *socket.Driver, stop func()) {
	t.Helper()
	path := filepath.Join(shortDir(t), "s")
	l, err := socket.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	held = storagetest.NewMemory()
	s := &socket.Server{Driver: held, Name: "test", Ask: ask, Log: slog.New(slog.DiscardHandler)}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	stop = func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("serve: %v", err)
		}
		ended <- nil
	}
	t.Cleanup(stop)
	if far, err = socket.Dial(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	if far.Holder() != "test" {
		t.Errorf("held by %q", far.Holder())
	}
	return held, far, stop
}

// shortDir is a folder whose name is short enough for a socket.
func shortDir(t *testing.T) string {
	dir, err := os.MkdirTemp("", "dl")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func fill(t *testing.T, d storage.Driver, bucket string, n int, value []byte) {
	t.Helper()
	err := d.Update(t.Context(), func(tx storage.Tx) error {
		for i := range n {
			if err := tx.Put(bucket, fmt.Appendf(nil, "%06d", i), value); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestReadsAsTheHolder compares every way of reading, near and far.
func TestReadsAsTheHolder(t *testing.T) {
	held, far, _ := serve(t, nil)
	fill(t, held, "records", 1000, []byte("value"))
	fill(t, held, "empty", 3, nil)
	fill(t, held, "large", 4, bytes.Repeat([]byte("x"), 900<<10))
	look := func(d storage.Driver) string {
		var b strings.Builder
		err := d.View(t.Context(), func(tx storage.Tx) error {
			for _, bucket := range []string{"records", "empty", "large", "none"} {
				v, err := tx.Get(bucket, []byte("000002"))
				fmt.Fprintf(&b, "%s: %d bytes, nil %v, %v\n", bucket, len(v), v == nil, err)
				for _, r := range [][2][]byte{{nil, nil}, {[]byte("000100"), []byte("000700")}, {[]byte("000999"), nil}, {[]byte("1"), []byte("0")}} {
					n, size, last := 0, 0, ""
					for row, err := range tx.Scan(bucket, r[0], r[1]) {
						if err != nil || row.Value == nil {
							return fmt.Errorf("row %q: nil %v, %w", row.Key, row.Value == nil, err)
						}
						n, size, last = n+1, size+len(row.Value), string(row.Key)
					}
					fmt.Fprintf(&b, "%q: %d rows, %d bytes, last %s\n", r, n, size, last)
				}
			}
			return nil
		})
		c, cerr := d.Changes(t.Context(), "records", 10, 5)
		fmt.Fprintf(&b, "%v, changes %v, %v\n", err, c, cerr)
		return b.String()
	}
	if near, far := look(held), look(far); near != far {
		t.Errorf("far:\n%s\nnear:\n%s", far, near)
	}
}

func TestFarIsReadOnly(t *testing.T) {
	_, far, _ := serve(t, nil)
	if err := far.Update(t.Context(), func(storage.Tx) error { return nil }); !errors.Is(err, storage.ErrReadOnly) {
		t.Errorf("update: %v", err)
	}
	err := far.View(t.Context(), func(tx storage.Tx) error {
		return errors.Join(tx.Put("a", []byte("k"), nil), tx.Delete("a", []byte("k")))
	})
	if !errors.Is(err, storage.ErrReadOnly) {
		t.Errorf("put in a view: %v", err)
	}
}

// TestStoreOverSocket has the store's own rules on top, as the commands use them.
func TestStoreOverSocket(t *testing.T) {
	held, far, _ := serve(t, nil)
	near, err := storage.Open(t.Context(), held)
	if err != nil {
		t.Fatal(err)
	}
	var drafts []storage.Draft
	for i := range 600 {
		drafts = append(drafts, storagetest.NewDraft("http://news.example/rss", i))
	}
	if _, err := near.SavePoll(t.Context(), storage.FeedState{URL: "http://news.example/rss"}, drafts); err != nil {
		t.Fatal(err)
	}
	for i := range drafts {
		drafts[i].Record.Text = strings.Repeat(fmt.Sprintf("Sentence of article %d. ", i), 20)
		if _, err := near.Put(t.Context(), drafts[i].Record, drafts[i].Mark); err != nil {
			t.Fatal(err)
		}
	}
	export := func(s *storage.Store) string {
		var b bytes.Buffer
		if _, err := storage.Export(&b, "jsonl", s.Records(t.Context(), storage.Filter{})); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	reader, err := storage.Open(t.Context(), far)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := export(reader), export(near); got != want || strings.Count(got, "\n") != 600 {
		t.Errorf("%d bytes through the socket, %d without", len(got), len(want))
	}
	if _, err := reader.Record(t.Context(), drafts[3].Record.URL); err != nil {
		t.Error(err)
	}
}

func TestAsk(t *testing.T) {
	_, far, _ := serve(t, func(_ context.Context, q []byte, reply func([]byte) error) error {
		for i := range 3 {
			if err := reply(fmt.Appendf(nil, "%s %d", q, i)); err != nil {
				return err
			}
		}
		if string(q) == "fail" {
			return errors.New("the disk is full")
		}
		return nil
	})
	for _, q := range []string{"fine", "fail"} {
		var got []string
		var failed error
		for b, err := range far.Ask(t.Context(), []byte(q)) {
			if err != nil {
				failed = err
				break
			}
			got = append(got, string(b))
		}
		if want := fmt.Sprintf("%[1]s 0,%[1]s 1,%[1]s 2", q); strings.Join(got, ",") != want {
			t.Errorf("%s: %q", q, got)
		}
		if (q == "fail") != (failed != nil && failed.Error() == "the disk is full") {
			t.Errorf("%s: error %v", q, failed)
		}
	}
}

// TestAskEndsWithTheOneWhoAsked stops the work that nobody waits for.
func TestAskEndsWithTheOneWhoAsked(t *testing.T) {
	ended := make(chan struct{})
	_, far, _ := serve(t, func(ctx context.Context, _ []byte, reply func([]byte) error) error {
		if err := reply([]byte("begun")); err != nil {
			return err
		}
		<-ctx.Done()
		close(ended)
		return ctx.Err()
	})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for _, err := range far.Ask(ctx, nil) {
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		cancel()
	}
	<-ended
}

func TestServerEndsWithItsConnections(t *testing.T) {
	held, far, stop := serve(t, nil)
	fill(t, held, "records", 10, []byte("v"))
	err := far.View(t.Context(), func(tx storage.Tx) error {
		if _, err := tx.Get("records", []byte("000001")); err != nil {
			return err
		}
		stop()
		_, err := tx.Get("records", []byte("000001"))
		return err
	})
	if !errors.Is(err, socket.ErrGone) {
		t.Errorf("a view whose server went away: %v", err)
	}
	if err := far.View(t.Context(), func(storage.Tx) error { return nil }); err == nil {
		t.Error("a view without a server succeeded")
	}
}

// TestStrangeClients sends what is no request. The server goes on.
func TestStrangeClients(t *testing.T) {
	path := filepath.Join(shortDir(t), "s")
	l, err := socket.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error)
	s := &socket.Server{Driver: storagetest.NewMemory(), Log: slog.New(slog.DiscardHandler)}
	go func() { ended <- s.Serve(ctx, l) }()
	for _, sent := range []string{"", "GET / HTTP/1.1\r\n\r\n", "\xff\xff\xff\xff\xff\xff\xff\xff", strings.Repeat("\x00", 10000)} {
		c, err := net.Dial("unix", path)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(c, sent)
		c.Close()
	}
	far, err := socket.Dial(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := far.View(t.Context(), func(tx storage.Tx) error { _, err := tx.Get("a", []byte("k")); return err }); err != nil {
		t.Errorf("after strange clients: %v", err)
	}
	for _, err := range far.Ask(t.Context(), nil) {
		if err == nil || !strings.Contains(err.Error(), "answers no questions") {
			t.Errorf("a question to one who answers none: %v", err)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the socket is left behind: %v", err)
	}
}

func TestListenReplacesAStaleSocket(t *testing.T) {
	path := filepath.Join(shortDir(t), "s")
	stale, err := net.ListenUnix("unix", &net.UnixAddr{Name: path})
	if err != nil {
		t.Fatal(err)
	}
	stale.SetUnlinkOnClose(false) // as a process leaves it that was killed
	stale.Close()
	if _, err := socket.Dial(t.Context(), path); err == nil {
		t.Fatal("a stale socket answers")
	}
	l, err := socket.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v: others may connect", info.Mode(), err)
	}
	file := filepath.Join(filepath.Dir(path), "file")
	if err := os.WriteFile(file, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := socket.Listen(file); err == nil {
		t.Error("a file was taken for a stale socket")
	}
	if b, err := os.ReadFile(file); err != nil || string(b) != "mine" {
		t.Errorf("the file is gone: %v", err)
	}
}

func TestPath(t *testing.T) {
	dir := shortDir(t)
	t.Chdir(dir)
	if got, abs := socket.Path("dateline.db"), socket.Path(filepath.Join(dir, "dateline.db")); got != abs || got != filepath.Join(dir, "dateline.db.sock") {
		t.Errorf("beside the database: %s and %s", got, abs)
	}
	deep := filepath.Join(t.TempDir(), strings.Repeat("deep/", 30), "dateline.db")
	got := socket.Path(deep)
	if len(got) > 100 || got != socket.Path(deep) || got == socket.Path(deep+"2") {
		t.Errorf("of a long path: %s", got)
	}
}
