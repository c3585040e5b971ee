package near

import "slices"

// ID names a text in an [Index].
type ID [10]byte

// Index finds the texts whose sketches have a band in common with another's. It lives in memory, at some 390 bytes a text.
// It is used by one goroutine at a time.
//
// Each band has a table of its own, of open addressing: an entry is the number of a text and eight bits of the band's hash. The
// entries of a cache line are one step of the search.
type Index struct {
	texts  [][]entry // in chunks, so that growing copies nothing
	count  int
	tables [Bands]table
}

// entry is a text: 138 bytes.
type entry struct {
	sketch Sketch
	id     ID
}

const (
	chunk = 4096
	line  = 16 // entries of a table that share a cache line of 64 bytes

	// maxTexts is what the 24 bits of a table's entry can number, less the zero.
	maxTexts = 1<<24 - 1
	// maxSame bounds how many texts of one band are looked at, and entered. What so many share is a form, not a dispatch.
	maxSame = 128
)

// table holds text number + 1 in the lower 24 bits of each slot and a tag above; zero is free.
type table struct {
	slots []uint32
	used  int
}

// Len is how many texts the index holds.
func (x *Index) Len() int { return x.count }

// Add enters a text. It says whether there was room: beyond 16 million texts nothing is entered.
func (x *Index) Add(id ID, s Sketch) bool {
	if x.count == maxTexts {
		return false
	}
	if x.count%chunk == 0 {
		x.texts = append(x.texts, make([]entry, 0, min(chunk, max(64, x.count))))
	}
	last := &x.texts[len(x.texts)-1]
	*last = append(*last, entry{s, id})
	x.count++
	for i := range x.tables {
		x.enter(i, x.count-1, s.band(i))
	}
	return true
}

func (x *Index) text(n int) *entry { return &x.texts[n/chunk][n%chunk] }

// enter puts a text into a band's table.
func (x *Index) enter(i, n int, band uint32) {
	t := &x.tables[i]
	if t.used+1 > fill(len(t.slots)) {
		x.grow(i)
	}
	home, tag := t.place(band)
	same := 0
	for at := home; ; {
		for j := at; j < at+line; j++ {
			switch slot := t.slots[j]; {
			case slot == 0:
				t.slots[j] = tag | uint32(n+1)
				t.used++
				return
			case slot&tagMask == tag && x.text(int(slot&^tagMask)-1).sketch.band(i) == band:
				if same++; same == maxSame {
					return
				}
			}
		}
		if at += line; at == len(t.slots) {
			at = 0
		}
	}
}

const tagMask = 0xff << 24

// place is where the search for a band begins, and its tag.
func (t *table) place(band uint32) (slot int, tag uint32) {
	h := mix(uint64(band) + 1)
	lines := uint64(len(t.slots) / line)
	return int((h>>32)*lines>>32) * line, uint32(h) & tagMask
}

// fill is how many entries a table may have.
func fill(slots int) int { return slots * 9 / 10 }

// grow makes a band's table larger by an eighth. Each begins at another size, so that not all are nearly empty at once.
func (x *Index) grow(i int) {
	t := &x.tables[i]
	lines := max(8+i/8, len(t.slots)/line*9/8)
	bigger := table{slots: make([]uint32, lines*line)}
	for _, slot := range t.slots {
		if slot != 0 {
			bigger.move(slot&^tagMask, x.text(int(slot&^tagMask)-1).sketch.band(i))
		}
	}
	bigger.used = t.used
	*t = bigger
}

// move enters a text that another table held.
func (t *table) move(number, band uint32) {
	at, tag := t.place(band)
	for t.slots[at] != 0 {
		if at++; at == len(t.slots) {
			at = 0
		}
	}
	t.slots[at] = tag | number
}

// Find gives the texts that share a band with the sketch and agree with it in [Likely] bytes or more, each once, sorted. Some
// may no longer be what they were when they were added: the caller knows.
func (x *Index) Find(s *Sketch) []ID {
	var numbers []uint32
	for i := range x.tables {
		numbers = x.search(i, s.band(i), numbers)
	}
	slices.Sort(numbers)
	var found []ID
	for _, n := range slices.Compact(numbers) {
		if e := x.text(int(n)); e.sketch.Agree(s) >= Likely {
			found = append(found, e.id)
		}
	}
	slices.SortFunc(found, func(a, b ID) int { return slices.Compare(a[:], b[:]) })
	return slices.Compact(found)
}

// search adds the numbers of the texts with a band.
func (x *Index) search(i int, band uint32, numbers []uint32) []uint32 {
	t := &x.tables[i]
	if len(t.slots) == 0 {
		return numbers
	}
	at, tag := t.place(band)
	for same := 0; same < maxSame; {
		for _, slot := range t.slots[at : at+line] {
			if slot == 0 {
				return numbers
			}
			if slot&tagMask != tag {
				continue
			}
			n := slot&^tagMask - 1
			if x.text(int(n)).sketch.band(i) == band {
				numbers = append(numbers, n)
				same++
			}
		}
		if at += line; at == len(t.slots) {
			at = 0
		}
	}
	return numbers
}
