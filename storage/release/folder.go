package release

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// folder is a folder that appears whole or not at all. It is filled beside its place, under .NAME.partial, and moved there when
// all is on the disk. Whoever fills it holds a lock on it, so that the next run can tell a leftover from a work in progress.
type folder struct {
	final   string
	partial string
	lock    *os.File
	whole   bool // it was moved
}

// ErrBusy is a release that another process is writing.
var ErrBusy = errors.New("another release is being written there")

func newFolder(dir string) (*folder, error) {
	final, err := place(dir)
	if err != nil {
		return nil, err
	}
	f := &folder{final: final, partial: filepath.Join(filepath.Dir(final), "."+filepath.Base(final)+".partial")}
	if err := f.clear(); err != nil {
		return nil, fmt.Errorf("%q: %w", dir, err)
	}
	if err := os.Mkdir(f.partial, 0o755); err != nil {
		return nil, err
	}
	if f.lock, err = lock(f.partial); err != nil {
		return nil, fmt.Errorf("%q: %w", dir, err)
	}
	return f, nil
}

// place is where a folder will be: links are followed, and nothing may be there but an empty folder.
func place(dir string) (string, error) {
	final, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if real, err := filepath.EvalSymlinks(final); err == nil {
		final = real
	}
	if err := mustBeEmpty(final); err != nil {
		return "", fmt.Errorf("%q: %w", dir, err)
	}
	return final, nil
}

// mustBeEmpty fails for what is there, but for an empty folder.
func mustBeEmpty(dir string) error {
	entries, err := os.ReadDir(dir)
	var failed *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case errors.As(err, &failed):
		return failed.Err
	case err != nil:
		return err
	case len(entries) > 0:
		return errors.New("the folder is not empty")
	}
	return nil
}

// clear removes what a run that was killed has left, and nothing that is still being written.
func (f *folder) clear() error {
	held, err := lock(f.partial)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(os.RemoveAll(f.partial), held.Close())
}

func (f *folder) path(name string) string { return filepath.Join(f.partial, filepath.FromSlash(name)) }

// commit moves the folder to its place. Its files are on the disk already; the names in its folders, and its own, are when it
// returns nil.
func (f *folder) commit() error {
	err := filepath.WalkDir(f.partial, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		return syncFolder(path)
	})
	if err != nil {
		return err
	}
	// An empty folder goes first, since not every system renames onto one. What came there meanwhile stays, and is an error.
	if info, err := os.Lstat(f.final); err == nil && info.IsDir() {
		if err := os.Remove(f.final); err != nil {
			return err
		}
	}
	if err := os.Rename(f.partial, f.final); err != nil {
		return err
	}
	f.whole = true
	return syncFolder(filepath.Dir(f.final))
}

// close removes what was not committed.
func (f *folder) close() error {
	var err error
	if !f.whole {
		err = os.RemoveAll(f.partial)
	}
	return errors.Join(err, f.lock.Close())
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
