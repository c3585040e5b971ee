package storage

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"time"
)

// Filter chooses records. The zero value chooses all.
type Filter struct {
	Agencies []string  // ids; any of them
	Since    time.Time // published at or after
	Until    time.Time // published before
	Language string    // en also means en-GB
	License  string    // an SPDX id, or OpenLicenses
}

// OpenLicenses as [Filter.License] chooses what may be reused and changed by everybody.
const OpenLicenses = "open"

// Records yields the chosen records, oldest first and then by id: an order that depends on nothing but what was
// published. It reads as a stream of slices, and what is stored before it begins comes once, as it is by then: a record that is removed
// meanwhile, or stored, may be seen or not, and one whose date is changed to one that was passed already comes at the end.
func (s *Store) Records(ctx context.Context, f Filter) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		for l, err := range s.Lines(ctx, f) {
			var r Record
			if err == nil {
				r, err = l.Record()
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// ceil rounds up to the second, which is what records are dated by.
func ceil(t time.Time) time.Time { return t.Add(time.Second - time.Nanosecond).Truncate(time.Second) }

func (f *Filter) match(r *Record) bool {
	if len(f.Agencies) > 0 && !slices.Contains(f.Agencies, r.Agency.ID) {
		return false
	}
	if f.Language != "" && !strings.EqualFold(f.Language, r.Language) &&
		!strings.HasPrefix(strings.ToLower(r.Language), strings.ToLower(f.Language)+"-") {
		return false
	}
	switch {
	case f.License == "":
		return true
	case r.License == nil || r.License.Status == "conflict":
		return false
	case f.License == OpenLicenses:
		return openLicense(r.License.SPDX)
	default:
		return strings.EqualFold(f.License, r.License.SPDX)
	}
}

// openLicense says whether a licence allows everybody to reuse and to change: CC0, CC BY, CC BY-SA or the public
// domain, in any version and port, and the open licences of states.
func openLicense(spdx string) bool {
	id := strings.TrimPrefix(strings.ToLower(spdx), "licenseref-")
	for _, open := range []string{"cc-pddc", "cc-pdm", "cc-mark", "cc0", "cc-zero", "public-domain", "ogl-uk", "ogl-canada", "etalab", "kogl-1", "us-government-work", "dl-de-", "nlod-"} {
		if strings.HasPrefix(id, open) {
			return true
		}
	}
	if id != "cc-by" && id != "cc-sa" && !strings.HasPrefix(id, "cc-by-") && !strings.HasPrefix(id, "cc-sa-") {
		return false
	}
	return !slices.ContainsFunc(strings.Split(id, "-"), func(part string) bool { return part == "nc" || part == "nd" })
}

// formats are all that [Export] knows: a line each, and a file.
var formats = []struct {
	name string
	open func(io.Writer, ExportOptions) sink
}{
	{"jsonl", newJSONL},
	{"dolma", newDolma},
	{"parquet", newParquet},
	{"csv", newCSV},
	{"atom", newAtom},
}

// Formats are their names.
var Formats = func() (names []string) {
	for _, f := range formats {
		names = append(names, f.name)
	}
	return names
}()

// sink writes records in a format.
type sink interface {
	write(Line) (written bool, err error) // not written: it is left out
	close() error                         // writes what is still to come
}

// ExportOptions say what an export is to be. The zero value is JSONL.
type ExportOptions struct {
	Format Format
	Newest int    // Atom: how many entries; 0: [AtomEntries], and at most [MaxAtomEntries]
	Self   string // Atom: the address at which the feed will be
}

// Export writes records in a format without compression, and says how many it wrote.
func Export(w io.Writer, format string, records iter.Seq2[Record, error]) (int, error) {
	f, err := ParseFormat(format)
	if err != nil {
		return 0, err
	}
	return ExportLines(w, ExportOptions{Format: f}, linesOf(records))
}

// ExportLines writes lines of records, and says how many it wrote. Whatever their number, it holds some of them in memory.
func ExportLines(w io.Writer, o ExportOptions, lines iter.Seq2[Line, error]) (n int, err error) {
	b := bufio.NewWriterSize(w, 256<<10)
	packed, err := compressed(b, o.Format.Compression)
	if err != nil {
		return 0, err
	}
	name := cmp.Or(o.Format.Name, "jsonl")
	at := slices.Index(Formats, name)
	if at < 0 {
		return 0, fmt.Errorf("format %q is unknown", name)
	}
	s := formats[at].open(packed, o)
	for l, err := range lines {
		if err != nil {
			return n, err
		}
		written, err := s.write(l)
		if err != nil {
			return n, err
		}
		if written {
			n++
		}
	}
	for _, end := range []func() error{s.close, packed.Close, b.Flush} {
		if err := end(); err != nil {
			return n, err
		}
	}
	return n, nil
}
