package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"dateline/storage"
	"dateline/storage/raw"
)

func (a *app) dbCheckCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "check",
		Short: "Check the database: its structure, what leads where, the totals of the ledger",
		Long: `Checks all that is kept, and changes nothing: the structure of the file; that each row can be read, belongs where it is
and leads to something that exists; that each record has the hash of its text and its place in the order of export; that
the totals of the ledger are what its entries add up to, by feed and day; that the raw answers beside the database are what it
knows of them. It prints a line a problem, then what it
looked at. It may run while others work on the database.

With --json it prints one object with the keys rows (a count by bucket), entries (a count by state), raw (counts of the raw store),
problem_count, and problems (bucket, key and what), the first thousand.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.dbCheck(c.Context()) },
	}
	c.Flags().BoolVar(&a.json, "json", false, "print the result as JSON")
	return c
}

func (a *app) dbCheck(ctx context.Context) error {
	db, err := a.open(ctx, true)
	if err != nil {
		return err
	}
	defer db.Close()
	found, err := examine(ctx, db.Store)
	if err != nil {
		return err
	}
	if err := found.examineRaw(ctx, db); err != nil {
		return err
	}
	if a.json {
		err = a.printJSON(found)
	} else {
		err = a.printCheckup(found)
	}
	if err != nil || found.Count == 0 {
		return err
	}
	return a.storeError(fmt.Errorf("%s: %w: %d problems", a.dbPath, storage.ErrDamaged, found.Count))
}

// examine checks a store. Totals that can't be read are among the problems.
func examine(ctx context.Context, s *storage.Store) (found *checkup, err error) {
	found = &checkup{}
	if found.Rows, err = s.Check(ctx, found.note); err != nil {
		return nil, err
	}
	found.Entries, _, err = s.Ledger(ctx)
	if found.Count > 0 && !errors.Is(err, context.Canceled) {
		err = nil
	}
	return found, err
}

// examineRaw holds the raw store against the database. While others erase from it, a row may be gone before its record is; what is
// wrong the second time too is a problem.
func (c *checkup) examineRaw(ctx context.Context, db *database) error {
	folder := raw.OpenFolder(raw.Dir(db.path))
	var found []string
	stats, err := folder.Check(ctx, db.Store, func(what string) { found = append(found, what) })
	if err == nil && len(found) > 0 {
		stats, err = folder.Check(ctx, db.Store, func(what string) { c.note(storage.Problem{What: what}) })
	}
	if stats.Segments+stats.Captures > 0 {
		c.Raw = &stats
	}
	return err
}

func (a *app) printCheckup(found *checkup) error {
	var b strings.Builder
	for _, p := range found.Problems {
		fmt.Fprintln(&b, printable(p.String()))
	}
	if more := found.Count - len(found.Problems); more > 0 {
		fmt.Fprintf(&b, "and %d problems more\n", more)
	}
	fmt.Fprintf(&b, "%d rows checked, %d records among them: %d problems\n", found.rows(), found.Rows["records"], found.Count)
	if r := found.Raw; r != nil {
		fmt.Fprintf(&b, "%d raw answers in %d segments checked, %s\n", r.Captures, r.Segments, byteSize(r.Bytes))
	}
	if found.Entries.Total() > 0 {
		fmt.Fprintf(&b, "%d entries listed: %s\n", found.Entries.Total(), fates(found.Entries))
	}
	_, err := a.stdout.Write([]byte(b.String()))
	return err
}
