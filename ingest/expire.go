package ingest

import (
	"context"
	"time"

	"dateline/storage"
)

// expire removes what is older than the configuration keeps it, once a day.
func (w *Worker) expire(ctx context.Context, s *setup) error {
	ages := storage.Ages{Default: s.cfg.Keep.Age, Agencies: map[string]time.Duration{}}
	for _, a := range s.cfg.Agencies {
		ages.Agencies[a.ID] = s.cfg.KeptFor(a)
	}
	removed, err := w.store.ExpireDaily(ctx, ages, time.Now())
	if removed > 0 {
		w.log.Info("records have outlived their age", "removed", removed)
	}
	return ours("storage", err)
}
