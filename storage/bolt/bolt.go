// Package bolt keeps a store in one bbolt file: the embedded default. One process holds the file at a time.
//
// Each bucket of the store is a bucket of the file. A tracked bucket has two more beside it: `name/seq` holds the keys by
// the number of their last change, `name/last` that number by key.
package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"runtime/debug"
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
	db *bbolt.DB
}

var _ storage.Driver = (*Driver)(nil)

// Open opens a file. It fails with [storage.ErrLocked] if another process holds it, with [storage.ErrForeign] if it is
// no bbolt file, and with fs.ErrNotExist if it is to be read and is not there.
func Open(path string, o Options) (*Driver, error) {
	if err := prepare(path, o); err != nil {
		return nil, err
	}
	db, err := open(path, &bbolt.Options{
		Timeout:      max(o.Wait, time.Millisecond), // zero would wait for ever
		ReadOnly:     o.ReadOnly,
		FreelistType: bbolt.FreelistMapType, // the array form slows down as a file fragments
	})
	if err != nil {
		return nil, describe(path, err)
	}
	for _, check := range []func(*bbolt.DB) error{checkWhole, checkOwn} {
		if err := check(db); err != nil {
			return nil, errors.Join(fmt.Errorf("%s: %w", path, err), db.Close())
		}
	}
	return &Driver{db: db}, nil
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
	}
	return nil
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
			err = fmt.Errorf("%w: damaged: %v", storage.ErrForeign, r)
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

// checkWhole refuses a file that ends before its last page: reading on would be a fault that no recover stops.
func checkWhole(db *bbolt.DB) error {
	info, err := os.Stat(db.Path())
	if err != nil {
		return err
	}
	return db.View(func(t *bbolt.Tx) error {
		if info.Size() < t.Size() {
			return fmt.Errorf("%w: damaged: it ends after %d of %d bytes", storage.ErrForeign, info.Size(), t.Size())
		}
		return nil
	})
}

// checkOwn refuses the file of another program.
func checkOwn(db *bbolt.DB) error {
	return db.View(func(t *bbolt.Tx) error {
		var names []string
		err := t.ForEach(func(name []byte, _ *bbolt.Bucket) error {
			names = append(names, string(name))
			return nil
		})
		if err == nil && storage.Foreign(names) {
			err = fmt.Errorf("%w: it belongs to another program", storage.ErrForeign)
		}
		return err
	})
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
func (d *Driver) Close() error { return d.db.Close() }

// View implements [storage.Driver].
func (d *Driver) View(ctx context.Context, fn func(storage.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return d.db.View(func(t *bbolt.Tx) error { return fn(tx{t}) })
}

// Update implements [storage.Driver]. It returns after the file was synced.
func (d *Driver) Update(ctx context.Context, fn func(storage.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	err := d.db.Update(func(t *bbolt.Tx) error {
		if err := fn(tx{t}); err != nil {
			return err
		}
		return ctx.Err() // cancelled while it waited for its turn: leave nothing behind
	})
	if errors.Is(err, berrors.ErrDatabaseReadOnly) {
		return storage.ErrReadOnly
	}
	return err
}

// Changes implements [storage.Driver].
func (d *Driver) Changes(ctx context.Context, bucket string, after uint64, limit int) (changes []storage.Change, err error) {
	err = d.View(ctx, func(t storage.Tx) error {
		from := binary.BigEndian.AppendUint64(nil, after+1)
		for row, err := range t.Scan(bucket+"/seq", from, nil) {
			if err != nil {
				return err
			}
			if len(changes) == limit {
				break
			}
			changes = append(changes, storage.Change{Seq: binary.BigEndian.Uint64(row.Key), Key: bytes.Clone(row.Value)})
		}
		return nil
	})
	return changes, err
}

// tx is a transaction of the file.
type tx struct{ t *bbolt.Tx }

func (t tx) Get(bucket string, key []byte) ([]byte, error) {
	b := t.t.Bucket([]byte(bucket))
	if b == nil {
		return nil, nil
	}
	return b.Get(key), nil
}

func (t tx) Put(bucket string, key, value []byte) error {
	b, err := t.bucket(bucket)
	if err != nil {
		return err
	}
	if err := t.track(bucket, key); err != nil {
		return err
	}
	if value == nil {
		value = []byte{} // until the commit, bbolt would give nil back, as if there were no key
	}
	return b.Put(key, value)
}

func (t tx) Delete(bucket string, key []byte) error {
	b, err := t.bucket(bucket)
	if err != nil {
		return err
	}
	if b.Get(key) == nil {
		return nil
	}
	if err := t.track(bucket, key); err != nil {
		return err
	}
	return b.Delete(key)
}

// bucket gives a bucket to write to.
func (t tx) bucket(name string) (*bbolt.Bucket, error) {
	if !t.t.Writable() {
		return nil, storage.ErrReadOnly
	}
	return t.t.CreateBucketIfNotExists([]byte(name))
}

// track moves a key to the end of its bucket's order of changes.
func (t tx) track(bucket string, key []byte) error {
	if !storage.Tracked(bucket) {
		return nil
	}
	order, err := t.bucket(bucket + "/seq")
	if err != nil {
		return err
	}
	last, err := t.bucket(bucket + "/last")
	if err != nil {
		return err
	}
	if old := last.Get(key); old != nil {
		if err := order.Delete(bytes.Clone(old)); err != nil {
			return err
		}
	}
	n, err := order.NextSequence()
	if err != nil {
		return err
	}
	seq := binary.BigEndian.AppendUint64(nil, n)
	if err := order.Put(seq, key); err != nil {
		return err
	}
	return last.Put(key, seq)
}

func (t tx) Scan(bucket string, from, to []byte) iter.Seq2[storage.Row, error] {
	return func(yield func(storage.Row, error) bool) {
		b := t.t.Bucket([]byte(bucket))
		if b == nil {
			return
		}
		c := b.Cursor()
		for k, v := c.Seek(from); k != nil && (to == nil || bytes.Compare(k, to) < 0); k, v = c.Next() {
			if !yield(storage.Row{Key: k, Value: v}, nil) {
				return
			}
		}
	}
}
