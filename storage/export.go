package storage

import (
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
// published. It reads as a stream; a record that is stored meanwhile may be seen or not.
func (s *Store) Records(ctx context.Context, f Filter) iter.Seq2[Record, error] {
	var from, to []byte
	if !f.Since.IsZero() {
		from = timeKey(ceil(f.Since))
	}
	if !f.Until.IsZero() {
		to = timeKey(ceil(f.Until))
		if from == nil {
			from = timeKey(time.Unix(-1<<62, 0)) // undated records are outside any range
		}
	}
	return func(yield func(Record, error) bool) {
		for {
			batch, next, err := s.recordBatch(ctx, from, to, f)
			if err != nil {
				yield(Record{}, err)
				return
			}
			for i := range batch {
				if !yield(batch[i], nil) {
					return
				}
			}
			if next == nil {
				return
			}
			from = next
		}
	}
}

// ceil rounds up to the second, which is what records are dated by.
func ceil(t time.Time) time.Time { return t.Add(time.Second - time.Nanosecond).Truncate(time.Second) }

// recordBatch reads one slice of the order; next is where to go on, nil at the end.
func (s *Store) recordBatch(ctx context.Context, from, to []byte, f Filter) (batch []Record, next []byte, err error) {
	err = s.view(ctx, func(t tx) error {
		batch, next = batch[:0], nil
		n := 0
		for row, err := range t.Scan(bucketOrder, from, to) {
			if err != nil {
				return err
			}
			if n++; n > slice {
				next = append([]byte(nil), row.Key...)
				return nil
			}
			r, ok, err := t.record(string(row.Key[8:]))
			if err != nil {
				return err
			}
			if !ok {
				return fmt.Errorf("record %q: in the order of export and not stored", row.Key[8:])
			}
			if f.match(&r) {
				batch = append(batch, r)
			}
		}
		return nil
	})
	return batch, next, err
}

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

// Formats are the names that [Export] knows.
var Formats = []string{"jsonl"}

// Export writes records in a format, and says how many it wrote.
func Export(w io.Writer, format string, records iter.Seq2[Record, error]) (int, error) {
	switch format {
	case "jsonl":
		return exportJSONL(w, records)
	default:
		return 0, fmt.Errorf("format %q is unknown: expected %s", format, strings.Join(Formats, ", "))
	}
}
