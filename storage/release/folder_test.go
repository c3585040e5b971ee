package release

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dateline/storage"
)

func TestFolder(t *testing.T) {
	parent := t.TempDir()
	full, empty, link := filepath.Join(parent, "full"), filepath.Join(parent, "empty"), filepath.Join(parent, "link")
	for _, dir := range []string{full, empty} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.WriteFile(filepath.Join(full, "mine"), nil, 0o644), os.Symlink(empty, link)); err != nil {
		t.Fatal(err)
	}
	to := func(dir string) error {
		_, err := Write(t.Context(), dir, sourceOf(article(1, nil)), Options{Judge: plainJudge})
		return err
	}
	if err := to(full); err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Errorf("into a folder with a file: %v", err)
	}
	if err := to(filepath.Join(full, "mine")); err == nil {
		t.Error("in place of a file: no error")
	}
	if err := to(link); err != nil {
		t.Errorf("into an empty folder behind a link: %v", err)
	}
	if _, err := Verify(t.Context(), empty, plainJudge); err != nil {
		t.Error(err)
	}
}

// TestTaken has something come to the place of a release while it is written.
func TestTaken(t *testing.T) {
	for _, path := range []string{"out", "out/mine"} {
		parent := t.TempDir()
		taken := filepath.Join(parent, path)
		src := sourceOf()
		src.Records = func(yield func(storage.Record, error) bool) {
			if err := errors.Join(os.MkdirAll(filepath.Dir(taken), 0o755), os.WriteFile(taken, []byte("mine"), 0o644)); err != nil {
				t.Error(err)
			}
			yield(article(1, nil), nil)
		}
		if _, err := Write(t.Context(), filepath.Join(parent, "out"), src, Options{Judge: plainJudge}); err == nil {
			t.Errorf("%q: no error", path)
		}
		if b, err := os.ReadFile(taken); string(b) != "mine" {
			t.Errorf("%q: %q %v", path, b, err)
		}
		if _, err := os.Stat(filepath.Join(parent, ".out.partial")); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%q: something is left: %v", path, err)
		}
	}
}

// TestLeftover has what a kill leaves beside the folder, and then another process that is still at it.
func TestLeftover(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	left := filepath.Join(filepath.Dir(dir), ".out.partial")
	if err := errors.Join(os.MkdirAll(filepath.Join(left, ".spool"), 0o755), os.WriteFile(filepath.Join(left, ".spool", "0"), []byte("half"), 0o644)); err != nil {
		t.Fatal(err)
	}
	busy, err := newFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Write(t.Context(), dir, sourceOf(article(1, nil)), Options{Judge: plainJudge}); !errors.Is(err, ErrBusy) {
		t.Errorf("beside another: %v", err)
	}
	if err := busy.close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Write(t.Context(), dir, sourceOf(article(1, nil)), Options{Judge: plainJudge}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(left); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the leftover is still there: %v", err)
	}
	if _, err := Verify(t.Context(), dir, plainJudge); err != nil {
		t.Error(err)
	}
}
