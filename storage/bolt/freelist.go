package bolt

import "slices"

// Of a freelist page: its kind, and the count behind which the true one is the first number of the list.
const (
	freelistPage = 0x10
	manyFree     = 0xFFFF
)

// free looks at the list of pages that the next writes may use. bbolt trusts it: a page beyond the file's end makes it grow
// without bound, and one of the tree's is written over. Only who has just opened the file may look, before it is written to.
func (w *walker) free() {
	m, err := readMeta(w.f)
	if err != nil || m.freelist == noFreelist {
		return // bbolt then finds the free pages by itself
	}
	ids, ok := w.freeIDs(m.freelist)
	if !ok || !slices.IsSorted(ids) {
		w.wrong("page %d, the list of free pages, is not as it was written", m.freelist)
		return
	}
	for i, id := range ids {
		switch {
		case id < 2 || id >= w.last:
			w.wrong("page %d, free by the list of free pages, is outside of the file's %d", id, w.last)
			return
		case w.seen[id/64]&(1<<(id%64)) != 0, i > 0 && id == ids[i-1], id == m.freelist:
			w.wrong("page %d, free by the list of free pages, is in use", id)
			return
		}
	}
}

// freeIDs reads the list.
func (w *walker) freeIDs(at uint64) (ids []uint64, ok bool) {
	head := make([]byte, pageHeader+8)
	if at < 2 || at >= w.last {
		return nil, false
	}
	if _, err := w.f.ReadAt(head, int64(at)*w.size); err != nil || order.Uint64(head) != at || order.Uint16(head[8:]) != freelistPage {
		return nil, false
	}
	count, from := uint64(order.Uint16(head[10:])), int64(at)*w.size+pageHeader
	if count == manyFree {
		count, from = order.Uint64(head[pageHeader:]), from+8
	}
	// When the list is written anew, its pages are free: it must not claim more of them than it fills. It was given room before
	// it gave up the pages for itself.
	more := uint64(order.Uint32(head[12:]))
	if count > w.last || at+more >= w.last || more*uint64(w.size) > pageHeader+8*(count+more+2) {
		return nil, false
	}
	list := make([]byte, count*8)
	if _, err := w.f.ReadAt(list, from); err != nil {
		return nil, false
	}
	for b := range slices.Chunk(list, 8) {
		ids = append(ids, order.Uint64(b))
	}
	return ids, true
}
