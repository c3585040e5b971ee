package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"dateline/storage"
	"dateline/storage/bolt"
)

func (a *app) dbRescueCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "rescue FILE",
		Short: "Write the records that can still be read in a damaged database as JSONL",
		Long: `Reads a database that can't be opened any more, page by page, and writes every record that is as it was stored to a file,
as export writes them, in the order of their last changes. A file that is there already is replaced. The database is not changed.
What was listed and not stored yet is not rescued: a new database asks the feeds for it.

Exit status 3 says that parts of the database could not be read, so records may be missing.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.dbRescue(c.Context(), args[0]) },
	}
}

func (a *app) dbRescue(ctx context.Context, path string) error {
	if err := a.mustExist(); err != nil {
		return err
	}
	if err := a.notTheDatabase(path); err != nil {
		return err
	}
	var good, bad, lost int
	err := writeFile(path, func(w io.Writer) (err error) {
		b := bufio.NewWriterSize(w, 1<<20)
		lost, err = bolt.Rescue(a.dbPath, "records", func(id, row []byte) error {
			r, err := storage.ReadRecord(id, row)
			if err != nil {
				bad++
				return ctx.Err()
			}
			good++
			return errors.Join(writeLine(b, r), ctx.Err())
		})
		return errors.Join(err, b.Flush())
	})
	if errors.Is(err, storage.ErrLocked) {
		return &exitError{exitStore, hint(err, "end the dateline that works on it, and rescue then")}
	}
	if errors.Is(err, storage.ErrForeign) {
		return a.storeError(err)
	}
	if err != nil {
		return err
	}
	a.say("%s: %d records", path, good)
	if bad+lost > 0 {
		a.say("%s: %d records and %d other parts could not be read", a.dbPath, bad, lost)
		return &exitError{exitSome, nil}
	}
	return nil
}

// writeLine writes a record as export does.
func writeLine(w io.Writer, r storage.Record) error {
	r = public(r)
	line, err := r.Line()
	if err == nil {
		_, err = fmt.Fprintf(w, "%s\n", line)
	}
	return err
}
