package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"dateline/ingest"
	"dateline/storage/raw"
)

// replay makes a whole ingest with raw segments as the network.
func (a *app) replay(ctx context.Context, dir string, feeds []string) error {
	if len(feeds) > 0 {
		return errors.New("--replay reads all feeds that the segments tell of: name none")
	}
	dir, err := filepath.Abs(dir) // its name is remembered, to go on with it
	if err != nil {
		return err
	}
	folder := raw.OpenFolder(dir)
	switch sizes, err := folder.Sizes(); {
	case err != nil:
		return err
	case sizes.Segments == 0:
		return hint(fmt.Errorf("no raw segments in %q", dir), "they are in dateline.raw beside dateline.db")
	}
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	db, err := a.openAlone(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	log := a.logger(isTerminal(a.stderr))
	client, err := newClient(cfg, nil, nil, nil)
	if err != nil {
		return err
	}
	watch, done := a.watch()
	report, err := ingest.New(db.Store, client, cfg, log).Replay(ctx, folder, watch)
	done()
	if errors.Is(err, ingest.ErrNotNew) {
		return hint(fmt.Errorf("%s: %w", a.dbPath, err), "--db names a new database")
	}
	if err != nil {
		return err
	}
	return a.printReport(report)
}
