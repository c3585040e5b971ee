package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"dateline/config"
	"dateline/fetch"
)

type feedsAddOptions struct {
	id, name    string
	all, dryRun bool
}

func (a *app) feedsAddCommand() *cobra.Command {
	var o feedsAddOptions
	c := &cobra.Command{
		Use:   "add URL",
		Short: "Add a feed, or the best feed of a home page, to the configuration file",
		Long: `Asks the address once, and if it is a page and no feed, finds the site's feeds as dateline feed does and takes the best.
The feed is then written to the configuration file, which keeps its comments, order and layout: an agency that publishes on
that site takes it into its list, one of the catalogue that has it is enabled, and else a new [[agency]] is written, with the
feed's title, language and home page. The id of an agency is part of every record's identity: look at it before the first
ingest. Where there is no configuration file, dateline.toml is made here.

A running daemon reads the file when it gets SIGHUP.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.feedsAdd(c.Context(), args[0], o) },
	}
	f := c.Flags()
	f.StringVar(&o.id, "id", "", "the agency's `id`, there or new (default: of the agency on that site, or else made from the host)")
	f.StringVar(&o.name, "name", "", "the `name` of a new agency (default: the site's, or else the feed's title)")
	f.BoolVar(&o.all, "all", false, "take all feeds of the site, but for comments, podcasts and sitemaps")
	f.BoolVar(&o.dryRun, "dry-run", false, "print what would be added and write nothing")
	return c
}

func (a *app) feedsAdd(ctx context.Context, url string, o feedsAddOptions) error {
	if !strings.Contains(url, "://") {
		url = "https://" + url
	}
	file, cfg, err := a.openConfigFile()
	if err != nil {
		return err
	}
	if agency, ok := cfg.Agency(url); ok {
		return fmt.Errorf("%q: agency %q has it already", url, agency.ID)
	}
	found, err := discover(ctx, cfg, url)
	if err != nil {
		return err
	}
	if maps := found[0].Feed.Sitemaps; len(maps) > 0 {
		return hint(fmt.Errorf("%q: a sitemap index, which has no entries of its own", url), "add one of its sitemaps, such as %s", printable(maps[0]))
	}
	chosen := choose(found, o.all)
	if err := knownAs(cfg, chosen[0]); err != nil {
		return err
	}
	agency := newAgency(url, chosen, o)
	changes, err := file.add([]config.Agency{agency}, o.dryRun)
	if err != nil {
		return err
	}
	if !anyAdded(changes) {
		return notAdded(changes[0]) // of the best, which is always among them
	}
	if err := a.printAdded(changes, chosen); err != nil {
		return err
	}
	a.sayAdded(file.path, o.dryRun)
	if left := readable(found) - len(chosen); left > 0 {
		fmt.Fprintf(a.stderr, "hint: the page has %s; dateline feed %s lists them\n", count(left, "more feed"), printable(url))
	}
	return nil
}

// readable counts the candidates that are feeds.
func readable(found []fetch.Candidate) int {
	n := 0
	for _, f := range found {
		if f.Asked && f.Err == nil {
			n++
		}
	}
	return n
}

// choose takes the best candidate, or all that bring a site's own articles.
func choose(found []fetch.Candidate, all bool) []fetch.Candidate {
	if !all {
		return found[:1]
	}
	chosen := []fetch.Candidate{found[0]}
	for _, f := range found[1:] {
		if f.Asked && f.Err == nil && !f.Foreign && (f.Kind == fetch.MainFeed || f.Kind == fetch.SectionFeed) {
			chosen = append(chosen, f)
		}
	}
	return chosen
}

// knownAs is an error if an agency has the feed at another address.
func knownAs(cfg *config.Config, f fetch.Candidate) error {
	for _, twin := range f.Same {
		if agency, ok := cfg.Agency(twin); ok {
			return fmt.Errorf("%q: agency %q has the same feed at %q already", f.URL, agency.ID, twin)
		}
	}
	return nil
}

// feedTitle is what titles of feeds say beside a publisher's name: "RSS: Cove News", "Cove News - Latest News Feed".
var feedTitle = regexp.MustCompile(`(?i)^rss( feed)?\s*[-–—:|»]\s*` +
	`|\s*[-–—:|»]\s*((latest|top|all)\s+)?((news|stories|articles)\s*)?(rss|atom|feed|rss feed)?$` +
	`|\s+rss( feed)?$`)

// newAgency is the agency that chosen feeds make, if none has them.
func newAgency(url string, chosen []fetch.Candidate, o feedsAddOptions) config.Agency {
	best := chosen[0].Feed
	name := cmp.Or(o.name, chosen[0].Site, feedTitle.ReplaceAllString(best.Title, ""))
	n := config.Agency{ID: o.id, Name: name, Home: best.Home, Language: best.Language}
	if n.Home == "" && chosen[0].Found != fetch.FoundItself {
		n.Home = url
	}
	for _, f := range chosen {
		n.Feeds = append(n.Feeds, f.URL)
	}
	return n
}

// anyAdded tells whether a feed was added.
func anyAdded(changes []config.Change) bool {
	return slices.ContainsFunc(changes, func(c config.Change) bool { return c.What != config.Known && c.What != config.Refused })
}

// notAdded is the reason why a feed was not added.
func notAdded(c config.Change) error {
	if c.What == config.Known {
		return fmt.Errorf("%q: agency %q has it already", c.Feed, c.Agency)
	}
	return hint(fmt.Errorf("%q: %s", c.Feed, c.Why), "--id names the agency that is meant, or a new one")
}

func (a *app) printAdded(changes []config.Change, chosen []fetch.Candidate) error {
	for _, c := range changes {
		line := fmt.Sprintf("%s %s (%s): %s", c.What, c.Agency, c.Name, c.Feed)
		if c.What == config.Refused {
			line = fmt.Sprintf("%s %s: %s", c.What, c.Feed, c.Why)
		}
		i := slices.IndexFunc(chosen, func(f fetch.Candidate) bool { return f.URL == c.Feed })
		if i >= 0 && c.What != config.Refused {
			f := chosen[i]
			line += fmt.Sprintf(" (%s, newest %s)", entries(len(f.Feed.Entries)), minute(f.Newest))
		}
		if _, err := fmt.Fprintln(a.stdout, printable(line)); err != nil {
			return err
		}
	}
	return nil
}

func entries(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return fmt.Sprintf("%d entries", n)
}

func (a *app) sayAdded(path string, dryRun bool) {
	if dryRun {
		a.say("nothing was written to %s (--dry-run)", printable(path))
	} else {
		a.say("wrote %s", printable(path))
	}
}

// configFile is a configuration file that is to be edited.
type configFile struct {
	path string
}

// openConfigFile finds the file to edit and what it says. Without one, it is to be made: where --config says, or here.
func (a *app) openConfigFile() (configFile, *config.Config, error) {
	path, err := config.Find(a.configPath)
	if errors.Is(err, fs.ErrNotExist) || err == nil && path == "" {
		cfg, err := config.Load("")
		return configFile{cmp.Or(a.configPath, config.FileName)}, cfg, err
	}
	if err != nil {
		return configFile{}, nil, err
	}
	cfg, err := config.Load(path)
	return configFile{path}, cfg, err
}

// add edits the file as it is now: a while may have passed since it was looked at, and another dateline may be about to add
// to it, too.
func (f configFile) add(agencies []config.Agency, dryRun bool) ([]config.Change, error) {
	defer lockFolder(f.path)()
	before, err := os.ReadFile(f.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	after, changes, err := config.Add(f.path, before, agencies)
	if err != nil || dryRun || !anyAdded(changes) {
		return changes, err
	}
	return changes, f.write(after)
}

// write replaces the file, whole or not at all. One that its owner has closed to writing is not replaced either, though
// its folder may allow it.
func (f configFile) write(text []byte) error {
	if info, err := os.Stat(f.path); err == nil && info.Mode().Perm()&0o222 == 0 {
		return fmt.Errorf("%q: is read-only", f.path)
	}
	return writeFile(f.path, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}
