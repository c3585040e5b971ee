// Package raw keeps what the network said, as it was said: every answer with its head, in WARC 1.1 files beside the
// database. From them an article can be extracted again when the extractor has become better, and a whole run
// be repeated, without asking a publisher a second time.
//
// A folder holds segments, `00000001-20261125.warc.gz`: a number that only grows and the day that it was begun. A [Store] appends to the
// last one; at a gigabyte, on another day, or after a restart that found it damaged it begins the next. Rows of the bucket
// captures say where each record stands; they are committed with what was made of the answer, and the segment is synced
// before. So a row never points at nothing; records without a row are what nothing was made of, and the next start erases them.
//
// raw.go appends, after resume.go has put right what a crash left; segment.go knows the files; exchange.go and trip.go say what is
// in a record; erase.go, expire.go and check.go do what their names say.
package raw

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"dateline/storage"
	"dateline/storage/warc"
)

// segmentSize is where a segment ends, in bytes. Others' tools expect about a gigabyte.
const segmentSize = 1 << 30

// Dir is the folder beside a database file: `dateline.raw` for `dateline.db`. Other endings stay, `dateline.bak.raw`: two
// databases that shared a folder would overwrite what the other one's rows point at.
func Dir(db string) string { return strings.TrimSuffix(db, ".db") + ".raw" }

// Options say how segments are written. The zero value has the defaults.
type Options struct {
	Software string // as the first record of a segment names it; default dateline
	Size     int64  // bytes after which a segment ends; default 1 GiB
}

// Store appends to a folder. One process does at a time: the one that holds the database. Its methods may be called from
// many goroutines.
type Store struct {
	*Folder
	db      *storage.Store
	options Options
	encoder warc.Encoder

	mu    sync.Mutex                 // guards what follows
	file  *os.File                   // nil until something is appended
	now   Segment                    // what is appended to
	end   int64                      // of its whole records
	dirty bool                       // something was written since the last sync
	sites map[string]storage.Capture // memories that are in the segment, by name
}

// Open prepares a folder to be appended to: it cuts what a crash left of the last record, ends erasures that were begun, and
// has segments synced before the database commits. The folder is made when something is appended.
func Open(ctx context.Context, dir string, db *storage.Store, o Options) (*Store, error) {
	if o.Size == 0 {
		o.Size = segmentSize
	}
	s := &Store{Folder: OpenFolder(dir), db: db, options: o, sites: map[string]storage.Capture{}}
	if err := s.Erase(ctx, db); err != nil { // first: half an erasure would pass for a torn end
		return nil, err
	}
	if err := s.resume(ctx); err != nil {
		return nil, fmt.Errorf("raw store %q: %w", dir, err)
	}
	db.BeforeCommit(func(context.Context) error { return s.Sync() })
	return s, nil
}

// append writes a record behind the others. It is on the disk after the next [Store.Sync], which every commit of the
// database makes.
func (s *Store) append(r *warc.Record) (storage.Place, int64, error) {
	b, err := s.encoder.Append(make([]byte, 0, 1<<10+len(r.Payload)*3/4), r)
	if err != nil {
		return storage.Place{}, 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.ready(r.Date); err != nil {
		return storage.Place{}, 0, fmt.Errorf("raw store %q: %w", s.path, err)
	}
	place := storage.Place{Segment: s.now.Number, Offset: s.end}
	return place, int64(len(b)), s.write(b)
}

// write puts bytes at the end. What was written in part is taken back; if even that fails, the segment ends here.
func (s *Store) write(b []byte) error {
	if _, err := s.file.Write(b); err != nil {
		if s.file.Truncate(s.end) != nil {
			err = errors.Join(err, s.close())
			s.end = s.options.Size
		}
		return fmt.Errorf("raw store: %w", err)
	}
	s.end += int64(len(b))
	s.dirty = true
	return nil
}

// ready makes sure that there is a segment with room, of the day.
func (s *Store) ready(at time.Time) error {
	day := at.UTC().Format(dayForm)
	if s.now.Number > 0 && s.end < s.options.Size && s.now.Day >= day {
		return s.reopen()
	}
	if err := s.close(); err != nil {
		return err
	}
	return s.begin(day)
}

// reopen opens the segment that is there already.
func (s *Store) reopen() (err error) {
	if s.file == nil {
		s.file, err = os.OpenFile(s.now.Path, os.O_WRONLY|os.O_APPEND, 0)
	}
	return err
}

// begin makes the next segment, with the record that says what wrote it.
func (s *Store) begin(day string) error {
	if err := os.MkdirAll(s.path, 0o700); err != nil {
		return err
	}
	next := s.segment(s.now.Number+1, day)
	f, err := os.OpenFile(next.Path, os.O_WRONLY|os.O_APPEND|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(syncDir(s.path), syncDir(filepath.Dir(s.path))); err != nil {
		return errors.Join(err, f.Close(), os.Remove(next.Path)) // or the next try would find its name taken
	}
	s.file, s.now, s.end, s.sites = f, next, 0, map[string]storage.Capture{}
	software := s.options.Software
	if software == "" {
		software = "dateline"
	}
	b, err := s.encoder.Append(nil, &warc.Record{
		Type: warc.Info, ID: warc.NewID(), Date: time.Now(), ContentType: "application/warc-fields",
		Fields: []warc.Field{{Name: "WARC-Filename", Value: filepath.Base(next.Path)}},
		Payload: []byte("software: " + software + "\r\nformat: WARC file version 1.1\r\n" +
			"conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n"),
	})
	if err != nil {
		return err
	}
	return s.write(b)
}

// Sync makes what was appended durable.
func (s *Store) Sync() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sync()
}

// sync is Sync with s.mu held.
func (s *Store) sync() error {
	if !s.dirty || s.file == nil {
		return nil
	}
	if err := s.file.Sync(); err != nil {
		return fmt.Errorf("raw store: %w", err)
	}
	s.dirty = false
	return nil
}

// close syncs and lets go of the segment. One that can't be synced stays open: rows that point into it may be on their way, and
// their commit has to fail too.
func (s *Store) close() error {
	if s.file == nil {
		return nil
	}
	if err := s.sync(); err != nil {
		return err
	}
	err := s.file.Close()
	s.file = nil
	return err
}

// Close syncs and closes what is open.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file == nil {
		return nil
	}
	err := errors.Join(s.sync(), s.file.Close())
	s.file, s.dirty = nil, false
	return err
}

// syncDir makes a new file's name durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
