package extract

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// The forms in which a site's memory and a page's traces are stored: a byte that tells the form, then numbers as
// varints and hashes as 8 bytes. What is decoded encodes to the same bytes; all else is refused.
const (
	siteForm   = 1
	tracesForm = 2
)

var errForm = errors.New("no memory of a site")

// MarshalBinary never fails.
func (s Site) MarshalBinary() ([]byte, error) {
	b := []byte{siteForm}
	b = binary.AppendUvarint(b, uint64(s.pages))
	b = binary.AppendUvarint(b, uint64(s.day))
	for _, list := range [][]repeat{s.blocks, s.containers} {
		b = binary.AppendUvarint(b, uint64(len(list)))
		for _, r := range list {
			b = binary.BigEndian.AppendUint64(b, r.hash)
			b = binary.AppendUvarint(b, uint64(r.count))
			b = binary.AppendUvarint(b, uint64(r.since))
		}
	}
	return b, nil
}

// UnmarshalBinary refuses what [Site.MarshalBinary] would not write.
func (s *Site) UnmarshalBinary(b []byte) error {
	d := decoder{b: b}
	d.form(siteForm)
	next := Site{pages: d.number(maxSitePages - 1), day: d.number(maxDay)}
	next.blocks = d.repeats(maxSiteBlocks, next.pages)
	next.containers = d.repeats(maxSiteContainers, next.pages)
	if again, _ := next.MarshalBinary(); d.bad || !bytes.Equal(again, b) {
		return errForm
	}
	*s = next
	return nil
}

// MarshalBinary never fails.
func (t Traces) MarshalBinary() ([]byte, error) {
	b := []byte{tracesForm}
	b = binary.AppendUvarint(b, uint64(t.day))
	b = binary.BigEndian.AppendUint64(b, t.container)
	b = binary.AppendUvarint(b, uint64(len(t.blocks)))
	for _, r := range t.blocks {
		b = binary.BigEndian.AppendUint64(b, r.hash)
		kept := 0
		if r.kept {
			kept = 1
		}
		b = binary.AppendUvarint(b, uint64(r.letters)<<1|uint64(kept))
	}
	return b, nil
}

// UnmarshalBinary refuses what [Traces.MarshalBinary] would not write.
func (t *Traces) UnmarshalBinary(b []byte) error {
	d := decoder{b: b}
	d.form(tracesForm)
	next := Traces{day: d.number(maxDay), container: d.hash()}
	for range d.number(maxTraces) {
		r := trace{hash: d.hash()}
		n := d.number(1 << 40)
		r.letters, r.kept = n>>1, n&1 == 1
		next.blocks = append(next.blocks, r)
	}
	if again, _ := next.MarshalBinary(); d.bad || !bytes.Equal(again, b) {
		return errForm
	}
	*t = next
	return nil
}

// maxDay is in the year 7500.
const maxDay = 1 << 21

// decoder reads numbers until one is bad; from then on all are zero.
type decoder struct {
	b   []byte
	bad bool
}

func (d *decoder) form(want byte) {
	if len(d.b) == 0 || d.b[0] != want {
		d.fail()
		return
	}
	d.b = d.b[1:]
}

func (d *decoder) fail() { d.b, d.bad = nil, true }

func (d *decoder) number(most int) int {
	v, n := binary.Uvarint(d.b)
	if n <= 0 || v > uint64(most) {
		d.fail()
		return 0
	}
	d.b = d.b[n:]
	return int(v)
}

func (d *decoder) hash() uint64 {
	if len(d.b) < 8 {
		d.fail()
		return 0
	}
	h := binary.BigEndian.Uint64(d.b)
	d.b = d.b[8:]
	return h
}

// repeats reads a list in which nothing stands twice, or on more pages than there were.
func (d *decoder) repeats(most, pages int) (out []repeat) {
	seen := map[uint64]bool{}
	for range d.number(most) {
		r := repeat{hash: d.hash(), count: d.number(pages), since: d.number(pages)}
		if seen[r.hash] || r.count == 0 {
			d.fail()
		}
		seen[r.hash] = true
		out = append(out, r)
	}
	return out
}
