package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"dateline/ingest"
	"dateline/storage"
)

func (a *app) showCommand() *cobra.Command {
	var form string // of the attribution
	c := &cobra.Command{
		Use:   "show ID|URL",
		Short: "Print one record to read: title, attribution, text",
		Long: `Prints a stored record for reading. It is named by its id or by its address, as the feed or the page gives it;
the address of a duplicate leads to the record that carries it. With --json it prints the record's line as
export does; with --attribution the line alone that is to stand beside a copy of the text, to read or as HTML.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.show(c.Context(), args[0], form) },
	}
	c.Flags().BoolVar(&a.json, "json", false, "print the record as one line of JSON")
	c.Flags().StringVar(&form, "attribution", "", "print the attribution alone, as `text or html`")
	c.MarkFlagsMutuallyExclusive("json", "attribution")
	return c
}

func (a *app) show(ctx context.Context, idOrURL, form string) error {
	if form != "" && form != "text" && form != "html" {
		return fmt.Errorf("--attribution %q: expected text or html", form)
	}
	db, err := a.open(ctx, true)
	if err != nil {
		return err
	}
	defer db.Close()
	r, err := db.Record(ctx, idOrURL)
	if errors.Is(err, storage.ErrNotFound) {
		return hint(fmt.Errorf("%q: not stored", idOrURL), "dateline explain tells what became of an entry that a feed listed")
	}
	if err != nil {
		return err
	}
	if a.json {
		r = public(r)
		line, err := r.Line()
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(a.stdout, "%s\n", line)
		return err
	}
	switch form {
	case "text":
		_, err = fmt.Fprintln(a.stdout, printable(r.Attribution))
		return err
	case "html":
		_, err = fmt.Fprintln(a.stdout, printable(ingest.AttributionHTML(&r)))
		return err
	}
	return writeArticle(a.stdout, &r, a.color())
}

// writeArticle sets a record as a page of plain text. Each line is cleaned by itself, so that a stranger's
// text cannot move the cursor.
func writeArticle(w io.Writer, r *storage.Record, color bool) error {
	title := printable(r.Title)
	if color && title != "" {
		title = "\x1b[1m" + title + "\x1b[0m"
	}
	blocks := []string{title, printable(r.Attribution)}
	if r.Partial != "" {
		blocks = append(blocks, fmt.Sprintf("[the feed's own text; the page did not come: %s]", printable(r.Partial)))
	}
	if r.License != nil && r.License.Status == "conflict" {
		blocks = append(blocks, "[the licence is in doubt: the page and the feed or configuration contradict each other]")
	}
	for paragraph := range strings.SplitSeq(r.Text, "\n\n") {
		blocks = append(blocks, printable(paragraph))
	}
	var page strings.Builder
	for _, b := range blocks {
		if b == "" {
			continue
		}
		if page.Len() > 0 {
			page.WriteString("\n")
		}
		page.WriteString(b + "\n")
	}
	_, err := io.WriteString(w, page.String())
	return err
}
