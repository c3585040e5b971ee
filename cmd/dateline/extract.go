package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"golang.org/x/net/html/charset"

	"dateline/config"
	"dateline/extract"
	"dateline/fetch"
	"dateline/ingest"
	"dateline/storage"
)

// extraction is a record as far as a page alone can fill it. The fields beside the record stand for its own
// of the same keys, in the same order, and are not written when they are empty.
type extraction struct {
	ID     string          `json:"id,omitempty"`
	URL    string          `json:"url,omitempty"`
	Agency *storage.Agency `json:"agency,omitempty"`
	storage.Record
}

func (a *app) extractCommand() *cobra.Command {
	var address, batch string
	var explain bool
	c := &cobra.Command{
		Use:   "extract [--url URL] FILE|-|URL\n  dateline extract --batch FILE|-",
		Short: "Print what the extractor makes of one page, as JSON",
		Long: `Reads a page from a file, from stdin (-) or from its address, and prints what dateline makes of it: the keys of
a record as far as a page can fill them, as indented JSON. Times have the offset that the page states, else UTC. Nothing
is stored. An address is fetched with the manners of ingest; robots.txt is respected.

If an agency of the configuration has the address's host as its home or in a feed, its rules, language and time zone
are used. For a file, --url says which address it came from.

--explain tells how the page was read instead: the candidates for the body with their confidence, what became of every
block and why, and where each field was found. It is how a rule is tried.

--batch reads many pages on all cores, from a list with a line {"id": "…", "file": "…", "url": "…"} for each; the file,
gzip or plain, is looked for beside the list. It prints a record a line in the order of the list, the id first. A line
or file that can't be read is named on stderr and skipped; the exit status is then 3.`,
		Args: func(c *cobra.Command, args []string) error {
			if batch != "" {
				return cobra.NoArgs(c, args)
			}
			return cobra.ExactArgs(1)(c, args)
		},
		RunE: func(c *cobra.Command, args []string) error {
			if batch != "" {
				return a.extractBatch(c.Context(), batch)
			}
			return a.extract(c.Context(), args[0], address, explain)
		},
	}
	c.Flags().StringVar(&address, "url", "", "the `address` that a file came from")
	c.Flags().StringVar(&batch, "batch", "", "a `list` of pages, JSON lines; - is stdin")
	c.Flags().BoolVar(&explain, "explain", false, "tell how the page was read")
	c.MarkFlagsMutuallyExclusive("url", "batch")
	c.MarkFlagsMutuallyExclusive("explain", "batch")
	return c
}

func (a *app) extract(ctx context.Context, arg, address string, explain bool) error {
	cfg, err := a.loadConfig()
	if err != nil {
		return err
	}
	var page fetch.Page
	if isURL(arg) {
		page, err = fetchPage(ctx, cfg, arg)
	} else {
		page, err = a.readPage(ctx, cfg, arg, address)
	}
	if err != nil {
		return err
	}
	src := pageSource(cfg, page)
	if explain {
		return writeExplanation(a.stdout, extract.Explain(page.HTML, src))
	}
	article := extract.Page(page.HTML, src)
	if article.Text == "" {
		a.say("%q: no text was found", printable(arg))
	}
	r := ingest.Extracted(page.URL, src.Agency, article)
	return a.printJSON(extraction{URL: r.URL, Record: r})
}

func fetchPage(ctx context.Context, cfg *config.Config, address string) (fetch.Page, error) {
	client, err := newClient(cfg, nil, nil, nil)
	if err != nil {
		return fetch.Page{}, err
	}
	defer client.Close()
	return client.Page(ctx, address)
}

func (a *app) readPage(ctx context.Context, cfg *config.Config, arg, address string) (fetch.Page, error) {
	if address != "" {
		if _, err := storage.CanonicalURL(address); err != nil {
			return fetch.Page{}, fmt.Errorf("--url: %w", err)
		}
	}
	b, err := a.readDocument(ctx, cfg, arg)
	if err != nil {
		return fetch.Page{}, err
	}
	html, err := decodeHTML(b)
	if err != nil {
		return fetch.Page{}, fmt.Errorf("%q: %w", arg, err)
	}
	return fetch.Page{URL: address, HTML: html}, nil
}

// decodeHTML makes UTF-8 of a page that came without headers: valid UTF-8 is taken as it is, because other encodings
// don't look like it by chance; else the page's own meta element decides. A byte order mark is no part of the text.
func decodeHTML(b []byte) ([]byte, error) {
	if !utf8.Valid(b) || bytes.IndexByte(b, 0) >= 0 {
		r, err := charset.NewReader(bytes.NewReader(b), "text/html")
		if err != nil {
			return nil, err
		}
		if b, err = io.ReadAll(r); err != nil {
			return nil, err
		}
	}
	return bytes.ToValidUTF8(bytes.TrimPrefix(b, []byte("\ufeff")), []byte("\ufffd")), nil
}

// pageSource is what the configuration knows of a page's site.
func pageSource(cfg *config.Config, page fetch.Page) extract.Source {
	s := extract.Source{URL: page.URL, Fetched: time.Now().UTC(), Header: page.Header}
	if agency, ok := agencyOf(cfg, page.URL); ok {
		s.Rules, s.Zone, s.Language, s.Agency, s.Holder = agency.Rules, agency.Zone, agency.Language, agency.Name, agency.Holder
	}
	return s
}

// agencyOf finds whose page an address is. A home decides before a feed, since some agencies' feeds are served by
// somebody else.
func agencyOf(cfg *config.Config, address string) (config.Agency, bool) {
	site := siteOf(address)
	if site == "" {
		return config.Agency{}, false
	}
	for _, agency := range cfg.Agencies {
		if siteOf(agency.Home) == site {
			return agency, true
		}
	}
	for _, agency := range cfg.Agencies {
		for _, feed := range agency.Feeds {
			if siteOf(feed) == site {
				return agency, true
			}
		}
	}
	return config.Agency{}, false
}

// siteOf is an address's host; www.news.example and news.example are one site.
func siteOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(u.Host), "www.")
}
