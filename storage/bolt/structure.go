package bolt

import (
	"bytes"
	"context"
	"fmt"
	"os"

	"go.etcd.io/bbolt"

	"dateline/storage"
)

var _ storage.StructureChecker = (*Driver)(nil)

// walker goes through the tree of a file, page by page, and notes what is wrong with it. Each page is visited once, so that
// a circle ends.
type walker struct {
	*pages
	ctx    context.Context
	seen   []uint64 // a bit per page
	bucket string
	found  func(string)

	// whole is false where only the branches are read: they are few, and what they lead to has to exist.
	whole bool
}

// CheckStructure implements [storage.StructureChecker]. It keeps the pages that it looks at from being used again until it has
// read all of them.
func (d *Driver) CheckStructure(ctx context.Context, found func(string)) error {
	return d.walk(ctx, true, found)
}

// checkTree refuses a file whose branches don't make a tree. bbolt trusts them: a page that leads back to itself would send it
// round for ever.
func (d *Driver) checkTree() error {
	var first string
	err := d.walk(context.Background(), false, func(what string) {
		if first == "" {
			first = what
		}
	})
	if err == nil && first != "" {
		err = fmt.Errorf("%s: %w: %s", d.db.Path(), storage.ErrDamaged, first)
	}
	return err
}

func (d *Driver) walk(ctx context.Context, whole bool, found func(string)) error {
	f, err := os.Open(d.db.Path())
	if err != nil {
		return err
	}
	defer f.Close()
	return d.db.View(func(t *bbolt.Tx) error {
		size := int64(d.db.Info().PageSize)
		last := uint64(t.Size() / size)
		w := &walker{pages: &pages{f, size, last}, ctx: ctx, seen: make([]uint64, last/64+1), found: found, whole: whole}
		w.tree(uint64(t.Cursor().Bucket().Root()), true)
		if !whole { // at opening
			w.free()
		}
		return ctx.Err()
	})
}

func (w *walker) wrong(format string, args ...any) {
	what := fmt.Sprintf(format, args...)
	if w.bucket != "" {
		what = fmt.Sprintf("bucket %q: %s", w.bucket, what)
	}
	w.found(what)
}

// tree visits the pages below a root; buckets says whether its rows are the buckets.
func (w *walker) tree(root uint64, buckets bool) {
	w.visit(root, nil, nil, buckets, 0)
}

// visit reads a page whose keys have to be in the range from low to below high.
func (w *walker) visit(id uint64, low, high []byte, buckets bool, depth int) {
	if w.ctx.Err() != nil {
		return
	}
	pg, err := w.read(id)
	if err == nil && depth > maxDepth {
		err = fmt.Errorf("page %d is too deep in its tree", id)
	}
	if err != nil {
		w.wrong("%v", err)
		return
	}
	if !w.mark(pg) {
		return
	}
	if pg.branch {
		w.branch(pg, low, high, buckets, depth)
	} else {
		w.leaf(pg, low, high, buckets)
	}
}

// mark notes a page as visited; false if it was, by another way.
func (w *walker) mark(pg page) bool {
	for id := pg.id; id <= pg.id+pg.overflow; id++ {
		if w.seen[id/64]&(1<<(id%64)) != 0 {
			w.wrong("page %d is part of the file twice", id)
			return false
		}
		w.seen[id/64] |= 1 << (id % 64)
	}
	return true
}

func (w *walker) branch(pg page, low, high []byte, buckets bool, depth int) {
	above := !w.whole && w.aboveLeaves(pg)
	for i := range pg.count {
		key, child, ok := pg.child(i)
		if !ok || bytes.Compare(key, low) < 0 || i > 0 && bytes.Compare(key, low) <= 0 || high != nil && bytes.Compare(key, high) >= 0 {
			w.wrong("page %d: element %d is not in its place", pg.id, i)
			return
		}
		end := high
		if i+1 < pg.count {
			if end, _, ok = pg.child(i + 1); !ok {
				w.wrong("page %d: element %d is not in its place", pg.id, i+1)
				return
			}
		}
		low = key
		switch {
		case !above:
			w.visit(child, key, end, buckets, depth+1)
		case child < 2 || child >= w.last:
			w.wrong("page %d: element %d leads out of the file", pg.id, i)
		default:
			w.mark(page{id: child})
		}
	}
}

// aboveLeaves says whether a branch's pages are leaves. All paths of a tree are of one length, so the first tells.
func (w *walker) aboveLeaves(pg page) bool {
	_, id, ok := pg.child(0)
	if !ok {
		return false
	}
	first, err := w.read(id)
	return err == nil && !first.branch
}

func (w *walker) leaf(pg page, low, high []byte, buckets bool) {
	for i := range pg.count {
		key, value, bucket, ok := pg.row(i)
		if !ok || bytes.Compare(key, low) < 0 || i > 0 && bytes.Equal(key, low) || high != nil && bytes.Compare(key, high) >= 0 {
			w.wrong("page %d: row %d is not in its place", pg.id, i)
			return
		}
		low = key
		switch {
		case bucket != buckets:
			w.wrong("page %d: row %d is no row of its bucket", pg.id, i)
		case bucket:
			w.bucketRow(string(key), value, pg.id)
		}
	}
}

// bucketRow visits a bucket: root(8) sequence(8), and behind it the only page of a bucket that is small.
func (w *walker) bucketRow(name string, value []byte, at uint64) {
	w.bucket = name
	defer func() { w.bucket = "" }()
	switch {
	case len(value) < 16:
		w.wrong("page %d: its head is cut", at)
	case order.Uint64(value) != 0:
		w.tree(order.Uint64(value), false)
	case len(value) < 16+pageHeader:
		w.wrong("page %d: its only page is cut", at)
	default:
		head := value[16:]
		pg := page{id: at, count: int(order.Uint16(head[10:])), body: head[pageHeader:]}
		w.leaf(pg, nil, nil, false)
	}
}
