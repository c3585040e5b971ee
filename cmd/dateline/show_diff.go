package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"dateline/storage"
)

// difference is what changed from one revision of a record to another; --json prints it.
type difference struct {
	ID   string    `json:"id"`
	From readAt    `json:"from"`
	To   readAt    `json:"to"`
	Meta []field   `json:"fields,omitempty"`
	Text []passage `json:"text,omitempty"`
}

// readAt names a revision.
type readAt struct {
	Revision int       `json:"revision"`
	Fetched  time.Time `json:"fetched,omitzero"`
}

// field is one that differs, besides the text.
type field struct {
	Name string `json:"name"`
	Old  string `json:"old,omitempty"`
	New  string `json:"new,omitempty"`
}

// passage is a paragraph that differs.
type passage struct {
	Kind string `json:"kind"` // removed, added or edited
	Old  string `json:"old,omitempty"`
	New  string `json:"new,omitempty"`

	before int // paragraphs as before that precede it
}

// lastTwo is what --diff compares if it is not told.
const lastTwo = "the last two"

// showDiff prints what changed between two revisions.
func (a *app) showDiff(ctx context.Context, db *database, r storage.Record, which string) error {
	from, to, err := revisionRange(which, r.Revision)
	if err != nil {
		return err
	}
	if from < 1 {
		a.say("%s has one revision, there is nothing to compare", r.ID)
		return nil
	}
	old, err := a.revision(ctx, db, r, from)
	if err != nil {
		return err
	}
	now, err := a.revision(ctx, db, r, to)
	if err != nil {
		return err
	}
	d := compare(&old, &now)
	if a.json {
		return a.printJSON(d)
	}
	return d.write(a.stdout, len(paragraphs(now.Text)), a.color())
}

// revision is a record as it was.
func (a *app) revision(ctx context.Context, db *database, r storage.Record, n int) (storage.Record, error) {
	was, err := db.Revision(ctx, r.ID, n)
	if errors.Is(err, storage.ErrNotFound) {
		err = fmt.Errorf("%s has no revision %d, its latest is %d", r.ID, n, r.Revision)
	}
	return was, err
}

// revisionRange reads 1..3. from is 0 if the last two are meant and there is one.
func revisionRange(which string, latest int) (from, to int, err error) {
	if which == lastTwo {
		return latest - 1, latest, nil
	}
	a, b, ok := strings.Cut(which, "..")
	from, errFrom := strconv.Atoi(a)
	to, errTo := strconv.Atoi(b)
	if !ok || errFrom != nil || errTo != nil || from < 1 || to < 1 {
		return 0, 0, fmt.Errorf("--diff %q: expected two revisions such as 1..3", which)
	}
	return from, to, nil
}

// comparedFields are what besides the text a publisher changes, in the order of the record's keys.
var comparedFields = []struct {
	name string
	of   func(*storage.Record) string
}{
	{"url", func(r *storage.Record) string { return r.URL }},
	{"title", func(r *storage.Record) string { return r.Title }},
	{"authors", func(r *storage.Record) string { return strings.Join(r.Authors, ", ") }},
	{"dateline", func(r *storage.Record) string { return r.Dateline }},
	{"published", func(r *storage.Record) string { return moment(r.Published) }},
	{"updated", func(r *storage.Record) string { return moment(r.Updated) }},
	{"license", func(r *storage.Record) string { return licenseLine(r.License) }},
	{"rights", func(r *storage.Record) string { return rightsLine(r.Rights) }},
	{"partial", func(r *storage.Record) string { return r.Partial }},
	{"notice", func(r *storage.Record) string { return noticeLine(r.Notice) }},
}

func compare(old, now *storage.Record) *difference {
	d := &difference{ID: now.ID, From: readAt{old.Revision, old.Fetched}, To: readAt{now.Revision, now.Fetched}}
	for _, f := range comparedFields {
		if was, is := f.of(old), f.of(now); was != is {
			d.Meta = append(d.Meta, field{f.name, was, is})
		}
	}
	names := map[changeKind]string{wasRemoved: "removed", wasAdded: "added", wasEdited: "edited"}
	same := 0
	for _, c := range paragraphDiff(old.Text, now.Text) {
		if c.Kind == wasKept {
			same++
			continue
		}
		d.Text = append(d.Text, passage{names[c.Kind], c.Old, c.New, same})
		same = 0
	}
	return d
}

// write prints the difference as diff does: what was removed behind a minus, what was added behind a plus. Words that changed within a
// paragraph are set off, on a terminal that takes colour by that.
func (d *difference) write(w io.Writer, paragraphs int, color bool) error {
	p := &diffPrinter{color: color}
	fmt.Fprintf(&p.page, "--- revision %d, read %s\n+++ revision %d, read %s\n", d.From.Revision, second(d.From.Fetched), d.To.Revision, second(d.To.Fetched))
	for _, f := range d.Meta {
		fmt.Fprintf(&p.page, "\n%s\n", f.Name)
		p.line('-', []change{{wasKept, cmp.Or(f.Old, "none"), ""}})
		p.line('+', []change{{wasKept, "", cmp.Or(f.New, "none")}})
	}
	if len(d.Text) > 0 {
		p.page.WriteString("\ntext\n")
	}
	for _, c := range d.Text {
		p.asBefore(c.before)
		words := []change{{wasKept, c.Old, c.New}}
		if c.Kind == "edited" {
			words = wordDiff(c.Old, c.New)
		}
		if c.Old != "" {
			p.line('-', words)
		}
		if c.New != "" {
			p.line('+', words)
		}
		paragraphs -= c.before
		if c.New != "" {
			paragraphs--
		}
	}
	if len(d.Text) > 0 {
		p.asBefore(paragraphs)
	}
	if len(d.Meta)+len(d.Text) == 0 {
		p.page.WriteString("\nnothing that is compared differs\n")
	}
	_, err := io.WriteString(w, p.page.String())
	return err
}

// diffPrinter sets lines of a difference.
type diffPrinter struct {
	page  strings.Builder
	color bool
}

func (p *diffPrinter) asBefore(n int) {
	switch {
	case n == 1:
		p.page.WriteString("  … 1 paragraph as before\n")
	case n > 1:
		fmt.Fprintf(&p.page, "  … %d paragraphs as before\n", n)
	}
}

// line sets one side of a change. Each word is cleaned by itself: it is a stranger's.
func (p *diffPrinter) line(side byte, words []change) {
	begin, end, mark, unmark := "", "", "[-", "-]"
	skip, text := wasAdded, func(c change) string { return c.Old }
	if side == '+' {
		mark, unmark = "{+", "+}"
		skip, text = wasRemoved, func(c change) string { return c.New }
	}
	if p.color {
		begin, end, mark, unmark = "\x1b[31m", "\x1b[0m", "\x1b[7m", "\x1b[27m"
		if side == '+' {
			begin = "\x1b[32m"
		}
	}
	p.page.WriteString(begin + string(side) + " ")
	open := false
	for _, c := range words {
		if c.Kind == skip {
			continue
		}
		if changed := c.Kind != wasKept; changed != open {
			p.page.WriteString(map[bool]string{true: mark, false: unmark}[changed])
			open = changed
		}
		p.page.WriteString(printable(text(c)))
	}
	if open {
		p.page.WriteString(unmark)
	}
	p.page.WriteString(end + "\n")
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return second(t)
}

func licenseLine(l *storage.License) string {
	if l == nil {
		return ""
	}
	parts := []string{cmp.Or(l.SPDX, l.URL, l.Statement)}
	if l.Holder != "" {
		parts = append(parts, "of "+l.Holder)
	}
	return strings.Join(append(parts, "("+l.Status+")"), " ")
}

func rightsLine(all []storage.Right) string {
	var parts []string
	for _, r := range all {
		parts = append(parts, strings.TrimSpace(r.Name+" "+r.Value))
	}
	return strings.Join(parts, ", ")
}

func noticeLine(n *storage.Notice) string {
	if n == nil {
		return ""
	}
	return fmt.Sprintf("%s since %s (%s)", n.Kind, second(n.At), n.Evidence)
}
