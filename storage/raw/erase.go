package raw

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"dateline/storage"
	"dateline/storage/warc"
)

// Erase overwrites the bytes of what [storage.Store.Forget] marked, and then forgets the mark. The places of all other
// records stay. A kill at any instant leaves the marks, and the next start goes on. It may run in another process than the one
// that appends.
func (f *Folder) Erase(ctx context.Context, db *storage.Store) error {
	var done []storage.Place
	for c, err := range db.Condemned(ctx) {
		if err == nil {
			err = f.erase(c)
		}
		if err != nil {
			return fmt.Errorf("raw store %q: erasing: %w", f.path, err)
		}
		if done = append(done, c.Place); len(done) == eraseBatch {
			if err := db.Erased(ctx, done); err != nil {
				return err
			}
			done = nil
		}
	}
	if len(done) == 0 {
		return nil
	}
	return db.Erased(ctx, done)
}

// eraseBatch is how many marks one transaction takes away.
const eraseBatch = 200

// erase overwrites one record. A segment that is gone holds nothing any more.
func (f *Folder) erase(c storage.Capture) error {
	path, err := f.find(c.Segment)
	if errors.Is(err, ErrMissing) {
		return nil
	}
	if err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_WRONLY, 0) // not to append: that would write at the end
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if c.Offset+c.Length > info.Size() {
		return nil // it was cut off with the file
	}
	return errors.Join(fill(file, c.Offset, c.Length), file.Sync())
}

// fill overwrites a part of a segment with a record of nothing.
func fill(file *os.File, offset, n int64) error {
	w := bufio.NewWriterSize(io.NewOffsetWriter(file, offset), 256<<10)
	return errors.Join(warc.WriteFiller(w, n), w.Flush())
}
