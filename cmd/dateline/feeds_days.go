package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"dateline/storage"
)

// maxDays is how far back a table of days goes, in days: ten years.
const maxDays = 3660

// dayLine is what became of the entries that a feed listed first on one day.
type dayLine struct {
	Day     string        `json:"day"` // UTC
	Entries storage.Tally `json:"entries"`
}

// fillDays adds the ledger's totals of the last days.
func fillDays(ctx context.Context, s *storage.Store, lines []feedLine, days int, now time.Time) error {
	if days == 0 {
		return nil
	}
	since := storage.Day(now).AddDate(0, 0, 1-days)
	for i := range lines {
		for d, err := range s.Days(ctx, lines[i].Feed, since) {
			if err != nil {
				return err
			}
			lines[i].Days = append(lines[i].Days, dayLine{d.Day.Format(time.DateOnly), d.Entries})
		}
	}
	return nil
}

// printDays prints the ledger by feed and day. A state that no entry is in has no column.
func (a *app) printDays(lines []feedLine) error {
	total := storage.Tally{}
	for _, l := range lines {
		for _, d := range l.Days {
			total.Add(d.Entries)
		}
	}
	states := slices.DeleteFunc(slices.Clone(storage.States), func(s storage.State) bool { return total[s] == 0 })
	t := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprint(t, "DAY\tFEED\tENTRIES")
	for _, s := range states {
		fmt.Fprintf(t, "\t%s", strings.ToUpper(string(s)))
	}
	row := func(day, feed string, n storage.Tally) {
		fmt.Fprintf(t, "\n%s\t%s\t%d", day, printable(feed), n.Total())
		for _, s := range states {
			fmt.Fprintf(t, "\t%d", n[s])
		}
	}
	for _, l := range lines {
		for _, d := range l.Days {
			row(d.Day, l.Feed, d.Entries)
		}
	}
	row("total", "", total)
	fmt.Fprintln(t)
	return t.Flush()
}

// printFates says in a line what became of all entries; the counts add up.
func (a *app) printFates(lines []feedLine) error {
	total := storage.Tally{}
	for _, l := range lines {
		total.Add(l.Entries)
	}
	if total.Total() == 0 {
		return nil
	}
	_, err := fmt.Fprintf(a.stdout, "\n%d entries listed: %s\n", total.Total(), fates(total))
	return err
}

// fates names the states that entries are in, with their numbers.
func fates(n storage.Tally) string {
	var parts []string
	for _, s := range storage.States {
		if n[s] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n[s], s))
		}
	}
	return strings.Join(parts, ", ")
}
