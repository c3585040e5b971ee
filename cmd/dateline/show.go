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
	var o showOptions
	c := &cobra.Command{
		Use:   "show ID|URL [--diff[=N..M]]",
		Short: "Print one record to read: title, attribution, text",
		Long: `Prints a stored record for reading. It is named by its id or by its address, as the feed or the page gives it;
the address of a duplicate leads to the record that carries it. With --json it prints the record's line as
export does; with --attribution the line alone that is to stand beside a copy of the text, to read or as HTML.

Each time that a publisher changes the text, the record has a revision more, and the earlier ones are kept. --revision prints
one of them; --diff tells what changed, paragraph by paragraph and within one word by word, between the last two
or between those that are named: --diff=1..3.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.show(c.Context(), args[0], o) },
	}
	c.Flags().BoolVar(&a.json, "json", false, "print the record as one line of JSON")
	c.Flags().StringVar(&o.form, "attribution", "", "print the attribution alone, as `text or html`")
	c.Flags().IntVar(&o.revision, "revision", 0, "print the record as it was at this revision, from `1`")
	c.Flags().StringVar(&o.diff, "diff", "", "print what changed between two revisions, such as `1..3`")
	c.Flags().Lookup("diff").NoOptDefVal = lastTwo
	c.MarkFlagsMutuallyExclusive("json", "attribution")
	c.MarkFlagsMutuallyExclusive("diff", "revision", "attribution")
	return c
}

// showOptions are what of a record is shown.
type showOptions struct {
	form     string // of the attribution
	revision int    // 0: the latest
	diff     string // revisions to compare
}

func (a *app) show(ctx context.Context, idOrURL string, o showOptions) error {
	if o.form != "" && o.form != "text" && o.form != "html" {
		return fmt.Errorf("--attribution %q: expected text or html", o.form)
	}
	db, err := a.open(ctx, true)
	if err != nil {
		return err
	}
	defer db.Close()
	r, err := db.Record(ctx, idOrURL)
	if err == nil {
		err = db.Seen(ctx, &r)
	}
	if errors.Is(err, storage.ErrNotFound) {
		return hint(fmt.Errorf("%q: not stored", idOrURL), "dateline explain tells what became of an entry that a feed listed")
	}
	if err != nil {
		return err
	}
	if o.diff != "" {
		return a.showDiff(ctx, db, r, o.diff)
	}
	if o.revision != 0 {
		if r, err = a.revision(ctx, db, r, o.revision); err != nil {
			return err
		}
	}
	return a.showRecord(r, o.form)
}

// showRecord prints one record.
func (a *app) showRecord(r storage.Record, form string) error {
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
		_, err := fmt.Fprintln(a.stdout, printable(r.Attribution))
		return err
	case "html":
		_, err := fmt.Fprintln(a.stdout, printable(ingest.AttributionHTML(&r)))
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
	if r.Notice != nil {
		blocks = append(blocks, "["+printable(noticeLine(r.Notice))+"]")
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
