package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"dateline/storage"
	"dateline/storage/socket"
)

// followPause is how long a reader that has all changes waits before it asks for more.
const followPause = 250 * time.Millisecond

// safeEvery is after how many lines the output is made safe and the cursor kept, when there are more to come.
const safeEvery = 5000

// changes is an export of what changed since a cursor.
type changes struct {
	*app
	o      exportOptions
	cursor storage.Cursor
	out    *changeOutput
	hide   redactor
}

// wantsChanges says whether an export is one of changes.
func (o *exportOptions) wantsChanges() bool { return o.after != "" || o.cursorFile != "" || o.follow }

// exportChanges writes what changed since the cursor. Lines come before the cursor that is after them: a kill in between
// costs that some lines are written twice.
func (a *app) exportChanges(ctx context.Context, o exportOptions) (err error) {
	c := &changes{app: a, o: o}
	if c.cursor, err = o.firstCursor(); err != nil {
		return err
	}
	if err := c.firstRound(ctx); err != nil {
		return err
	}
	for o.follow && err == nil {
		select {
		case <-time.After(followPause):
			err = c.round(ctx)
		case <-ctx.Done():
			err = ctx.Err()
		}
		if passing(err) {
			err = nil
		}
	}
	if o.follow && errors.Is(err, context.Canceled) {
		err = nil // that is how it ends
	}
	return c.end(err)
}

// end keeps what was written, and tells the cursor only if that is safe.
func (c *changes) end(err error) error {
	kept := errors.Join(c.keep(), c.out.Close())
	if kept == nil {
		c.say("cursor %s", c.cursor)
	}
	if err == nil {
		err = kept
	}
	return err
}

// firstRound opens the output once it is known that the cursor is one of the database.
func (c *changes) firstRound(ctx context.Context) error {
	db, err := c.open(ctx, true)
	if err != nil {
		return err
	}
	defer db.Close()
	if c.cursor, err = c.check(ctx, db); err != nil {
		return err
	}
	if c.out, err = openChangeOutput(c.o.out, c.stdout); err != nil {
		return err
	}
	if err := c.drain(ctx, db); err != nil && !(c.o.follow && (passing(err) || errors.Is(err, context.Canceled))) {
		return c.end(err)
	}
	return nil
}

// round writes what changed since the last one. The file is let go of between two: a process that wants to write to it
// waits for its readers.
func (c *changes) round(ctx context.Context) error {
	db, err := c.open(ctx, true)
	if err != nil {
		return err
	}
	defer db.Close()
	if c.cursor, err = c.check(ctx, db); err != nil {
		return err
	}
	return c.drain(ctx, db)
}

// passing says whether an error is one that a reader who stays may wait for the end of: the process that holds the database
// ended, or another one keeps it for itself.
func passing(err error) bool {
	return errors.Is(err, socket.ErrGone) || errors.Is(err, storage.ErrLocked)
}

// check refuses a cursor of another database.
func (c *changes) check(ctx context.Context, db *database) (storage.Cursor, error) {
	cursor, err := db.Cursor(ctx, c.cursor)
	switch {
	case errors.Is(err, storage.ErrCursor):
		err = hint(err, "--after %s reads all of this one; a copy that was made of the other is to be thrown away first", storage.CursorStart)
	case errors.Is(err, storage.ErrNameless):
		err = hint(fmt.Errorf("%s: %w", c.dbPath, err), "the next dateline ingest gives it one")
	}
	return cursor, err
}

// drain writes all changes that there are.
func (c *changes) drain(ctx context.Context, db *database) error {
	n := 0
	for change, err := range db.Changes(ctx, c.cursor.Seq, c.o.filter) {
		if err != nil {
			return err
		}
		next := storage.Cursor{Name: c.cursor.Name, Seq: change.Seq}
		if change.Asked() {
			if err := c.write(change, next); err != nil {
				return err
			}
		}
		c.cursor = next
		if n++; n%safeEvery == 0 {
			if err := c.keep(); err != nil {
				return err
			}
		}
	}
	if n == 0 && c.out.kept {
		return nil
	}
	return c.keep()
}

func (c *changes) write(change storage.Changed, next storage.Cursor) (err error) {
	if !change.Kind.Gone() {
		if change.Line, err = c.hide.line(change.Line); err != nil {
			return err
		}
	}
	line, err := change.JSON(next.String())
	if err != nil {
		return err
	}
	_, err = c.out.Write(append(line, '\n'))
	return err
}

// keep makes what was written safe, and then the cursor.
func (c *changes) keep() error {
	if err := c.out.save(); err != nil || c.o.cursorFile == "" {
		return err
	}
	return writeFile(c.o.cursorFile, func(w io.Writer) error {
		_, err := fmt.Fprintln(w, c.cursor)
		return err
	})
}

// firstCursor is that of the file, else that of --after, else the start.
func (o *exportOptions) firstCursor() (storage.Cursor, error) {
	if o.cursorFile != "" {
		b, err := os.ReadFile(o.cursorFile)
		if err == nil {
			cursor, err := storage.ParseCursor(strings.TrimSpace(string(b)))
			if err != nil {
				err = fmt.Errorf("%q: %w", o.cursorFile, err)
			}
			return cursor, err
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return storage.Cursor{}, named(o.cursorFile, err)
		}
	}
	if o.after == "" {
		return storage.Cursor{}, nil
	}
	cursor, err := storage.ParseCursor(o.after)
	if err != nil {
		err = fmt.Errorf("--after: %w", err)
	}
	return cursor, err
}

// changeOutput is a file that grows, a pipe, or stdout.
type changeOutput struct {
	*bufio.Writer
	file *os.File // nil: stdout
	sync bool     // it is a file
	kept bool     // nothing was written since it was saved
}

// openChangeOutput opens a file to append to it. A line that a kill has cut off is cut away: its change comes again.
func openChangeOutput(path string, stdout io.Writer) (*changeOutput, error) {
	if path == "" || path == "-" {
		return &changeOutput{Writer: bufio.NewWriterSize(stdout, 64<<10)}, nil
	}
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		return &changeOutput{Writer: bufio.NewWriterSize(f, 64<<10), file: f}, err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, named(path, err)
	}
	err = cutTorn(f)
	if err == nil {
		err = syncFolder(filepath.Dir(path))
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%q: %w", path, err), f.Close())
	}
	return &changeOutput{Writer: bufio.NewWriterSize(f, 64<<10), file: f, sync: true}, nil
}

// lineStart is how each line begins, and so a file of them.
const lineStart = `{"id":"`

// errNoChanges is a file that is to be appended to and is something else.
var errNoChanges = errors.New("it is no export of changes, and would be appended to")

// cutTorn cuts away what is after the last newline of a file of lines, and goes to its end.
func cutTorn(f *os.File) error {
	start := make([]byte, len(lineStart))
	n, err := f.ReadAt(start, 0)
	if err != nil && err != io.EOF {
		return err
	}
	if string(start[:n]) != lineStart[:n] {
		return errNoChanges
	}
	end, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	for b := make([]byte, 64<<10); end > 0; {
		b = b[:min(end, int64(len(b)))]
		if _, err := f.ReadAt(b, end-int64(len(b))); err != nil {
			return err
		}
		newline := bytes.LastIndexByte(b, '\n')
		end -= int64(len(b) - 1 - newline)
		if newline >= 0 {
			break
		}
	}
	if err := f.Truncate(end); err != nil {
		return err
	}
	_, err = f.Seek(end, io.SeekStart)
	return err
}

func (o *changeOutput) Write(line []byte) (int, error) {
	o.kept = false
	return o.Writer.Write(line)
}

// save puts all that was written on the disk, or into the pipe.
func (o *changeOutput) save() error {
	if err := o.Flush(); err != nil {
		return err
	}
	o.kept = true
	if !o.sync {
		return nil
	}
	return o.file.Sync()
}

func (o *changeOutput) Close() error {
	if o.file == nil {
		return nil
	}
	return o.file.Close()
}

// syncFolder makes the name of a new file durable.
func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
