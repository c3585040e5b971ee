package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"dateline/config"
	"dateline/fetch"
	"dateline/ingest"
	"dateline/storage"
	"dateline/storage/bolt"
	"dateline/storage/socket"
)

// loadConfig reads the configuration that --config names, or the one that is found.
func (a *app) loadConfig() (*config.Config, error) {
	path, err := config.Find(a.configPath)
	if err != nil {
		return nil, err
	}
	return config.Load(path)
}

// newClient makes a client that remembers robots.txt files in a store, has its requests counted and what they brought recorded;
// where one is nil, it asks for each file anew, nobody counts, or nothing is kept.
func newClient(cfg *config.Config, robots fetch.RobotsKeeper, account *ingest.Account, recorder *ingest.Recorder) (*fetch.Client, error) {
	o := cfg.Fetch
	o.Version, o.Contact, o.Robots = version, cfg.Contact, robots
	if account != nil {
		o.Observe = account.Observe
	}
	if recorder != nil {
		o.Record = recorder
	}
	if err := o.Validate(); err != nil {
		return nil, err
	}
	return fetch.New(o), nil
}

// database is an open store, and how it was reached.
type database struct {
	*storage.Store
	path   string
	holder *socket.Driver // the process that holds the file; nil if this one does
}

// errNoDatabase is a database that is to be read and is not there.
var errNoDatabase = errors.New("no database")

// openDriver is the list of drivers: one line each.
func openDriver(path string, readOnly bool) (storage.Driver, error) {
	return bolt.Open(path, bolt.Options{ReadOnly: readOnly})
}

// How long to wait for a file that is held by a process which does not answer: it starts, ends, or only reads.
const (
	lockRetry = 50 * time.Millisecond
	lockQuiet = 2 * time.Second // before the user is told
	lockWait  = 10 * time.Second
)

// open opens the database. If another process holds the file and serves it, the store stands on that process. Readers
// share the file, so a writer waits for them, however long they read.
func (a *app) open(ctx context.Context, readOnly bool) (*database, error) {
	began, told := time.Now(), false
	for {
		d, err := openDriver(a.dbPath, readOnly)
		if err == nil {
			return a.openStore(ctx, d, nil)
		}
		if readOnly && errors.Is(err, fs.ErrNotExist) {
			err = errNoDatabase
		}
		if !errors.Is(err, storage.ErrLocked) {
			return nil, a.storeError(err)
		}
		if holder, err := socket.Dial(ctx, socket.Path(a.dbPath)); err == nil {
			db, err := a.openStore(ctx, holder, holder)
			if !errors.Is(err, socket.ErrGone) {
				return db, err
			}
		}
		waited := time.Since(began)
		if readOnly && waited > lockWait {
			return nil, a.storeError(err)
		}
		if waited > lockQuiet && !told {
			a.say("waiting for another process to let go of %s", a.dbPath)
			told = true
		}
		select {
		case <-time.After(lockRetry):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// mustExist refuses a database that is not there, before a command that changes one makes it.
func (a *app) mustExist() error {
	if _, err := os.Stat(a.dbPath); errors.Is(err, fs.ErrNotExist) {
		return a.storeError(errNoDatabase)
	}
	return nil
}

// openAlone opens the database for a process that holds it for long. It waits for a pass that another process makes,
// and fails if that one too is there to stay.
func (a *app) openAlone(ctx context.Context) (*database, error) {
	told := false
	for {
		db, err := a.open(ctx, false)
		if err != nil || db.holder == nil {
			return db, err
		}
		if db.holder.Holder() != holderIngest {
			return nil, &exitError{exitStore, hint(fmt.Errorf("%s is held by another dateline run", a.dbPath),
				"one daemon serves all commands; --db names another database")}
		}
		if !told {
			a.say("waiting for the ingest that holds %s", a.dbPath)
			told = true
		}
		select {
		case <-time.After(lockRetry):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (a *app) openStore(ctx context.Context, d storage.Driver, holder *socket.Driver) (*database, error) {
	s, err := storage.OpenWith(ctx, d, storage.Options{Tell: func(format string, args ...any) { a.say("%s: %s", a.dbPath, fmt.Sprintf(format, args...)) }})
	if err != nil {
		return nil, a.storeError(fmt.Errorf("%s: %w", a.dbPath, err))
	}
	return &database{Store: s, path: a.dbPath, holder: holder}, nil
}

// storeError gives the exit code of a store that can't be opened, and the fix where one is known.
func (a *app) storeError(err error) error {
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, errNoDatabase):
		err = hint(fmt.Errorf("no database at %q", a.dbPath), "dateline ingest makes one; --db names another")
	case errors.Is(err, storage.ErrNewer):
		err = hint(err, "update dateline, or name another file with --db")
	case errors.Is(err, storage.ErrDamaged):
		err = hint(err, "nothing was changed in it; dateline db check tells what is wrong; a copy that dateline db backup made can replace it, and dateline db rescue saves the records that can be read")
	case errors.Is(err, storage.ErrForeign):
		err = hint(err, "nothing was changed in it; name another file with --db")
	}
	return &exitError{exitStore, err}
}

// Who may hold a database, as others are told.
const (
	holderIngest = "ingest"
	holderRun    = "run"
)

// serve lets other commands read the store while this process holds it, and ask the worker for a pass. The socket is a
// service to them: if it can't be opened, the work goes on. stop ends it.
func (a *app) serve(ctx context.Context, name string, db *database, w *ingest.Worker, log *slog.Logger) (stop func()) {
	l, err := socket.Listen(socket.Path(a.dbPath))
	if err != nil {
		log.Warn("other commands can't read while this one runs", "err", err)
		return func() {}
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	s := &socket.Server{Driver: db.Driver(), Name: name, Log: log, Ask: answer(db, w)}
	go func() {
		defer close(done)
		if err := s.Serve(ctx, l); err != nil {
			log.Warn("other commands can't read any more", "err", err)
		}
	}()
	return func() { cancel(); <-done }
}
