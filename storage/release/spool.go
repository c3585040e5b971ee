package release

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/klauspost/compress/zstd"
)

// Bounds of what waits in memory, in bytes.
const (
	maxPile = 256 << 10
	maxHeld = 32 << 20
)

// spool keeps records by shelf until their shards are written: a file a shelf, opened for as long as it is appended to, since a
// store may have more shelves than a process may have files.
type spool struct {
	dir   string
	enc   *zstd.Encoder
	piles map[shelf]*pile
	held  int // bytes in memory
}

// pile is what waits for a shelf: of each record its line, and its row of the attributions.
type pile struct {
	path string
	buf  []byte
}

func newSpool(dir string) *spool { return &spool{dir: dir, piles: map[shelf]*pile{}} }

func (s *spool) open() (err error) {
	if err := os.Mkdir(s.dir, 0o755); err != nil {
		return err
	}
	s.enc, err = zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest))
	return err
}

// add takes a record; neither line nor row has a newline in it.
func (s *spool) add(at shelf, line, row []byte) error {
	p := s.piles[at]
	if p == nil {
		p = &pile{path: filepath.Join(s.dir, strconv.Itoa(len(s.piles)))}
		s.piles[at] = p
	}
	before := len(p.buf)
	for _, part := range [][]byte{line, row} {
		p.buf = append(append(p.buf, part...), '\n')
	}
	s.held += len(p.buf) - before
	if len(p.buf) >= maxPile {
		return s.flush(p)
	}
	if s.held >= maxHeld {
		return s.flushAll()
	}
	return nil
}

func (s *spool) flushAll() error {
	for _, p := range s.piles {
		if err := s.flush(p); err != nil {
			return err
		}
	}
	return nil
}

func (s *spool) flush(p *pile) error {
	if len(p.buf) == 0 {
		return nil
	}
	f, err := os.OpenFile(p.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(s.enc.EncodeAll(p.buf, nil))
	s.held -= len(p.buf)
	p.buf = p.buf[:0]
	if s.held == 0 || cap(p.buf) > 4*maxPile {
		p.buf = nil
	}
	return errors.Join(err, f.Close())
}

// shelves are all that hold something, in the order of their shards' names.
func (s *spool) shelves() []shelf {
	return slices.SortedFunc(maps.Keys(s.piles), func(a, b shelf) int { return cmp.Compare(a.prefix(), b.prefix()) })
}

// waiting is a record on its way: its line and its row.
type waiting struct{ line, row []byte }

// read yields what waits for a shelf, in the order in which it came. What is yielded is good until the next.
func (s *spool) read(at shelf) iter.Seq2[waiting, error] {
	return func(yield func(waiting, error) bool) {
		p := s.piles[at]
		if err := s.flush(p); err != nil {
			yield(waiting{}, err)
			return
		}
		f, err := os.Open(p.path)
		if err != nil {
			yield(waiting{}, err)
			return
		}
		defer f.Close()
		lines, err := newLines(f)
		if err != nil {
			yield(waiting{}, err)
			return
		}
		defer lines.close()
		for {
			w, err := lines.pair()
			if err == io.EOF || !yield(w, err) || err != nil {
				return
			}
		}
	}
}

// drop frees the disk of what has been read.
func (s *spool) drop(at shelf) error { return os.Remove(s.piles[at].path) }

func (s *spool) close() error { return errors.Join(s.enc.Close(), os.RemoveAll(s.dir)) }

// lines reads a file of zstd line by line, however long they are.
type lines struct {
	z *zstd.Decoder
	b *bufio.Reader
}

func newLines(r io.Reader) (*lines, error) {
	z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		return nil, err
	}
	return &lines{z: z, b: bufio.NewReaderSize(z, 64<<10)}, nil
}

// maxWindow bounds the memory that a file of ours can ask of its reader.
const maxWindow = 32 << 20

func (l *lines) close() { l.z.Close() }

// maxLine bounds a line in bytes: some kilobytes of a stranger's zstd unpack to gigabytes. A record may be 32 MiB and the parts
// of its attribution no longer.
const maxLine = 96 << 20

// next gives a line without its newline; io.EOF after the last.
func (l *lines) next() (line []byte, err error) {
	for {
		part, err := l.b.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case err == nil:
			return line[:len(line)-1], nil
		case err == io.EOF && len(line) > 0:
			return nil, fmt.Errorf("the last line has no end: %w", io.ErrUnexpectedEOF)
		case err != bufio.ErrBufferFull:
			return nil, err
		case len(line) > maxLine:
			return nil, fmt.Errorf("a line of more than %d bytes", maxLine)
		}
	}
}

func (l *lines) pair() (w waiting, err error) {
	if w.line, err = l.next(); err != nil {
		return w, err
	}
	if w.row, err = l.next(); err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return w, err
}
