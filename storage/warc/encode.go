package warc

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// leastMember is the least length of a record on the disk, in bytes: what an erased one needs. See [Filler].
const leastMember = 320

// largePayload is from how many bytes on a payload is only coded letter by letter. Few servers send large ones uncompressed; to
// look for repetitions in a page would cost a quarter of what it costs to download and parse it, which is three times as much
// as this, for a third of the size.
const largePayload = 16 << 10

// maxHead bounds the head of a record, in bytes. It is far beyond what any address and its fields need.
const maxHead = 64 << 10

// Encoder makes gzip members of records. Its zero value is ready; many goroutines may share it.
type Encoder struct {
	fast, letters, stored sync.Pool // of *gzip.Writer: each is many times the size of a small record
}

// Append appends a record to dst as a gzip member. Digests and lengths are its own work. It fails only for a field that
// would break the head.
func (e *Encoder) Append(dst []byte, r *Record) ([]byte, error) {
	head, err := r.head()
	if err != nil {
		return dst, err
	}
	level := gzip.BestSpeed
	switch {
	case r.Coded:
		level = gzip.NoCompression
	case len(r.Payload) >= largePayload:
		level = gzip.HuffmanOnly
	}
	start := len(dst)
	if dst, err = e.member(dst, level, head, r.Head, r.Payload, tail); err != nil {
		return dst, err
	}
	if len(dst)-start < leastMember {
		return e.member(dst[:start], gzip.NoCompression, head, r.Head, r.Payload, tail)
	}
	return dst, nil
}

// tail ends a record (section 4).
var tail = []byte("\r\n\r\n")

// head is the version and the named fields.
func (r *Record) head() ([]byte, error) {
	fields := []Field{
		{"WARC-Type", r.Type},
		{"WARC-Record-ID", r.ID},
		{"WARC-Date", r.Date.UTC().Format(dateForm)},
		{"WARC-Target-URI", r.Target},
		{"Content-Type", r.ContentType},
	}
	// One digest of a large body is enough: it is what costs most about a record. The gzip member has a checksum of all.
	if len(r.Head) > 0 && r.Type == Response {
		fields = append(fields, Field{"WARC-Payload-Digest", Digest(r.Payload)})
	} else {
		fields = append(fields, Field{"WARC-Block-Digest", Digest(r.Head, r.Payload)})
	}
	fields = append(fields, r.Fields...)
	fields = append(fields, Field{"Content-Length", strconv.Itoa(len(r.Head) + len(r.Payload))})
	var b bytes.Buffer
	b.WriteString("WARC/1.1\r\n")
	for _, f := range fields {
		if f.Value == "" {
			continue
		}
		if strings.ContainsAny(f.Name, ":\r\n ") || strings.ContainsAny(f.Value, "\r\n\x00") {
			return nil, fmt.Errorf("WARC field %q: its value %q does not fit on a line", f.Name, f.Value)
		}
		b.WriteString(f.Name + ": " + f.Value + "\r\n")
	}
	b.WriteString("\r\n")
	if b.Len() > maxHead {
		return nil, fmt.Errorf("WARC record about %.100q: its head is longer than %d bytes", r.Target, maxHead)
	}
	return b.Bytes(), nil
}

// member appends a gzip member of the parts.
func (e *Encoder) member(dst []byte, level int, parts ...[]byte) ([]byte, error) {
	pool := &e.fast
	switch level {
	case gzip.HuffmanOnly:
		pool = &e.letters
	case gzip.NoCompression:
		pool = &e.stored
	}
	out := bytes.NewBuffer(dst)
	z, _ := pool.Get().(*gzip.Writer)
	if z == nil {
		var err error
		if z, err = gzip.NewWriterLevel(out, level); err != nil {
			return dst, err
		}
	}
	z.Reset(out)
	defer pool.Put(z)
	for _, p := range parts {
		if _, err := z.Write(p); err != nil {
			return dst, err
		}
	}
	err := z.Close()
	return out.Bytes(), err
}

// errShort is a place that is too small for any record.
var errShort = errors.New("too short for a WARC record")

// WriteFiller writes a record of exactly n bytes, which says only that something was erased, over what stood there. The
// records before and behind it stay where they are, and the file stays one that every reader understands.
func WriteFiller(w io.Writer, n int64) error {
	const whole = storedBlock + storedHead
	blocks := (n - memberEnds + whole - 1) / whole
	plain := n - memberEnds - storedHead*blocks
	head := fmt.Sprintf("WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: %s\r\nWARC-Date: 1970-01-01T00:00:00Z\r\nContent-Length: ", NewID())
	body := plain - int64(len(head)) - int64(len("\r\n\r\n")+len(tail))
	digits := int64(len(strconv.FormatInt(max(body, 0), 10)))
	body -= digits
	if body < 0 {
		return fmt.Errorf("%d bytes: %w", n, errShort)
	}
	number := fmt.Sprintf("%0*d", digits, body) // a digit may have become one too many
	return stored(w, plain, blocks, io.MultiReader(strings.NewReader(head+number+"\r\n\r\n"),
		io.LimitReader(blanks{}, body), bytes.NewReader(tail)))
}

// blanks is a text of spaces without end.
type blanks struct{}

func (blanks) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}
