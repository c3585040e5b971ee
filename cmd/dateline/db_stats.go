package main

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"dateline/storage"
	"dateline/storage/raw"
)

// dbStats is what `db stats` tells; --json prints it.
type dbStats struct {
	File        string               `json:"file"`
	FileBytes   int64                `json:"file_bytes"`
	RawSegments int                  `json:"raw_segments,omitempty"` // of the raw answers beside it
	RawBytes    int64                `json:"raw_bytes,omitempty"`
	Since       string               `json:"since,omitempty"` // the day of the first entry, UTC
	Records     int                  `json:"records"`
	Revisions   int                  `json:"revisions"` // earlier ones, that are kept
	Entries     storage.Tally        `json:"entries"`   // by state
	Buckets     []storage.BucketSize `json:"buckets"`
}

func (a *app) dbStatsCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "stats",
		Short: "Tell how large the database is, and what is in it",
		Long: `Tells how large the database is and what is in it: records, earlier revisions, what became of all entries, and the
rows and bytes of each bucket, by reading all of it.

With --json it prints one object with the keys file, file_bytes, raw_segments, raw_bytes, since, records, revisions, entries (a count
by state) and buckets (bucket, rows, bytes).`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.dbStats(c.Context()) },
	}
	c.Flags().BoolVar(&a.json, "json", false, "print the numbers as JSON")
	return c
}

func (a *app) dbStats(ctx context.Context) error {
	db, err := a.open(ctx, true)
	if err != nil {
		return err
	}
	defer db.Close()
	s := dbStats{File: a.dbPath, FileBytes: a.dbSize()}
	if s.Buckets, err = db.Sizes(ctx); err != nil {
		return err
	}
	entries, since, err := db.Ledger(ctx)
	if err != nil {
		return err
	}
	if s.Entries = entries; !since.IsZero() {
		s.Since = since.Format(time.DateOnly)
	}
	for _, b := range s.Buckets {
		switch b.Bucket {
		case "records":
			s.Records = b.Rows
		case "revisions":
			s.Revisions = b.Rows
		}
	}
	folder := raw.OpenFolder(raw.Dir(a.dbPath))
	kept, err := folder.Sizes()
	if err != nil {
		return err
	}
	s.RawSegments, s.RawBytes = kept.Segments, kept.Bytes
	if a.json {
		return a.printJSON(s)
	}
	return a.printStats(s)
}

func (a *app) printStats(s dbStats) error {
	t := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "file\t%s, %s\n", s.File, byteSize(s.FileBytes))
	if s.RawSegments > 0 {
		fmt.Fprintf(t, "raw answers\t%s in %d segments\n", byteSize(s.RawBytes), s.RawSegments)
	}
	if s.Since != "" {
		fmt.Fprintf(t, "since\t%s\n", s.Since)
	}
	fmt.Fprintf(t, "records\t%d, and %d earlier revisions\n", s.Records, s.Revisions)
	fmt.Fprintf(t, "entries\t%d listed: %s\n", s.Entries.Total(), fates(s.Entries))
	fmt.Fprintln(t, "\nBUCKET\tROWS\tBYTES")
	for _, b := range s.Buckets {
		if b.Rows > 0 {
			fmt.Fprintf(t, "%s\t%d\t%d\n", b.Bucket, b.Rows, b.Bytes)
		}
	}
	return t.Flush()
}
