package bolt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"go.etcd.io/bbolt"

	"dateline/storage"
)

var _ storage.Snapshotter = (*Driver)(nil)

// Snapshot implements [storage.Snapshotter]: a bbolt file. The transaction that it reads in is open until all is written, and
// pages that are freed meanwhile are not used again, so the file grows by what is written in that time. A write that has to
// map more of the file waits for the end: bbolt doubles what it maps up to a gigabyte, and then adds one at a time.
func (d *Driver) Snapshot(ctx context.Context, w io.Writer) error {
	return d.view(func(t *bbolt.Tx) error {
		_, err := t.WriteTo(cancelWriter{ctx, w})
		return err
	})
}

// cancelWriter fails when a context ends.
type cancelWriter struct {
	ctx context.Context
	w   io.Writer
}

func (c cancelWriter) Write(b []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.w.Write(b)
}

// compactBatch is how many bytes of rows go into one transaction of a new file.
const compactBatch = 8 << 20

// Compact writes a file anew without the pages that nothing uses, and gives its sizes in bytes before and after. It fails
// with [storage.ErrLocked] if another process holds the file. The new file takes the place of the old one when all of it is
// on the disk; a kill before leaves the old one and, beside it, path.compact, which the next call replaces.
func Compact(ctx context.Context, path string) (before, after int64, err error) {
	d, err := Open(path, Options{})
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if before, err = fileSize(path); err != nil {
		return 0, 0, err
	}
	beside := path + ".compact"
	if err := os.Remove(beside); err != nil && !errors.Is(err, os.ErrNotExist) {
		return 0, 0, err
	}
	if err := d.compactTo(ctx, beside); err != nil {
		return 0, 0, errors.Join(err, os.Remove(beside))
	}
	if after, err = fileSize(beside); err != nil {
		return 0, 0, err
	}
	if err := os.Rename(beside, path); err != nil {
		return 0, 0, errors.Join(err, os.Remove(beside))
	}
	return before, after, syncDir(filepath.Dir(path))
}

// compactTo copies all rows into a new file, and syncs it.
func (d *Driver) compactTo(ctx context.Context, path string) (err error) {
	dst, err := bbolt.Open(path, 0o600, &bbolt.Options{NoSync: true, FreelistType: bbolt.FreelistMapType})
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	defer func() { err = errors.Join(err, dst.Close()) }()
	at := d.place()
	err = d.guard(at, func() error {
		return d.db.View(func(t *bbolt.Tx) error {
			return t.ForEach(func(name []byte, b *bbolt.Bucket) error {
				if at.bucket = string(name); ctx.Err() != nil {
					return ctx.Err()
				}
				return copyBucket(ctx, dst, name, b)
			})
		})
	})
	if err != nil {
		return err
	}
	return dst.Sync()
}

// copyBucket copies a bucket's rows in their order, so the pages of the new file are full, and its sequence.
func copyBucket(ctx context.Context, dst *bbolt.DB, name []byte, from *bbolt.Bucket) error {
	c := from.Cursor()
	for k, v := c.First(); ; {
		err := dst.Update(func(t *bbolt.Tx) error {
			to, err := t.CreateBucketIfNotExists(name)
			if err != nil {
				return err
			}
			to.FillPercent = 1
			for size := 0; k != nil && size < compactBatch; k, v = c.Next() {
				if err := to.Put(k, v); err != nil {
					return err
				}
				size += len(k) + len(v)
			}
			return to.SetSequence(from.Sequence())
		})
		if err != nil || k == nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

func fileSize(path string) (int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
