// Package bolt keeps a store in one bbolt file: the embedded default. One process holds the file at a time.
//
// Each bucket of the store is a bucket of the file, but for a tracked one, which is a log with an index:
//
//	name/log  number(8) of a segment's first row→ the segment: rows in the order of their changes, up to 32 KB
//	name/key  key                                → the number of its row, and whether that is a deletion; on a shelf
//
// A change appends a row and takes the key's old row out of its segment, so the log holds each key once, under its last
// change. Rows of some kilobytes would leave a third of a B+tree's pages empty; segments fill them.
//
// Buckets of small rows are shelves: see shelf.go.
//
// Files of schema 3 and before hold such a bucket's rows under its own name, `name/seq` the keys by number and `name/last`
// the numbers by key. They are read where they lie, and move to the log when they are written.
package bolt

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"dateline/storage"
)

// Options say how a file is opened. The zero value opens it for reading and writing, and creates it.
type Options struct {
	// ReadOnly shares the file with other readers. It is not created, and no write succeeds.
	ReadOnly bool

	// Wait is how long to wait for another process to let go of the file. Zero means not at all.
	Wait time.Duration
}

// Driver is a bbolt file.
type Driver struct {
	db     *bbolt.DB
	broken atomic.Bool // bbolt panicked in an update: what it holds in memory is not to be trusted any more
}

var _ storage.Driver = (*Driver)(nil)

// Open opens a file. It fails with [storage.ErrLocked] if another process holds it, with [storage.ErrForeign] if it is
// no bbolt file, with [storage.ErrDamaged] if it is one that can't be read, and with fs.ErrNotExist if it is to be read and is not
// there.
func Open(path string, o Options) (*Driver, error) {
	for {
		d, file, err := openLocked(path, o)
		if err != nil {
			return nil, err
		}
		if current, err := isCurrent(path, file); err != nil || !current {
			if err := errors.Join(err, d.Close()); err != nil {
				return nil, err
			}
			continue
		}
		for _, check := range []func() error{d.checkWhole, d.checkTree, d.checkOwn} {
			if err := check(); err != nil {
				return nil, errors.Join(err, d.Close())
			}
		}
		return d, nil
	}
}

// openLocked opens a file and takes its lock.
func openLocked(path string, o Options) (*Driver, *os.File, error) {
	if err := prepare(path, o); err != nil {
		return nil, nil, err
	}
	var file *os.File
	db, err := open(path, &bbolt.Options{
		Timeout:      max(o.Wait, time.Millisecond), // zero would wait for ever
		ReadOnly:     o.ReadOnly,
		FreelistType: bbolt.FreelistMapType, // the array form slows down as a file fragments
		OpenFile: func(name string, flag int, mode fs.FileMode) (f *os.File, err error) {
			file, err = os.OpenFile(name, flag, mode)
			return file, err
		},
	})
	if err != nil {
		if file != nil { // bbolt keeps the lock of a file that it panicked over; else it is closed, and that is all there is to know
			_ = file.Close()
		}
		return nil, nil, describe(path, err)
	}
	db.AllocSize = growth
	return &Driver{db: db}, file, nil
}

// growth is by how many bytes the file grows when it is full.
const growth = 4 << 20

// isCurrent says whether a file still has its name. One that was compacted between opening and locking has not, and what
// is written to it would be lost.
func isCurrent(path string, file *os.File) (bool, error) {
	locked, err := file.Stat()
	if err != nil {
		return false, err
	}
	named, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil && os.SameFile(locked, named), err
}

// prepare creates the file if it is to be written and is not there, and refuses what bbolt would take for a new one.
func prepare(path string, o Options) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !o.ReadOnly:
		return create(path)
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s: %w: not a regular file", path, storage.ErrForeign)
	case info.Size() == 0 && o.ReadOnly:
		return fmt.Errorf("%s: %w: the file is empty", path, storage.ErrForeign)
	case info.Size() == 0:
		return nil // bbolt makes a database of it
	}
	return checkFile(path)
}

// create makes an empty database beside the path and gives it its name when it is whole: a crash or a full disk in
// between must not leave half a file, which would be refused for ever. If somebody else was faster, theirs stays.
func create(path string) error {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, "."+filepath.Base(path)+".*")
	if err != nil {
		var at *fs.PathError
		if errors.As(err, &at) {
			at.Path, at.Op = path, "create" // the user knows no other name
		}
		return err
	}
	defer os.Remove(f.Name())
	if err := f.Close(); err != nil {
		return err
	}
	db, err := open(f.Name(), &bbolt.Options{})
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := db.Close(); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncDir(dir)
}

// open turns the panics that bbolt answers a damaged file with into errors.
func open(path string, o *bbolt.Options) (db *bbolt.DB, err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true)) // a file that ends early faults where it is mapped
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", storage.ErrDamaged, r)
		}
	}()
	return bbolt.Open(path, 0o600, o)
}

func describe(path string, err error) error {
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return fmt.Errorf("%s: %w", path, storage.ErrLocked)
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrVersionMismatch), errors.Is(err, berrors.ErrChecksum):
		return fmt.Errorf("%s: %w: %w", path, storage.ErrForeign, err)
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
		return err // names the path already
	default:
		return fmt.Errorf("%s: %w", path, err)
	}
}

// checkWhole refuses a file that ends before its last page.
func (d *Driver) checkWhole() error {
	path := d.db.Path()
	size, err := fileSize(path)
	if err != nil {
		return err
	}
	return d.view(func(t *bbolt.Tx) error {
		if size < t.Size() {
			return fmt.Errorf("%s: %w: it ends after %d of %d bytes", path, storage.ErrDamaged, size, t.Size())
		}
		return nil
	})
}

// checkOwn refuses the file of another program.
func (d *Driver) checkOwn() error {
	return d.view(func(t *bbolt.Tx) error {
		var names []string
		err := t.ForEach(func(name []byte, _ *bbolt.Bucket) error {
			names = append(names, string(name))
			return nil
		})
		if err == nil && storage.Foreign(names) {
			err = fmt.Errorf("%s: %w: it belongs to another program", d.db.Path(), storage.ErrForeign)
		}
		return err
	})
}

// view is a view for the driver itself.
func (d *Driver) view(fn func(*bbolt.Tx) error) error {
	return d.guard(d.place(), func() error { return d.db.View(fn) })
}

// syncDir makes a new file's name durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Close waits for transactions and lets go of the file.
func (d *Driver) Close() error { return d.close() }

// View implements [storage.Driver].
func (d *Driver) View(ctx context.Context, fn func(storage.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	at := d.place()
	return d.guard(at, func() error {
		return d.db.View(func(t *bbolt.Tx) error { return at.run(newTx(t), fn) })
	})
}

// Update implements [storage.Driver]. It returns after the file was synced.
func (d *Driver) Update(ctx context.Context, fn func(storage.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	at := d.place()
	err := d.guard(at, func() error {
		t, err := d.db.Begin(true)
		if err != nil {
			return err
		}
		defer rollback(t) // does nothing after a commit
		own := newTx(t)
		if err := at.run(own, fn); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil { // cancelled while it waited for its turn: leave nothing behind
			return err
		}
		return at.name(own.commit())
	})
	if errors.Is(err, berrors.ErrDatabaseReadOnly) {
		return storage.ErrReadOnly
	}
	if at.broken {
		d.broken.Store(true)
	}
	return err
}

// rollback gives a transaction up. bbolt panics at a damaged page here too, when it has said so before.
func rollback(t *bbolt.Tx) {
	defer func() { _ = recover() }()
	_ = t.Rollback()
}
