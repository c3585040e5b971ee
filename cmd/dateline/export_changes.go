package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"dateline/storage"
	"dateline/storage/socket"
)

// followPause is how long a reader that has all changes waits before it asks for more.
const followPause = 250 * time.Millisecond

// safeEvery is after how many changes the output is made safe and the cursor kept, when there are more to come.
const safeEvery = 5000

// changes is an export of what changed since a cursor.
type changes struct {
	*app
	o      exportOptions
	cursor storage.Cursor
	out    *changeOutput
	unkept int // changes that were written and perhaps are not safe
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
	db, err := c.begin(ctx) // before the output is touched
	if err != nil {
		return err
	}
	if err := db.Close(); err != nil {
		return err
	}
	if c.out, err = openChangeOutput(o.out, a.stdout); err != nil {
		return err
	}
	err = c.drain(ctx)
	for o.follow && (err == nil || passing(err)) {
		select {
		case <-time.After(followPause):
			err = c.drain(ctx)
		case <-ctx.Done():
			err = ctx.Err()
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

// passing says whether an error is one that a reader who stays may wait for the end of: the process that holds the database
// ended, or another one keeps it for itself.
func passing(err error) bool {
	return errors.Is(err, socket.ErrGone) || errors.Is(err, storage.ErrLocked)
}

// Bounds of what is read at once: changes, and bytes of their lines.
const (
	maxRound      = 1000
	maxRoundBytes = 16 << 20
)

// round is some changes as lines, and the cursor after them.
type round struct {
	lines []byte
	next  storage.Cursor
	n     int  // changes, also of records that nobody asked for
	more  bool // there may be
}

// read reads the next changes. The database is let go of before they are written: a reader of the pipe that has stalled must not
// keep an ingest waiting.
func (c *changes) read(ctx context.Context) (r round, err error) {
	db, err := c.begin(ctx)
	if err != nil {
		return r, err
	}
	defer db.Close()
	r.next = c.cursor
	for change, err := range db.Changes(ctx, c.cursor.Seq, c.o.filter) {
		if err != nil {
			return r, err
		}
		r.next.Seq = change.Seq
		if r.lines, err = c.appendLine(r.lines, change, r.next); err != nil {
			return r, err
		}
		if r.n++; r.n == maxRound || len(r.lines) > maxRoundBytes {
			r.more = true
			break
		}
	}
	return r, nil
}

// begin opens the database, and refuses a cursor of another one.
func (c *changes) begin(ctx context.Context) (*database, error) {
	db, err := c.open(ctx, true)
	if err != nil {
		return nil, err
	}
	cursor, err := db.Cursor(ctx, c.cursor)
	switch {
	case errors.Is(err, storage.ErrCursor):
		err = hint(err, "--after %s reads all of this one; a copy that was made of the other is to be thrown away first", storage.CursorStart)
	case errors.Is(err, storage.ErrNameless):
		err = hint(fmt.Errorf("%s: %w", c.dbPath, err), "the next dateline ingest gives it one")
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	c.cursor = cursor
	return db, nil
}

// appendLine adds the line of a change, if it was asked for.
func (c *changes) appendLine(lines []byte, change storage.Changed, next storage.Cursor) (_ []byte, err error) {
	if !change.Asked() {
		return lines, nil
	}
	if !change.Kind.Gone() {
		if change.Line, err = c.hide.line(change.Line); err != nil {
			return lines, err
		}
	}
	line, err := change.JSON(next.String())
	if err != nil {
		return lines, err
	}
	return append(append(lines, line...), '\n'), nil
}

// drain writes all changes that there are, and keeps the cursor from time to time.
func (c *changes) drain(ctx context.Context) error {
	for more := true; more; {
		r, err := c.read(ctx)
		if err != nil {
			return err
		}
		if _, err := c.out.Write(r.lines); err != nil {
			return err
		}
		c.cursor, c.unkept, more = r.next, c.unkept+r.n, r.more
		if c.unkept >= safeEvery || c.unkept > 0 && !more {
			if err := c.keep(); err != nil {
				return err
			}
		}
	}
	return nil
}

// keep makes what was written safe, and then the cursor.
func (c *changes) keep() error {
	if err := c.out.save(); err != nil || c.o.cursorFile == "" {
		return err
	}
	c.unkept = 0
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
