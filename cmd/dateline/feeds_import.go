package main

import (
	"context"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"dateline/config"
)

// importLine is what became of a feed of a subscription list; with --json it is one line of the output.
type importLine struct {
	Outcome string `json:"outcome"` // new agency, added, enabled, known, refused
	Agency  string `json:"agency,omitempty"`
	Feed    string `json:"feed,omitempty"` // absent: the refusal is of a part of the document
	Why     string `json:"why,omitempty"`
}

func (a *app) feedsImportCommand() *cobra.Command {
	var dryRun bool
	c := &cobra.Command{
		Use:   "import FILE|-",
		Short: "Add the feeds of a subscription list (OPML) to the configuration file",
		Long: `Adds the feeds of a subscription list, OPML 1.0 to 2.0, from a file or from stdin (-) to the configuration file, which
keeps its comments, order and layout. A folder that dateline feeds export has written is an agency. In other lists, the feeds
of one site are an agency, called as their folder if several have one to themselves, and else as the first of them. Feeds
that are configured already are skipped. No feed is asked; dateline feeds --probe does that.

It prints a line for each feed: new agency, added (to the agency of that site), enabled (an agency of the catalogue), known, or
refused and why. With --json a line is an object with the keys outcome, agency, feed and why. A list that is damaged is read
as far as it goes. Where feeds were refused or may be missing, the exit status is 3 and the rest is written.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.feedsImport(c.Context(), args[0], dryRun) },
	}
	c.Flags().BoolVar(&dryRun, "dry-run", false, "print what would be added and write nothing")
	c.Flags().BoolVar(&a.json, "json", false, "print one JSON object a line")
	return c
}

func (a *app) feedsImport(ctx context.Context, arg string, dryRun bool) error {
	file, cfg, err := a.openConfigFile()
	if err != nil {
		return err
	}
	b, err := a.readDocument(ctx, cfg, arg)
	if err != nil {
		return err
	}
	agencies, refused, err := config.ParseOPML(b)
	if err != nil {
		return fmt.Errorf("%q: %w", arg, err)
	}
	if len(agencies)+len(refused) == 0 {
		return fmt.Errorf("%q: names no feed", arg)
	}
	changes, err := file.add(agencies, dryRun)
	if err != nil {
		return err
	}
	changes = append(changes, refused...)
	if err := a.printImport(changes); err != nil {
		return err
	}
	if anyAdded(changes) {
		a.sayAdded(file.path, dryRun)
	}
	for _, c := range changes {
		if c.What == config.Refused {
			return &exitError{exitSome, nil}
		}
	}
	return nil
}

func (a *app) printImport(changes []config.Change) error {
	var lines []importLine
	tally := map[string]int{}
	for _, c := range changes {
		tally[c.What]++
		lines = append(lines, importLine{c.What, c.Agency, c.Feed, c.Why})
	}
	if a.json {
		return printLines(a, lines)
	}
	t := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "OUTCOME\tAGENCY\tFEED\tWHY")
	for _, l := range lines {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", l.Outcome, printable(l.Agency), printable(l.Feed), printable(l.Why))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(a.stdout, "%s: %d added, %d known, %d refused\n", count(len(changes), "feed"),
		len(changes)-tally[config.Known]-tally[config.Refused], tally[config.Known], tally[config.Refused])
	return err
}
