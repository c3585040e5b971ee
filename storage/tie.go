package storage

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"dateline/storage/near"
)

// tie is what a record has in common with another, as both of them keep it.
type tie struct {
	id          string
	at          int64 // when the other was published, in seconds since 1970
	kind        near.Kind
	jaccard     uint16 // in thousandths
	containment uint16
}

// ties are a row of the bucket edges: a record's place among those that it nearly repeats.
type ties struct {
	at     int64  // when it was published
	leader string // the record that it repeats; empty if it leads
	all    []tie  // sorted by time, then id
}

// maxTies bounds a row. What so many texts have in common is a form; the next ones stand for themselves.
const maxTies = 500

// The row: at(8) leader(10, zeros if it leads), then for each tie at(8) id(10) kind(1) jaccard(2) containment(2).
const (
	tiesHead = 8 + 10
	tieSize  = 8 + 10 + 1 + 2 + 2
)

var tieKinds = []near.Kind{near.Same, near.Near, near.Derived} // by number; never changed

func (e *ties) row() []byte {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, tiesHead+tieSize*len(e.all)), uint64(e.at))
	if e.leader == "" {
		b = append(b, make([]byte, 10)...)
	} else {
		b = append(b, shortID(e.leader)...)
	}
	for _, n := range e.all {
		b = append(binary.BigEndian.AppendUint64(b, uint64(n.at)), shortID(n.id)...)
		b = append(b, byte(slices.Index(tieKinds, n.kind)))
		b = binary.BigEndian.AppendUint16(b, n.jaccard)
		b = binary.BigEndian.AppendUint16(b, n.containment)
	}
	return b
}

func parseTies(b []byte) (e ties, err error) {
	if len(b) < tiesHead || (len(b)-tiesHead)%tieSize != 0 {
		return e, errors.New("damaged: cut")
	}
	e.at = int64(binary.BigEndian.Uint64(b))
	if leader := b[8:tiesHead]; !bytes.Equal(leader, make([]byte, 10)) {
		e.leader = longID(leader)
	}
	for b = b[tiesHead:]; len(b) > 0; b = b[tieSize:] {
		if int(b[18]) >= len(tieKinds) {
			return e, fmt.Errorf("damaged: kind %d", b[18])
		}
		e.all = append(e.all, tie{
			id: longID(b[8:18]), at: int64(binary.BigEndian.Uint64(b)), kind: tieKinds[b[18]],
			jaccard: binary.BigEndian.Uint16(b[19:]), containment: binary.BigEndian.Uint16(b[21:]),
		})
	}
	return e, nil
}

// ties gives a record's row; without one it leads alone.
func (t tx) ties(id string) (e ties, ok bool, err error) {
	b, err := t.Get(bucketEdges, shortID(id))
	if err != nil || b == nil {
		return e, false, err
	}
	if e, err = parseTies(b); err != nil {
		return e, false, fmt.Errorf("edges %s: %w", id, err)
	}
	return e, true, nil
}

func (t tx) saveTies(id string, e ties) error {
	if len(e.all) == 0 {
		return t.Delete(bucketEdges, shortID(id))
	}
	return t.Put(bucketEdges, shortID(id), e.row())
}

// with replaces or adds a tie; false if there is no room.
func (e *ties) with(n tie) bool {
	e.without(n.id)
	if len(e.all) >= maxTies {
		return false
	}
	i, _ := slices.BinarySearchFunc(e.all, n, compareTies)
	e.all = slices.Insert(e.all, i, n)
	return true
}

func (e *ties) without(id string) {
	e.all = slices.DeleteFunc(e.all, func(n tie) bool { return n.id == id })
}

func compareTies(a, b tie) int { return cmp.Or(cmp.Compare(a.at, b.at), strings.Compare(a.id, b.id)) }

func (n *tie) similarity() *Similarity {
	return &Similarity{Kind: string(n.kind), Jaccard: float64(n.jaccard) / 1000, Containment: float64(n.containment) / 1000}
}

// nearTime is when a record stands in the window of near-duplicates: when it was published, or else when it was read.
func (r *Record) nearTime() time.Time {
	if at := r.date(); !at.IsZero() {
		return at
	}
	return r.Fetched
}
