package warc

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/textproto"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"
)

// ErrTorn is a file that ends within a record, as after a crash. What was read before is whole.
var ErrTorn = errors.New("the file ends within a record")

// ErrDamaged is a record that can't be read.
var ErrDamaged = errors.New("damaged")

// Entry is a record that is being read. Its Block is valid until the next one is asked for.
type Entry struct {
	Header Header
	Offset int64 // of the record in the file; where one gzip member holds several, of that member
	Length int64 // content length
	Block  io.Reader
}

// Reader reads records one after the other, compressed record by record, as one gzip stream, or not at all. Memory is bounded,
// whatever the file says.
type Reader struct {
	src    *source
	z      *gzip.Reader  // nil while the file is plain
	plain  *bufio.Reader // what is decompressed
	begun  bool
	open   *block // of the last entry
	member int64  // offset
}

// NewReader reads a file from its start, or from a record on that stands at the offset given.
func NewReader(r io.Reader, offset int64) *Reader {
	return &Reader{src: &source{r: bufio.NewReaderSize(r, 64<<10), n: offset}}
}

// Next gives the next record. It ends with io.EOF, with [ErrTorn] where the file ends within a record, or with
// [ErrDamaged]; [Reader.Offset] then says how far it was whole.
func (r *Reader) Next() (*Entry, error) {
	if err := r.finish(); err != nil {
		return nil, r.fault(err)
	}
	if err := r.advance(); err != nil {
		if err == io.EOF {
			return nil, err
		}
		return nil, r.fault(err)
	}
	e, err := r.entry()
	if err != nil {
		return nil, r.fault(err)
	}
	return e, nil
}

// End reads the record of the last Next to its end, and says whether it is whole and its checksum is right: a block alone may be
// read without its end being there.
func (r *Reader) End() error {
	if err := r.finish(); err != nil {
		return r.fault(err)
	}
	if _, err := r.plain.Peek(1); err != nil && err != io.EOF {
		return r.fault(err)
	}
	return nil
}

// Offset is where the record begins that is read now, or that could not be; behind the last one it is the file's end.
func (r *Reader) Offset() int64 { return r.member }

// fault sorts what decompression and parsing report.
func (r *Reader) fault(err error) error {
	switch {
	case errors.Is(err, ErrTorn), errors.Is(err, ErrDamaged):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF), err == io.EOF:
		return fmt.Errorf("record at byte %d: %w", r.member, ErrTorn)
	}
	return fmt.Errorf("record at byte %d: %w: %w", r.member, ErrDamaged, err)
}

// finish reads the last entry to its end, and the two line ends behind it.
func (r *Reader) finish() error {
	if r.open == nil {
		return nil
	}
	if _, err := io.Copy(io.Discard, r.open); err != nil {
		return err
	}
	r.open = nil
	var end [4]byte
	if _, err := io.ReadFull(r.plain, end[:]); err != nil {
		return err
	}
	if string(end[:]) != "\r\n\r\n" {
		return fmt.Errorf("%w: its block is not as long as it says", ErrDamaged)
	}
	return nil
}

// advance finds the next record: in the member that is open, in the next one, or behind the last in a plain file. io.EOF is
// the end of a whole file.
func (r *Reader) advance() error {
	if r.begun && r.z == nil {
		r.member = r.src.n - int64(r.plain.Buffered())
		_, err := r.plain.Peek(1)
		return err
	}
	if r.begun {
		if _, err := r.plain.Peek(1); err != io.EOF { // more in this member, or its checksum is wrong
			return err
		}
	}
	r.member = r.src.n
	magic, err := r.src.r.Peek(2)
	if err == io.EOF && len(magic) == 0 {
		return io.EOF
	}
	if !bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		if r.begun || len(magic) < 2 {
			return r.unlike(magic)
		}
		r.begun, r.plain = true, bufio.NewReader(r.src)
		return nil
	}
	return r.unzip()
}

// unlike is what does not begin as a record must.
func (r *Reader) unlike(magic []byte) error {
	if len(magic) < 2 {
		return io.ErrUnexpectedEOF
	}
	return fmt.Errorf("%w: no gzip member begins here", ErrDamaged)
}

// unzip opens the member that begins here.
func (r *Reader) unzip() (err error) {
	if r.z == nil {
		if r.z, err = gzip.NewReader(r.src); err != nil {
			return unexpected(err)
		}
		r.plain = bufio.NewReader(r.z)
	} else {
		if err := r.z.Reset(r.src); err != nil {
			return unexpected(err)
		}
		r.plain.Reset(r.z)
	}
	r.begun = true
	r.z.Multistream(false)
	return nil
}

// unexpected makes the end of the file within a gzip head what it is.
func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// entry reads a record's head.
func (r *Reader) entry() (*Entry, error) {
	head, err := readHead(r.plain)
	if err != nil {
		return nil, err
	}
	first, rest, _ := bytes.Cut(head, []byte("\r\n"))
	if !bytes.HasPrefix(first, []byte("WARC/")) {
		return nil, fmt.Errorf("%w: it begins with %.40q", ErrDamaged, first)
	}
	fields, err := textproto.NewReader(bufio.NewReader(bytes.NewReader(rest))).ReadMIMEHeader()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	n, err := strconv.ParseInt(strings.TrimSpace(fields.Get("Content-Length")), 10, 64)
	if err != nil || n < 0 {
		return nil, fmt.Errorf("%w: its content length is %.40q", ErrDamaged, fields.Get("Content-Length"))
	}
	r.open = &block{of: r, left: n}
	return &Entry{Header: Header(fields), Offset: r.member, Length: n, Block: r.open}, nil
}

// readHead reads up to the blank line.
func readHead(b *bufio.Reader) ([]byte, error) {
	var head []byte
	for {
		line, err := b.ReadSlice('\n')
		head = append(head, line...)
		switch {
		case len(head) > maxHead:
			return nil, fmt.Errorf("%w: its head is longer than %d bytes", ErrDamaged, maxHead)
		case err == bufio.ErrBufferFull:
		case err != nil:
			return nil, unexpected(err)
		case string(line) == "\r\n":
			return head, nil
		}
	}
}

// block is a record's content. One that ends early is torn.
type block struct {
	of   *Reader
	left int64
}

func (b *block) Read(p []byte) (int, error) {
	if b.left == 0 {
		return 0, io.EOF
	}
	n, err := b.of.plain.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	switch {
	case err == nil || err == io.EOF && b.left == 0:
		return n, nil
	default:
		return n, b.of.fault(err)
	}
}

// source counts the bytes of the file that were used. It gives single bytes, so that a gzip member takes none of the next.
type source struct {
	r *bufio.Reader
	n int64
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.n += int64(n)
	return n, err
}

func (s *source) ReadByte() (byte, error) {
	b, err := s.r.ReadByte()
	if err == nil {
		s.n++
	}
	return b, err
}
