package main

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"dateline/config"
	"dateline/fetch"
	"dateline/ingest"
)

func (a *app) runCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "run",
		Short: "Run as a daemon: ask each feed when it is due, until a signal",
		Long: `Runs until SIGTERM or SIGINT: asks each feed of the configuration when it is due and stores its articles. What is
under way at the signal may finish within the grace period (run.grace, 10 s by default) and is given back after it. A
second signal ends the process at once. SIGHUP reads the configuration again; a wrong one is
refused with its mistakes, and the old one stays.

While it runs, every other command works on the same database. With push.callback in the configuration, it listens for
WebSub hubs at push.listen, so that what they push is there within seconds.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.run(c.Context()) },
	}
}

func (a *app) run(ctx context.Context) error {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	db, err := a.openAlone(ctx)
	if ctx.Err() != nil {
		return nil // asked to end before it began
	}
	if err != nil {
		return err
	}
	defer db.Close()
	log := a.logger(false)
	kept, err := a.openRaw(ctx, cfg, db, log)
	if err != nil {
		return err
	}
	defer kept.close()
	robots, account := ingest.Robots(db.Store, log), &ingest.Account{}
	build := func(cfg *config.Config) (*fetch.Client, error) {
		client, err := newClient(cfg, robots, account, kept.recorder)
		if err == nil {
			kept.use(cfg.Raw)
		}
		return client, err
	}
	client, err := build(cfg)
	if err != nil {
		return err
	}
	w := ingest.New(db.Store, client, cfg, log)
	w.Keep(account)
	w.KeepRaw(kept.recorder)
	defer kept.expireHourly(ctx)()
	defer a.serve(ctx, holderRun, db, w, log)()
	door := &hubDoor{handler: w.Callback(), log: log}
	defer door.close(ctx)
	door.use(ctx, cfg.Push)
	defer reloadOnHangup(ctx, func() { a.reload(ctx, w, build, door, log) })()
	log.Info("running", "version", version, "db", a.dbPath, "config", cfg.Path, "agencies", len(cfg.Agencies))
	if err := w.Run(ctx); err != nil {
		return err
	}
	log.Info("stopped")
	return nil
}

// builder makes the client of a configuration, with the memory that outlives it.
type builder func(*config.Config) (*fetch.Client, error)

// reloadOnHangup has the configuration read again at each SIGHUP.
func reloadOnHangup(ctx context.Context, reload func()) (stop func()) {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-hangup:
				reload()
			case <-ctx.Done():
				return
			}
		}
	}()
	return func() { signal.Stop(hangup); cancel(); <-done }
}

func (a *app) reload(ctx context.Context, w *ingest.Worker, build builder, door *hubDoor, log *slog.Logger) {
	cfg, err := a.loadConfig()
	if err != nil {
		log.Error("configuration refused, the old one stays", "err", err)
		return
	}
	client, err := build(cfg)
	if err != nil {
		log.Error("configuration refused, the old one stays", "err", err)
		return
	}
	w.Configure(cfg, client)
	door.use(ctx, cfg.Push)
	log.Info("configuration read again", "config", cfg.Path, "agencies", len(cfg.Agencies))
}
