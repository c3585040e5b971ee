package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"dateline/config"
	"dateline/ingest"
	"dateline/storage"
)

// feedLine is what `feeds` tells of one feed; with --json it is one line of the output.
type feedLine struct {
	Feed       string        `json:"feed"`
	Agency     string        `json:"agency,omitempty"` // id
	Configured bool          `json:"configured"`       // false: the store knows it, and nobody asks it any more
	Title      string        `json:"title,omitempty"`
	LastPoll   time.Time     `json:"last_poll,omitzero"`
	LastGood   time.Time     `json:"last_good,omitzero"`
	Outcome    string        `json:"outcome"` // never, ok, not-modified, or the reason of the failure
	Error      string        `json:"error,omitempty"`
	Failures   int           `json:"failures,omitempty"` // in a row
	Gone       bool          `json:"gone,omitempty"`
	NextPoll   time.Time     `json:"next_poll,omitzero"` // not before; absent: now, or never if it is gone
	Articles   int           `json:"articles"`           // records that the feed brought
	Entries    storage.Tally `json:"entries,omitempty"`  // all that it ever listed, by state
	Days       []dayLine     `json:"days,omitempty"`     // the same by the day on which they were listed first
	Health     *health       `json:"health,omitempty"`   // of the agency's pages
	feedNews
}

// health is how an agency's pages are read: of late, and what is wrong with it.
type health struct {
	Name       string   `json:"name,omitempty"` // the agency's
	Pages      int      `json:"pages"`
	Rule       float64  `json:"rule,omitempty"` // share of the pages that its rule matches
	Confidence float64  `json:"confidence"`
	Complaints []string `json:"complaints,omitempty"`
}

func (a *app) feedsCommand() *cobra.Command {
	var probe bool
	var agency string
	var days int
	c := &cobra.Command{
		Use:   "feeds",
		Short: "List the feeds: last poll, outcome, next poll, stored articles",
		Long: `Prints a line per feed: those of the configuration, then those that the store knows from earlier. Times are UTC.
Articles counts the records that the feed brought; duplicates of other records are not among them.

Below the table stands what deserves a look: feeds that have failed for a day or more, have moved, have gone quiet, came
damaged or too long, may have lost entries in the last 30 days, or whose host is left alone for now; and agencies whose pages
are read worse than they were.

Last comes what became of all entries that were ever listed: how many are stored, how many are duplicates, and so on; each is in
exactly one of these states. With --days it is a table with a line per feed and day on which the entries were listed
first, UTC, for as many days, today among them.

With --probe it asks each configured feed now, prints what it answered, and stores nothing. That tells a wrong
address from a feed that is only quiet.

With --manners it prints what a publisher would want to see: what the hosts of an agency were asked for by ingest and run
in the last 30 days, how often, with which pauses, and what came of it. A running daemon writes it down twice a minute.

With --json it prints one JSON object a line, with the keys feed, agency, configured, title, last_poll, last_good, outcome,
error, failures, gone, next_poll, articles, entries (a count by state), days (with --days: day and
entries), health (of the agency: name, pages, rule, confidence,
complaints), failing (since when), address (where it is asked since it has moved), quiet (since when), lost (at, entries,
found), mended, dropped, rest (host, until, why) and pushed_until (a hub delivers); for a probe: feed, agency, outcome,
status, entries, newest, title, moved_to and error; for --manners: agency, host, since, until, user_agent, contact, requests
(a count by kind), mean_a_day, most_a_day, least_gap_s, polls, not_modified, unconditional, robots (pages by verdict) and
answers (a count by status or reason). What is empty is left out.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			publisher := c.Flags().Changed("manners")
			if probe && publisher {
				return errors.New("--probe and --manners exclude each other")
			}
			cfg, err := a.loadConfig()
			if err != nil {
				return err
			}
			if publisher {
				return a.manners(c.Context(), cfg, agency)
			}
			if len(configuredFeeds(cfg)) == 0 && !a.json {
				a.say("no feeds are configured")
			}
			if probe {
				return a.probe(c.Context(), cfg)
			}
			if days < 0 || days > maxDays {
				return fmt.Errorf("--days %d: expected 0 to %d", days, maxDays)
			}
			return a.feeds(c.Context(), cfg, days)
		},
	}
	c.Flags().IntVar(&days, "days", 0, "print what became of the entries of the last `n` days, by feed and day")
	c.Flags().BoolVar(&probe, "probe", false, "ask each configured feed now and store nothing")
	c.Flags().StringVar(&agency, "manners", "", "print what the hosts of an `agency` were asked for in the last 30 days")
	c.Flags().BoolVar(&a.json, "json", false, "print one JSON object a line")
	c.AddCommand(a.feedsAddCommand(), a.feedsImportCommand(), a.feedsExportCommand())
	return c
}

func (a *app) feeds(ctx context.Context, cfg *config.Config, days int) error {
	lines := configuredFeeds(cfg)
	_, err := os.Stat(a.dbPath)
	if !errors.Is(err, fs.ErrNotExist) { // before the first ingest, no feed was ever asked
		db, err := a.open(ctx, true)
		if err != nil {
			return err
		}
		defer db.Close()
		if lines, err = fillFeeds(ctx, db.Store, lines); err != nil {
			return err
		}
		if err := fillHealth(ctx, db.Store, cfg, lines); err != nil {
			return err
		}
		if err := fillNews(ctx, db.Store, lines, time.Now()); err != nil {
			return err
		}
		if err := fillDays(ctx, db.Store, lines, days, time.Now()); err != nil {
			return err
		}
	}
	if a.json {
		return printLines(a, lines)
	}
	if days > 0 {
		return a.printDays(lines)
	}
	return a.printFeeds(lines, time.Now())
}

// configuredFeeds are the configuration's feeds in its order, each once.
func configuredFeeds(cfg *config.Config) []feedLine {
	var lines []feedLine
	seen := map[string]bool{}
	for _, agency := range cfg.Agencies {
		for _, feed := range agency.Feeds {
			if !seen[feed] {
				seen[feed] = true
				lines = append(lines, feedLine{Feed: feed, Agency: agency.ID, Configured: true, Outcome: "never"})
			}
		}
	}
	return lines
}

// fillFeeds adds what the store knows, and the feeds that only the store knows.
func fillFeeds(ctx context.Context, s *storage.Store, lines []feedLine) ([]feedLine, error) {
	at := map[string]int{}
	for i, l := range lines {
		at[l.Feed] = i
	}
	for state, err := range s.Feeds(ctx) {
		if err != nil {
			return nil, err
		}
		i, ok := at[state.URL]
		if !ok {
			i = len(lines)
			lines = append(lines, feedLine{Feed: state.URL, Agency: state.Agency})
		}
		tally, err := s.Tally(ctx, state.URL)
		if err != nil {
			return nil, err
		}
		lines[i].fill(state, tally)
	}
	return lines, nil
}

// fillHealth adds the accounts of the agencies.
func fillHealth(ctx context.Context, s *storage.Store, cfg *config.Config, lines []feedLine) error {
	names := map[string]string{}
	for _, agency := range cfg.Agencies {
		names[agency.ID] = agency.Name
	}
	for i := range lines {
		h, err := s.Health(ctx, lines[i].Agency)
		if err != nil {
			return err
		}
		if h.Pages > 0 {
			lines[i].Health = &health{
				Name: names[h.Agency], Pages: h.Pages, Rule: hundredths(h.Recent.Rule),
				Confidence: hundredths(h.Recent.Confidence.Value), Complaints: ingest.Complaints(h),
			}
		}
	}
	return nil
}

func hundredths(f float64) float64 { return math.Round(f*100) / 100 }

func (l *feedLine) fill(state storage.FeedState, tally storage.Tally) {
	l.Title, l.Outcome, l.Error = state.Title, state.Outcome, state.Error
	l.LastPoll, l.LastGood, l.NextPoll = state.LastPoll, state.LastGood, state.NextPoll
	l.Failures, l.Gone = state.Failures, state.Gone
	if l.Gone {
		l.NextPoll = time.Time{}
	}
	l.take(state)
	maps.DeleteFunc(tally, func(_ storage.State, n int) bool { return n == 0 })
	l.Entries = tally
	l.Articles = tally.Records()
}

// printLines writes JSON, an object a line.
func printLines[T any](a *app, lines []T) error {
	for _, l := range lines {
		if err := writeJSON(a.stdout, l, ""); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) printFeeds(lines []feedLine, now time.Time) error {
	t := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "AGENCY\tFEED\tLAST POLL\tOUTCOME\tNEXT POLL\tARTICLES")
	for _, l := range lines {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%d\n", printable(l.Agency), printable(l.Feed),
			minute(l.LastPoll), l.outcome(), l.next(now), l.Articles)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if err := a.printNews(lines, now); err != nil {
		return err
	}
	if err := a.printComplaints(lines); err != nil {
		return err
	}
	return a.printFates(lines)
}

// printComplaints names each agency that ails, once.
func (a *app) printComplaints(lines []feedLine) error {
	seen := map[string]bool{}
	for _, l := range lines {
		if l.Health == nil || len(l.Health.Complaints) == 0 || seen[l.Agency] {
			continue
		}
		gap := ""
		if len(seen) == 0 {
			gap = "\n"
		}
		seen[l.Agency] = true
		_, err := fmt.Fprintf(a.stdout, "%s%s (%s): %s\n", gap, printable(cmp.Or(l.Health.Name, l.Agency)), printable(l.Agency),
			strings.Join(l.Health.Complaints, "; "))
		if err != nil {
			return err
		}
	}
	return nil
}

// outcome marks what deserves a look.
func (l *feedLine) outcome() string {
	if l.Failures > 1 {
		return fmt.Sprintf("%s, %d times in a row", l.Outcome, l.Failures)
	}
	return l.Outcome
}

func (l *feedLine) next(now time.Time) string {
	switch {
	case l.Gone, !l.Configured:
		return "not asked"
	case !l.NextPoll.After(now):
		return "due"
	default:
		return minute(l.NextPoll)
	}
}

// minute writes a time for a table; the seconds of a poll interest nobody.
func minute(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Format("2006-01-02 15:04")
}
