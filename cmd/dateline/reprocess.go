package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"dateline/ingest"
	"dateline/storage"
	"dateline/storage/raw"
)

func (a *app) reprocessCommand() *cobra.Command {
	var job ingest.Reprocess
	var since string
	c := &cobra.Command{
		Use:   "reprocess",
		Short: "Extract the stored articles again from the raw store, without the network",
		Long: `Extracts articles again from the pages in the raw store, after a rule or the extractor changed, and replaces the records that
come out otherwise. Nothing is asked of the network. The number of a record's revision stays, since its publisher changed
nothing; exports that go on from a cursor give the record again.

With --dry-run nothing is stored: it prints how many would change, and how the first of them would. Else it needs the
database to itself: end the daemon first. A run that was interrupted is gone on with by the next one.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) (err error) {
			if since != "" {
				if job.Since, err = parseSince(since); err != nil {
					return err
				}
			}
			return a.reprocess(c.Context(), job)
		},
	}
	c.Flags().StringVar(&job.Agency, "agency", "", "only the articles of this agency, by its `id`")
	c.Flags().StringVar(&since, "since", "", "only pages that were fetched since this `time`: 2026-11-03 or 2026-11-03T08:00:00Z")
	c.Flags().BoolVar(&job.DryRun, "dry-run", false, "store nothing, print what would change")
	c.Flags().BoolVar(&a.json, "json", false, "print the counts as JSON")
	return c
}

// parseSince reads a day or a time.
func parseSince(s string) (time.Time, error) {
	for _, form := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(form, s); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("--since %q: expected 2026-11-03 or 2026-11-03T08:00:00Z", s)
}

func (a *app) reprocess(ctx context.Context, job ingest.Reprocess) error {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	if err := a.mustExist(); err != nil {
		return err
	}
	db, err := a.open(ctx, job.DryRun)
	if err != nil {
		return err
	}
	defer db.Close()
	if db.holder != nil && !job.DryRun {
		return &exitError{exitStore, hint(fmt.Errorf("%s: %w", a.dbPath, storage.ErrLocked),
			"end the dateline that works on it, and reprocess then; --dry-run works meanwhile")}
	}
	client, err := newClient(cfg, nil, nil, nil)
	if err != nil {
		return err
	}
	if isTerminal(a.stderr) {
		job.Watch = func(n ingest.Reprocessed) { fmt.Fprintf(a.stderr, "\r%d pages, %d changed", n.Pages, n.Changed) }
		defer fmt.Fprint(a.stderr, "\r\x1b[K")
	}
	w := ingest.New(db.Store, client, cfg, a.logger(isTerminal(a.stderr)))
	counts, err := w.Reprocess(ctx, raw.OpenFolder(raw.Dir(a.dbPath)), job)
	if err != nil {
		return err
	}
	return a.printReprocessed(counts, job.DryRun)
}

func (a *app) printReprocessed(n ingest.Reprocessed, dry bool) error {
	if a.json {
		return a.printJSON(n)
	}
	verb := "replaced"
	if dry {
		verb = "would be replaced"
	}
	fmt.Fprintf(a.stdout, "%d pages extracted again: %d records are the same, %d %s\n", n.Pages, n.Same, n.Changed, verb)
	if n.Old > 0 {
		fmt.Fprintf(a.stdout, "%d pages are not what is stored: another one came later, or another article has the same text\n", n.Old)
	}
	if n.Lost > 0 {
		fmt.Fprintf(a.stdout, "%d pages could not be extracted: the raw store has not all that is needed\n", n.Lost)
	}
	if !dry || n.Changed == 0 {
		return nil
	}
	fmt.Fprintf(a.stdout, "\nthe first of them, %s:\n", n.Is.ID)
	return writeRecordDiff(a.stdout, &n.Was, &n.Is)
}

// writeRecordDiff prints how one record became another, key by key, and its text paragraph by paragraph.
func writeRecordDiff(w io.Writer, was, is *storage.Record) error {
	old, err := fields(was)
	if err != nil {
		return err
	}
	now, err := fields(is)
	if err != nil {
		return err
	}
	var b strings.Builder
	for _, key := range recordKeys(old, now) {
		x, y := old[key], now[key]
		if key == "text" || x == y {
			continue
		}
		diffLine(&b, "- ", key, x)
		diffLine(&b, "+ ", key, y)
	}
	for _, c := range paragraphDiff(was.Text, is.Text) {
		if c.Kind == wasKept {
			continue
		}
		diffLine(&b, "- ", "text", c.Old)
		diffLine(&b, "+ ", "text", c.New)
	}
	_, err = io.WriteString(w, b.String())
	return err
}

func diffLine(b *strings.Builder, sign, key, value string) {
	if value != "" {
		b.WriteString(sign + key + ": " + printable(value) + "\n")
	}
}

// fields are a record's keys with their values as JSON; texts are plain.
func fields(r *storage.Record) (map[string]string, error) {
	line, err := r.Line()
	if err != nil {
		return nil, err
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(line, &all); err != nil {
		return nil, err
	}
	out := map[string]string{}
	for key, value := range all {
		var text string
		if json.Unmarshal(value, &text) != nil {
			text = string(value)
		}
		out[key] = text
	}
	return out, nil
}

func recordKeys(a, b map[string]string) []string {
	var keys []string
	for key := range a {
		keys = append(keys, key)
	}
	for key := range b {
		if _, ok := a[key]; !ok {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}
