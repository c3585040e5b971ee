package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"dateline/storage"
)

type exportOptions struct {
	out, format, since, until string
	after, cursorFile         string
	follow, unique            bool
	write                     storage.ExportOptions
	filter                    storage.Filter
}

func (a *app) exportCommand() *cobra.Command {
	var o exportOptions
	c := &cobra.Command{
		Use:   "export",
		Short: "Write the stored records, oldest first",
		Long: `Writes the stored records, oldest first, in an order that is the same for everybody who stored the same articles. With -o the
file appears whole or not at all.

The format is what --format says, else what the name of the file ends in, else jsonl, one JSON object a line. Others are dolma
(.dolma.jsonl), parquet, csv, and atom: a feed of the newest. Each may be compressed: with .gz or .zst after it.

With --after, --cursor-file or --follow it writes what changed instead, in the order of the changes: each record as it is
now, or that it is gone, with a last key, change. The cursor to go on after is in each line, and is printed
at the end. A file given with -o is appended to. A record comes again each time it changes: the last line of an id is the one that counts.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.export(c.Context(), o) },
	}
	f := c.Flags()
	f.StringVarP(&o.out, "output", "o", "", "write to a `file`, whole or not at all (default: stdout)")
	f.StringVar(&o.format, "format", "", "a `format`: "+strings.Join(storage.Formats, ", ")+", perhaps with .gz or .zst (default: what FILE ends in, else jsonl)")
	f.IntVar(&o.write.Newest, "newest", storage.AtomEntries, fmt.Sprintf("atom: at most so many `entries`, up to %d", storage.MaxAtomEntries))
	f.StringVar(&o.write.Self, "self", "", "atom: the `URL` at which the feed will be")
	f.StringSliceVar(&o.filter.Agencies, "agency", nil, "only these agencies, by `id`")
	f.StringVar(&o.since, "since", "", "published at or after a `time`: RFC 3339, a date, or an age such as 36h or 7d")
	f.StringVar(&o.until, "until", "", "published before a `time`, in the same forms")
	f.StringVar(&o.filter.Language, "language", "", "only this language, a BCP 47 `tag`; en includes en-GB")
	f.StringVar(&o.filter.License, "license", "", "only this licence, an SPDX `id`, or open: CC0, CC BY, CC BY-SA, public domain")
	f.BoolVar(&o.unique, "unique", false, "one record of each set of near-duplicates, with the others as its carriers")
	f.StringVar(&o.after, "after", "", "what changed after a `cursor` that an export printed, or since the start")
	f.StringVar(&o.cursorFile, "cursor-file", "", "go on after the cursor in a `file`, and keep it there")
	f.BoolVar(&o.follow, "follow", false, "go on for ever, with what changes meanwhile")
	return c
}

// chooseFormat sets the format by its name, or by that of the file.
func (o *exportOptions) chooseFormat() (err error) {
	o.write.Format = storage.FormatOf(o.out)
	if o.format != "" {
		o.write.Format, err = storage.ParseFormat(o.format)
	}
	switch {
	case err != nil:
		return err
	case o.write.Newest < 1 || o.write.Newest > storage.MaxAtomEntries:
		return fmt.Errorf("--newest %d: expected 1 to %d", o.write.Newest, storage.MaxAtomEntries)
	case o.write.Self != "" && !isAbsolute(o.write.Self):
		return fmt.Errorf("--self %q: expected an address such as https://example.org/news.atom", o.write.Self)
	case (o.write.Self != "" || o.write.Newest != storage.AtomEntries) && !strings.HasPrefix(o.write.Format.String(), "atom"):
		return fmt.Errorf("format %s: --newest and --self are for atom", o.write.Format)
	case o.wantsChanges() && o.unique:
		return errors.New("--unique: not with changes, since one record after another may stand for the same set; duplicate_of marks them")
	case o.wantsChanges() && o.write.Format.String() != "jsonl":
		return fmt.Errorf("format %s: changes are written as jsonl only", o.write.Format)
	}
	return nil
}

func isAbsolute(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.IsAbs() && u.Host != ""
}

func (a *app) export(ctx context.Context, o exportOptions) (err error) {
	now := time.Now()
	if o.filter.Since, err = parseTime("--since", o.since, now); err != nil {
		return err
	}
	if o.filter.Until, err = parseTime("--until", o.until, now); err != nil {
		return err
	}
	if err := o.chooseFormat(); err != nil {
		return err
	}
	stdout := o.out == "" || o.out == "-"
	if stdout && o.write.Format.Binary() && isTerminal(a.stdout) {
		return hint(fmt.Errorf("%s is not for a terminal", o.write.Format), "-o names a file")
	}
	if o.wantsChanges() {
		return a.exportChanges(ctx, o)
	}
	db, err := a.open(ctx, true)
	if err != nil {
		return err
	}
	defer db.Close()
	lines := db.Lines
	if o.unique {
		lines = db.UniqueLines
	}
	write := func(w io.Writer) error {
		_, err := storage.ExportLines(w, o.write, publicLines(lines(ctx, o.filter)))
		return err
	}
	if stdout {
		return write(a.stdout)
	}
	return writeFile(o.out, write)
}

// forAll makes records public.
func forAll(records iter.Seq2[storage.Record, error]) iter.Seq2[storage.Record, error] {
	return func(yield func(storage.Record, error) bool) {
		for r, err := range records {
			if !yield(public(r), err) {
				return
			}
		}
	}
}

// publicLines makes lines public.
func publicLines(lines iter.Seq2[storage.Line, error]) iter.Seq2[storage.Line, error] {
	return func(yield func(storage.Line, error) bool) {
		var hide redactor
		for l, err := range lines {
			if err == nil {
				l, err = hide.line(l)
			}
			if !yield(l, err) || err != nil {
				return
			}
		}
	}
}

// parseTime reads a point in time as a user writes it; an empty one is the zero time.
func parseTime(flag, s string, now time.Time) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, nil
		}
	}
	if age, err := parseAge(s); err == nil {
		return now.Add(-age), nil
	}
	return time.Time{}, fmt.Errorf("%s %q: expected RFC 3339 (2026-11-03T08:00:00Z), a date (2026-11-03) or an age (36h, 7d)", flag, s)
}

func parseAge(s string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(s, "d"); ok {
		n, err := strconv.ParseUint(days, 10, 16)
		return time.Duration(n) * 24 * time.Hour, err
	}
	d, err := time.ParseDuration(s)
	if err == nil && d < 0 {
		err = errors.New("negative")
	}
	return d, err
}

// writeFile writes a file whole or not at all. What is no file, a device or a pipe, is written to as it is; a link is
// followed. A file that is replaced keeps its mode, and its owner if we may give files away.
func writeFile(path string, write func(io.Writer) error) error {
	var old fs.FileInfo
	if real, err := filepath.EvalSymlinks(path); err == nil {
		info, err := os.Stat(real)
		if err != nil {
			return err
		}
		if !info.Mode().IsRegular() && !info.IsDir() {
			return writeDevice(real, write)
		}
		path, old = real, info
	}
	return named(path, writeWhole(path, old, write))
}

func writeDevice(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}

// writeWhole writes beside the file and renames when all is on the disk, so that nobody reads half an export. A
// failing write leaves what was there. old is that; nil if nothing was.
func writeWhole(path string, old fs.FileInfo, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	mode := fs.FileMode(0o644)
	if old != nil {
		mode = old.Mode().Perm()
		giveAway(f, old)
	}
	if err := errors.Join(write(f), f.Chmod(mode), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// named makes a failure of the file beside one of the file that the user named. Other errors name their subject already.
func named(path string, err error) error {
	var failure *fs.PathError
	if errors.As(err, &failure) {
		return fmt.Errorf("%q: %w", path, failure.Err)
	}
	return err
}
