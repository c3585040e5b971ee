package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"golang.org/x/sync/errgroup"

	"dateline/config"
	"dateline/fetch"
)

// probes is how many feeds are asked side by side; the client sees to it that a host is asked by one of them.
const probes = 16

// probeLine is what a feed answered; with --json it is one line of the output.
type probeLine struct {
	Feed    string    `json:"feed"`
	Agency  string    `json:"agency"`
	Outcome string    `json:"outcome"`          // ok, or the reason of the failure
	Status  int       `json:"status,omitempty"` // HTTP; absent if none came
	Entries int       `json:"entries"`
	Newest  time.Time `json:"newest,omitzero"` // the latest date of an entry
	Title   string    `json:"title,omitempty"`
	MovedTo string    `json:"moved_to,omitempty"` // the configuration should name this address
	Error   string    `json:"error,omitempty"`
}

// probe asks each configured feed, without validators, so that each has to answer in full.
func (a *app) probe(ctx context.Context, cfg *config.Config) error {
	client, err := newClient(cfg, nil, nil, nil)
	if err != nil {
		return err
	}
	defer client.Close()
	feeds := configuredFeeds(cfg)
	lines := make([]probeLine, len(feeds))
	g, asking := errgroup.WithContext(ctx)
	g.SetLimit(probes)
	for i, f := range feeds {
		g.Go(func() (err error) {
			lines[i], err = probeFeed(asking, client, f)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	if err := a.printProbe(lines); err != nil {
		return err
	}
	for _, l := range lines {
		if l.Outcome != "ok" {
			return &exitError{exitSome, nil}
		}
	}
	return nil
}

// probeFeed asks one feed. The error is the context's; what the feed got wrong is in the line.
func probeFeed(ctx context.Context, client *fetch.Client, f feedLine) (probeLine, error) {
	l := probeLine{Feed: f.Feed, Agency: f.Agency, Outcome: "ok"}
	got, err := client.Poll(ctx, f.Feed, fetch.Validators{})
	if ctx.Err() != nil {
		return l, ctx.Err()
	}
	var failure *fetch.Error
	switch {
	case errors.As(err, &failure):
		l.Outcome, l.Status, l.Error = string(failure.Reason), failure.Status, failure.Error()
	case err != nil:
		l.Outcome, l.Error = "error", err.Error()
	default:
		l.Status, l.Entries, l.Title, l.MovedTo = 200, len(got.Entries), got.Title, got.Hints.MovedTo
	}
	for _, e := range got.Entries {
		if e.Published.After(l.Newest) {
			l.Newest = e.Published
		}
	}
	return l, nil
}

func (a *app) printProbe(lines []probeLine) error {
	if a.json {
		return printLines(a, lines)
	}
	t := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "AGENCY\tFEED\tOUTCOME\tENTRIES\tNEWEST\tANSWER")
	for _, l := range lines {
		fmt.Fprintf(t, "%s\t%s\t%s\t%d\t%s\t%s\n", printable(l.Agency), printable(l.Feed), l.Outcome, l.Entries,
			minute(l.Newest), printable(l.answer()))
	}
	return t.Flush()
}

// answer is the failure, or what helps to know the feed again.
func (l *probeLine) answer() string {
	switch {
	case l.Error != "":
		return l.Error
	case l.MovedTo != "":
		return fmt.Sprintf("%s (moved to %s)", l.Title, l.MovedTo)
	default:
		return l.Title
	}
}
