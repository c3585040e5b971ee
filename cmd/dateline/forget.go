package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"dateline/storage"
	"dateline/storage/raw"
)

func (a *app) forgetCommand() *cobra.Command {
	var reason string
	c := &cobra.Command{
		Use:   "forget ID|URL --reason TEXT",
		Short: "Remove an article for good, and keep it from coming back",
		Long: `Removes an article everywhere: its record and earlier revisions, what waits for its page, its story, and its titles in the
ledger, and its raw pages. It is named by its id or its address. What stays is a tombstone with the reason, the addresses, and hashes of the
text: the article does not come back under its address, by its guid, in another feed, or as the same text by another
agency. Who follows the export is told of the removal.

Backups and what was exported before are not touched, nor are raw answers of whole feeds, which tell of other entries too;
[raw] says how long those are kept. While a daemon runs, it does the work.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.forget(c.Context(), args[0], reason) },
	}
	c.Flags().StringVar(&reason, "reason", "", "why, as the tombstone will say for ever: a `text`")
	return c
}

func (a *app) forget(ctx context.Context, idOrURL, reason string) error {
	reason = strings.TrimSpace(reason)
	if reason == "" {
		return errors.New("--reason: expected why the article is removed, found none")
	}
	if err := a.mustExist(); err != nil {
		return err
	}
	db, err := a.open(ctx, false)
	if err != nil {
		return err
	}
	defer db.Close()
	tomb, err := forgetIn(ctx, db, idOrURL, reason)
	if errors.Is(err, storage.ErrNotFound) {
		return hint(fmt.Errorf("%q: no feed has listed it", idOrURL), "dateline explain tells what is known of an address")
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.stdout, "%s %s\n", tomb.ID, printable(tomb.String()))
	return err
}

// forgetHere removes an article from the database, then its raw pages. A kill in between leaves marks, and what comes next goes on.
func forgetHere(ctx context.Context, s *storage.Store, dbPath, idOrURL, reason string) (storage.Tombstone, error) {
	tomb, err := s.Forget(ctx, idOrURL, reason, time.Now())
	if err != nil {
		return tomb, err
	}
	folder := raw.OpenFolder(raw.Dir(dbPath))
	return tomb, folder.Erase(ctx, s)
}

// forgetIn removes an article, or has it removed by the process that holds the database.
func forgetIn(ctx context.Context, db *database, idOrURL, reason string) (storage.Tombstone, error) {
	if db.holder == nil {
		return forgetHere(ctx, db.Store, db.path, idOrURL, reason)
	}
	var tomb storage.Tombstone
	part, err := askOnce(ctx, db, question{Forget: idOrURL, Reason: reason})
	switch {
	case err != nil:
		return tomb, err
	case part.Unknown:
		return tomb, storage.ErrNotFound
	case part.Tombstone == nil:
		return tomb, errors.New("the process that holds the database can't forget: it is of another version")
	}
	return *part.Tombstone, nil
}
