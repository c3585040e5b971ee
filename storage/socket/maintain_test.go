package socket_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"testing"

	"dateline/storage"
	"dateline/storage/socket"
	"dateline/storage/storagetest"
)

// maintained is a driver that can be copied and checked.
type maintained struct {
	*storagetest.Memory
	copy     []byte
	problems []string
	err      error
}

func (m *maintained) Snapshot(_ context.Context, w io.Writer) error {
	for chunk := range slices.Chunk(m.copy, 100_000) {
		if _, err := w.Write(chunk); err != nil {
			return err
		}
	}
	return m.err
}

func (m *maintained) CheckStructure(_ context.Context, found func(string)) error {
	for _, p := range m.problems {
		found(p)
	}
	return m.err
}

func serveMaintained(t *testing.T, d storage.Driver) *socket.Driver {
	t.Helper()
	path := filepath.Join(shortDir(t), "s")
	l, err := socket.Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	s := &socket.Server{Driver: d, Log: slog.New(slog.DiscardHandler)}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	far, err := socket.Dial(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	return far
}

func TestSnapshotAndStructure(t *testing.T) {
	d := &maintained{Memory: storagetest.NewMemory(), copy: bytes.Repeat([]byte("dateline"), 50_000), problems: []string{"one", "two"}}
	far := serveMaintained(t, d)
	var got bytes.Buffer
	if err := far.Snapshot(t.Context(), &got); err != nil || !bytes.Equal(got.Bytes(), d.copy) {
		t.Errorf("%d of %d bytes, %v", got.Len(), len(d.copy), err)
	}
	var found []string
	if err := far.CheckStructure(t.Context(), func(what string) { found = append(found, what) }); err != nil || !slices.Equal(found, d.problems) {
		t.Errorf("%q, %v", found, err)
	}

	d.err = errors.New("the disk is on fire")
	if err := far.Snapshot(t.Context(), io.Discard); err == nil || err.Error() != d.err.Error() {
		t.Errorf("a copy that failed: %v", err)
	}
	full := errors.New("full")
	if err := far.Snapshot(t.Context(), failing{full}); !errors.Is(err, full) {
		t.Errorf("a copy that can't be written: %v", err)
	}
}

type failing struct{ error }

func (f failing) Write([]byte) (int, error) { return 0, f.error }

// TestNoSnapshot has a driver that can't be copied say so, and count as sound.
func TestNoSnapshot(t *testing.T) {
	far := serveMaintained(t, storagetest.NewMemory())
	if err := far.Snapshot(t.Context(), io.Discard); err == nil || err.Error() != storage.ErrNoSnapshot.Error() {
		t.Errorf("%v", err)
	}
	if err := far.CheckStructure(t.Context(), func(what string) { t.Error(what) }); err != nil {
		t.Error(err)
	}
}
