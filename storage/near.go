package storage

import (
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"dateline/storage/near"
)

// nearWindow is how far apart two copies of a dispatch may be published.
const nearWindow = 14 * 24 * time.Hour

const (
	// maxIndexed bounds the index, in records: some 800 MB. A window that holds more may take twice its own size.
	maxIndexed = 2_000_000
	// maxCompared is how many candidates one record is compared with.
	maxCompared = 256
)

// finder finds records that look alike. Its index is filled from the bucket sketches, day by day as they are wanted, and holds
// what was added since. It may hold what is no longer stored, or is not yet: whoever asks looks at the record itself.
type finder struct {
	mu     sync.Mutex
	index  near.Index
	loaded map[uint16]bool // by day
	least  int             // how many records the days held that the index began with
}

// nearDay is a point in time as a day since 1970, within what 16 bits hold.
func nearDay(at time.Time) uint16 {
	return uint16(min(max(at.Unix()/(24*60*60), 0), math.MaxUint16))
}

const nearDays = uint16(nearWindow / (24 * time.Hour))

// find gives the ids of records with a sketch like this one, published around the same time.
func (f *finder) find(t tx, at time.Time, s *near.Sketch) ([]near.ID, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	day := nearDay(at)
	// Begin anew with the days that are wanted; not in a rehearsal, which does not see what was committed since it began.
	if f.index.Len() > max(maxIndexed, 2*f.least) && !t.rehearsed() {
		f.index, f.loaded, f.least = near.Index{}, nil, 0
	}
	for d := day - min(day, nearDays); d <= min(day, math.MaxUint16-nearDays)+nearDays; d++ {
		if err := f.load(t, d); err != nil {
			return nil, err
		}
	}
	if f.least == 0 {
		f.least = f.index.Len()
	}
	return f.index.Find(s), nil
}

func (f *finder) load(t tx, day uint16) error {
	if f.loaded[day] {
		return nil
	}
	from := binary.BigEndian.AppendUint32(nil, uint32(day))
	for row, err := range t.Scan(bucketSketches, from, binary.BigEndian.AppendUint32(nil, uint32(day)+1)) {
		if err != nil {
			return err
		}
		id, s, ok := parseSketch(row)
		if !ok {
			return fmt.Errorf("sketches %x: damaged", row.Key)
		}
		f.index.Add(id, s)
	}
	if f.loaded == nil {
		f.loaded = map[uint16]bool{}
	}
	f.loaded[day] = true
	return nil
}

func (f *finder) add(id near.ID, s near.Sketch) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.index.Add(id, s)
}

func parseSketch(row Row) (id near.ID, s near.Sketch, ok bool) {
	if len(row.Key) != 4+len(id) || len(row.Value) != len(s) {
		return id, s, false
	}
	copy(id[:], row.Key[4:])
	copy(s[:], row.Value)
	return id, s, true
}

func sketchKey(r *Record) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(nearDay(r.nearTime()))), shortID(r.ID)...)
}

// nearID is a record's id as the index has it; ok is false for one that was not made by [ID].
func nearID(id string) (short near.ID, ok bool) {
	b := shortID(id)
	if len(b) != len(short) {
		return short, false
	}
	return near.ID(b), true
}

func (t tx) dropSketch(r *Record) error { return t.Delete(bucketSketches, sketchKey(r)) }

// looks is a record's text as it is compared; nil for one that is too short.
func looks(r *Record) *near.Text {
	text := near.New(Normalize(r.Text))
	if len(text.Shingles) < near.Least {
		return nil
	}
	return &text
}

// looks is the function of that name, unless it was done before.
func (t tx) looks(r *Record) *near.Text {
	if t.ready.of(r) {
		return t.ready.looks
	}
	return looks(r)
}

// sketch is that of a record's text; what is too short has none.
func (t tx) sketch(r *Record) *near.Sketch {
	if t.ready.of(r) {
		return t.ready.sketch
	}
	text := looks(r)
	if text == nil {
		return nil
	}
	s := text.Sketch()
	return &s
}

// alike compares a record with those that look like it, and gives its ties.
func (t tx) alike(r *Record, s *near.Sketch) (found []tie, err error) {
	ids, err := t.near.find(t, r.nearTime(), s)
	if err != nil {
		return nil, err
	}
	t.while(func(t tx) (bool, error) {
		again, err := t.near.find(t, r.nearTime(), s)
		return slices.Equal(again, ids), err
	})
	compared := 0
	for _, id := range ids {
		other := strings.ToLower(base32.StdEncoding.EncodeToString(id[:]))
		if other == r.ID {
			continue
		}
		if compared++; compared > maxCompared {
			break
		}
		n, ok, err := t.likeTo(r, s, other)
		if err != nil {
			return nil, err
		}
		if ok {
			found = append(found, n)
		}
	}
	return found, nil
}

// likeTo compares a record with another one that may be stored. What the index says of the other may be out of date, and must
// not decide whether the two are compared: then it would matter who came first.
func (t tx) likeTo(r *Record, s *near.Sketch, id string) (n tie, ok bool, err error) {
	other, ok, err := t.record(id)
	if err != nil || !ok {
		return n, false, err
	}
	at := other.nearTime()
	if apart := at.Sub(r.nearTime()); apart > nearWindow || apart < -nearWindow {
		return n, false, nil
	}
	stored, err := t.Get(bucketSketches, sketchKey(&other))
	if err != nil || len(stored) != near.Perms || !s.Resembles((*near.Sketch)(stored)) {
		return n, false, err
	}
	l := t.judge(r, &other)
	if isSerial(r, &other, l) {
		return n, false, nil
	}
	thousandths := func(x float64) uint16 { return uint16(math.Round(x * 1000)) }
	return tie{id, at.Unix(), l.Kind, thousandths(l.Jaccard), thousandths(l.Containment)}, l.Kind != near.None, nil
}

const (
	// serialPause is the least time between two parts of a series. Daily ones come an hour or two early at times.
	serialPause = 18 * time.Hour
	// serialContained is the containment from which on a later article has so much of an earlier one that it is made of it.
	serialContained = 0.8
)

// isSerial says whether two articles are parts of one agency's series: what it prints day by day in much the same words, with the
// same frame around it. Others rewrite an agency's dispatch; the agency itself does not, a day later, under another address.
func isSerial(a, b *Record, l near.Likeness) bool {
	return l.Kind == near.Derived && l.Containment < serialContained && a.Agency.ID == b.Agency.ID &&
		a.nearTime().Sub(b.nearTime()).Abs() >= serialPause
}

// judge compares two texts, unless the rehearsal did.
func (t tx) judge(r, other *Record) near.Likeness {
	mine, known := t.looks(r), other.ID+other.Hash
	if t.ready.of(r) {
		if l, ok := t.ready.likeness[known]; ok {
			return l
		}
	}
	theirs := looks(other)
	var l near.Likeness
	if mine != nil && theirs != nil {
		l = near.Judge(*mine, *theirs)
	}
	if t.ready.of(r) {
		t.ready.likeness[known] = l
	}
	return l
}
