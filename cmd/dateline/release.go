package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"dateline/config"
	"dateline/extract"
	"dateline/fetch"
	"dateline/ingest"
	"dateline/storage"
	"dateline/storage/release"
)

type releaseOptions struct {
	release.Options
	date, since, until string
	allow              []string
	filter             storage.Filter
	verify             bool
}

// allowReserved lets all reservations pass, allowAll everything that can.
const (
	allowReserved = "reserved"
	allowAll      = "any"
)

func (a *app) releaseCommand() *cobra.Command {
	var o releaseOptions
	c := &cobra.Command{
		Use:   "release DIR",
		Short: "Write a data set that can be cited: shards, attributions, data sheet, sums",
		Long: `Writes a data set into a folder: the records in shards per licence and language, a manifest with counts and
sums, ATTRIBUTION.md with a line per record beside it, DATASHEET.md and CITATION.cff. The folder must not exist or be
empty; it appears whole or not at all. The same store gives the same bytes.

Only what may be passed on is in it: records under an open licence that the publisher states and that nothing
contradicts, without a reservation (noai, tdm-reservation, rsl …) beside it. --allow takes a reason back:
` + strings.Join(release.Reasons, ", ") + `, the name of a reservation, ` + allowReserved + ` for all of these, or ` + allowAll + `.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if o.verify {
				return a.verifyRelease(c.Context(), args[0])
			}
			return a.release(c.Context(), args[0], o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.Name, "name", "", "what the data set is called, a `title` (default: "+release.DefaultName+")")
	f.StringVar(&o.Version, "edition", "", "its `version` (default: the date)")
	f.StringVar(&o.date, "date", "", "its `day`, 2026-11-03 (default: the day on which the newest record was fetched)")
	f.StringSliceVar(&o.Authors, "author", nil, "the `name` of who compiled it, for CITATION.cff (default: the agencies)")
	f.StringSliceVar(&o.allow, "allow", nil, "release in spite of these `reasons`")
	f.BoolVar(&o.Unique, "unique", false, "of near-duplicates only the first")
	f.StringSliceVar(&o.filter.Agencies, "agency", nil, "only these agencies, by `id`")
	f.StringVar(&o.since, "since", "", "published at or after a `time`: RFC 3339 or a date")
	f.StringVar(&o.until, "until", "", "published before a `time`, in the same forms")
	f.StringVar(&o.filter.Language, "language", "", "only this language, a BCP 47 `tag`; en includes en-GB")
	f.StringVar(&o.filter.License, "license", "", "only this licence, an SPDX `id`")
	f.BoolVar(&o.verify, "verify", false, "write nothing: check the sums, counts and attributions of the release in DIR")
	return c
}

func (a *app) release(ctx context.Context, dir string, o releaseOptions) (err error) {
	if err := o.parse(); err != nil {
		return err
	}
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	if o.Configuration, err = configurationHash(cfg); err != nil {
		return err
	}
	o.Dateline, o.Honoured, o.Contact, o.Judge = version, cfg.Honour, cfg.Contact, judge()
	db, err := a.open(ctx, true)
	if err != nil {
		return err
	}
	defer db.Close()
	src, err := releaseSource(ctx, db.Store, o.filter)
	if err != nil {
		return err
	}
	m, err := release.Write(ctx, dir, src, o.Options)
	if errors.Is(err, release.ErrNothing) {
		return hint(fmt.Errorf("%w: %s", err, withheldList(m)), "dateline release --help says how --allow takes a reason back")
	}
	if err != nil {
		return named(dir, err)
	}
	a.printRelease(dir, m)
	return nil
}

// parse reads the flags that are more than texts.
func (o *releaseOptions) parse() (err error) {
	if o.date != "" {
		if o.Date, err = time.Parse(time.DateOnly, o.date); err != nil {
			return fmt.Errorf("--date %q: expected a day (2026-11-03)", o.date)
		}
	}
	// An age would make another data set of the same store every second.
	if o.filter.Since, err = parseTime("--since", o.since, time.Now()); err != nil {
		return err
	}
	if o.filter.Until, err = parseTime("--until", o.until, time.Now()); err != nil {
		return err
	}
	o.Allow = map[string]bool{}
	for _, name := range o.allow {
		switch {
		case name == allowAll:
			allow(o.Allow, release.Reasons, extract.Reservations)
		case name == allowReserved:
			allow(o.Allow, extract.Reservations)
		case slices.Contains(release.Reasons, name) || slices.Contains(extract.Reservations, name):
			o.Allow[name] = true
		default:
			return fmt.Errorf("--allow %q: expected %s, %s, %s or %s", name, strings.Join(release.Reasons, ", "),
				strings.Join(extract.Reservations, ", "), allowReserved, allowAll)
		}
	}
	return nil
}

func allow(set map[string]bool, lists ...[]string) {
	for _, list := range lists {
		for _, name := range list {
			set[name] = true
		}
	}
}

// judge is what extract and ingest know of licences and reservations, in storage's words.
func judge() release.Judge {
	return release.Judge{
		Open: func(l storage.License) bool { return extract.License(l).Open() },
		Reserved: func(rights []storage.Right, allow map[string]bool) string {
			all := make([]extract.Right, len(rights))
			for i, r := range rights {
				all[i] = extract.Right(r)
			}
			for _, name := range extract.Reservations {
				if _, binds := extract.Binding(all, []string{name}); binds && !allow[name] {
					return name
				}
			}
			return ""
		},
		Name:   extract.LicenseName,
		Credit: ingest.Origin,
	}
}

// configurationHash names a configuration without showing it: that of what dateline config prints.
func configurationHash(cfg *config.Config) (string, error) {
	h := sha256.New()
	if err := cfg.Encode(h); err != nil {
		return "", err
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil)), nil
}

// releaseSource is the store as a release may show it. All that was there at its number is in it; what comes or changes while it
// is read has a higher one, and may be in it all the same. A backup stands still.
func releaseSource(ctx context.Context, db *storage.Store, f storage.Filter) (src release.Source, err error) {
	if src.Sequence, err = db.Sequence(ctx); err != nil {
		return src, err
	}
	for state, err := range db.Feeds(ctx) {
		if err != nil {
			return src, err
		}
		if len(f.Agencies) > 0 && !slices.Contains(f.Agencies, state.Agency) {
			continue
		}
		tally, err := db.Tally(ctx, state.URL)
		if err != nil {
			return src, err
		}
		feed := release.Feed{URL: fetch.Redact(state.URL), Agency: state.Agency, States: map[string]int{}}
		for s, n := range tally {
			if n != 0 {
				feed.States[string(s)] = n
			}
		}
		src.Feeds = append(src.Feeds, feed)
	}
	src.Records = forAll(func(yield func(storage.Record, error) bool) {
		for r, err := range db.Records(ctx, f) {
			if !yield(r, err) {
				return
			}
		}
		// A record whose date changed while they were read may have moved to where we had been.
		for r, err := range db.ChangedSince(ctx, src.Sequence, f) {
			if !yield(r, err) {
				return
			}
		}
	})
	return src, nil
}

func (a *app) printRelease(dir string, m release.Manifest) {
	fmt.Fprintf(a.stdout, "%s: %s %s, %d records in %d files\n", printable(dir), printable(m.Name), printable(m.Version), m.Records, len(m.Files)+2)
	for _, license := range slices.Sorted(maps.Keys(m.Counts.License)) {
		fmt.Fprintf(a.stdout, "%9d  %s\n", m.Counts.License[license], printable(license))
	}
	if len(m.Withheld) > 0 {
		fmt.Fprintf(a.stdout, "withheld: %s\n", withheldList(m))
	}
}

// withheldList says how many records were left out for which reason.
func withheldList(m release.Manifest) string {
	var all []string
	for _, reason := range slices.Sorted(maps.Keys(m.Withheld)) {
		all = append(all, fmt.Sprintf("%d %s", m.Withheld[reason], reason))
	}
	if len(all) == 0 {
		return "the store has none that was asked for"
	}
	return strings.Join(all, ", ")
}

func (a *app) verifyRelease(ctx context.Context, dir string) error {
	m, err := release.Verify(ctx, dir, judge())
	var wrong release.Mistakes
	if errors.As(err, &wrong) {
		for _, w := range wrong {
			a.say("%s", printable(w.Error()))
		}
		return &exitError{code: exitFailure}
	}
	if err != nil {
		return named(dir, err)
	}
	fmt.Fprintf(a.stdout, "%s: %s %s is whole: %d records, each with its attribution\n", printable(dir), printable(m.Name), printable(m.Version), m.Records)
	return nil
}
