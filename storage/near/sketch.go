package near

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// Perms is how many minima a sketch holds.
const Perms = 128

// Sketch is what is kept of a text to find its copies: of each minimum one byte. Two texts agree in a byte if they agree in the
// minimum, which they do with the probability of their Jaccard similarity, or else by chance once in 256.
type Sketch [Perms]byte

// factors are the multipliers of the hash functions x → a·x + b mod 2^64, each odd; the order of the hashed shingles is then
// that of a random permutation as far as it matters. They never change: sketches are stored.
var factors, addends = func() (a, b [Perms]uint64) {
	x := uint64(0x6461746c696e65) // any number does, as long as it stays the same
	for i := range a {
		x += 0x9e3779b97f4a7c15
		a[i] = mix(x) | 1
		x += 0x9e3779b97f4a7c15
		b[i] = mix(x)
	}
	return a, b
}()

// Sketch makes the sketch of a text. That of a text without shingles is zero and found by nobody.
func (t Text) Sketch() (s Sketch) {
	if len(t.Shingles) == 0 {
		return s
	}
	for i := 0; i < Perms; i += 4 { // four at once keep the processor's multiplier busy
		a0, a1, a2, a3 := factors[i], factors[i+1], factors[i+2], factors[i+3]
		b0, b1, b2, b3 := addends[i], addends[i+1], addends[i+2], addends[i+3]
		m0, m1, m2, m3 := uint64(math.MaxUint64), uint64(math.MaxUint64), uint64(math.MaxUint64), uint64(math.MaxUint64)
		for _, x := range t.Shingles {
			m0 = min(m0, a0*x+b0)
			m1 = min(m1, a1*x+b1)
			m2 = min(m2, a2*x+b2)
			m3 = min(m3, a3*x+b3)
		}
		// A minimum is small: its upper bits say nothing.
		s[i], s[i+1], s[i+2], s[i+3] = byte(m0>>24), byte(m1>>24), byte(m2>>24), byte(m3>>24)
	}
	return s
}

// Likely is how many bytes two sketches must agree in before their texts are worth comparing: a Jaccard similarity of some 0.12.
const Likely = 15

// Resembles says whether two texts are worth comparing: they share a band, and agree in [Likely] bytes.
func (s *Sketch) Resembles(o *Sketch) bool {
	if s.Agree(o) < Likely {
		return false
	}
	for i := range Bands {
		if s.band(i) == o.band(i) {
			return true
		}
	}
	return false
}

// Agree counts the bytes in which two sketches agree.
func (s *Sketch) Agree(o *Sketch) (n int) {
	for i := 0; i < Perms; i += 8 {
		x := binary.LittleEndian.Uint64(s[i:]) ^ binary.LittleEndian.Uint64(o[i:])
		// A byte of x that is zero leaves its top bit clear in y.
		const low7 = 0x7f7f7f7f7f7f7f7f
		y := (x&low7 + low7) | x
		n += 8 - bits.OnesCount64(y&^low7)
	}
	return n
}

// Bands of a sketch: three of its bytes each. Two texts with a Jaccard similarity of s share one with the probability
// 1-(1-s³)^52: 0.99 at 0.44, 0.85 at 0.33, 0.003 at 0.04.
const Bands = 52

// bandRows are the bytes of each band. The first 42 bands use each byte once; the rest combine bytes of different ones, which
// is nearly as good as more permutations and costs no space in the sketch.
var bandRows = func() (rows [Bands][3]uint8) {
	for i := range rows {
		for j := range rows[i] {
			if n := i*3 + j; n < 126 {
				rows[i][j] = uint8(n)
			} else {
				rows[i][j] = uint8((i*9 + j*43) % Perms)
			}
		}
	}
	return rows
}()

// band is the value of the i-th band.
func (s *Sketch) band(i int) uint32 {
	r := &bandRows[i]
	return uint32(s[r[0]]) | uint32(s[r[1]])<<8 | uint32(s[r[2]])<<16
}
