package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"dateline/storage"
)

// account is what `explain` tells; --json prints it. What the record itself holds is left to `show`.
type account struct {
	ID       string            `json:"id"`
	URL      string            `json:"url,omitempty"`
	Title    string            `json:"title,omitempty"`
	State    storage.State     `json:"state"`
	Revision int               `json:"revision,omitempty"`
	Partial  string            `json:"partial,omitempty"` // why the text is the feed's own
	Pending  *wanted           `json:"pending,omitempty"`
	Listings []storage.Listing `json:"listings,omitempty"` // a row per feed that listed it
	Events   []storage.Event   `json:"events,omitempty"`   // what happened, oldest first
}

// wanted is a page that is still to come.
type wanted struct {
	Page  string    `json:"page,omitempty"`
	Tries int       `json:"tries"` // in vain
	Error string    `json:"error,omitempty"`
	Due   time.Time `json:"due,omitzero"` // not before; absent: now
}

func (a *app) explainCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "explain URL|ID",
		Short: "Tell the story of one entry: who listed it, what was asked and found, what became of it",
		Long: `Tells what happened to an entry: which feeds listed it and when, what was asked for and what was answered,
where its body, its date and its licence were read, and what became of it. The entry is named by its address, as the
feed or the page gives it, or by its id. Times are UTC.

A story is bounded: of an entry that is edited again and again, the beginning and the latest events are kept.

With --json it prints one object with the keys id, url, title, state, revision, partial, pending, listings and events.
What is empty is left out.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.explain(c.Context(), args[0]) },
	}
	c.Flags().BoolVar(&a.json, "json", false, "print the story as JSON")
	return c
}

func (a *app) explain(ctx context.Context, idOrURL string) error {
	db, err := a.open(ctx, true)
	if err != nil {
		return err
	}
	defer db.Close()
	found, err := db.Explain(ctx, idOrURL)
	if errors.Is(err, storage.ErrNotFound) {
		return hint(fmt.Errorf("%q: no feed has listed it", idOrURL), "dateline feeds tells which feeds are asked, and when")
	}
	if err != nil {
		return err
	}
	told := tell(found)
	if a.json {
		return a.printJSON(told)
	}
	return told.write(a.stdout)
}

// tell joins what the store knows of an article.
func tell(found storage.Account) account {
	told := account{ID: found.ID, Listings: found.Listings, Events: found.Events, State: state(found.Listings)}
	if d := found.Pending; d != nil {
		told.URL, told.Title = cmp.Or(d.Record.URL, d.Page), d.Record.Title
		told.Pending = &wanted{Page: d.Page, Tries: d.Tries, Error: d.Error, Due: d.Due}
	}
	if r := found.Record; r != nil {
		told.URL, told.Title, told.Revision, told.Partial = r.URL, r.Title, r.Revision, r.Partial
	}
	if len(found.Listings) > 0 {
		told.URL, told.Title = cmp.Or(told.URL, found.Listings[0].URL), cmp.Or(told.Title, found.Listings[0].Title)
	}
	return told
}

// state is the article's own: that of a listing which does not merely repeat it.
func state(listings []storage.Listing) storage.State {
	var s storage.State
	for _, l := range listings {
		if s == "" || s == storage.Duplicate {
			s = l.State
		}
	}
	return s
}

func (told *account) write(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "%s  %s\n%s\n%s\n", told.ID, printable(told.URL), printable(told.Title), told.fate())
	fmt.Fprintf(t, "\nListed by\n")
	for _, l := range told.Listings {
		fmt.Fprintf(t, "  %s\t%s\t%s\n", printable(l.Agency.ID), printable(l.Feed), sighted(l))
		if l.URL != told.URL && l.URL != "" {
			fmt.Fprintf(t, "  \tas %s\n", printable(l.URL))
		}
	}
	fmt.Fprintf(t, "\nWhat happened\n")
	for _, e := range told.Events {
		fmt.Fprintf(t, "  %s\t%s\t%s\n", second(e.At), printable(e.What), short(printable(e.Detail)))
	}
	return t.Flush()
}

// fate says in a line what became of the article.
func (told *account) fate() string {
	switch {
	case told.Pending != nil && told.Revision > 0:
		return fmt.Sprintf("stored, revision %d; edited since, and its page is wanted again: %s", told.Revision, told.Pending)
	case told.Pending != nil:
		return "pending: " + told.Pending.String()
	case told.Partial != "":
		return fmt.Sprintf("%s, from the feed alone: %s; revision %d", told.State, printable(told.Partial), told.Revision)
	case told.Revision > 0:
		return fmt.Sprintf("stored, revision %d", told.Revision)
	default:
		return string(told.State)
	}
}

func (w *wanted) String() string {
	when := "due now"
	if w.Due.After(time.Now()) {
		when = "due " + second(w.Due)
	}
	if w.Tries == 0 {
		return "not asked for yet, " + when
	}
	return fmt.Sprintf("asked for %d times in vain (%s), %s", w.Tries, printable(w.Error), when)
}

// sighted says when a feed listed an entry and what the ledger has for it.
func sighted(l storage.Listing) string {
	s := "first " + second(l.First)
	if l.Last.After(l.First) {
		s += ", last " + second(l.Last)
	}
	s += ": " + string(l.State)
	if l.Why != "" {
		s += ", " + printable(l.Why)
	}
	return s
}

// short keeps a finding to a line or two; --json has all of it.
func short(s string) string {
	const most = 160 // characters
	if r := []rune(s); len(r) > most {
		return strings.TrimSpace(string(r[:most])) + "…"
	}
	return s
}

func second(t time.Time) string { return t.UTC().Format(time.DateTime) }
