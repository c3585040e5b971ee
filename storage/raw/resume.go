package raw

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"dateline/storage"
	"dateline/storage/warc"
)

// maxTorn is how much, in bytes, a kill leaves at most behind the last row. More than that was written with another database:
// this one is new, or came back from a backup.
const maxTorn = 64 << 20

// resume goes on with the last segment, and puts right what a crash left in it. Of a trip that was never committed nothing
// was made, so a replay must not make anything of it either: what has no row is cut off at the end, and overwritten between
// records that have one. A segment that another database wrote is left as it is, and the next one begun.
func (s *Store) resume(ctx context.Context) error {
	all, err := s.Segments()
	if err != nil || len(all) == 0 {
		return err
	}
	s.now = all[len(all)-1]
	f, err := os.OpenFile(s.now.Path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	known := false
	if s.end, err = infoEnd(f); err != nil {
		return err
	}
	for c, err := range s.db.Captures(ctx, storage.Place{Segment: max(s.now.Number, 1) - 1}) {
		if err != nil {
			return err
		}
		known = true
		if c.Segment != s.now.Number {
			continue
		}
		if c.Offset+c.Length <= s.now.Size {
			if err := s.void(f, s.end, c.Offset); err != nil {
				return err
			}
		}
		s.end = max(s.end, c.Offset+c.Length)
	}
	if !known || s.end > s.now.Size || s.now.Size-s.end > maxTorn {
		s.end = s.options.Size // nothing more goes into it; if it lacks what it had, the check tells of it
		return nil
	}
	if s.end < s.now.Size {
		return errors.Join(f.Truncate(s.end), f.Sync())
	}
	return f.Sync()
}

// infoEnd is the end of a segment's first record, which says what wrote it; 0 if even that is not whole.
func infoEnd(f *os.File) (int64, error) {
	r := warc.NewReader(f, 0)
	e, err := r.Next()
	if err == nil && e.Header.Get("WARC-Type") == warc.Info {
		if _, err = r.Next(); err == nil || err == io.EOF || r.Offset() > 0 {
			return r.Offset(), nil
		}
	}
	if err == nil || err == io.EOF || errors.Is(err, warc.ErrTorn) || errors.Is(err, warc.ErrDamaged) {
		return 0, nil
	}
	return 0, err
}

// void overwrites the records of a part of a segment that no row knows of. What was said of a whole site stays: others may
// have gone by it.
func (s *Store) void(f *os.File, from, to int64) error {
	if from >= to {
		return nil
	}
	r := warc.NewReader(io.NewSectionReader(f, from, to-from), from)
	e, err := r.Next()
	for err == nil {
		start, spared := e.Offset, isFiller(e.Header) || slices.Contains([]string{"robots", "tdm", "site"}, e.Header.Get(fieldKind))
		e, err = r.Next()
		end := r.Offset()
		if err == io.EOF {
			end = to
		}
		if !spared && end > start { // else it is this one that is not whole
			if err := fill(f, start, end-start); err != nil {
				return err
			}
		}
	}
	switch {
	case err == io.EOF:
		return nil
	case errors.Is(err, warc.ErrTorn), errors.Is(err, warc.ErrDamaged):
		return fill(f, r.Offset(), to-r.Offset())
	}
	return fmt.Errorf("%s: %w", s.now.Path, err)
}

// isFiller tells what stands where something was erased.
func isFiller(h warc.Header) bool {
	return h.Get("WARC-Type") == warc.Metadata && h.Get("WARC-Block-Digest") == ""
}
