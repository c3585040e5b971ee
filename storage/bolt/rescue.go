package bolt

import (
	"context"
	"errors"
	"fmt"
	"os"

	"dateline/storage"
)

// Rescue reads what can be read of a tracked bucket in a file that bbolt does not open any more. It trusts nothing: a head
// that says wrong how many rows there are, or of which kind, is told by the rows themselves, and unless the whole tree is
// sound, all pages of the file are looked through. It calls row with the last value of each key, which the caller has to
// check, and gives the number of places at which something is wrong. Nobody else may have the file open: it fails with
// [storage.ErrLocked] if somebody has.
func Rescue(path, bucket string, row func(key, value []byte) error) (lost int, err error) {
	wrong := 1
	d, err := Open(path, Options{ReadOnly: true})
	switch {
	case err == nil:
		defer d.Close() // and keeps others out
		wrong = 0
		if err := d.CheckStructure(context.Background(), func(string) { wrong++ }); err != nil {
			return 0, err
		}
	case !errors.Is(err, storage.ErrDamaged) && !errors.Is(err, storage.ErrForeign):
		return 0, err
	}
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	m, err := readMeta(f)
	if errors.Is(err, storage.ErrForeign) {
		return 0, fmt.Errorf("%s: %w", path, err)
	}
	if err != nil { // the tree can't be found; its pages can
		m = meta{pageSize: int64(os.Getpagesize())}
	}
	r := &rescuer{f: f, size: m.pageSize, fileSize: info.Size(), bucket: bucket, sound: wrong == 0, last: map[string]uint64{}}
	r.pass(m.root, func(e entry) error {
		if e.seq >= r.last[string(e.key)] {
			r.last[string(e.key)] = e.seq
		}
		return nil
	})
	lost = max(r.lost, wrong)
	err = r.pass(m.root, func(e entry) error {
		if e.deleted || r.last[string(e.key)] != e.seq || r.told(e.key) {
			return nil
		}
		return row(e.key, e.value)
	})
	return lost, err
}

// rescuer goes through a damaged file, twice: which row of a key is the last is known after the first time.
type rescuer struct {
	f              *os.File
	size, fileSize int64
	bucket         string
	sound          bool              // the tree as a whole
	last           map[string]uint64 // key → number of its last row
	given          map[string]bool

	seen []uint64 // a bit per page
	lost int      // pages of the tree that can't be read
	each func(entry) error
	err  error // of each
}

// told says whether a key's row was given already; of one that is in the file twice, the one in the tree comes first.
func (r *rescuer) told(key []byte) bool {
	if r.given == nil {
		r.given = map[string]bool{}
	}
	was := r.given[string(key)]
	r.given[string(key)] = true
	return was
}

// pass walks the tree, and then the other pages if there may be more rows on them.
func (r *rescuer) pass(root uint64, each func(entry) error) error {
	pages := uint64(r.fileSize / r.size)
	r.seen, r.lost, r.each, r.err = make([]uint64, pages/64+1), 0, each, nil
	if root == 0 {
		r.lost++
	} else {
		r.visit(root, r.findBucket)
	}
	if r.lost == 0 && r.sound {
		return r.err
	}
	for id := uint64(2); id < pages; id++ {
		if !r.mark(id) {
			r.rows(r.loose(id), r.segment)
		}
	}
	return r.err
}

// mark notes a page as seen, and says whether it was.
func (r *rescuer) mark(id uint64) (was bool) {
	bit := uint64(1) << (id % 64)
	was = r.seen[id/64]&bit != 0
	r.seen[id/64] |= bit
	return was
}

// visit hands the rows below a page to row. What calls itself a branch and leads nowhere is looked at as a leaf, and the
// other way round.
func (r *rescuer) visit(id uint64, row func(key, value []byte, bucket bool)) {
	if id < 2 || id >= uint64(r.fileSize/r.size) || r.err != nil {
		r.lost++
		return
	}
	if r.mark(id) {
		return
	}
	pg := r.loose(id)
	if pg.branch && r.children(pg, row) > 0 || r.rows(pg, row) > 0 || !pg.branch && r.children(pg, row) > 0 {
		return
	}
	if pg.count > 0 {
		r.lost++
	}
}

func (r *rescuer) children(pg page, row func(key, value []byte, bucket bool)) (n int) {
	for i := range pg.count {
		if _, child, ok := pg.child(i); ok && child >= 2 && child < uint64(r.fileSize/r.size) {
			r.visit(child, row)
			n++
		} else {
			r.lost++
		}
	}
	return n
}

func (r *rescuer) rows(pg page, row func(key, value []byte, bucket bool)) (n int) {
	for i := range pg.count {
		if key, value, bucket, ok := pg.row(i); ok && len(key) > 0 {
			row(key, value, bucket)
			n++
		} else {
			r.lost++
		}
	}
	return n
}

// findBucket is for the rows of the file's root: it visits the bucket's log, or what an older layout has in its place.
func (r *rescuer) findBucket(key, value []byte, bucket bool) {
	if len(value) < 16 || !bucket {
		return
	}
	row := r.segment
	switch string(key) {
	case r.bucket + "/log":
	case r.bucket:
		row = func(key, value []byte, _ bool) { r.give(entry{key: key, value: value}) }
	default:
		return
	}
	if root := order.Uint64(value); root != 0 {
		r.visit(root, row)
	} else if len(value) >= 16+pageHeader {
		r.rows(page{count: int(order.Uint16(value[16+10:])), body: value[16+pageHeader:]}, row)
	}
}

// segment gives the rows of a segment, as far as it can be read.
func (r *rescuer) segment(key, value []byte, bucket bool) {
	if len(key) != 8 || bucket {
		return
	}
	for e, err := range rows(value) {
		if err != nil {
			r.lost++
			return
		}
		r.give(e)
	}
}

func (r *rescuer) give(e entry) {
	if r.err == nil {
		r.err = r.each(e)
	}
}

// maxLoose is how much of one page is read, in bytes, whatever its elements say.
const maxLoose = 64 << 20

// loose reads a page without believing its head. Its elements say how many they are, since the first one's key stands behind
// the last one, and how far they reach.
func (r *rescuer) loose(id uint64) page {
	at := int64(id) * r.size
	head := make([]byte, min(r.size, max(r.fileSize-at, 0)))
	if n, _ := r.f.ReadAt(head, at); n < pageHeader+element {
		return page{id: id}
	}
	pg := page{id: id, branch: order.Uint16(head[8:]) == branchPage, count: int(order.Uint16(head[10:])), body: head[pageHeader:]}
	first := order.Uint32(pg.body[4:])
	if pg.branch {
		first = order.Uint32(pg.body)
	}
	if first%element == 0 && int64(first) <= r.size {
		pg.count = max(pg.count, int(first/element))
	}
	pg.count = min(pg.count, len(pg.body)/element)
	if reach := pg.reach(); reach > len(pg.body) {
		body := make([]byte, min(int64(reach), maxLoose, r.fileSize-at-pageHeader))
		n, _ := r.f.ReadAt(body, at+pageHeader)
		pg.body = body[:n]
	}
	return pg
}

// reach is where the last byte of a leaf's rows is.
func (pg *page) reach() (most int) {
	for i := range pg.count {
		e, ok := pg.cut(i*element, element)
		if !ok || pg.branch {
			break
		}
		end := int64(i*element) + int64(order.Uint32(e[4:])) + int64(order.Uint32(e[8:])) + int64(order.Uint32(e[12:]))
		if end <= maxLoose {
			most = max(most, int(end))
		}
	}
	return most
}
