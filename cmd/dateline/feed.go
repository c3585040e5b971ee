package main

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"dateline/config"
	"dateline/fetch"
)

// feedDocument is a feed as `feed` prints it: what was read, in dateline's words, and no key without a value.
type feedDocument struct {
	Title       string      `json:"title,omitempty"`
	Description string      `json:"description,omitempty"`
	URL         string      `json:"url,omitempty"` // the home page
	Language    string      `json:"language,omitempty"`
	Rights      string      `json:"rights,omitempty"`
	License     string      `json:"license,omitempty"`
	Published   time.Time   `json:"published,omitzero"`
	Updated     time.Time   `json:"updated,omitzero"`
	TTL         int         `json:"ttl,omitempty"` // minutes
	Entries     []feedEntry `json:"entries,omitempty"`
	Sitemaps    []string    `json:"sitemaps,omitempty"` // of a sitemap index, which has no entries
}

type feedEntry struct {
	ID         string      `json:"id,omitempty"`
	URL        string      `json:"url,omitempty"`
	Title      string      `json:"title,omitempty"`
	Summary    string      `json:"summary,omitempty"`
	Content    string      `json:"content,omitempty"` // HTML
	Authors    []string    `json:"authors,omitempty"`
	Published  time.Time   `json:"published,omitzero"`
	Updated    time.Time   `json:"updated,omitzero"`
	Tags       []string    `json:"tags,omitempty"`
	Language   string      `json:"language,omitempty"`
	Enclosures []enclosure `json:"enclosures,omitempty"`
	Source     string      `json:"source,omitempty"` // the title of the feed that it was taken from
	Rights     string      `json:"rights,omitempty"`
	License    string      `json:"license,omitempty"`
}

type enclosure struct {
	URL    string `json:"url,omitempty"`
	Type   string `json:"type,omitempty"`
	Length int64  `json:"length,omitempty"` // bytes
}

func (a *app) feedCommand() *cobra.Command {
	var base string
	c := &cobra.Command{
		Use:   "feed FILE|-|URL",
		Short: "Print what is read from one feed, as JSON",
		Long: `Reads an RSS, Atom, RDF or JSON feed or a sitemap from a file, from stdin (-) or from its address, and prints what dateline
makes of it as indented JSON: the feed, and its entries in the document's order; of a sitemap index, the sitemaps, the newest
first. Nothing is stored.

If a page is at the address, such as a home page, its feeds are looked for: those that it declares, else links that look
like feeds, the news sitemaps of robots.txt, and where nothing is named, the home page and a few usual paths. It prints
{"feeds": […]}, the best first, each with the keys url, kind (main, section, sitemap, podcast, comments), found (where it was
named), title, language, entries, newest, full (most entries bring the whole text), same (addresses that give the same
entries) and error.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.feed(c.Context(), args[0], base) },
	}
	c.Flags().StringVar(&base, "url", "", "the `address` that relative links in a file are relative to")
	return c
}

func (a *app) feed(ctx context.Context, arg, base string) error {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	if isURL(arg) {
		return a.feedAt(ctx, cfg, arg)
	}
	f, err := a.readFeed(ctx, cfg, arg, base)
	if err != nil {
		return err
	}
	return a.printJSON(newFeedDocument(f))
}

func (a *app) readFeed(ctx context.Context, cfg *config.Config, arg, base string) (fetch.Feed, error) {
	b, err := a.readDocument(ctx, cfg, arg)
	if err != nil {
		return fetch.Feed{}, err
	}
	f, err := cfg.Fetch.Limits.ParseFeed(b, "", base)
	var failure *fetch.Error
	if errors.As(err, &failure) {
		named := *failure
		named.URL = arg // the user knows it by this name
		err = &named
	}
	return f, err
}

func newFeedDocument(f fetch.Feed) feedDocument {
	d := feedDocument{
		Title: f.Title, Description: f.Description, URL: f.Home, Language: f.Language, Rights: f.Rights, License: f.License,
		Published: f.Published.UTC(), Updated: f.Updated.UTC(), TTL: int(f.TTL / time.Minute),
		Sitemaps: f.Sitemaps,
	}
	for i := range f.Entries {
		d.Entries = append(d.Entries, newFeedEntry(&f.Entries[i], f.Language))
	}
	return d
}

// newFeedEntry prints an entry, whose language is its feed's unless it says otherwise.
func newFeedEntry(e *fetch.Entry, language string) feedEntry {
	entry := feedEntry{
		ID: e.ID, URL: e.URL, Title: e.Title, Summary: e.Summary, Content: e.Content, Authors: e.Authors,
		Published: e.Published.UTC(), Updated: e.Updated.UTC(), Tags: e.Tags, Language: cmp.Or(e.Language, language),
		Source: e.Source, Rights: e.Rights, License: e.License,
	}
	for _, f := range e.Enclosures {
		entry.Enclosures = append(entry.Enclosures, enclosure{URL: f.URL, Type: f.Type, Length: f.Length})
	}
	return entry
}
