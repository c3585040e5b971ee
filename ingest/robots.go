package ingest

import (
	"context"
	"log/slog"

	"dateline/fetch"
	"dateline/storage"
)

// Robots keeps for a client, in the store, what robots.txt files said. The store's failures are logged and no more: they
// cost a request, and a store that is broken ends the run elsewhere.
func Robots(store *storage.Store, log *slog.Logger) fetch.RobotsKeeper {
	return robotsKeeper{store, log}
}

type robotsKeeper struct {
	store *storage.Store
	log   *slog.Logger
}

func (k robotsKeeper) LoadRobots(ctx context.Context, origin string) (fetch.RobotsNote, bool) {
	r, ok, err := k.store.Robots(ctx, origin)
	if err != nil {
		k.warn(ctx, "can't be looked up", origin, err)
		return fetch.RobotsNote{}, false
	}
	return fetch.RobotsNote{Origin: r.Origin, Asked: r.Asked, Until: r.Until, Read: r.Read, Down: r.Down,
		Refused: r.Refused, Rules: r.Rules}, ok
}

func (k robotsKeeper) SaveRobots(ctx context.Context, n fetch.RobotsNote) {
	r := storage.Robots{Origin: n.Origin, Asked: n.Asked.UTC(), Until: n.Until.UTC(), Read: n.Read.UTC(), Down: n.Down.UTC(),
		Refused: n.Refused, Rules: n.Rules}
	if err := k.store.SaveRobots(ctx, r); err != nil {
		k.warn(ctx, "can't be kept", n.Origin, err)
	}
}

func (k robotsKeeper) warn(ctx context.Context, what, origin string, err error) {
	if ctx.Err() == nil {
		k.log.Warn("robots.txt "+what, "origin", origin, "err", err)
	}
}
