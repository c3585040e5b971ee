package main

import (
	"context"
	"fmt"
	"time"

	"dateline/config"
	"dateline/fetch"
)

// candidate is a feed that a page may have meant, as `feed` prints it.
type candidate struct {
	URL      string    `json:"url"`
	Kind     string    `json:"kind"`  // main, section, sitemap, podcast, comments
	Found    string    `json:"found"` // where it was named
	Title    string    `json:"title,omitempty"`
	Language string    `json:"language,omitempty"`
	Entries  *int      `json:"entries,omitempty"` // absent: it was not asked, or failed
	Newest   time.Time `json:"newest,omitzero"`   // the latest date of an entry
	Full     bool      `json:"full,omitempty"`    // most entries bring the whole text
	Same     []string  `json:"same,omitempty"`    // addresses that give the same entries
	Error    string    `json:"error,omitempty"`
}

// candidates are the feeds of a page, the best first.
type candidates struct {
	Feeds []candidate `json:"feeds"`
}

// feedAt prints the feed at an address, or the feeds of the page that is there.
func (a *app) feedAt(ctx context.Context, cfg *config.Config, url string) error {
	found, err := discover(ctx, cfg, url)
	if err != nil {
		return err
	}
	if found[0].Found == fetch.FoundItself {
		return a.printJSON(newFeedDocument(found[0].Feed))
	}
	var c candidates
	for i := range found {
		c.Feeds = append(c.Feeds, newCandidate(&found[i]))
	}
	if err := a.printJSON(c); err != nil {
		return err
	}
	fmt.Fprintf(a.stderr, "hint: this is a page with %s; dateline feeds add %s takes the first\n",
		count(readable(found), "feed"), printable(url))
	return nil
}

func discover(ctx context.Context, cfg *config.Config, url string) ([]fetch.Candidate, error) {
	client, err := newClient(cfg, nil, nil, nil)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	return client.Discover(ctx, url)
}

func newCandidate(f *fetch.Candidate) candidate {
	c := candidate{URL: f.URL, Kind: string(f.Kind), Found: f.Found, Title: f.Title, Language: f.Feed.Language,
		Newest: f.Newest.UTC(), Full: f.Full, Same: f.Same}
	switch {
	case f.Err != nil:
		c.Error = f.Err.Error()
	case f.Asked:
		n := len(f.Feed.Entries)
		c.Entries = &n
	}
	return c
}

// count writes a number of things.
func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}
