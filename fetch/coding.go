package fetch

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// offered are the content codings that a server may choose from.
const offered = "gzip, br, zstd"

// errTooLarge marks a body that goes past a limit; its rest is neither read nor kept.
var errTooLarge = errors.New("body too large")

const (
	codingSlack = 64 << 10 // bytes that a coded body may be longer than the limit on the plain one
	freeSize    = 1 << 20  // bytes before the ratio counts: small texts of blanks are harmless
	maxMembers  = 256      // of one gzip body; servers that code piece by piece make a few dozen
	maxWindow   = 8 << 20  // bytes of a zstd window; RFC 9659, section 3, allows no more on the web
)

// readBody reads and decodes up to one byte more than the limit, and then stops: a rest is not drained, the
// connection is closed instead.
func readBody(res *http.Response, limit, ratio int64) ([]byte, error) {
	raw := &counted{r: io.LimitReader(res.Body, limit+codingSlack)}
	decoded, err := decode(raw, strings.Join(res.Header.Values("Content-Encoding"), ","))
	if err != nil {
		return nil, err
	}
	if c, ok := decoded.(io.Closer); ok {
		defer c.Close()
	}
	body, err := io.ReadAll(io.LimitReader(&inflating{plain: decoded, raw: raw, ratio: ratio}, limit+1))
	if int64(len(body)) > limit {
		return body, fmt.Errorf("%w: more than %d bytes", errTooLarge, limit)
	}
	if err != nil && raw.n >= limit+codingSlack {
		return body, fmt.Errorf("%w: more than %d coded bytes", errTooLarge, limit)
	}
	return body, err
}

// counted knows how many bytes went through.
type counted struct {
	r io.Reader
	n int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// inflating stops a body that becomes too many times what it was: no text does, a bomb must.
type inflating struct {
	plain io.Reader
	raw   *counted
	n     int64
	ratio int64
}

func (i *inflating) Read(p []byte) (int, error) {
	n, err := i.plain.Read(p)
	i.n += int64(n)
	if i.n > freeSize && i.n/i.ratio > i.raw.n {
		return n, fmt.Errorf("%w: it inflates to more than %d times its size", errTooLarge, i.ratio)
	}
	return n, err
}

// decode undoes the one coding that the server chose. deflate is not offered, because servers disagree on what it means,
// but read in both of its forms. A body that was coded more than once is refused.
func decode(r io.Reader, coding string) (io.Reader, error) {
	switch coding = strings.ToLower(strings.TrimSpace(coding)); coding {
	case "", "identity":
		return r, nil
	case "gzip", "x-gzip":
		return gunzipped(bufio.NewReader(r))
	case "br":
		return brotli.NewReader(r), nil // its windows end at 16 MiB
	case "zstd":
		d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
			zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecoderMaxMemory(maxWindow))
		if err != nil {
			return nil, err
		}
		return d.IOReadCloser(), nil
	case "deflate":
		return deflated(bufio.NewReader(r))
	}
	return nil, fmt.Errorf("content coding %q was not asked for", coding)
}

// gunzipped believes a server that says gzip and sends plain text by its bytes.
func gunzipped(b *bufio.Reader) (io.Reader, error) {
	magic, err := b.Peek(len(gzipMagic))
	if bytes.Equal(magic, gzipMagic) {
		return newMembers(b)
	}
	if err == io.EOF {
		err = nil
	}
	return b, err
}

// deflated reads zlib's format, which the standard means (RFC 9110, section 8.4.1.2), and the bare one that old servers
// send. zlib's two first bytes are a multiple of 31.
func deflated(b *bufio.Reader) (io.Reader, error) {
	head, _ := b.Peek(2)
	if len(head) == 2 && head[0]&15 == 8 && (int(head[0])<<8|int(head[1]))%31 == 0 {
		return zlib.NewReader(b)
	}
	return flate.NewReader(b), nil
}

// members reads the gzip members that follow each other (RFC 1952, section 2.2) and ends where no further one
// begins: compress/gzip would refuse the whole body for the bytes that some servers append.
type members struct {
	src *bufio.Reader
	z   *gzip.Reader
	n   int
}

func newMembers(src *bufio.Reader) (*members, error) {
	z, err := gzip.NewReader(src)
	if err != nil {
		return nil, err
	}
	z.Multistream(false)
	return &members{src: src, z: z, n: 1}, nil
}

func (m *members) Read(p []byte) (int, error) {
	n, err := m.z.Read(p)
	if err != io.EOF {
		return n, err
	}
	if magic, _ := m.src.Peek(len(gzipMagic)); !bytes.Equal(magic, gzipMagic) {
		return n, io.EOF
	}
	if m.n++; m.n > maxMembers {
		return n, fmt.Errorf("%w: more than %d gzip members", errTooLarge, maxMembers)
	}
	if err := m.z.Reset(m.src); err != nil {
		return n, err
	}
	m.z.Multistream(false)
	return n, nil
}

// gzipMagic is how a gzip stream begins (RFC 1952, section 2.3.1; 8 is deflate, the only method there is).
var gzipMagic = []byte{0x1f, 0x8b, 8}
