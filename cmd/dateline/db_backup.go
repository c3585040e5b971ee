package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"dateline/storage"
)

func (a *app) dbBackupCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the database to a file, also while it is written to, and check the copy",
		Long: `Copies the database as it is at one moment, also while a daemon works on it, and checks the copy as db check does. The
file appears whole and checked, or not at all; one that is there already is replaced. To go back to it, end the daemon
and put it in the database's place. Whoever follows the changes with export --after starts anew then: a copy refuses cursors of
the database.

Raw answers lie beside the database in files that only grow, and are copied as files.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.dbBackup(c.Context(), args[0]) },
	}
}

func (a *app) dbBackup(ctx context.Context, path string) error {
	if err := a.notTheDatabase(path); err != nil {
		return err
	}
	db, err := a.open(ctx, true)
	if err != nil {
		return err
	}
	defer db.Close()
	beside, err := snapshotBeside(ctx, db.Store, path)
	if beside != "" {
		defer os.Remove(beside) // has another name if all went well
	}
	if err != nil {
		return named(path, err)
	}
	found, err := checkCopy(ctx, beside)
	if err != nil {
		return fmt.Errorf("%q: the copy can't be read: %w", path, err)
	}
	if found.Count > 0 {
		return a.storeError(fmt.Errorf("%s: %w: %d problems in the copy, the first: %s", a.dbPath, storage.ErrDamaged, found.Count, found.Problems[0]))
	}
	if err := renameCopy(ctx, beside); err != nil {
		return fmt.Errorf("%q: %w", path, err)
	}
	if err := putInPlace(beside, path); err != nil {
		return named(path, err)
	}
	a.say("%s: %d rows, %d records, checked", path, found.rows(), found.Rows["records"])
	return nil
}

// notTheDatabase refuses a file that is the database itself.
func (a *app) notTheDatabase(path string) error {
	to, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return named(path, err)
	}
	if from, err := os.Stat(a.dbPath); err == nil && os.SameFile(from, to) {
		return fmt.Errorf("%q is the database itself", path)
	}
	if !to.Mode().IsRegular() {
		return fmt.Errorf("%q: not a regular file", path)
	}
	return nil
}

// snapshotBeside copies the database into a new file in the folder of a path, and syncs it.
func snapshotBeside(ctx context.Context, s *storage.Store, path string) (beside string, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return "", err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	err = s.Snapshot(ctx, w)
	return f.Name(), errors.Join(err, w.Flush(), f.Sync(), f.Close())
}

// checkCopy opens a copy as a store of its own and checks it.
func checkCopy(ctx context.Context, path string) (found *checkup, err error) {
	d, err := openDriver(path, true)
	if err != nil {
		return nil, err
	}
	s, err := storage.Open(ctx, d)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return examine(ctx, s)
}

// renameCopy gives a copy a name of its own, so that nobody takes its changes for those of the database.
func renameCopy(ctx context.Context, path string) error {
	d, err := openDriver(path, false)
	if err != nil {
		return err
	}
	s, err := storage.Open(ctx, d)
	if err != nil {
		return err
	}
	return errors.Join(s.Rename(ctx), s.Close())
}

// putInPlace gives a file its name for good.
func putInPlace(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(to))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
