// Package near tells whether two texts are copies of one another that somebody edited: a wire dispatch that another agency
// cut, signed, extended or partly rewrote. It knows texts and nothing else: no store, no clock, no network.
//
// A [Text] is a text in shingles: its word 3-grams (5-grams of characters where a script has no spaces). [Judge] compares
// two of them exactly. Whom to compare with is found by their [Sketch], 128 minima of hashed shingles (MinHash: Broder 1997)
// three of which are a band: two texts with one band in common are compared further, by the whole sketch first. An
// [Index] finds them among millions.
//
// docs/deduplication.md has the measurements behind the numbers here.
package near

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

// Text is a text as it is compared. It is made of a normalised text: one case, one form of each letter.
type Text struct {
	Shingles []uint64 // sorted, each once; odd if it holds a numeral
	Words    []uint64 // those of wordLetters and more, sorted, each once
}

// Least is how many shingles a text needs to be compared at all. Below it, what two texts share is as likely a phrase of the
// trade.
const Least = 50

const (
	wordGram = 3
	charGram = 5
	// wordLetters is the length from which on a word says something about a text.
	wordLetters = 4
)

// New cuts a normalised text into shingles.
func New(text string) Text {
	w := words(text)
	n := wordGram
	if w.spaceless > len(w.hashes)/2 {
		n = charGram
	}
	var t Text
	t.Shingles = grams(w, n)
	for i, h := range w.hashes {
		if w.letters[i] >= wordLetters || n == charGram {
			t.Words = append(t.Words, h)
		}
	}
	t.Words = sorted(t.Words)
	return t
}

// tokens are the words of a text; of a script without spaces, its characters.
type tokens struct {
	hashes    []uint64
	letters   []uint8 // of each word, 255 at most
	numeral   []bool
	spaceless int // how many are characters
}

// words cuts at all that is neither letter nor digit.
func words(text string) tokens {
	n := len(text)/6 + 8
	t := tokens{make([]uint64, 0, n), make([]uint8, 0, n), make([]bool, 0, n), 0}
	var w word
	for _, r := range text {
		switch {
		case r < utf8.RuneSelf && ('a' <= r && r <= 'z' || '0' <= r && r <= '9'):
			w.add(r, r <= '9')
		case r < utf8.RuneSelf && !('A' <= r && r <= 'Z'):
			t.end(&w)
		case isSpaceless(r):
			t.end(&w)
			w.add(r, false)
			t.spaceless++
			t.end(&w)
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r):
			w.add(r, unicode.IsDigit(r))
		default:
			t.end(&w)
		}
	}
	t.end(&w)
	return t
}

// word is one under construction: FNV-1a over its characters.
type word struct {
	hash    uint64
	letters int
	numeral bool
}

const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

func (w *word) add(r rune, digit bool) {
	if w.letters == 0 {
		w.hash = fnvOffset
	}
	w.hash = (w.hash ^ uint64(r)) * fnvPrime
	w.letters++
	w.numeral = w.numeral || digit
}

func (t *tokens) end(w *word) {
	if w.letters > 0 {
		t.hashes = append(t.hashes, mix(w.hash))
		t.letters = append(t.letters, uint8(min(w.letters, 255)))
		t.numeral = append(t.numeral, w.numeral)
	}
	*w = word{}
}

// isSpaceless says whether a letter's script writes words without spaces between them.
func isSpaceless(r rune) bool {
	return r >= 0x0E00 && unicode.In(r, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

// grams hashes each run of n words. The last bit says whether one of them is a numeral.
func grams(w tokens, n int) []uint64 {
	if len(w.hashes) < n {
		return nil
	}
	out := make([]uint64, 0, len(w.hashes)-n+1)
	for i := range len(w.hashes) - n + 1 {
		var h uint64
		var numeral uint64
		for j := i; j < i+n; j++ {
			h = mix(h + w.hashes[j])
			if w.numeral[j] {
				numeral = 1
			}
		}
		out = append(out, h&^1|numeral)
	}
	return sorted(out)
}

// mix spreads the bits of a number (the finaliser of SplitMix64, Steele et al. 2014).
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// sorted sorts hashes and leaves each once. They are spread evenly, so their first byte tells nearly where each belongs, and
// little is left to compare.
func sorted(s []uint64) []uint64 {
	var ends [257]int // where the hashes of each first byte begin, and once they are placed, end
	for _, x := range s {
		ends[x>>56+1]++
	}
	for i := range 256 {
		ends[i+1] += ends[i]
	}
	out := make([]uint64, len(s))
	for _, x := range s {
		out[ends[x>>56]] = x
		ends[x>>56]++
	}
	from := 0
	for _, end := range ends[:256] {
		slices.Sort(out[from:end])
		from = end
	}
	return slices.Compact(out)
}
