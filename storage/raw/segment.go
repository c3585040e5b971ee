package raw

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"dateline/storage"
	"dateline/storage/warc"
)

// Folder is a folder of segments that is read. Many goroutines may do so.
type Folder struct {
	path  string
	mu    sync.Mutex
	paths map[uint32]string // of segments that were looked for
}

// OpenFolder gives a folder to read from. One that is not there holds no segments.
func OpenFolder(path string) *Folder { return &Folder{path: path, paths: map[uint32]string{}} }

// String is the folder's path.
func (f *Folder) String() string { return f.path }

// Segment is a file of a folder.
type Segment struct {
	Number uint32
	Day    string // that it was begun on, UTC: 20261125
	Path   string
	Size   int64 // bytes
}

const (
	dayForm = "20060102"
	suffix  = ".warc.gz"
)

// segment is the file of a number and a day.
func (f *Folder) segment(number uint32, day string) Segment {
	return Segment{Number: number, Day: day, Path: filepath.Join(f.path, fmt.Sprintf("%08d-%s%s", number, day, suffix))}
}

// Segments lists the folder's segments by number. What has another name is somebody else's and left alone.
func (f *Folder) Segments() ([]Segment, error) {
	names, err := os.ReadDir(f.path) // sorted, and the numbers have leading zeros
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var all []Segment
	for _, name := range names {
		number, day, ok := parseName(name.Name())
		if !ok {
			continue
		}
		info, err := name.Info()
		if err != nil {
			return nil, err
		}
		s := f.segment(number, day)
		s.Size = info.Size()
		all = append(all, s)
	}
	return all, nil
}

func parseName(name string) (number uint32, day string, ok bool) {
	base, ok := strings.CutSuffix(name, suffix)
	first, day, _ := strings.Cut(base, "-")
	n, err := strconv.ParseUint(first, 10, 32)
	_, bad := time.Parse(dayForm, day)
	return uint32(n), day, ok && err == nil && bad == nil && len(first) == 8
}

// ErrMissing is a record that is not where a row says, or can't be read there.
var ErrMissing = errors.New("not in the raw store")

// maxRecord bounds a record that is read into memory, in bytes: the largest body, and what goes with it.
const maxRecord = 256 << 20

// Read gives the record at a place, with its block.
func (f *Folder) Read(p storage.Place) (warc.Header, []byte, error) {
	file, err := f.open(p.Segment)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	r := warc.NewReader(io.NewSectionReader(file, p.Offset, math.MaxInt64-p.Offset), p.Offset)
	e, err := r.Next()
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w: %w", filepath.Base(file.Name()), ErrMissing, err)
	}
	block, err := io.ReadAll(io.LimitReader(e.Block, maxRecord))
	if err == nil {
		err = r.End()
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w: %w", filepath.Base(file.Name()), ErrMissing, err)
	}
	return e.Header, block, nil
}

// open opens a segment by its number.
func (f *Folder) open(number uint32) (*os.File, error) {
	path, err := f.find(number)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("segment %d of %q: %w", number, f.path, ErrMissing)
	}
	return file, err
}

// find is the path of a segment. The folder is listed only for a segment that was not seen before.
func (f *Folder) find(number uint32) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if path, ok := f.paths[number]; ok {
		return path, nil
	}
	all, err := f.Segments()
	if err != nil {
		return "", err
	}
	for _, s := range all {
		f.paths[s.Number] = s.Path
	}
	path, ok := f.paths[number]
	if !ok {
		return "", fmt.Errorf("segment %d of %q: %w", number, f.path, ErrMissing)
	}
	return path, nil
}

// Item is a record in the order of the segments. Its block is valid until the next one is asked for.
type Item struct {
	storage.Place
	*warc.Entry
}

// All yields the records of all segments. A segment that ends within a record ends there; of one that is damaged the
// error tells, and the next one is gone on with.
func (f *Folder) All(ctx context.Context) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		all, err := f.Segments()
		if err != nil {
			yield(Item{}, err)
			return
		}
		for _, s := range all {
			if !s.each(ctx, yield) {
				return
			}
		}
	}
}

// each yields a segment's records; false if it is to stop.
func (s Segment) each(ctx context.Context, yield func(Item, error) bool) bool {
	f, err := os.Open(s.Path)
	if err != nil {
		return yield(Item{}, err)
	}
	defer f.Close()
	r := warc.NewReader(f, 0)
	for {
		if err := ctx.Err(); err != nil {
			yield(Item{}, err)
			return false
		}
		e, err := r.Next()
		switch {
		case err == io.EOF, errors.Is(err, warc.ErrTorn):
			return true
		case err != nil:
			return yield(Item{}, fmt.Errorf("%s: %w", s.Path, err))
		}
		if !yield(Item{storage.Place{Segment: s.Number, Offset: e.Offset}, e}, nil) {
			return false
		}
	}
}
