package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"dateline/storage"
	"dateline/storage/bolt"
)

func (a *app) dbCompactCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "compact",
		Short: "Write the database anew without the space that nothing uses",
		Long: `Writes the database anew, without the space that what was removed or replaced has left. The new file takes the old one's
place when all of it is on the disk: a kill or a full disk before leaves the old one as it was. It needs as much
free space as the database, and the database to itself: end the daemon first.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.dbCompact(c.Context()) },
	}
}

func (a *app) dbCompact(ctx context.Context) error {
	if err := a.mustExist(); err != nil {
		return err
	}
	before, after, err := bolt.Compact(ctx, a.dbPath)
	if errors.Is(err, storage.ErrLocked) {
		return &exitError{exitStore, hint(err, "end the dateline that works on it, and compact then")}
	}
	if errors.Is(err, storage.ErrForeign) || errors.Is(err, storage.ErrDamaged) {
		return a.storeError(err)
	}
	if err != nil {
		return named(a.dbPath, err)
	}
	_, err = fmt.Fprintf(a.stdout, "%s: %s before, %s now\n", a.dbPath, byteSize(before), byteSize(after))
	return err
}

// byteSize writes a size for people.
func byteSize(n int64) string {
	const step = 1024
	size, units := float64(n), []string{"B", "KiB", "MiB", "GiB", "TiB"}
	for len(units) > 1 && size >= step {
		size, units = size/step, units[1:]
	}
	if units[0] == "B" {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %s", size, units[0])
}
