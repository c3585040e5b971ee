package bolt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"

	"dateline/storage"
)

// What bbolt's file is made of (go.etcd.io/bbolt, internal/common): pages of one size, each with a header of 16 bytes. The
// first two are metas, written in turn, so that one is whole at any time; the valid one with the higher transaction counts.
// Numbers are in the machine's byte order.
const (
	pageHeader  = 16 // id(8) flags(2) count(2) overflow(4)
	element     = 16 // of a branch: pos(4) ksize(4) id(8); of a leaf: flags(4) pos(4) ksize(4) vsize(4)
	metaSize    = 64 // magic(4) version(4) pagesize(4) flags(4) root(8) sequence(8) freelist(8) pages(8) tx(8) checksum(8)
	metaMagic   = 0xED0CDAED
	branchPage  = 0x01
	leafPage    = 0x02
	bucketEntry = 0x01
	noFreelist  = 1<<64 - 1
	maxDepth    = 64 // of a tree, beyond which it is a circle
)

var order = binary.NativeEndian

// meta says where a file's tree begins.
type meta struct {
	pageSize             int64
	root, freelist, last uint64 // last is the number of pages
	tx                   uint64
}

// readMeta finds the meta that counts. It fails with [storage.ErrForeign] if the file has none at all, and with
// [storage.ErrDamaged] if none is as it was written.
func readMeta(f io.ReaderAt) (m meta, err error) {
	ours, found := false, false
	for _, at := range []int64{0, 1 << 10, 1 << 11, 1 << 12, 1 << 13, 1 << 14, 1 << 15, 1 << 16} {
		b := make([]byte, pageHeader+metaSize)
		if _, err := f.ReadAt(b, at); err != nil {
			continue
		}
		b = b[pageHeader:]
		if order.Uint32(b) != metaMagic {
			continue
		}
		ours = true
		next := meta{
			pageSize: int64(order.Uint32(b[8:])), root: order.Uint64(b[16:]), freelist: order.Uint64(b[32:]),
			last: order.Uint64(b[40:]), tx: order.Uint64(b[48:]),
		}
		h := fnv.New64a()
		h.Write(b[:56])
		valid := h.Sum64() == order.Uint64(b[56:]) && next.pageSize >= 1<<10 && (at == 0 || at == next.pageSize)
		if valid && (!found || next.tx > m.tx) {
			m, found = next, true
		}
	}
	switch {
	case found:
		return m, nil
	case ours:
		return m, fmt.Errorf("%w: neither of its first pages is as it was written", storage.ErrDamaged)
	default:
		return m, storage.ErrForeign
	}
}

// checkFile refuses what bbolt would stumble over: a file that is none of its own, or that ends before its last page. Another
// process may write to the file meanwhile: it grows before a meta says so, and never shrinks.
func checkFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	m, err := readMeta(f)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if want := int64(m.last) * m.pageSize; info.Size() < want {
		return fmt.Errorf("%s: %w: it ends after %d of %d bytes", path, storage.ErrDamaged, info.Size(), want)
	}
	return nil
}

// pages reads the pages of a file without trusting what it reads.
type pages struct {
	f    io.ReaderAt
	size int64  // of a page
	last uint64 // their number
}

// page is a branch or a leaf.
type page struct {
	id       uint64
	branch   bool
	count    int
	overflow uint64
	body     []byte // behind the header, with the pages that it flows over to
}

var errPage = errors.New("not a page of a tree")

// read reads a page of a tree. Its error says what is wrong with the page.
func (p *pages) read(id uint64) (page, error) {
	if id < 2 || id >= p.last {
		return page{}, fmt.Errorf("page %d is outside of the file's %d", id, p.last)
	}
	head := make([]byte, p.size)
	if _, err := p.f.ReadAt(head, int64(id)*p.size); err != nil {
		return page{}, fmt.Errorf("page %d can't be read: %w", id, err)
	}
	pg := page{id: id, count: int(order.Uint16(head[10:])), overflow: uint64(order.Uint32(head[12:]))}
	flags := order.Uint16(head[8:])
	switch {
	case order.Uint64(head) != id:
		return pg, fmt.Errorf("page %d says that it is page %d: %w", id, order.Uint64(head), errPage)
	case flags != branchPage && flags != leafPage:
		return pg, fmt.Errorf("page %d is of kind %#x: %w", id, flags, errPage)
	case id+pg.overflow >= p.last:
		return pg, fmt.Errorf("page %d goes on for %d pages, beyond the file's end", id, pg.overflow)
	}
	pg.branch = flags == branchPage
	pg.body = head[pageHeader:]
	if pg.overflow > 0 {
		pg.body = make([]byte, int64(pg.overflow+1)*p.size-pageHeader)
		if _, err := p.f.ReadAt(pg.body, int64(id)*p.size+pageHeader); err != nil {
			return pg, fmt.Errorf("page %d can't be read: %w", id, err)
		}
	}
	return pg, nil
}

// child is an element of a branch; ok is false if it lies outside of the page.
func (pg *page) child(i int) (key []byte, id uint64, ok bool) {
	e, ok := pg.cut(i*element, element)
	if !ok {
		return nil, 0, false
	}
	key, ok = pg.cut(i*element+int(order.Uint32(e)), int(order.Uint32(e[4:])))
	return key, order.Uint64(e[8:]), ok
}

// row is an element of a leaf; ok is false if it lies outside of the page.
func (pg *page) row(i int) (key, value []byte, bucket, ok bool) {
	e, ok := pg.cut(i*element, element)
	if !ok {
		return nil, nil, false, false
	}
	at, ksize := i*element+int(order.Uint32(e[4:])), int(order.Uint32(e[8:]))
	key, ok = pg.cut(at, ksize)
	if !ok {
		return nil, nil, false, false
	}
	value, ok = pg.cut(at+ksize, int(order.Uint32(e[12:])))
	return key, value, order.Uint32(e)&bucketEntry != 0, ok
}

func (pg *page) cut(at, n int) ([]byte, bool) {
	if at < 0 || n < 0 || at > len(pg.body) || n > len(pg.body)-at {
		return nil, false
	}
	return pg.body[at : at+n], true
}
