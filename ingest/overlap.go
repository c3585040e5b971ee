package ingest

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"slices"
	"time"

	"dateline/storage"
)

// listing is what a document lists, beside what the one before it listed.
type listing struct {
	observed
	hashes []byte // four bytes an entry
	shared int    // entries that both list
	oldest time.Time
	newest time.Time
	dated  bool // all entries bear a date
}

// maxListed bounds the entries that are remembered of a document.
const maxListed = 1000

// compare finds out which entries are new. Before anything was listed, all are.
func compare(before []byte, drafts []storage.Draft) listing {
	seen := hashesOf(before)
	drafts = drafts[:min(len(drafts), maxListed)]
	l := listing{hashes: make([]byte, 0, 4*len(drafts)), dated: true}
	l.window = len(drafts)
	for i := range drafts {
		r := &drafts[i].Record
		at := dateOf(r)
		h := hash32(r.ID)
		l.hashes = binary.BigEndian.AppendUint32(l.hashes, h)
		if seen[h] {
			l.shared++
		} else {
			l.fresh = append(l.fresh, at)
		}
		if at.IsZero() {
			l.dated = false
			continue
		}
		l.listed = append(l.listed, at)
		if l.oldest.IsZero() || at.Before(l.oldest) {
			l.oldest = at
		}
		if at.After(l.newest) {
			l.newest = at
		}
	}
	return l
}

// dateOf is the date that a feed gives an entry; zero if it gives none.
func dateOf(r *storage.Record) time.Time {
	if r.Published.IsZero() {
		return r.Updated
	}
	return r.Published
}

// hashesOf are the entries of several lists that were remembered.
func hashesOf(lists ...[]byte) map[uint32]bool {
	seen := map[uint32]bool{}
	for h := range slices.Chunk(slices.Concat(lists...), 4) {
		if len(h) == 4 {
			seen[binary.BigEndian.Uint32(h)] = true
		}
	}
	return seen
}

// addListed remembers more entries, the latest as many as of a document.
func addListed(hashes []byte, drafts []storage.Draft) []byte {
	for i := range drafts {
		hashes = binary.BigEndian.AppendUint32(hashes, hash32(drafts[i].Record.ID))
	}
	return hashes[max(len(hashes)-4*maxListed, 0):]
}

// missed says whether a document lists what neither the one before it listed nor a hub has delivered since.
func missed(f storage.FeedState, drafts []storage.Draft) bool {
	l := compare(slices.Concat(f.Listed, f.Pushed), drafts)
	return len(f.Listed) > 0 && l.shared < l.window
}

func hash32(s string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(s))
	return h.Sum32()
}

// lost says whether entries may have come and gone between two polls, because they share none, and estimates how many by
// the pace of those that are listed.
func lost(f storage.FeedState, l listing) (estimate int, ok bool) {
	if len(f.Listed) == 0 || l.shared > 0 || l.window < 2 || renamed(f, l) {
		return 0, false
	}
	seen := f.Rhythm.Dated
	if !l.dated || seen.IsZero() {
		return max(int(math.Round(f.Rhythm.Lately.Expected))-l.window, 0), true
	}
	span := l.newest.Sub(l.oldest).Hours()
	if span <= 0 {
		return 0, true
	}
	pace := float64(l.window-1) / span
	// Between two neighbours there is a gap too: the first is not a loss.
	return int(math.Max(0, math.Round(pace*l.oldest.Sub(seen).Hours()-1))), true
}

// renamed says whether a document that shares no entry with the one before reaches back to what was seen all the same, by its
// dates: then the publisher has given its entries other names, and nothing is lost.
func renamed(f storage.FeedState, l listing) bool {
	return len(f.Listed) > 0 && l.shared == 0 && l.dated && !f.Rhythm.Dated.IsZero() && !l.oldest.After(f.Rhythm.Dated)
}
