package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"dateline/config"
	"dateline/ingest"
	"dateline/storage"
	"dateline/storage/socket"
)

func (a *app) ingestCommand() *cobra.Command {
	replay := ""
	c := &cobra.Command{
		Use:   "ingest [FEED-URL ...]",
		Short: "Make one pass: ask feeds, fetch the pages of new entries, store the articles",
		Long: `Makes one pass and ends: asks the feeds, fetches the pages of their new entries, extracts, deduplicates and
stores the articles. Without arguments, every feed of the configuration that is due is asked; a feed that
is named is asked now, and one that no agency has gets an agency of its host's name.

A page that failed is tried again by a later ingest, with growing pauses. After the last try its entry is stored
from the feed's own text, and the record says why.

With --replay, the segments of a raw store (dateline.raw) are the network, and nothing else is asked: all that they tell of is
done again, in its order and with the times of then, mostly into a new database that --db names.`,
		RunE: func(c *cobra.Command, feeds []string) error {
			if replay != "" {
				return a.replay(c.Context(), replay, feeds)
			}
			return a.ingest(c.Context(), feeds)
		},
	}
	c.Flags().StringVar(&replay, "replay", "", "a `folder` of raw segments to read in place of the network")
	c.Flags().BoolVar(&a.json, "json", false, "print the table as JSON")
	return c
}

func (a *app) ingest(ctx context.Context, feeds []string) error {
	for _, feed := range feeds {
		if _, err := config.Adhoc(feed); err != nil {
			return err
		}
	}
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	if os.Getenv("GOGC") == "" { // as in a batch: most of what is in memory is the tree of a page that is about to go
		defer debug.SetGCPercent(debug.SetGCPercent(300))
	}
	watch, done := a.watch()
	report, err := a.pass(ctx, cfg, feeds, watch)
	for errors.Is(err, socket.ErrGone) && ctx.Err() == nil {
		a.say("the other dateline has ended; going on without it")
		report, err = a.pass(ctx, cfg, feeds, watch)
	}
	done()
	if err != nil {
		return err
	}
	return a.printReport(report)
}

// pass makes the pass, or has it made by the process that holds the database.
func (a *app) pass(ctx context.Context, cfg *config.Config, feeds []string, watch func(ingest.Progress)) (*ingest.Report, error) {
	db, err := a.open(ctx, false)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	if db.holder == nil {
		return a.passHere(ctx, cfg, db, feeds, watch)
	}
	a.say("%s is held by another dateline, which makes the pass with its own configuration", a.dbPath)
	return handOver(ctx, db, feeds, watch)
}

func (a *app) passHere(ctx context.Context, cfg *config.Config, db *database, feeds []string, watch func(ingest.Progress)) (*ingest.Report, error) {
	log := a.logger(isTerminal(a.stderr))
	kept, err := a.openRaw(ctx, cfg, db, log)
	if err != nil {
		return nil, err
	}
	defer kept.close()
	account := &ingest.Account{}
	client, err := newClient(cfg, ingest.Robots(db.Store, log), account, kept.recorder)
	if err != nil {
		return nil, err
	}
	w := ingest.New(db.Store, client, cfg, log)
	w.Keep(account)
	w.KeepRaw(kept.recorder)
	defer a.serve(ctx, holderIngest, db, w, log)()
	report, err := w.Once(ctx, feeds, watch)
	if err == nil {
		kept.expire(ctx)
	}
	return report, err
}

// watch draws progress if stderr is a terminal; done removes it.
func (a *app) watch() (watch func(ingest.Progress), done func()) {
	if !isTerminal(a.stderr) {
		return nil, func() {}
	}
	m := &meter{w: a.stderr, began: time.Now()}
	return m.show, m.clear
}

// question and answer are what two processes say to each other when one holds the database.
type question struct {
	Ingest []string `json:"ingest"`           // feeds, as on the command line
	Forget string   `json:"forget,omitempty"` // an article to remove instead, and why
	Reason string   `json:"reason,omitempty"`
}

type answerPart struct {
	Progress *ingest.Progress `json:"progress,omitempty"`
	Report   *ingest.Report   `json:"report,omitempty"`

	Tombstone *storage.Tombstone `json:"tombstone,omitempty"`
	Unknown   bool               `json:"unknown,omitempty"` // no feed has listed what was to be forgotten
}

// askOnce puts a question to which there is one answer.
func askOnce(ctx context.Context, db *database, q question) (part answerPart, err error) {
	b, err := json.Marshal(q)
	if err != nil {
		return part, err
	}
	for b, err := range db.holder.Ask(ctx, b) {
		if err != nil {
			return part, err
		}
		return part, json.Unmarshal(b, &part)
	}
	return part, fmt.Errorf("%w: it gave no answer", socket.ErrGone)
}

// handOver asks the process that holds the database for a pass.
func handOver(ctx context.Context, db *database, feeds []string, watch func(ingest.Progress)) (*ingest.Report, error) {
	q, err := json.Marshal(question{Ingest: feeds})
	if err != nil {
		return nil, err
	}
	for b, err := range db.holder.Ask(ctx, q) {
		if err != nil {
			return nil, err
		}
		var part answerPart
		if err := json.Unmarshal(b, &part); err != nil {
			return nil, fmt.Errorf("the process that holds the database: %w", err)
		}
		switch {
		case part.Report != nil:
			return part.Report, nil
		case part.Progress != nil && watch != nil:
			watch(*part.Progress)
		}
	}
	return nil, fmt.Errorf("%w: it ended before the pass did", socket.ErrGone)
}

// answer makes a pass for another process, or forgets an article.
func answer(db *database, w *ingest.Worker) func(context.Context, []byte, func([]byte) error) error {
	return func(ctx context.Context, b []byte, reply func([]byte) error) error {
		var q question
		if err := json.Unmarshal(b, &q); err != nil {
			return err
		}
		send := func(part answerPart) error {
			b, err := json.Marshal(part)
			if err != nil {
				return err
			}
			return reply(b)
		}
		if q.Forget != "" {
			tomb, err := forgetHere(ctx, db.Store, db.path, q.Forget, q.Reason)
			if errors.Is(err, storage.ErrNotFound) {
				return send(answerPart{Unknown: true})
			}
			if err != nil {
				return err
			}
			return send(answerPart{Tombstone: &tomb})
		}
		report, err := w.Once(ctx, q.Ingest, func(p ingest.Progress) { _ = send(answerPart{Progress: &p}) })
		if err != nil {
			return err
		}
		return send(answerPart{Report: report})
	}
}

// printReport closes a pass. Each row's counts add up to its entries.
func (a *app) printReport(r *ingest.Report) error {
	if a.json {
		if err := a.printJSON(r); err != nil {
			return err
		}
	} else if err := a.printTable(r); err != nil {
		return err
	}
	if r.Failures() {
		return &exitError{exitSome, nil}
	}
	return nil
}

func (a *app) printTable(r *ingest.Report) error {
	t := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	row := func(r ingest.Row) {
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%s\n", printable(r.Feed),
			r.Entries, r.New, r.Known, r.Duplicates, r.Partial, r.Pending, r.Failed, printable(r.Why))
	}
	if len(r.Rows) > 0 {
		fmt.Fprintln(t, "FEED\tENTRIES\tNEW\tKNOWN\tDUPLICATES\tPARTIAL\tPENDING\tFAILED\tWHY")
	}
	for _, feed := range r.Rows {
		row(feed)
	}
	if len(r.Rows) > 1 {
		row(r.Total())
	}
	if r.NotDue > 0 {
		fmt.Fprintf(t, "%d feeds were not due\n", r.NotDue)
	}
	if len(r.Rows) == 0 && r.NotDue == 0 {
		fmt.Fprintln(t, "no feeds are configured")
	}
	return t.Flush()
}
