package main

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"dateline/config"
	"dateline/ingest"
	"dateline/storage/raw"
)

// rawStore is what keeps the network's answers beside an open database.
type rawStore struct {
	store    *raw.Store
	recorder *ingest.Recorder
	age      atomic.Int64 // how long they are kept, see [config.Raw]
	db       *database
	log      *slog.Logger
}

// openRaw opens the raw store of a database that this process holds.
func (a *app) openRaw(ctx context.Context, cfg *config.Config, db *database, log *slog.Logger) (*rawStore, error) {
	store, err := raw.Open(ctx, raw.Dir(a.dbPath), db.Store, raw.Options{Software: "dateline/" + version})
	if err != nil {
		return nil, a.storeError(err)
	}
	r := &rawStore{store: store, recorder: ingest.NewRecorder(store, cfg.Raw.Keep), db: db, log: log}
	r.use(cfg.Raw)
	return r, nil
}

// use goes by a configuration from now on.
func (r *rawStore) use(c config.Raw) {
	r.recorder.Keep(c.Keep)
	r.age.Store(int64(c.Age))
}

// expire removes what is older than the configuration keeps, and what belongs to articles that were removed. What fails is
// tried again the next time.
func (r *rawStore) expire(ctx context.Context) {
	if err := raw.OpenFolder(raw.Dir(r.db.path)).Erase(ctx, r.db.Store); err != nil && ctx.Err() == nil {
		r.log.Warn("raw pages of articles that were removed could not be erased", "err", err)
	}
	n, err := r.store.Expire(ctx, r.db.Store, time.Duration(r.age.Load()), time.Now())
	if err != nil && ctx.Err() == nil {
		r.log.Warn("old segments of the raw store could not be removed", "err", err)
	}
	if n > 0 {
		r.log.Info("old segments of the raw store removed", "segments", n)
	}
}

// expireHourly does so now and every hour until stop, which waits for it.
func (r *rawStore) expireHourly(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(time.Hour)
		defer tick.Stop()
		for {
			r.expire(ctx)
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		}
	}()
	return func() { cancel(); <-done }
}

// close syncs the last segment. Everything of it that a row points at has been before.
func (r *rawStore) close() {
	if err := r.store.Close(); err != nil {
		r.log.Warn("raw store not closed", "err", err)
	}
}
